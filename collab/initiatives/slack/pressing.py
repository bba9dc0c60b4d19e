"""Buttons and forms of the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.goals import queries as goals
from collab.goals.queries.stages import stage_names
from collab.initiatives import messages, queries, service
from collab.initiatives.messages import Writing
from collab.initiatives.queries import InitiativeView
from collab.initiatives.service.health import say_health as note_health
from collab.initiatives.slack.cards import for_viewer
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import answers, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk

_FIELDS = {
    "goals": "goal", "goals.0": "goal", "leads": "other", "leads.1.member": "other", "leads.1.department": "department",
    "leads.0.member": "other", "leads.0.department": "department",
}  # fmt: skip
"""Fields of the service by their place in the form."""


def install() -> None:
    """Make buttons and forms known."""
    for name, press in _BUTTONS.items():
        edges.add_action(name, press)
    for name, send in _MODALS.items():
        edges.add_modal(name, send)


@permit("initiative.health")
def press_fine(talk: Talk) -> Answer:
    """On track, in one tap."""
    return say_health(talk, talk.pressed, "on_track", None)


@permit("initiative.health")
def press_worry(talk: Talk) -> Answer:
    """What is wrong is asked first."""
    return ask_health(talk, talk.pressed)


@permit("initiative.health")
def send_health(talk: Talk) -> Answer:
    """How it goes, and why."""
    note = str(talk.entered.get("note") or "").strip() or None
    return say_health(talk, str(talk.data["key"]), str(talk.entered.get("health") or ""), note)


def ask_health(talk: Talk, key: str, *, health: str = "at_risk", text: str = "") -> Open:
    """The form, once it is permitted: nobody fills one in vain."""
    found = permitted(talk, key, "health")
    return Open(messages.health_modal(found.key, found.title, talk.reader, health=health, text=text))


def say_health(talk: Talk, key: str, health: str, note: str | None) -> Answer:
    """It is noted; where the other side sees it differently, that is said at once."""
    note_health(talk.actor, key, health, note=note, now=talk.now)
    said = talk.reader.say(f"web.status.{health}")
    return answers.say(talk.reader, "initiative.done.health", key=key, said=said)


@permit("initiative.start")
def press_start(talk: Talk) -> Answer:
    """The work begins."""
    service.start(talk.actor, talk.pressed, now=talk.now)
    return answers.say(talk.reader, "initiative.done.start", key=talk.pressed)


@permit("initiative.close")
def send_close(talk: Talk) -> Answer:
    """How it ended was said."""
    result, outcome, lesson = (str(talk.entered.get(name) or "").strip() for name in ("result", "outcome", "lesson"))
    key = str(talk.data["key"])
    service.close(talk.actor, key, result=result, outcome=outcome, lesson=lesson, now=talk.now)
    return answers.say(talk.reader, "initiative.done.close", key=key)


@permit("initiative.create")
def new(talk: Talk) -> Answer:
    """The form, with the problem that was typed."""
    permits.check("initiative.create", talk.actor.roles)
    typed = {"problem": talk.typed.rest[: messages.LONG]} if talk.typed.rest else {}
    how = talk.reader
    stages = [(one.code, how.name(one)) for one in stage_names()]
    live = [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(talk.actor, live=True)]
    units = [(row.code, how.name(row)) for row in people.list_open_departments()]
    if not stages or not live:
        return answers.say(how, "initiative.slack.no_goal", address=identity.address("/goals"))
    return Open(messages.new_modal(Writing(stages, live, units, typed), how))


@permit("initiative.create")
def send_new(talk: Talk) -> Answer:
    """It was written down: the writer leads for their side, the other for theirs."""
    try:
        made = service.create(talk.actor, _written(talk), now=talk.now)
    except Invalid as error:
        fields = {_FIELDS.get(path, path): text for path, text in error.fields.items()}
        raise Invalid(fields, error.said_code, **error.args_said) from error
    return shown(talk, made.key)


def _written(talk: Talk) -> Mapping[str, Any]:
    entered = {name: str(value).strip() for name, value in talk.entered.items() if value not in (None, "", [])}
    other = identity.member_of(talk.team, entered.get("other", ""))
    if other is None:
        raise Invalid({"other": Text("initiative.problem.unknown_member")})
    first = {"slot": 1, "department": talk.actor.department, "member": talk.actor.email}
    second = {"slot": 2, "department": entered.get("department") or other.department, "member": other.email}
    words = {name: entered.get(name) for name in ("problem", "journey_stage", "title")}
    return {**words, "goals": [entered[name] for name in ("goal",) if name in entered], "leads": [first, second]}


@permit("initiative.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle or a list, with its buttons."""
    return shown(talk, talk.pressed)


def shown(talk: Talk, key: str) -> Say:
    """The card as it stands. Raises NotFound."""
    card = for_viewer(key, talk.actor, talk.reader)
    if card is None:
        raise NotFound
    return Say(card.text, card.blocks)


def permitted(talk: Talk, key: str, verb: str) -> InitiativeView:
    """The initiative, once the verb is permitted."""
    found = queries.get_initiative(talk.actor, key)
    permits.check(f"initiative.{verb}", queries.relations_of(talk.actor, found), found.state)
    return found


_BUTTONS = {
    messages.FINE: press_fine, messages.WORRY: press_worry, messages.START: press_start, messages.LOOK: look,
    messages.NEW: new,
}  # fmt: skip
_MODALS = {messages.HEALTH: send_health, messages.CLOSE: send_close, messages.NEW: send_new}
