"""Two keys (D1): turned for one aim, by two people, and they stand or fall together."""

from __future__ import annotations

from typing import Any

import pytest

from collab.approvals import messages
from collab.approvals.queries import get_chain
from collab.approvals.slack import card_for
from collab.audit import queries as audit
from collab.kernel.errors import Invalid, NotAllowed
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.purchases import service as purchases
from tests.approvals.test_proxying import delegate
from tests.approvals.test_service_planning import route
from tests.factories import Company

pytestmark = pytest.mark.usefixtures("indoors")


def states(key: str) -> dict[str, str]:
    chain = get_chain(key)
    names = people.emails_of(seat.member for seat in chain.seats)
    return {names[seat.member].partition("@")[0]: seat.state for seat in chain.seats}


def again(company: Company, key: str, **changes: Any) -> None:
    if changes:
        purchases.edit(company.member("mika"), key, changes, seen=None, now=company.later())
    purchases.submit(company.member("mika"), key, now=company.later())


def test_whoever_turned_one_key_and_tries_the_other_is_refused_and_in_the_trail(company: Company) -> None:
    company.routes(route("office:CMO office:CIO", keys=True))
    delegate(company, "cio", "cmo")
    key = company.filed(category="other")
    company.decide(key, "cmo")
    for _again in range(2):
        with pytest.raises(NotAllowed):
            company.decide(key, "cmo", acting_for=company.id("cio"))
    assert states(key) == {"cmo": "approved", "cio": "waiting"}
    tried = [(entry.actor, entry.details["act"]) for entry in audit.list_entries(key) if entry.verb == "refused"]
    assert tried == [("cmo@example.com", "approve")], "once a day is enough to be seen"


@pytest.fixture
def then_ceo(company: Company) -> Company:
    """Two keys first, then the CEO."""
    company.routes(route("office:CMO office:CIO", "office:CEO", keys=True))
    return company


def test_a_key_is_never_carried_alone(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo")
    company.decide(key, "cio", "return", resume="here")
    again(company, key, purpose="Said better.")
    assert states(key) == {"cmo": "waiting", "cio": "waiting"}


def test_both_keys_stand_when_nothing_they_rest_on_changed(then_ceo: Company) -> None:
    key = then_ceo.filed(category="other")
    for name in ("cmo", "cio"):
        then_ceo.decide(key, name)
    then_ceo.decide(key, "ceo", "return", resume="here")
    again(then_ceo, key, purpose="Said better.")
    assert states(key) == {"cmo": "approved", "cio": "approved", "ceo": "waiting"}


@pytest.mark.parametrize("change", [{"amount": "900000"}, {"goal": None, "no_goal_reason": "None fits."}])
def test_both_keys_fall_with_what_they_rest_on(then_ceo: Company, change: dict[str, Any]) -> None:
    key = then_ceo.filed(category="other")
    for name in ("cmo", "cio"):
        then_ceo.decide(key, name)
    then_ceo.decide(key, "ceo", "return", resume="here")
    again(then_ceo, key, **change)
    assert states(key) == {"cmo": "waiting", "cio": "waiting", "ceo": "planned"}


def test_when_one_of_them_is_somebody_else_by_then_both_turn_theirs_again(then_ceo: Company) -> None:
    key = then_ceo.filed(category="other")
    for name in ("cmo", "cio"):
        then_ceo.decide(key, name)
    then_ceo.decide(key, "ceo", "return", resume="here")
    then_ceo.takes_office("kenji", "CIO")
    again(then_ceo, key, purpose="Said better.")
    assert states(key) == {"cmo": "waiting", "kenji": "waiting", "ceo": "planned"}


def test_keys_are_turned_for_a_goal_or_a_reason_why_none_fits(company: Company) -> None:
    with pytest.raises(Invalid) as refusal:
        company.filed(goal=None)
    assert "goal" in refusal.value.fields
    assert company.filed(goal=None, no_goal_reason="It keeps the shop open.")


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_the_card_of_a_key_names_the_aim_before_it_and_once_more_at_the_second_tap(
    company: Company, locale: str
) -> None:
    for fields, aim in (
        ({}, "G-1 Answer every"),
        ({"goal": None, "no_goal_reason": "The shop stays open."}, "The shop stays"),
    ):
        now = card_for(company.filed(**fields), company.member("cmo"), Reader(locale))
        assert now is not None
        shown = messages.card(now, Reader(locale)).blocks
        assert any(aim in block.get("text", {}).get("text", "") for block in shown if block["type"] == "section")
        assert aim in shown[-1]["elements"][0]["confirm"]["text"]["text"]
