"""What the page of one task shows a viewer: what is asked, where it stands, whose move it is until when, the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta, get_timezone_location

from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.subjects.queries import list_related
from collab.tasks import queries
from collab.tasks.messages.days import Chip, chips, moment_of
from collab.tasks.queries import Event, TaskView
from collab.tasks.rules.moves import CLOSED, PRESETS
from collab.tasks.views.course import timeline
from collab.web.moments import due_state, due_words

DAY = timedelta(hours=8)
"""What a working day counts for when working time is said in days."""
FACES: dict[str, tuple[str, ...]] = {
    "answer": ("decline", "question"),
    "counter": ("agree", "ask_again", "question"),
    "question": ("answer",),
    "promise": ("done", "counter", "question"),
    "blocked": ("unblock", "question"),
    "confirm": ("confirm", "reopen"),
}
"""The buttons of whoever has the next move, by what is waited for; the dates to accept with stand before them."""
ORDER = (
    "accept", "agree", "answer", "done", "confirm", "unblock", "reopen", "ask_again", "decline", "question", "counter", "start",
    "block", "hand_over", "snooze", "share", "escalate", "withdraw",
)  # fmt: skip


@dataclass(frozen=True)
class View:
    """One task before one viewer."""

    me: Actor
    task: TaskView
    how: Reader
    now: datetime
    departments: Mapping[str, Any]

    @property
    def my_turn(self) -> bool:
        """Whether the viewer has the next move."""
        waiting = self.task.waiting_on
        return waiting is not None and waiting.member is not None and waiting.member.id == self.me.id

    @property
    def calendar(self) -> BusinessCalendar:
        """The viewer's own."""
        return calendar_or_default(self.me.calendar)

    def department(self, code: str) -> str:
        """A department's name."""
        row = self.departments.get(code)
        return self.how.name(row) if row is not None else code


QUOTED = ("accept", "decline", "ask_again", "answer", "done", "confirm", "reopen", "hand_over", "unblock", "withdraw")
"""Verbs whose words stand on the page while they are the last; what was said with the others it shows by itself."""


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at a task. Raises NotFound."""
    departments = {row.code: row for row in people.list_departments()}
    return View(me, queries.get_task(me, key, now), how, now, departments)


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    task, how = view.task, view.how
    events = queries.list_history(view.me, task.key)
    return {
        "task": task, "headline": headline(view), "my_turn": view.my_turn, "turn": turn_of(view), "standing": standing(view),
        "asker": how.name(task.asker), "from_side": view.department(task.from_department),
        "to_side": view.department(task.to_department), "who": how.name(task.responsible) if task.responsible else "",
        "due": {"text": due_words(task.due_at, view.now, how), "state": due_state(task.due_at, view.now)},
        "clocks": list(clocks(view)), "left": left(view), "facts": facts(view), "said": list(said(view, events[-1] if events else None)),
        "timeline": timeline(events, how), "related": list_related(view.me, task.key),
        "departments": view.departments.values(), "bar": bar(view), "chips": [(stamp(chip), chip.label(how)) for chip in offered(view)], "presets": PRESETS,
        "closed": task.state in CLOSED, "suggested": suggested(view), "members": _members(view),
    }  # fmt: skip


def _members(view: View) -> list[Actor]:
    """Whom it can be given to, or who can be asked: only looked up where somebody may be named."""
    if not view.task.can & {"hand_over", "block", "question"}:
        return []
    return [actor for actor in people.list_actors(view.now) if actor.active and not actor.is_auditor]


def stamp(chip: Chip) -> str:
    """A chip's moment as a form sends it."""
    return chip.at.isoformat()


def offered(view: View) -> tuple[Chip, ...]:
    """The dates one tap promises, on the viewer's own calendar."""
    if "accept" not in view.task.can:
        return ()
    needed = moment_of(view.task.needed_by_on, view.calendar, view.now) if view.task.needed_by_on else None
    return chips(view.calendar, view.now, needed)


def suggested(view: View) -> str:
    """The day the date fields begin with."""
    found = chips(view.calendar, view.now)
    return found[-1].day.isoformat() if found else ""


def headline(view: View) -> str:
    """What is asked of this viewer, in one sentence; empty for whoever has not the next move."""
    task, how = view.task, view.how
    waiting = task.waiting_on
    if waiting is None or not view.my_turn:
        return ""
    if waiting.wait == "promise":
        return how.say(f"task.card.ask.promise{'_late' if task.late else ''}", at=task.promised_at or task.due_at)
    word = (
        "counter_scope"
        if waiting.wait == "counter" and task.proposal and task.proposal.due_at is None
        else waiting.wait
    )
    return how.say(f"task.card.ask.{word}", who=_cause(task))


def _cause(task: TaskView) -> Any:
    """Who caused what is waited for now."""
    wait = task.waiting_on.wait if task.waiting_on else ""
    if wait == "counter" and task.proposal and task.proposal.by:
        return task.proposal.by
    if wait == "question" and task.question and task.question.by:
        return task.question.by
    return (task.responsible if wait in ("blocked", "confirm") else None) or task.asker


def turn_of(view: View) -> str:
    """Who has the next move."""
    waiting, how = view.task.waiting_on, view.how
    if waiting is None:
        return how.say("task.page.turn_nobody")
    if view.my_turn:
        return how.say("task.page.turn_you")
    return how.say("task.page.turn", who=waiting.member or view.department(waiting.department))


def standing(view: View) -> str:
    """Where it stands, in a sentence; nothing where the turn says it all."""
    task = view.task
    if view.my_turn and task.state in ("asked", "countered"):
        return ""
    who: Any = task.responsible or view.department(task.to_department)
    word = f"{task.state}_open" if task.state in ("accepted", "started") and task.promised_at is None else task.state
    return view.how.say(f"task.card.stands.{word}", who=who, at=task.promised_at)


