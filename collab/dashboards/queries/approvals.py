"""Approvals: what is pending by age and step, how long seats and routes take, what came back, what was filed after the fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from collab.approvals.queries.board import (
    RoundSeen,
    SeatSeen,
    list_answers,
    list_pending,
    list_rounds,
    rounds_by_id,
)
from collab.approvals.queries.routes import route_names
from collab.calendars.queries import calendar_or_default
from collab.dashboards.rules.ages import AGES, age_of, days_open
from collab.dashboards.rules.figures import PURCHASES, Figure, figure, share
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.people import queries as people
from collab.people.queries import lines as reporting
from collab.purchases.queries.board import list_after_the_fact, open_papers

OVER = timedelta(days=90)
"""What lies this far back is counted where nothing else is asked for."""


@dataclass(frozen=True)
class Bucket:
    """Pending requests of one age; `code` as in AGES, in business days of the company."""

    code: str
    figure: Figure


@dataclass(frozen=True)
class Step:
    """A step requests wait at now: its name in both languages, its requests, since when the first of them waits there, how many
    of its seats are past their due moment, and the requests those belong to."""

    name_en: str
    name_ja: str
    figure: Figure
    oldest_at: datetime
    late: int
    overdue: Figure


@dataclass(frozen=True)
class Holder:
    """One person's answers on a seat, for those who may read them by name."""

    member: int
    answers: int
    median_minutes: int


@dataclass(frozen=True)
class SeatTimes:
    """How long one seat takes: `post` is `office:CMO`, `lead:it` or `step:NAME`; the median in business minutes of whoever held
    it, on their calendar, without what stood on hold; `figure` are the requests it answered on."""

    post: str
    name_ja: str
    answers: int
    median_minutes: int
    in_time: int
    figure: Figure
    holders: Sequence[Holder] = ()

    @property
    def kept(self) -> int | None:
        """Answers in time, in per cent."""
        return share(self.in_time, self.answers)


@dataclass(frozen=True)
class RouteTimes:
    """One route (code and what it is called now; a tier of the authority table): its rounds that ended, their median from submitting to the end in
    business minutes of the company's calendar, and how many answers on it came in time."""

    code: str
    figure: Figure
    rounds: int
    median_minutes: int | None
    answers: int
    in_time: int
    name_en: str
    name_ja: str

    @property
    def kept(self) -> int | None:
        """Answers in time, in per cent."""
        return share(self.in_time, self.answers)


@dataclass(frozen=True)
class Shares:
    """Of the requests submitted in a time: how many came back at least once, how many were filed after the fact."""

    submitted: Figure
    returned: Figure
    after_the_fact: Figure


@dataclass(frozen=True)
class Reading:
    """What was read once and is counted in several ways; see `read_approvals`."""

    viewer: Actor
    now: datetime
    since: datetime
    until: datetime
    pending: Sequence[RoundSeen]
    asked: Sequence[SeatSeen]
    answers: Sequence[SeatSeen]
    answered: Mapping[int, RoundSeen]
    rounds: Sequence[RoundSeen]
    calendars: Mapping[int, str]


