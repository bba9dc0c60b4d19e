"""A goal's life over the API and on its page: the same verbs, refused kindly, nothing typed lost, hostile text kept as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.company import Company, address
from tests.factories.goals import goal, helps, owners, row
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str], Api]
HOSTILE = "<script>alert(1)</script> *bold* & \u202eright"
VERBS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("accept", {"means": "Ours."}), ("decline", {"reason": "No."}), ("plan", {}), ("activate", {}), ("pause", {"reason": "x"}),
    ("resume", {}), ("close", {"result": "missed", "lesson": "x"}), ("contributors", {"member": address("nao")}),
)  # fmt: skip


@on_both
def test_from_the_ask_to_the_lesson_over_the_api(as_: As, company: Company) -> None:
    key = goal(company, state="draft")
    first = as_("cmo").post(f"/goals/{key}/accept", {"means": "One price everywhere."})
    assert (first.status_code, first.json["state"]) == (200, "draft")
    assert as_("cmo").post(f"/goals/{key}/accept", {"means": "Again."}).status_code == 200
    assert as_("cio").post(f"/goals/{key}/accept", {"means": "One service."}).json["state"] == "active"
    assert as_("cmo").post(f"/goals/{key}/pause", {"reason": "Rebuilding."}).json["state"] == "paused"
    assert as_("cmo").post(f"/goals/{key}/resume").json["state"] == "active"
    closed = as_("cio").post(f"/goals/{key}/close", {"result": "achieved", "lesson": "Ask the stores."})
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    late = as_("cmo").post(f"/goals/{key}/pause", {"reason": "x"})
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    history = as_("auditor").get(f"/goals/{key}/history").json
    assert [(one["verb"], one["comment"]) for one in history] == [
        ("accept", "One price everywhere."), ("accept", "One service."), ("activate", None), ("pause", "Rebuilding."),
        ("resume", None), ("close", "Ask the stores."),
    ]  # fmt: skip
    assert [one["seq"] for one in history] == list(range(1, 7))


def test_every_verb_needs_its_words_and_its_person(as_: As, company: Company) -> None:
    key, hidden = goal(company, accepted=("cmo",)), goal(company, visibility="involved")
    helps(company, key, "agency")
    for verb, field in (("accept", "means"), ("decline", "reason"), ("pause", "reason"), ("close", "lesson"), ("close", "result"),
                        ("part", "part"), ("contributors", "member")):  # fmt: skip
        answer = as_("cio").post(f"/goals/{key}/{verb}", {})
        assert (answer.status_code, field in answer.json["errors"]) == (422, True), verb
    for verb, sent in VERBS:
        for who, where, status in (("emma", key, 403), ("emma", hidden, 404), ("agency", key, 403), ("agency", hidden, 404),
                                   ("auditor", key, 403)):  # fmt: skip
            assert as_(who).post(f"/goals/{where}/{verb}", sent).status_code == status, (verb, who, where)
    assert as_("agency").get(f"/goals/{key}/history").status_code == 403
    assert as_("agency").get(f"/goals/{hidden}/people").status_code == 404


def test_what_is_missing_is_said(as_: As, company: Company) -> None:
    key = goal(company, state="accepted", metrics=(), due_on=None)
    answer = as_("cmo").post(f"/goals/{key}/activate")
    assert (answer.status_code, answer.json["code"]) == (409, "goal_not_ready")
    assert answer.json["missing"] == ["期日", "指標"]


def test_people_round_a_goal(as_: As, company: Company) -> None:
    key = goal(company)
    put = {
        "accountable": [{"member": address("cmo")}, {"department": "it", "member": address("kenji")}],
        "reason": "He runs it.",
    }
    assert as_("cmo").send("PUT", f"/goals/{key}/accountable", json={**put, "reason": ""}).status_code == 422
    assert as_("cmo").send("PUT", f"/goals/{key}/accountable", json=put).status_code == 200
    made = as_("cmo").post(f"/goals/{key}/contributors", {"member": address("agency"), "may_check_in": True})
    assert made.json["contributors"] == [{"member": address("agency"), "may_check_in": True}]
    assert as_("agency").get(f"/goals/{key}/people").json["parts"] == []
    part = as_("emma").post(f"/goals/{key}/part", {"part": "I train the stores."})
    assert [(one["member"], one["part"]) for one in part.json["parts"]] == [(address("emma"), "I train the stores.")]
    shown = as_("auditor").get(f"/goals/{key}/people").json
    assert [(one["member"], one["state"]) for one in shown["accountable"]] == [
        (address("cmo"), "accepted"), (address("kenji"), "asked"),
    ]  # fmt: skip
    assert as_("agency").get(f"/goals/{key}").status_code == 200
    assert as_("cmo").send("DELETE", f"/goals/{key}/contributors/{address('agency')}").json["contributors"] == []
    assert as_("agency").get(f"/goals/{key}").status_code == 404


def test_the_page_asks_answers_and_keeps_what_was_typed(pages_as: Callable[[str], Pages], company: Company) -> None:
    key = goal(company, state="draft", title=HOSTILE)
    helps(company, key, "agency")
    here, cmo, cio = f"/goals/{key}", pages_as("cmo"), pages_as("cio")
    refused = cmo.send(f"{here}/close", {"lesson": HOSTILE}, page=here)
    assert refused.status_code == 422
    assert "&lt;script&gt;" in refused.text
    assert "<script>alert" not in refused.text
    late = cmo.send(f"{here}/accept", {"means": "Ours.", "seen": "0123456789"}, page=here)
    assert (late.status_code, "Ours." in late.text, "内容が変わりました" in late.text) == (409, True, True)
    assert cmo.send(f"{here}/accept", {"means": "One price."}, page=here).status_code == 303
    assert "酒井 大地さんの承諾を待っています" in cmo.get(here).text
    assert cio.send(f"{here}/accept", {"means": "One service."}, page=here).location == here
    assert row(company, key).state == "active"
    assert cmo.send(f"{here}/pause", {"reason": "Rebuilding."}, page=here).status_code == 303
    assert cmo.send(f"{here}/resume", {}, page=here).status_code == 303
    for seen in (cmo, pages_as("emma"), pages_as("auditor"), pages_as("agency")):
        assert "<script>alert" not in seen.get(here).text


def test_the_page_changes_people(pages_as: Callable[[str], Pages], company: Company) -> None:
    key = goal(company)
    here, cmo = f"/goals/{key}", pages_as("cmo")
    chosen = {"first": f"marketing {address('cmo')}", "second": f"it {address('kenji')}"}
    assert cmo.send(f"{here}/owners", chosen, page=here).status_code == 422
    assert cmo.send(f"{here}/owners", {**chosen, "reason": "He runs it."}, page=here).status_code == 303
    assert [one.member_id for one in owners(company, key)] == [company.id("cmo"), company.id("kenji")]
    for garbage in (
        {"first": ""},
        {**chosen, "first": ""},
        {"first": "x"},
        {"first": "it  ", "second": "\u0000"},
        {**chosen, "second": chosen["first"]},
    ):
        assert cmo.send(f"{here}/owners", {**garbage, "reason": "x"}, page=here).status_code == 422, garbage
    assert (
        cmo.send(f"{here}/contributors", {"member": address("agency"), "may_check_in": "1"}, page=here).status_code
        == 303
    )
    assert "外部 健" in cmo.get(here).text
    assert f"{here}/people#owners" in cmo.get(here).text
    assert "小野 健二（情報システム部）" in cmo.get(f"{here}/people").text
    assert "<select" not in pages_as("sales-lead").get(f"{here}/people").text
    assert cmo.send(f"{here}/contributors/remove", {"member": address("agency")}, page=here).status_code == 303
    assert cmo.send(f"{here}/contributors/remove", {"member": address("agency")}, page=here).status_code == 422
    emma = pages_as("emma")
    assert emma.send(f"{here}/part", {"part": "I train the stores."}, page=here).status_code == 303
    assert "I train the stores." in emma.get(here).text


@pytest.mark.parametrize("state", ["candidate", "draft", "accepted", "active", "paused", "closed"])
def test_the_page_stands_in_every_state_for_everybody(
    pages_as: Callable[[str], Pages], company: Company, state: str
) -> None:
    key = goal(company, state=state)
    helps(company, key, "agency")
    for name in ("cmo", "agency"):
        assert pages_as(name).get(f"/goals/{key}").status_code == 200, name


FIELDS = {
    "accept": ("means", "seen"), "decline": ("reason",), "pause": ("reason",), "close": ("result", "lesson"), "part": ("part",),
    "contributors": ("member", "may_check_in"), "accountable": ("accountable", "reason"),
}  # fmt: skip
GOOD = {
    "accept": {"means": "Ours."}, "decline": {"reason": "No."}, "pause": {"reason": "x"}, "close": {"result": "missed", "lesson": "x"},
    "part": {"part": "x"}, "contributors": {"member": address("nao")},
    "accountable": {"accountable": [{"member": address("kenji")}], "reason": "x"},
}  # fmt: skip
ODD: tuple[Any, ...] = (
    "a\x00b", "\ud800", "x" * 100_000, [], {}, [{}], [[]], [{"member": [], "department": {}}], -1, 10**30, True, None,
    [{"member": "\x00"}, {"member": "x" * 300}],
)  # fmt: skip


def test_nothing_that_can_be_sent_is_an_error_of_ours(as_: As, company: Company) -> None:
    cio, open_one = as_("cio"), goal(company, state="draft")
    for verb, names in FIELDS.items():
        for name in names:
            for odd in ODD:
                key = goal(company) if verb in ("close", "accountable", "pause") else open_one
                method = "PUT" if verb == "accountable" else "POST"
                body = json.dumps({**GOOD[verb], name: odd})
                status = cio.send(
                    method, f"/goals/{key}/{verb}", data=body, content_type="application/json"
                ).status_code
                assert status in (200, 403, 409, 422), (verb, name, str(odd)[:40], status)


@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 400, "²"])
def test_a_goal_no_database_holds_is_not_there(
    as_: As, pages_as: Callable[[str], Pages], company: Company, number: str
) -> None:
    caller, page = as_("cmo"), pages_as("cmo")
    for verb, sent in VERBS:
        assert caller.post(f"/goals/G-{number}/{verb}", sent).status_code == 404
    for path in ("people", "history"):
        assert caller.get(f"/goals/G-{number}/{path}").status_code == 404
    assert page.get(f"/goals/G-{number}/history").status_code == 404
    assert (
        page.send(f"/goals/G-{number}/close", {"result": "missed", "lesson": "x"}, page="/goals/G-1").status_code == 404
    )


def test_its_history_tells_of_no_hidden_parent(as_: As, pages_as: Callable[[str], Pages], company: Company) -> None:
    hidden = goal(company, "Quiet", owners=("sales-lead",), visibility="involved")
    key = goal(company, owners=("sales-lead",))
    tied = as_("sales-lead").send(
        "PUT", f"/goals/{key}/parents", json={"parents": [{"goal": hidden, "kind": "support"}]}
    )
    assert tied.status_code == 200
    assert hidden in as_("sales-lead").get(f"/goals/{key}/history").text
    assert hidden not in as_("kenji").get(f"/goals/{key}/history").text
    shown = pages_as("kenji").get(f"/goals/{key}/history")
    assert shown.status_code == 200
    assert "上位の目標を変更" in shown.text
    assert pages_as("agency").get(f"/goals/{key}/history").status_code == 404