def left(view: View) -> dict[str, str] | None:
    """How much working time whoever has the next move has left, or is late by, on their own calendar."""
    task = view.task
    if task.due_at is None or task.waiting_on is None:
        return None
    calendar = _calendar_of(task.waiting_on.member.id if task.waiting_on.member else None, view.now)
    try:
        minutes = calendar.between(view.now, task.due_at)
    except BusinessTimeError:
        return None
    word = "late" if task.late else "left"
    return {
        "text": view.how.say(f"task.page.{word}", time=working_time(abs(minutes), view.how), n=abs(minutes)),
        "state": word,
    }


def working_time(minutes: int, how: Reader) -> str:
    """Working minutes in one unit; a day is eight hours."""
    if minutes >= DAY // timedelta(minutes=1):
        return how.say("task.page.days", n=round(minutes * timedelta(minutes=1) / DAY))
    return format_timedelta(timedelta(minutes=minutes), threshold=1.2, locale=how.locale)


def clocks(view: View) -> Iterable[dict[str, Any]]:
    """What time it is on either side, and whether they are at work; one clock for sides that share it."""
    task = view.task
    found: dict[str, tuple[BusinessCalendar, list[str]]] = {}
    for named, code in ((task.asker, task.from_department), (task.responsible, task.to_department)):
        calendar = _calendar_of(named.id if named else None, view.now)
        _same, sides = found.setdefault(calendar.code, (calendar, []))
        if view.department(code) not in sides:
            sides.append(view.department(code))
    return [_clock(view, calendar, sides) for calendar, sides in found.values()]


def _clock(view: View, calendar: BusinessCalendar, sides: Sequence[str]) -> dict[str, Any]:
    there = Reader(view.how.locale, calendar.zone.key)
    is_open = calendar.is_open(view.now)
    opens = "" if is_open else view.how.say("task.page.closed_there", at=calendar.next_opening(view.now))
    zone = get_timezone_location(calendar.zone, locale=view.how.locale, return_city=True)
    return {
        "side": view.how.say("list.comma").join(sides), "open": is_open,
        "now": view.how.say("task.page.there", zone=zone, at=there.moment(view.now)),
        "text": view.how.say("task.page.open_there") if is_open else opens,
    }  # fmt: skip


def _calendar_of(member: int | None, now: datetime) -> BusinessCalendar:
    here = people.presence([member], now).get(member) if member is not None else None
    return calendar_or_default(here.calendar if here else "")


def facts(view: View) -> list[tuple[str, str]]:
    """Label and value, what is empty left out by the template."""
    task, how = view.task, view.how
    rows = [
        ("task.card.needed_by", how.day(task.needed_by_on) if task.needed_by_on else ""),
        ("task.card.promised", how.moment(task.promised_at) if task.promised_at else ""),
        ("task.card.agreed", task.agreed_scope or ""),
        ("task.page.asked_at", how.moment(task.asked_at)),
        ("task.page.visibility", how.say(f"task.visibility.{task.visibility}")),
        ("task.page.counts", how.say("list.comma").join(counts(view))),
    ]
    return [(how.say(label), value) for label, value in rows]


def counts(view: View) -> list[str]:
    """How often it was handed over, put off, moved to another date."""
    task, how = view.task, view.how
    numbers = (("handovers", task.handovers), ("snoozes", task.snoozes), ("counters", task.counters))
    return [how.say(f"task.page.{word}", n=number) for word, number in numbers if number]


def said(view: View, last: Event | None) -> Iterable[dict[str, Any]]:
    """What was said last, the open question, the proposal, what blocks it: what must be read before anything is pressed."""
    task, how = view.task, view.how
    if last and last.verb == task.last_move.verb and last.verb in QUOTED and last.note:
        by = task.last_move.by
        yield {
            "kind": "info",
            "title": how.say(f"task.said.{last.verb}", who=by or ""),
            "lines": last.note.splitlines(),
        }
    if task.question:
        title = how.say("task.page.question_title", who=task.question.by or "", to=task.question.to or "")
        yield {"kind": "info", "title": title, "lines": task.question.text.splitlines()}
    if task.proposal:
        proposal = task.proposal
        word = "proposal_title" if proposal.due_at else "proposal_scope_title"
        title = how.say(f"task.page.{word}", who=proposal.by or "", at=proposal.due_at)
        yield {"kind": "info", "title": title, "lines": [line for line in (proposal.scope, proposal.note) if line]}
    if task.block:
        yield {"kind": "warn", "title": how.say("task.card.blocks"), "lines": [line for line in _blocked(view) if line]}


def _blocked(view: View) -> Iterable[str]:
    block, how = view.task.block, view.how
    if block is None:
        return
    yield block.reason
    if view.task.last_move.verb == "block":
        yield how.say("task.page.blocked_for", time=how.ago(view.task.last_move.at, view.now))
    if block.cost:
        per = how.say(f"task.per.{block.cost_per or 'day'}", amount=block.cost)
        yield f"{how.say('task.card.cost')}: {per}"
    yield block.cost_text or ""


def bar(view: View) -> dict[str, Any]:
    """The buttons: what is asked of the viewer first, the rest behind "more"."""
    can = [verb for verb in ORDER if verb in view.task.can]
    waiting = view.task.waiting_on
    wanted = FACES.get(waiting.wait, ()) if waiting else ()
    face = [verb for verb in wanted if verb in can and (view.my_turn or verb != "question")]
    if not face and "accept" not in can:
        face = can[:2]
    return {"face": face, "more": [verb for verb in can if verb not in face]}
