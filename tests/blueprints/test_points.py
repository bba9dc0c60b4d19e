"""Meeting points and data sources: who may be named, whom they serve, what stays when somebody may not see it."""

from __future__ import annotations

from typing import Any

import pytest

from collab.blueprints import service
from collab.blueprints.queries import coverage
from collab.blueprints.rules.differences import changes
from collab.blueprints.rules.sides import sides_of
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from collab.people.service import deactivate
from tests.factories.blueprints import NOBODY, a_blueprint, drawn, point, signed, source
from tests.factories.company import Company, address
from tests.factories.goals import goal
from tests.factories.initiatives import an_initiative

LEADS = {1: (10, "marketing"), 2: (20, "it")}
SIDES = {"marketing": "business", "sales": "business", "it": "it"}


@pytest.mark.parametrize(
    ("member", "departments", "sides"),
    [
        (10, ["marketing", "it"], {1}),  # a lead speaks for the side they lead for, and for no other
        (20, ["sales"], {2}),
        (30, ["sales"], {1}),
        (30, ["sales", "it"], {1, 2}),
        (30, [], set()),
        (30, ["moon"], set()),
    ],
)
def test_whose_side_somebody_is_on(member: int, departments: list[str], sides: set[int]) -> None:
    assert sides_of(member, departments, LEADS, SIDES) == sides


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"owner_1": address("kenji"), "owner_2": address("kenji")}, {"owner_1", "owner_2"}),
        ({"owner_2": address("mika")}, {"owner_2"}),
        ({"owner_1": address("left")}, {"owner_1"}),
        ({"owner_2": address("agency")}, {"owner_2"}),
        ({"owner_1": address("auditor")}, {"owner_1"}),
        ({"goal": "G-77"}, {"goal"}),
        ({"journey_stage": None}, {"journey_stage"}),
    ],
)
def test_a_point_names_one_owner_of_each_side_and_whom_it_serves(
    company: Company, fields: dict[str, Any], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        point(company, a_blueprint(company), **fields)
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize(
    ("name", "error"), [("mika", NotAllowed), ("ceo", NotAllowed), ("auditor", NotAllowed), ("agency", NotFound)]
)
def test_only_whoever_takes_part_draws(company: Company, name: str, error: type[DomainError]) -> None:
    key = a_blueprint(company, guests=("agency",))
    with pytest.raises(error):
        point(company, key, by=name)
    with pytest.raises(error), company.indoors():
        service.open_blueprint(company.member(name), an_initiative(company, guests=("agency",)), now=company.now)


def test_a_change_of_what_somebody_else_changed_is_stale_and_no_change_is_none(company: Company) -> None:
    key = a_blueprint(company)
    number = point(company, key)
    before = drawn(company, key).row.revision
    with company.indoors():
        nao = company.member("nao")
        service.change_point(nao, key, number, {"system": "Stock service"}, seen=before, now=company.now)
        assert drawn(company, key).row.revision == before
        service.change_point(nao, key, number, {"system": "Stock 2"}, seen=before, now=company.now)
        with pytest.raises(Stale):
            service.change_point(nao, key, number, {"system": "Stock 3"}, seen=before, now=company.now)
        with pytest.raises(NotFound):
            service.change_point(nao, key, 99, {"system": "Stock 3"}, now=company.now)


def test_an_editor_who_may_not_see_its_goal_keeps_it(company: Company) -> None:
    hidden = goal(company, title="Secret", visibility="involved", owners=("cmo", "cio"))
    key = a_blueprint(company)
    number = point(company, key, by="cmo", goal=hidden)
    with company.indoors():
        service.change_point(
            company.member("nao"), key, number, {"system": "Stock 2", "journey_stage": "buy"}, now=company.now
        )
        with pytest.raises(Invalid):
            service.change_point(company.member("nao"), key, number, {"goal": hidden}, now=company.now)
    (one,) = drawn(company, key).points
    assert (one.system, one.goal) == ("Stock 2", int(hidden.partition("-")[2]))


def test_an_item_becomes_unjustified_and_justified_again(company: Company) -> None:
    key = a_blueprint(company)
    number = point(company, key)
    with company.indoors():
        service.change_point(company.member("nao"), key, number, {**NOBODY, "goal": None}, now=company.now)
    (one,) = drawn(company, key).points
    assert (one.journey_stage, one.goal, one.unjustified_reason) == (None, None, NOBODY["unjustified_reason"])
    with company.indoors(), pytest.raises(Invalid):
        service.change_point(company.member("nao"), key, number, {"unjustified_reason": None}, now=company.now)
    with company.indoors():
        service.change_point(
            company.member("nao"), key, number, {"goal": "G-1", "journey_stage": "buy"}, now=company.now
        )
    assert drawn(company, key).counts(company.now).unjustified == 0


def test_an_owner_who_leaves_stays_named_and_the_point_is_kept(company: Company) -> None:
    key = a_blueprint(company)
    point(company, key)
    signed(company, key)
    with company.indoors():
        deactivate(address("kenji"), by=None, now=company.later())
    assert drawn(company, key).points[0].owner_2 == company.id("kenji")
    assert drawn(company, key).row.signed_version == 1


def test_a_source_says_who_may_use_it_and_stages_without_one_are_blind(company: Company) -> None:
    key = a_blueprint(company)
    with company.indoors():
        assert [one.sources for one in coverage.coverage(drawn(company, key)) if one.journey_stage == "buy"] == [0]
    number = source(company, key)
    with company.indoors():
        service.change_source(
            company.member("nao"), key, number, {"used_by": ["sales"], "individual": True}, now=company.now
        )
    (one,) = drawn(company, key).sources
    assert (one.used_by, one.individual, one.personal_data) == (("sales",), True, True)
    with company.indoors():
        assert [one.sources for one in coverage.coverage(drawn(company, key)) if one.journey_stage == "buy"] == [1]
        for fields in ({"department": "moon"}, {"used_by": ["moon"]}, {"owner": address("agency")}):
            with pytest.raises(Invalid):
                service.change_source(company.member("nao"), key, number, fields, now=company.now)


def test_what_differs_is_said_item_by_item() -> None:
    before = {"points": [{"id": 1, "process": "A", "system": "X"}, {"id": 2, "process": "B", "system": "Y"}]}
    after = {"points": [{"id": 2, "process": "B", "system": "Z"}, {"id": 3, "process": "C", "system": "X"}]}
    found = [(one.what, one.id, one.title, one.fields) for one in changes(before, after)]
    assert found == [
        ("removed", 1, "A", ()), ("changed", 2, "B", (("system", "Y", "Z"),)), ("added", 3, "C", ()),
    ]  # fmt: skip
    assert changes(after, after) == []
