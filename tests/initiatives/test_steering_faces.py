"""Pilots, milestones, the log, constraints and health over the API and on the page; requests that cite an initiative, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from collab.initiatives import service
from collab.kernel.i18n import LOCALES, Reader
from tests.factories import Company, request_fields
from tests.factories.initiatives import an_initiative, seen
from tests.factories.pilots import chartered, piloted, the_pilot, voted
from tests.parts.clients import Api, Pages
from tests.parts.statements import statements

As = Callable[[str], Api]
HOSTILE = "<script>alert(1)</script> & <b>bold</b>"
pytestmark = [pytest.mark.usefixtures("travel")]


def test_over_the_api(as_: As, pages_as: Callable[[str], Pages], company: Company) -> None:
    key = chartered(company, guests=("agency",))
    here = f"/initiatives/{key}"
    begun = as_("cmo").post(
        f"{here}/pilot", {"cap": "1000000", "currency": "JPY", "ends_on": "2026-12-18", "question": "Does it help?"}
    )
    assert (begun.status_code, begun.json["cap"], begun.json["spent"], begun.json["votes"]) == (201, "1000000", "0", [])
    company.now = datetime.now(UTC)
    request = company.filed(initiative=key, amount="400000")
    over = as_("mika").post("/purchases", request_fields(initiative=key, amount="600001"))
    refused = as_("mika").post(f"/purchases/{over.json['key']}/submit")
    assert (refused.status_code, refused.json["code"]) == (409, "pilot_cap")
    assert "400,000" in str(refused.json)
    assert as_("cio").get(f"{here}/pilot").json["spent"] == "400000"
    assert as_("mika").get(f"{here}/pilot").json["spent"] is None, (
        "it is made of requests whose amounts not everybody sees"
    )
    assert "400,000" not in pages_as("kenji").get(here).text
    assert "400,000" in pages_as("cio").get(here).text
    shown = as_("mika").get(f"/purchases/{request}").json
    assert (shown["initiative"], shown["initiative_hidden"]) == (key, False)
    assert [row["key"] for row in as_("mika").get(f"/purchases?initiative={key}").json] == [over.json["key"], request]
    assert as_("cmo").post(f"{here}/vote", {"choice": "stop"}).status_code == 422
    voted_ = as_("cmo").post(f"{here}/vote", {"choice": "scale", "pilot": begun.json["id"]}).json
    assert [(vote["side"], vote["choice"], vote["counts"]) for vote in voted_["votes"]] == [(1, "scale", True)]
    assert as_("mika").post(f"{here}/vote", {"choice": "scale"}).status_code == 403
    assert as_("cio").post(f"{here}/vote", {"choice": "scale"}).json["verdict"] == "scale"
    assert as_("cmo").get(here).json["state"] == "scaling"


def test_work_over_the_api(as_: As, company: Company) -> None:
    key = an_initiative(company, state="active", guests=("agency",))
    here = f"/initiatives/{key}"
    made = as_("cmo").post(f"{here}/milestones", {"title": "Ten stores", "due_on": "2026-12-01"})
    assert (made.status_code, made.json["owners"]) == (201, ["cmo@example.com", "cio@example.com"])
    at = f"{here}/milestones/{made.json['id']}"
    assert as_("cio").patch(at, {"due_on": "2026-12-02"}).json["due_on"] == "2026-12-02"
    assert as_("cio").post(f"{at}/reach").json["state"] == "reached"
    risk = as_("cmo").post(f"{here}/log", {"kind": "risk", "text": "Snow", "weight": "high"})
    assert risk.status_code == 201
    assert as_("cmo").post(f"{here}/log/{risk.json['id']}/close", {"note": "It thawed."}).json["closed_at"]
    limit = as_("cmo").post(f"{here}/constraints", {"kind": "system", "text": "No door", "lifter": "cfo@example.com"})
    assert limit.status_code == 201
    assert as_("cfo").post(f"{here}/constraints/{limit.json['id']}/lift", {"note": "Bought one."}).json["lifted_by"]
    assert as_("cmo").post(f"{here}/health", {"health": "at_risk"}).status_code == 422
    assert as_("cmo").post(f"{here}/health", {"health": "at_risk", "note": "Slow"}).json["divergence"] is None
    assert as_("cio").post(f"{here}/health", {"health": "on_track"}).json["divergence"]["steps"] == 1
    parts = ("/log", "/constraints", "/health")
    assert [as_("auditor").get(here + part).status_code for part in parts] == [200] * 3
    assert as_("cmo").get(f"{here}/pilot").status_code == 404


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(as_: As, company: Company) -> None:
    key = an_initiative(company, state="active")
    lines = {
        "log": {"kind": "risk", "text": "Snow", "weight": "high"}, "milestones": {"title": "Ten stores", "due_on": "2026-12-01"},
        "constraints": {"kind": "system", "text": "No door", "lifter": "cfo@example.com"},
    }  # fmt: skip
    cmo, asked = as_("cmo"), []
    for more in (1, 3):
        for part, line in lines.items():
            assert {cmo.post(f"/initiatives/{key}/{part}", line).status_code for _ in range(more)} == {201}
        counts = []
        for part in lines:
            with statements(company.app) as said:
                assert cmo.get(f"/initiatives/{key}/{part}").status_code == 200
            counts.append(said.count)
        asked.append(counts)
    assert asked[0] == asked[1]


def test_a_guest_reads_the_milestones_and_nothing_else(as_: As, company: Company) -> None:
    key = piloted(company, key=chartered(company, guests=("agency",)))
    assert (
        as_("cmo").post(f"/initiatives/{key}/milestones", {"title": "Ten", "due_on": "2026-12-01"}).status_code == 201
    )
    (row,) = as_("agency").get(f"/initiatives/{key}/milestones").json
    assert set(row) == {"id", "title", "due_on", "state", "late"}
    for part in ("pilot", "log", "constraints", "health"):
        assert as_("agency").get(f"/initiatives/{key}/{part}").status_code == 403
    page = Pages(company, "agency").get(f"/initiatives/{key}").text
    assert 'id="milestones"' in page
    for part in ("pilot", "log", "constraints", "health"):
        assert f'id="{part}"' not in page


def test_the_page_begins_a_pilot_and_keeps_what_was_typed_when_it_is_refused(company: Company) -> None:
    key = chartered(company)
    cmo, here = Pages(company, "cmo"), f"/initiatives/{key}"
    typed = {"question": HOSTILE, "cap": "much", "currency": "JPY", "ends_on": "2026-12-18"}
    refused = cmo.send(f"{here}/pilot", typed, page=here)
    assert (refused.status_code, HOSTILE in refused.text, "&lt;script&gt;" in refused.text) == (422, False, True)
    assert 'value="much"' in refused.text
    assert cmo.send(f"{here}/pilot", {**typed, "cap": "1000000"}, page=here).status_code == 303
    assert seen(company, key).state == "pilot"
    refused = cmo.send(f"{here}/vote", {"choice": "stop", "reason": " "}, page=here)
    assert refused.status_code == 422
    number = str(the_pilot(company, key).id)
    assert cmo.send(f"{here}/vote", {"choice": "stop", "pilot": number, "reason": "No."}, page=here).status_code == 303
    assert [vote.choice for vote in the_pilot(company, key).votes] == ["stop"]
    late = Pages(company, "cio").send(f"{here}/vote", {"choice": "scale", "pilot": "99"}, page=here)
    assert late.status_code == 409
    assert (
        Pages(company, "cio").send(f"{here}/vote", {"choice": "scale", "pilot": number}, page=here).status_code == 303
    )
    assert seen(company, key).result == "stopped"
    assert 'id="pilot"' in Pages(company, "mika").get(here).text


def test_every_form_of_the_page_works_and_says_what_is_missing(company: Company) -> None:
    key = an_initiative(company, state="active")
    cmo, here = Pages(company, "cmo"), f"/initiatives/{key}"
    owners = {"owners.0": "mika@example.com", "owners.1": "kenji@example.com"}
    forms: list[tuple[str, dict[str, str], dict[str, str]]] = [
        ("milestones", {"title": HOSTILE, "due_on": "", **owners}, {"title": HOSTILE, "due_on": "2026-11-20", **owners}),
        ("log", {"kind": "risk", "text": HOSTILE}, {"kind": "risk", "text": HOSTILE, "weight": "high", "owner": "cio@example.com"}),
        ("log", {"kind": "decision", "text": "Paper"}, {"kind": "decision", "text": "Paper", "reason": "Cheaper", "weight": ""}),
        ("constraints", {"kind": "budget", "text": "No money"}, {"kind": "budget", "text": "No money", "lifter": "cfo@example.com"}),
        ("health", {"health": "at_risk", "note": ""}, {"health": "at_risk", "note": "Slow"}),
    ]  # fmt: skip
    for part, lacks, whole in forms:
        assert cmo.send(f"{here}/{part}", lacks, page=here).status_code == 422, (part, lacks)
        assert cmo.send(f"{here}/{part}", whole, page=here).status_code == 303, (part, whole)
    page = cmo.get(here).text
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    ends = [("milestones/1/reach", {}), ("log/1/close", {"note": "Over."}), ("constraints/1/lift", {"note": "Done."})]
    for path, sent in ends:
        by = Pages(company, "cfo") if path.startswith("constraints") else cmo
        assert by.send(f"{here}/{path}", sent, page=here).status_code == 303, path
    second = cmo.send(f"{here}/milestones", forms[0][2], page=here)
    assert second.status_code == 303
    assert cmo.send(f"{here}/milestones/2/drop", {"note": ""}, page=here).status_code == 422
    assert cmo.send(f"{here}/milestones/2/drop", {"note": "Too dear."}, page=here).status_code == 303


def test_a_request_names_its_initiative_on_form_and_page(company: Company, travel: time_machine.Coordinates) -> None:
    key = piloted(company, cap="1000000")
    hidden = chartered(company, visibility="involved", title="Secret", leads=("cmo", "cio"))
    mika = Pages(company, "mika")
    form = mika.get("/purchases/new").text
    assert (f'value="{key}"' in form, f'value="{hidden}"' in form) == (True, False)
    sent = {"title": "Scanners", "vendor": "Hikari KK", "category": "martech", "purpose": "To answer", "amount": "2000000", "goal": "G-1",
            "cx_impact": "Much", "benefit.text": "Much", "owners.business": "cmo@example.com", "owners.technical": "cio@example.com",
            "initiative": key}  # fmt: skip
    over = mika.send("/purchases", {**sent, "then": "submit"}, page="/purchases/new")
    assert (over.status_code, 'value="2000000"' in over.text) == (409, True)
    made = mika.send("/purchases", {**sent, "amount": "900000", "then": "submit"}, page="/purchases/new")
    assert made.status_code == 303
    page = mika.get(made.headers["Location"]).text
    assert f'href="/initiatives/{key}"' in page
    with company.indoors():
        from collab.subjects.queries import list_related

        related = [row.key for row in list_related(company.member("cmo"), key)]
    assert made.headers["Location"].rpartition("/")[2] in related
    secret = company.drafted("cmo", initiative=hidden, department="marketing", on_behalf_of="mika@example.com")
    for page in (mika.get(f"/purchases/{secret}").text, mika.get(f"/purchases/{secret}/edit").text):
        assert ("Secret" in page, f"/initiatives/{hidden}" in page) == (False, False)
    kept = mika.send(
        f"/purchases/{secret}/edit", {**sent, "initiative": "=", "then": "draft"}, page=f"/purchases/{secret}/edit"
    )
    assert kept.status_code == 303
    assert company.purchase(secret).initiative_id == int(hidden.partition("-")[2])
    assert company.purchase(secret).title == "Scanners"


def test_a_file_of_requests_may_cite_one(company: Company) -> None:
    from collab.imports.registry import registry as files

    key, hidden = chartered(company), chartered(company, visibility="involved")
    with company.indoors():
        rows = files.get("purchases").begin(company.member("mika"), [], company.now)
        good: dict[str, Any] = {"title": "Scanners", "initiative": key}
        assert not rows.check(good).problems
        assert set(rows.check({**good, "initiative": hidden}).problems) == {"initiative"}
        headers = [files.get("purchases").header("initiative", Reader(locale)) for locale in LOCALES]
        assert headers == ["Joint initiative", "共同施策"]


def test_a_vote_after_the_last_second_is_told_on_the_page(company: Company, travel: time_machine.Coordinates) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    here = f"/initiatives/{key}"
    company.now = datetime(2026, 12, 18, 9, 0, tzinfo=UTC) + timedelta(seconds=1)
    travel.move_to(company.now)
    cio = Pages(company, "cio")
    late = cio.send(f"{here}/vote", {"choice": "scale"}, page=here)
    assert late.status_code == 409
    with company.indoors():
        assert service.sweep(now=datetime.now(UTC)) == 1
    assert seen(company, key).result == "silence"