def read_approvals(
    viewer: Actor, *, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Reading:
    """Rounds and seats of the requests whose course the viewer may read; answers and ends between two moments (the last 90 days).
    Six statements, however many there are."""
    papers = open_papers(viewer)
    since, until = since or now - OVER, until or now
    pending, asked = list_pending(open_papers(viewer, pending=True))
    answers = list_answers(papers, since, until)
    found = rounds_by_id(papers, since, until) if answers else {}
    calendars = {
        member: seen.calendar for member, seen in people.presence({one.member for one in answers}, now).items()
    }
    rounds = list_rounds(papers, since, until)
    return Reading(viewer, now, since, until, pending, asked, answers, found, rounds, calendars)


def approvals_by_age(reading: Reading) -> list[Bucket]:
    """Pending requests by age, the youngest first; a bucket for each of AGES."""
    calendar, zone = calendar_or_default(company().calendar), company().zone
    today = clock.day_in(reading.now, zone)
    known: dict[date, str] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for one in reading.pending:
        opened_on = one.opened_at.astimezone(ZoneInfo(zone)).date()
        if opened_on not in known:
            known[opened_on] = age_of(days_open(opened_on, today, calendar.is_business_day))
        found[known[opened_on]].append(one.subject)
    return [Bucket(code, figure("approvals.age", code, found[code], PURCHASES)) for code, _low, _high in AGES]


def approvals_by_step(reading: Reading) -> list[Step]:
    """Pending requests by the step they wait at, the most first; one that waits at two steps at once stands at both."""
    rounds = {one.id: one for one in reading.pending}
    found: dict[tuple[str, str], list[SeatSeen]] = defaultdict(list)
    for seat in reading.asked:
        if seat.round in rounds:
            step = rounds[seat.round].steps[seat.step]
            found[step["name_en"], step["name_ja"]].append(seat)
    steps = [_step(en, ja, seats, reading.now) for (en, ja), seats in found.items()]
    return sorted(steps, key=lambda one: (-one.figure.n, one.oldest_at, one.name_en))


def _step(en: str, ja: str, seats: Sequence[SeatSeen], now: datetime) -> Step:
    late = [seat.subject for seat in seats if seat.due_at is not None and seat.due_at < now]
    keys = figure("approvals.step", en, (seat.subject for seat in seats), PURCHASES, ja)
    overdue = figure("approvals.late", en, late, PURCHASES, ja)
    return Step(en, ja, keys, min(seat.opened_at for seat in seats), len(late), overdue)


def slowest_seats(reading: Reading, *, most: int | None = None) -> list[SeatTimes]:
    """Seats by their median time, the slowest first. People are named to themselves, those above them, admins and auditors."""
    found: dict[str, list[SeatSeen]] = defaultdict(list)
    names: dict[str, str] = {}
    for seat in reading.answers:
        post, name_ja = _post(seat, reading)
        found[post].append(seat)
        names[post] = name_ja
    named = _nameable(reading)
    rows = [_times(post, names[post], seats, reading, named) for post, seats in found.items()]
    return sorted(rows, key=lambda one: (-one.median_minutes, one.post))[:most]


def _post(seat: SeatSeen, reading: Reading) -> tuple[str, str]:
    """The seat by what the route named: an office, the lead of a department, else the step."""
    if seat.office:
        return f"office:{seat.office}", ""
    if seat.lead_of:
        return f"lead:{seat.lead_of}", ""
    step = reading.answered[seat.round].steps[seat.step]
    return f"step:{step['name_en']}", step["name_ja"]


def _times(post: str, name_ja: str, seats: Sequence[SeatSeen], reading: Reading, named: Collection[int]) -> SeatTimes:
    minutes: dict[int, list[int]] = defaultdict(list)
    for seat in seats:
        minutes[seat.member].append(minutes_taken(seat, reading.calendars.get(seat.member, "")))
    holders = [Holder(one, len(all_), round(median(all_))) for one, all_ in sorted(minutes.items()) if one in named]
    return SeatTimes(
        post, name_ja, len(seats), round(median([one for all_ in minutes.values() for one in all_])),
        sum(seat.in_time for seat in seats), figure("approvals.seat", post, _in_order(seat.subject for seat in seats), PURCHASES, name_ja),
        holders,
    )  # fmt: skip


def minutes_taken(seat: SeatSeen, calendar: str) -> int:
    """Business minutes from being asked to the answer on its holder's calendar; what stood on hold is no time of theirs."""
    if seat.decided_at is None:
        return 0
    return max(calendar_or_default(calendar).between(seat.opened_at, seat.decided_at) - seat.held_minutes, 0)


def _nameable(reading: Reading) -> Collection[int]:
    """Whom the viewer may read by name: everybody for admins and auditors, else themselves and whoever is below them."""
    members, viewer = {seat.member for seat in reading.answers}, reading.viewer
    if viewer.is_admin or viewer.is_auditor:
        return members
    above = reporting(members, reading.now)
    return {one for one in members if one == viewer.id or viewer.id in above[one]}


def route_times(reading: Reading) -> list[RouteTimes]:
    """Routes by code: what ended on them in the time, and whether their clocks were kept."""
    ended: dict[str, list[RoundSeen]] = defaultdict(list)
    for one in reading.rounds:
        if (
            one.ended_at is not None
            and reading.since <= one.ended_at < reading.until
            and one.state in ("approved", "rejected")
        ):
            ended[one.code].append(one)
    answers: dict[str, list[SeatSeen]] = defaultdict(list)
    for seat in reading.answers:
        answers[reading.answered[seat.round].code].append(seat)
    called = route_names()
    return [
        _route(code, called.get(code, (code, code)), ended[code], answers[code]) for code in sorted({*ended, *answers})
    ]


def _route(code: str, called: tuple[str, str], ended: Sequence[RoundSeen], answers: Sequence[SeatSeen]) -> RouteTimes:
    calendar = calendar_or_default(company().calendar)
    taken = [calendar.between(one.opened_at, one.ended_at) for one in ended if one.ended_at is not None]
    return RouteTimes(
        code, figure("approvals.route", code, (one.subject for one in ended), PURCHASES, called[1], called[0]), len(ended),
        round(median(taken)) if taken else None, len(answers), sum(seat.in_time for seat in answers),
        *called,
    )  # fmt: skip


def approval_shares(reading: Reading) -> Shares:
    """Of what was submitted in the time, what came back and what was filed after the fact. One statement more."""
    submitted = _in_order(one.subject for one in reading.rounds if reading.since <= one.opened_at < reading.until)
    inside = set(submitted)
    returned = _in_order(one.subject for one in reading.rounds if one.state == "returned" and one.subject in inside)
    late = list_after_the_fact(reading.viewer, submitted) if submitted else frozenset()
    figures = (
        ("submitted", submitted),
        ("returned", returned),
        ("after_the_fact", [key for key in submitted if key in late]),
    )
    return Shares(*(figure("approvals.share", name, keys, PURCHASES) for name, keys in figures))


def _in_order(keys: Iterable[str]) -> list[str]:
    return sorted(set(keys), key=lambda key: int(key.rpartition("-")[2]))
