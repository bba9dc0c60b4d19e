"""Lists as files over the API: offered by what one may, taken as on the page, and always in the trail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from collab.audit import queries as audit
from tests.factories import Company
from tests.parts.clients import Api

As = Callable[[str], Api]


def test_what_is_offered_is_what_may_be_taken(company: Company, as_: As) -> None:
    mine = {one["code"] for one in as_("mika").get("/exports").json}
    all_of_it = {one["code"]: one for one in as_("auditor").get("/exports").json}
    assert {"purchases", "tasks"} <= mine
    assert {"access", "audit"} & mine == set()
    assert mine < set(all_of_it)
    assert all_of_it["purchases"]["formats"] == ["csv", "xlsx"]
    assert as_("agency").get("/exports").status_code == 403


def test_a_file_is_what_its_taker_may_see_and_leaves_an_entry(company: Company, as_: As) -> None:
    company.filed(title="A tool")
    answer = as_("mika").post("/exports/purchases", {"format": "csv", "filters": {"state": "pending"}})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "A tool" in answer.data.decode("utf-8-sig")
    assert answer.headers["X-SHA256"] == hashlib.sha256(answer.data).hexdigest()
    with company.indoors():
        entry = audit.list_entries("exports")[-1]
        assert (entry.details["what"], entry.details["filters"]) == ("purchases", {"state": "pending"})
        assert entry.actor == "mika@example.com"


def test_what_cannot_be_taken_is_refused_in_words(company: Company, as_: As) -> None:
    assert as_("mika").post("/exports/access", {"format": "csv"}).status_code == 403
    assert as_("agency").post("/exports/purchases", {"format": "csv"}).status_code == 403
    assert as_("mika").post("/exports/nothing", {"format": "csv"}).status_code == 404
    for body, named in (
        ({"format": "pdf"}, "format"), ({}, "format"), ({"format": "csv", "filters": {"sate": "open"}}, "filters.sate"),
        ({"format": "csv", "filters": {"state": 7}}, "filters.state"),
    ):  # fmt: skip
        answer = as_("mika").post("/exports/purchases", body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [named])
