"""Initiatives on their way through the gate: chartered by both signatures, piloted, voted on.

key = chartered(company)                                       # I-1, led by cmo and cio, its charter signed by both
key = piloted(company, cap="1000000", ends_on=date(2026, 12, 18))
voted(company, key, "cmo", "scale")
"""

from __future__ import annotations

from datetime import date
from typing import Any

from collab.initiatives import service
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.pilots import PilotView, find_pilot
from collab.kernel.db import db
from tests.factories.company import Company
from tests.factories.initiatives import an_initiative, seen
from tests.factories.signatures import laid, signed

ENDS_ON = date(2026, 12, 18)
QUESTION = "Do fewer customers drive to the store in vain?"


def chartered(company: Company, *, leads: tuple[str, str] = ("cmo", "cio"), brings: str = "", **more: Any) -> str:
    """The key of an initiative whose charter both leads have signed; `brings` is what the third lead brings."""
    key = an_initiative(company, leads=leads, **more)
    signed(company, laid(company, key, leads[0], brings_3=brings), *leads)
    return key


def piloted(company: Company, by: str = "cmo", *, key: str = "", **changes: Any) -> str:
    """The key of an initiative in its pilot."""
    key = key or chartered(company)
    with company.indoors():
        db.session.rollback()
        service.pilot(company.member(by), key, pilot_fields(**changes), now=company.later())
    return key


def pilot_fields(**changes: Any) -> dict[str, Any]:
    """What somebody writes to begin a pilot; None leaves a field out."""
    fields = {"cap": "1000000", "currency": "JPY", "ends_on": ENDS_ON, "question": QUESTION, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def voted(company: Company, key: str, by: str, choice: str, reason: str | None = None, **more: Any) -> InitiativeView:
    """Somebody says scale or stop; a reason is made up where one is needed."""
    reason = reason or ("It did not help." if choice == "stop" else None)
    with company.indoors():
        db.session.rollback()
        return service.vote(company.member(by), key, choice, reason=reason, now=company.later(), **more)


def the_pilot(company: Company, key: str) -> PilotView:
    """Its newest pilot."""
    with company.indoors():
        db.session.rollback()
        found = find_pilot(seen(company, key).id)
        assert found is not None
        return found


def swept(company: Company) -> int:
    """What the sweep did just now."""
    with company.indoors():
        db.session.rollback()
        return service.sweep(now=company.now)
