"""A condition of a yes in Slack: the card of whoever must meet it, the news of what became of it, and the words that end it."""

from __future__ import annotations

from collections.abc import Iterable

from collab.approvals import service
from collab.approvals.messages import CardNow
from collab.approvals.queries import Chain
from collab.approvals.queries.conditions import ConditionView, get_condition, list_open
from collab.approvals.service import conditions as kept
from collab.approvals.service import meeting
from collab.approvals.slack import condition_cards as shown
from collab.approvals.slack.condition_cards import MET, SAY
from collab.approvals.slack.more import add_lines, add_more
from collab.approvals.slack.pressing import get_chain
from collab.escalations.registry import Watch, add_watch
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people import queries as people
from collab.slack import answers, blocks
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.slack.wording import cut
from collab.subjects.queries import get_summary

LAST = "approval.condition_last"
SAID = "approval.condition_said"
MOST_LINES, MOST_OFFERS = 3, 10
WORDED = {"waive": service.waive, "ask_to_waive": service.ask_to_waive}
"""What is said of a condition in words, and the service that does it."""


def install() -> None:
    """Make messages, buttons, forms and words known."""
    add_kind(
        MessageKind(
            kept.CARD, shown.asked, shown.repainted, shown.line, must_arrive=True, name="approval.message.condition"
        )
    )
    add_kind(MessageKind(kept.NEWS, shown.news, line=shown.news_line, name="approval.message.condition_told"))
    add_kind(
        MessageKind(
            LAST, shown.last_chance, shown.repainted, shown.line, must_arrive=True, newest_only=True,
            name="approval.message.last_chance",
        )
    )  # fmt: skip
    add_watch(Watch(kept.WATCH, LAST, meeting.still, meeting.facts, meeting.expected))
    add_lines(lines_of)
    add_more(section)
    edges.add_action(MET, press_met)
    edges.add_action(SAY, press_say)
    edges.add_modal(SAID, said)
    edges.vocabulary.add(
        Command("approval.meet", type_met, ("met", "fulfilled", "条件完了", "条件充足"), takes=KEY, rank=40)
    )
    edges.vocabulary.add(Command("approval.waive", type_waive, ("waive", "条件免除"), takes=KEY, rank=40))


def lines_of(chain: Chain, _viewer: Actor | None, reader: Reader) -> list[str]:
    """The conditions of a request on its card, what is open first in mind."""
    if not chain.conditioned:
        return []
    found = list_open(chain.subject)
    names = people.names_of(condition.owner for condition in found)
    lines = [_listed(condition, reader.name(names[condition.owner]), reader) for condition in found[:MOST_LINES]]
    left = len(found) - MOST_LINES
    return [*lines, *([reader.say("approval.condition.more", n=left)] if left > 0 else [])]


def _listed(found: ConditionView, owner: str, reader: Reader) -> str:
    kind = reader.say(f"approval.condition.{'before_order' if found.before_order else 'dated'}")
    return reader.say(
        "approval.condition.line", n=found.number, kind=kind, text=cut(found.text, 200), owner=owner, due=found.due_on
    )


def section(_now: CardNow, chain: Chain, actor: Actor, reader: Reader) -> list[Block]:
    """Behind "more" of a decided request: the conditions this person must meet, or may waive."""
    if not chain.conditioned or chain.state != "approved":
        return []
    moment = clock.now()
    return [
        block
        for found in list_open(chain.subject)
        for block in _offers(found, meeting.relations_to(found, actor, moment), reader)
    ][:MOST_OFFERS]


def _offers(found: ConditionView, here: frozenset[str], reader: Reader) -> Iterable[Block]:
    value, words = f"{found.subject}:{found.number}", {"n": found.number, "text": cut(found.text, 200)}
    if "owner" in here:
        done = blocks.button(reader.say("approval.condition.button.meet"), MET, value)
        yield blocks.section(blocks.escape(reader.say("approval.condition.offer.meet", **words)), accessory=done)
    elif "setter" in here:
        waive = blocks.button(reader.say("approval.condition.button.waive"), f"{SAY}:waive", f"{value}:waive")
        yield blocks.section(blocks.escape(reader.say("approval.condition.offer.waive", **words)), accessory=waive)


