"""Conditions of a yes (条件付き承認): promises of named people once it is decided, void with the yes they were set with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from collab.approvals import service
from collab.approvals.queries import get_chain
from collab.approvals.queries.conditions import list_conditions
from collab.audit import queries as audit
from collab.escalations import queries as escalations
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.purchases import service as purchases
from collab.subjects.queries import inbox
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
TWO = route("office:CMO", "office:CIO")


@pytest.fixture
def company(company: Company) -> Company:
    """First the CMO, then the CIO, nobody else."""
    company.routes(TWO)
    return company


def condition(company: Company, owner: str = "kenji", **more: Any) -> dict[str, Any]:
    due_on = people.today(company.now) + timedelta(days=7)
    return {
        "text": "Sign the data agreement",
        "owner": f"{owner}@example.com",
        "due_on": due_on,
        "before_order": True,
        **more,
    }


def filed(company: Company) -> str:
    return company.filed(category="other")


def decided(company: Company, *conditions: dict[str, Any]) -> str:
    """The CMO says yes on these conditions, the CIO plainly."""
    key = filed(company)
    company.decide(key, "cmo", conditions=list(conditions or [condition(company)]))
    company.decide(key, "cio")
    return key


def states(key: str) -> list[str]:
    return [found.state for found in list_conditions(key)]


def waits(key: str) -> list[str]:
    running = [wait for wait in escalations.list_of(key) if wait.state != "ended"]
    return sorted(wait.key for wait in running if wait.watch == "approval.condition")


def asked_of(company: Company, name: str) -> list[str]:
    rows = inbox(company.member(name), company.now)
    return [row.key for row in rows if row.ask.key == "approval.ask.condition"]


@on_both
def test_a_condition_binds_its_owner_from_the_decision_on_and_not_before(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    assert (asked_of(company, "kenji"), waits(key)) == ([], [])
    with pytest.raises((NotNow, NotFound)):
        service.meet(key=key, number=1, actor=company.member("kenji"), now=company.later())
    company.decide(key, "cio")
    assert (asked_of(company, "kenji"), waits(key)) == ([key], [f"{key}:condition:1"])
    service.meet(key=key, number=1, actor=company.member("kenji"), note="Signed today.", now=company.later())
    assert (asked_of(company, "kenji"), waits(key), states(key)) == ([], [], ["met"])
    verbs = [entry.verb for entry in audit.list_entries(key)]
    assert [verb for verb in verbs if verb in ("condition_set", "meet")] == ["condition_set", "meet"]
    assert audit.verify() == []


def test_the_last_yes_may_be_on_conditions_too_and_they_are_numbered_through(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio", conditions=[condition(company, "nao"), condition(company, "mika", before_order=False)])
    assert [found.number for found in list_conditions(key)] == [1, 2, 3]
    assert waits(key) == [f"{key}:condition:{number}" for number in (1, 2, 3)]
    assert asked_of(company, "mika") == [key]


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"owner": "agency"}, "conditions.0.owner"),
        ({"owner": "auditor"}, "conditions.0.owner"),
        ({"owner": "left"}, "conditions.0.owner"),
        ({"owner": "nobody"}, "conditions.0.owner"),
        ({"due_on": "2026-11-17"}, "conditions.0.due_on"),
        ({"due_on": "9999-12-31"}, "conditions.0.due_on"),
        ({"due_on": "soon"}, "conditions.0.due_on"),
        ({"text": " "}, "conditions.0.text"),
        ({"text": "a\x00b"}, "conditions.0.text"),
    ],
)
def test_a_condition_nobody_could_keep_is_refused_and_nothing_is_decided(
    company: Company, wrong: dict[str, Any], at: str
) -> None:
    key = filed(company)
    with pytest.raises(Invalid) as refusal:
        company.decide(key, "cmo", conditions=[condition(company, **wrong)])
    assert at in refusal.value.fields
    assert (get_chain(key).waiting()[0].member, states(key)) == (company.id("cmo"), [])


def test_only_a_yes_has_conditions_and_at_most_ten(company: Company) -> None:
    key = filed(company)
    for verb, many in (("return", 1), ("reject", 1), ("approve", 11)):
        with pytest.raises(Invalid) as refusal:
            company.decide(key, "cmo", verb, conditions=[condition(company)] * many)
        assert "conditions" in refusal.value.fields


@pytest.mark.parametrize("verb", ["return", "reject"])
def test_conditions_of_a_round_that_comes_to_nothing_are_void(company: Company, verb: str) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio", verb)
    assert (states(key), asked_of(company, "kenji")) == (["void"], [])


def test_a_yes_taken_back_takes_its_conditions_with_it(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    service.undo(key=key, actor=company.member("cmo"), now=company.later())
    company.decide(key, "cmo", conditions=[condition(company, "nao")])
    company.decide(key, "cio")
    assert (states(key), asked_of(company, "kenji"), asked_of(company, "nao")) == (["void", "open"], [], [key])


def test_whoever_is_asked_anew_sets_conditions_anew(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio", "return", to=1)
    assert states(key) == ["void"]
    company.decide(key, "cmo")
    company.decide(key, "cio")
    assert (company.purchase(key).state, waits(key)) == ("approved", [])


def test_a_yes_that_stands_in_the_next_round_keeps_its_conditions(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio", "return", resume="here")
    purchases.edit(company.member("mika"), key, {"purpose": "Said better."}, seen=None, now=company.later())
    purchases.submit(company.member("mika"), key, now=company.later())
    assert states(key) == ["void", "open"]
    company.decide(key, "cio", "return", resume="here")
    purchases.submit(company.member("mika"), key, now=company.later())
    assert states(key) == ["void", "void", "open"]
    company.decide(key, "cio")
    assert (asked_of(company, "kenji"), waits(key)) == ([key], [f"{key}:condition:3"])


def test_a_material_change_voids_the_yes_and_its_conditions(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio", "return", resume="here")
    purchases.edit(company.member("mika"), key, {"amount": "910000"}, seen=None, now=company.later())
    purchases.submit(company.member("mika"), key, now=company.later())
    assert states(key) == ["void"]


@pytest.mark.parametrize("name", ["mika", "cio", "nao", "admin", "cfo"])
def test_nobody_else_says_that_it_is_met_or_waives_it(company: Company, name: str) -> None:
    key = decided(company)
    with pytest.raises((NotAllowed, NotFound)):
        service.meet(key=key, number=1, actor=company.member(name), now=company.later())
    with pytest.raises((NotAllowed, NotFound)):
        service.waive(key=key, number=1, actor=company.member(name), reason="", now=company.later())
    with pytest.raises((NotAllowed, NotFound)):
        service.ask_to_waive(key=key, number=1, actor=company.member(name), reason="", now=company.later())


def test_whoever_set_it_waives_it_with_a_reason_and_once(company: Company) -> None:
    key = decided(company)
    cmo = company.member("cmo")
    with pytest.raises(Invalid):
        service.waive(key=key, number=1, actor=cmo, reason=" ", now=company.later())
    service.waive(key=key, number=1, actor=cmo, reason="The vendor signed a better one.", now=company.later())
    with pytest.raises(NotNow) as refusal:
        service.meet(key=key, number=1, actor=company.member("kenji"), now=company.later())
    assert refusal.value.said_code == "condition_waived"
    assert (states(key), waits(key)) == (["waived"], [])


def test_the_office_it_was_set_for_waives_it_and_never_whose_request_it_is(company: Company) -> None:
    key = decided(company)
    company.takes_office("mika", "CMO")
    with pytest.raises(NotAllowed):
        service.waive(key=key, number=1, actor=company.member("mika"), reason="Mine.", now=company.later())
    company.later(days=1)
    company.takes_office("nao", "CMO")
    service.waive(key=key, number=1, actor=company.member("nao"), reason="Settled.", now=company.later())
    assert states(key) == ["waived"]


def test_an_owner_asks_to_be_spared_it_and_nothing_moves_until_they_are(company: Company) -> None:
    key = decided(company)
    service.ask_to_waive(key=key, number=1, actor=company.member("kenji"), reason="They refuse.", now=company.later())
    assert (states(key), asked_of(company, "kenji")) == (["open"], [key])
    assert audit.list_entries(key)[-1].verb == "ask_to_waive"


@on_both
def test_what_a_leaver_promised_falls_to_their_lead(company: Company) -> None:
    key, early = decided(company), filed(company)
    company.decide(early, "cmo", conditions=[condition(company)])
    company.leaves("kenji")
    assert (asked_of(company, "cio"), {found.owner for found in list_conditions(early)}) == ([key], {company.id("cio")})
    assert [wait.late for wait in escalations.list_of(key)] == [company.id("cio")]
    assert audit.list_entries(key)[-1].verb == "condition_passed_on"


def test_a_promise_never_falls_to_somebody_who_left_as_well(company: Company) -> None:
    key = decided(company)
    for leaver in ("cio", "kenji", "cmo", "ceo", "cfo"):
        company.leaves(
            leaver
        )  # the CMO set it; after them it falls from office to office, at the end to whose request it is
    assert asked_of(company, "mika") == [key]
    service.meet(key=key, number=1, actor=company.member("mika"), now=company.later())
    assert states(key) == ["met"]


def test_it_is_due_at_the_close_of_its_day_where_its_owner_works(company: Company) -> None:
    day = people.today(company.now) + timedelta(days=2)
    key = decided(company, condition(company, "emma", due_on=day), condition(company, due_on=day))
    tokyo, london = sorted(wait.due_at for wait in escalations.list_of(key))
    assert london - tokyo == timedelta(hours=8, minutes=30)


def test_a_decision_after_its_day_leaves_a_business_day(company: Company) -> None:
    key = filed(company)
    company.decide(key, "cmo", conditions=[condition(company, due_on=people.today(company.now))])
    company.later(days=5)
    company.decide(key, "cio")
    (wait,) = escalations.list_of(key)
    assert wait.due_at > company.now


def test_an_owner_without_a_seat_sees_what_they_promised_about(company: Company) -> None:
    key = filed(company)
    from collab.purchases.queries import get_purchase, list_purchases
    from collab.purchases.queries.requests import Filter

    company.decide(key, "cmo", conditions=[condition(company, "nao")])
    with pytest.raises(NotFound):
        get_purchase(company.member("nao"), key)
    company.decide(key, "cio")
    assert get_purchase(company.member("nao"), key).key == key
    assert [row.key for row in list_purchases(company.member("nao"), Filter())[0]] == [key]
