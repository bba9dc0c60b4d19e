"""Waits in the viewer's words, for pages and the API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collab.escalations import messages, standing
from collab.escalations.queries import PUT_BEFORE_ME, EscalationView, NoticeView, answers, list_put_before_each
from collab.escalations.rules.answers import Pair
from collab.escalations.standing import Known
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.subjects.queries import list_seen
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import only_where

DAYS, LONGEST = 90, 731
FIRST_YEAR, LAST_YEAR = 1970, 9000


def shown(views: Sequence[EscalationView], viewer: Actor, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """One row per wait, for pages."""
    known = standing.look_up(views, [viewer], now)
    return [_row(view, known, how, now) for view in views]


def _row(view: EscalationView, known: Known, how: Reader, now: datetime) -> dict[str, Any]:
    found = standing.as_it_stands(view, known, now)
    subject = known.subjects.get(view.subject)
    late, other = (messages.side_of(*pair) for pair in ((found.late, found.late_side), (found.other, found.other_side)))
    return {
        "id": view.id, "key": view.subject, "title": found.title or how.say("escalation.card.hidden"),
        "path": subject.path if subject else None, "page": f"{standing.PAGE}/{view.id}", "state": view.state,
        "said": messages.headline(found), "waits": found.waits, "late": late, "other": other, "due_at": view.due_at,
        "since": view.started_at, "waited": messages.waited_line(found.waited, how), "facts": found.facts,
        "rung": max(view.rung, 1), "rungs": len(view.rungs), "loop": view.loop, "loops": view.loops,
        "next_at": view.next_at, "next_now": view.next_at is not None and view.next_at <= now,
        "taken_by": found.taken_by, "until": found.until, "owner": found.owner, "policy": view.policy["code"],
        "told": told(view, known), "skipped": skipped(view, known), "standing": messages.standing(found),
        "ended": found.ended, "is_open": view.is_open, "manual": _manual(view, known),
    }  # fmt: skip


def _manual(view: EscalationView, known: Known) -> Text | None:
    if view.manual is None:
        return None
    return Text("escalation.why.manual", {"name": known.name(view.manual[0]), "reason": view.manual[1]})


def told(view: EscalationView, known: Known) -> list[dict[str, Any]]:
    """Who heard above the late person, each once with why."""
    heard = {notice.member: notice for notice in reversed(view.told) if notice.why != standing.ADMIN}
    return [_heard(notice, known) for notice in sorted(heard.values(), key=lambda one: (one.at, one.rung))]


def skipped(view: EscalationView, known: Known) -> list[dict[str, Any]]:
    """Who was passed over and why, each once."""
    over = {(notice.member, notice.why): notice for notice in view.notices if notice.skipped}
    return [_heard(notice, known) for notice in over.values()]


def every(view: EscalationView, known: Known) -> list[dict[str, Any]]:
    """Every step so far, in order."""
    return [_heard(notice, known) for notice in view.notices]


def _heard(notice: NoticeView, known: Known) -> dict[str, Any]:
    held = notice.notice_at if notice.notice_at and notice.notice_at - notice.at > timedelta(minutes=1) else None
    return {
        "who": known.name(notice.member), "why": standing.heard_as(notice.why), "at": notice.at, "held": held,
        "rung": notice.rung + 1, "loop": notice.loop, "instead_of": known.name(notice.instead_of),
        "skipped": standing.passed_over(notice.skipped) if notice.skipped else None,
    }  # fmt: skip


def dumped(views: Sequence[EscalationView], viewer: Actor, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """One object per wait, for the API: members by e-mail."""
    known = standing.look_up(views, [viewer], now)
    emails = people.emails_of(known.names)
    return [_object(view, known, emails, how) for view in views]


def _object(view: EscalationView, known: Known, emails: Mapping[int, str], how: Reader) -> dict[str, Any]:
    subject = known.subjects.get(view.subject)
    taken, manual = view.acknowledged_until, view.manual
    return {
        **{name: getattr(view, name) for name in _AS_IT_IS},
        "subject": {"key": view.subject, "title": subject.title if subject else None, "path": subject.path if subject else None},
        "waits_for": how.say(standing.waits(view)), "late": emails.get(view.late or 0), "other": emails.get(view.other or 0),
        "rungs": len(view.rungs), "policy": view.policy["code"], "owner": emails.get(view.owner or 0),
        "acknowledged": {"by": emails.get(view.acknowledged_by or 0), "until": taken} if taken else None,
        "manual": {"by": emails.get(manual[0]), "reason": manual[1], "at": manual[2]} if manual else None,
        "notices": [_told(notice, emails) for notice in view.notices],
    }  # fmt: skip


_AS_IT_IS = (
    "id", "key", "watch", "severity", "state", "department", "other_department", "due_at", "started_at", "next_at", "rung",
    "loop", "loops", "ended_at", "end_reason",
)  # fmt: skip


def _told(notice: NoticeView, emails: Mapping[int, str]) -> dict[str, Any]:
    return {
        "rung": notice.rung, "loop": notice.loop, "member": emails.get(notice.member or 0), "why": notice.why,
        "instead_of": emails.get(notice.instead_of or 0), "skipped": notice.skipped, "at": notice.at,
        "read_at": notice.notice_at,
    }  # fmt: skip


@only_where(*PUT_BEFORE_ME)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What was put before superiors and nobody sees to yet."""
    found = list_put_before_each([member.id for member in members])
    if not found:
        return {}
    known = standing.look_up([view for _member, view in found], (), now)
    keys: dict[int, set[str]] = defaultdict(set)
    for member, view in found:
        keys[member].add(view.subject)
    seen = list_seen([(member, keys[member.id]) for member in members if member.id in keys])
    return by_member(
        (member, _put_before(view, member, replace(known, subjects=seen[member]), now)) for member, view in found
    )


