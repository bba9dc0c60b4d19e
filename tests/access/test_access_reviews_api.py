"""A round of the access review over the API: begun, judged line by line, signed off by a second person; everybody reads their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people.models import Member
from tests.factories import Company
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]
HOME = "/access-reviews"


def rows(body: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in body["rows"] if all(row[name] == value for name, value in wanted.items())]


def judged(caller: Api, path: str, verdict: str = "keep", **more: str) -> Any:
    mine = rows(caller.get(path).json, mine=True, verdict=None)
    return caller.post(f"{path}/lines", {"lines": [{"id": row["id"], "verdict": verdict, **more} for row in mine]})


def test_a_round_is_begun_once_and_everybody_reads_their_own(company: Company, as_: As) -> None:
    made = as_("auditor").post(HOME)
    assert (made.status_code, made.json["state"], made.json["judged"]) == (201, "open", 0)
    path = f"{HOME}/{made.json['key']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert as_("admin").post(HOME).json["code"] == "access_review_open"
    assert {row["reviewer"] for row in as_("cmo").get(path).json["rows"]} == {"cmo@example.com"}
    assert as_("admin").post(f"{path}/sign").json["code"] == "access_review_undone"
    listed = as_("auditor").get(HOME)
    assert [one["key"] for one in listed.json] == [made.json["key"]]


def test_a_removal_needs_its_note_and_a_line_its_own_reviewer(company: Company, as_: As) -> None:
    path = f"{HOME}/{as_('admin').post(HOME).json['key']}"
    line = rows(as_("cmo").get(path).json, mine=True)[0]["id"]
    bare = as_("cmo").post(f"{path}/lines", {"lines": [{"id": line, "verdict": "remove"}]})
    assert (bare.status_code, list(bare.json["errors"])) == (422, [f"note-{line}"])
    assert as_("cio").post(f"{path}/lines", {"lines": [{"id": line, "verdict": "keep"}]}).status_code in {403, 404}
    assert as_("cmo").post(f"{path}/lines", {"lines": []}).status_code == 422
    assert as_("cmo").post(f"{path}/lines", {"lines": [{"id": line, "verdict": "burn"}]}).status_code == 422
    gone = as_("cmo").post(f"{path}/lines", {"lines": [{"id": line, "verdict": "remove", "note": "Left the team."}]})
    assert (gone.status_code, gone.json["to_remove"]) == (200, 1)
    for name in ("mika", "agency", "cfo"):
        assert as_(name).get(HOME).status_code == 403
    assert as_("agency").get(path).status_code == 404
    before = as_("cmo").get(path)
    again = as_("cmo").get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304


def test_the_second_person_signs_it_off(company: Company, as_: As) -> None:
    path = f"{HOME}/{as_('auditor').post(HOME).json['key']}"
    for name in ("cmo", "cio", "cfo", "ceo", "sales-lead", "admin"):
        judged(as_(name), path)
    assert as_("auditor").post(f"{path}/sign").json["code"] == "barred_beginner"
    signed = as_("admin").post(f"{path}/sign")
    assert (signed.status_code, signed.json["state"], signed.json["intact"]) == (200, "signed", True)
    assert len(signed.json["hash"]) == 64
    again = as_("admin").post(f"{path}/sign")
    assert again.status_code == 409


def test_a_page_that_is_older_than_the_verdict_is_shown_again_with_who_was_faster(
    company: Company, as_: As, pages_as: Callable[[str], Pages]
) -> None:
    with company.indoors(), atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=True))
    path = f"{HOME}/{as_('auditor').post(HOME).json['key']}"
    first, second, page = pages_as("admin"), pages_as("kenji"), f"/admin{path.replace('reviews', 'review')}"
    number = rows(as_("admin").get(path).json, member="agency@example.com")[0]["id"]
    keep, gone = {f"verdict-{number}": "keep"}, {f"verdict-{number}": "remove", f"note-{number}": "Over."}
    stale = {f"seen-{number}": ""}
    assert first.send(f"{page}/lines", {**keep, **stale}, page=page).status_code == 303
    late = second.send(f"{page}/lines", {**gone, **stale}, page=page)
    assert late.status_code == 409
    assert "管理" in late.text
    assert 'value="Over."' in late.text, "what was typed is still there"
    over = as_("kenji").post(f"{path}/lines", {"lines": [{"id": number, "verdict": "remove", "note": "Over."}]})
    assert (over.status_code, over.json["code"]) == (409, "access_review_judged")
    fresh = re.search(rf'name="seen-{number}" value="([^"]+)"', late.text)
    assert fresh
    assert second.send(f"{page}/lines", {**gone, f"seen-{number}": fresh[1]}, page=page).status_code == 303
    assert rows(as_("admin").get(path).json, id=number)[0]["verdict"] == "remove"
