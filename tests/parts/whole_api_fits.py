"""Whoever a thing waits for calls the API about it (tests/parts/fitting.py knows who, what and in which words)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from schemathesis import Case
from sqlalchemy import text

from collab.kernel.db import db
from tests.parts.every_page import SampleCompany
from tests.parts.fitting import PREPARING, Ask, There, asks, last, whats_there
from tests.parts.whole_api import Filling, Pool, Run, copy_of, faults, headers_of

WAITED_FOR = "whoever it waits for"
Headers = Mapping[str, dict[str, str]]
Made = Sequence[tuple[Any, list[Case]]]
"""Operations, and calls of each that were made up."""


@dataclass
class Fits:
    """What is there, and how everybody calls."""

    company: SampleCompany
    there: There
    headers: Headers
    pool: Pool


def fits_of(company: SampleCompany, pool: Pool) -> Fits:
    """Tokens for everybody; before the copy of the database is kept."""
    with company.indoors():
        everybody = db.session.scalars(text("select email from members order by id")).all()
    headers = {email: headers_of(company, email.partition("@")[0]) for email in everybody}
    return Fits(company, whats_there(company), headers, pool)


def in_turn(made: Made, reached: Mapping[str, int]) -> list[Case]:
    """A call of every operation nobody reached, and of those others need, in an order in which nothing is over too early."""
    wanted = [found[0] for one, found in made if not reached.get(one.label) or _label(found[0]) in PREPARING]
    return sorted(
        wanted,
        key=lambda case: (
            case.method != "GET", case.method == "DELETE", last(_label(case))[0], _label(case) not in PREPARING, last(_label(case))
        ),
    )  # fmt: skip


def fit(run: Run, case: Case, fits: Fits) -> None:
    """Whoever it waits for does what is asked, until it was done once."""
    for ask in asked_about(case, fits):
        if _made(run, _fitting(case, ask, fits.pool), ask.member, fits) < 300:
            return


def vary(run: Run, cases: Sequence[Case], fits: Fits) -> None:
    """Whoever it waits for says what was made up, about what is ready."""
    found = asked_about(cases[0], fits)
    for number, case in enumerate(cases if found else ()):
        ask = found[number % len(found)]
        filling = Filling(fits.pool, Random(f"{case.operation.label} {number}"), case.path)
        said = filling.fill(copy_of(case))
        said.path_parameters.update(ask.path)
        _made(run, said, ask.member, fits)


def asked_about(case: Case, fits: Fits) -> list[Ask]:
    """Who could do it about what, the likeliest first."""
    fields: Mapping[str, Any] = next(
        (
            one.definition["schema"].get("properties", {"": {}})
            for one in case.operation.body
            if "json" in one.media_type
        ),
        {},
    )
    with fits.company.indoors():
        return list(asks(fits.there, case.method, case.operation.path.removeprefix("/api/v1"), fields))


def _made(run: Run, asked: Case, member: str, fits: Fits) -> int:
    answer = asked.call(headers=fits.headers[member])
    found = faults(asked, answer, fits.headers[member])
    run.note(asked.operation.label, f"{WAITED_FOR}, {member}", answer.status_code, found)
    return int(answer.status_code)


def _fitting(case: Case, ask: Ask, pool: Pool) -> Case:
    filling = Filling(pool, Random(0), case.path)
    filling.there = 1.0
    asked = copy_of(case)
    needed = {one.name for one in case.operation.query if one.is_required}
    asked.path_parameters = {
        name: ask.path.get(name) or filling.value(name) or one for name, one in case.path_parameters.items()
    }
    asked.query = {name: filling.value(name) or one for name, one in case.query.items() if name in needed}
    asked.headers = {}
    if ask.body is not None:
        asked.body, asked.media_type = ask.body, "application/json"
    return asked


def _label(case: Case) -> str:
    return f"{case.method.upper()} {case.operation.path.removeprefix('/api/v1')}"
