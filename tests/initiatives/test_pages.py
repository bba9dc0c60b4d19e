"""Initiatives on pages: the customer first, what is asked of whom, both sides side by side; a guest reads the least of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import goal
from tests.factories.initiatives import PROBLEM, STAGE, TITLE, a_stage, an_initiative, led_by, seen
from tests.initiatives.healths import said
from tests.parts.clients import Pages

HOSTILE = "<script>alert(1)</script> {{7*7}} & \u202eright"
On = Callable[[str], Pages]
KEY = "I-1"


def typed(**changes: str) -> dict[str, str]:
    """What somebody types into the form of a new one."""
    names = {name.replace("__", "."): value for name, value in changes.items()}
    return {
        "problem": PROBLEM, "journey_stage": STAGE, "goals.0": "G-1", "title": TITLE, "lead.1": address("cmo"),
        "lead.2": address("cio"), "kind": "delivery", "visibility": "company", **names,
    }  # fmt: skip


def text(page: str) -> str:
    """What a reader sees of a page's body."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_the_form_begins_with_the_customer_and_loses_nothing(pages_as: On, company: Company) -> None:
    a_stage(company)
    mika = pages_as("mika")
    form = mika.get("/initiatives/new?goal=G-1").text
    order = [
        form.index(f'name="{one}"')
        for one in ("problem", "journey_stage", "goals.0", "title", "lead.1", "lead.2", "kind")
    ]
    assert order == sorted(order)
    assert 'value="G-1" selected' in form
    for field, sent in (
        ("problem", typed(problem=" ", title=HOSTILE)),
        ("lead.2", typed(title=HOSTILE, lead__2=address("auditor"))),
    ):
        wrong = mika.send("/initiatives", sent, page="/initiatives/new")
        assert wrong.status_code == 422
        assert "&lt;script&gt;alert(1)" in wrong.text
        assert f'href="#f-{field}"' in wrong.text
    kept = mika.send("/initiatives", typed(), page="/initiatives/new")
    assert (kept.status_code, kept.headers["Location"]) == (303, f"/initiatives/{KEY}")
    assert led_by(company, KEY) == {1: "cmo", 2: "cio"}
    assert seen(company, KEY).goals


def test_the_paper_says_what_it_is_for_where_it_stands_and_what_is_asked(pages_as: On, company: Company) -> None:
    key = an_initiative(company, participants=("nao",))
    page = pages_as("cmo").get(f"/initiatives/{key}").text
    told = text(page)
    assert told.index(PROBLEM) < told.index("合意書") < told.index("リード")
    assert 'aria-current="step"' in page
    assert f"/initiatives/{key}/charter" in page[page.index('id="asked"') :]
    others = pages_as("kenji").get(f"/initiatives/{key}").text
    assert 'id="asked"' not in others
    assert f"{key}/edit" not in others
    assert pages_as("kenji").get(f"/initiatives/{key}/edit").status_code == 403


def test_the_two_sides_stand_side_by_side_and_that_they_differ_is_said(pages_as: On, company: Company) -> None:
    key = an_initiative(company, state="active")
    said(company, key, {"cmo": "on_track", "cio": "off_track"})
    worse, fine = key, an_initiative(company, title="Everything is fine", state="scaling")
    page = text(pages_as("cmo").get(f"/initiatives/{key}").text)
    assert "見方が分かれています" in page
    assert "順調" in page
    assert "遅れ" in page
    listed = pages_as("kenji").get("/initiatives").text
    assert listed.index(f"/initiatives/{worse}") < listed.index(f"/initiatives/{fine}")
    assert "双方の見方が異なります" in listed


def test_a_guest_reads_the_least(pages_as: On, company: Company) -> None:
    hidden = goal(company, "Halve the budget of the call centre", visibility="involved")
    key = an_initiative(company, state="active", guests=("agency",), goals=("G-1", hidden))
    said(company, key, {"cmo": "on_track", "cio": "off_track"})
    guest = pages_as("agency")
    page = guest.get(f"/initiatives/{key}")
    assert page.status_code == 200
    assert PROBLEM in page.text
    for secret in ("Halve the budget", "見方が分かれています", "合意書", 'id="history"', 'id="goals"', "Feed is late"):
        assert secret not in page.text, secret
    assert "遅れ" not in guest.get("/initiatives").text
    assert [guest.get(f"/initiatives/{key}/{part}").status_code for part in ("edit", "charter")] == [403, 404]
    assert guest.get("/initiatives/new").status_code == 403
    assert pages_as("cmo").get(f"/initiatives/{key}").text.count("Halve the budget") <= 1
    other = an_initiative(company, title="Not theirs")
    assert guest.get(f"/initiatives/{other}").status_code == 404
    assert "Not theirs" not in guest.get("/initiatives").text


