"""Versions: what both sign is frozen, the working copy moves on, and nobody signs what somebody is changing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from collab.blueprints import service
from collab.blueprints.queries import citing
from collab.blueprints.queries.blueprints import PAPER
from collab.initiatives import service as initiatives
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.signatures import queries as sheets
from collab.signatures import service as signing
from tests.factories.blueprints import a_blueprint, asked, drawn, point, point_fields, requirement, sign, signed
from tests.factories.company import Company, address
from tests.factories.goals import goal
from tests.factories.initiatives import STAGE, an_initiative
from tests.parts.applications import inside
from tests.parts.databases import on_both


def lay(company: Company, key: str, by: str = "cmo") -> int:
    with company.indoors():
        return service.lay(company.member(by), key, now=company.now)


def states(company: Company, key: str) -> list[tuple[int, str]]:
    with company.indoors():
        db.session.rollback()
        return [(sheet.version, sheet.state) for sheet in sheets.list_sheets(key, PAPER)]


def test_a_signed_version_stays_valid_while_the_working_copy_moves_on(company: Company) -> None:
    key = a_blueprint(company)
    number = point(company, key)
    assert signed(company, key) == 1
    with company.indoors():
        service.change_point(company.member("kenji"), key, number, {"system": "Warehouse"}, now=company.now)
    row = drawn(company, key).row
    assert (row.version, row.signed_version, states(company, key)) == (2, 1, [(1, "valid")])
    with company.indoors():
        (change,) = citing.since_signed(drawn(company, key))
    assert (change.what, change.title, change.fields) == (
        "changed",
        "Pick-up in store",
        (("system", "Stock service", "Warehouse"),),
    )
    assert signed(company, key) == 2
    assert states(company, key) == [(2, "valid"), (1, "valid")]
    assert drawn(company, key).row.signed_version == 2


@pytest.mark.parametrize("what", ["point", "answer", "definition"])
def test_a_change_after_laying_begins_the_next_version_and_takes_the_first_signature(
    company: Company, what: str
) -> None:
    key = a_blueprint(company)
    point(company, key)
    number = requirement(company, key)
    lay(company, key)
    assert not sign(company, key, "cmo")
    with company.indoors():
        if what == "point":
            service.add_point(company.member("nao"), key, point_fields(process="Returns"), now=company.now)
        elif what == "answer":
            service.decline(company.member("cio"), key, number, reason="No.", now=company.now)
        else:
            service.define(company.member("nao"), key, {"term": "A", "meaning": "B"}, now=company.now)
    assert states(company, key) == [(1, "void")]
    with pytest.raises(NotNow):
        sign(company, key, "cio")
    assert lay(company, key, "cio") == 2
    assert sign(company, key, "cmo", "cio")


@on_both
def test_a_signature_and_a_change_at_the_same_moment_never_leave_a_signed_sheet_that_says_something_else(
    company: Company,
) -> None:
    for turn in range(3):
        key = a_blueprint(company)
        number = point(company, key)
        lay(company, key)
        sign(company, key, "cmo")
        with company.indoors():
            sheet = sheets.find_sheet(key, PAPER)
            assert sheet is not None

        def act(what: str, key: str = key, number: int = number, sheet: int = sheet.id, turn: int = turn) -> str:
            with inside(company.app):
                try:
                    if what == "sign":
                        signing.sign(company.member("cio"), sheet, seen_version=1, source="web", now=company.now)
                    else:
                        fields = {"system": f"System {turn}"}
                        service.change_point(company.member("nao"), key, number, fields, now=company.now)
                except DomainError as refusal:
                    return refusal.said_code
                finally:
                    db.session.remove()
                return what

        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(act, ("sign", "change")))
        assert ends[1] == "change"
        row = drawn(company, key).row
        if ends[0] == "sign":
            assert (row.version, row.signed_version, states(company, key)) == (2, 1, [(1, "valid")])
        else:
            assert (row.version, row.signed_version, states(company, key)) == (2, None, [(1, "void")])


def test_nothing_is_laid_out_twice_empty_or_by_somebody_else(company: Company) -> None:
    key = a_blueprint(company)
    with pytest.raises(NotNow, match="blueprint_empty"):
        lay(company, key)
    point(company, key)
    for name in ("nao", "kenji", "ceo", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            lay(company, key, name)
    lay(company, key)
    with pytest.raises(NotNow, match="blueprint_laid_already"):
        lay(company, key, "cio")


def test_a_new_lead_signs_a_version_of_their_own(company: Company) -> None:
    key = a_blueprint(company)
    point(company, key)
    lay(company, key)
    with company.indoors():
        leads = [{"slot": 1, "department": "marketing", "member": address("nao")}]
        initiatives.name_leads(company.member("cmo"), key, leads, now=company.now)
    assert states(company, key) == [(1, "void")]
    assert lay(company, key, "nao") == 2
    assert sign(company, key, "nao", "cio")


def test_a_goal_hidden_from_one_lead_keeps_it_from_being_laid_out(company: Company) -> None:
    hidden = goal(company, title="Secret", visibility="involved", owners=("cmo", "sales-lead"))
    key = a_blueprint(company)
    point(company, key, by="cmo", goal=hidden)
    with pytest.raises(Invalid):
        lay(company, key)


def test_what_was_met_is_still_what_was_promised_on_the_paper(company: Company) -> None:
    key = a_blueprint(company)
    point(company, key)
    number = requirement(company, key)
    with company.indoors():
        service.commit_to(company.member("cio"), key, number, on=company.now.date(), now=company.now)
    signed(company, key)
    with company.indoors():
        service.met(company.member("nao"), key, number, now=company.now)
        assert citing.since_signed(drawn(company, key)) == []
    assert (asked(company, key, number).state, drawn(company, key).row.version) == ("met", 1)


def test_any_two_sides_have_a_blueprint(company: Company) -> None:
    key = an_initiative(company, leads=("sales-lead", "admin"), participants=("emma",), state="active")
    with company.indoors():
        service.open_blueprint(company.member("admin"), key, now=company.now)
        fields = {**point_fields(owner_1=address("emma"), owner_2=address("admin")), "journey_stage": STAGE}
        service.add_point(company.member("emma"), key, fields, now=company.now)
        service.lay(company.member("admin"), key, now=company.now)
    assert sign(company, key, "admin", "sales-lead")
