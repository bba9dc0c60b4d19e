"""Having more people asked, in Slack: the form for an extra step."""

from __future__ import annotations

from collab.approvals import messages, service
from collab.approvals.messages import forms
from collab.approvals.slack.pressing import Seen, about, asked_on, last_seen, member_of, pressed, refused_at, sent
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.permits import permit
from collab.slack import answers
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk

_FIELDS = {"members": "members.0"}


def install() -> None:
    """Make the button, the modal and the words known."""
    edges.add_action(messages.ADD_STEP, press_add)
    edges.add_modal(forms.ADDED, give_step)
    words = ("addstep", "add-step", "ステップ追加", "追加")
    edges.vocabulary.add(Command("approval.add_step", type_add, words, takes=KEY, rank=35))


@permit("approval.add_step")
def press_add(talk: Talk) -> Answer:
    """Ask who, what, where and why."""
    return _form(talk, pressed(talk), "")


@permit("approval.add_step")
def type_add(talk: Talk) -> Answer:
    """`addstep PR-1 [reason]`: the modal asks for the people."""
    return _form(talk, last_seen(talk, talk.typed.key), talk.typed.rest)


@permit("approval.add_step")
def give_step(talk: Talk) -> Answer:
    """It was said who and why: now they are asked."""
    seen, fields = sent(talk), [f"members.{number}" for number in range(forms.MOST_PEOPLE)]
    members = [member_of(talk, talk.entered[field], field) for field in fields if talk.entered.get(field)]
    try:
        done = _add(talk, seen, members)
    except Invalid as error:
        raise refused_at(error, _FIELDS) from error
    word = "added_before" if done.before else "added_after"
    return answers.say(talk.reader, f"approval.slack.{word}", key=seen.key, n=done.step)


def _add(talk: Talk, seen: Seen, members: list[int]) -> service.Added:
    entered = {name: str(talk.entered.get(name) or "") for name in ("kind", "rule", "reason")}
    return service.add_step(
        key=seen.key, actor=talk.actor, members=members, kind=entered["kind"] or "approve", rule=entered["rule"] or "all",
        before=talk.entered.get("before") == "before", reason=entered["reason"], seen_version=seen.version, now=talk.now,
    )  # fmt: skip


def _form(talk: Talk, seen: Seen, reason: str) -> Answer:
    about_it = about(talk, seen, **({"reason": reason} if reason else {}))
    if asked_on(talk, seen.key) is None:
        raise NotNow("not_your_turn")
    return Open(forms.add_step(about_it, talk.reader))
