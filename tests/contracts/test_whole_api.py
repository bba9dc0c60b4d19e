"""Every role calls every operation of the API with what schemathesis makes up: nothing is an error of ours, and nothing is
answered that the API's document does not tell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import text

from collab.kernel.db import db
from collab.papers import rendering
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, sample_company
from tests.parts.whole_api import ROLES, Pool, Run, as_it_was, call, cases, operations, pool_of, token_of
from tests.parts.whole_api_fits import Made, fit, fits_of, in_turn, vary

SHORT, LONG = 1, 24
"""Calls of an operation by each role."""
ENOUGH = 0.8
"""Of the operations so many do what they were asked for at least once, so that the code behind the checks is reached."""


@pytest.mark.long
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
    """Every role in a world of its own, and whoever things wait for in one more; in the long form operations of one kind
    begin with fresh ones."""
    run, kept = Run(), folder / "kept.sqlite"
    headers = {role: token_of(company, role) for role in ROLES}
    pools = {role: pool_of(company, role) for role in ROLES}
    fits = fits_of(company, pools["auditor"])
    every = operations(company.app)
    with company.indoors():
        db.session.execute(text("pragma wal_checkpoint(truncate)"))
        db.session.remove()
        shutil.copyfile(str(db.engine.url.database), kept)
    kinds = (
        [every] if many == SHORT else [list(some) for _, some in groupby(every, key=lambda one: one.path.split("/")[3])]
    )
    for some in kinds:
        made = [(one, list(cases(one, many=many))) for one in some]
        for role in ROLES:
            with as_it_was(company, kept):
                _as_a_role(run, made, role, headers[role], pools[role])
        if many > SHORT:
            with as_it_was(company, kept):
                for _one, found in made:
                    vary(run, found, fits)
        with as_it_was(company, kept):
            for case in in_turn(made, run.reached if many == SHORT else {}):
                fit(run, case, fits)
    return run


def _as_a_role(run: Run, made: Made, role: str, headers: dict[str, str], pool: Pool) -> None:
    for _one, found in made:
        for number, case in enumerate(found if ROLES[role] else found[:2]):
            call(run, case, role, headers, pool, number)
