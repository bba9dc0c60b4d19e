"""Checking in: what must be said, what it leaves behind, and that several goals are one thing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from collab.goals.models import CheckIn, Measurement
from collab.goals.queries import get_goal
from collab.goals.queries.checkin_form import list_turns
from collab.goals.queries.checkins import list_checkins
from collab.goals.queries.standing import Standing, standings
from collab.goals.rules.confidence import in_tens, needs_note
from collab.goals.rules.projection import band, score
from collab.goals.service import acknowledging, checking_in
from collab.goals.service.checking_in import CheckedIn
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from tests.factories import Company
from tests.factories import goals as make


def says(company: Company, key: str, by: str, confidence: int | None = 70, **more: Any) -> CheckedIn:
    given = {**({} if confidence is None else {"confidence": confidence}), **more}
    with company.indoors():
        return checking_in.check_in(company.member(by), key, given, now=company.now)


def rows(company: Company, key: str) -> list[CheckIn]:
    with company.indoors():
        db.session.rollback()
        mine = select(CheckIn).where(CheckIn.goal_id == make.number(key)).order_by(CheckIn.id)
        return list(db.session.scalars(mine))


def stands(company: Company, key: str, viewer: str = "cmo") -> Standing:
    with company.indoors():
        goal = get_goal(company.member(viewer), key)
        return standings([goal], now=company.now)[goal.id]


def refused(company: Company, key: str, by: str, confidence: int | None = None, **more: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        says(company, key, by, confidence, **more)
    return {path: text.key for path, text in error.value.fields.items()}


@pytest.mark.parametrize("confidence", [0, 10, 100])
def test_confidence_is_said_in_tens(confidence: int) -> None:
    assert in_tens(confidence)
    assert not in_tens(confidence + 5)


@pytest.mark.parametrize(
    ("before", "after", "needed"),
    [(None, 70, False), (None, 60, False), (None, 50, True), (None, 90, True), (80, 70, False), (80, 60, True)],
)
def test_a_large_move_needs_a_note(before: int | None, after: int, needed: bool) -> None:
    assert needs_note(before, after, start=70, move=20) is needed


@pytest.mark.parametrize(
    ("progress", "expected", "scored", "where"),
    [
        (50, 50, "1.0", "good"), (25, 50, "0.5", "fair"), (10, 50, "0.2", "low"), (35, 100, "0.4", "fair"), (65, 100, "0.7", "good"),
        (-20, 50, "0.0", "low"), (150, 50, "1.0", "good"), (40, None, "None", None),
    ],
)  # fmt: skip
def test_the_projection_carries_the_pace_to_the_due_date(
    progress: int, expected: int | None, scored: str, where: str | None
) -> None:
    found = score(Fraction(progress), None if expected is None else Fraction(expected))
    assert (str(found), band(found)) == (scored, where)
    assert score(None, Fraction(50)) is None
    assert score(Fraction(10), Fraction(0)) is None


def test_a_check_in_is_kept_with_what_the_figures_said(company: Company) -> None:
    key = make.goal(company)
    make.measured(company, key, date(2026, 11, 1), 40)
    done = says(company, key, "cmo", 80, note="The new service desk helps.")
    [row] = rows(company, key)
    assert (row.confidence, row.side, row.note) == (80, 1, "The new service desk helps.")
    assert (row.status, row.suggested, row.reason) == ("on_track", "on_track", None)
    assert (row.progress, row.expected) == (Decimal(40), Decimal("26.519337"))
    assert (str(done.score), done.points) == ("1.0", None)
    assert make.owners(company, key)[0].confidence == 80
    assert make.owners(company, key)[0].checked_in_at == company.now


def test_owners_must_say_how_sure_they_are(company: Company) -> None:
    key = make.goal(company)
    assert refused(company, key, "cmo") == {"confidence": "field.required"}
    assert refused(company, key, "cmo", 75) == {"confidence": "goal.checkin.problem.tens"}
    assert refused(company, key, "cmo", 110) == {"confidence": "goal.checkin.problem.tens"}
    assert refused(company, key, "cmo", 50) == {"note": "goal.checkin.problem.note"}
    assert rows(company, key) == []


def test_no_change_repeats_what_was_said_last_and_measures_nothing(company: Company) -> None:
    key = make.goal(company)
    make.measured(company, key, date(2026, 11, 1), 40)
    says(company, key, "cmo", 90, note="A good week.")
    company.later(days=7)
    done = says(company, key, "cmo", None, no_change=True)
    assert (done.confidence, done.no_change) == (90, True)
    assert [row.no_change for row in rows(company, key)] == [False, True]
    assert says(company, key, "cio", None, no_change=True).confidence == 70
    with company.indoors():
        assert db.session.query(Measurement).count() == 1
    wrong = refused(company, key, "cmo", 80, no_change=True, value="41")
    assert set(wrong) == {"confidence", "value"}


def test_a_value_is_measured_in_the_same_transaction(company: Company) -> None:
    key = make.goal(company)
    done = says(company, key, "cmo", 70, value="55.5")
    assert str(done.progress) == "111/2"
    with company.indoors():
        [row] = db.session.scalars(select(Measurement)).all()
        assert (row.on, row.source, row.value) == (date(2026, 11, 18), "check-in", Decimal("55.5"))
    assert set(refused(company, key, "cmo", 70, value="a lot")) == {"value"}
    assert set(refused(company, key, "cmo", 70, numerator="1", denominator="2")) <= {
        "value",
        "numerator",
        "denominator",
    }
    assert set(refused(company, key, "cmo", 40, value="60")) == {"note"}, (
        "nothing is measured where the rest is refused"
    )
    with company.indoors():
        assert db.session.query(Measurement).count() == 1


def test_a_ratio_is_told_by_both_its_numbers(company: Company) -> None:
    key = make.goal(company, metric=make.ratio())
    assert says(company, key, "cmo", 70, numerator="120", denominator="150").progress == 80


def test_a_status_against_the_figures_needs_a_reason_and_holds_until_the_next_check_in(company: Company) -> None:
    key = make.goal(company)
    make.measured(company, key, date(2026, 11, 1), 0)
    assert stands(company, key).suggested == "at_risk"
    assert refused(company, key, "cmo", 70, status="on_track") == {"reason": "goal.checkin.problem.reason"}
    says(company, key, "cmo", 70, status="on_track", reason="The desk opens on Monday.")
    now = stands(company, key)
    assert (now.status, now.overridden, now.watermelon) == ("on_track", True, True)
    assert rows(company, key)[0].reason == "The desk opens on Monday."
    says(company, key, "cio", 70)
    now = stands(company, key)
    assert (now.status, now.overridden, now.watermelon) == ("at_risk", False, False)
    says(company, key, "cio", 70, status="off_track", reason="Nobody was hired.")
    assert stands(company, key).watermelon is False


def test_a_status_that_the_figures_suggest_is_no_override(company: Company) -> None:
    key = make.goal(company)
    says(company, key, "cmo", 70, value="30", status="on_track", reason="They say so too.")
    assert (stands(company, key).overridden, rows(company, key)[0].reason) == (False, None)


def test_whoever_helps_checks_in_and_has_no_power_over_the_status(company: Company) -> None:
    key = make.goal(company)
    make.measured(company, key, date(2026, 11, 1), 0)
    make.helps(company, key, "agency", may_check_in=True)
    make.helps(company, key, "kenji")
    says(company, key, "cmo", 70, status="on_track", reason="The desk opens on Monday.")
    done = says(company, key, "agency", None, note="Half of the shelves are up.", value="20")
    assert (done.confidence, done.status) == (None, None)
    assert stands(company, key).status == "on_track"
    assert (rows(company, key)[1].side, rows(company, key)[1].status) == (None, None)
    wrong = refused(company, key, "agency", None, status="on_track", reason="We think so.")
    assert wrong == {"status": "goal.checkin.problem.owners_status"}
    with pytest.raises(NotAllowed):
        says(company, key, "kenji")
    with company.indoors():
        seen, total = list_checkins(company.member("agency"), key)
        assert ([one.member for one in seen], total) == ([company.id("agency")], 1), "a guest reads their own"


def test_who_may_and_when(company: Company) -> None:
    key, resting = make.goal(company), make.goal(company, state="paused")
    with pytest.raises(NotAllowed):
        says(company, key, "mika")
    with pytest.raises(NotAllowed):
        says(company, key, "auditor")
    with pytest.raises(NotFound):
        says(company, key, "agency")
    with pytest.raises(NotNow):
        says(company, resting, "cmo")


def test_ones_own_check_in_acknowledges_the_other_side(company: Company) -> None:
    key = make.goal(company)
    says(company, key, "cmo", 80)
    says(company, key, "cmo", 80)
    company.later(days=1)
    says(company, key, "cio", 70)
    [first, second, third] = rows(company, key)
    assert [one.acknowledged_by_id for one in (first, second, third)] == [company.id("cio")] * 2 + [None]
    with company.indoors():
        assert acknowledging.acknowledge(company.member("cmo"), key, now=company.now) == 1
        assert acknowledging.acknowledge(company.member("cmo"), key, now=company.now) == 0
    assert rows(company, key)[2].acknowledged_by_id == company.id("cmo")


def test_the_ask_is_answered(company: Company) -> None:
    key = make.goal(company)
    make.asked(company, key, "cmo", at=company.now, due_at=company.now)
    says(company, key, "cmo", 70)
    [cmo, _cio] = make.owners(company, key)
    assert (cmo.asked_at, cmo.due_at) == (None, None)
    assert cmo.asks_at is not None
    assert rows(company, key)[0].due_at == company.now


@pytest.fixture
def five(company: Company) -> list[str]:
    """Five goals of the CMO's."""
    return [make.goal(company, f"Goal {number}", owners=("cmo",)) for number in range(5)]


