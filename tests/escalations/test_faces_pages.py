"""What stalls, as pages and the API tell it: to whom, with which names, and what they may do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine

from collab.escalations import service
from collab.escalations.service import Wait
from collab.escalations.views import pages
from collab.kernel.atomic import atomic
from tests.factories import Company
from tests.factories.stalls import Stalls, stalling
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str | None], Api]


@pytest.fixture
def stalls(company: Company, travel: time_machine.Coordinates) -> Iterator[Stalls]:
    with stalling(company) as made:
        made.policies()
        yield made
        company.now = company.now


@pytest.fixture
def at(company: Company, travel: time_machine.Coordinates) -> Callable[[], None]:
    """Callers live in the company's time."""
    return lambda: travel.move_to(company.now)


class TestTheApi:
    @on_both
    def test_one_wait_with_everybody_who_was_told_and_why(
        self, stalls: Stalls, as_: As, at: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 3)
        at()
        found = as_("mika").get(f"/escalations/{wait}").json
        assert found["subject"] == {"key": "PR-1", "title": "Mail campaign tool", "path": "/purchases/PR-1"}
        assert (found["state"], found["rung"], found["rungs"], found["policy"]) == ("climbing", 3, 4, "normal")
        assert (found["late"], found["other"]) == ("kenji@example.com", "mika@example.com")
        heard = [(one["rung"], one["member"], one["why"]) for one in found["notices"] if not one["skipped"]]
        assert heard == [
            (0, "kenji@example.com", "late"), (1, "cio@example.com", "lead"), (2, "cio@example.com", "both"),
            (2, "cmo@example.com", "both"),
        ]  # fmt: skip
        assert found["next_at"] > found["due_at"]

    def test_the_list_is_what_one_may_see(self, stalls: Stalls, as_: As, at: Callable[[], None]) -> None:
        stalls.climb(stalls.start(), 2)
        stalls.climb(stalls.start("emma", "kenji", department="sales", other_department="it"), 1)
        stalls.start()
        at()

        def keys(name: str, query: str = "") -> list[str]:
            return [one["key"] for one in as_(name).get(f"/escalations{query}").json]

        assert keys("mika") == keys("cmo") == keys("auditor") == keys("admin") == ["PR-1:answer:1", "PR-2:answer:1"]
        assert keys("sales-lead") == []
        assert keys("auditor", "?department=sales") == ["PR-2:answer:1"]
        assert keys("auditor", "?state=exhausted") == []
        assert as_("admin").get("/escalations").json[0]["subject"]["title"] is None
        assert as_("agency").get("/escalations").status_code == 403
        answer = as_("auditor").get("/escalations?page_size=1&page=2")
        assert '"total": 2' in answer.headers["X-Pagination"]
        assert [one["key"] for one in answer.json] == ["PR-2:answer:1"]

    def test_a_stranger_does_not_learn_that_it_exists(self, stalls: Stalls, as_: As, at: Callable[[], None]) -> None:
        wait = stalls.start()
        stalls.climb(wait, 2)
        at()
        assert as_("sales-lead").get(f"/escalations/{wait}").status_code == 404
        assert as_("mika").get("/escalations/999").status_code == 404
        for verb, body in (("acknowledge", {}), ("escalate", {"reason": "Let me see"})):
            assert as_("sales-lead").post(f"/escalations/{wait}/{verb}", body).status_code == 404
            assert {as_("agency").post(f"/escalations/{one}/{verb}", body).status_code for one in (wait, 999)} == {403}

    def test_an_etag_changes_with_every_step(self, stalls: Stalls, as_: As, at: Callable[[], None]) -> None:
        wait = stalls.start()
        stalls.climb(wait, 2)
        at()
        tag = as_("cio").get(f"/escalations/{wait}").headers["ETag"]
        assert as_("cio").get(f"/escalations/{wait}", headers={"If-None-Match": tag}).status_code == 304
        assert as_("cio").post(f"/escalations/{wait}/acknowledge").json["acknowledged"]["by"] == "cio@example.com"
        assert as_("cio").get(f"/escalations/{wait}", headers={"If-None-Match": tag}).status_code == 200

    def test_the_second_is_refused_and_who_was_not_told_too(
        self, stalls: Stalls, as_: As, at: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 3)
        at()
        assert as_("nao").post(f"/escalations/{wait}/acknowledge").status_code == 404
        assert as_("mika").post(f"/escalations/{wait}/acknowledge").status_code == 403
        assert as_("cmo").post(f"/escalations/{wait}/acknowledge").status_code == 200
        assert as_("cio").post(f"/escalations/{wait}/acknowledge").status_code == 409

    def test_asking_the_next_above_needs_a_reason(self, stalls: Stalls, as_: As, at: Callable[[], None]) -> None:
        wait = stalls.start()
        at()
        for reason in ({}, {"reason": " "}, {"reason": "x" * 501}, {"reason": 7}):
            assert as_("mika").post(f"/escalations/{wait}/escalate", reason).status_code == 422
        told = as_("mika").post(f"/escalations/{wait}/escalate", {"reason": "The shop opens on Friday"}).json
        assert told["manual"]["reason"] == "The shop opens on Friday"
        assert [one["member"] for one in told["notices"] if one["why"] == "manual"] == ["cio@example.com"]


