"""Initiatives over the API: written, read, changed with what was seen, repeated safely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from collab.initiatives.models import Initiative
from collab.kernel.db import db
from tests.factories.company import Company
from tests.factories.initiatives import CLOSING, STAGE, a_stage, an_initiative, initiative_fields, lead, led_by
from tests.parts.clients import Api

As = Callable[[str | None], Api]


def test_one_is_written_and_read(company: Company, as_: As) -> None:
    a_stage(company)
    made = as_("mika").post(
        "/initiatives", initiative_fields(leads=[lead(1, "marketing", "cmo"), lead(2, "it", "kenji")])
    )
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/initiatives/I-1")
    body = as_("emma").get("/initiatives/I-1").json
    assert body == {
        "key": "I-1", "state": "idea", "version": 1, "kind": "delivery", "title": "Stock of the store on the phone",
        "problem": "Customers drive to a store for what is not there", "journey_stage": STAGE, "hypothesis": None,
        "measured_by": None, "stops_on": None, "visibility": "company", "creator": "mika@example.com",
        "created_at": body["created_at"], "started_at": None, "closed_at": None, "result": None, "outcome": None, "lesson": None,
        "leads": [_lead(1, "marketing", "business", "cmo"), _lead(2, "it", "it", "kenji")], "participants": [],
        "goals": ["G-1"], "goals_hidden": False, "charter": "none", "lacks": [], "can": [],
    }  # fmt: skip
    assert as_("mika").get("/initiatives/I-1").json["can"] == ["edit", "share", "name_leads"]
    assert as_("kenji").get("/initiatives/I-1").json["can"] == ["edit", "share", "name_leads", "close"]
    assert as_("auditor").get("/initiatives/I-1").json["can"] == []
    assert [
        row["key"] for row in as_("emma").get("/initiatives?cross_silo=yes&state=idea&department=it&sort=title").json
    ] == ["I-1"]


def _lead(slot: int, department: str, side: str, name: str) -> dict[str, Any]:
    said = dict.fromkeys(("area", "health", "health_note", "health_at"))
    return {"slot": slot, "department": department, "side": side, "member": f"{name}@example.com", **said}


def test_every_complaint_names_its_field(company: Company, as_: As) -> None:
    a_stage(company)
    wrong = initiative_fields(
        problem="", journey_stage="moon", goals=["G-9"], leads=[lead(1, "marketing", "cmo"), lead(2, "it", "mika")]
    )
    refused = as_("mika").post("/initiatives", wrong)
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")
    assert set(refused.json["errors"]) == {"problem"}  # what cannot be read is said first
    refused = as_("mika").post("/initiatives", {**wrong, "problem": "They wait"})
    assert set(refused.json["errors"]) == {"journey_stage", "goals.0", "leads.1.member"}
    assert as_("mika").post("/initiatives", initiative_fields(moon=1)).status_code == 422


def test_the_tag_of_what_was_read_guards_what_is_written(company: Company, as_: As) -> None:
    key = an_initiative(company)
    read = as_("cmo").get(f"/initiatives/{key}")
    tag = {"If-Match": read.headers["ETag"]}
    assert (
        as_("cmo").send("GET", f"/initiatives/{key}", headers={"If-None-Match": read.headers["ETag"]}).status_code
        == 304
    )
    assert as_("cio").patch(f"/initiatives/{key}", {"measured_by": "Visits"}).status_code == 200
    leads = {"leads": [lead(1, "marketing", "mika")]}
    for method, path, body in (
        ("PATCH", "", {"title": "Mine"}), ("PUT", "/leads", leads), ("POST", "/goals", {"goal": "G-1"}), ("POST", "/close", CLOSING),
        ("DELETE", "/goals/G-1", None),
    ):  # fmt: skip
        more = {} if body is None else {"json": body}
        late = as_("cmo").send(method, f"/initiatives/{key}{path}", headers=tag, **more)
        assert (late.status_code, late.json["code"]) == (412, "stale"), (method, path)
    fresh = {"If-Match": as_("cmo").get(f"/initiatives/{key}").headers["ETag"]}
    assert as_("cmo").send("PUT", f"/initiatives/{key}/leads", headers=fresh, json=leads).status_code == 200
    assert led_by(company, key)[1] == "mika"


def test_the_same_sent_twice_is_written_once(company: Company, as_: As) -> None:
    a_stage(company)
    key = {"Idempotency-Key": "once"}
    both = [as_("mika").send("POST", "/initiatives", headers=key, json=initiative_fields()) for _ in range(2)]
    assert [one.json["key"] for one in both] == ["I-1", "I-1"]
    with company.indoors():
        assert db.session.scalar(select(func.count()).select_from(Initiative)) == 1


def test_people_and_goals_come_and_go(company: Company, as_: As) -> None:
    key, cmo = an_initiative(company, state="active"), as_("cmo")
    body = cmo.post(f"/initiatives/{key}/participants", {"member": "emma@example.com", "part": "London"}).json
    assert body["participants"] == [{"member": "emma@example.com", "department": "sales", "part": "London"}]
    assert cmo.send("DELETE", f"/initiatives/{key}/participants/emma@example.com").json["participants"] == []
    assert cmo.send("DELETE", f"/initiatives/{key}/participants/emma@example.com").status_code == 422
    assert cmo.send("DELETE", f"/initiatives/{key}/goals/G-1").json["errors"].keys() == {"goal"}
    third = {"leads": [lead(3, "it", "admin", "infrastructure")]}
    assert cmo.send("PUT", f"/initiatives/{key}/leads", json=third).json["leads"][2]["area"] == "infrastructure"
    refused = cmo.send("PUT", f"/initiatives/{key}/leads", json={"leads": [lead(2, "it", "kenji")]})
    assert (refused.status_code, refused.json["code"]) == (403, "initiative_other_side")


def test_its_end_is_said_and_nothing_after_it(company: Company, as_: As) -> None:
    key = an_initiative(company, state="active")
    assert as_("cmo").post(f"/initiatives/{key}/start").status_code == 409
    assert set(as_("cmo").post(f"/initiatives/{key}/close", {"result": "silence"}).json["errors"]) == {
        "result",
        "outcome",
        "lesson",
    }
    over = as_("cmo").post(f"/initiatives/{key}/close", CLOSING)
    assert (over.status_code, over.json["state"], over.json["lesson"], over.json["can"]) == (
        200,
        "closed",
        CLOSING["lesson"],
        [],
    )
    assert as_("cmo").patch(f"/initiatives/{key}", {"title": "More"}).status_code == 409
    (entry,) = as_("emma").get(f"/initiatives/{key}/history").json
    assert (entry["verb"], entry["after"]) == ("close", CLOSING)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        (None, {401}),
        ("auditor", {403}),
        ("admin", {403}),
        ("emma", {403}),
        ("nao", {403}),
        ("agency", {403}),
        ("kenji", {403}),
    ],
)
def test_who_has_no_say_changes_nothing(company: Company, as_: As, name: str | None, answers: set[int]) -> None:
    key = an_initiative(company, participants=("nao",), guests=("agency",), third=("data", "cfo"))
    who, ends = as_(name), set()
    ends.add(who.patch(f"/initiatives/{key}", {"title": "Theirs"}).status_code)
    for path, body in (
        ("goals", {"goal": "G-1"}),
        ("participants", {"member": "emma@example.com"}),
        ("start", None),
        ("close", CLOSING),
    ):
        ends.add(who.post(f"/initiatives/{key}/{path}", body).status_code)
    assert ends == answers
