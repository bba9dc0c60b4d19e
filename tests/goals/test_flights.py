"""Flights on time, January to June 2001, by airport (US Department of Transportation, Bureau of Transportation Statistics,
monthly on-time performance): airports as children of a national goal. The figures of a country are sum over sum."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from collab.goals.service.measuring import measure
from collab.kernel.keys import key_of, number_of
from tests.factories import Company
from tests.factories.measured import figures_of, main_of, measured_goal
from tests.parts.databases import on_both

FILE = Path(__file__).parent / "data" / "flights_on_time_2001.csv"
RATIO: dict[str, Any] = {"is_ratio": True, "per": 100, "unit": "%", "target": Decimal(85), "baseline": Decimal(70)}


def rows() -> list[tuple[date, str, int, int]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            (date.fromisoformat(f"{row['month']}-01"), row["airport"], int(row["on_time"]), int(row["flights"]))
            for row in csv.DictReader(file)
        ]


@pytest.fixture
def national(company: Company) -> str:
    """The national goal; every airport is a child of it and has measured all months."""
    key = measured_goal(company, "Flights arrive when we said", gathers=True, **RATIO)
    airports = sorted({airport for _month, airport, *_ in rows()})
    for airport, child in [
        (airport, measured_goal(company, airport, under={key: 100}, **RATIO)) for airport in airports
    ]:
        entries = [
            {"on": month, "numerator": str(on_time), "denominator": str(flights), "source": "US DOT"}
            for month, where, on_time, flights in rows()
            if where == airport
        ]
        with company.indoors():
            measure(company.member("mika"), child, entries, now=company.later())
    return key


@on_both
def test_the_country_is_sum_over_sum_each_month_and_not_the_mean_of_its_airports(
    company: Company, national: str
) -> None:
    gathered = {one.on: one for one in figures_of(company, national)}
    assert len(gathered) == 7
    for month, figure in gathered.items():
        of_month = [(on_time, flights) for when, _where, on_time, flights in rows() if when == month]
        on_time, flights = (sum(column) for column in zip(*of_month, strict=True))
        assert (figure.numerator, figure.denominator) == (on_time, flights)
        assert (figure.parts, figure.parts_of) == (len(of_month), 8)
        mean_of_means = sum((Fraction(ours, all_) for ours, all_ in of_month), Fraction(0)) / len(of_month)
        assert Fraction(on_time, flights) != mean_of_means
    june = gathered[date(2001, 6, 1)]
    assert (june.numerator, june.denominator) == (105518, 141395)


def test_a_month_that_has_hardly_begun_does_not_speak_for_all_yet(company: Company, national: str) -> None:
    july = figures_of(company, national)[-1]
    assert (july.on, july.parts, july.parts_of) == (date(2001, 7, 1), 2, 8)
    main = main_of(company, national)
    assert (main.measured_on, main.numerator, main.denominator) == (date(2001, 6, 1), 105518, 141395)


def test_once_as_many_have_measured_as_the_month_before_it_does(company: Company, national: str) -> None:
    with company.indoors():
        for child in range(number_of("G", national) + 1, number_of("G", national) + 9):
            one = [{"on": date(2001, 7, 1), "numerator": "9", "denominator": "10", "source": "US DOT"}]
            measure(company.member("mika"), key_of("G", child), one, now=company.later())
    main = main_of(company, national)
    assert (main.measured_on, main.numerator, main.denominator) == (date(2001, 7, 1), 72, 80)


def test_where_fewer_measure_from_now_on_it_goes_on_without_them(company: Company, national: str) -> None:
    with company.indoors():
        for month in (8, 9):
            for child in (1, 2):
                one = [{"on": date(2001, month, 1), "numerator": "9", "denominator": "10", "source": "US DOT"}]
                measure(company.member("mika"), key_of("G", number_of("G", national) + child), one, now=company.later())
    assert main_of(company, national).measured_on == date(2001, 9, 1)
