"""Everybody tries everything in every state, through the services: the answers of the hand-written page, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from collab.kernel.atomic import atomic
from collab.kernel.errors import DomainError, NotAllowed, NotFound, NotNow
from collab.tasks import queries, service
from collab.tasks.queries.rows import list_others, read, relations
from collab.tasks.rules.moves import ACTS, MOVES, STATES
from tests.contracts.test_permits import PAGE
from tests.factories.company import Company, address
from tests.factories.tasks import SAID, Tasks

ACTORS = ("mika", "kenji", "cio", "cmo", "admin", "nao", "emma", "agency", "auditor")
WORDS: dict[str, dict[str, Any]] = {
    **SAID,
    "hand_over": {"to": address("admin")},
    "share": {"members": [address("agency")]},
}


class Undone(Exception):
    """Nothing of a trial stays."""


def promised(verb: str, state: str, here: frozenset[str]) -> type[DomainError] | None:
    """What the page promises somebody with all these relations: allowed if one of them is, and no bar stands against it."""
    known = here & set(PAGE.relations_of(f"task.{verb}"))
    answers = {PAGE.answer(f"task.{verb}", state, relation) for relation in known}
    barred = [bar for bar in ("auditor", "partner") if bar in here and f"task.{verb}" not in PAGE.despite[bar]]
    if barred or not answers & {"+", "-"}:
        return NotAllowed
    return None if "+" in answers else NotNow


@pytest.mark.parametrize("state", STATES)
def test_every_verb_in_every_state_by_everybody(company: Company, tasks: Tasks, state: str) -> None:
    key = tasks.at(state, visibility="company" if STATES.index(state) % 2 else "parties")
    if state in ("accepted", "blocked"):
        tasks.do("question", key, "kenji", to=address("emma"))
    wrong = []
    with company.indoors():
        for name in ACTORS:
            actor, row = company.member(name), read(key)
            here = relations(actor, row, list_others([row.id]).get(row.id, {}))
            for verb in ACTS:
                if verb == "question" and row.question_to_id is not None:
                    continue  # one question at a time: a rule of its own
                if verb == "answer" and row.question_to_id is None:
                    continue
                expected = promised(verb, row.state, here)
                if not queries.find_task(actor, key, company.now):
                    expected = NotFound
                found = tried(company, verb, key, name)
                if found is not expected:
                    wrong.append(f"{verb} in {state} by {name} {sorted(here)}: {found}, promised {expected}")
    assert not wrong, "\n".join(wrong)


def tried(company: Company, verb: str, key: str, name: str) -> type[DomainError] | None:
    """How a move ends; whatever it did is undone."""
    said = WORDS.get(verb, {})
    act = (
        (lambda: service.comment(company.member(name), key, "Understood.", now=company.now))
        if verb == "comment"
        else lambda: getattr(service, verb)(company.member(name), key, **said, now=company.now)
    )
    try:
        with atomic():
            act()
            raise Undone
    except Undone:
        return None
    except DomainError as refusal:
        return next(kind for kind in (NotAllowed, NotFound, NotNow, DomainError) if isinstance(refusal, kind))


def test_what_a_view_offers_is_what_one_may(company: Company, tasks: Tasks) -> None:
    """`can` of the read model and the services agree, verb by verb."""
    wrong = []
    for state in STATES:
        key = tasks.at(state)
        with company.indoors():
            for name in ACTORS:
                seen = queries.find_task(company.member(name), key, company.now)
                may = {verb for verb in MOVES if tried(company, verb, key, name) is None}
                if seen is not None and set(seen.can) & set(MOVES) != may:
                    wrong.append(f"{state} {name}: {sorted(set(seen.can) & set(MOVES) ^ may)}")
    assert not wrong, "\n".join(wrong)
