"""Business time against others' business time: three libraries that share no code with ours, each on what it can say,
and a counter that looks at every minute of two years. The cases are drawn anew from a fixed seed, so a failure repeats.

| oracle            | judges                                                | cannot say                                     |
|-------------------|-------------------------------------------------------|------------------------------------------------|
| businesstimedelta | split shifts, holidays, closures, add, subtract       | night shifts, openings of one day              |
| workclock         | the same, night shifts and clock changes too          | a holiday in the middle of a night shift, ditto |
| networkdays       | business days by date                                 | hours                                          |
| the counter       | everything                                            | nothing, but it needs a byte for every minute  |
"""

import random
import tomllib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pytest
import pytz
import workclock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networkdays.networkdays import Networkdays

from collab.kernel.business_time import BusinessCalendar, parse

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MARGIN = 40 * 24 * 60  # kept free at both ends, so that every answer lies inside the two years
MINUTES = int((LAST - FIRST) / MINUTE)
CASES = 1500
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, eq=False)
class Site:
    """A calendar told once in plain terms, from which the file and every oracle are made."""

    zone: str
    country: str
    shifts: tuple[tuple[str, str], ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    closed: tuple[str, ...] = ()
    yearly: tuple[tuple[str, str], ...] = ()
    opened: Mapping[str, tuple[tuple[str, str], ...]] | None = None

    def file(self) -> str:
        """What a company would write."""
        single = [f'"{day}" = {_listed(shifts)}' for day, shifts in (self.opened or {}).items()]
        closed = [*self.closed, *("/".join(ends) for ends in self.yearly)]
        return "\n".join(
            [
                f'code = "oracle"\nzone = "{self.zone}"\nholidays = "{self.country}"\nclosed = {closed}',
                f"open = {{ {', '.join(single)} }}\n[hours]",
                *(f"{WEEK[weekday]} = {_listed(self.shifts)}" for weekday in self.weekdays),
            ]
        )

    def days_off(self) -> set[date]:
        """Holidays and closures, day by day, as the `holidays` package and the file tell them."""
        years = range(FIRST.year - 1, LAST.year + 1)
        country, _, part = self.country.partition("-")
        found = (
            set(holidays.country_holidays(country, subdiv=part or None, years=years)) if country != "none" else set()
        )
        found |= {date.fromisoformat(day) for day in self.closed}
        for year in years:
            for begins, ends in self.yearly:
                day, until = date.fromisoformat(f"{year}-{begins}"), date.fromisoformat(f"{year}-{ends}")
                until = until if until >= day else until.replace(year=year + 1)
                found |= {day + number * DAY for number in range((until - day).days + 1)}
        return found

    def shifts_on(self, day: date) -> tuple[tuple[str, str], ...]:
        """The shifts that start on a day."""
        if self.opened and day.isoformat() in self.opened:
            return self.opened[day.isoformat()]
        return () if day in _off(self) or day.weekday() not in self.weekdays else self.shifts


def _listed(shifts: tuple[tuple[str, str], ...]) -> str:
    return str([f"{start}-{end}" for start, end in shifts])


NIGHT = (("22:00", "06:00"),)
SITES = {
    # Golden Week with its substitute holiday, the year end, a Saturday that is worked, a bridge day that is not
    "tokyo": Site(
        "Asia/Tokyo", "JP", (("09:00", "12:00"), ("13:00", "18:00")), closed=("2026-05-01", "2027-04-30"),
        yearly=(("12-29", "01-03"),),
        opened={"2026-12-26": (("09:00", "15:00"),), "2026-05-06": (("10:00", "12:00"), ("14:00", "15:30"))},
    ),
    "london": Site("Europe/London", "GB-ENG", (("09:00", "17:30"),), closed=("2026-12-24",)),
    # three shifts a day, open on Saturdays; clocks change in other weeks than London's
    "new york": Site(
        "America/New_York", "US", (("08:00", "11:15"), ("11:45", "15:00"), ("15:30", "19:00")), (0, 1, 2, 3, 4, 5),
        yearly=(("07-01", "07-05"),), opened={"2026-11-29": (("06:00", "23:00"),)},
    ),
    # nights through both changes of the clock, with a holiday in the midst and nights of their own hours
    "london nights": Site(
        "Europe/London", "GB-ENG", NIGHT, (5, 6, 0, 1, 2), closed=("2026-11-10", "2026-11-11"),
        opened={"2026-12-25": (("20:00", "04:00"),), "2027-01-08": (("08:00", "10:00"), ("23:00", "07:00"))},
    ),
}  # fmt: skip
PLAIN = {  # the same sites without what a library cannot say
    name: Site(site.zone, site.country, site.shifts, site.weekdays, site.closed, site.yearly)
    for name, site in SITES.items()
    if site.shifts != NIGHT
}
NIGHTS = {  # no day off near them: a library that cuts whole days would cut the night before one, too
    "new york nights": Site("America/New_York", "none", NIGHT, (5, 6, 0, 1, 2)),
    "london nights": Site("Europe/London", "none", NIGHT),
    "tokyo nights and days": Site("Asia/Tokyo", "none", (("09:30", "17:00"), *NIGHT)),
}


@cache
def _off(site: Site) -> frozenset[date]:
    return frozenset(site.days_off())


@cache
def ours(site: Site) -> BusinessCalendar:
    return parse(tomllib.loads(site.file()))


# -- the counter


class MinuteCounter:
    """A byte for every minute of two years, written day by day; `open_before[n]` is how many of the first n are open."""

    def __init__(self, site: Site) -> None:
        self.is_open = bytearray(MINUTES)
        walls = _walls(site)
        for number in range(0, MINUTES, 15):  # every clock of the world is moved at a quarter of an hour
            local = (FIRST + number * MINUTE).astimezone(ZoneInfo(site.zone))
            minute = local.hour * 60 + local.minute
            self.is_open[number : number + 15] = walls[local.toordinal()][minute : minute + 15]
        self.open_before = array("L", accumulate(self.is_open, initial=0))

    def between(self, start: int, end: int) -> int:
        return self.open_before[end] - self.open_before[start]

    def add(self, start: int, minutes: int) -> int:
        """The end of the n-th open minute from here; nothing to add stays in or right behind an open minute."""
        if minutes == 0:
            return start if self.is_open[start - 1] else self.next_opening(start)
        return bisect_left(self.open_before, self.open_before[start] + minutes)

    def subtract(self, end: int, minutes: int) -> int:
        """The start of the n-th open minute back from here."""
        if minutes == 0:
            return end if self.is_open[end] or self.is_open[end - 1] else self.previous_closing(end)
        return bisect_right(self.open_before, self.open_before[end] - minutes) - 1

    def next_opening(self, start: int) -> int:
        return self.is_open.index(1, start)

    def previous_closing(self, end: int) -> int:
        while self.is_open[end] or not self.is_open[end - 1]:
            end -= 1
        return end


def _walls(site: Site) -> dict[int, bytes]:
    """For every day what the clock on the wall says: its own shifts, and what last night's left over."""
    days = range(FIRST.toordinal() - 2, LAST.toordinal() + 2)
    walls = {number: bytearray(2 * 1440) for number in days}
    for number in days:
        for shift in site.shifts_on(date.fromordinal(number)):
            start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in shift)
            end = end if end > start else end + 1440
            walls[number][start:end] = b"\1" * (end - start)
    return {
        number: bytes(a | b for a, b in zip(walls[number][:1440], walls[number - 1][1440:], strict=True))
        for number in days[1:]
    }


