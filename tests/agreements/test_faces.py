"""Agreements over the API, on pages and in Slack: the same verbs, refused kindly, hostile text kept as text; two at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from collab.agreements import messages, service
from collab.agreements.slack.cards import card_for
from collab.imports.registry import registry as files
from collab.kernel.i18n import Reader
from tests.factories import Company
from tests.factories.agreements import active, agreement_fields, deliveries, proposed, row
from tests.parts.at_once import DONE, ends
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str], Api]
HOSTILE = "<script>alert(1)</script> *bold* <@U123> <!channel> & \u202eright"


def body(**changes: object) -> dict[str, object]:
    return {**agreement_fields(), **changes}


@on_both
def test_from_the_proposal_to_the_delivery_over_the_api(as_: As, company: Company) -> None:
    made = as_("mika").post("/agreements", body())
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/agreements/DA-1")
    assert made.json["receiver"]["agreed_at"]
    assert made.json["giver"]["agreed_at"] is None
    assert as_("kenji").post("/agreements/DA-1/agree").json["state"] == "active"
    again = as_("kenji").post(
        "/agreements/DA-1/deliver", {"due_on": "2026-11-30", "link": "https://example.com/x", "rows": "12"}
    )
    assert (again.status_code, again.json["last"]["state"], again.json["last"]["on_time"]) == (200, "delivered", True)
    late = as_("kenji").post("/agreements/DA-1/deliver", {"due_on": "2026-11-30"})
    assert (late.status_code, late.json["code"], late.json["who"]) == (409, "already_delivered", "小野 健二")
    assert as_("mika").post("/agreements/DA-1/confirm").json["last"]["judged_by"] == "mika@example.com"
    history = as_("auditor").get("/agreements/DA-1/history").json
    assert [event["verb"] for event in history] == ["propose", "agree", "deliver", "confirm"]
    assert as_("ceo").get("/agreements/pairs").json == [
        {"giver": "it", "receiver": "marketing", "streak": 1, "on_time": 1, "due": 1, "late_now": 0}
    ]


def test_every_verb_needs_its_words_and_its_person(as_: As, company: Company) -> None:
    active(company)
    for verb, field in (
        ("dispute", "reason"),
        ("pause", "reason"),
        ("end", "reason"),
        ("postpone", "on"),
        ("handover", "to"),
    ):
        answer = as_("mika").post(f"/agreements/DA-1/{verb}", {})
        assert (answer.status_code, field in answer.json["errors"]) == (422, True), verb
    for verb, sent in (
        ("deliver", {}),
        ("pause", {"reason": "x"}),
        ("end", {"reason": "x"}),
        ("handover", {"to": "nao@example.com"}),
    ):
        assert as_("nao").post(f"/agreements/DA-1/{verb}", sent).status_code == 403, verb
        assert as_("agency").post(f"/agreements/DA-1/{verb}", sent).status_code == 404, verb
        assert as_("auditor").post(f"/agreements/DA-1/{verb}", sent).status_code == 403, verb
    assert as_("agency").get("/agreements").status_code == 403
    assert as_("agency").get("/agreements/DA-1").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 121}, "title"),
        ({"cadence": {"unit": "year"}}, "cadence.unit"),
        ({"cadence": {"unit": "month", "every": 0}}, "cadence.every"),
        ({"cadence": {"unit": "month", "day": 32}}, "cadence.day"),
        ({"giver": []}, "giver"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"goal": "the big one"}, "goal"),
    ],
)
def test_bad_input_is_named(as_: As, change: dict[str, object], field: str) -> None:
    answer = as_("mika").post("/agreements", body(**change))
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)


def test_a_link_opens_a_page_and_nothing_else(as_: As, company: Company) -> None:
    active(company)
    answer = as_("kenji").post("/agreements/DA-1/deliver", {"link": "javascript:alert(1)"})
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"link"})


def test_pages_list_propose_and_deliver(pages_as: Callable[[str], Pages], company: Company) -> None:
    form = {
        "title": HOSTILE, "data": "Visits", "giver.department": "it", "giver.member": "kenji@example.com",
        "receiver.department": "marketing", "receiver.member": "mika@example.com", "cadence.every": "1", "cadence.unit": "month",
        "cadence.day": "31", "cadence.weekday": "mon",
    }  # fmt: skip
    mika, kenji = pages_as("mika"), pages_as("kenji")
    assert mika.send("/agreements", {**form, "giver.member": ""}, page="/agreements/new").status_code == 303
    refused = mika.send("/agreements", {**form, "receiver.department": "it"}, page="/agreements/new")
    assert refused.status_code == 422
    assert "&lt;script&gt;" in refused.text
    assert "<script>alert" not in refused.text
    made = mika.send("/agreements", form, page="/agreements/new")
    assert made.location == "/agreements/DA-2"
    assert kenji.send("/agreements/DA-2/agree", {}, page="/agreements/DA-2").status_code == 303
    shown = kenji.get("/agreements/DA-2").text
    assert "<script>alert" not in shown
    press = {"due_on": "2026-11-30"}
    assert kenji.send("/agreements/DA-2/deliver", press, page="/agreements/DA-2").status_code == 303
    late = kenji.send("/agreements/DA-2/deliver", press, page="/agreements/DA-2")
    assert late.status_code == 409
    assert "小野 健二" in late.text
    for path in ("/agreements", "/agreements?mine=yes&state=active&department=it", "/agreements/DA-2"):
        assert mika.get(path).status_code == 200


def test_the_card_in_slack_builds_nothing_from_user_text(company: Company) -> None:
    key = proposed(company, title=HOSTILE.replace("<script>", "<b>"), data=HOSTILE)
    with company.indoors():
        now = card_for(key, company.member("kenji"), company.now)
        assert now
        assert now.can == {"agree"}
        said = str(messages.card(now, Reader("ja", "Asia/Tokyo")).blocks)
    assert "<@U123>" not in said
    assert "<!channel>" not in said


@on_both
def test_of_two_who_deliver_at_once_one_does(company: Company) -> None:
    key = active(company)
    givers = [company.member(name) for name in ("kenji", "cio")]
    answers = ends(company, *(partial(service.deliver, one, key, {}, now=company.now) for one in givers))
    assert answers.count(DONE) == 1
    assert len(deliveries(company, key)) == 1
    assert row(company, key).due_on.isoformat() == "2027-01-04"  # type: ignore[union-attr]


def test_a_file_of_agreements_becomes_proposals(company: Company) -> None:
    kind = files.get("agreements")
    good = {
        "title": "店舗データ", "data": "来店数", "giver_department": "it", "giver": "kenji@example.com",
        "receiver_department": "marketing", "receiver": "mika@example.com", "unit": "か月", "every": "1", "day": "31",
    }  # fmt: skip
    with company.indoors():
        from collab.kernel.atomic import atomic

        taking = kind.begin(company.member("cmo"), [good], company.now)
        fields = kind.schema().load(good)
        assert fields["unit"] == "month"
        assert not taking.check(fields).problems
        wrong = taking.check({**fields, "receiver": "kenji@example.com"})
        assert set(wrong.problems) == {"receiver"}
        with atomic():
            taking.write()
    assert row(company, "DA-1").state == "proposed"
