"""Every role calls every operation of the API with what schemathesis makes up: nothing is an error of ours, and nothing is
answered that the API's document does not tell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from collab.kernel.db import db
from collab.papers import rendering
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, sample_company
from tests.parts.whole_api import ROLES, Run, as_it_was, call, cases, operations, pool_of, token_of

SHORT, LONG = 1, 200
"""Calls of an operation by each role."""
ENOUGH = 0.4
"""Of the operations so many do what they were asked for at least once, so that the code behind the checks is reached."""


@pytest.mark.parametrize("many", [SHORT, pytest.param(LONG, marks=pytest.mark.soak)], ids=["short", "long"])
def test_no_answer_is_unknown_to_the_document(
    stock: Callable[[str], Stock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    if many == SHORT:  # setting a sheet takes a second; tests/papers set them
        monkeypatch.setattr(rendering, "_rendered", lambda *_said: b"%PDF-1.7")
    with sample_company(stock, tmp_path / "var") as company:
        run = everybody_calls(company, tmp_path, many)
    assert list(run.wrong.values()) == []
    reached = run.reached
    print("\n".join(f"{count:5} {label}" for label, count in sorted(reached.items(), key=lambda one: one[1])))
    assert sum(map(bool, reached.values())) >= ENOUGH * len(reached)


def everybody_calls(company: SampleCompany, folder: Path, many: int) -> Run:
    """Every role in a world of its own; in the long form every operation begins with a fresh one."""
    run, kept = Run(), folder / "kept.sqlite"
    headers = {role: token_of(company, role) for role in ROLES}
    pools = {role: pool_of(company, role) for role in ROLES}
    every = operations(company.app)
    with company.indoors():
        db.session.execute(text("pragma wal_checkpoint(truncate)"))
        db.session.remove()
        shutil.copyfile(str(db.engine.url.database), kept)
    if many == SHORT:
        made = [(one, list(cases(one, many=1))) for one in every]
        for role in ROLES:
            with as_it_was(company, kept):
                for _one, found in made:
                    call(run, found[0], role, headers[role], pools[role], 0)
        return run
    for one in every:
        found = list(cases(one, many=many))
        for role in ROLES:
            with as_it_was(company, kept):
                for number, case in enumerate(found if ROLES[role] else found[:5]):
                    call(run, case, role, headers[role], pools[role], number)
    return run
