"""The API of blueprints: ETags, repeats, hidden goals, what one item's numbers cannot reach."""

from __future__ import annotations

from collections.abc import Callable

from collab.blueprints import service
from tests.factories.blueprints import a_blueprint, definition, point, point_fields, requirement, signed, source
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.factories.initiatives import STAGE, an_initiative
from tests.parts.clients import Api

As = Callable[[str], Api]


def test_a_blueprint_is_opened_drawn_signed_and_cited(company: Company, as_: As) -> None:
    key = an_initiative(company, participants=("nao", "kenji"), state="active")
    here, cmo = f"/initiatives/{key}/blueprint", as_("cmo")
    assert cmo.get(here).status_code == 404
    made = cmo.post(here)
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1{here}")
    body = cmo.post(f"{here}/points", point_fields()).get_json()
    assert (body["points"][0]["process"], body["points"][0]["goal"]) == ("Pick-up in store", "G-1")
    assert cmo.post(f"{here}/citations", {"version": 1, "subject": "G-1"}).status_code == 409
    laid = cmo.post(f"{here}/lay").get_json()
    assert (laid["version"], laid["state"], laid["content"]["points"][0]["system"]) == (1, "open", "Stock service")
    for name in ("cmo", "cio"):
        assert as_(name).post(f"/signatures/{laid['sheet']}/sign", {"version": 1}).status_code == 200
    cited = cmo.post(f"{here}/citations", {"version": 1, "subject": "G-1"}).get_json()
    assert [(one["version"], one["subject"]) for one in cited["citations"]] == [(1, "G-1")]
    changed = cmo.patch(f"{here}/points/{body['points'][0]['id']}", {"system": "Warehouse"}).get_json()
    assert changed["since_signed"][0]["fields"] == [{"name": "system", "before": "Stock service", "after": "Warehouse"}]
    version = as_("emma").get(f"{here}/versions/1").get_json()
    assert [one["member"] for one in version["signers"]] == ["cmo@example.com", "cio@example.com"]
    assert cmo.send("DELETE", f"{here}/citations/1/G-1").get_json()["citations"] == []


def test_requirements_over_the_api(company: Company, as_: As) -> None:
    key = a_blueprint(company)
    here = f"/initiatives/{key}/blueprint"
    fields = {"title": "Stock by the minute", "journey_stage": STAGE, "goal": "G-1"}
    once = {"Idempotency-Key": "a" * 32}
    for _ in range(2):
        body = as_("nao").post(f"{here}/requirements", fields, headers=once).get_json()
    (one,) = body["requirements"]
    assert (one["state"], one["waits_for"], one["side"]) == ("asked", "cio@example.com", 1)
    place = f"{here}/requirements/{one['id']}"
    assert as_("nao").post(f"{place}/commit", {"on": "2026-12-01"}).status_code == 403
    assert as_("cio").post(f"{place}/counter", {"on": "2026-12-01"}).status_code == 422
    assert as_("cio").post(f"{place}/commit", {"on": "2026-12-01"}).status_code == 200
    assert as_("cio").post(f"{place}/decline", {"reason": "No."}).status_code == 409
    met = as_("nao").post(f"{place}/met").get_json()["requirements"][0]
    assert (met["state"], met["promised_on"], met["overdue"]) == ("met", "2026-12-01", False)


def test_a_writer_says_which_revision_they_saw(company: Company, as_: As) -> None:
    key = a_blueprint(company)
    here = f"/initiatives/{key}/blueprint"
    seen = as_("nao").get(here)
    point(company, key)
    stale = as_("nao").post(f"{here}/points", point_fields(), headers={"If-Match": seen.headers["ETag"]})
    assert stale.status_code == 412
    again = as_("nao").get(here, headers={"If-None-Match": as_("nao").get(here).headers["ETag"]})
    assert again.status_code == 304


def test_numbers_of_another_initiative_reach_nothing(company: Company, as_: As) -> None:
    key, other = a_blueprint(company), a_blueprint(company)
    number, asks = point(company, key), requirement(company, key)
    here = f"/initiatives/{other}/blueprint"
    assert as_("nao").patch(f"{here}/points/{number}", {"system": "X"}).status_code == 404
    assert as_("cio").post(f"{here}/requirements/{asks}/commit", {"on": "2026-12-01"}).status_code == 404


def test_a_narrowed_goal_is_in_no_answer_of_whoever_does_not_see_it(company: Company, as_: As) -> None:
    hidden = goal(company, title="Secret merger", visibility="involved", owners=("cmo", "cio"))
    key = a_blueprint(company)
    point(company, key, by="cmo", goal=hidden)
    requirement(company, key, by="cmo", goal=hidden)
    source(company, key, by="cmo", goal=hidden)
    definition(company, key, by="cmo", goals=[hidden])
    signed(company, key)
    with company.indoors():
        service.change_point(company.member("cmo"), key, 1, {"goal": "G-1"}, now=company.now)
    for path in ("blueprint", "blueprint/versions/1", "history"):
        answer = as_("emma").get(f"/initiatives/{key}/{path}")
        assert answer.status_code == 200
        assert "Secret" not in answer.text
        assert f'"{hidden}"' not in answer.text, path
    body = as_("emma").get(f"/initiatives/{key}/blueprint").get_json()
    assert [one["goal_hidden"] for one in (body["points"][0], body["requirements"][0], body["sources"][0])] == [
        False,
        True,
        True,
    ]
    assert body["since_signed"][0]["fields"] == [{"name": "goal", "before": None, "after": "G-1"}]
    assert hidden in as_("cmo").get(f"/initiatives/{key}/blueprint").text


def test_a_guest_who_takes_part_reads_nothing(company: Company, as_: As) -> None:
    key = a_blueprint(company, guests=("agency",))
    signed(company, key)
    for path in ("", "/versions/1"):
        assert as_("agency").get(f"/initiatives/{key}/blueprint{path}").status_code == 404
    assert "blueprint" not in as_("agency").get(f"/initiatives/{key}").text
