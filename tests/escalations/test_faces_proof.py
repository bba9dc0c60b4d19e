"""Proof that clocks run: every kind of trouble, planted by hand, is found; silence is seen by people and by machines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from sqlalchemy import Table, text, update

from collab.escalations import service
from collab.escalations.models import Escalation
from collab.escalations.views import banner
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import queries as outbox
from collab.outbox.service import leave_word
from tests.factories import Company
from tests.factories.stalls import WATCH, Stalls, stalling
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

As = Callable[[str | None], Api]
_waits: Table = Escalation.__table__  # type: ignore[assignment]


@pytest.fixture
def stalls(company: Company) -> Iterator[Stalls]:
    with stalling(company) as made:
        made.policies()
        made.subject = company.drafted  # no seats with clocks of their own
        yield made


def audit(company: Company) -> list[tuple[str, str]]:
    with company.indoors():
        return [(one.code, one.key) for one in service.audit(now=company.now)]


def plant(company: Company, wait: int, **change: Any) -> None:
    """Write into a wait's row what a bug or a wrong clock would have left there."""
    with company.indoors(), atomic():
        db.session.execute(update(_waits).where(_waits.c.id == wait).values(**change))


def alarms(company: Company) -> list[Any]:
    with company.indoors():
        return [one for one in outbox.list_open() if one.kind == "escalation.audit"]


