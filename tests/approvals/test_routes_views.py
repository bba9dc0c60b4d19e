"""Routes on pages, over the API and at the command line: read, tried, proposed, taken."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from collab.approvals import queries as approvals
from collab.approvals.messages import proposals as words
from collab.approvals.slack import proposals as cards
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.outbox.registry import Envelope
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.company import NOW
from tests.parts.clients import Api, Pages

SAMPLE = Path(__file__).parents[2] / "config" / "routes" / "standard.toml"
NEW = route("department_lead", "office:CEO")


def proposed(as_: Callable[[str], Api], text: str = NEW) -> int:
    answer = as_("admin").post("/api/v1/routes/proposals", {"files": [text], "reason": "The CEO sees <b>all</b>."})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


TRIED = [
    ({"total": "500000", "category": "martech"}, {"route": "small", "steps": ["共同決裁"]}),
    ({"total": "49999", "category": "other", "requester": "sales-lead@example.com"}, {"route": "own-authority", "auto": "own_authority", "steps": []}),
    ({"total": "40000000", "category": "infrastructure", "department": "it"}, {"route": "large", "steps": ["部門長", "経理", "関係部門の合議", "社長決裁"]}),
    ({"total": "60000000", "category": "other", "after_the_fact": True}, {"refused": "large-after-the-fact", "steps": []}),
    ({"total": "12000000", "requester": "ceo@example.com"}, {"refused": "seat_falls_to_nobody", "steps": []}),
    ({"total": "500000", "term_months": 61}, {"steps": ["部門長", "経理"]}),
    ({"total": "7000", "currency": "USD"}, {"route": "standard"}),
]  # fmt: skip
WRONG = [
    ({}, "total"), ({"total": "x"}, "total"), ({"total": "5", "department": "moon"}, "department"), ({"total": "5", "route": "moon"}, "route"),
    ({"total": "5", "requester": "left@example.com"}, "requester"), ({"total": "5", "requester": "agency@example.com"}, "requester"),
    ({"total": "5", "currency": "CHF"}, "currency"), ({"total": "5", "units": -1}, "units"), ({"total": "5", "colour": "red"}, "colour"),
]  # fmt: skip


class TestTable:
    def test_the_table_says_the_whole_language_in_words(self, pages_as: Callable[[str], Pages]) -> None:
        english, japanese = pages_as("emma").get("/routes").text, pages_as("mika").get("/routes").text
        for said in (
            "under the own authority of: Department lead", "10% of these, drawn by chance, are read afterwards by CFO within 10 business days",
            "side by side with Finance", "review", "no personal data is processed", "An order of 50,000,000 yen or more", "more than five years",
            "except where: filed after the fact; or ¥10,000,000 or more in all", "may be approved together with others",
        ):  # fmt: skip
            assert said in english, said
        for said in (
            "専決となります（対象：部門長）",
            "無作為に選ばれた10%を、CFOが10営業日以内に事後確認します",
            "経理と並行",
            "審査",
            "事後稟議では受け付けられません",
            "まとめて承認できます",
        ):
            assert said in japanese, said

    def test_the_api_gives_the_same_table(self, as_: Callable[[str], Api]) -> None:
        found = as_("mika").get("/api/v1/routes").json
        assert [rule["code"] for rule in found["routes"]] == ["own-authority", "small", "standard", "large"]
        assert found["routes"][0]["auto"]
        assert found["refusals"][0]["code"] == "large-after-the-fact"
        assert as_("auditor").get("/api/v1/routes").status_code == 200
        assert as_("agency").get("/api/v1/routes").status_code == 403


class TestTrying:
    def test_who_would_decide_and_why(self, as_: Callable[[str], Api]) -> None:
        for body, expected in TRIED:
            answer = as_("mika").post("/api/v1/routes/simulate", body)
            assert answer.status_code == 200, answer.text
            found = {**answer.json, "steps": [step["name"] for step in answer.json["steps"]]}
            assert {name: found[name] for name in expected} == expected, body
            assert found["refused"] is None or found["refusal"]

    def test_what_cannot_be_tried_is_said_by_its_field(self, as_: Callable[[str], Api]) -> None:
        for body, field in WRONG:
            answer = as_("mika").post("/api/v1/routes/simulate", body)
            assert answer.status_code == 422, answer.text
            assert field in answer.json["errors"], body

    def test_on_the_page_asking_changes_nothing(self, company: Company, pages_as: Callable[[str], Pages]) -> None:
        emma, guest, before = pages_as("emma"), pages_as("agency"), _trail(company)
        page = emma.get("/routes/simulate?total=40000000&category=infrastructure&department=it&channels=1").text
        for said in ("Daichi Sakai", "Emi Hara", "Haruto Aoki", "it costs ¥30,000,000 or more in all"):
            assert said in page, said
        assert (
            "decides it by filing it"
            in emma.get("/routes/simulate?total=100&category=other&requester=sales-lead@example.com").text
        )
        assert "cannot be approved after the fact" in emma.get("/routes/simulate?total=60000000&after_the_fact=1").text
        assert "more than five years" in emma.get("/routes/simulate?total=100000&term_months=90").text
        wrong = emma.get("/routes/simulate?total=lots")
        assert (wrong.status_code, "no amount in JPY" in wrong.text) == (422, True)
        assert emma.get("/routes/simulate").status_code == 200
        assert guest.get("/routes/simulate").status_code == 403
        assert _trail(company) == before


def _trail(company: Company) -> int:
    with company.indoors():
        return int(db.session.execute(db.text("select count(*) from audit_entries")).scalar_one())


class TestProposing:
    def test_from_the_proposal_to_a_new_version_on_pages(
        self, company: Company, pages_as: Callable[[str], Pages]
    ) -> None:
        admin, cfo = pages_as("admin"), pages_as("cfo")
        company.filed()
        refused = admin.send("/routes/proposals", {"reason": "Why not"}, page="/routes/proposals")
        assert refused.status_code == 422
        file = (io.BytesIO(NEW.encode()), "routes.toml")
        sent = admin.send(
            "/routes/proposals", {"reason": "The CEO sees <b>all</b>.", "files": file}, page="/routes/proposals"
        )
        assert sent.headers["Location"] == "/routes/proposals/1"
        mine = admin.get("/routes/proposals/1").text
        assert "The CEO sees &lt;b&gt;all&lt;/b&gt;." in mine
        assert "取り下げる" in mine
        assert "/routes/proposals/1/take" not in mine
        theirs = cfo.get("/routes/proposals/1").text
        for said in ("追加", "廃止", "2. Step 1: CEO", "直近90日の申請1件のうち1件", "共同決裁"):
            assert said in theirs, said
        late = cfo.send("/routes/proposals/1/decline", {"comment": " "}, page="/routes/proposals/1")
        assert late.status_code == 422
        done = cfo.send("/routes/proposals/1/take", {}, page="/routes/proposals/1")
        assert done.headers["Location"] == "/routes/proposals/1"
        assert "発効しました" in cfo.get("/routes/proposals/1").text
        with company.indoors():
            assert approvals.files_in_force() == [NEW]
        again = cfo.send("/routes/proposals/1/take", {}, page="/routes/proposals")
        assert again.status_code in (303, 403, 409)

    def test_the_same_over_the_api(self, company: Company, as_: Callable[[str], Api]) -> None:
        company.filed()
        number = proposed(as_)
        one = f"/api/v1/routes/proposals/{number}"
        found = as_("cfo").get(one).json
        assert (found["state"], found["current"], found["effect"]["changed"], found["proposed_by"]) == (
            "open",
            True,
            1,
            "admin@example.com",
        )
        assert found["effect"]["differences"][0]["keys"] == [], "the CFO may not see it, and learns its number only"
        assert {change["change"] for change in found["changes"]} >= {"added", "removed"}
        assert as_("auditor").get(one).status_code == 200
        assert [as_(name).get(one).status_code for name in ("mika", "cmo", "agency")] == [403, 403, 403]
        assert as_("admin").post(f"{one}/take").status_code == 403
        assert as_("cfo").post(f"{one}/decline", {}).status_code == 422
        assert as_("ceo").post(f"{one}/decline", {"comment": "Not before April."}).json["state"] == "declined"
        assert as_("cfo").post(f"{one}/take").status_code == 409
        assert [row["id"] for row in as_("admin").get("/api/v1/routes/proposals").json] == [number]

    def test_the_card_asks_the_second_person_and_tells_the_first(
        self, company: Company, as_: Callable[[str], Api]
    ) -> None:
        number = proposed(as_)
        with company.indoors():
            args = next(row.args for row in db.session.query(Message).filter_by(kind="routes.proposed"))
            shown = {locale: _card(company, "cfo", args, locale) for locale in ("en", "ja")}
            assert _card(company, "admin", args, "en") is None, "whoever proposed it is not asked"
        assert "Look at a proposed change of routes" in shown["en"]
        assert "決裁ルート変更の提案をご確認ください" in shown["ja"]
        assert "rich_text_quote" in shown["en"], "a reason is quoted, never read as markup"
        assert f"/routes/proposals/{number}" in shown["ja"]
        as_("cfo").post(f"/api/v1/routes/proposals/{number}/decline", {"comment": "Not before April."})
        with company.indoors():
            assert _card(company, "cfo", args, "en") is None
            envelope = Envelope("routes", {"proposal": number}, company.member("admin"), Reader("en"), company.now)
            told = cards.repainted(envelope)
            assert told is not None
            assert told.text.startswith("Emi Hara declined the proposed routes")
            assert "Not before April." in str(told.blocks)

    def test_a_member_s_inbox_row_leads_to_the_page(self, as_: Callable[[str], Api]) -> None:
        number = proposed(as_)
        row = next(row for row in as_("cfo").get("/api/v1/me/inbox").json if row["key"] == f"RP-{number}")
        assert row["title"] == "The CEO sees <b>all</b>."


def _card(company: Company, name: str, args: dict[str, object], locale: str) -> str | None:
    found = cards.asked(Envelope("routes", args, company.member(name), Reader(locale), company.now))
    return f"{found.text} {found.blocks}" if found else None


def test_nothing_submitted_is_said_so() -> None:
    now = words.ProposalNow(1, "open", "x", "y", NOW, "https://example.com")
    assert words.effect_line(now, Reader("en")) == "Nothing was submitted in the last 90 days"


class TestTyped:
    @pytest.fixture
    def typed(self, company: Company) -> Callable[..., Result]:
        return lambda *typed: company.app.test_cli_runner().invoke(args=list(map(str, typed)))

    def test_a_file_is_checked_tried_proposed_and_taken_by_somebody_else(
        self, company: Company, typed: Callable[..., Result], tmp_path: Path
    ) -> None:
        file = tmp_path / "routes.toml"
        file.write_text(SAMPLE.read_text(encoding="utf-8").replace('total_lt = "1000000"', 'total_lt = "400000"').replace('total_gte = "1000000"', 'total_gte = "400000"'), encoding="utf-8")  # fmt: skip
        company.filed()
        checked = typed("route", "check", file)
        assert checked.exit_code == 1, "an example says that 500,000 yen are small"
        assert (
            "example 'a marketing tool of a few hundred thousand yen': route should be small, and is standard"
            in checked.stderr
        )
        file.write_text(file.read_text(encoding="utf-8").split("[[example]]")[0], encoding="utf-8")
        checked = typed("route", "check", file)
        assert checked.exit_code == 0, checked.stderr
        assert "1 of 1 submissions of the last 90 days would have gone another way" in checked.stdout
        assert "1 × Joint keys  ⇒  Department lead → Finance → Joint keys  (PR-1)" in checked.stdout
        assert typed("route", "propose", file, "--by", "mika@example.com", "--reason", "x").exit_code == 1
        assert (
            "Proposal 1 waits"
            in typed("route", "propose", file, "--by", "admin@example.com", "--reason", "Sooner").stdout
        )
        own = typed("route", "take", 1, "--by", "admin@example.com")
        assert (own.exit_code, "needs a second person" in own.stderr) == (1, True)
        assert typed("route", "take", 1, "--by", "cfo@example.com").stdout == "Version 2 is in force.\n"
        assert typed("route", "take", 1, "--by", "nobody@example.com").exit_code == 1

    def test_init_takes_routes_once_and_says_how_to_change_them(
        self, company: Company, typed: Callable[..., Result]
    ) -> None:
        company.routes(NEW)
        said = typed("init").stdout
        assert "routes unchanged (the files differ from what is in force: propose them with `route propose`)" in said
        with company.indoors():
            assert approvals.files_in_force() == [NEW]
