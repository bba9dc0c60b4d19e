"""Yes, send back and no in Slack: by a button on the card, in the modal that asks for words, or by a typed line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from collab.approvals import messages, service
from collab.approvals.messages import forms
from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules import progress
from collab.approvals.rules.verbs import OF_KIND
from collab.approvals.slack import adding, last_chance, more_and_later, opinions, pausing, undoing, ways
from collab.approvals.slack.pressing import (
    Seen,
    about,
    asked_on,
    fresh_card,
    last_seen,
    member_of,
    pressed,
    sent,
    taken,
)
from collab.kernel.errors import Invalid
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects.queries import get_summary

REASONED = ("return", "reject", "approve")
"""What the form for words is sent for; a yes, when it overrules somebody who spoke for the customer."""


def install() -> None:
    """Make buttons, modals and words known."""
    edges.add_action(messages.APPROVE, press_approve)
    edges.add_action(messages.RETURN, press_return)
    edges.add_action(messages.REJECT, press_reject)
    edges.add_action(messages.CONDITIONS, press_conditions)
    edges.add_action(last_chance.TIME, last_chance.press_time)
    edges.add_modal(forms.REASON, give_reason)
    edges.add_modal(forms.WITH_CONDITIONS, give_conditions)
    for code, handler, words in _TYPED:
        named = _ALSO.get(code, ())
        edges.vocabulary.add(Command(f"approval.{code}", handler, words, takes=KEY, rank=30, named=named))
    for part in (more_and_later, opinions, pausing, adding, undoing):
        part.install()


@permit("approval.approve")
def press_approve(talk: Talk) -> Answer:
    """One tap; words first where they are needed."""
    seen = pressed(talk)
    found = asked_on(talk, seen.key)
    if found and _overrules(*found):
        return Open(forms.reason("approve", about(talk, seen), talk.reader))
    return decide(talk, seen, "approve")


@permit("approval.return")
def press_return(talk: Talk) -> Answer:
    """Ask for the reason first."""
    return _ask_why(talk, "return", pressed(talk))


@permit("approval.reject")
def press_reject(talk: Talk) -> Answer:
    """Ask for the reason first."""
    return _ask_why(talk, "reject", pressed(talk))


@permit("approval.return")
def give_reason(talk: Talk) -> Answer:
    """The words were given: now it counts. The verb's own permit is checked by the service."""
    seen, verb = sent(talk), str(talk.data.get("verb"))
    verb = verb if verb in REASONED else "return"
    comment = str(talk.entered.get("comment") or "")
    if verb != "return":
        return decide(talk, seen, verb, comment)
    to = str(talk.entered.get("return_to") or "requester")
    where = {"to": int(to), "resume": talk.entered.get("resume")} if to.isascii() and to.isdigit() else {}
    return decide(talk, seen, verb, comment, **where)


@permit("approval.approve")
def press_conditions(talk: Talk) -> Answer:
    """Ask for the conditions of a yes."""
    seen = pressed(talk)
    if asked_on(talk, seen.key) is None:
        return _not_asked(talk, seen.key, "approve")
    due = people.today(talk.now) + timedelta(days=14)
    return Open(forms.with_conditions(about(talk, seen), talk.reader, first_due=due))


@permit("approval.approve")
def give_conditions(talk: Talk) -> Answer:
    """A yes, with what is to be done for it."""
    seen, rows = sent(talk), range(forms.MOST_CONDITIONS)
    given = [row for row in rows if any(talk.entered.get(f"conditions.{row}.{name}") for name in ("text", "owner"))]
    conditions = [_condition(talk, f"conditions.{row}") for row in given]
    try:
        return decide(talk, seen, "approve", str(talk.entered.get("comment") or ""), conditions=conditions)
    except Invalid as error:
        raise _under_its_row(error, given) from error


def _condition(talk: Talk, at: str) -> dict[str, Any]:
    owner = talk.entered.get(f"{at}.owner")
    return {
        "text": talk.entered.get(f"{at}.text"), "due_on": talk.entered.get(f"{at}.due_on"),
        "owner": people.email_of(member_of(talk, owner, f"{at}.owner")) if owner else None,
        "before_order": bool(talk.entered.get(f"{at}.before_order")),
    }  # fmt: skip


