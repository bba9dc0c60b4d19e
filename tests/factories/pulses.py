"""Alignment pulses with people enough to fill departments.

staff = staffed(company, marketing=5, it=4)     # names by department, those who work there already first
key = opened(company)
everybody(company, key, staff["it"], 5)         # the same rating everywhere, or one a question
closed(company, key)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people import models as tables
from collab.people import queries as people
from collab.pulses import queries, service
from collab.pulses.models import Count, Given, Pulse
from tests.factories.company import NOW, SINCE, Company

CODES = ("metrics", "priorities", "requests", "customer", "decisions", "benefit")


def staffed(company: Company, *, sides: Mapping[str, str] | None = None, **heads: int) -> dict[str, list[str]]:
    """Bring departments to so many members; `sides` founds those that are not there yet. Names by department."""
    with company.indoors(), atomic() as unit:
        for code, side in (sides or {}).items():
            unit.session.add(tables.Department(code=code, name_en=code.title(), name_ja=f"{code}部", side=side))
        unit.session.flush()
        found = {}
        for code, wanted in heads.items():
            here = [
                one.email.partition("@")[0]
                for one in people.list_actors(company.now)
                if "member" in one.roles and one.department == code
            ]
            found[code] = [*here, *(_join(unit, code, number) for number in range(len(here), wanted))]
    with company.indoors():
        people.forget()
    return found


def _join(unit: Any, code: str, number: int) -> str:
    name = f"{code}{number}"
    member = tables.Member(
        email=f"{name}@example.com", name_en=name, name_ja=name, locale="ja", locale_given=True, site_code="tokyo", created_at=NOW
    )  # fmt: skip
    unit.session.add(member)
    unit.session.flush()
    unit.session.add(tables.Post(member_id=member.id, department_code=code, rank=0, from_on=SINCE))
    return name


def opened(company: Company, by: str = "cmo") -> str:
    """The key of a pulse that is open."""
    with company.indoors():
        return service.open_pulse(company.member(by), now=company.now).key


def running(company: Company) -> str:
    """The key of the one that is open; opened if none is."""
    with company.indoors():
        found = queries.find_open()
    return found.key if found else opened(company)


def said(*ratings: int) -> dict[str, int]:
    """One rating for every question, or one throughout."""
    return dict(zip(CODES, ratings * len(CODES) if len(ratings) == 1 else ratings, strict=True))


def answered(company: Company, key: str, name: str, *ratings: int) -> None:
    """Somebody answers."""
    with company.indoors():
        service.answer(company.member(name), key, said(*ratings), now=company.now)


def everybody(company: Company, key: str, names: Iterable[str], *ratings: int) -> None:
    """All of them answer alike."""
    for name in names:
        answered(company, key, name, *ratings)


def closed(company: Company, key: str, by: str = "cmo") -> None:
    """It is closed before its time."""
    with company.indoors():
        service.close(company.member(by), key, now=company.later())


def swept(company: Company, **span: float) -> None:
    """Time passes, and the sweep looks."""
    company.now += timedelta(**span)
    with company.indoors():
        service.sweep(now=company.now)


def row(company: Company, key: str) -> Pulse:
    """The row as it stands."""
    with company.indoors():
        db.session.rollback()
        found = queries.find_pulse(key)
        assert found is not None
        db.session.refresh(found)
        return found


def given(company: Company) -> list[Given]:
    """Every set of answers that is kept."""
    with company.indoors():
        db.session.rollback()
        return list(db.session.scalars(select(Given)))


def counts(company: Company) -> dict[tuple[str, str], int]:
    """By side and group, how many answered the first question."""
    with company.indoors():
        db.session.rollback()
        found: dict[tuple[str, str], int] = {}
        for one in db.session.scalars(select(Count).where(Count.question == CODES[0])):
            found[one.side, one.department_code] = found.get((one.side, one.department_code), 0) + one.n
        return found
