"""The page about security tells the truth about where things are: every file and test it names is there, every requirement of
levels 1 and 2 of OWASP ASVS 5.0.0 is on it once, with a place and a test, or with the reason why not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"V\d{1,2}(\.\d{1,2}){0,2}")
NAMED = re.compile(r"`((?:collab|config|docs|tests|scripts|workers)/[^`]*|requirements[^`]*)`")
SAID = ("not applicable: ", "open: ")
LEVELS_1_AND_2 = {
    "V1": (2, 9, 11, 3, 2), "V2": (3, 3, 4, 1), "V3": (0, 2, 4, 6, 5, 0, 2), "V4": (3, 1, 2, 4), "V5": (1, 3, 2, 3),
    "V6": (3, 12, 4, 4, 5, 3, 0, 4), "V7": (3, 4, 2, 5, 2, 2), "V8": (2, 3, 1, 1), "V9": (3, 4), "V10": (2, 2, 4, 11, 5, 2, 3),
    "V11": (2, 3, 3, 4, 1, 1), "V12": (3, 2, 4), "V13": (1, 5, 2, 5), "V14": (2, 4, 3), "V15": (3, 3, 7), "V16": (1, 5, 4, 3, 3),
}  # fmt: skip
"""By chapter, how many of each section: the first so many of it."""


def rows() -> list[list[str]]:
    """Every row about requirements: numbers, what, where, test."""
    lines = (line for line in PAGE.splitlines() if re.match(r"\| *V\d", line))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbers() -> list[str]:
    """Every number on the page, as often as it stands there."""
    return [number for row in rows() for number in row[0].split(", ")]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(NAMED.findall(PAGE))))
def test_what_the_page_names_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists()
    assert not test or re.search(rf"^ *def {re.escape(test)}\(", _text(ROOT / path), re.MULTILINE)


def test_numbers_are_well_formed_and_stand_once() -> None:
    found = numbers()
    assert [number for number in found if not NUMBER.fullmatch(number)] == []
    assert len(found) == len(set(found))


def test_every_requirement_has_a_place_and_a_test_or_says_why_not() -> None:
    bare = []
    for number, what, where, test in rows():
        excused = where.startswith(SAID) and len(where.partition(": ")[2]) > len("none") and not test
        placed = bool(NAMED.search(where)) and "::" in test
        if not what or not (excused or placed):
            bare.append(number)
    assert bare == []


def test_no_requirement_of_levels_one_and_two_is_left_out() -> None:
    told = set(numbers())
    missing = [
        number
        for chapter, sections in LEVELS_1_AND_2.items()
        for section, count in enumerate(sections, 1)
        for number in (f"{chapter}.{section}.{one}" for one in range(1, count + 1))
        if not {number, number.rpartition(".")[0]} & told
    ]
    assert missing == []
    assert "V17" in told


def test_every_library_is_pinned_by_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        pinned = re.findall(r"^[A-Za-z0-9][^\n]*", _text(ROOT / name), re.MULTILINE)
        assert pinned
        assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