@cache
def counter(site: Site) -> MinuteCounter:
    return MinuteCounter(site)


def moment(number: int) -> datetime:
    return FIRST + number * MINUTE


def drawn(site: Site, what: str, cases: int = CASES) -> Iterator[tuple[int, int]]:
    """Starts and amounts: half of them anywhere, half within a day and a half of a day that is unlike others."""
    chance = random.Random(f"{site.zone} {site.shifts} {what}")
    single = [date.fromisoformat(day) for day in site.opened or {}]
    special = [days for days in (sorted(_off(site)), single, CHANGES) if days]
    for _ in range(cases):
        start = chance.randrange(MARGIN, MINUTES - MARGIN)
        if chance.random() < 0.5:
            near = (chance.choice(chance.choice(special)) - FIRST.date()).days * 1440 + chance.randrange(-2160, 2160)
            start = near if MARGIN < near < MINUTES - MARGIN else start
        yield start, chance.choice((0, 1, chance.randrange(600), chance.randrange(5000)))


CHANGES = [  # of the clock, in London and in New York
    date.fromisoformat(day)
    for day in (
        *("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"),
        *("2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07"),
    )
]
EVERYWHERE = {**SITES, **NIGHTS}


@pytest.fixture(params=EVERYWHERE)
def site(request: pytest.FixtureRequest) -> Site:
    counter(EVERYWHERE[request.param])
    return EVERYWHERE[request.param]


def test_adding_and_subtracting_arrive_where_the_counter_arrives(site: Site) -> None:
    for start, minutes in drawn(site, "add"):
        assert ours(site).add(moment(start), minutes) == moment(counter(site).add(start, minutes))
        assert ours(site).subtract(moment(start), minutes) == moment(counter(site).subtract(start, minutes))


