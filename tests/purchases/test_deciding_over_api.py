"""Everything whoever is asked may say, over the API: the answer, the refusals, what the request and its history tell after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import Company
from tests.parts.clients import Api
from tests.purchases.test_pages_deciding import BOOK

As = Callable[[str], Api]
CONDITION = {"text": "A data agreement", "owner": "kenji@example.com", "due_on": "2026-12-18", "before_order": True}


@pytest.fixture(autouse=True)
def book(company: Company) -> None:
    """Routes with every kind of question."""
    company.routes(BOOK)


@pytest.fixture
def views(company: Company) -> str:
    """A request on which views are asked."""
    return company.filed()


@pytest.fixture
def plain(company: Company) -> str:
    """A request that only asks for approval."""
    return company.filed("mika", category="other")


def event(api: Api, key: str, verb: str) -> dict:
    return [line for line in api.get(f"/purchases/{key}/history").json if line["verb"] == verb][-1]


def seats(api: Api, key: str) -> list[dict]:
    return [seat for step in api.get(f"/purchases/{key}").json["route"] for seat in step["seats"]]


def test_views_are_given_and_told(as_: As, views: str) -> None:
    nao, lead = as_("nao"), as_("service-lead")
    done = nao.post(
        f"/purchases/{views}/decisions", {"verb": "consult", "opinion": "disagree", "comment": "No.", "seen_version": 1}
    )
    assert (done.status_code, done.json["verb"], done.json["state"]) == (201, "consult", "pending")
    body = {"verb": "advocate", "opinion": "worse", "stage": "use", "comment": "They wait."}
    assert lead.post(f"/purchases/{views}/decisions", body).status_code == 201
    told = event(nao, views, "advocate")
    assert (told["opinion"], told["stage"], told["seat"], told["turn"], told["step"]) == ("worse", "use", 0, 1, 2)
    first, second, *_rest = seats(nao, views)
    assert (first["state"], first["opinion"], first["comment"]) == ("answered", "disagree", "No.")
    assert (second["opinion"], second["stage"], second["turn"], second["carried"]) == ("worse", "use", 1, False)


def test_the_route_tells_its_shape(as_: As, views: str) -> None:
    seen = as_("mika").get(f"/purchases/{views}").json
    legal, customer, finance, _president = seen["route"]
    assert (legal["block"], legal["branch"], legal["kind"]) == (customer["block"], "legal", "consult")
    assert (finance["block"], finance["needed"], finance["lift"], finance["rule"]) == (1, 1, True, "all")
    assert {row["kind"] for row in seen["waiting_for"]} == {"consult", "advocate"}
    assert seen["warnings"] == []
    plan = as_("mika").get(f"/purchases/{views}/route").json["route"]
    assert [step["block"] for step in plan] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"verb": "consult"}, "opinion"),
        ({"verb": "consult", "opinion": "better"}, "opinion"),
        ({"verb": "consult", "opinion": "disagree"}, "comment"),
        ({"verb": "approve"}, "verb"),
        ({"verb": "consult", "opinion": "agree", "conditions": [CONDITION]}, "conditions"),
        ({"verb": "consult", "opinion": "agree", "acting_for": "ghost@example.com"}, "acting_for"),
        ({"verb": "consult", "opinion": "agree", "resume": "never"}, "resume"),
    ],
)
def test_what_a_seat_is_not_asked_is_refused_by_name(as_: As, views: str, body: dict, field: str) -> None:
    answer = as_("nao").post(f"/purchases/{views}/decisions", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert seats(as_("nao"), views)[0]["state"] == "waiting"


def test_back_to_a_step_and_on_from_there(as_: As, company: Company, plain: str) -> None:
    company.decide(plain, "cmo")
    cfo = as_("cfo")
    for wrong in ("2", 0, 5, "boss", 1.5, True, [], 10**30):
        refused = cfo.post(f"/purchases/{plain}/decisions", {"verb": "return", "comment": "A.", "return_to": wrong})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["return_to"])
    done = cfo.post(
        f"/purchases/{plain}/decisions", {"verb": "return", "comment": "The price.", "return_to": 1, "resume": "again"}
    )
    assert (done.status_code, done.json["state"]) == (201, "pending")
    told = event(cfo, plain, "return")
    assert (told["to"], told["resume"], told["comment"]) == (1, "again", "The price.")
    assert [(seat["state"], seat["turn"]) for seat in seats(cfo, plain)] == [
        ("waiting", 2),
        ("planned", 2),
        ("planned", 1),
    ]


def test_a_yes_with_conditions(as_: As, plain: str) -> None:
    cmo = as_("cmo")
    bad = cmo.post(f"/purchases/{plain}/decisions", {"verb": "approve", "conditions": [{"text": "A"}]})
    assert set(bad.json["errors"]) == {"conditions.0.owner", "conditions.0.due_on"}
    done = cmo.post(f"/purchases/{plain}/decisions", {"verb": "approve", "conditions": [CONDITION]})
    assert done.status_code == 201
    assert event(cmo, plain, "approve")["details"]["conditions"][0]["due_on"] == "2026-12-18"


def test_a_seat_is_held_and_taken_up_again(as_: As, plain: str) -> None:
    cmo = as_("cmo")
    held = cmo.post(f"/purchases/{plain}/hold", {"reason": "The budget is open.", "until_on": "2026-11-20"})
    assert held.status_code == 200
    [waiting] = held.json["waiting_for"]
    assert (waiting["held_until"], waiting["held_reason"]) == ("2026-11-20T09:00:00+00:00", "The budget is open.")
    assert event(cmo, plain, "hold")["after"]["until_on"] == "2026-11-20"
    assert (
        cmo.post(f"/purchases/{plain}/hold", {"reason": "A", "until_on": "2026-11-20"}).json["code"] == "already_held"
    )
    assert cmo.post(f"/purchases/{plain}/release").json["waiting_for"][0]["held_until"] is None
    assert as_("mika").post(f"/purchases/{plain}/release").status_code == 403


def test_a_later_seat_approves_over_those_before(as_: As, plain: str) -> None:
    ceo = as_("ceo")
    assert ceo.post(f"/purchases/{plain}/lift", {"seen_version": 7}).json["code"] == "content_changed"
    done = ceo.post(f"/purchases/{plain}/lift", {"seen_version": 1, "comment": "It burns."})
    assert (done.status_code, done.json["verb"], done.json["state"]) == (201, "decide", "approved")
    lead = seats(ceo, plain)[0]
    assert (lead["state"], lead["decided_by"], lead["acting_for"]) == ("lifted", "ceo@example.com", None)
    assert event(ceo, plain, "decide")["details"]["lifted"] is True


def test_more_people_are_asked(as_: As, plain: str) -> None:
    cmo = as_("cmo")
    unknown = cmo.post(f"/purchases/{plain}/steps", {"members": ["ghost@example.com"], "reason": "A"})
    assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["members"])
    done = cmo.post(
        f"/purchases/{plain}/steps",
        {"members": ["nao@example.com"], "kind": "consult", "before": True, "reason": "The terms."},
    )
    assert done.status_code == 201
    assert [step["kind"] for step in done.json["route"]] == ["consult", "approve", "approve", "approve"]
    assert [row["member"] for row in done.json["waiting_for"]] == ["nao@example.com"]


def test_what_is_left_empty_of_an_extra_step_is_as_usual_and_capitals_do_not_matter(as_: As, plain: str) -> None:
    empty = {"rule": None, "name": None, "due": None, "seen_version": None}
    done = as_("cmo").post(
        f"/purchases/{plain}/steps", {"members": [" Nao@Example.com"], "reason": "The terms.", **empty}
    )
    assert (done.status_code, done.json["route"][1]["rule"]) == (201, "all")
    body = {"verb": "approve", "acting_for": "CMO@example.com"}
    assert as_("cmo").post(f"/purchases/{plain}/decisions", body).status_code == 201


def test_several_at_once_and_again(as_: As, company: Company, plain: str) -> None:
    other = company.filed("mika", category="other")
    company.decide(other, "cmo", "reject")
    items = [{"key": key, "seen_version": 1} for key in (plain, other)]
    first = as_("cmo").post("/decisions", {"items": items})
    assert [(row["key"], row["result"], row["code"]) for row in first.json] == [
        (plain, "done", None),
        (other, "refused", "already_decided"),
    ]
    again = as_("cmo").post("/decisions", {"items": items[:1]})
    assert [(row["result"], row["code"]) for row in again.json] == [("done", "already_decided")]
    for wrong in ([], [{"key": plain}], items[:1] * 2, items * 51, {"key": plain}, None):
        assert as_("cmo").post("/decisions", {"items": wrong}).status_code == 422
    assert as_("auditor").post("/decisions", {"items": items}).status_code == 403


def test_more_time_is_taken_over_the_api_and_on_the_page_twice_at_most(company: Company, as_, pages_as) -> None:
    key = company.filed()
    due = as_("mika").get(f"/purchases/{key}").json["waiting_for"][0]["due_at"]
    answer = as_("nao").post(f"/purchases/{key}/more_time")
    assert answer.status_code == 200, answer.text
    assert answer.json["waiting_for"][0]["due_at"] > due
    nao = pages_as("nao")
    assert f'action="/purchases/{key}/more_time"' in nao.get(f"/purchases/{key}").text
    assert nao.send(f"/purchases/{key}/more_time", {}, page=f"/purchases/{key}").status_code == 303
    assert f'action="/purchases/{key}/more_time"' not in nao.get(f"/purchases/{key}").text
    assert as_("nao").post(f"/purchases/{key}/more_time").json["code"] == "no_more_time"
    assert as_("cmo").post(f"/purchases/{key}/more_time").status_code == 403
