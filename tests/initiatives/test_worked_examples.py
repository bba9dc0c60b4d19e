"""What docs/initiatives.md promises, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collab.initiatives.rules.moves import MOVES
from collab.initiatives.rules.readiness import LACKS, lacks

PAGE = (Path(__file__).parents[2] / "docs" / "initiatives.md").read_text(encoding="utf-8")
SIDES = {"marketing": "business", "sales": "business", "it": "it"}


def table(name: str) -> list[list[str]]:
    (body,) = re.findall(rf"\*worked: {name}\*[^\n]*\n\n((?:\|[^\n]*\n)+)", PAGE)
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in body.splitlines()][2:]


def words(cell: str) -> tuple[str, ...]:
    return () if cell == "–" else tuple(one.strip() for one in cell.split(","))


def test_every_verb_is_on_the_page_as_it_is() -> None:
    said = [
        [move.verb, ", ".join(move.states), move.to or "–", ", ".join(move.who), ", ".join(move.must) or "–",
         "yes" if move.chartered else "no"]
        for move in MOVES.values()
    ]  # fmt: skip
    assert table("verbs") == said


@pytest.mark.parametrize("row", table("lacks"), ids=lambda row: row[0])
def test_what_it_lacks(row: list[str]) -> None:
    led = {int(slot): code.strip() for slot, _, code in (one.partition(":") for one in words(row[0]))}
    found = lacks(led=led, sides=SIDES, departments=words(row[1]), live_goals=int(row[2]), fewest=2)
    assert found == words(row[3])
    assert set(found) <= set(LACKS)
