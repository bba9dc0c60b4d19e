"""Every gap index that is published is computed again from the exported file, by lines of their own that import none of ours."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from random import Random

from tests.factories import Company
from tests.factories.pulses import answered, closed, opened, staffed
from tests.parts.clients import Api, Pages

Cells = dict[str, dict[str, list[tuple[int, int]]]]
"""By group and question: (rating, how many)."""


def exported(company: Company) -> str:
    """A company of two sides: three departments that are shown, a pool, and one that is hidden."""
    staff = staffed(company, marketing=5, it=6, sales=4, service=3, finance=2, security=3, sides={"security": "it"})
    key, dice = opened(company), Random(7)
    for names in staff.values():
        for name in names:
            answered(company, key, name, *(dice.randint(1, 5) for _ in range(6)))
    closed(company, key)
    return key


def half_up(value: Fraction) -> str:
    tenths = (value * 10 + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"


def mean(cells: list[tuple[int, int]]) -> Fraction:
    return Fraction(sum(rating * n for rating, n in cells), sum(n for _rating, n in cells))


def index(one: dict[str, list[tuple[int, int]]], other: dict[str, list[tuple[int, int]]]) -> Fraction:
    gaps = [abs(mean(one[code]) - mean(other[code])) / 4 * 100 for code in one]
    return sum(gaps, Fraction(0)) / len(gaps)


def test_every_published_index_follows_from_the_file(company: Company) -> None:
    key = exported(company)
    kenji = Api(company.app, company.token("kenji"))
    lines = list(csv.DictReader(io.StringIO(kenji.get(f"/pulses/{key}/export.csv").get_data().decode("utf-8-sig"))))
    assert list(lines[0]) == ["pulse", "department", "side", "question", "rating", "n"]
    units: Cells = defaultdict(lambda: defaultdict(list))
    sides: Cells = defaultdict(lambda: defaultdict(list))
    for line in lines:
        cell = int(line["rating"]), int(line["n"])
        units[line["department"]][line["question"]].append(cell)
        sides[line["side"]][line["question"]].append(cell)

    results = kenji.get(f"/pulses/{key}").json["results"]
    shown = sorted(code for code in units if code != "(others)")
    assert shown == ["it", "marketing", "sales"]
    pairs = {(one, other): index(units[one], units[other]) for one, other in combinations(shown, 2)}
    assert {tuple(pair["between"]): pair["index"] for pair in results["pairs"]} == {
        between: half_up(value) for between, value in pairs.items()
    }
    assert results["index"] == half_up(sum(pairs.values(), Fraction(0)) / len(pairs))
    assert {tuple(pair["between"]): pair["index"] for pair in results["sides"]} == {
        ("business", "it"): half_up(index(sides["business"], sides["it"]))
    }
    for pair in results["pairs"]:
        one, other = pair["between"]
        by_hand = {
            code: half_up(abs(mean(units[one][code]) - mean(units[other][code])) / 4 * 100) for code in units[one]
        }
        assert pair["questions"] == by_hand
    asked = [cell for unit in units.values() for cell in unit["metrics"]]
    low = Fraction(100 * sum(n for rating, n in asked if rating <= 2), sum(n for _rating, n in asked))
    assert results["low_share"] == half_up(low)
    assert sum(n for _rating, n in asked) == results["answered"] == 20


def test_groups_in_the_file_are_those_of_the_page_and_none_is_under_four(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    key = exported(company)
    auditor = Api(company.app, company.token("auditor"))
    text = auditor.get(f"/pulses/{key}/export.csv").get_data().decode("utf-8-sig")
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for line in csv.DictReader(io.StringIO(text)):
        sizes[line["side"], line["department"]] += int(line["n"]) if line["question"] == "metrics" else 0
    assert sizes == {
        ("business", "marketing"): 5,
        ("business", "sales"): 4,
        ("business", "(others)"): 5,
        ("it", "it"): 6,
    }
    told = auditor.get(f"/pulses/{key}").json["results"]
    assert {(one["side"], one["department"] or "(others)"): one["n"] for one in told["groups"]} == sizes
    assert {(one["department"], one["why"]) for one in told["hidden"]} == {
        ("service", "pooled"),
        ("finance", "pooled"),
        ("security", "hidden"),
    }
    page = pages_as("kenji").get(f"/pulses/{key}").text
    assert "security部：回答が4人未満です。" in page
    assert "カスタマーサービス部：回答が4人未満のため、事業側の少人数の部門と合わせて集計しています。" in page


def test_no_cell_of_the_file_is_a_formula_whatever_a_department_is_called(company: Company) -> None:
    staff = staffed(company, **{"=cmd|' /c'!a1": 4}, sides={"=cmd|' /c'!a1": "@side"})
    key = opened(company)
    for names in staff.values():
        for name in names:
            answered(company, key, name, 3)
    closed(company, key)
    text = Api(company.app, company.token("kenji")).get(f"/pulses/{key}/export.csv").get_data().decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert "'=cmd|' /c'!a1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_open_pulse_has_no_file_and_a_guest_none_at_all(company: Company) -> None:
    key = opened(company)
    cmo, agency = (Api(company.app, company.token(name)) for name in ("cmo", "agency"))
    assert cmo.get(f"/pulses/{key}/export.csv").status_code == 409
    closed(company, key)
    assert cmo.get(f"/pulses/{key}/export.csv").status_code == 200
    assert agency.get(f"/pulses/{key}/export.csv").status_code == 404