def test_every_part_is_changed_on_its_own_form(pages_as: On, company: Company) -> None:
    key = an_initiative(company)
    more = goal(company, "Another goal")
    cmo, at = pages_as("cmo"), f"/initiatives/{key}/edit"

    def sent(path: str, data: dict[str, str]) -> int:
        return cmo.send(f"/initiatives/{key}/{path}", data, page=at).status_code

    assert sent("edit", {**typed(title="Stock you can trust"), "seen_version": "1"}) == 303
    assert seen(company, key).title == "Stock you can trust"
    assert sent("edit", {**typed(title="Stale"), "seen_version": "1"}) == 412
    assert sent("edit", {**typed(title=""), "seen_version": "2"}) == 422, "an emptied title is not left as it was"
    assert sent("edit", {**typed(problem=" "), "seen_version": "2"}) == 422
    assert seen(company, key).title == "Stock you can trust"
    assert sent("goals", {"goal": more}) == 303
    assert sent("goals/remove", {"goal": "G-1"}) == 303
    assert sent("goals/remove", {"goal": more}) == 422, "the last one stays"
    assert sent("participants", {"member": address("nao"), "part": "Store trial"}) == 303
    assert sent("participants", {"member": "nobody@example.com"}) == 422
    assert "Store trial" in cmo.get(f"/initiatives/{key}").text
    assert sent("participants/remove", {"member": address("nao")}) == 303
    third = {"lead.1": address("cmo"), "lead.2": address("cio"), "lead.3": address("kenji"), "area": "data"}
    assert sent("leads", third) == 303
    assert led_by(company, key)[3] == "kenji"
    assert sent("leads", {**third, "lead.3": "", "area": ""}) == 303
    assert led_by(company, key) == {1: "cmo", 2: "cio"}
    assert sent("leads", {**third, "lead.2": address("cmo")}) == 422


def test_a_press_that_comes_too_soon_is_answered_on_the_page(pages_as: On, company: Company) -> None:
    key = an_initiative(company)
    cmo = pages_as("cmo")
    assert cmo.send(f"/initiatives/{key}/start", {}, page="/").status_code == 409
    words = {"result": "stopped", "outcome": HOSTILE, "lesson": ""}
    refused = cmo.send(f"/initiatives/{key}/close", words, page=f"/initiatives/{key}")
    assert refused.status_code == 422
    assert "&lt;script&gt;" in refused.text
    done = cmo.send(f"/initiatives/{key}/close", {**words, "lesson": "Ask sooner."}, page=f"/initiatives/{key}")
    assert done.status_code == 303
    assert "Ask sooner." in cmo.get(f"/initiatives/{key}").text
    other = an_initiative(company, title="Another")
    whole = {**words, "lesson": "Mine"}
    assert pages_as("kenji").send(f"/initiatives/{other}/close", whole, page="/").status_code == 403


def test_a_goal_shows_what_serves_it_and_somebody_follows_it(pages_as: On, company: Company) -> None:
    key = an_initiative(company)
    kenji = pages_as("kenji")
    assert f"/initiatives/{key}" in kenji.get("/goals/G-1").text
    assert 'href="/initiatives"' in kenji.get("/").text
    assert kenji.send(f"/initiatives/{key}/follow", {"wish": "follow"}, page=f"/initiatives/{key}").status_code == 303
    assert "フォロー解除" in kenji.get(f"/initiatives/{key}").text
    auditor = pages_as("auditor")
    assert auditor.get(f"/initiatives/{key}").status_code == 200
    assert auditor.send(f"/initiatives/{key}/follow", {"wish": "follow"}, page="/").status_code == 403


def test_an_empty_list_says_what_to_do_and_filters_narrow(pages_as: On, company: Company) -> None:
    mika = pages_as("mika")
    empty = mika.get("/initiatives").text
    assert "お客様が今お困りのこと" in empty
    assert "/initiatives/new" in empty
    key = an_initiative(company)
    for query, there in (("view=mine", False), ("state=idea", True), ("state=pilot", False), ("side=it", True), ("view=cross", True),
                         ("department=sales", False), ("page=99999999", True), ("state=nonsense", False)):  # fmt: skip
        page = mika.get(f"/initiatives?{query}")
        assert page.status_code == 200, query
        assert (f"/initiatives/{key}" in page.text) is there, query
