"""Buttons and modals of a requirement's card."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from collab.blueprints import service
from collab.blueprints.messages import requirements as messages
from collab.blueprints.messages.requirements import RequirementNow
from collab.blueprints.queries.waiting import of_wait
from collab.blueprints.schemas.drawing import BlueprintCommitIn, BlueprintCounterIn, BlueprintWordsIn
from collab.blueprints.slack.cards import card_for, for_viewer
from collab.kernel.errors import NotFound
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk


def install() -> None:
    """Make buttons and modals known."""
    for name, press in _BUTTONS.items():
        edges.add_action(f"blueprint.{name}", press)
    for name, send in _MODALS.items():
        edges.add_modal(f"blueprint.{name}", send)


@permit("blueprint.commit")
def press_commit(talk: Talk) -> Answer:
    """Ask for the day."""
    return _form(talk, "commit")


@permit("blueprint.commit")
def send_commit(talk: Talk) -> Answer:
    """Promised."""
    fields = load(BlueprintCommitIn(), {"on": _typed(talk, "on"), "text": _typed(talk, "text")})
    key, number = _meant(talk)
    one = service.commit_to(talk.actor, key, number, on=fields["on"], text=fields.get("text"), now=talk.now)
    return answers.say(talk.reader, "blueprint.done.commit", title=one.title, on=one.promised_on)


@permit("blueprint.decline")
def press_decline(talk: Talk) -> Answer:
    """Ask why not."""
    return _form(talk, "decline")


@permit("blueprint.decline")
def send_decline(talk: Talk) -> Answer:
    """No, and why."""
    reason = load(BlueprintWordsIn(), {"text": _typed(talk, "text")})["text"]
    key, number = _meant(talk)
    one = service.decline(talk.actor, key, number, reason=reason, now=talk.now)
    return answers.say(talk.reader, "blueprint.done.decline", title=one.title)


@permit("blueprint.counter")
def press_counter(talk: Talk) -> Answer:
    """Ask what is offered instead."""
    return _form(talk, "counter")


@permit("blueprint.counter")
def send_counter(talk: Talk) -> Answer:
    """Something else, or another day."""
    fields = load(BlueprintCounterIn(), {"on": _typed(talk, "on"), "text": _typed(talk, "text")})
    key, number = _meant(talk)
    one = service.counter(talk.actor, key, number, text=fields["text"], on=fields["on"], now=talk.now)
    return answers.say(talk.reader, "blueprint.done.counter", title=one.title, on=one.promised_on)


@permit("blueprint.agree")
def press_agree(talk: Talk) -> Answer:
    """One tap."""
    one = service.agree(talk.actor, *messages.value_from(talk.pressed), now=talk.now)
    return answers.say(talk.reader, "blueprint.done.agree", title=one.title, on=one.promised_on)


@permit("blueprint.met")
def press_met(talk: Talk) -> Answer:
    """One tap."""
    one = service.met(talk.actor, *messages.value_from(talk.pressed), now=talk.now)
    return answers.say(talk.reader, "blueprint.done.met", title=one.title)


@permit("blueprint.withdraw")
def press_withdraw(talk: Talk) -> Answer:
    """One tap."""
    one = service.withdraw(talk.actor, *messages.value_from(talk.pressed), now=talk.now)
    return answers.say(talk.reader, "blueprint.done.withdraw", title=one.title)


@permit("blueprint.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    card = for_viewer(*messages.value_from(talk.pressed), talk.actor, talk.reader, talk.now)
    if card is None:
        raise NotFound
    return Say(card.text, card.blocks)


def _form(talk: Talk, verb: str) -> Answer:
    """The modal of an answer, once it may be given: nobody fills one in vain."""
    now = _now(talk)
    service.may(talk.actor, now.key, now.number, verb)
    day = (talk.now.astimezone(ZoneInfo(talk.actor.zone)).date() + timedelta(days=7)).isoformat()
    return Open(messages.answer_modal(verb, now, talk.reader, day=day))


def _now(talk: Talk) -> RequirementNow:
    key, number = messages.value_from(talk.pressed)
    one = of_wait(f"{key}:requirement:{number}")
    found = card_for(one, talk.actor, talk.now) if one else None
    if found is None or found.key != key:
        raise NotFound
    return found


def _meant(talk: Talk) -> tuple[str, int]:
    return str(talk.data["key"]), int(talk.data["number"])


def _typed(talk: Talk, name: str) -> str:
    return talk.entered.get(name) or ""


_BUTTONS = {
    "commit": press_commit, "decline": press_decline, "counter": press_counter, "agree": press_agree, "met": press_met,
    "withdraw": press_withdraw, "look": look,
}  # fmt: skip
_MODALS = {"commit": send_commit, "decline": send_decline, "counter": send_counter}
