"""Writing goals, their metrics and journey stages over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import goal, metric_ids, row
from tests.parts.clients import Api

As = Callable[[str], Api]
BODY = {
    "title": "Answer every customer within four hours",
    "outcome": "Nobody asks twice",
    "journey_stage": None,
    "parents": [{"goal": "G-1", "kind": "contribute", "share": 40}],
    "metric": {"name": "Answered within 4 h", "unit": "%", "kind": "increase", "baseline": "61.5", "baseline_on": "2026-09-30",
               "target": "90"},
    "starts_on": "2026-10-01", "due_on": "2027-03-31",
    "accountable": [{"department": "marketing", "member": address("mika")}, {"department": "it", "member": address("kenji")}],
}  # fmt: skip


def test_a_goal_as_the_contract_writes_it(as_: As, company: Company) -> None:
    made = as_("cmo").post("/goals", BODY)
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/goals/{made.json['key']}")
    assert made.json["state"] == "draft"
    assert made.json["accountable"][1]["member"] == address("kenji")
    shown = as_("mika").get(f"/goals/{made.json['key']}")
    assert shown.json["title"] == BODY["title"]


def test_a_repeated_write_is_one(as_: As, company: Company) -> None:
    key = {"Idempotency-Key": "a-1"}
    first = as_("cmo").post("/goals", BODY, headers=key).json["key"]
    assert as_("cmo").post("/goals", BODY, headers=key).json["key"] == first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"metric": {"kind": "increase"}}, "metric.name"),
        ({"metric": {"name": "M", "target": "1e9"}}, "metric.target"),
        ({"metric": {"name": "M", "target": "9" * 40}}, "metric.target"),
        ({"metric": {"name": "M", "target": "NaN"}}, "metric.target"),
        ({"metric": {"name": "M", "per": 7}}, "metric.per"),
        ({"metric": {"name": "M", "type": "nps", "target": "101"}}, "metric.target"),
        ({"metric": {"name": "M", "position": 1}}, "metric.position"),
        ({"parents": [{"goal": "G-1", "share": 0}]}, "parents.0.share"),
        ({"parents": [{"goal": "G-1", "share": 60}, {"goal": "G-1", "share": 50}]}, "parents.1.goal"),
        ({"parents": [{"goal": "G-2"}]}, "parents.0.goal"),
        ({"accountable": [{"department": "marketing"}]}, "accountable.0.member"),
        ({"accountable": [BODY["accountable"][0]] * 3}, "accountable"),  # type: ignore[index]
        ({"period": "2026"}, "period"),
        ({"state": "active"}, "state"),
        ({"due_on": "2026-09-30"}, "due_on"),
        ({"owner": "mika"}, "owner"),
    ],
)
def test_what_cannot_be_is_named(as_: As, change: dict[str, Any], field: str) -> None:
    answer = as_("cmo").post("/goals", {**BODY, **change})
    assert (answer.status_code, field in answer.json.get("errors", {})) == (422, True), answer.json


def test_who_writes_what(as_: As, company: Company) -> None:
    assert as_("mika").post("/goals", BODY).json["state"] == "candidate"
    assert as_("mika").post("/goals", {**BODY, "state": "draft"}).status_code == 403
    assert as_("agency").post("/goals", BODY).status_code == 403
    assert as_("auditor").post("/goals", BODY).status_code == 403


def test_a_change_guards_against_somebody_elses(as_: As, company: Company) -> None:
    key = goal(company, owners=("cmo",))
    answer = as_("cmo").patch(f"/goals/{key}", {"title": "Better"})
    assert (answer.status_code, "reason" in answer.json["errors"]) == (422, True)
    sent = {"title": "Better", "reason": "Clearer."}
    assert as_("cmo").patch(f"/goals/{key}", sent, headers={"If-Match": '"7.x"'}).status_code == 412
    assert as_("cmo").patch(f"/goals/{key}", sent, headers={"If-Match": '"1.x"'}).status_code == 200
    assert row(company, key).title == "Better"
    assert as_("kenji").patch(f"/goals/{key}", sent).status_code == 403
    assert as_("agency").patch(f"/goals/{key}", sent).status_code == 404


def test_parents_are_one_list(as_: As, company: Company) -> None:
    key, parent = goal(company, owners=("cmo",)), goal(company, owners=("cmo",))
    put = {"parents": [{"goal": parent, "kind": "contribute", "share": 50}, {"goal": "G-1", "kind": "support"}]}
    assert as_("cmo").send("PUT", f"/goals/{key}/parents", json=put).status_code == 200
    back = as_("cmo").send("PUT", f"/goals/{parent}/parents", json={"parents": [{"goal": key, "share": 1}]})
    assert (back.status_code, list(back.json["errors"])) == (422, ["parents"])
    assert key in str(back.json["errors"])


def test_metrics_are_added_changed_and_taken_away(as_: As, company: Company) -> None:
    key = goal(company, owners=("cmo",), state="draft", metrics=())
    caller = as_("cmo")
    assert caller.post(f"/goals/{key}/metrics", {"name": "NPS", "type": "nps", "target": "40"}).status_code == 201
    assert caller.post(f"/goals/{key}/metrics", {"name": "Effort", "type": "ces", "position": 1}).status_code == 201
    effort, nps = metric_ids(company, key)
    assert caller.patch(f"/goals/{key}/metrics/{nps}", {"target": "50", "position": 1}).status_code == 200
    assert caller.patch(f"/goals/{key}/metrics/{nps}", {"name": " "}).status_code == 422
    assert metric_ids(company, key) == [nps, effort]
    assert caller.send("DELETE", f"/goals/{key}/metrics/{effort}").status_code == 200
    assert metric_ids(company, key) == [nps]
    assert caller.send("DELETE", f"/goals/{key}/metrics/{effort}").status_code == 404
    assert caller.patch(f"/goals/{key}/metrics/{10**12}", {"target": "50"}).status_code == 404
    assert as_("auditor").patch(f"/goals/{key}/metrics/{nps}", {"target": "60"}).status_code == 403


def test_a_running_goal_is_measured_otherwise_with_a_reason(as_: As, company: Company) -> None:
    key = goal(company, owners=("cmo",))
    (metric,) = metric_ids(company, key)
    assert as_("cmo").send("DELETE", f"/goals/{key}/metrics/{metric}").status_code == 422
    assert as_("cmo").send("DELETE", f"/goals/{key}/metrics/{metric}?reason=Wrong").status_code == 200


def test_journey_stages(as_: As, company: Company) -> None:
    cmo = as_("cmo")
    visit = {"code": "visit", "name_en": "Visit", "name_ja": "来店", "department": "sales"}
    assert (
        cmo.post("/journey-stages", {"code": "care", "name_en": "Care", "name_ja": "アフターケア"}).status_code == 201
    )
    made = cmo.post("/journey-stages", {**visit, "hands_to": "care", "hands_over": "What was bought"})
    assert (made.status_code, made.json["position"]) == (201, 2)
    assert cmo.post("/journey-stages", visit).status_code == 409
    assert cmo.patch("/journey-stages/care", {"position": 3, "department": "service"}).status_code == 200
    assert cmo.patch("/journey-stages/none", {"position": 3}).status_code == 404
    assert cmo.patch("/journey-stages/care", {"hands_to": "care"}).status_code == 422
    assert cmo.patch("/journey-stages/care", {"name_ja": ""}).status_code == 422
    assert cmo.patch("/journey-stages/care", {"position": 1}, headers={"If-Match": '"9"'}).status_code == 412
    for bad in (
        {"code": "Über"},
        {"hands_to": "moon"},
        {"department": "garden"},
        {"hands_over": "x", "hands_to": None},
    ):
        assert cmo.post("/journey-stages", {**visit, "code": "x", **bad}).status_code == 422, bad
    hidden = goal(company, owners=("mika",), visibility="involved", journey_stage="visit")
    seen = goal(company, owners=("mika",), journey_stage="visit")
    assert as_("kenji").get("/journey-stages").json[0]["goals"] == [seen]
    assert as_("mika").get("/journey-stages").json[0]["goals"] == [hidden, seen]
    assert as_("mika").post("/journey-stages", visit).status_code == 403
    assert as_("agency").get("/journey-stages").status_code == 403
    assert as_("admin").patch("/journey-stages/visit", {"hands_to": None, "hands_over": None}).status_code == 200
    assert as_("auditor").patch("/journey-stages/visit", {"position": 9}).status_code == 403
