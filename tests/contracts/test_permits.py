"""The permit rows, cell by cell, against the tables written by hand: permits.md, and permits/ for features with relations
and states of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from collab.approvals.rules.progress import ROUND_STATES
from collab.kernel.errors import NotAllowed, NotNow
from collab.kernel.permits import permits
from collab.purchases.rules import STATES

HERE = Path(__file__).parent
EXPECTED = (HERE / "permits.md", *sorted((HERE / "permits").glob("*.md")))
ANSWERS = {"+": None, ".": NotAllowed, "-": NotNow}
ANY, ELSE = "any", "else"

EXCLUSIVE = {
    "auditor": {"member", "admin"},
    "partner": {"member", "admin", "auditor", "lead", "office:CMO", "office:CIO", "office:CEO", "office:CFO"},
}
"""Roles nobody has together with the bar: a member's base role is one of member, auditor, partner."""


@dataclass
class Expectation:
    """What the page promises."""

    cells: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    everyone: set[str] = field(default_factory=set)
    operators: set[str] = field(default_factory=set)
    despite: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    states: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By the first word of a verb: the states of pages that say "States of `task`: asked accepted ..."."""

    @property
    def relations(self) -> list[str]:
        return sorted({relation for row in self.cells.values() for relation in row})

    def relations_of(self, verb: str) -> list[str]:
        """The columns a verb has; what has no column is nothing to it."""
        return next(list(row) for (known, _state), row in self.cells.items() if known == verb)

    @property
    def verbs(self) -> set[str]:
        return {verb for verb, _state in self.cells} | self.everyone | self.operators

    def answer(self, verb: str, state: str, relation: str) -> str:
        """The cell of a verb for one relation in one state."""
        for named in (state, ANY, ELSE):
            if (verb, named) in self.cells:
                return self.cells[verb, named][relation]
        raise AssertionError(f"{verb} in {state} is not on the page")


def read() -> Expectation:
    expected = Expectation()
    pages = [file.read_text(encoding="utf-8") for file in EXPECTED]
    for prefix, states in re.findall(r"^States of `(\w+)`: (.+)$", "\n".join(pages), flags=re.MULTILINE):
        expected.states[prefix] = tuple(states.split())
    for section in [section for page in pages for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]]:
        title, _, text = section.partition("\n")
        if title.startswith("Open to everyone"):
            expected.everyone |= set(re.findall(r"\w+\.\w+", text))
        elif title.startswith("Only at"):
            expected.operators |= set(re.findall(r"\w+\.\w+", text))
        elif title.startswith("What a bar"):
            for row in rows(text):
                expected.despite[row["bar"]] |= set(row["may still"].split())
        else:
            for row in rows(text):
                verb, states = row.pop("verb"), row.pop("state")
                expected.cells.update({(verb, state): row for state in states.split()})
    return expected


def rows(text: str) -> Iterator[dict[str, str]]:
    lines = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    for line in lines[2:]:
        yield dict(zip(lines[0], line, strict=True))


PAGE = read()
RELATIONS = PAGE.relations


def states_of(verb: str) -> tuple[str, ...]:
    prefix = verb.partition(".")[0]
    if prefix in PAGE.states:
        return PAGE.states[prefix]
    return (
        tuple(ROUND_STATES)
        if verb.startswith("approval.")
        else tuple(STATES)
        if verb.startswith("purchase.")
        else ("",)
    )


def standing(relation: str) -> frozenset[str]:
    return frozenset() if relation == "nobody" else frozenset({relation})


@pytest.fixture(autouse=True)
def rows_are_filled(app: Flask) -> None:
    """Composing the application fills the permit table."""


def test_every_verb_is_on_the_page_and_every_verb_of_the_page_exists() -> None:
    assert set(permits) == PAGE.verbs


@pytest.mark.parametrize("verb", sorted({verb for verb, _state in PAGE.cells}))
def test_every_cell_is_as_promised(verb: str) -> None:
    wrong = []
    for state in states_of(verb):
        for relation in PAGE.relations_of(verb):
            refusal = permits[verb].refusal(standing(relation) | {"anybody"}, state or None)
            expected = ANSWERS[PAGE.answer(verb, state, relation)]
            if type(refusal) is not (expected or type(None)):
                wrong.append(f"{verb} in {state or 'any state'} for {relation}: {refusal!r}, promised {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("verb", sorted(PAGE.everyone))
def test_what_is_open_is_open_to_strangers(verb: str) -> None:
    assert permits.allows(verb, frozenset())


@pytest.mark.parametrize("verb", sorted(PAGE.operators))
def test_what_an_operator_does_nobody_does_from_outside(verb: str) -> None:
    assert not permits.allows(verb, frozenset(RELATIONS))


@pytest.mark.parametrize("bar", sorted(PAGE.despite))
def test_a_bar_holds_whatever_else_somebody_is(bar: str) -> None:
    """Every verb for every relation together with the bar: an auditor filed for, a partner on a seat, a requester on one."""
    wrong = []
    for verb in sorted(PAGE.verbs - PAGE.everyone - PAGE.operators):
        for state in states_of(verb):
            for relation in RELATIONS:
                if relation in EXCLUSIVE.get(bar, ()):
                    continue
                allowed = permits.allows(verb, standing(relation) | {bar}, state or None)
                if allowed and verb not in PAGE.despite[bar]:
                    wrong.append(f"{bar} may {verb} as {relation} in {state}")
    assert not wrong, "\n".join(wrong)
