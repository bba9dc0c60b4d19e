"""The goals of the sample company: one of everything that can happen to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import func, select

from collab.goals.models import CheckIn, Goal, Measurement, Metric, Owner, Parent, Shift, Stage, Taken
from collab.goals.queries import GoalView, list_goals
from collab.goals.queries.standing import Standing, standings
from collab.goals.rules.tree import upwards
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import queries as people
from collab.subjects import queries as subjects
from tests.parts.databases import SAMPLE, Database, Stock
from tests.parts.sample import A_WEDNESDAY


@pytest.fixture
def database(stock: Callable[[str], Stock]) -> Iterator[Database]:
    """With the sample company in it."""
    shelf = stock("sqlite")
    own = shelf.fresh(SAMPLE)
    yield own
    shelf.throw_away(own)


@pytest.fixture
def as_loaded(app: Flask) -> Iterator[None]:
    """Inside the application, on the day of loading."""
    with app.app_context():
        yield


pytestmark = pytest.mark.usefixtures("as_loaded")


def seen_by(name: str) -> dict[str, tuple[GoalView, Standing]]:
    viewer = people.find_actor_by_email(f"{name}@example.com", A_WEDNESDAY)
    assert viewer is not None
    found = list_goals(viewer)
    stands = standings(found, now=A_WEDNESDAY)
    return {goal.key: (goal, stands[goal.id]) for goal in found}


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_one_of_everything_has_happened() -> None:
    goals = list(db.session.scalars(select(Goal)))
    assert {goal.state for goal in goals} == {"candidate", "draft", "accepted", "active", "closed"}
    assert {goal.kind for goal in goals} == {"vision", "promise", "goal"}
    assert all(goal.lesson for goal in goals if goal.state == "closed")
    assert {goal.visibility for goal in goals} == {"company", "involved"}
    assert sorted(db.session.scalars(select(Shift.kind))) == ["greener", "target"]
    assert all(shift.reason for shift in db.session.scalars(select(Shift)))
    assert count(Stage) == 6
    assert set(db.session.scalars(select(Parent.kind))) == {"contribute", "support"}
    assert set(db.session.scalars(select(Metric.kind))) == {"increase", "decrease", "reach", "stay_above", "stay_below"}
    assert (count(Taken), count(CheckIn), count(Measurement)) >= (4, 30, 150)
    assert len(db.session.scalars(select(Owner.goal_id).where(Owner.side == 2)).all()) >= 4


def test_who_has_to_act_is_told_and_finds_it() -> None:
    pending = (Message.state == "pending") & Message.kind.startswith("goal.")
    told = db.session.execute(select(Message.kind, Message.subject_key).where(pending)).all()
    assert sorted(map(tuple, told)) == [
        ("goal.asked", "G-7"), ("goal.checkin_last", "G-17"), ("goal.diverged", "G-4"),
    ]  # fmt: skip
    asked = {
        actor.email.partition("@")[0]: [(row.key, row.ask.key)]
        for actor in people.list_actors(A_WEDNESDAY)
        for row in subjects.inbox(actor, A_WEDNESDAY)
        if row.key.startswith("G-")
    }
    assert asked == {
        "cio": [("G-7", "goal.ask.accept")], "eri": [("G-4", "goal.checkin.ask.diverged")],
        "mika": [("G-4", "goal.checkin.ask.diverged")], "ren": [("G-17", "goal.checkin.ask.one")],
    }  # fmt: skip


def test_deliveries_are_sums_over_sums_and_no_means_of_means() -> None:
    seen = seen_by("auditor")
    parent, children = seen["G-13"][1].main, [seen[key][1].main for key in ("G-14", "G-15", "G-16")]
    assert parent is not None
    assert parent.figure is not None
    figures = [(one.numerator, one.denominator, one.figure) for one in children if one]
    summed = Fraction(sum(one for one, _, _ in figures)) / Fraction(sum(of for _, of, _ in figures)) * 100
    assert parent.figure == summed
    assert abs(summed - sum(figure for _, _, figure in figures) / 3) > 3


def test_the_agency_sees_the_one_goal_it_helps_with() -> None:
    assert list(seen_by("agency")) == ["G-18"]
    assert "G-19" not in seen_by("mika"), "narrowed to those involved"
    assert "G-19" in seen_by("sales-lead")


def test_the_tree_hangs_together() -> None:
    ties = list(db.session.scalars(select(Parent)))
    assert upwards([(tie.child_id, tie.parent_id) for tie in ties])
    shares: dict[int, int] = {}
    for tie in ties:
        shares[tie.child_id] = shares.get(tie.child_id, 0) + (tie.share or 0)
    assert max(shares.values()) == 100
    vision, stands = seen_by("cmo")["G-9"]
    assert vision.kind == "vision"
    assert stands.progress is not None, "rolled up from all its children"