def test_several_goals_are_one_transaction(company: Company, five: list[str]) -> None:
    given = {key: {"confidence": 80} for key in five}
    with company.indoors():
        done = checking_in.check_in_all(company.member("cmo"), given, now=company.now)
    assert sorted(one.key for one in done) == sorted(five)
    wrong: dict[str, Any] = {
        five[0]: {"confidence": 80}, five[1]: {"confidence": 10}, five[2]: {"confidence": 33, "value": "x"}, "G-999": {}, "T-1": {},
    }  # fmt: skip
    with company.indoors(), pytest.raises(Invalid) as error:
        checking_in.check_in_all(company.member("cmo"), wrong, now=company.now)
    assert {path: text.key for path, text in error.value.fields.items()} == {
        f"goals.{five[1]}.note": "goal.checkin.problem.note", f"goals.{five[2]}.confidence": "goal.checkin.problem.tens",
        "goals.G-999": "error.not_found", "goals.T-1": "error.not_found",
    }  # fmt: skip
    assert len(rows(company, five[0])) == 1


def test_what_is_asked_comes_first(company: Company, five: list[str]) -> None:
    for key, days in ((five[3], 2), (five[4], 1)):
        make.asked(company, key, "cmo", at=company.now, due_at=company.now + timedelta(days=days))
    make.goal(company, "Resting", owners=("cmo",), state="paused")
    with company.indoors():
        turns = list_turns(company.member("cmo"), company.now)
        assert [turn.key for turn in turns] == [five[4], five[3], *five[:3], "G-1"], "then by due date; G-1 has none"
        assert not list_turns(company.member("agency"), company.now)
        assert not list_turns(company.member("auditor"), company.now)
