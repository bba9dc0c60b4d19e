"""What a page remembers while it is put together, and when it forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g

from collab.kernel import reading
from collab.kernel.atomic import atomic
from collab.people import queries as people
from tests.factories import Company
from tests.parts.clients import Pages
from tests.parts.statements import statements

ASKED: list[object] = []


@reading.once
def answer(what: int) -> int:
    ASKED.append(what)
    return what * 2


@reading.once_each
def halves(numbers: list[int]) -> dict[int, int]:
    ASKED.append(numbers)
    return {number: number // 2 for number in numbers if number % 2 == 0}


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    ASKED.clear()
    yield
    ASKED.clear()


def test_outside_of_a_page_every_question_is_asked_anew(indoors: None) -> None:
    assert (answer(2), answer(2), halves([4]), halves([4])) == (4, 4, {4: 2}, {4: 2})
    assert ASKED == [2, 2, [4], [4]]


def test_a_page_asks_once_and_of_many_only_for_those_it_does_not_know(indoors: None) -> None:
    reading.begin()
    assert (answer(2), answer(2), answer(3)) == (4, 4, 6)
    assert halves([4, 5, 4]) == {4: 2}
    assert halves(iter([5, 6, 4])) == {6: 3, 4: 2}
    assert halves([]) == {}
    assert ASKED == [2, 3, [4, 5], [6]]


def test_whatever_is_written_ends_what_is_remembered(company: Company, indoors: None) -> None:
    reading.begin()
    answer(2)
    with atomic():
        answer(2)
        answer(2)
    answer(2)
    assert ASKED == [2, 2, 2, 2]


def test_nothing_is_remembered_from_one_page_to_the_next_or_where_something_is_sent(
    app: Flask, pages_as: Callable[[str], Pages]
) -> None:
    kept: list[int | None] = []

    def _note() -> None:
        kept.append(len(g.read_already) if "read_already" in g else None)

    app.before_request_funcs.setdefault(None, []).append(_note)
    pages = pages_as("mika")
    for _ in range(2):
        assert pages.get("/purchases").status_code == 200
    pages.send("/purchases", {"then": "submit"})
    app.before_request_funcs[None].pop()
    assert kept == [0, 0, 0, None], "each page begins with nothing"


def test_a_name_that_was_read_is_read_again_on_the_next_page(company: Company) -> None:
    with company.indoors():
        reading.begin()
        mika = company.member("mika").id
        people.names_of([mika])
        with statements(company.app) as seen:
            people.names_of([mika])
        assert seen.count == 0
    with company.indoors(), statements(company.app) as seen:
        people.names_of([mika])
    assert seen.count == 1
