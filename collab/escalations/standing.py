"""A wait as its readers see it: names, both clocks, what it costs, who heard before. For cards and pages alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.escalations.messages import Before, Stalled, Waited
from collab.escalations.queries import ACKNOWLEDGED, EscalationView, NoticeView
from collab.escalations.registry import Facts, watches
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.clock import day_in
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.slack import identity
from collab.subjects.queries import list_seen
from collab.subjects.registry import Summary

PAGE = "/escalations"
ADMIN = "admin"
LONGEST = timedelta(days=366)
_LINES = ("line:", "other_line:")
_ENGLISH = Reader("en")


@dataclass(frozen=True)
class Known:
    """What is looked up once for many waits."""

    names: Mapping[int, people.Named]
    sides: Mapping[str, Any]
    calendars: Mapping[int, str]
    subjects: Mapping[str, Summary]
    facts: Mapping[str, Facts]

    def name(self, member: int | None) -> Any:
        """Somebody's name, None for nobody."""
        return self.names.get(member) if member is not None else None


def stalled(views: Sequence[EscalationView], viewers: Sequence[Actor], now: datetime) -> list[Stalled]:
    """Each wait in words' reach. Title and facts are those every one of the viewers may see."""
    known = look_up(views, viewers, now)
    return [as_it_stands(view, known, now) for view in views]


def look_up(views: Sequence[EscalationView], viewers: Sequence[Actor], now: datetime) -> Known:
    """Everything these waits name, in a few statements."""
    members = {member for view in views for member in _members(view)}
    sides = {row.code: row for row in people.list_departments()}
    seen = _seen({view.subject for view in views}, viewers)
    present = people.presence({member for view in views for member in (view.late, view.other) if member}, now)
    calendars = {member: found.calendar for member, found in present.items()}
    return Known(
        people.names_of(members), sides, calendars, seen, _facts([view for view in views if view.subject in seen])
    )


def _members(view: EscalationView) -> set[int]:
    named = {view.late, view.other, view.acknowledged_by, view.owner, view.manual[0] if view.manual else None}
    heard = {member for notice in view.notices for member in (notice.member, notice.instead_of)}
    return {member for member in named | heard if member is not None}


def _seen(keys: Collection[str], viewers: Sequence[Actor]) -> dict[str, Summary]:
    """What all of them may see."""
    if not viewers:
        return {}
    each = [*list_seen([(viewer, sorted(keys)) for viewer in viewers]).values()]
    return {key: summary for key, summary in each[0].items() if all(key in found for found in each)}


def _facts(views: Sequence[EscalationView]) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for code, watch in watches.items():
        keys = [view.key for view in views if view.watch == code]
        if keys:
            found.update(watch.facts(keys))
    return found


def as_it_stands(view: EscalationView, known: Known, now: datetime) -> Stalled:
    """One wait with what was looked up."""
    subject = known.subjects.get(view.subject)
    return Stalled(
        id=view.id, key=view.subject, title=subject.title if subject else "",
        address=identity.address(subject.path if subject else f"{PAGE}/{view.id}"),
        waits=waits(view), state=view.state, due_at=view.due_at,
        late=known.name(view.late), late_side=known.sides.get(view.department or ""),
        other=known.name(view.other), other_side=known.sides.get(view.other_department or ""),
        waited=waited(view, known, now), facts=tuple(known.facts.get(view.key, ())),
        taken_by=known.name(view.acknowledged_by) if view.state == ACKNOWLEDGED else None, until=view.acknowledged_until,
        owner=known.name(view.owner), ended=_ended(view, known), ended_at=view.ended_at,
    )  # fmt: skip


def waits(view: EscalationView) -> Text:
    """What is waited for."""
    key = f"{view.watch}.waits"
    return Text(key if _ENGLISH.knows(key) else "escalation.waits")


