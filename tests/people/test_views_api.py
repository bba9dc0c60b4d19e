"""People from the outside: who I am, who is here, what is mine to end."""

from __future__ import annotations

from collections.abc import Callable

from collab.approvals.queries import get_chain
from collab.people import service
from collab.slack.identity import Stranger
from tests.factories.company import NOW, Company
from tests.imports.files import taken
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both


def test_i_am_who_my_token_says(as_: Callable[[str], Api]) -> None:
    found = as_("cmo").get("/me").json
    assert (found["email"], found["leads"], found["offices"], found["zone"]) == (
        "cmo@example.com", ["marketing"], ["CMO"], "Asia/Tokyo",
    )  # fmt: skip
    assert as_("agency").get("/me").json["partner"] is True
    assert as_(None).get("/me").status_code == 401


def test_everybody_is_listed_by_page_and_departments_with_their_leads(as_: Callable[[str], Api]) -> None:
    page = as_("mika").get("/members?page=2&page_size=5")
    assert (len(page.json), '"total": 14' in page.headers["X-Pagination"]) == (5, True)
    leads = {row["code"]: row["lead"] for row in as_("auditor").get("/departments").json}
    assert leads["sales"] == "sales-lead@example.com"
    assert as_("agency").get("/members").status_code == 403


def test_i_am_away_with_a_deputy_and_back_again(as_: Callable[[str], Api]) -> None:
    days = {"from_on": "2026-11-18", "until_on": "2026-11-20"}
    assert as_("cmo").post("/me/absence", {**days, "deputy": "nao@example.com"}).status_code == 201
    found = as_("cmo").get("/me").json
    assert (found["away"], found["absences"]) == (True, [{**days, "deputy": "nao@example.com"}])
    assert as_("cmo").send("DELETE", "/me/absence").status_code == 204
    assert as_("cmo").get("/me").json["away"] is False
    assert as_("cmo").post("/me/absence", {"from_on": "2026-11-18", "until_on": "2026-11-17"}).json[
        "errors"
    ].keys() == {"until_on"}
    assert as_("cmo").post("/me/absence", {**days, "deputy": "left@example.com"}).json["errors"].keys() == {"deputy"}
    assert as_("agency").post("/me/absence", days).status_code == 403


def test_a_guest_or_an_auditor_stands_in_for_nobody(as_: Callable[[str], Api]) -> None:
    days = {"from_on": "2026-11-18", "until_on": "2026-11-20"}
    for name in ("agency", "auditor"):
        refused = as_("cmo").post("/me/absence", {**days, "deputy": f"{name}@example.com"})
        assert (refused.status_code, refused.json["errors"].keys()) == (422, {"deputy"})
    assert as_("cmo").get("/me").json["absences"] == []


@on_both
def test_a_leaver_is_out_at_once_and_their_seat_moves(
    company: Company, as_: Callable[[str], Api], pages_as: Callable[[str], Pages]
) -> None:
    key = company.filed()
    cmo, page = as_("cmo"), pages_as("cmo")
    assert cmo.get("/me/inbox").json != []
    assert as_("mika").post("/members/cmo@example.com/deactivate").status_code == 403
    assert as_("admin").post("/members/nobody@example.com/deactivate").status_code == 404
    assert as_("admin").post("/members/cmo@example.com/deactivate").status_code == 204
    assert cmo.get("/me/inbox").status_code == 401
    assert page.get("/me").status_code == 302
    with company.indoors():
        waiting = {seat.member for seat in get_chain(key).seats if seat.state == "waiting"}
    assert company.id("ceo") in waiting
    assert company.id("cmo") not in waiting
    listed = {row["email"]: row["active"] for row in as_("admin").get("/members?page_size=100").json}
    assert (listed["cmo@example.com"], listed["cio@example.com"]) == (False, True)


def test_the_directory_shows_leads_offices_absence_and_what_comes(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    company.away("kenji", deputy="admin")
    page = pages_as("mika").get("/people").text
    for word in ("営業部", "上田 凛", "部門長", "最高マーケティング責任者", "不在（代理 管理 翔）", "外部 健"):
        assert word in page
    assert "元 太郎" not in page
    assert pages_as("agency").get("/people").status_code == 403


def test_one_owns_ones_page(company: Company, pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    refused = mika.send("/me/absence", {"from_on": "2026-11-20", "until_on": "2026-11-18"}, page="/me")
    assert (refused.status_code, "最終日は開始日以降" in refused.text) == (422, True)
    assert (
        mika.send(
            "/me/absence", {"from_on": "2026-11-18", "until_on": "2026-11-20", "deputy": "nao@example.com"}, page="/me"
        ).status_code
        == 303
    )
    assert "石井 直" in mika.get("/me").text
    assert mika.send("/me/back", {}, page="/me").status_code == 303


def test_a_slack_account_is_tied_by_saying_yes_and_never_by_opening_the_page(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    with company.indoors():
        code = service.greet(Stranger("T1", "U_MIKA", "no_member", "Mika in Slack"), now=NOW)
    mika = pages_as("mika")
    assert "Mika in Slack" in mika.get(f"/link/{code}").text
    assert "U_MIKA" in mika.get(f"/link/{code}").text, "looking twice uses nothing up"
    assert mika.send(f"/link/{code}", {}, page=f"/link/{code}").status_code == 303
    assert "U_MIKA" in mika.get("/me").text
    assert pages_as("cmo").get(f"/link/{code}").status_code == 409
    assert company.app.test_client().get(f"/link/{code}").headers["Location"] == f"/?next=/link/{code}"


def test_an_acting_holder_is_called_so_and_whoever_comes_later_stands_with_the_coming_changes(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    company.takes_office("nao", "CMO", acting=True)
    taken(
        company,
        "members",
        "email,name_en,name_ja,departments,from_on",
        "haru@example.com,Haru,春野 はる,sales,2027-04-01",
    )
    page = pages_as("mika").get("/people").text
    assert "最高マーケティング責任者（職務代行）" in page
    assert page.count("春野 はる") == 1
    assert "2027年4月1日" in page
