"""A task as it stands now for one reader, and what each kind of message shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.escalations import service as escalations
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity
from collab.subjects.queries import list_related
from collab.tasks import queries
from collab.tasks.messages import cards
from collab.tasks.messages.cards import CardNow, Next, Said
from collab.tasks.messages.days import Chip, chips, moment_of
from collab.tasks.queries import TaskView

QUOTED = ("accept", "decline", "ask_again", "answer", "done", "confirm", "reopen", "hand_over", "unblock", "withdraw")
"""Verbs whose words a card repeats while they are the last; what was said with the others it shows by itself."""
NEWS_WITHOUT_DATE = {"accept": "accept_open", "hand_over": "hand_over_open"}


def asked(envelope: Envelope) -> Rendered | None:
    """The card put before whoever must act; nothing when they need not any more."""
    now = _of(envelope)
    return cards.card(now, envelope.reader) if now and now.asks else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return cards.card(now, envelope.reader) if now else None


def asked_line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, cards.line_of(now, envelope.reader), bool(now.asks), look=cards.LOOK) if now else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """The card before any superior hears; nothing when it came too late to matter."""
    view = _view(envelope)
    if view is None or not _is_waited(view, envelope):
        return None
    return _last(view, envelope)


def last_chance_repainted(envelope: Envelope) -> Rendered | None:
    """The same while it matters; afterwards the plain card."""
    view = _view(envelope)
    if view is None or envelope.recipient is None:
        return None
    if _is_waited(view, envelope):
        return _last(view, envelope)
    return cards.card(card_now(view, envelope.recipient, envelope.reader, envelope.now), envelope.reader)


def last_chance_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now, view = _of(envelope), _view(envelope)
    if now is None or view is None:
        return None
    head = envelope.reader.say("task.last.title", key=now.key)
    return Line(now.key, cards.line_of(now, envelope.reader, head), _is_waited(view, envelope), look=cards.LOOK)


def told(envelope: Envelope) -> Rendered | None:
    """News for the other side: who did what, what was said, and what can be done about it."""
    view, recipient = _view(envelope), envelope.recipient
    if view is None or recipient is None:
        return None
    now = card_now(view, recipient, envelope.reader, envelope.now, repeat=False)
    note = _last_note(view.key, recipient, str(envelope.args.get("verb", "")))
    return cards.news(now, envelope.reader, _news_line(envelope, now), note)


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    return Line(now.key, cards.line_of(now, envelope.reader, _news_line(envelope, now)), open=True, look=cards.LOOK)


def for_viewer(key: str, viewer: Actor, reader: Reader, now: datetime) -> CardNow:
    """The card as it stands for somebody. Raises NotFound where they may not see it."""
    return card_now(queries.get_task(viewer, key, now), viewer, reader, now)


def card_now(view: TaskView, viewer: Actor, reader: Reader, now: datetime, *, repeat: bool = True) -> CardNow:
    """A task as one reader's card shows it; `repeat`: with what was said last."""
    waiting = view.waiting_on
    mine = waiting is not None and waiting.member is not None and _acts_for(waiting.member.id, viewer, now)
    departments = {row.code: row for row in people.list_departments()}
    return CardNow(
        key=view.key, version=view.version, address=address(view.key), title=view.title, state=view.state,
        wait=waiting.wait if waiting else "", asks=waiting.wait if waiting and mine else "",
        asker=_side(view.asker, departments.get(view.from_department), reader),
        department=_name(departments.get(view.to_department), reader) or view.to_department,
        responsible=_name(view.responsible or view.assignee, reader), turn=turn_of(view, departments, reader), can=view.can,
        actor=_name(_actor(view), reader), detail=view.detail or "", severity=view.severity, due_at=view.due_at, late=view.late,
        promised_at=view.promised_at, proposed_at=view.proposal.due_at if view.proposal else None,
        needed_by_on=view.needed_by_on, serves=_serves(view.key, viewer), said=(*_last_said(view, viewer, reader), *_said(view, reader)) if repeat else tuple(_said(view, reader)),
        question_open=view.question is not None, permalink=view.permalink or "",
        chips=chips_for(view, viewer, now) if "accept" in view.can else (),
    )  # fmt: skip


def _acts_for(member: int, viewer: Actor, now: datetime) -> bool:
    """Whether it is the viewer's turn: their own, or of somebody away for whom they stand in."""
    return member == viewer.id or member in people.stood_in_for(viewer.id, now)


def chips_for(view: TaskView, viewer: Actor, now: datetime) -> tuple[Chip, ...]:
    """The dates one tap promises, on the promiser's own calendar."""
    calendar = calendar_or_default(viewer.calendar)
    needed = moment_of(view.needed_by_on, calendar, now) if view.needed_by_on else None
    return chips(calendar, now, needed)


def turn_of(view: TaskView, departments: Mapping[str, Any], reader: Reader) -> str:
    """Who must act next: by name, else the department where nobody is there."""
    waiting = view.waiting_on
    if waiting is None:
        return ""
    return _name(waiting.member, reader) or _name(departments.get(waiting.department), reader) or waiting.department


def address(key: str) -> str:
    """Where the task stands on the web."""
    return identity.address(f"/tasks/{key}")


