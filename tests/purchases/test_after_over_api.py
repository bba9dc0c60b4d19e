"""After the decision over the API and on the page: what is told, what is refused and with which code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from collab.people import queries as people
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]
CONDITION = {"text": "A data agreement", "owner": "kenji@example.com", "due_on": "2026-12-18", "before_order": True}


@pytest.fixture
def decided(company: Company, as_: As) -> str:
    """The CMO says yes on a condition, the CIO decides."""
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other")
    body = {"verb": "approve", "conditions": [CONDITION]}
    assert as_("cmo").post(f"/purchases/{key}/decisions", body).status_code == 201
    assert as_("cio").post(f"/purchases/{key}/decisions", {"verb": "approve"}).status_code == 201
    return key


def today(company: Company) -> str:
    with company.indoors():
        return people.today(company.now).isoformat()


def test_conditions_are_told_met_and_free_the_order(company: Company, decided: str, as_: As) -> None:
    mika, order = as_("mika"), {"on": today(company), "reference": "PO-1"}
    (told,) = mika.get(f"/purchases/{decided}").json["conditions"]
    assert {name: told[name] for name in ("number", "state", "set_by", "office")} == {
        "number": 1, "state": "open", "set_by": "cmo@example.com", "office": "CMO",
    }  # fmt: skip
    refused = mika.post(f"/purchases/{decided}/purchased", order)
    assert (refused.status_code, refused.json["code"]) == (409, "conditions_unmet")
    assert "A data agreement" in refused.json["title"]
    assert mika.post(f"/purchases/{decided}/conditions/1/meet", {}).status_code == 403
    assert as_("kenji").post(f"/purchases/{decided}/conditions/9/meet", {}).status_code == 404
    met = as_("kenji").post(f"/purchases/{decided}/conditions/1/meet", {"note": "Signed."})
    assert (met.status_code, met.json["conditions"][0]["state"]) == (200, "met")
    ordered = mika.post(f"/purchases/{decided}/purchased", order)
    assert (ordered.json["status"], ordered.json["order_reference"]) == ("purchased", "PO-1")
    assert (
        as_("cmo").post(f"/purchases/{decided}/conditions/1/waive", {"reason": "No."}).json["code"] == "condition_met"
    )


def test_a_request_to_revoke_is_told_and_answered(company: Company, decided: str, as_: As) -> None:
    asked = as_("mika").post(f"/purchases/{decided}/revocation", {"reason": "Too dear."})
    assert (asked.status_code, asked.json["verb"], asked.json["state"]) == (201, "ask_to_revoke", "approved")
    again = as_("cmo").post(f"/purchases/{decided}/revocation", {"reason": "Me too."})
    assert (again.status_code, again.json["code"]) == (409, "revocation_open")
    (told,) = as_("cio").get(f"/purchases/{decided}").json["revocations"]
    assert [voice["member"] for voice in told["voices"]] == ["cio@example.com"]
    no = as_("cio").post(f"/purchases/{decided}/revocation/answer", {"answer": "no"})
    assert (no.status_code, "comment" in no.json["errors"]) == (422, True)
    assert as_("mika").post(f"/purchases/{decided}/revocation/answer", {"answer": "yes"}).status_code == 403
    assert as_("mika").post(f"/purchases/{decided}/revocation/withdraw").status_code == 200
    as_("mika").post(f"/purchases/{decided}/revocation", {"reason": "Too dear."})
    done = as_("cio").post(f"/purchases/{decided}/revocation/answer", {"answer": "yes"})
    assert (done.json["verb"], done.json["state"]) == ("revoke", "revoked")
    assert as_("mika").get(f"/purchases/{decided}").json["conditions"][0]["state"] == "void"


def test_an_amendment_is_linked_both_ways(company: Company, decided: str, as_: As) -> None:
    mika = as_("mika")
    fresh = mika.post(f"/purchases/{decided}/amend")
    assert (fresh.status_code, fresh.json["status"], fresh.json["amends"]) == (201, "draft", decided)
    key = fresh.json["key"]
    assert mika.get(f"/purchases/{decided}").json["amended_by"] == [{"key": key, "status": "draft"}]
    assert as_("cmo").get(f"/purchases/{decided}").json["amended_by"] == []  # a draft is its owner's alone
    refused = mika.post(f"/purchases/{decided}/amend")
    assert (refused.status_code, refused.json["code"], key in refused.json["title"]) == (409, "amendment_open", True)


def test_somebody_who_only_sees_that_it_exists_reads_nothing_of_all_this(
    company: Company, as_: As, pages_as: Callable[[str], Pages]
) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other", visibility="company")
    as_("cmo").post(f"/purchases/{key}/decisions", {"verb": "approve", "conditions": [CONDITION]})
    as_("cio").post(f"/purchases/{key}/decisions", {"verb": "approve"})
    seen = as_("nao").get(f"/purchases/{key}").json
    assert not {"conditions", "revocations", "amended_by", "order_reference"} & seen.keys()
    assert "A data agreement" not in pages_as("nao").get(f"/purchases/{key}").text


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_offers_each_what_is_theirs(
    company: Company, decided: str, pages_as: Callable[[str], Pages], lang: str
) -> None:
    def page(name: str) -> Any:
        return pages_as(name).get(f"/purchases/{decided}?lang={lang}").text

    owner, setter, mine = page("kenji"), page("cmo"), page("mika")
    assert ("conditions/1/meet" in owner, "conditions/1/waive" in owner) == (True, False)
    assert ("conditions/1/meet" in setter, "conditions/1/waive" in setter) == (False, True)
    assert ("/purchased" in mine, "/amend" in mine, "/revocation" in mine) == (False, True, True)
    kenji = pages_as("kenji")
    assert kenji.send(f"/purchases/{decided}/conditions/1/meet", {"comment": "Signed."}).status_code == 303
    assert "/purchased" in page("mika")
    sent = pages_as("mika").send(f"/purchases/{decided}/purchased", {"on": "2999-01-01", "reference": "PO-2"})
    assert (sent.status_code, "PO-2" in sent.text) == (422, True)
    assert pages_as("mika").send(f"/purchases/{decided}/purchased", {"on": today(company)}).status_code == 303
