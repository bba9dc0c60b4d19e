"""Trees grown at random through the services: whatever is tied and measured in whatever order, the rules hold in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import select

from collab.goals.models import Goal, Parent
from collab.goals.rules.progress import shown
from collab.goals.rules.tree import upwards
from collab.goals.service import linking, measuring
from collab.kernel.db import db
from collab.kernel.errors import Invalid
from tests.factories import goals as make
from tests.factories.company import Company

GOALS, TIES, MEASUREMENTS = 8, 40, 16


@pytest.mark.parametrize("seed", [6, 2026])
def test_shares_never_pass_the_whole_and_progress_is_what_the_rule_says(company: Company, seed: int) -> None:
    chance = Random(seed)
    froms = ["children" if number % 2 == 0 else "metric" for number in range(GOALS)]
    keys = [make.goal(company, owners=("cmo",), progress_from=one) for one in froms]
    done = make.goal(company, owners=("cmo",), state="closed")
    make.progressed(company, done, 150)
    dropped = make.goal(company, owners=("cmo",), state="closed", result="dropped")
    make.progressed(company, dropped, 10)
    make.tie(company, done, keys[0], share=30)
    make.tie(company, dropped, keys[0], share=70)
    refused = sum(not _tied(company, chance, keys) for _ in range(TIES))
    assert 0 < refused < TIES, "some cannot be, some can"
    with company.indoors():
        for _ in range(MEASUREMENTS):
            key = chance.choice(keys)
            entry = {
                "on": date(2026, 11, chance.randint(1, 17)),
                "value": Decimal(chance.randint(-90, 240)),
                "source": "test",
            }
            measuring.measure(company.member("cmo"), key, [entry], now=company.later())
            _the_rule_holds(_progress_by_hand())


def _tied(company: Company, chance: Random, keys: list[str]) -> bool:
    """Give somebody other parents; whether that was possible. What was refused changed nothing."""
    child = chance.choice(keys)
    several = chance.sample(keys, chance.randint(0, 3))
    kinds = [chance.choice(["contribute", "contribute", "support"]) for _ in several]
    parents = [
        {"goal": goal, "kind": kind, **({"share": chance.randint(1, 70)} if kind == "contribute" else {})}
        for goal, kind in zip(several, kinds, strict=True)
    ]
    with company.indoors():
        before = _ties()
        try:
            linking.set_parents(company.member("cmo"), child, parents, now=company.later(), reason="So.")
        except Invalid:
            db.session.rollback()
            assert _ties() == before
            return False
        ties = _ties()
        shares = [sum(share or 0 for one, _, share in ties if one == goal) for goal in {one for one, _, _ in ties}]
        assert max(shares, default=0) <= 100
        upwards([(one, parent) for one, parent, _ in ties])  # raises where there is a cycle
        _the_rule_holds(_progress_by_hand())
        return True


def _ties() -> set[tuple[int, int, int | None]]:
    db.session.expire_all()
    return {(tie.child_id, tie.parent_id, tie.share) for tie in db.session.scalars(select(Parent))}


def _progress_by_hand() -> Mapping[int, tuple[Fraction | None, Fraction | None]]:
    """Of each goal that is its children: what it should be, and what is kept."""
    db.session.expire_all()
    goals = {goal.id: goal for goal in db.session.scalars(select(Goal))}
    ties = _ties()

    def of(goal: int) -> Fraction | None:
        row = goals[goal]
        if row.progress_from == "metric":
            return None if row.progress is None else Fraction(row.progress)
        counted = [
            (share, min(max(progress, Fraction(0)), Fraction(100)))
            for child, parent, share in ties
            if parent == goal and share and goals[child].result != "dropped" and (progress := of(child)) is not None
        ]
        weight = sum(share for share, _ in counted)
        return sum((share * progress for share, progress in counted), Fraction(0)) / weight if weight else None

    kept = {number: None if goal.progress is None else Fraction(goal.progress) for number, goal in goals.items()}
    return {number: (of(number), kept[number]) for number, goal in goals.items() if goal.progress_from == "children"}


def _the_rule_holds(found: Mapping[int, tuple[Fraction | None, Fraction | None]]) -> None:
    def read(figure: Fraction | None) -> Decimal | None:
        return None if figure is None else shown(figure, 6)

    assert {number: read(kept) for number, (_, kept) in found.items()} == {
        number: read(ruled) for number, (ruled, _) in found.items()
    }