def _under_its_row(error: Invalid, rows: list[int]) -> Invalid:
    """Complaints count the conditions that were given; the form has a place for each that could be."""
    fields = {}
    for path, text in error.fields.items():
        part, _, rest = path.removeprefix("conditions.").partition(".")
        known = path.startswith("conditions.") and part.isdigit() and int(part) < len(rows)
        fields[f"conditions.{rows[int(part)]}.{rest}" if known else path] = text
    return Invalid(fields, error.said_code, **error.args_said)


@permit("approval.approve")
def type_approve(talk: Talk) -> Answer:
    """`approve PR-1 [note]`."""
    return typed(talk, "approve")


@permit("approval.return")
def type_return(talk: Talk) -> Answer:
    """`return PR-1 reason`; without the reason, a modal asks for it."""
    return typed(talk, "return")


@permit("approval.reject")
def type_reject(talk: Talk) -> Answer:
    """`reject PR-1 reason`; without the reason, a modal asks for it."""
    return typed(talk, "reject")


_TYPED = (
    ("approve", type_approve, ("approve", "approved", "ok", "decide", "承認", "決裁", "審査")),
    ("return", type_return, ("return", "sendback", "send-back", "差し戻し", "さしもどし")),
    ("reject", type_reject, ("reject", "却下", "否認", "否決")),
)


_ALSO = {"approve": ("approval.verb.decide", "approval.button.decide", "approval.kind.review")}
"""A typed yes is the decision where it is the last one, and what a review ends with."""


def typed(talk: Talk, verb: str) -> Answer:
    """What the sender last saw is what their card shows; if it is another by now, they get the card to press."""
    key, comment = talk.typed.key, talk.typed.rest
    get_summary(talk.actor, key)
    found = asked_on(talk, key)
    if found is None:
        return _not_asked(talk, key, verb)
    seen = last_seen(talk, key)
    if seen.version != found[0].content_version or seen.seat not in (None, found[1].id):
        return fresh_card(talk, key, "approval.slack.read_first", typed=comment)
    if verb not in OF_KIND[found[0].kind(found[1])]:
        return fresh_card(talk, key, f"approval.slack.other_here.{found[0].kind(found[1])}", typed=comment)
    if not comment and (verb != "approve" or _overrules(*found)):
        return _reason_form(talk, verb, seen, *found)
    return decide(talk, seen, verb, comment)


def decide(talk: Talk, seen: Seen, verb: str, comment: str = "", **more: Any) -> Answer:
    """Say it on the seat, guarded by what was looked at."""
    return taken(
        talk, seen.key,
        lambda: service.decide(
            key=seen.key, actor=talk.actor, verb=verb, comment=comment or None, now=talk.now, **seen.guards, **more
        ),
        typed=comment, step=more.get("to"),
    )  # fmt: skip


def _not_asked(talk: Talk, key: str, verb: str) -> Answer:
    """Let the service say why not and who decided. No content has version 0: should the seat open in this very moment,
    nothing is decided and the card is shown."""
    return decide(talk, Seen(key, 0), verb, "-")


def _ask_why(talk: Talk, verb: str, seen: Seen) -> Answer:
    found = asked_on(talk, seen.key)
    return _reason_form(talk, verb, seen, *found) if found else _not_asked(talk, seen.key, verb)


def _reason_form(talk: Talk, verb: str, seen: Seen, chain: Chain, seat: SeatView) -> Open:
    steps = [(number + 1, _step_name(chain, number, talk)) for number in progress.earlier(chain.spec, seat.step)]
    return Open(forms.reason(verb, about(talk, seen), talk.reader, steps=steps if verb == "return" else ()))


def _step_name(chain: Chain, number: int, talk: Talk) -> str:
    step = chain.steps[number]
    return str(step["name_ja"] if talk.reader.locale == "ja" else step["name_en"])


def _overrules(chain: Chain, seat: SeatView) -> bool:
    return chain.is_final(seat.step) and chain.kind(seat) in ("approve", "review") and ways.needs_words(chain)