def _of(envelope: Envelope) -> CardNow | None:
    view = _view(envelope)
    if view is None or envelope.recipient is None:
        return None
    return card_now(view, envelope.recipient, envelope.reader, envelope.now)


def _view(envelope: Envelope) -> TaskView | None:
    if envelope.recipient is None:
        return None
    return queries.find_task(envelope.recipient, envelope.subject_key, envelope.now)


def _is_waited(view: TaskView, envelope: Envelope) -> bool:
    """Whether what this card warns of is still waited for, and still of this reader: by name, or in place of somebody away."""
    wait = str(envelope.args.get("wait", "")).rpartition(":")[2]
    waiting = view.waiting_on
    if waiting is None or envelope.recipient is None or waiting.wait != wait:
        return False
    return waiting.member is not None and _acts_for(waiting.member.id, envelope.recipient, envelope.now)


def _last(view: TaskView, envelope: Envelope) -> Rendered | None:
    if envelope.recipient is None:
        return None
    now = card_now(view, envelope.recipient, envelope.reader, envelope.now)
    return cards.last_chance(now, envelope.reader, _following(str(envelope.args["wait"]), envelope))


def _following(wait: str, envelope: Envelope) -> Next | None:
    """The next rung as it would be today: the reader is told who would see it, never kept in the dark."""
    found = escalations.foresee(wait, envelope.now)
    if found is None:
        return None
    names = people.names_of(found.members)
    said = tuple(_name(names[member], envelope.reader) for member in found.members if member in names)
    return Next(found.at, said, found.together)


def _news_line(envelope: Envelope, now: CardNow) -> str:
    reader, args = envelope.reader, envelope.args
    verb, by = str(args.get("verb", "")), args.get("by")
    to = args.get("to")
    names = people.names_of([member for member in (by, to) if isinstance(member, int)])
    said: dict[str, Any] = {
        "who": names.get(by or 0) or now.department, "to": names.get(to or 0) or now.responsible, "key": now.key,
        "at": now.promised_at or now.due_at, "department": now.department,
    }  # fmt: skip
    word = NEWS_WITHOUT_DATE[verb] if verb in NEWS_WITHOUT_DATE and not (said["at"] and said["to"]) else verb
    key = f"task.told.{word}"
    return reader.say(key, **said) if reader.knows(key) else cards.headline(now, reader)


def _name(named: Any, reader: Reader) -> str:
    return reader.name(named) if named is not None else ""


def _side(named: Any, department: Any, reader: Reader) -> str:
    """A person and where they belong."""
    if department is None:
        return _name(named, reader)
    return reader.say("task.card.person", name=_name(named, reader), department=_name(department, reader))


def _actor(view: TaskView) -> Any:
    """Who caused what is waited for now."""
    wait = view.waiting_on.wait if view.waiting_on else ""
    if wait == "counter" and view.proposal:
        return view.proposal.by
    if wait == "question" and view.question:
        return view.question.by
    return view.responsible if wait in ("blocked", "confirm") else view.asker


def _serves(key: str, viewer: Actor) -> tuple[tuple[str, str], ...]:
    """What it is linked to, as far as this reader may see it."""
    return tuple((f"{one.key} {one.title}", identity.address(one.path)) for one in list_related(viewer, key))


def _last_said(view: TaskView, viewer: Actor, reader: Reader) -> Iterable[Said]:
    """What whoever moved it last said with it."""
    verb = view.last_move.verb
    note = _last_note(view.key, viewer, verb) if verb in QUOTED and view.last_move.by else ""
    if note or (verb == "hand_over" and view.last_move.by):
        label = f"{verb}_open" if reader.knows(f"task.told.{verb}_open") else verb
        yield Said(reader.say(f"task.told.{label}", who=view.last_move.by, key=view.key), note)


def _last_note(key: str, viewer: Actor, verb: str) -> str:
    """What was said the last time somebody did this."""
    told = [event.note for event in queries.list_history(viewer, key) if event.verb == verb]
    return (told[-1] or "") if told else ""


def _said(view: TaskView, reader: Reader) -> Iterable[Said]:
    """What was said on the way and still counts."""
    if view.question:
        yield Said(
            reader.say("task.told.question", who=_name(view.question.by, reader), key=view.key), view.question.text
        )
    if view.proposal and view.proposal.scope:
        yield Said(reader.say("task.card.scope"), view.proposal.scope)
    if view.proposal and view.proposal.note:
        yield Said(reader.say("task.form.note"), view.proposal.note)
    if view.agreed_scope and not view.proposal:
        yield Said(reader.say("task.card.agreed"), view.agreed_scope)
    if view.block:
        yield Said(reader.say("task.card.blocks"), view.block.reason)
        if cost := cost_of(view, reader):
            yield Said(reader.say("task.card.cost"), cost)


def cost_of(view: TaskView, reader: Reader) -> str:
    """What the delay costs, in a line."""
    block = view.block
    if block is None:
        return ""
    amount = reader.say(f"task.per.{block.cost_per or 'day'}", amount=block.cost) if block.cost else ""
    return " · ".join(part for part in (amount, block.cost_text or "") if part)