@permit("approval.meet")
def press_met(talk: Talk) -> Answer:
    """It is done."""
    key, number, _verb = _pressed(talk.pressed)
    return _meet(talk, key, number, None)


@permit("approval.meet")
def press_say(talk: Talk) -> Answer:
    """Ask for the words a waiver needs."""
    key, number, verb = _pressed(talk.pressed)
    return _ask(talk, key, number, verb)


@permit("approval.waive")
def said(talk: Talk) -> Answer:
    """The words were given: now it counts."""
    key, number, verb = str(talk.data["key"]), int(talk.data["number"]), str(talk.data["verb"])
    return _end(talk, verb, key, number, str(talk.entered.get("reason") or ""))


@permit("approval.meet")
def type_met(talk: Talk) -> Answer:
    """`met PR-1 [2] [note]`; the number may be left out where there is one only."""
    number, note = _numbered(talk, mine=True)
    return _meet(talk, talk.typed.key, number, note or None)


@permit("approval.waive")
def type_waive(talk: Talk) -> Answer:
    """`waive PR-1 [2] reason`; without the reason, a form asks for it."""
    number, reason = _numbered(talk, mine=False)
    if not reason:
        return _ask(talk, talk.typed.key, number, "waive")
    return _end(talk, "waive", talk.typed.key, number, reason)


def _meet(talk: Talk, key: str, number: int, note: str | None) -> Answer:
    service.meet(key=key, number=number, actor=talk.actor, note=note, now=talk.now)
    return answers.say(talk.reader, "approval.condition.done.meet", n=number, key=key)


def _ask(talk: Talk, key: str, number: int, verb: str) -> Answer:
    """The form, for whoever may say it: others who know that the request exists do not read its conditions."""
    state = get_chain(talk, key).state
    found = get_condition(key, number)
    if verb not in WORDED:
        raise NotFound
    permits.check(f"approval.{verb}", meeting.relations_to(found, talk.actor, talk.now), state)
    return Open(_form(found, verb, talk.reader))


def _end(talk: Talk, verb: str, key: str, number: int, reason: str) -> Answer:
    act = WORDED.get(verb)
    if act is None:
        raise NotFound
    act(key=key, number=number, actor=talk.actor, reason=reason, now=talk.now)
    return answers.say(talk.reader, f"approval.condition.done.{verb}", n=number, key=key)


def _numbered(talk: Talk, *, mine: bool) -> tuple[int, str]:
    """Which condition of a request was typed about, and the words after its number. Raises NotFound."""
    key, (first, _, rest) = talk.typed.key, talk.typed.rest.partition(" ")
    get_summary(talk.actor, key)
    if first.isascii() and first.isdigit() and len(first) < 4:
        return int(first), rest.strip()
    found = [one for one in list_open(key) if not mine or one.owner == talk.actor.id]
    if len(found) != 1:
        raise NotFound("which_condition", key=key)
    return found[0].number, talk.typed.rest


def _pressed(value: str) -> tuple[str, int, str]:
    key, _, rest = value.partition(":")
    number, _, verb = rest.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise NotFound
    return key, int(number), verb


def _form(found: ConditionView, verb: str, reader: Reader) -> Block:
    about = blocks.section(f"{blocks.bold(found.subject)} {blocks.escape(cut(found.text, 300))}")
    field = blocks.text_input("reason", longest=2000, lines=True)
    hint = reader.say(f"approval.condition.form.{verb}_hint")
    words = blocks.entry("reason", reader.say(f"approval.condition.form.{verb}"), field, hint=hint)
    return blocks.modal(
        SAID, reader.say(f"approval.condition.title.{verb}"), [about, words], close=reader.say("slack.cancel"),
        submit=reader.say(f"approval.condition.button.{verb}"),
        data={"key": found.subject, "number": found.number, "verb": verb},
    )  # fmt: skip
