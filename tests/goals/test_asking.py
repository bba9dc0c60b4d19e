"""Owners are asked to check in: each at their own hour, all their goals at once, nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from collab.audit import queries as audit
from collab.escalations.models import Escalation
from collab.goals.models import Goal, Owner
from collab.goals.queries.rhythm import list_asked
from collab.goals.service import asking, rhythm
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound, Stale
from collab.outbox.models import Message
from collab.people import service as staffing
from tests.factories import Company
from tests.factories.checkins import MONDAY, Asks
from tests.factories.escalations import LONDON, moment
from tests.factories.goals import goal, number
from tests.parts.applications import inside
from tests.parts.databases import on_both

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def asks(company: Company) -> Asks:
    """Without the goal every company begins with."""
    with company.indoors(), atomic():
        db.session.execute(update(Goal).where(Goal.id == 1).values(state="paused"))
    return Asks(company)


def five(company: Company, *, owners: tuple[str, ...] = ("mika",)) -> list[str]:
    return [goal(company, f"Goal number {one}", owners=owners) for one in range(5)]


def test_whoever_begins_is_asked_at_the_next_moment_of_the_rhythm(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("cmo", "emma"))
    asks.begin(key)
    assert asks.owner(key, "cmo") == ("asks at", MONDAY), "Monday is a holiday in Tokyo"
    assert asks.owner(key, "emma", LONDON) == ("asks at", "2026-11-23 09:00"), "and none in London"
    assert asks.ask("2026-11-23 17:59") == 0
    assert asks.ask("2026-11-23 18:00") == 1, "nine in London"
    assert asks.told() == [("emma", "checkin_asked", "2026-11-23 18:00")]
    assert asks.owner(key, "emma", LONDON) == ("asked until", "2026-11-25 09:00")
    assert asks.ask("2026-11-24 08:59") == 0
    assert asks.ask(MONDAY) == 1
    assert asks.waits() == sorted([asks.wait(key, "cmo"), asks.wait(key, "emma")])


@on_both
def test_five_goals_are_one_message_and_five_clocks(asks: Asks, company: Company) -> None:
    keys = five(company)
    asks.begin(*keys)
    assert asks.ask(MONDAY) == 5
    (card,) = asks.messages()
    assert (card.kind, card.member_id, card.subject_key) == (
        asking.ASKED, company.id("mika"), rhythm.subject_of(company.id("mika")),
    )  # fmt: skip
    assert asks.waits() == sorted(asks.wait(key, "mika") for key in keys)
    assert asks.ask(MONDAY) == 0, "once"
    with company.indoors():
        assert [one.key for one in list_asked(company.id("mika"))] == keys


def test_a_batch_that_ends_in_the_middle_of_somebodys_goals_is_still_one_message(asks: Asks, company: Company) -> None:
    asks.begin(*five(company))
    assert asks.ask(MONDAY, limit=2) == 5
    assert [kind for _who, kind, _at in asks.told()] == ["checkin_asked"]


def test_checking_in_ends_the_clock_and_the_next_one_is_a_week_later(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"))
    asks.begin(key)
    asks.ask(MONDAY)
    asks.check_in(key, "mika", "2026-11-24 09:20")
    assert asks.owner(key, "mika") == ("asks at", "2026-11-30 09:00")
    assert asks.owner(key, "kenji") == ("asked until", "2026-11-26 09:00"), "the other side is asked for itself"
    assert asks.waits() == [asks.wait(key, "kenji")]


def test_whoever_checked_in_lately_is_passed_over(asks: Asks, company: Company) -> None:
    key, other = goal(company, owners=("mika",)), goal(company, owners=("mika",))
    asks.begin(key, other)
    asks.check_in(key, "mika", "2026-11-20 17:00")
    assert asks.ask(MONDAY) == 1
    assert asks.owner(key, "mika") == ("asks at", "2026-11-30 09:00")
    assert asks.owner(other, "mika") == ("asked until", "2026-11-26 09:00")


def test_paused_and_closed_goals_and_those_nobody_accepted_are_silent(asks: Asks, company: Company) -> None:
    for state in ("paused", "closed", "accepted", "draft"):
        asks.begin(goal(company, state=state, owners=("mika",)))
    asked_not_accepted = goal(company, owners=("mika", "kenji"), accepted=("mika",))
    asks.begin(asked_not_accepted)
    assert asks.ask(MONDAY) == 1
    assert asks.owner(asked_not_accepted, "kenji") == ("silent", "")
    assert asks.waits() == [asks.wait(asked_not_accepted, "mika")]


def test_stopping_ends_asks_and_clocks_and_beginning_again_asks_later(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"))
    asks.begin(key)
    asks.ask(MONDAY)
    with company.indoors():
        rhythm.stop(number(key), now=moment("2026-11-24 12:00"))
    assert (asks.waits(), asks.owner(key, "mika"), asks.owner(key, "kenji")) == ([], ("silent", ""), ("silent", ""))
    asks.begin(key, at=moment("2026-11-25 12:00"))
    assert asks.owner(key, "mika") == ("asks at", "2026-11-30 09:00")


def test_an_owner_who_was_removed_is_asked_nothing_more(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"))
    asks.begin(key)
    asks.ask(MONDAY)
    with company.indoors(), atomic():
        row = db.session.scalars(select(Owner).where(Owner.goal_id == number(key), Owner.side == 2)).one()
        row.removed_at = moment("2026-11-24 12:00")
        db.session.flush()
        rhythm.drop([row.id], now=moment("2026-11-24 12:00"))
        db.session.execute(update(Owner).where(Owner.id == row.id).values(asks_at=moment("2026-11-24 13:00")))
    assert asks.waits() == [asks.wait(key, "mika")]
    assert asks.ask("2026-11-24 13:00") == 0


def test_whoever_is_away_is_asked_on_the_first_day_back(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)
    away(company, "mika", date(2026, 11, 23), date(2026, 11, 24))
    assert asks.ask(MONDAY) == 0
    assert asks.owner(key, "mika") == ("asks at", "2026-11-25 09:00")
    assert asks.ask("2026-11-25 09:00") == 1
    assert asks.told() == [("mika", "checkin_asked", "2026-11-25 09:00")]


def test_whoever_is_away_longer_than_the_grace_is_left_out_and_no_deputy_says_it_for_them(
    asks: Asks, company: Company
) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)
    away(company, "mika", date(2026, 11, 23), date(2026, 12, 2), deputy="nao")
    assert asks.ask(MONDAY) == 0
    assert asks.owner(key, "mika") == ("asks at", "2026-12-07 09:00")
    assert (asks.told(), asks.waits()) == ([], [])
    with company.indoors():
        (entry,) = [one for one in audit.list_entries(key) if one.verb == "checkin_left_out"]
    assert entry.details == {
        "member": "mika@example.com", "why": "away", "until": "2026-12-02", "asks_at": moment("2026-12-07 09:00").astimezone(
            entry.at.tzinfo
        ).isoformat(),
    }  # fmt: skip


def test_absences_that_follow_each_other_are_one(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)
    away(company, "mika", date(2026, 11, 24), date(2026, 11, 24))
    away(company, "mika", date(2026, 11, 25), date(2026, 11, 27))
    asks.ask(MONDAY)
    assert asks.owner(key, "mika") == ("asks at", "2026-11-30 09:00")


def test_going_away_while_asked_stops_the_clock(asks: Asks, company: Company) -> None:
    key, dark = goal(company, owners=("mika",)), goal(company, owners=("mika",))
    asks.begin(key, dark)
    asks.ask(MONDAY)
    with company.indoors(), atomic():
        late = (Owner.goal_id == number(dark)) & (Owner.member_id == company.id("mika"))
        db.session.execute(update(Owner).where(late).values(due_at=moment("2026-11-24 09:30")))
        staffing.be_away(
            company.member("mika"), from_on=date(2026, 11, 24), until_on=date(2026, 11, 26), deputy=None,
            now=moment("2026-11-24 10:00"),
        )  # fmt: skip
    assert asks.owner(key, "mika") == ("asks at", "2026-11-27 09:00")
    assert asks.waits() == [asks.wait(dark, "mika")], "what was overdue already stays so"


def test_after_an_outage_nobody_is_asked_at_night(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)
    assert asks.ask("2026-11-25 03:10") == 1
    assert asks.told() == [("mika", "checkin_asked", "2026-11-25 09:00")]
    assert asks.owner(key, "mika") == ("asked until", "2026-11-27 09:00")


def test_owners_nobody_would_ever_ask_are_found(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"))
    assert asks.owner(key, "mika") == ("silent", "")
    asks.ask("2026-11-18 10:00")
    assert asks.owner(key, "mika") == asks.owner(key, "kenji") == ("asks at", MONDAY)


def test_whoever_left_is_not_asked(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("nao",))
    asks.begin(key)
    with company.indoors(), atomic():
        from collab.people.models import Member

        db.session.execute(update(Member).where(Member.id == company.id("nao")).values(deactivated_at=company.now))
    assert asks.ask(MONDAY) == 0
    assert (asks.told(), asks.waits()) == ([], [])


@on_both
def test_a_sweep_that_dies_leaves_nothing_behind(asks: Asks, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)

    def die(*_args: object, **_more: object) -> None:
        raise RuntimeError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(asking, "_leave_word", die)
        with pytest.raises(RuntimeError):
            asks.ask(MONDAY)
    assert (asks.owner(key, "mika"), asks.waits(), asks.told()) == (("asks at", MONDAY), [], [])
    assert asks.ask(MONDAY) == 1


@on_postgresql
def test_two_sweepers_at_once_ask_nobody_twice(asks: Asks, company: Company) -> None:
    keys = [goal(company, f"Goal {n}", owners=(("mika", "kenji"), ("nao",), ("cmo", "cio"))[n % 3]) for n in range(30)]
    asks.begin(*keys)
    start, now = Barrier(4), moment(MONDAY)

    def sweep(_number: int) -> int:
        with inside(company.app):
            start.wait()
            return sum(asking.ask_due(now=now + timedelta(seconds=one), limit=3) for one in range(3))

    with ThreadPoolExecutor(4) as pool:
        asked = sum(pool.map(sweep, range(4)))
    with company.indoors():
        owners = db.session.scalar(select(func.count()).where(Owner.goal_id.in_(list(map(number, keys)))))
        waits = db.session.scalar(select(func.count()).select_from(Escalation))
        cards = db.session.scalars(select(Message.member_id).where(Message.kind == asking.ASKED)).all()
    assert asked == owners == waits == 50
    assert sorted(cards) == sorted(company.id(name) for name in ("mika", "kenji", "nao", "cmo", "cio")), "one each"


# --- a rhythm of one's own


def test_a_departments_own_rhythm_counts_from_the_next_time(asks: Asks, company: Company) -> None:
    key, asked = goal(company, owners=("mika", "kenji")), goal(company, owners=("mika",))
    asks.begin(asked, at=moment("2026-11-10 10:00"))
    asks.ask("2026-11-16 09:00")
    asks.begin(key)
    set_to(company, "cmo", "marketing", weekday=3, hour=14, grace_days=1)
    assert asks.owner(key, "mika") == ("asks at", "2026-11-19 14:00")
    assert asks.owner(key, "kenji") == ("asks at", MONDAY), "IT keeps the company's"
    assert asks.owner(asked, "mika") == ("asked until", "2026-11-18 09:00"), "what was told stands"
    asks.ask("2026-11-19 14:00")
    assert asks.owner(key, "mika") == ("asked until", "2026-11-20 14:00")


def test_whose_moment_has_come_is_asked_even_if_the_rhythm_changes_before_the_sweep(
    asks: Asks, company: Company
) -> None:
    key = goal(company, owners=("mika",))
    asks.begin(key)
    with company.indoors():
        rhythm.set_rhythm(company.member("cmo"), "marketing", {"weekday": 3}, now=moment("2026-11-24 09:00"))
    assert asks.ask("2026-11-24 09:01") == 1


def test_the_lead_and_administrators_set_a_rhythm_nobody_else(asks: Asks, company: Company) -> None:
    assert set_to(company, "cmo", "marketing", every_weeks=2) == 1
    assert set_to(company, "admin", "marketing", every_weeks=3) == 2
    for name in ("mika", "cio", "ceo", "auditor", "agency"):
        with pytest.raises(NotAllowed):
            set_to(company, name, "marketing", every_weeks=1)
    with pytest.raises(NotFound):
        set_to(company, "admin", "nowhere", every_weeks=1)
    with pytest.raises(Stale):
        set_to(company, "admin", "marketing", every_weeks=1, version=1)
    with company.indoors():
        entries = audit.list_entries("rhythm:marketing")
    assert [(one.before["every_weeks"], one.after["every_weeks"]) for one in entries] == [(1, 2), (2, 3)]


def set_to(company: Company, name: str, department: str, *, version: int | None = None, **fields: int) -> int:
    with company.indoors():
        return rhythm.set_rhythm(company.member(name), department, fields, now=company.now, version=version)


def away(company: Company, name: str, from_on: date, until_on: date, deputy: str | None = None) -> None:
    with company.indoors():
        staffing.be_away(
            company.member(name), from_on=from_on, until_on=until_on, now=company.now,
            deputy=f"{deputy}@example.com" if deputy else None,
        )  # fmt: skip
