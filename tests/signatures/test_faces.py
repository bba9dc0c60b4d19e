"""A sheet and a charter over the API and on pages: read, written, laid out, signed, compared, kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from werkzeug.test import TestResponse

from collab.kernel.i18n import Reader
from collab.slack.registry import edges
from collab.slack.talk import Say, Talk
from tests.factories import Company
from tests.factories.goals import goal
from tests.factories.initiatives import an_initiative, seen
from tests.factories.signatures import CHARTER, laid, sheet, signed, who_signed, written
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]
PagesAs = Callable[[str], Pages]
HOSTILE = "<script>alert(1)</script> {title} & \u202eright"


def put(caller: Api, path: str, body: dict[str, str], **options: Any) -> TestResponse:
    return caller.send("PUT", path, json=body, **options)


def test_from_the_first_word_to_the_second_signature(as_: As, company: Company) -> None:
    key = an_initiative(company, participants=("mika",))
    path = f"/initiatives/{key}/charter"
    empty = as_("mika").get(path)
    assert (empty.json["state"], empty.json["version"], empty.json["sheet"]) == ("none", 0, None)
    assert empty.json["lacks"] == ["vision", "customer_outcome", "scope", "brings_1", "brings_2"]
    assert as_("cmo").post(f"{path}/lay").status_code == 422
    made = put(as_("cmo"), path, {"vision": "Together"}, headers={"If-Match": empty.headers["ETag"]})
    assert (made.status_code, made.json["state"], made.json["vision"]) == (200, "draft", "Together")
    stale = put(as_("cio"), path, {"scope": "Mine"}, headers={"If-Match": empty.headers["ETag"]})
    assert stale.status_code == 412
    lay = as_("cmo").post(f"{path}/lay")
    assert (lay.status_code, set(lay.json["errors"])) == (422, {"customer_outcome", "scope", "brings_1", "brings_2"})
    put(as_("cio"), path, CHARTER)
    laid_out = as_("cio").post(f"{path}/lay").json
    assert (laid_out["state"], laid_out["version"], laid_out["sheet"]["state"]) == ("open", 1, "open")
    assert as_("cio").post(f"{path}/lay").json["code"] == "paper_laid_already"
    assert as_("cio").post(f"/initiatives/{key}/sign", {}).json["errors"].keys() == {"version"}
    first = as_("cio").post(f"/initiatives/{key}/sign", {"version": 1})
    assert (first.status_code, first.json["state"]) == (200, "open")
    second = as_("cmo").post(f"/signatures/{laid_out['sheet']['id']}/sign", {"version": 1})
    assert (second.json["state"], [seat["source"] for seat in second.json["seats"]]) == ("valid", ["api", "api"])
    assert as_("ceo").get(path).json["state"] == "valid"
    changed = put(as_("cmo"), path, {"scope": "More"}).json
    assert (changed["state"], changed["version"], changed["sheet"]["state"]) == ("draft", 2, "void")
    assert [(one["version"], one["state"]) for one in changed["versions"]] == [(2, None), (1, "void")]
    late = as_("cmo").post(f"/initiatives/{key}/sign", {"version": 2})
    assert (late.status_code, late.json["code"]) == (409, "paper_changed")


def test_the_hash_can_be_made_again_from_what_the_api_gives(as_: As, company: Company) -> None:
    number = laid(company, an_initiative(company), vision="店舗とアプリ・１枚岩")
    body = as_("ceo").get(f"/signatures/{number}").json
    assert body["whole"] is True
    seats = [{name: seat[name] for name in ("side", "member", "department")} for seat in body["seats"]]
    whole = {
        "subject": body["subject"], "paper": body["paper"], "version": body["version"], "content": body["content"],
        "signers": seats,
    }  # fmt: skip
    said = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(said.encode()).hexdigest() == body["hash"]


def test_who_may_not_is_told_who_must(as_: As, company: Company) -> None:
    key = an_initiative(company, guests=("agency",))
    assert as_("cmo").post(f"/initiatives/{key}/sign", {"version": 1}).json["code"] == "charter_not_laid"
    number = laid(company, key)
    for path in (f"/initiatives/{key}/sign", f"/signatures/{number}/sign"):
        for name in ("mika", "admin", "auditor", "ceo"):
            answer = as_(name).post(path, {"version": 1})
            assert (answer.status_code, answer.json["code"]) == (403, "signs_in_person")
            assert "森 由紀" in answer.json["title"]
            assert "酒井 大地" in answer.json["title"]
        assert as_("agency").post(path, {"version": 1}).status_code == 404
    for path in (f"/initiatives/{key}/charter", f"/signatures/{number}"):
        assert as_("agency").get(path).status_code == 404
        assert as_("auditor").get(path).status_code == 200
    for name in ("sales-lead", "auditor"):
        assert put(as_(name), f"/initiatives/{key}/charter", {"scope": "x"}).status_code == 403
        assert as_(name).post(f"/initiatives/{key}/charter/lay").status_code == 403
    assert who_signed(company, number) == set()


def test_a_goal_that_is_hidden_is_on_no_page(as_: As, pages_as: PagesAs, company: Company) -> None:
    hidden = goal(company, "Secret merger", visibility="involved", owners=("cmo", "cio"))
    key = an_initiative(company, goals=("G-1", hidden))
    number = laid(company, key)
    body = as_("sales-lead").get(f"/signatures/{number}").json
    assert (body["content"]["goals"], body["whole"]) == (["G-1"], False)
    assert as_("sales-lead").get(f"/initiatives/{key}/charter").json["sheet"]["content"]["goals"] == ["G-1"]
    for path in (f"/signatures/{number}", f"/initiatives/{key}/charter"):
        assert "Secret merger" in pages_as("cio").get(path).text
        page = pages_as("sales-lead").get(path).text
        assert "Secret merger" not in page
        assert hidden not in page


def test_the_pages_write_lay_out_sign_and_compare(pages_as: PagesAs, company: Company) -> None:
    key = an_initiative(company)
    here = f"/initiatives/{key}/charter"
    cmo, cio = pages_as("cmo"), pages_as("cio")
    for page in (here, f"{here}/write"):
        assert cmo.get(page).status_code == 200
    assert pages_as("sales-lead").get(f"{here}/write").status_code == 403
    typed = {**CHARTER, "vision": HOSTILE, "seen": "0"}
    assert cmo.send(here, typed, page=f"{here}/write").location == here
    late = cio.send(here, {**CHARTER, "vision": "Mine", "seen": "0"}, page=f"{here}/write")
    assert late.status_code == 412
    assert "Mine" in late.text  # nothing typed is lost
    assert "&lt;script&gt;alert(1)" in late.text  # and what stands there now is shown
    long = cmo.send(here, {**CHARTER, "scope": "x" * 2001}, page=f"{here}/write")
    assert (long.status_code, long.text.count("x" * 2001)) == (422, 1)
    assert cio.send(f"{here}/lay", {"seen": "0"}, page=here).status_code == 412
    assert cio.send(f"{here}/lay", {}, page=here).status_code == 303
    assert cio.send(f"{here}/lay", {}, page=here).status_code == 409
    assert "/signatures/1/sign" in cmo.get(here).text
    assert "/signatures/1/sign" not in pages_as("mika").get(here).text
    assert cmo.send("/signatures/1/sign", {"version": "1"}, page=here).location == "/signatures/1"
    assert cio.send("/signatures/1/sign", {"version": "2"}, page=here).status_code == 409
    assert cio.send("/signatures/1/sign", {}, page=here).status_code == 422
    assert cio.send("/signatures/1/sign", {"version": "1"}, page=here).status_code == 303
    assert seen(company, key).state == "chartered"
    shown = pages_as("ceo").get("/signatures/1").text
    assert "<script>alert" not in shown
    assert sheet(company, 1).hash in shown
    assert cmo.send(here, {"scope": "Twelve stores"}, page=f"{here}/write").status_code == 303
    assert "失効" in cio.get("/signatures/1").text
    assert "<del>" in cio.get(f"{here}?since=1").text
    assert cio.send(f"{here}/lay", {}, page=here).status_code == 303
    again = cio.get(here).text
    assert "第1版からの変更点" in again  # what is new since what he signed
    assert "Twelve stores" in again
    assert pages_as("mika").send("/signatures/2/sign", {"version": "2"}, page=here).status_code == 403
    assert pages_as("agency").get("/signatures/1").status_code == 404


def test_the_paper_of_the_initiative_says_where_its_charter_stands(pages_as: PagesAs, company: Company) -> None:
    key = an_initiative(company, guests=("agency",))
    page = pages_as("cmo").get(f"/initiatives/{key}")
    assert f"/initiatives/{key}/charter/write" in page.text
    signed(company, laid(company, key), "cmo")
    assert "署名待ち" in pages_as("cio").get(f"/initiatives/{key}").text
    written(company, key, "cio", scope="Less")
    assert "再署名が必要" in pages_as("cio").get(f"/initiatives/{key}").text
    assert "charter" not in pages_as("agency").get(f"/initiatives/{key}").text


def test_a_line_of_a_bundle_opens_what_waits_for_my_signature(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)

    def opened(name: str) -> Say:
        talk = Talk(company.member(name), Reader("en", "Asia/Tokyo"), company.now, "T1", "U1", pressed=key)
        with company.indoors():
            shown = edges.actions["signature.look"](talk)
        assert isinstance(shown, Say)
        return shown

    assert "signature.sign" in str(opened("cio").blocks)
    for name in ("mika", "ceo"):
        assert opened(name).text == "Nothing waits for your signature here any more.", name
    signed(company, number, "cio")
    assert "signature.sign" not in str(opened("cio").blocks)
