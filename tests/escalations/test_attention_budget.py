"""An executive's attention in an ordinary quarter: at most ten times a week are they asked to act.

Counted is every card that asks somebody to act, in the week in which they can read it: being asked and the last chance for the
same thing are two, a card for both lines is one for each of them, what a deputy gets in somebody's place is theirs. Not
counted: news, the daily reminder, and what was held and settled before anybody could read it. The quarter is one of four
requests and eight asks a week between eight people, who also check in on six goals every week. Before they did, five of seven
seeds stayed within it, this one among them; with two of them a single executive came to eleven in one week.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from collab.escalations import service as escalations
from tests.factories import Company
from tests.factories.goals import goal
from tests.parts.quarter import Quarter

EXECUTIVES = ("ceo", "cmo", "cio", "cfo")
OTHERS = ("mika", "nao", "kenji", "admin", "sales-lead", "service-lead", "emma")
CLIMBED = ("escalation.told", "escalation.shared")
BUDGET = 10
pytestmark = pytest.mark.timeout(600)  # a quarter takes its time where several share a core
POLICIES = sorted((Path(__file__).parents[2] / "config" / "escalations").glob("*.toml"))


@pytest.fixture
def quarter(company: Company) -> Quarter:
    """April to June with Golden Week; absences, and one answer in eight late."""
    with company.indoors():
        escalations.take([file.read_text() for file in POLICIES], actor=None, now=company.now)
    owners = (
        ("cmo", "cio"),
        ("mika", "kenji"),
        ("sales-lead", "service-lead"),
        ("nao",),
        ("cmo", "sales-lead"),
        ("emma",),
    )
    quarter = Quarter(company, seed=2026, goals=[goal(company, owners=both) for both in owners])
    quarter.run(date(2027, 4, 1), date(2027, 6, 30))
    return quarter


def test_no_executive_is_asked_to_act_more_than_ten_times_a_week(
    quarter: Quarter, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(_table(quarter))
    assert quarter.events["file"] > 40, "an ordinary quarter, not a quiet one"
    assert quarter.events["ask"] > 80
    climbed = sum(quarter.kinds_of(name)[kind] for name in EXECUTIVES for kind in CLIMBED)
    assert climbed >= 5, "and some of it climbs"
    worst = {name: max(quarter.asked(name).values()) for name in EXECUTIVES}
    assert max(worst.values()) <= BUDGET, f"{worst}\n{_table(quarter)}"


def _table(quarter: Quarter) -> str:
    """Most and mean a week, and what it was."""
    lines = ["", f"{'asked to act, a week':<22}{'most':>6}{'mean':>7}   in the quarter"]
    for name in (*EXECUTIVES, *OTHERS):
        weeks = quarter.asked(name)
        most, mean = max(weeks.values(), default=0), sum(weeks.values()) / 13
        kinds = ", ".join(f"{kind} {count}" for kind, count in quarter.kinds_of(name).most_common())
        lines.append(f"{name:<22}{most:>6}{mean:>7.1f}   {kinds}")
    return "\n".join([*lines, f"{dict(quarter.events)}"])