class TestPagesOfWaits:
    def test_an_empty_list_says_what_comes_next(self, stalls: Stalls, company: Company) -> None:
        page = Pages(company, "mika").get("/escalations").text
        assert "滞っている案件はありません" in page

    def test_the_list_names_who_was_told_and_who_was_passed_over(
        self, stalls: Stalls, company: Company, at: Callable[[], None]
    ) -> None:
        company.away("cio")
        wait = stalls.start()
        stalls.climb(wait, 2)
        at()
        page = Pages(company, "mika").get("/escalations").text
        for words in ("Mail campaign tool", "小野 健二", "酒井 大地", "不在", "全4段階", f"/escalations/{wait}"):
            assert words in page

    def test_a_superior_sees_to_it_on_the_page_and_the_next_reads_who(
        self, stalls: Stalls, company: Company, at: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 3)
        at()
        cmo, cio = Pages(company, "cmo"), Pages(company, "cio")
        assert cmo.send(f"/escalations/{wait}/acknowledge", {}, page=f"/escalations/{wait}").status_code == 303
        assert "対応者として登録しました" in cmo.get(f"/escalations/{wait}").text
        cio.send(f"/escalations/{wait}/acknowledge", {}, page=f"/escalations/{wait}")
        shown = cio.get(f"/escalations/{wait}").text
        assert "森 由紀さんが対応しています" in shown
        assert "/acknowledge" not in shown

    def test_a_reason_is_asked_for_and_kept(self, stalls: Stalls, company: Company, at: Callable[[], None]) -> None:
        wait = stalls.start()
        stalls.climb(wait, 1)
        at()
        mika = Pages(company, "mika")
        assert (
            mika.send(f"/escalations/{wait}/escalate", {"reason": ""}, page=f"/escalations/{wait}").status_code == 422
        )
        assert (
            mika.send(
                f"/escalations/{wait}/escalate", {"reason": "<b>金曜</b>"}, page=f"/escalations/{wait}"
            ).status_code
            == 303
        )
        shown = mika.get(f"/escalations/{wait}").text
        assert "田辺 美香さんから相談がありました" in shown
        assert "<b>金曜" not in shown

    def test_nobody_who_may_not_see_it_finds_it(self, stalls: Stalls, company: Company, at: Callable[[], None]) -> None:
        wait = stalls.start()
        stalls.climb(wait, 2)
        at()
        assert Pages(company, "sales-lead").get(f"/escalations/{wait}").status_code == 404
        assert Pages(company, "agency").get("/escalations").status_code == 403
        assert Pages(company, "auditor").get(f"/escalations/{wait}").status_code == 200

    def test_a_subject_s_page_can_show_its_clocks(
        self, stalls: Stalls, company: Company, at: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 2)
        at()
        with company.app.test_request_context("/"):
            assert pages.panel("PR-1") == ""  # nobody is signed in


