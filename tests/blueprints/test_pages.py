"""Pages of a blueprint: who sees what, forms that work without script, what is refused and keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from collab.blueprints import service
from collab.people.service import deactivate
from tests.factories.blueprints import (
    NOBODY,
    a_blueprint,
    asked,
    definition,
    drawn,
    point,
    point_fields,
    requirement,
    signed,
    source,
)
from tests.factories.company import Company, address
from tests.factories.goals import goal
from tests.factories.initiatives import STAGE, an_initiative, led_by
from tests.parts.clients import Pages

Enter = Callable[[str], Pages]


def full(company: Company) -> str:
    """A blueprint with one of everything, signed once and changed since."""
    key = a_blueprint(company)
    point(company, key)
    number = requirement(company, key)
    source(company, key)
    definition(company, key)
    with company.indoors():
        service.commit_to(
            company.member("cio"), key, number, on=date(2026, 12, 1), text="By the minute.", now=company.now
        )
    signed(company, key)
    point(company, key, process="Returns", system="Orders", journey_stage=None, goal=None, **NOBODY)
    with company.indoors():
        service.cite(company.member("cmo"), key, 1, "G-1", now=company.now)
    return key


def test_the_page_says_where_the_sides_meet_who_owes_what_and_what_is_signed(company: Company, pages_as: Enter) -> None:
    key = full(company)
    text = pages_as("emma").get(f"/initiatives/{key}/blueprint").text
    for words in (
        "Pick-up in store", "Stock service", "Nao Ishii", "Kenji Ono", "G-1 Answer every customer", "Daichi Sakai has to deliver",
        "Daichi Sakai committed to", "Loyalty card", "Personal data", "Active customer", "Not ratified", "Signed by both",
        "Since version 1", "Meeting point 2: Returns", "Not customer-justified", "One item not customer-justified",
    ):  # fmt: skip
        assert words in text, words
    assert "<form" not in text.split("<main", 1)[1].split("</main>")[0].replace(
        "/threads", ""
    )  # nothing of it is hers to press
    assert "One item not customer-justified" in pages_as("emma").get(f"/initiatives/{key}").text


@pytest.mark.parametrize("path", ["", "/versions/1"])
def test_a_guest_who_takes_part_sees_nothing_of_it(company: Company, pages_as: Enter, path: str) -> None:
    key = a_blueprint(company, guests=("agency",))
    signed(company, key)
    assert pages_as("agency").get(f"/initiatives/{key}/blueprint{path}").status_code == 404
    assert "blueprint" not in pages_as("agency").get(f"/initiatives/{key}").text


def test_a_lead_opens_it_and_draws_it_with_forms(company: Company, pages_as: Enter) -> None:
    key = an_initiative(company, participants=("nao", "kenji"), state="active")
    here, cmo = f"/initiatives/{key}/blueprint", pages_as("cmo")
    assert cmo.send(here, {}, page=here).status_code == 303
    assert cmo.send(f"{here}/points", point_fields(unjustified_reason=""), page=here).status_code == 303
    number = drawn(company, key).points[0].id
    changes = {**point_fields(process="Pick-up"), "unjustified_reason": ""}
    assert cmo.send(f"{here}/points/{number}", changes, page=here).status_code == 303
    assert [one.process for one in drawn(company, key).points] == ["Pick-up"]
    sent = {"name": "Card", "department": "it", "owner": address("kenji"), "used_by": ["marketing", "sales"],
            "personal_data": "1", "journey_stage": STAGE, "goal": "G-1"}  # fmt: skip
    assert cmo.send(f"{here}/sources", sent, page=here).status_code == 303
    (card,) = drawn(company, key).sources
    assert (card.used_by, card.personal_data, card.individual) == (("marketing", "sales"), True, False)
    word = {"term": "Active", "meaning": "Bought.", "goals": "G-1, G-1"}
    assert cmo.send(f"{here}/definitions", word, page=here).status_code == 303
    assert drawn(company, key).definitions[0].goals == (1,)
    assert cmo.send(f"{here}/points/{number}/remove", {}, page=here).status_code == 303
    assert drawn(company, key).points == []


def test_what_is_refused_keeps_what_was_typed(company: Company, pages_as: Enter) -> None:
    key = a_blueprint(company)
    here = f"/initiatives/{key}/blueprint"
    answer = pages_as("nao").send(f"{here}/points", point_fields(goal=None, process="<b>Kept</b>"), page=here)
    assert answer.status_code == 422
    assert "&lt;b&gt;Kept" in answer.text
    assert "役立つ" in answer.text or "mark it as not customer-justified" in answer.text


def test_requirements_are_asked_and_answered_with_forms(company: Company, pages_as: Enter) -> None:
    key = a_blueprint(company)
    here = f"/initiatives/{key}/blueprint"
    fields = {"title": "Stock by the minute", "journey_stage": STAGE, "goal": "G-1", "side": ""}
    assert pages_as("nao").send(f"{here}/requirements", fields, page=here).status_code == 303
    number = drawn(company, key).requirements[0].id
    cio = pages_as("cio")
    late = cio.send(f"{here}/requirements/{number}/commit", {"on": "2020-01-01"}, page=here)
    assert (late.status_code, "2020-01-01" in late.text) == (422, True)
    sent = {"text": "Hourly.", "on": "2026-12-10"}
    assert cio.send(f"{here}/requirements/{number}/counter", sent, page=here).status_code == 303
    assert pages_as("nao").send(f"{here}/requirements/{number}/agree", {}, page=here).status_code == 303
    assert asked(company, key, number).state == "committed"
    again = cio.send(f"{here}/requirements/{number}/decline", {"reason": "No."}, page=here)
    assert again.status_code == 409
    assert "さんがすでに回答しています" in again.text


def test_it_is_laid_out_as_it_was_seen(company: Company, pages_as: Enter) -> None:
    key = a_blueprint(company)
    point(company, key)
    here, cmo = f"/initiatives/{key}/blueprint", pages_as("cmo")
    revision = re.search(r'name="revision" value="(\d+)"', cmo.get(here).text)
    assert revision
    point(company, key, process="While they read")
    assert cmo.send(f"{here}/lay", {"revision": revision[1]}, page=here).status_code == 412
    assert cmo.send(f"{here}/lay", {"revision": str(drawn(company, key).row.revision)}, page=here).status_code == 303
    assert "内容を読んで署名" in pages_as("cio").get(here).text


def test_a_version_is_read_as_it_was_signed(company: Company, pages_as: Enter) -> None:
    key = full(company)
    with company.indoors():
        service.change_point(company.member("nao"), key, 1, {"system": "Warehouse"}, now=company.now)
    text = pages_as("emma").get(f"/initiatives/{key}/blueprint/versions/1").text
    assert "Stock service" in text
    assert "Warehouse" not in text
    assert pages_as("emma").get(f"/initiatives/{key}/blueprint/versions/9").status_code == 404


def test_a_goal_narrowed_later_is_told_to_nobody_else(company: Company, pages_as: Enter) -> None:
    narrowed = goal(company, title="Secret merger", visibility="involved", owners=("cmo", "cio"))
    key = a_blueprint(company)
    point(company, key, by="cmo", goal=narrowed)
    for path in ("", "/versions/1"):
        if path:
            signed(company, key)
        text = pages_as("emma").get(f"/initiatives/{key}/blueprint{path}").text
        assert "Pick-up in store" in text
        assert "Secret merger" not in text
        assert narrowed not in re.findall(r"G-\d+", text)
    assert "Secret merger" in pages_as("cmo").get(f"/initiatives/{key}/blueprint").text


def test_the_page_is_read_on_after_a_lead_has_left_whom_nobody_follows(company: Company, pages_as: Enter) -> None:
    key = full(company)
    with company.indoors():
        for name in ("cmo", "cio"):
            deactivate(address(name), by=None, now=company.later())
    assert set(led_by(company, key)) == {1}  # their manager takes one seat, and nobody sits on both
    page = pages_as("ceo").get(f"/initiatives/{key}/blueprint")
    assert (page.status_code, "リード未定の側" in page.text) == (200, True)
    assert pages_as("nao").get(f"/initiatives/{key}/blueprint").status_code == 200
