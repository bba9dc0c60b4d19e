"""Incidents over the API, on pages and in Slack: raised in one line, taken by one, written down as it was said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from collab.incidents import messages, rules, service
from collab.incidents.slack import lines
from collab.incidents.slack.cards import card_for
from collab.kernel.i18n import Reader
from collab.slack.talk import Say, Talk, Typed
from tests.factories import Company
from tests.factories.incidents import TEXT, alerted, incident, paged
from tests.parts.at_once import DONE, ends
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str], Api]
HOSTILE = "<b>x</b> *bold* <@U123> <!channel> & \u202eright"


@on_both
def test_from_the_alert_to_the_review_over_the_api(as_: As, company: Company) -> None:
    made = as_("mika").post("/incidents", {"text": TEXT, "department": "service", "link": "https://example.com/p"})
    assert (made.status_code, made.json["state"], made.headers["Location"]) == (201, "raised", "/api/v1/incidents/T-1")
    assert {one["member"] for one in made.json["paged"]} == {"cmo@example.com", "service-lead@example.com"}
    cmo = as_("cmo")
    assert cmo.post("/incidents/T-1/take").json["taken_by"] == "cmo@example.com"
    late = as_("service-lead").post("/incidents/T-1/take")
    assert (late.status_code, late.json["code"]) == (409, "already_taken")
    assert as_("mika").post("/incidents/T-1/timeline", {"text": "It spreads."}).status_code == 200
    assert cmo.post("/incidents/T-1/answer", {"text": "We are sorry."}).json["state"] == "answered"
    assert cmo.post("/incidents/T-1/close", {"what_happened": "Lost"}).status_code == 422
    assert (
        cmo.post("/incidents/T-1/close", {"what_happened": "Lost", "root_cause": "Sundays"}).json["state"] == "closed"
    )
    learnt = cmo.post(
        "/incidents/T-1/review", {"findings": "Much", "actions": [{"title": "A rota", "to_department": "service"}], "goal": "G-1"}
    )  # fmt: skip
    assert learnt.json == {"tasks": ["T-2"], "goals": ["G-1"]}
    verbs = [event["verb"] for event in as_("auditor").get("/incidents/T-1/history").json]
    ours = [verb for verb in verbs if verb.startswith("incident.")]
    assert ours == [f"incident.{verb}" for verb in ("raise", "page", "take", "note", "answer", "close", "review")]


def test_a_task_of_severity_brand_over_the_api_is_the_same(as_: As, company: Company) -> None:
    sent = {"title": "It burns", "to_department": "service", "severity": "brand"}
    assert as_("kenji").post("/tasks", sent).status_code == 201
    assert as_("kenji").get("/incidents/T-1").json["state"] == "raised"


def test_an_open_incident_stands_once_in_the_inbox(as_: As, company: Company) -> None:
    alerted(company)
    assert [row["key"] for row in as_("cmo").get("/me/inbox").json] == ["T-1"]
    as_("cmo").post("/incidents/T-1/take")
    assert [row["key"] for row in as_("cmo").get("/me/inbox").json] == ["T-1"]


def test_a_guest_pages_people_for_two_open_alerts_at_most(as_: As, company: Company) -> None:
    for _each in range(2):
        assert as_("agency").post("/incidents", {"text": TEXT}).status_code == 201
    third = as_("agency").post("/incidents", {"text": TEXT})
    assert (third.status_code, third.json["code"]) == (409, "alerts_of_a_guest")
    as_("cmo").post("/incidents/T-1/false_alarm", {"reason": "A joke"})
    assert as_("agency").post("/incidents", {"text": TEXT}).status_code == 201
    assert as_("mika").post("/incidents", {"text": TEXT}).status_code == 201


def test_who_may_what_over_the_api(as_: As, company: Company) -> None:
    alerted(company, "agency")
    alerted(company)
    assert [row["key"] for row in as_("agency").get("/incidents").json] == ["T-1"]
    assert as_("agency").get("/incidents/T-2").status_code == 404
    assert as_("agency").post("/incidents/T-1/timeline", {"text": "More"}).status_code == 200
    for verb, sent in (("take", {}), ("answer", {"text": "x"}), ("false_alarm", {"reason": "x"})):
        assert as_("agency").post(f"/incidents/T-1/{verb}", sent).status_code == 403
        assert as_("agency").post(f"/incidents/T-2/{verb}", sent).status_code == 404
        assert as_("kenji").post(f"/incidents/T-2/{verb}", sent).status_code == 403
        assert as_("auditor").post(f"/incidents/T-2/{verb}", sent).status_code == 403
    assert as_("auditor").post("/incidents", {"text": "x"}).status_code == 403
    assert as_("mika").get("/incidents/T-99").status_code == 404
    assert as_("mika").get("/incidents/PR-1").status_code == 404


def test_the_timeline_holds_nothing_of_a_comment_that_was_put_right_or_taken_back(as_: As, company: Company) -> None:
    key, kenji = alerted(company, "agency"), as_("kenji")
    said = kenji.post(f"/subjects/{key}/comments", {"body": "The secret supplier is to blame."}).json["id"]
    assert kenji.patch(f"/subjects/{key}/comments/{said}", {"body": "Somebody else is."}).status_code == 200
    assert kenji.post(f"/subjects/{key}/comments/{said}/withdraw").status_code == 200
    for reader in ("agency", "mika", "kenji", "auditor"):
        told = as_(reader).get(f"/incidents/{key}/history")
        assert {"comment", "comment_corrected", "comment_withdrawn"} <= {event["verb"] for event in told.json}
        assert "secret supplier" not in told.text
        assert "Somebody else" not in told.text
    assert next(event for event in told.json if event["verb"] == "incident.page")["details"]["people"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"since_at": "yesterday"}, "since_at"),
        ({"since_at": "2026-11-18T09:00"}, "since_at"),
        ({"department": "moon"}, "department"),
        ({"text": "a\x00b"}, "text"),
    ],
)
def test_bad_input_is_named_and_nobody_is_paged(as_: As, company: Company, change: dict[str, str], field: str) -> None:
    answer = as_("mika").post("/incidents", {"text": TEXT, **change})
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)
    assert as_("mika").get("/incidents").json == []


def talk(company: Company, name: str, rest: str) -> Talk:
    member = company.member(name)
    return Talk(member, Reader("ja", member.zone), company.now, "T1", "U1", typed=Typed("", rest))


@pytest.mark.parametrize(
    ("typed", "department", "text"),
    [
        ("@カスタマーサービス部 ギフトが届かず炎上しています", "service", "ギフトが届かず炎上しています"),
        ("ギフトが届きません ＠営業部 至急です", "sales", "ギフトが届きません 至急です"),
        ("people are angry at @unknown_brand", "marketing", "people are angry at @unknown_brand"),
        ("炎上", "marketing", "炎上"),
    ],
)
def test_one_typed_line_pages_everybody(company: Company, typed: str, department: str, text: str) -> None:
    with company.indoors():
        answer = lines.alert(talk(company, "mika", typed))
    assert isinstance(answer, Say)
    row = incident(company, "T-1")
    assert (row.department_code, row.text) == (department, text)
    assert "cmo" in paged(company, "T-1")["cx_owner"]


def test_the_card_says_how_long_there_is_and_builds_nothing_from_user_text(company: Company) -> None:
    key = alerted(company, text=HOSTILE)
    with company.indoors():
        from collab.incidents import queries

        row = queries.find_incident(key)
        now = card_for(row, company.member("cmo"), Reader("en", "Asia/Tokyo"), company.later(minutes=8))
        assert now
        assert now.can == {"take", "answer", "note", "false_alarm"}
        said = str(messages.card(now, Reader("en", "Asia/Tokyo")).blocks)
    assert "52 minutes left" in said
    assert "<@U123>" not in said
    assert "<!channel>" not in said


def test_pages_raise_take_and_close_and_the_banner_is_for_those_concerned(
    pages_as: Callable[[str], Pages], company: Company
) -> None:
    mika, cmo, kenji = pages_as("mika"), pages_as("cmo"), pages_as("kenji")
    assert mika.send("/alert", {"text": ""}, page="/alert").status_code == 422
    made = mika.send("/alert", {"text": f"<script>alert(1)</script> {TEXT}", "department": "service"}, page="/alert")
    assert made.location == "/incidents/T-1"
    assert "<script>alert" not in cmo.get("/incidents/T-1").text
    assert 'href="/incidents/T-1"' in cmo.get("/goals").text
    assert 'href="/incidents/T-1"' not in kenji.get("/goals").text
    assert cmo.send("/incidents/T-1/take", {}, page="/incidents/T-1").status_code == 303
    assert cmo.send("/incidents/T-1/take", {}, page="/incidents/T-1").status_code == 409
    assert cmo.send("/incidents/T-1/answer", {"text": "Sorry"}, page="/incidents/T-1").status_code == 303
    wrong = cmo.send("/incidents/T-1/close", {"what_happened": "Kept words"}, page="/incidents/T-1")
    assert wrong.status_code == 422
    assert "Kept words" in wrong.text
    done = {"what_happened": "Lost", "root_cause": "Sundays"}
    assert cmo.send("/incidents/T-1/close", done, page="/incidents/T-1").status_code == 303
    review = {"findings": "Much", "actions.0.title": "A rota", "actions.0.to_department": "moon"}
    assert cmo.send("/incidents/T-1/review", review, page="/incidents/T-1").status_code == 422
    review["actions.0.to_department"] = "service"
    assert cmo.send("/incidents/T-1/review", review, page="/incidents/T-1").status_code == 303
    for path in ("/incidents", "/incidents/T-1", "/incidents?page=2"):
        assert kenji.get(path).status_code == 200


@on_both
def test_of_two_who_take_it_at_once_one_does(company: Company) -> None:
    key = alerted(company)
    takers = [company.member(name) for name in ("cmo", "service-lead")]
    answers = ends(company, *(partial(service.take, one, key, now=company.now) for one in takers))
    assert sorted(answers) == ["already_taken", DONE]


@pytest.mark.parametrize(
    "wrong", [{"reply": "soon"}, {"cx_owner": "the boss"}, {"communications": []}, {"colour": "red"}, {"cx_owner": ["office:CMO", "office:CIO"]}]
)  # fmt: skip
def test_a_file_that_cannot_be_read_stops_the_start_with_one_line(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"incidents\.toml"):
        rules.parse(wrong)