def test_between_counts_what_the_counter_counts(site: Site) -> None:
    for start, minutes in drawn(site, "between"):
        end = start + 4 * minutes
        assert ours(site).between(moment(start), moment(end)) == counter(site).between(start, end)


def test_openings_and_closings_are_those_of_the_counter(site: Site) -> None:
    for start, _ in drawn(site, "ends"):
        assert ours(site).is_open(moment(start)) == counter(site).is_open[start]
        assert ours(site).next_opening(moment(start)) == moment(counter(site).next_opening(start))
        assert ours(site).previous_closing(moment(start)) == moment(counter(site).previous_closing(start))


# -- businesstimedelta


def their_rules(site: Site) -> businesstimedelta.Rules:
    zone, days = pytz.timezone(site.zone), list(site.weekdays)
    ends = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in site.shifts]
    breaks = [(before[1], after[0]) for before, after in pairwise(ends)]
    return businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(ends[0][0], ends[-1][1], days, tz=zone),
            *(businesstimedelta.LunchTimeRule(start, end, days, tz=zone) for start, end in breaks),
            businesstimedelta.HolidayRule(site.days_off(), tz=zone),
        ]
    )


@pytest.mark.parametrize("name", PLAIN)
def test_businesstimedelta_agrees(name: str) -> None:
    site = PLAIN[name]
    rules = their_rules(site)
    for start, minutes in drawn(site, "businesstimedelta", 250):
        at, amount = moment(start), max(1, minutes)  # to add nothing is a question of convention
        wait = businesstimedelta.BusinessTimeDelta(rules, seconds=60 * amount)
        due = ours(site).add(at, amount)
        assert (due, ours(site).subtract(at, amount)) == (at + wait, at - wait)
        assert rules.difference(at, due).timedelta == amount * MINUTE


# -- workclock


def their_schedule(site: Site) -> workclock.Schedule:
    ends = [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in site.shifts]
    rules = [workclock.WorkDay(start, end, site.weekdays) for start, end in ends]
    return workclock.Schedule([*rules, workclock.Holidays(_off(site))], time_zone=site.zone)


@pytest.mark.parametrize("name", [*PLAIN, *NIGHTS])
def test_workclock_agrees(name: str) -> None:
    site = {**PLAIN, **NIGHTS}[name]
    schedule = their_schedule(site)
    for start, minutes in drawn(site, "workclock"):
        at, amount = moment(start), max(1, minutes)
        due = ours(site).add(at, amount)
        assert (due, ours(site).subtract(at, amount)) == (
            schedule.add(at, amount * MINUTE),
            schedule.sub(at, amount * MINUTE),
        )
        later = at + 3 * amount * MINUTE
        assert ours(site).between(at, later) == schedule.between(at, later) // MINUTE


# -- networkdays


@pytest.mark.parametrize("name", PLAIN)
def test_networkdays_counts_the_same_business_days(name: str) -> None:
    site = PLAIN[name]
    rest = {number + 1 for number in range(7)} - {weekday + 1 for weekday in site.weekdays}
    worked = Networkdays(FIRST.date(), LAST.date(), _off(site), rest).networkdays()
    for start, amount in drawn(site, "networkdays", 500):
        days = 1 + amount % 15
        local = moment(start).astimezone(ZoneInfo(site.zone))
        first = bisect_left(worked, local.date())  # a closed day rolls forward, then counts
        due = ours(site).add_days(moment(start), days).astimezone(ZoneInfo(site.zone))
        assert due.date() == worked[first + days]
        if ours(site).is_open(local):
            assert due.time() == local.time()


# -- laws, on calendars nobody thought of

clocks = st.integers(0, 287).map(lambda five: f"{five * 5 // 60:02}:{five * 5 % 60:02}")


@st.composite
def shifts(draw: st.DrawFn) -> list[str]:
    """Up to three shifts of one day, none touching the last hours of the night before."""
    marks = sorted(draw(st.sets(clocks.filter(lambda clock: clock >= "06:00"), min_size=2, max_size=6)))
    pairs = [f"{start}-{end}" for start, end in zip(marks[::2], marks[1::2], strict=False)]
    if draw(st.booleans()):
        return [*pairs[:-1], f"{pairs[-1][:5]}-{draw(clocks.filter(lambda clock: clock < '06:00'))}"]
    return pairs


