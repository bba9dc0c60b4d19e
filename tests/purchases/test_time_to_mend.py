"""More time to mend what was sent back, from the page and over the API."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import Company
from tests.parts.clients import Api, Pages


def test_the_page_offers_it_as_long_as_there_is_some(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = company.filed()
    company.decide(key, "cmo", "return")
    page = pages_as("mika")
    for _ in range(2):
        assert "time_to_mend" in page.get(f"/purchases/{key}").text
        assert page.send(f"/purchases/{key}/time_to_mend", {}, page=f"/purchases/{key}").status_code == 303
    assert "time_to_mend" not in page.get(f"/purchases/{key}").text
    assert page.send(f"/purchases/{key}/time_to_mend", {}, page=f"/purchases/{key}").status_code == 409


def test_only_whoever_mends_it_takes_it(company: Company, as_: Callable[[str], Api]) -> None:
    key = company.filed()
    assert as_("mika").post(f"/purchases/{key}/time_to_mend").status_code == 409
    company.decide(key, "cmo", "return")
    assert as_("cmo").post(f"/purchases/{key}/time_to_mend").status_code == 403
    assert as_("mika").post(f"/purchases/{key}/time_to_mend").status_code == 200
    row = next(row for row in as_("mika").get("/me/inbox").json if row["key"] == key)
    assert row["due_at"] == "2026-11-25T01:01:00+00:00"
