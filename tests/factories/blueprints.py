"""Blueprints as people draw them: every call goes through the service.

key = a_blueprint(company)                      # opened for an initiative of marketing (cmo, nao) and IT (cio, kenji)
point(company, key); requirement(company, key)  # their numbers; marketing asks
version = signed(company, key)                  # laid out and signed by both
"""

from __future__ import annotations

from typing import Any

from collab.blueprints import service
from collab.blueprints.queries import items
from collab.blueprints.queries.blueprints import BlueprintView, find_whole
from collab.blueprints.queries.items import RequirementView
from collab.initiatives.queries import find_initiative
from collab.kernel.db import db
from collab.signatures import queries as sheets
from collab.signatures import service as signing
from tests.factories.company import Company, address
from tests.factories.initiatives import STAGE, an_initiative, number

SERVES = {"journey_stage": STAGE, "goal": "G-1"}
NOBODY = {"unjustified_reason": "The audit wants it."}


def a_blueprint(company: Company, *, participants: tuple[str, ...] = ("nao", "kenji"), **more: Any) -> str:
    """The key of an initiative whose blueprint is open."""
    key = an_initiative(company, participants=participants, **{"state": "active", **more})
    opener = str(next(iter(more.get("leads", ("cmo",)))))
    with company.indoors():
        service.open_blueprint(company.member(opener), key, now=company.now)
    return key


def point_fields(**changes: Any) -> dict[str, Any]:
    """A meeting point as somebody writes it; None leaves a field out."""
    fields = {"process": "Pick-up in store", "system": "Stock service", "owner_1": address("nao"), "owner_2": address("kenji"),
              **SERVES, **changes}  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def point(company: Company, key: str, by: str = "nao", **changes: Any) -> int:
    """The number of a new meeting point."""
    with company.indoors():
        return service.add_point(company.member(by), key, point_fields(**changes), now=company.now)


def requirement(company: Company, key: str, by: str = "nao", **changes: Any) -> int:
    """The number of something one side asked of the other: Nao (marketing) of IT."""
    fields = {"title": "Stock by the minute", **SERVES, **changes}
    with company.indoors():
        return service.ask(company.member(by), key, fields, now=company.now)


def source(company: Company, key: str, by: str = "nao", **changes: Any) -> int:
    """The number of a data source of IT that marketing may use."""
    fields = {"name": "Loyalty card", "department": "it", "owner": address("kenji"), "used_by": ["marketing"],
              "personal_data": True, **SERVES, **changes}  # fmt: skip
    with company.indoors():
        return service.add_source(company.member(by), key, fields, now=company.now)


def definition(company: Company, key: str, by: str = "nao", **changes: Any) -> int:
    """The number of a word that G-1 uses."""
    fields = {"term": "Active customer", "meaning": "Bought within 90 days.", "goals": ["G-1"], **changes}
    with company.indoors():
        return service.define(company.member(by), key, fields, now=company.now)


def sign(company: Company, key: str, *names: str, paper: str = "blueprint") -> bool:
    """The newest sheet of a paper is signed by these; whether it is valid now."""
    valid = False
    for name in names:
        with company.indoors():
            sheet = sheets.find_sheet(key, paper)
            assert sheet is not None
            valid = signing.sign(
                company.member(name), sheet.id, seen_version=sheet.version, source="web", now=company.now
            ).valid
    return valid


def signed(company: Company, key: str, by: str = "cmo") -> int:
    """The version that both leads have signed just now; a blueprint without a point gets one."""
    if not drawn(company, key).points:
        point(company, key)
    with company.indoors():
        version = service.lay(company.member(by), key, now=company.now)
    assert sign(company, key, "cmo", "cio")
    return version


def drawn(company: Company, key: str) -> BlueprintView:
    """The blueprint as it stands, whoever may see it."""
    with company.indoors():
        db.session.rollback()
        initiative = find_initiative(key)
        assert initiative is not None
        found = find_whole(initiative)
        assert found is not None
        return found


def asked(company: Company, key: str, which: int) -> RequirementView:
    """A requirement as it stands."""
    with company.indoors():
        db.session.rollback()
        found = items.find_requirement(number(key), which)
        assert found is not None
        return found
