"""Green against the rule two cycles running: what a cycle is, and that a streak moves one goalpost, not many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select

from collab.goals.models import Shift
from collab.goals.rules.watermelon import crosses, cycles, streak
from collab.goals.service import shifting
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from tests.factories.company import NOW, Company
from tests.factories.goals import goal, number, said


@dataclass(frozen=True)
class Claim:
    member_id: int
    status: str | None
    suggested: str
    id: int = 0
    at: datetime = NOW
    reason: str | None = None


def claims(*written: str) -> list[Claim]:
    """`1g`: member 1 was greener than the rule; `2h`: member 2 honest; `1n`: member 1 claimed nothing; `1r`: redder."""
    says = {
        "g": ("on_track", "off_track"),
        "h": ("at_risk", "at_risk"),
        "n": (None, "off_track"),
        "r": ("off_track", "at_risk"),
    }
    return [Claim(int(one[0]), *says[one[1]], id=place) for place, one in enumerate(written)]


@pytest.mark.parametrize(
    ("written", "rounds", "length"),
    [
        ((), [], 0),
        (("1g",), [True], 1),
        (("1g", "1g"), [True, True], 2),
        (("1g", "1h"), [True, False], 0),
        (("1g", "1n"), [True, False], 0),
        (("1g", "1r", "1g"), [True, False, True], 1),
        (("1g", "2g"), [True], 1),  # both in the same week: one cycle
        (("1g", "2g", "1g"), [True, True], 2),
        (("1g", "2h", "1g", "2g"), [False, True], 1),  # the last word of a cycle counts
        (("1h", "1g", "1g", "1g"), [False, True, True, True], 3),
    ],
)
def test_cycles_and_streaks(written: tuple[str, ...], rounds: list[bool], length: int) -> None:
    assert cycles(claims(*written)) == rounds
    assert streak(claims(*written)) == length


def test_a_streak_counts_once_when_it_becomes_one() -> None:
    written = claims("1g", "1g", "1g", "1h", "1g", "1g")
    assert [crosses(written[:number]) for number in range(len(written) + 1)] == [
        False,
        False,
        True,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.usefixtures("indoors")
def test_it_is_written_down_with_who_and_why(company: Company) -> None:
    key = goal(company)
    found = []
    for _week in range(3):
        said(
            company,
            key,
            "cmo",
            80,
            at=company.later(days=7),
            suggested="off_track",
            status="at_risk",
            reason="The data lags.",
        )
        with atomic():
            found.append(shifting.note_green(number(key)))
    assert found == [False, True, False]
    (one,) = db.session.scalars(select(Shift).where(Shift.goal_id == number(key))).all()
    assert (one.kind, one.by_id, one.reason) == ("greener", company.id("cmo"), "The data lags.")
    assert (one.before, one.after) == ({"suggested": "off_track"}, {"status": "at_risk"})
