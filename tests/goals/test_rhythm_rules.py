"""When an owner is asked to check in, and until when: reckoned by hand with a calendar on the wall. 9 November 2026 is a Monday
2966 weeks after 5 January 1970."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collab.goals.rules.habits import WEEKDAYS, Cadence
from collab.goals.rules.rhythm import Place, back_from, deadline, is_fresh, next_ask, reminds, turn
from collab.kernel.business_time import parse

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"
TOKYO_DAYS, LONDON_DAYS = (
    parse(tomllib.loads((CALENDARS / f"{code}.toml").read_text(encoding="utf-8"))) for code in ("tokyo", "london")
)
NEW_YORK_DAYS = parse(
    {"code": "new-york", "zone": "America/New_York", "holidays": "US",
     "hours": {day: ["09:00-17:00"] for day in WEEKDAYS[:5]}}
)  # fmt: skip
ALWAYS = parse(
    {
        "code": "always",
        "zone": "America/New_York",
        "holidays": "none",
        "hours": {day: ["00:00-24:00"] for day in WEEKDAYS},
    }
)
NEVER = parse({"code": "never", "zone": "Asia/Tokyo", "holidays": "none", "closed": ["01-01/12-31"],
               "hours": {"mon": ["09:00-18:00"]}})  # fmt: skip
T, L, N = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
TOKYO, LONDON, NEW_YORK = Place(T, TOKYO_DAYS), Place(L, LONDON_DAYS), Place(N, NEW_YORK_DAYS)
NIGHTS = Place(N, ALWAYS)
"""Somebody whose site never closes."""
MONDAYS = Cadence()


def at(written: str, place: Place) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=place.zone)


def shown(moment: datetime, place: Place) -> str:
    return moment.astimezone(place.zone).strftime("%a %Y-%m-%d %H:%M")


def on(weekday: str, hour: int = 9, weeks: int = 1) -> Cadence:
    return Cadence(every_weeks=weeks, weekday=WEEKDAYS.index(weekday), hour=hour)


NEXT = [
    ("an ordinary Monday in Tokyo", TOKYO, MONDAYS, "2026-11-11 15:00", "Mon 2026-11-16 09:00"),
    ("the same in London", LONDON, MONDAYS, "2026-11-11 15:00", "Mon 2026-11-16 09:00"),
    ("and in New York", NEW_YORK, MONDAYS, "2026-11-11 15:00", "Mon 2026-11-16 09:00"),
    ("a minute before", TOKYO, MONDAYS, "2026-11-16 08:59", "Mon 2026-11-16 09:00"),
    ("exactly then it is the one after", TOKYO, MONDAYS, "2026-11-16 09:00", "Tue 2026-11-24 09:00"),
    ("a Monday that is a holiday: the next open day", TOKYO, MONDAYS, "2026-11-20 09:00", "Tue 2026-11-24 09:00"),
    ("on the holiday itself", TOKYO, MONDAYS, "2026-11-23 12:00", "Tue 2026-11-24 09:00"),
    ("three holidays in a row in September", TOKYO, MONDAYS, "2026-09-18 18:00", "Thu 2026-09-24 09:00"),
    ("Golden Week: Monday to Wednesday are closed", TOKYO, MONDAYS, "2026-04-28 10:00", "Thu 2026-05-07 09:00"),
    ("in the middle of Golden Week", TOKYO, MONDAYS, "2026-05-06 10:00", "Thu 2026-05-07 09:00"),
    ("after Golden Week", TOKYO, MONDAYS, "2026-05-07 09:00", "Mon 2026-05-11 09:00"),
    ("Showa Day falls on a Wednesday", TOKYO, on("wed"), "2026-04-23 09:00", "Thu 2026-04-30 09:00"),
    ("the last Monday of the year is open", TOKYO, MONDAYS, "2026-12-22 09:00", "Mon 2026-12-28 09:00"),
    ("a Tuesday in the year-end break", TOKYO, on("tue"), "2026-12-23 09:00", "Mon 2027-01-04 09:00"),
    ("asked on a Friday, New Year's Day", TOKYO, on("fri"), "2026-12-25 09:00", "Mon 2027-01-04 09:00"),
    ("a Friday's ask is still to come on Monday", TOKYO, on("fri"), "2027-01-04 08:00", "Mon 2027-01-04 09:00"),
    ("two Tuesdays, one ask: the next one is a week later", TOKYO, on("tue"), "2027-01-04 09:00", "Tue 2027-01-05 09:00"),
    ("a bank holiday in August", LONDON, MONDAYS, "2026-08-28 09:00", "Tue 2026-09-01 09:00"),
    ("Boxing Day's substitute", LONDON, MONDAYS, "2026-12-24 09:00", "Tue 2026-12-29 09:00"),
    ("Easter Monday", LONDON, MONDAYS, "2026-04-02 10:00", "Tue 2026-04-07 09:00"),
    ("Labor Day", NEW_YORK, MONDAYS, "2026-09-04 10:00", "Tue 2026-09-08 09:00"),
    ("a weekend day rolls to Monday", TOKYO, on("sat"), "2026-11-13 10:00", "Mon 2026-11-16 09:00"),
    ("too early: the opening", TOKYO, on("mon", 6), "2026-11-11 10:00", "Mon 2026-11-16 09:00"),
    ("in the afternoon", LONDON, on("wed", 16), "2026-11-11 16:30", "Wed 2026-11-18 16:00"),
    ("after closing it stays at the hour", LONDON, on("wed", 20), "2026-11-10 16:30", "Wed 2026-11-11 20:00"),
    ("every second week, a week that counts", TOKYO, on("mon", weeks=2), "2026-11-05 10:00", "Mon 2026-11-09 09:00"),
    ("every second week, the one between is left out", TOKYO, on("mon", weeks=2), "2026-11-09 09:00", "Tue 2026-11-24 09:00"),
    ("the second week over the turn of the year", TOKYO, on("mon", weeks=2), "2026-12-15 10:00", "Mon 2026-12-21 09:00"),
    ("and then", TOKYO, on("mon", weeks=2), "2026-12-21 09:00", "Mon 2027-01-04 09:00"),
    ("every thirteen weeks", LONDON, on("thu", weeks=13), "2026-09-01 10:00", "Thu 2026-10-29 09:00"),
    ("spring forward: nine stays nine", LONDON, MONDAYS, "2026-03-27 10:00", "Mon 2026-03-30 09:00"),
    ("fall back: nine stays nine", LONDON, MONDAYS, "2026-10-24 10:00", "Mon 2026-10-26 09:00"),
    ("across both in New York", NEW_YORK, on("mon", weeks=1), "2026-03-06 10:00", "Mon 2026-03-09 09:00"),
    ("an hour that is jumped over: the jump", NIGHTS, on("sun", 2), "2026-03-05 10:00", "Sun 2026-03-08 03:00"),
    ("an hour that comes twice: its first coming", NIGHTS, on("sun", 1), "2026-10-29 10:00", "Sun 2026-11-01 01:00"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "cadence", "after", "asked"), [case[1:] for case in NEXT], ids=[c[0] for c in NEXT])
def test_next_ask(place: Place, cadence: Cadence, after: str, asked: str) -> None:
    found = next_ask(cadence, place, at(after, place))
    assert shown(found, place) == asked
    assert found > at(after, place)


def test_the_hour_that_comes_twice_is_asked_for_once() -> None:
    first = next_ask(on("sun", 1), NIGHTS, at("2026-10-29 10:00", NIGHTS))
    assert first.utcoffset() is not None
    assert first.astimezone(N).utcoffset() == timedelta(hours=-4), "summer time still"
    assert shown(next_ask(on("sun", 1), NIGHTS, first), NIGHTS) == "Sun 2026-11-08 01:00"


def test_nine_in_each_zone_is_another_moment() -> None:
    moments = [next_ask(MONDAYS, place, at("2026-11-14 12:00", TOKYO)) for place in (TOKYO, LONDON, NEW_YORK)]
    assert [shown(moment, TOKYO) for moment in moments] == [
        "Mon 2026-11-16 09:00", "Mon 2026-11-16 18:00", "Mon 2026-11-16 23:00",
    ]  # fmt: skip


def test_the_zone_is_the_members_the_days_are_their_sites() -> None:
    at_home = Place(L, TOKYO_DAYS)  # works on Tokyo's calendar from London
    assert shown(next_ask(MONDAYS, at_home, at("2026-11-20 10:00", at_home)), at_home) == "Tue 2026-11-24 09:00"
    late = Place(T, LONDON_DAYS)  # on London's calendar from Tokyo: not before London opens
    assert shown(next_ask(MONDAYS, late, at("2026-11-20 10:00", late)), late) == "Mon 2026-11-23 18:00"


def test_where_the_site_opens_on_another_day_of_the_members_the_hour_counts() -> None:
    far = Place(ZoneInfo("Pacific/Auckland"), NEW_YORK_DAYS)  # when New York opens on Monday it is Tuesday there
    assert shown(next_ask(MONDAYS, far, at("2026-11-18 10:00", far)), far) == "Mon 2026-11-23 09:00"


def test_on_a_calendar_that_never_opens_the_day_is_the_day() -> None:
    nowhere = Place(T, NEVER)
    asked = next_ask(MONDAYS, nowhere, at("2026-11-20 10:00", nowhere))
    assert shown(asked, nowhere) == "Mon 2026-11-23 09:00"
    assert shown(deadline(MONDAYS, nowhere, asked), nowhere) == "Wed 2026-11-25 09:00"


def test_a_year_of_asks_is_in_order_never_on_a_closed_day_and_never_twice() -> None:
    for place in (TOKYO, LONDON, NEW_YORK):
        for cadence in (MONDAYS, on("fri", 16), on("tue", 9, 2)):
            moment, seen = at("2026-01-01 00:00", place), []
            while (moment := next_ask(cadence, place, moment)) < at("2027-01-01 00:00", place):
                seen.append(moment)
            assert all(place.calendar.is_business_day(one.astimezone(place.zone).date()) for one in seen)
            assert len(seen) == len(set(seen)) >= (24 if cadence.every_weeks == 2 else 49)


DEADLINES = [
    ("two business days", TOKYO, 2, "2026-11-16 09:00", "Wed 2026-11-18 09:00"),
    ("over a weekend", TOKYO, 2, "2026-11-19 09:00", "Tue 2026-11-24 09:00"),
    ("over Golden Week", TOKYO, 2, "2026-05-01 09:00", "Fri 2026-05-08 09:00"),
    ("over the turn of the year", TOKYO, 2, "2026-12-28 09:00", "Tue 2027-01-05 09:00"),
    ("over the change of clocks", LONDON, 2, "2026-10-23 09:00", "Tue 2026-10-27 09:00"),
    ("after closing: held inside the hours", LONDON, 1, "2026-11-11 20:00", "Thu 2026-11-12 17:30"),
    ("no grace: the end of that day", TOKYO, 0, "2026-11-16 09:00", "Mon 2026-11-16 18:00"),
    ("no grace, asked in the evening: the end of the next", TOKYO, 0, "2026-11-16 20:00", "Tue 2026-11-17 18:00"),
    ("ten", NEW_YORK, 10, "2026-11-16 09:00", "Tue 2026-12-01 09:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "grace", "asked", "due"), [case[1:] for case in DEADLINES], ids=[c[0] for c in DEADLINES]
)
def test_deadline(place: Place, grace: int, asked: str, due: str) -> None:
    assert shown(deadline(Cadence(grace_days=grace), place, at(asked, place)), place) == due


@pytest.mark.parametrize(
    ("checked_in", "fresh"),
    [
        ("2026-11-12 09:00", True),
        ("2026-11-12 00:00", True),
        ("2026-11-11 23:59", False),
        ("2026-11-16 08:00", True),
        (None, False),
    ],
)
def test_whoever_checked_in_within_four_days_is_fresh(checked_in: str | None, fresh: bool) -> None:
    before = at(checked_in, TOKYO) if checked_in else None
    assert is_fresh(MONDAYS, TOKYO, before, at("2026-11-16 09:00", TOKYO)) is fresh


def test_no_days_of_freshness_is_the_same_day_alone() -> None:
    now = at("2026-11-16 09:00", TOKYO)
    assert is_fresh(Cadence(fresh_days=0), TOKYO, at("2026-11-16 07:00", TOKYO), now)
    assert not is_fresh(Cadence(fresh_days=0), TOKYO, at("2026-11-15 20:00", TOKYO), now)


TURNS = [
    # why, now, last check-in, away until -> asked at, until, next, why
    ("asked", "2026-11-16 09:00", None, None, ("2026-11-16 09:00", "2026-11-18 09:00", None, "")),
    ("a sweep some minutes late", "2026-11-16 09:04", None, None, ("2026-11-16 09:04", "2026-11-18 09:04", None, "")),
    ("after a night of outage: at the opening", "2026-11-17 03:00", None, None,
     ("2026-11-17 09:00", "2026-11-19 09:00", None, "")),
    ("after an outage over noon", "2026-11-16 12:20", None, None, ("2026-11-16 13:00", "2026-11-18 13:00", None, "")),
    ("fresh", "2026-11-16 09:00", "2026-11-13 17:00", None, (None, None, "2026-11-24 09:00", "fresh")),
    ("away today: asked tomorrow", "2026-11-16 09:00", None, date(2026, 11, 16), (None, None, "2026-11-17 09:00", "away")),
    ("away as long as there is grace", "2026-11-16 09:00", None, date(2026, 11, 17),
     (None, None, "2026-11-18 09:00", "away")),
    ("away longer: this one is left out", "2026-11-16 09:00", None, date(2026, 11, 18),
     (None, None, "2026-11-24 09:00", "away_long")),
    ("away for weeks: the first after they are back", "2026-11-16 09:00", None, date(2026, 12, 11),
     (None, None, "2026-12-14 09:00", "away_long")),
    ("back in the middle of a week: the next one", "2026-11-16 09:00", None, date(2026, 12, 8),
     (None, None, "2026-12-14 09:00", "away_long")),
    ("fresh and away is fresh", "2026-11-16 09:00", "2026-11-13 17:00", date(2026, 12, 8),
     (None, None, "2026-11-24 09:00", "fresh")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "checked_in", "until", "expected"), [case[1:] for case in TURNS], ids=[c[0] for c in TURNS]
)
def test_turn(now: str, checked_in: str | None, until: date | None, expected: tuple[str | None, ...]) -> None:
    found = turn(
        MONDAYS, TOKYO, asks_at=at("2026-11-16 09:00", TOKYO), now=at(now, TOKYO), away_until=until,
        checked_in_at=at(checked_in, TOKYO) if checked_in else None,
    )  # fmt: skip
    moments = (found.at, found.due_at, found.asks_at)
    assert (*(one and shown(one, TOKYO)[4:] for one in moments), found.why) == expected


def test_away_over_a_long_weekend_is_asked_on_the_first_open_day() -> None:
    found = turn(
        on("thu"), TOKYO, asks_at=at("2026-11-19 09:00", TOKYO), now=at("2026-11-19 09:00", TOKYO),
        away_until=date(2026, 11, 20), checked_in_at=None,
    )  # fmt: skip
    assert (found.asks_at and shown(found.asks_at, TOKYO), found.why) == ("Tue 2026-11-24 09:00", "away")


def test_back_from() -> None:
    now = at("2026-11-17 08:00", TOKYO)
    assert shown(back_from(MONDAYS, TOKYO, date(2026, 11, 20), now), TOKYO) == "Tue 2026-11-24 09:00"
    assert shown(back_from(MONDAYS, TOKYO, date(2026, 11, 1), now), TOKYO) == "Tue 2026-11-24 09:00", "over already"


def test_the_daily_reminder_names_it_on_other_days_than_its_own_messages() -> None:
    asked, due = at("2026-11-16 09:00", TOKYO), at("2026-11-18 09:00", TOKYO)
    days = [at(f"2026-11-{day} 09:00", TOKYO) for day in (16, 17, 18, 19)]
    assert [reminds(T, asked, due, now) for now in days] == [False, True, False, True]
