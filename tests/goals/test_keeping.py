"""How goals stand is written down when a week ends: each once, however often and however late somebody comes to do it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from collab.goals.models import CheckIn, Goal, Week
from collab.goals.queries import weeks
from collab.goals.service import keeping
from collab.goals.service.keeping import keep_week
from collab.goals.service.sweeping import sweep
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from tests.factories.company import Company
from tests.factories.goals import goal, measured, number
from tests.parts.databases import on_both

MIDNIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
"""Monday, 23 November, in Tokyo: the week 47 has just ended."""
SUNDAY = MIDNIGHT - timedelta(seconds=1)


def kept(company: Company, key: str) -> list[tuple[str, int | None, str | None, int | None]]:
    """Week, progress, status, and who alone brought it there."""
    with company.indoors():
        db.session.rollback()
        rows = select(Week).where(Week.goal_id == number(key)).order_by(Week.week)
        return [
            (row.week, None if row.progress is None else int(row.progress), row.status, row.by_id)
            for row in db.session.scalars(rows)
        ]


@on_both
def test_every_running_goal_is_written_down_once(company: Company) -> None:
    first, paused = goal(company, owners=("mika", "cio")), goal(company, state="paused")
    measured(company, first, date(2026, 11, 19), 20, at=SUNDAY, recorded_by_id=company.id("mika"))
    with company.indoors():
        assert not weeks.is_kept("2026-W47")
        assert keep_week(now=MIDNIGHT) == 2  # with the company's own
        assert keep_week(now=MIDNIGHT + timedelta(minutes=1)) == 0
        assert weeks.is_kept("2026-W47")
    assert kept(company, first) == [("2026-W47", 20, "on_track", company.id("mika"))]
    assert kept(company, paused) == []


@on_both
def test_whoever_comes_second_changes_nothing_and_finishes_what_was_left(company: Company) -> None:
    keys = [goal(company, owners=("mika", "cio")) for _ in range(3)]
    with company.indoors():
        rows = weeks.running_rows("2026-W47", MIDNIGHT, after=0, most=2)
        keeping._keep(rows)  # and the machine stops here
    measured(company, keys[0], date(2026, 11, 23), 90, at=MIDNIGHT)
    with company.indoors():
        late = MIDNIGHT + timedelta(hours=1)
        assert keep_week(now=late) == 2
    assert [kept(company, key)[0][1] for key in keys] == [None, None, None]
    assert all(len(kept(company, key)) == 1 for key in keys)


def test_a_goal_that_began_after_the_week_is_not_part_of_it(company: Company) -> None:
    key = goal(company)
    with company.indoors():
        with atomic():
            db.session.execute(update(Goal).where(Goal.id == number(key)).values(activated_at=MIDNIGHT))
        keep_week(now=MIDNIGHT + timedelta(hours=2))
        assert kept(company, key) == []
        keep_week(now=MIDNIGHT + timedelta(days=7))
    assert [row[0] for row in kept(company, key)] == ["2026-W48"]


def test_two_who_spoke_are_not_one(company: Company) -> None:
    key = goal(company, owners=("mika", "cio"))
    measured(company, key, date(2026, 11, 19), 20, at=SUNDAY, recorded_by_id=company.id("mika"))
    with company.indoors():
        with atomic() as unit:
            unit.session.add(CheckIn(goal_id=number(key), member_id=company.id("cio"), at=SUNDAY, suggested="on_track"))
        keep_week(now=MIDNIGHT)
    assert kept(company, key)[0][3] is None


def test_the_sweep_keeps_the_week_that_ended_in_the_companys_zone(company: Company) -> None:
    key = goal(company)
    with company.indoors():
        sweep(now=SUNDAY)
        assert [row[0] for row in kept(company, key)] == []  # it began in the week that still runs
        sweep(now=MIDNIGHT)
    assert [row[0] for row in kept(company, key)] == ["2026-W47"]
