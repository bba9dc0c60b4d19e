"""Doing something with a task in Slack: one tap, or a form that asks for what must be said. A press that came too late is
answered with how it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, NotFound, NotNow, Stale, Text
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack import answers, blocks, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk
from collab.tasks import queries, service
from collab.tasks.messages import cards, forms, receipts
from collab.tasks.messages.cards import VERB_OF, parts_of
from collab.tasks.messages.days import moment_of
from collab.tasks.messages.forms import Saying
from collab.tasks.queries import TaskView
from collab.tasks.rules.moves import PRESETS
from collab.tasks.slack.cards import chips_for, for_viewer

DATED = ("accept", "agree")


def install() -> None:
    """Make buttons and forms known."""
    edges.add_action(cards.ACCEPT, press_accept)
    edges.add_action(cards.DO, press)
    edges.add_action(cards.FORM, press_form)
    edges.add_action(cards.MORE, press_more)
    edges.add_action(cards.SNOOZE, choose_later)
    edges.add_action(cards.LOOK, look)
    edges.add_modal(forms.SAY, say)


@permit("task.accept")
def press_accept(talk: Talk) -> Answer:
    """A date chip: one tap promises it."""
    key, seen, stamp = parts_of(talk.pressed)
    at = (
        datetime.fromtimestamp(int(stamp), UTC) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else talk.now
    )
    if at <= talk.now:
        return fresh(talk, key, Text("task.problem.day_over"))
    return do(talk, "accept", key, seen, due=at)


@permit("task.show")
def press(talk: Talk) -> Answer:
    """Agree, done, confirm and what else needs no more words; the verb's own permit is checked by the service."""
    key, seen, verb = parts_of(talk.pressed)
    if verb not in cards.AT_ONCE:
        raise NotFound
    return do(talk, verb, key, seen)


@permit("task.show")
def press_form(talk: Talk) -> Answer:
    """Ask for what must be said; somebody who cannot do it any more sees how it stands instead."""
    key, seen, name = parts_of(talk.pressed)
    return ask_for(talk, VERB_OF.get(name, name), key, seen)


@permit("task.show")
def press_more(talk: Talk) -> Answer:
    """The rarer ways on."""
    key, _seen, _more = parts_of(talk.pressed)
    return more(talk, key)


@permit("task.snooze")
def choose_later(talk: Talk) -> Answer:
    """Be shown it again later."""
    key, seen, preset = parts_of(talk.pressed)
    if preset not in PRESETS:
        raise NotFound
    return do(talk, "snooze", key, seen, until=preset)


@permit("task.show")
def look(talk: Talk) -> Answer:
    """The card of one row, with its buttons."""
    return shown(talk, talk.pressed)


@permit("task.show")
def say(talk: Talk) -> Answer:
    """What a form asked for was said; the verb's own permit is checked by the service."""
    verb, key = str(talk.data["verb"]), str(talk.data["key"])
    seen = talk.data.get("seen")
    return do(talk, verb, key, seen if isinstance(seen, int) else None, **_said(talk, verb))


def do(talk: Talk, verb: str, key: str, seen: int | None, **said: Any) -> Answer:
    """One verb, and what it did. Too late, or after a change: how it stands now."""
    try:
        moved = _verb(verb)(talk.actor, key, **said, **({"seen": seen} if verb != "escalate" else {}), now=talk.now)
    except (NotNow, Stale) as refused:
        return fresh(talk, key, receipts.too_late(refused, key, talk.reader) or refused.text)
    return _thanks(talk, key, verb, moved)


def ask_for(talk: Talk, verb: str, key: str, seen: int | None = None, *, text: str = "") -> Answer:
    """The form of a verb, filled in as far as anything is known."""
    view = queries.get_task(talk.actor, key, talk.now)
    if verb not in view.can:
        return fresh(talk, key, Text("task.problem.stands"))
    return Open(forms.say_modal(_saying(talk, view, verb, seen, text), talk.reader))


def more(talk: Talk, key: str) -> Answer:
    """The rarer ways on, as far as they are open."""
    view = queries.get_task(talk.actor, key, talk.now)
    presets = PRESETS if view.snoozes_left else ()
    return Open(cards.more_modal(for_viewer(key, talk.actor, talk.reader, talk.now), presets, talk.reader))


def shown(talk: Talk, key: str) -> Say:
    """The card as it stands for whoever asks."""
    card = cards.card(for_viewer(key, talk.actor, talk.reader, talk.now), talk.reader)
    return Say(card.text, card.blocks)


def fresh(talk: Talk, key: str, why: Text | str) -> Say:
    """Why nothing was done (a Text, or words already said), and the card as it stands now."""
    card = shown(talk, key)
    line = talk.reader.show(why)
    return Say(f"{line} {card.text}", [blocks.section(blocks.escape(line)), *card.blocks])


def _verb(verb: str) -> Any:
    if verb not in service.__all__ or not verb.islower():
        raise NotFound
    return getattr(service, verb)


def _saying(talk: Talk, view: TaskView, verb: str, seen: int | None, text: str) -> Saying:
    day: date | None = None
    if verb in ("accept", "counter"):
        offered = chips_for(view, talk.actor, talk.now)
        day = view.needed_by_on if verb == "accept" and view.needed_by_on else offered[-1].day if offered else None
        day = day if day and day >= day_in(talk.now, talk.actor.zone) else None
    question = view.question
    notice = question.text if verb == "answer" and question else ""
    return Saying(verb, view.key, view.title, view.version if seen is None else seen, text=text, day=day, notice=notice)


def _said(talk: Talk, verb: str) -> dict[str, Any]:
    """The fields of a form as the service's arguments. Raises Invalid."""
    entered = {name: value for name, value in talk.entered.items() if value not in (None, "")}
    said: dict[str, Any] = {name: str(entered[name]) for name in ("reason", "text", "scope", "note") if name in entered}
    for name in ("to", "lifter"):
        if name in entered:
            said[name] = member_of(talk, str(entered[name]), name)
    if "due" in entered:
        said["due"] = _moment(talk, str(entered["due"]))
    elif verb == "accept":
        raise Invalid({"due": Text("task.problem.no_date")})
    return said


def _moment(talk: Talk, day: str) -> datetime:
    at = moment_of(date.fromisoformat(day), calendar_or_default(talk.actor.calendar), talk.now)
    if at is None:
        raise Invalid({"due": Text("task.problem.past_day")})
    return at


def member_of(talk: Talk, account: str, field: str) -> str:
    """The address of a Slack account's member. Raises Invalid."""
    member = identity.member_of(talk.team, account)
    if member is None:
        raise Invalid({field: Text("task.problem.unknown_member")})
    return member.email


def _thanks(talk: Talk, key: str, verb: str, moved: Any) -> Answer:
    """What it did, who is next, by when."""
    view = queries.find_task(talk.actor, key, talk.now)
    names = people.names_of([moved.waiting] if moved.waiting is not None else [])
    waiting: Any = names.get(moved.waiting)
    at = (
        moved.due_at
        if view is None
        else {"snooze": view.snoozed_until, **dict.fromkeys(DATED, view.promised_at)}.get(verb)
    )
    said: Mapping[str, Any] = {"key": key, "who": waiting or _other_side(view), "at": at}
    open_word = f"{verb}_open"
    needs_date = verb == "agree" and at is None
    needs_who = verb == "block" and waiting is None
    return answers.say(talk.reader, f"task.done.{open_word if needs_date or needs_who else verb}", **said)


def _other_side(view: TaskView | None) -> Any:
    return "" if view is None else view.asker