@on_both
class TestTheAudit:
    def test_all_is_well(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        assert audit(company) == []
        stalls.climb(wait, 3)
        assert audit(company) == []
        stalls.take(wait, "cmo")
        assert audit(company) == []
        with company.indoors():
            assert outbox.last_sweep("escalations.clean") == outbox.last_sweep("escalations.audit") == company.now
        assert alarms(company) == []

    def test_a_late_step_while_somebody_sweeps(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        key = stalls.view(wait).key
        company.later(hours=2, minutes=1)
        with company.indoors():
            leave_word("escalations.sweep", company.now)
        assert audit(company) == []
        company.later(minutes=2)
        with company.indoors():
            leave_word("escalations.sweep", company.now)
        assert audit(company) == [("late", key)]
        stalls.sweep()
        assert audit(company) == []

    def test_nobody_waits_any_more_and_the_clock_ran_on(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        key = stalls.climb(wait, 2).key
        stalls.over.add(key)
        assert audit(company) == [("subject_over", key)]
        assert stalls.view(wait).state == "ended"
        assert audit(company) == []

    def test_an_owner_is_not_left_with_what_is_over(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        while stalls.view(wait).state != "exhausted":
            stalls.climb(wait)
        stalls.over.add(stalls.view(wait).key)
        assert [code for code, _key in audit(company)] == ["subject_over"]
        assert stalls.view(wait).state == "ended"

    @pytest.mark.parametrize("rungs", [1, 3])
    def test_a_moment_further_ahead_than_the_policy_can_say(self, stalls: Stalls, company: Company, rungs: int) -> None:
        wait = stalls.start()
        view = stalls.climb(wait, rungs)
        plant(company, wait, next_at=company.now + timedelta(days=40))
        assert audit(company) == [("too_far", view.key)]
        mended = stalls.view(wait).next_at
        assert mended is not None
        assert company.now < mended < company.now + timedelta(days=7)
        assert audit(company) == []

    def test_a_clock_set_beyond_its_own_due_moment(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        view = stalls.view(wait)
        plant(company, wait, next_at=view.due_at + timedelta(days=1))
        assert audit(company) == [("too_far", view.key)]
        assert stalls.view(wait).next_at == view.due_at

    def test_a_word_that_is_trusted_too_long(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        stalls.climb(wait, 3)
        stalls.take(wait, "cmo")
        until = stalls.view(wait).next_at
        plant(company, wait, next_at=company.now + timedelta(days=40))
        assert [code for code, _key in audit(company)] == ["too_far"]
        assert stalls.view(wait).next_at == until

    def test_what_should_have_a_clock_and_has_none(self, stalls: Stalls, company: Company) -> None:
        wait = stalls.start()
        key = stalls.view(wait).key
        stalls.expected = {key, "PR-9:answer"}
        assert audit(company) == [("no_clock", "PR-9:answer")]
        stalls.end(wait)
        assert audit(company) == [("no_clock", "PR-1:answer:1"), ("no_clock", "PR-9:answer")]

    def test_what_ended_between_two_looks_is_no_trouble(self, stalls: Stalls, company: Company) -> None:
        looks = iter([{"PR-9:answer"}, set(), {"PR-9:answer"}, {"PR-9:answer"}])
        stalls.expecting = lambda: next(looks)
        assert audit(company) == []
        assert audit(company) == [("no_clock", "PR-9:answer")]

    def test_administrators_hear_once_a_day(self, stalls: Stalls, company: Company) -> None:
        stalls.expected = {"PR-9:answer"}
        for _ in range(3):
            audit(company)
            company.later(minutes=1)
        (alarm,) = alarms(company)
        assert alarm.member == company.id("admin")
        company.later(days=1)
        audit(company)
        assert len(alarms(company)) == 2


def test_a_wait_without_any_moment_is_found_even_where_the_database_let_it_pass(
    stalls: Stalls, company: Company
) -> None:
    wait = stalls.start()
    with company.indoors(), atomic():
        db.session.execute(text("pragma ignore_check_constraints = on"))
        db.session.execute(update(_waits).where(_waits.c.id == wait).values(next_at=None))
    assert audit(company) == [("no_moment", stalls.view(wait).key)]
    assert stalls.view(wait).next_at is not None


class Monitor(BaseHTTPRequestHandler):
    """A monitor outside: counts who calls."""

    heard: list[str] = []  # noqa: RUF012
    answer = 200

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(self.answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Quietly."""


@pytest.fixture
def monitor() -> Iterator[type[Monitor]]:
    server = HTTPServer(("127.0.0.1", 0), Monitor)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    Monitor.heard, Monitor.answer = [], 200
    Monitor.address = f"http://127.0.0.1:{server.server_port}/ping/secret"  # type: ignore[attr-defined]
    yield Monitor
    server.shutdown()
    server.server_close()


class TestTheHeartbeat:
    @pytest.fixture
    def environment(self, monitor: Any) -> dict[str, str]:
        return {"COLLAB_HEARTBEAT_URL": monitor.address}

    def test_the_monitor_hears_of_a_clean_look_only(self, stalls: Stalls, company: Company, monitor: Any) -> None:
        audit(company)
        assert monitor.heard == ["/ping/secret"]
        stalls.expected = {"PR-9:answer"}
        audit(company)
        assert monitor.heard == ["/ping/secret"]

    @pytest.mark.parametrize("answer", [301, 404, 500])
    def test_what_it_answers_troubles_nobody(
        self, stalls: Stalls, company: Company, monitor: Any, answer: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        monitor.answer = answer
        assert audit(company) == []
        assert len(monitor.heard) == 1
        assert "secret" not in caplog.text

    def test_nor_that_it_is_away(self, stalls: Stalls, company: Company, monitor: Any) -> None:
        company.app.extensions["settings"] = _with_url(company, "http://127.0.0.1:1/ping")
        assert audit(company) == []


def _with_url(company: Company, url: str) -> Any:
    from dataclasses import replace

    return replace(company.app.extensions["settings"], heartbeat_url=url)


class TestSilence:
    """A scheduler that says nothing for two minutes is seen by machines, by administrators and by everybody."""

    @pytest.fixture(autouse=True)
    def at_first_all_is_well(self, stalls: Stalls, company: Company, travel: time_machine.Coordinates) -> None:
        stalls.sweep()
        with company.indoors():
            leave_word("outbox.sweep", company.now)
        audit(company)

    @pytest.fixture
    def wait(self, company: Company, travel: time_machine.Coordinates) -> Callable[[float], None]:
        def later(seconds: float) -> None:
            company.later(seconds=seconds)
            travel.move_to(company.now)
            banner.forget()

        return later

    def test_two_minutes_are_the_limit(self, company: Company, as_: As, wait: Callable[[float], None]) -> None:
        def state() -> tuple[str, str, int]:
            told = company.app.test_client().get("/status", headers=as_("admin")._headers).json
            return told["state"], told["scheduler"], company.app.test_client().get("/healthz/escalations").status_code

        assert state() == ("ok", "runs", 200)
        wait(115)
        assert state() == ("ok", "runs", 200)
        wait(10)
        assert state() == ("degraded", "silent", 503)

    def test_administrators_read_why_and_everybody_that_it_is_late(
        self, company: Company, wait: Callable[[float], None]
    ) -> None:
        admin, mika, auditor, partner = (Pages(company, name) for name in ("admin", "mika", "auditor", "agency"))
        late, silent = "通知が遅れています", "期限の確認が止まっています"
        assert silent not in admin.get("/").text
        assert late not in mika.get("/").text
        wait(125)
        assert silent in admin.get("/").text
        assert silent in auditor.get("/").text
        assert late in mika.get("/").text
        assert silent not in mika.get("/").text
        assert late not in partner.get("/").text
        assert silent in admin.get("/escalations").text

    def test_a_clock_that_was_set_back_hides_no_silence(
        self, company: Company, as_: As, wait: Callable[[float], None]
    ) -> None:
        wait(-3600)
        assert company.app.test_client().get("/healthz/escalations").status_code == 503

    def test_health_tells_nothing_of_the_company(self, stalls: Stalls, company: Company) -> None:
        stalls.climb(stalls.start(), 2)
        shown = company.app.test_client().get("/healthz/escalations")
        assert set(shown.json) == {"fine", "scheduler", "clocks", "audit"}
        assert "PR-1" not in shown.text

    def test_trouble_found_by_the_audit_degrades(self, stalls: Stalls, company: Company, as_: As) -> None:
        stalls.expected = {"PR-9:answer"}
        company.later(seconds=5)
        audit(company)
        told = company.app.test_client().get("/status", headers=as_("admin")._headers).json
        assert (told["state"], told["escalations"]["last_clean_audit_at"] < told["escalations"]["last_audit_at"]) == (
            "degraded", True,
        )  # fmt: skip
        assert company.app.test_client().get("/healthz/escalations").json["audit"] == "trouble"

    def test_figures_on_metrics(self, stalls: Stalls, company: Company, travel: object) -> None:
        stalls.start()
        shown = company.app.test_client().get("/metrics").text
        assert 'collab_escalations{state="waiting"} 1.0' in shown
        assert "collab_escalations_late 0.0" in shown
        assert 'collab_escalations_since_seconds{what="clean_audit"}' in shown


def test_before_anybody_ever_swept_only_something_late_is_worth_a_word(
    stalls: Stalls, company: Company, travel: time_machine.Coordinates
) -> None:
    admin = Pages(company, "admin")
    banner.forget()
    assert "まだ一度も実行されていません" not in admin.get("/").text
    stalls.start()
    company.later(hours=3)
    travel.move_to(company.now)
    banner.forget()
    assert "まだ一度も実行されていません" in admin.get("/").text


def test_every_watch_may_say_what_ought_to_run() -> None:
    from collab.escalations.registry import watches

    assert WATCH not in watches
