"""Buttons and modals of the card, the form of an alert, the shortcut on a message."""

from __future__ import annotations

from typing import Any

from collab.incidents import messages, queries, service
from collab.incidents.schemas import AnswerIn, CloseIn, FalseAlarmIn, IncidentIn, NoteIn
from collab.incidents.slack.cards import card_for
from collab.kernel.errors import NotFound
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk

FROM_MESSAGE = "incident.from_message"


def install() -> None:
    """Make buttons, modals and the shortcut known."""
    for name, press in _BUTTONS.items():
        edges.add_action(name, press)
    for name, send in _MODALS.items():
        edges.add_modal(name, send)
    edges.add_shortcut(FROM_MESSAGE, from_message)


@permit("incident.take")
def press_take(talk: Talk) -> Answer:
    """One tap."""
    return took(talk, talk.pressed)


@permit("incident.answer")
def press_answer(talk: Talk) -> Answer:
    """Ask what the public was told."""
    incident = _allowed(talk, "answer")
    return Open(messages.answer_modal(incident.key, incident.title, talk.reader))


@permit("incident.answer")
def send_answer(talk: Talk) -> Answer:
    """The public has an answer."""
    fields = load(AnswerIn(), _entered(talk, "text", "link"))
    service.answer(talk.actor, _key(talk), text=fields["text"], link=fields.get("link"), now=talk.now)
    return answers.say(talk.reader, "incident.done.answer", key=_key(talk))


@permit("incident.note")
def press_note(talk: Talk) -> Answer:
    """Ask what to write down."""
    incident = _allowed(talk, "note")
    return Open(messages.note_modal(incident.key, incident.title, talk.reader))


@permit("incident.note")
def send_note(talk: Talk) -> Answer:
    """An entry of the timeline."""
    fields = load(NoteIn(), _entered(talk, "text"))
    service.note(talk.actor, _key(talk), text=fields["text"], now=talk.now)
    return answers.say(talk.reader, "incident.done.note", key=_key(talk))


@permit("incident.close")
def press_close(talk: Talk) -> Answer:
    """Ask what happened, and why."""
    incident = _allowed(talk, "close")
    answered = incident.answered_at is not None
    return Open(messages.close_modal(incident.key, incident.title, talk.reader, answered=answered))


@permit("incident.close")
def send_close(talk: Talk) -> Answer:
    """It is over."""
    fields = load(CloseIn(), _entered(talk, "what_happened", "root_cause", "no_answer_reason"))
    done = service.close(talk.actor, _key(talk), **fields, now=talk.now)
    return answers.say(talk.reader, "incident.done.close", key=done.key, due=done.review_due_at)


@permit("incident.false_alarm")
def press_false_alarm(talk: Talk) -> Answer:
    """Ask why it was none."""
    incident = _allowed(talk, "false_alarm")
    return Open(messages.false_alarm_modal(incident.key, incident.title, talk.reader))


@permit("incident.false_alarm")
def send_false_alarm(talk: Talk) -> Answer:
    """It was none."""
    fields = load(FalseAlarmIn(), _entered(talk, "reason"))
    service.false_alarm(talk.actor, _key(talk), reason=fields["reason"], now=talk.now)
    return answers.say(talk.reader, "incident.done.false_alarm", key=_key(talk))


@permit("incident.raise")
def from_message(talk: Talk) -> Answer:
    """A brand alert out of a message: its words, and the way back to it."""
    permits.check("incident.raise", talk.actor.roles)
    return form(talk, {"text": talk.quoted.text, "link": talk.quoted.link})


@permit("incident.raise")
def send_alert(talk: Talk) -> Answer:
    """The form of an alert was sent."""
    fields = load(IncidentIn(), _entered(talk, "text", "department", "link"))
    made = service.raise_alert(talk.actor, fields, source="slack", permalink=fields.get("link"), now=talk.now)
    return raised(talk, made)


@permit("incident.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    return shown(talk, talk.pressed)


def form(talk: Talk, values: dict[str, str]) -> Answer:
    """The form of an alert."""
    departments = [(row.code, talk.reader.name(row)) for row in people.list_open_departments()]
    return Open(messages.alert_modal(values, departments, talk.reader))


def raised(talk: Talk, incident: Any) -> Say:
    """It was heard, and by whom."""
    now = card_for(incident, talk.actor, talk.reader, talk.now)
    return (
        messages.receipt(now, talk.reader)
        if now
        else answers.say(talk.reader, "incident.slack.raised", key=incident.key)
    )


def took(talk: Talk, key: str) -> Say:
    """Taken; what is left to do and by when."""
    incident = service.take(talk.actor, key, now=talk.now)
    line = talk.reader.say("incident.done.take", key=key)
    return answers.plainly(f"{line} {messages.countdown(incident.reply_due_at, talk.now, talk.reader)}")


def shown(talk: Talk, key: str) -> Say:
    """The card as it stands. Raises NotFound."""
    now = card_for(queries.get_incident(talk.actor, key), talk.actor, talk.reader, talk.now)
    if now is None:
        raise NotFound
    card = messages.card(now, talk.reader)
    return Say(card.text, card.blocks)


def _allowed(talk: Talk, verb: str) -> Any:
    """The incident, once the verb is permitted: nobody fills a modal in vain."""
    incident = queries.get_incident(talk.actor, talk.pressed)
    permits.check(f"incident.{verb}", queries.relations(talk.actor, incident), incident.state)
    return incident


def _key(talk: Talk) -> str:
    return str(talk.data["key"])


def _entered(talk: Talk, *names: str) -> dict[str, str]:
    return {name: str(talk.entered[name]) for name in names if talk.entered.get(name)}


_BUTTONS = {
    messages.TAKE: press_take, messages.ANSWER: press_answer, messages.NOTE: press_note, messages.CLOSE: press_close,
    messages.FALSE_ALARM: press_false_alarm, messages.LOOK: look,
}  # fmt: skip
_MODALS = {
    messages.ANSWER: send_answer, messages.NOTE: send_note, messages.CLOSE: send_close, messages.FALSE_ALARM: send_false_alarm,
    messages.ALERT: send_alert,
}  # fmt: skip