calendars = st.fixed_dictionaries(
    {
        "code": st.just("drawn"),
        "zone": st.sampled_from(["Asia/Tokyo", "Europe/London", "America/New_York", "Australia/Lord_Howe"]),
        "holidays": st.sampled_from(["none", "JP", ["GB-ENG", "US"]]),
        "closed": st.lists(st.sampled_from(["12-29/01-03", "2026-05-01", "10-20/10-30"]), max_size=2),
        "open": st.dictionaries(st.dates(FIRST.date(), LAST.date()).map(str), shifts(), max_size=2),
        "hours": st.dictionaries(st.sampled_from(WEEK), shifts(), min_size=2),
    }
).map(parse)
moments = st.builds(
    lambda number, seconds: moment(number) + timedelta(seconds=seconds),
    st.integers(0, MINUTES),
    st.sampled_from([0, 0, 17]),
)
amounts = st.integers(0, 3000)
ZONES = ["UTC", "Asia/Tokyo", "Europe/London", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]
EXAMPLES = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])


@EXAMPLES
@given(site=calendars, at=moments, minutes=amounts)
def test_what_is_added_lies_between_and_subtracting_mirrors_it(
    site: BusinessCalendar, at: datetime, minutes: int
) -> None:
    due, begun = site.add(at, minutes), site.subtract(at, minutes)
    assert (site.between(at, due), site.between(begun, at)) == (minutes, minutes)
    assert site.subtract(due, minutes) <= max(at, site.next_opening(at))
    assert site.between(at, site.subtract(due, minutes)) == 0
    assert site.between(at, site.add(begun, minutes)) == 0


@EXAMPLES
@given(site=calendars, at=moments, later=st.integers(0, 20_000), minutes=amounts, days=st.integers(0, 9))
def test_whoever_starts_later_is_never_due_earlier(
    site: BusinessCalendar, at: datetime, later: int, minutes: int, days: int
) -> None:
    after = at + later * MINUTE
    assert at <= site.add(at, minutes) <= site.add(after, minutes)
    assert site.subtract(at, minutes) <= site.subtract(after, minutes) <= after
    assert site.add(at, minutes) <= site.add(at, minutes + 1)
    assert site.add_days(at, days) <= site.add_days(at, days + 1)


@EXAMPLES
@given(site=calendars, at=moments, minutes=amounts, zone=st.sampled_from(ZONES))
def test_an_instant_has_one_answer_whatever_zone_it_is_written_in(
    site: BusinessCalendar, at: datetime, minutes: int, zone: str
) -> None:
    there = at.astimezone(ZoneInfo(zone))
    for question in _questions(site, minutes):
        assert question(at) == question(there)
        assert question(there).tzinfo is UTC


@EXAMPLES
@given(site=calendars, at=moments)
def test_openings_and_closings_stay_where_they_are(site: BusinessCalendar, at: datetime) -> None:
    opening, closing = site.next_opening(at), site.previous_closing(at)
    assert site.next_opening(opening) == opening
    assert site.previous_closing(closing) == closing
    assert site.is_open(opening)
    assert closing <= at <= opening
    assert (opening == at) == site.is_open(at)
    assert site.add(at, 0) in (at, opening)
    assert site.subtract(at, 0) in (at, closing)


def _questions(site: BusinessCalendar, minutes: int) -> list[Callable[[datetime], datetime]]:
    return [
        site.next_opening,
        site.previous_closing,
        lambda at: site.add(at, minutes),
        lambda at: site.subtract(at, minutes),
        lambda at: site.add_days(at, minutes % 10),
    ]


# -- the judges judge something


def test_the_cases_meet_days_off_single_openings_and_changes_of_the_clock(site: Site) -> None:
    met = [moment(start).astimezone(ZoneInfo(site.zone)).date() for start, _ in drawn(site, "add")]
    kinds = {
        "off": _off(site),
        "single": {date.fromisoformat(day) for day in site.opened or {}},
        "change": set(CHANGES),
    }
    counted = {kind: sum(day in days for day in met) for kind, days in kinds.items() if days}
    assert min(counted.values()) > 50, counted
    assert 0.1 < sum(counter(site).is_open) / MINUTES < 0.7


def test_golden_week_closes_the_substitute_holiday_for_every_judge() -> None:
    site = PLAIN["tokyo"]
    substitute = date(2026, 5, 6)  # for Sunday the 3rd, two days after it
    assert substitute in _off(site)
    assert not ours(site).is_business_day(substitute)
    start = datetime(2026, 4, 30, 17, tzinfo=ZoneInfo(site.zone))  # the Friday between is a bridge day
    due = datetime(2026, 5, 7, 10, tzinfo=ZoneInfo(site.zone))
    theirs = start + businesstimedelta.BusinessTimeDelta(their_rules(site), hours=2)
    assert {ours(site).add(start, 120), theirs, their_schedule(site).add(start, hours=2)} == {due}