class TestAnswerTimes:
    """What departments asked of each other: facts, counted from the clocks themselves."""

    @pytest.fixture
    def asked(self, company: Company, stalls: Stalls) -> Callable[..., str]:
        count = 0

        def ask(asker: str = "marketing", asked: str = "it", *, late: str = "kenji", hours: float = 4) -> str:
            nonlocal count
            count += 1
            key = f"T-{count}:answer"
            with company.indoors(), atomic():
                service.watch(
                    Wait(
                        key, f"T-{count}", "task.answer", company.now + timedelta(hours=hours), company.id(late),
                        company.id("mika"), asked, asker,
                    ),
                    now=company.now,
                )  # fmt: skip
            return key

        return ask

    def end(self, company: Company, key: str, reason: str = "acted") -> None:
        with company.indoors(), atomic():
            service.end([key], reason=reason, now=company.now)

    @on_both
    def test_per_pair_of_departments(
        self, company: Company, asked: Callable[..., str], as_: As, at: Callable[[], None]
    ) -> None:
        quick, slow, late, taken_back = asked(), asked(), asked(hours=0.5), asked()
        other = asked("it", "sales", late="emma")
        company.later(hours=1)
        self.end(company, quick)
        self.end(company, late)
        self.end(company, taken_back, "withdrawn")
        company.later(hours=2)  # 13:00 in Tokyo: noon was closed
        self.end(company, slow)
        at()
        found = as_("mika").get("/reports/answer-times").json
        assert [(one["asker"], one["asked"]) for one in found["pairs"]] == [("it", "sales"), ("marketing", "it")]
        open_one, pair = found["pairs"]
        assert (open_one["asks"], open_one["open"], open_one["median_minutes"], open_one["answered"]) == (1, 1, None, 0)
        assert open_one["oldest_open_at"].startswith("2026-11-18T01:00")
        assert (pair["asks"], pair["answered"], pair["in_time"], pair["open"]) == (3, 3, 2, 0)
        assert pair["median_minutes"] == 60
        assert other

    def test_a_clock_that_stopped_for_a_question_is_one_ask(
        self, company: Company, asked: Callable[..., str], as_: As, at: Callable[[], None]
    ) -> None:
        key = asked()
        company.later(minutes=30)
        self.end(company, key, "question")
        company.later(minutes=20)
        with company.indoors(), atomic():
            service.watch(
                Wait(
                    key,
                    "T-1",
                    "task.answer",
                    company.now + timedelta(hours=1),
                    company.id("kenji"),
                    None,
                    "it",
                    "marketing",
                ),
                now=company.now,
            )
        company.later(minutes=15)
        self.end(company, key)
        at()
        (pair,) = as_("auditor").get("/reports/answer-times").json["pairs"]
        assert (pair["asks"], pair["answered"], pair["median_minutes"]) == (1, 1, 45)

    def test_days_are_checked_and_kept(
        self, company: Company, as_: As, asked: Callable[..., str], at: Callable[[], None]
    ) -> None:
        asked()
        at()
        mika = as_("mika")
        assert mika.get("/reports/answer-times?from=2026-11-18&until=2026-11-18").json["pairs"]
        assert mika.get("/reports/answer-times?from=2026-11-19&until=2026-11-20").json["pairs"] == []
        for query in ("from=2026-11-20&until=2026-11-19", "from=yesterday", "from=2020-01-01"):
            assert mika.get(f"/reports/answer-times?{query}").status_code == 422
        assert as_("agency").get("/reports/answer-times").status_code == 403

    def test_the_page_ranks_nobody_and_works_empty(
        self, company: Company, asked: Callable[..., str], at: Callable[[], None]
    ) -> None:
        at()
        mika = Pages(company, "mika")
        assert "この期間の依頼はありません" in mika.get("/reports/answers").text
        self.end(company, asked())
        shown = mika.get("/reports/answers").text
        assert "情報システム部" in shown
        assert "1件中1件" in shown
        assert mika.get("/reports/answers?from=2026-11-20&until=2026-11-19").status_code == 422
