"""What children make of their parents: the same in any order, exact, gone when the last child figure is gone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, event, update

from collab.goals.models import Goal, Measurement, Parent
from collab.goals.service import holding, rolling
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from tests.factories import Company
from tests.factories.goals import number
from tests.factories.measured import ON, figures_of, main_of, measured_goal, progress_of, say
from tests.parts.databases import on_both

RATIO: dict[str, Any] = {"is_ratio": True, "per": 100, "unit": "%"}


def anew(company: Company, *keys: str) -> None:
    with company.indoors(), atomic():
        holding.lock_tree()
        rolling.refresh([number(key) for key in keys], now=company.later())


def set_goal(company: Company, key: str, **values: Any) -> None:
    with company.indoors(), atomic() as unit:
        unit.session.execute(update(Goal).where(Goal.id == number(key)).values(**values))
    anew(company, key)


def ratios(company: Company, key: str) -> list[tuple[date, Decimal | None, Decimal | None, int | None, int | None]]:
    return [(one.on, one.numerator, one.denominator, one.parts, one.parts_of) for one in figures_of(company, key)]


def test_progress_is_the_mean_of_children_by_share(company: Company) -> None:
    parent = measured_goal(company, "P", goal={"progress_from": "children"})
    big, small = (measured_goal(company, name, under={parent: share}) for name, share in (("B", 75), ("S", 25)))
    say(company, big, value="80")
    assert progress_of(company, parent) == 80, "what nobody measured yet is left out"
    say(company, small, value="20")
    assert progress_of(company, parent) == 65
    say(company, small, value="180")
    assert progress_of(company, parent) == 85, "an eager child hides no idle one"


def test_a_third_is_kept_to_many_digits(company: Company) -> None:
    key = measured_goal(company, "T", target=Decimal(3))
    say(company, key, value="1")
    assert str(progress_of(company, key)) == "33.33333333333333333333"


def test_sum_over_sum_is_not_the_mean_of_ratios(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True, **RATIO)
    big, small = (measured_goal(company, name, under={parent: 100}, **RATIO) for name in "BS")
    say(company, big, numerator="900", denominator="1000")
    say(company, small, numerator="1", denominator="10")
    assert ratios(company, parent) == [(ON, 901, 1010, 2, 2)]
    assert progress_of(company, parent) == Decimal("89.20792079207920792079")


def test_half_a_child_counts_half_everywhere(company: Company) -> None:
    one, two = (measured_goal(company, name, gathers=True, **RATIO) for name in "PQ")
    child = measured_goal(company, "C", under={one: 50, two: 50}, **RATIO)
    say(company, child, numerator="3", denominator="5")
    assert ratios(company, one) == ratios(company, two) == [(ON, Decimal("1.5"), Decimal("2.5"), 1, 1)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_measuring_does_not_matter(company: Company, order: Iterable[int]) -> None:
    top = measured_goal(company, "T", gathers=True, period="quarter", **RATIO)
    middle = measured_goal(company, "M", under={top: 60}, gathers=True, **RATIO)
    children = [measured_goal(company, str(place), under={middle: 100}, **RATIO) for place in range(3)]
    for place in order:
        say(company, children[place], numerator=str(place + 1), denominator="7")
        say(company, children[place], date(2026, 10, 31), numerator=str(place), denominator="9")
    assert ratios(company, middle) == [(date(2026, 10, 1), 3, 27, 3, 3), (ON, 6, 21, 3, 3)]
    assert ratios(company, top) == [(date(2026, 10, 1), Decimal("5.4"), Decimal("28.8"), 1, 1)]


def test_what_is_gathered_bit_by_bit_is_what_is_gathered_at_once(company: Company) -> None:
    top = measured_goal(company, "T", gathers=True, period="year", unit="n")
    middle = measured_goal(company, "M", under={top: 100}, gathers=True, unit="n")
    daily = measured_goal(company, "D", under={middle: 100}, period="day", unit="n")
    weekly = measured_goal(company, "W", under={middle: 50}, period="week", unit="n")
    for day in (date(2026, 3, 31), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2), date(2026, 11, 2), ON):
        say(company, daily, day, value=str(day.day))
        say(company, weekly, day, value=str(day.day * 2))
    before = [(one.on, one.value) for key in (middle, top) for one in figures_of(company, key)]
    anew(company, daily, weekly)
    assert before == [(one.on, one.value) for key in (middle, top) for one in figures_of(company, key)]
    assert [(one.on.month, one.value) for one in figures_of(company, middle)] == [(3, 62), (9, 60), (10, 5), (11, 6)]
    assert [(one.on, one.value) for one in figures_of(company, top)] == [(date(2025, 4, 1), 62), (date(2026, 4, 1), 71)]


def test_measured_twice_in_a_month_the_last_is_the_months(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True)
    child = measured_goal(company, "C", under={parent: 100})
    say(company, child, date(2026, 10, 31), value="50")
    say(company, child, date(2026, 10, 15), value="20")
    assert [one.value for one in figures_of(company, parent)] == [50]


def test_the_last_child_figure_of_a_period_takes_the_parents_along(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True)
    child = measured_goal(company, "C", under={parent: 100})
    say(company, child, value="50")
    say(company, child, date(2026, 10, 1), value="40")
    with company.indoors(), atomic() as unit:
        last = (Measurement.metric_id == main_of(company, child).id) & (Measurement.on == ON)
        unit.session.execute(delete(Measurement).where(last))
    anew(company, child)
    assert [(one.on.month, one.value) for one in figures_of(company, parent)] == [(10, 40)]
    assert progress_of(company, parent) == 40
    with company.indoors(), atomic() as unit:
        unit.session.execute(delete(Parent))
    anew(company, parent)
    assert figures_of(company, parent) == []
    assert progress_of(company, parent) is None
    assert main_of(company, parent).measured_on is None


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"state": "paused"}, True),
        ({"state": "closed", "result": "missed"}, True),
        ({"state": "closed", "result": "dropped"}, False),
        ({"state": "accepted"}, False),
    ],
)
def test_who_counts(company: Company, values: dict[str, Any], counts: bool) -> None:
    parent = measured_goal(company, "P", goal={"progress_from": "children"}, gathers=True)
    child = measured_goal(company, "C", under={parent: 100})
    say(company, child, value="50")
    set_goal(company, child, **values, closed_at=company.now if values["state"] == "closed" else None)
    assert progress_of(company, parent) == (50 if counts else None)
    assert len(figures_of(company, parent)) == counts


def test_a_closed_parent_stays_as_it_ended(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True)
    child = measured_goal(company, "C", under={parent: 100})
    say(company, child, value="50")
    set_goal(company, parent, state="closed", result="missed", closed_at=company.now)
    say(company, child, value="90")
    assert progress_of(company, parent) == 50
    assert [one.value for one in figures_of(company, parent)] == [50]


def test_support_is_only_shown(company: Company) -> None:
    parent = measured_goal(company, "P", goal={"progress_from": "children"})
    say(company, measured_goal(company, "C", under={parent: None}), value="50")
    assert progress_of(company, parent) is None


def test_another_unit_is_not_added_up(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True, unit="h")
    say(company, measured_goal(company, "C", under={parent: 100}, unit="min"), value="50")
    say(company, measured_goal(company, "D", under={parent: 100}, unit="h"), value="7")
    assert [(one.value, one.parts, one.parts_of) for one in figures_of(company, parent)] == [(7, 1, 2)]


def test_statements_do_not_grow_with_the_goals_above(company: Company) -> None:
    def statements(parents: int) -> int:
        tops = {measured_goal(company, "T", gathers=True): 1 for _ in range(parents)}
        child = measured_goal(company, "C", under=tops)
        say(company, child, value="1")
        said: list[str] = []
        with company.indoors():
            event.listen(db.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
        say(company, child, value="2")
        return len(said)

    few = statements(2)
    with company.indoors():
        assert statements(20) - few <= few, "the second listener hears as much as the first"


def _measure(company: Company, key: str, place: int, start: threading.Barrier, refused: list[Exception]) -> None:
    from collab.goals.service.measuring import measure

    with company.app.app_context():
        mika = company.member("mika")
        start.wait()
        for day in range(1, 6):
            try:
                entry = {"on": date(2026, 11, day), "numerator": str(place + day), "denominator": "10"}
                measure(mika, key, [entry], now=company.now)
            except Exception as refusal:  # noqa: BLE001 - reported by the test
                refused.append(refusal)
        db.session.remove()


@on_both
def test_children_measured_at_the_same_moment_are_all_in_the_parent(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True, period="day", **RATIO)
    children = [measured_goal(company, str(place), under={parent: 100}, **RATIO) for place in range(3)]
    start, refused = threading.Barrier(3), []
    threads = [
        threading.Thread(target=_measure, args=(company, key, place, start, refused))
        for place, key in enumerate(children)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert ratios(company, parent) == [(date(2026, 11, day), 3 + 3 * day, 30, 3, 3) for day in range(1, 6)]
    assert progress_of(company, parent) == 60


@on_both
def test_integers_beyond_a_float_add_up_exactly(company: Company) -> None:
    parent = measured_goal(company, "P", gathers=True, **RATIO)
    for name in "ABC":
        say(
            company,
            measured_goal(company, name, under={parent: 100}, **RATIO),
            numerator=str(2**53 + 1),
            denominator=str(2**60 + 1),
        )
    assert ratios(company, parent) == [(ON, 3 * (2**53 + 1), 3 * (2**60 + 1), 3, 3)]