def _put_before(view: EscalationView, member: int, known: Known, now: datetime) -> InboxRow:
    """A row, the title of what it is about only for whom that is visible."""
    found = standing.as_it_stands(view, known, now)
    heard = [notice.notice_at or notice.at for notice in view.told if notice.member == member]
    other = known.name(view.other)
    return InboxRow(
        key=view.subject, ask=messages.ask(found), title=found.title or view.subject, path=f"{standing.PAGE}/{view.id}",
        since=max(heard, default=view.due_at), due_at=view.due_at, by_en=other.name_en if other else "",
        by_ja=other.name_ja if other else "", actions=("acknowledge", "open"),
    )  # fmt: skip


def version(view: EscalationView) -> str:
    """Changes with whatever is shown of a wait."""
    next_at = view.next_at.timestamp() if view.next_at else 0
    return f"{view.id}.{view.state}.{view.loop}.{view.rung}.{len(view.notices)}.{next_at:.0f}"


def answer_times(
    viewer: Actor, from_on: date | None, until_on: date | None, now: datetime
) -> tuple[date, date, list[Pair]]:
    """The report, as far as the viewer may know, for these days of the company's zone, both counted; by default the last ninety. Raises Invalid."""
    zone = ZoneInfo(company().zone)
    _check_reach({"from": from_on, "until": until_on})
    until_on = until_on or now.astimezone(zone).date()
    from_on = from_on or until_on - timedelta(days=DAYS)
    if from_on > until_on:
        raise Invalid({"until": Text("escalation.until_before_from")})
    if (until_on - from_on).days > LONGEST:
        raise Invalid({"from": Text("escalation.span_too_long", {"n": LONGEST})})
    start, end = (datetime.combine(day, time(), zone) for day in (from_on, until_on + timedelta(days=1)))
    return from_on, until_on, answers.list_answer_times(viewer, start, end, now)


def _check_reach(days: Mapping[str, date | None]) -> None:
    """Refuse days nobody can count from. Raises Invalid."""
    beyond = [name for name, day in days.items() if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR]
    if beyond:
        raise Invalid({name: Text("field.not_a_day") for name in beyond})


def pair_rows(found: Iterable[Pair], how: Reader, now: datetime) -> list[dict[str, Any]]:
    """The report's rows in words."""
    sides = {row.code: row for row in people.list_departments()}
    return [
        {
            "asker": how.name(sides[one.asker]) if one.asker in sides else one.asker,
            "asked": how.name(sides[one.asked]) if one.asked in sides else one.asked, "asks": one.asks,
            "answered": one.answered, "in_time": one.in_time, "median": _minutes(one.median_minutes, how), "open": one.open,
            "oldest": how.ago(one.oldest_open_at, now) if one.oldest_open_at else "",
        }
        for one in found
    ]  # fmt: skip


def _minutes(minutes: int | None, how: Reader) -> str:
    return messages.span(messages.Waited("-", 0, minutes), how) if minutes is not None else ""