def waited(view: EscalationView, known: Known, now: datetime) -> tuple[Waited, ...]:
    """How long, on the calendar of each side; by the wall where nobody's hours count."""
    until = view.ended_at or now
    if view.policy.get("hours") == "always":
        return (Waited("", 0, int((until - view.started_at).total_seconds()) // 60),)
    sides = [member for member in (view.late, view.other) if member is not None]
    calendars = [calendar_or_default(known.calendars.get(member, "")) for member in sides] or [calendar_or_default("")]
    each = {calendar.zone.key: _waited(calendar, view.started_at, until) for calendar in calendars}
    return tuple(each.values())


def _waited(calendar: BusinessCalendar, since: datetime, until: datetime) -> Waited:
    since = max(since, until - LONGEST)
    zone = calendar.zone
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = sum(calendar.is_business_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    while days and calendar.add_days(since, days) > until:
        days -= 1
    return Waited(zone.key, days, 0 if days else max(calendar.between(since, until), 0))


def before(view: EscalationView, known: Known, readers: Collection[int], until: datetime) -> tuple[Before, ...]:
    """Everybody else who had heard by then, each once, as they heard first."""
    found: dict[int, Before] = {}
    for notice in view.told:
        at, who = notice.notice_at or notice.at, known.name(notice.member)
        if notice.member is not None and who and notice.member not in readers and at < until and notice.why != ADMIN:
            found.setdefault(notice.member, Before(who, heard_as(notice.why), at))
    return tuple(found.values())


def heard_as(code: str) -> Text:
    """In which part somebody heard."""
    key = f"escalation.heard_as.{code}"
    return Text(key if _ENGLISH.knows(key) else "escalation.heard_as.line")


def passed_over(code: str | None) -> Text:
    """Why somebody was not told."""
    key = f"escalation.skipped.{code}"
    return Text(key if _ENGLISH.knows(key) else "escalation.skipped.other")


def _ended(view: EscalationView, known: Known) -> Text | None:
    if view.ended_at is None:
        return None
    late = known.name(view.late)
    key = f"escalation.ended.{view.end_reason}"
    if view.end_reason != "acted" and _ENGLISH.knows(key):
        return Text(key, {"at": view.ended_at})
    if late is not None and view.end_reason not in ("over", "repaired"):
        return Text("escalation.ended.acted", {"who": late, "at": view.ended_at})
    return Text("escalation.ended.other", {"at": view.ended_at})


def why(view: EscalationView, notice: NoticeView | None, reader: Actor, known: Known, now: datetime) -> Text:
    """Why this reader was told, as they would say it."""
    if view.manual is not None and (notice is None or notice.at >= view.manual[2]):
        return _manual(view, known)
    code = notice.why if notice else "line_unnamed"
    stood_in = notice.instead_of if notice else None
    if stood_in is not None and stood_in in known.names:
        return _instead(known.names[stood_in], stood_in, now)
    named = {"lead": _as_lead, "line": _as_superior, "office": _by_office, "deputy": _as_deputy}
    if notice is not None and code in named:
        return named[code](view, notice, reader, known)
    key = f"escalation.why.{code}"
    return Text(key if _ENGLISH.knows(key) else "escalation.why.line_unnamed")


def _manual(view: EscalationView, known: Known) -> Text:
    by, reason, _at = view.manual or (0, "", view.started_at)
    asker = known.name(by)
    if asker is None:
        return Text("escalation.why.manual_unnamed")
    return Text("escalation.why.manual", {"name": asker, "reason": reason})


def _instead(name: people.Named, member: int, now: datetime) -> Text:
    """Whom they stand in for, and until when where that is known."""
    away = [row.until_on for row in people.list_absences(member, now) if row.from_on <= day_in(now, "UTC")]
    if away:
        return Text("escalation.why.deputy_until", {"name": name, "until": max(away)})
    return Text("escalation.why.instead", {"name": name})


def _as_deputy(view: EscalationView, _notice: NoticeView, _reader: Actor, known: Known) -> Text:
    late = known.name(view.late)
    return Text("escalation.why.deputy", {"name": late}) if late else Text("escalation.why.line_unnamed")


def _as_lead(view: EscalationView, _notice: NoticeView, reader: Actor, known: Known) -> Text:
    led = [code for code in (view.department, view.other_department) if code and code in reader.leads]
    side = known.sides.get(led[0]) if led else None
    return Text("escalation.why.lead", {"side": side}) if side else Text("escalation.why.lead_unnamed")


def _as_superior(view: EscalationView, notice: NoticeView, _reader: Actor, known: Known) -> Text:
    """Of the late side or the other one; where a rung names both, the words name neither."""
    to = _to(view, notice.rung)
    late, other = (any(word.startswith(start) for word in to) for start in _LINES)
    below = known.name(view.other if other else view.late)
    if late == other or below is None:
        return Text("escalation.why.line_unnamed")
    return Text("escalation.why.line", {"name": below})


def _by_office(view: EscalationView, notice: NoticeView, reader: Actor, _known: Known) -> Text:
    named = {word.partition(":")[2] for word in _to(view, notice.rung) if word.startswith("office:")}
    held = [code for code in reader.offices if code in named]
    office = people.offices().get(held[0]) if held else None
    return Text("escalation.why.office", {"office": office}) if office else Text("escalation.why.office_unnamed")


def _to(view: EscalationView, rung: int) -> Sequence[str]:
    return view.rungs[rung]["to"] if rung < len(view.rungs) else ()


def notice_of(view: EscalationView, member: int, rung: int | None, loop: int | None) -> NoticeView | None:
    """The notice a card goes back to; the member's latest where it is not there (any more)."""
    mine = [notice for notice in view.told if notice.member == member]
    exact = [notice for notice in mine if (notice.rung, notice.loop) == (rung, loop)]
    found = exact or mine
    return found[-1] if found else None
