"""Succession: whatever the order of files, one holder at a time, no gap, no overlap."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collab.people.rules import Held, loops, succeed, take_posts

DAY = date(2027, 1, 1)
days = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n))


@given(st.lists(st.tuples(st.sampled_from("abc"), days), min_size=1, max_size=12))
def test_from_the_first_day_on_exactly_one_holds_it(turns: list[tuple[str, date]]) -> None:
    held: list[Held] = []
    for holder, from_on in turns:
        succeed(held, holder, from_on)
        assert [row.holder for row in held if row.runs_on(from_on)] == [holder]
        assert succeed(held, holder, from_on) is None, "said twice is said once"
    first = min(from_on for _holder, from_on in turns)
    for offset in range(70):
        day = first + timedelta(days=offset)
        assert sum(row.runs_on(day) for row in held) == 1
    assert all(row.until_on is None or row.until_on >= row.from_on for row in held)


@given(st.lists(st.tuples(st.lists(st.sampled_from("xyz"), min_size=1, unique=True), days), min_size=1, max_size=8))
def test_posts_are_the_files_word_from_its_day(files: list[tuple[list[str], date]]) -> None:
    held: list[Held] = []
    for departments, from_on in files:
        take_posts(held, departments, from_on)
        running = sorted((row for row in held if row.runs_on(from_on)), key=lambda row: row.extra["rank"])
        assert [row.holder for row in running] == departments
        assert take_posts(held, departments, from_on) is None
    living = [row for row in held if not row.void]
    assert len({(row.holder, row.from_on) for row in living}) == len(living)
    assert all(row.until_on is None or row.until_on >= row.from_on for row in living)


def test_reporting_to_oneself_over_others_is_a_loop() -> None:
    above = {"a": "b", "b": "c", "c": "a", "d": "a"}
    assert loops("a", above.get)
    assert not loops("d", above.get), "d stands beside the circle, not in it"
    assert not loops("x", above.get)
