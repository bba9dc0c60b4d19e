"""Delegations and secretaries: a second person always, never backwards, over with whoever leaves; on the page and over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from collab.audit.queries import list_entries
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.people import service
from collab.people.service import Terms
from tests.factories import Company
from tests.parts.clients import Api, Pages

TODAY, NEXT_WEEK = "2026-11-18", "2026-11-25"
BODY = {"deputy": "nao@example.com", "from_on": TODAY, "until_on": NEXT_WEEK}


def proposed(company: Company, by: str = "cmo", deputy: str = "nao", **more: Any) -> people.DelegationView:
    today = people.today(company.now)
    terms = Terms(today, today + timedelta(days=5))
    return service.propose_delegation(
        company.member(by), deputy=f"{deputy}@example.com", terms=terms, now=company.now, **more
    )


def confirm(company: Company, found: people.DelegationView, by: str) -> people.DelegationView:
    return service.confirm_delegation(company.member(by), found.id, now=company.now)


@pytest.mark.usefixtures("indoors")
class TestSecondPerson:
    def test_what_the_principal_proposes_the_deputy_confirms(self, company: Company) -> None:
        found = proposed(company)
        for other in ("cmo", "admin"):
            with pytest.raises(NotAllowed):
                confirm(company, found, other)
        with pytest.raises(NotFound):
            confirm(company, found, "kenji")
        assert confirm(company, found, "nao").state == "confirmed"
        with pytest.raises(NotNow):
            confirm(company, found, "nao")
        verbs = [entry.verb for entry in list_entries(found.key)]
        assert verbs == ["delegation_proposed", "delegation_confirmed"]

    @pytest.mark.parametrize("by", ["admin", "mika"])
    def test_what_somebody_else_proposes_the_principal_confirms(self, company: Company, by: str) -> None:
        if by == "mika":
            service.name_secretary(company.member("cmo"), secretary="mika@example.com", now=company.now)
        found = proposed(company, by, principal="cmo@example.com")
        with pytest.raises((NotAllowed, NotFound)):
            confirm(company, found, "nao")
        assert confirm(company, found, "cmo").state == "confirmed"
        assert list_entries(found.key)[0].acting_for == "cmo@example.com"

    def test_nobody_else_delegates_in_somebodys_name(self, company: Company) -> None:
        for by in ("kenji", "auditor", "agency"):
            with pytest.raises(NotAllowed):
                proposed(company, by, principal="cmo@example.com")

    @pytest.mark.parametrize("deputy", ["agency", "auditor", "left", "cmo", "nobody"])
    def test_nobody_delegates_to_somebody_who_may_never_decide(self, company: Company, deputy: str) -> None:
        with pytest.raises(Invalid) as refusal:
            proposed(company, deputy=deputy)
        assert set(refusal.value.fields) == {"deputy"}

    def test_never_backwards_never_reversed_never_in_unknown_terms(self, company: Company) -> None:
        today = people.today(company.now)
        bad = {
            "from_on": Terms(today - timedelta(days=1), today), "until_on": Terms(today + timedelta(days=2), today),
            "categories": Terms(today, today, ("unheard",)), "limit": Terms(today, today, (), "a lot"),
        }  # fmt: skip
        for field, terms in bad.items():
            with pytest.raises(Invalid) as refusal:
                service.propose_delegation(
                    company.member("cmo"), deputy="nao@example.com", terms=terms, now=company.now
                )
            assert set(refusal.value.fields) == {field}

    def test_its_days_are_those_of_the_principals_zone(self, company: Company) -> None:
        """20:00 in London is already tomorrow in Tokyo: emma's day has not begun, the CMO's has."""
        evening = company.later(hours=19)
        terms = Terms(people.today(evening), people.today(evening))
        for principal, counts in (("emma", False), ("cmo", True)):
            found = service.propose_delegation(
                company.member(principal), deputy="nao@example.com", terms=terms, now=evening
            )
            service.confirm_delegation(company.member("nao"), found.id, now=evening)
            given = people.delegated_to([company.id("nao")], evening)
            assert (company.id(principal) in {one.principal for one in given}) is counts

    def test_it_is_too_late_to_confirm_when_its_days_are_over(self, company: Company) -> None:
        found = proposed(company)
        company.later(days=10)
        with pytest.raises(NotNow) as refusal:
            confirm(company, found, "nao")
        assert refusal.value.said_code == "delegation_over"

    @pytest.mark.parametrize("leaver", ["cmo", "nao"])
    def test_it_ends_at_once_with_whoever_leaves_and_the_other_hears(self, company: Company, leaver: str) -> None:
        found = confirm(company, proposed(company), "nao")
        company.leaves(leaver)
        assert people.get_delegation(found.id).state == "ended"
        assert people.delegated_to([company.id("nao")], company.now) == []
        assert list_entries(found.key)[-1].verb == "delegation_ended"


@pytest.mark.usefixtures("indoors")
class TestSecretaries:
    def test_a_secretary_says_for_a_principal_that_they_are_away_and_the_trail_says_who(self, company: Company) -> None:
        service.name_secretary(company.member("cmo"), secretary="mika@example.com", now=company.now)
        day = people.today(company.now)
        given = {"of": "cmo@example.com", "from_on": day, "until_on": day, "deputy": "nao@example.com"}
        service.set_absence(company.member("mika"), **given, now=company.now)
        assert people.presence([company.id("cmo")], company.now)[company.id("cmo")].away
        entry = list_entries("member:cmo@example.com")[-1]
        assert (entry.verb, entry.actor, entry.acting_for) == ("absence_set", "mika@example.com", "cmo@example.com")
        service.end_absence(company.member("mika"), of="cmo@example.com", now=company.later())
        assert not people.presence([company.id("cmo")], company.now)[company.id("cmo")].away

    def test_nobody_else_does_and_nobody_learns_who_has_one(self, company: Company) -> None:
        service.name_secretary(company.member("cmo"), secretary="mika@example.com", now=company.now)
        day = people.today(company.now)
        for by in ("kenji", "admin", "auditor", "agency", "cmo"):
            with pytest.raises(NotFound):
                service.set_absence(
                    company.member(by), of="cmo@example.com", from_on=day, until_on=day, deputy=None, now=company.now
                )

    def test_an_administrator_names_one_and_either_side_ends_it(self, company: Company) -> None:
        names = {"secretary": "mika@example.com", "principal": "cmo@example.com", "now": company.now}
        with pytest.raises(NotAllowed):
            service.name_secretary(company.member("kenji"), **names)
        service.name_secretary(company.member("admin"), **names)
        with pytest.raises(NotNow):
            service.name_secretary(company.member("admin"), **names)
        (row,) = people.list_secretaries(company.id("mika"))
        with pytest.raises(NotFound):
            service.end_secretary(company.member("kenji"), row.id, now=company.now)
        service.end_secretary(company.member("mika"), row.id, now=company.now)
        service.name_secretary(company.member("admin"), **names)

    def test_no_administrator_names_themselves_into_somebodys_inbox(self, company: Company) -> None:
        admin = company.member("admin")
        with pytest.raises(Invalid) as refusal:
            service.name_secretary(admin, secretary=admin.email, principal="ceo@example.com", now=company.now)
        assert list(refusal.value.fields) == ["secretary"]

    @pytest.mark.parametrize("leaver", ["cmo", "mika"])
    def test_it_ends_with_whoever_leaves(self, company: Company, leaver: str) -> None:
        service.name_secretary(company.member("cmo"), secretary="mika@example.com", now=company.now)
        company.leaves(leaver)
        assert people.list_secretaries(company.id("mika")) == []


def test_over_the_api_from_proposal_to_end(as_: Callable[[str], Api]) -> None:
    made = as_("cmo").post("/me/delegations", {**BODY, "categories": ["other"], "limit": "500000", "reason": "Fair."})
    assert made.status_code == 201, made.text
    found = made.json
    assert (found["state"], found["confirm_by"], found["limit"]) == ("proposed", "nao@example.com", "500000")
    assert [row["key"] for row in as_("nao").get("/me/inbox").json] == [f"DG-{found['id']}"]
    assert as_("kenji").post(f"/delegations/{found['id']}/confirm").status_code == 404
    assert as_("cmo").post(f"/delegations/{found['id']}/confirm").status_code == 403
    assert as_("nao").post(f"/delegations/{found['id']}/confirm").json["state"] == "confirmed"
    assert [row["id"] for row in as_("nao").get("/me/delegations").json] == [found["id"]]
    assert as_("nao").post(f"/delegations/{found['id']}/end").json["state"] == "ended"
    assert as_("nao").post(f"/delegations/{found['id']}/end").status_code == 409
    assert as_("nao").get("/me/delegations").json == []
    assert as_("nao").post("/delegations/99999999999999/end").status_code == 404
    assert set(as_("cmo").post("/me/delegations", {**BODY, "limit": "0"}).json["errors"]) == {"limit"}


def test_an_auditor_reads_them_all_and_ends_none(as_: Callable[[str], Api]) -> None:
    number = as_("cmo").post("/me/delegations", BODY).json["id"]
    assert [row["id"] for row in as_("auditor").get("/delegations").json] == [number]
    assert as_("kenji").get("/delegations").status_code == 403
    assert as_("auditor").post(f"/delegations/{number}/end").status_code == 403
    assert as_("auditor").post("/me/delegations", BODY).status_code == 403


def test_a_secretary_reads_the_inbox_of_a_principal_and_can_press_nothing(
    company: Company, as_: Callable[[str], Api]
) -> None:
    key = company.filed("kenji")
    assert as_("mika").get("/me/inbox?of=cmo@example.com").status_code == 404
    assert as_("cmo").post("/me/secretaries", {"secretary": "mika@example.com"}).status_code == 201
    (row,) = as_("mika").get("/me/inbox?of=cmo@example.com").json
    assert (row["key"], row["actions"]) == (key, [])
    assert as_("mika").post(f"/purchases/{key}/decisions", {"verb": "approve"}).status_code == 404
    days = {"from_on": TODAY, "until_on": NEXT_WEEK, "of": "cmo@example.com"}
    assert as_("mika").post("/me/absence", days).status_code == 201
    assert as_("cmo").get("/me").json["away"] is True
    assert as_("mika").send("DELETE", "/me/absence?of=cmo@example.com").status_code == 204
    assert as_("kenji").post("/me/absence", days).status_code == 404


def test_on_the_page_it_is_proposed_confirmed_and_ended_and_what_was_typed_stays(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    page = pages_as("cmo")
    refused = page.send(
        "/me/standing-in/delegations", {**BODY, "until_on": TODAY, "from_on": NEXT_WEEK, "reason": "旅行"}
    )
    assert (refused.status_code, "旅行" in refused.text) == (422, True)
    assert (
        page.send("/me/standing-in/delegations", {**BODY, "may_decide": "yes", "categories": "other"}).status_code
        == 303
    )
    shown = pages_as("nao").get("/me/standing-in").text
    assert "森 由紀" in shown
    assert "/me/standing-in/delegations/1/confirm" in shown
    assert pages_as("nao").send("/me/standing-in/delegations/1/confirm", {}).status_code == 303
    with company.indoors():
        assert (people.get_delegation(1).state, people.get_delegation(1).may_decide) == ("confirmed", True)
    assert pages_as("cmo").send("/me/standing-in/delegations/1/end", {}).status_code == 303
    assert pages_as("agency").get("/me/standing-in").status_code == 403


def test_a_secretarys_page_of_a_principals_inbox(company: Company, pages_as: Callable[[str], Pages]) -> None:
    company.filed("kenji")
    assert pages_as("cmo").send("/me/standing-in/secretaries", {"secretary": "nao@example.com"}).status_code == 303
    page = pages_as("nao")
    assert "/inbox?of=cmo@example.com" in page.get("/me/standing-in").text
    shown = page.get("/inbox?of=cmo@example.com").text
    assert "PR-1" in shown
    assert 'href="/purchases/PR-1"' not in shown
    assert "/decisions" not in shown
    assert (
        page.send("/me/standing-in/absence", {"of": "cmo@example.com", "from_on": TODAY, "until_on": TODAY}).status_code
        == 303
    )
    assert page.send("/me/standing-in/back", {"of": "cmo@example.com"}).status_code == 303
    assert pages_as("kenji").get("/inbox?of=cmo@example.com").status_code == 404
