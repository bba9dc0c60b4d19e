"""Pages of tasks: two fields ask, one tap promises, every verb has a form that works without script; who may not, cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from collab.kernel import i18n
from collab.people import service as people
from tests.factories import Company
from tests.factories.tasks import Tasks
from tests.parts.clients import Pages

As = Callable[[str], Pages]
CHIP = re.compile(r'name="at" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
HOSTILE = "</textarea><script>x</script>{{7*7}}\"'{title}"


def say(word: str, locale: str = "ja", **args: Any) -> str:
    return i18n.Reader(locale, "Asia/Tokyo").say(word, **args)


def press(page: Pages, key: str, verb: str, **fields: str) -> TestResponse:
    """Send one of the forms on the page of a task."""
    shown = page.get(f"/tasks/{key}").text
    seen = SEEN.search(shown)
    version = {"seen": seen[1]} if seen else {}
    return page.send(f"/tasks/{key}/{verb}", {**version, **fields}, page="/tasks/new" if not seen else f"/tasks/{key}")


class TestAsking:
    def test_two_fields_ask(self, pages_as: As, tasks: Tasks) -> None:
        answer = pages_as("mika").send("/tasks", {"department": "sales", "text": "見積をください"}, page="/tasks/new")
        assert (answer.status_code, answer.location) == (303, "/tasks/T-1")
        task = tasks.view("T-1")
        assert (task.title, task.to_department, task.state) == ("見積をください", "sales", "asked")

    def test_everything_else_may_be_said(self, pages_as: As, tasks: Tasks) -> None:
        fields = {
            "department": "it", "text": "直してください\n二行目\n三行目", "needed_by": "2026-11-27", "person": "kenji@example.com",
            "severity": "urgent", "link": "G-1", "visibility": "parties", "due": "2営業日",
        }  # fmt: skip
        assert pages_as("mika").send("/tasks", fields, page="/tasks/new").status_code == 303
        task = tasks.view("T-1")
        assert (task.title, task.detail) == ("直してください", "二行目\n三行目")
        assert (task.severity, task.visibility, str(task.needed_by_on)) == ("urgent", "parties", "2026-11-27")
        assert (task.assignee and task.assignee.email) == "kenji@example.com"
        assert str(task.due_at).startswith("2026-11-20 01:00:0")
        assert "G-1 Answer every customer" in pages_as("mika").get("/tasks/T-1").text

    def test_a_link_fills_the_form_in(self, pages_as: As) -> None:
        shown = pages_as("mika").get("/tasks/new?department=it&text=About+this&link=G-1&person=kenji@example.com").text
        for part in (
            '<option value="it" selected>',
            "About this",
            '<option value="G-1" selected>',
            'value="kenji@example.com" selected',
        ):
            assert part in shown
        assert '<details class="more" open>' in shown

    def test_a_complaint_stands_by_its_field_and_what_was_typed_stays(self, pages_as: As) -> None:
        wrong = [
            ({"department": ""}, "department"), ({"text": " "}, "text"), ({"person": "mika@example.com"}, "person"),
            ({"needed_by": "tomorrow-ish"}, "needed_by"), ({"link": "G-99"}, "link"), ({"due": "soon"}, "due"),
            ({"severity": "brand"}, "severity"), ({"visibility": "nobody"}, "visibility"), ({"text": "\x00"}, "text"),
            ({"department": "nowhere"}, "department"), ({"text": "x" * 5001}, "text"),
        ]  # fmt: skip
        page = pages_as("mika")
        for changed, field in wrong:
            answer = page.send(
                "/tasks", {"department": "sales", "text": f"見積 {HOSTILE}", **changed}, page="/tasks/new"
            )
            assert answer.status_code == 422, changed
            assert f'id="f-{field}-error"' in answer.text, changed
            assert "<script>x" not in answer.text
        assert page.get("/tasks/T-1").status_code == 404

    @pytest.mark.parametrize("name", ["agency", "auditor"])
    def test_guests_and_auditors_ask_nobody(self, pages_as: As, name: str) -> None:
        page = pages_as(name)
        assert page.get("/tasks/new").status_code == 403
        assert "/tasks/new" not in page.get("/tasks").text


class TestOneTask:
    def test_a_chip_promises_the_day_in_one_tap(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="sales")
        page = pages_as("sales-lead")
        shown = page.get(f"/tasks/{key}").text
        chips = CHIP.findall(shown)
        assert [chip[:10] for chip in chips] == ["2026-11-18", "2026-11-19", "2026-11-20"]
        answer = press(page, key, "accept", at=chips[2])
        assert (answer.status_code, answer.location) == (303, f"/tasks/{key}")
        assert str(tasks.view(key).promised_at) == "2026-11-20 09:00:00+00:00"
        assert say("task.done.accept", key=key, at=tasks.view(key).promised_at) in page.get(f"/tasks/{key}").text

    def test_every_verb_has_a_form_that_does_it(self, pages_as: As, tasks: Tasks) -> None:
        mika, lead = pages_as("mika"), pages_as("cio")
        key = tasks.ask(to="it")
        way: list[tuple[Pages, str, dict[str, str], str]] = [
            (lead, "question", {"text": "Which?"}, "asked"), (mika, "answer", {"text": "All"}, "asked"),
            (lead, "counter", {"due": "2026-12-01", "note": "A little later"}, "countered"),
            (mika, "ask_again", {"reason": "Too late"}, "asked"), (lead, "counter", {"scope": "Half of it"}, "countered"),
            (mika, "agree", {}, "accepted"), (lead, "start", {}, "started"),
            (lead, "block", {"reason": "No key", "lifter": "kenji@example.com", "cost_text": "Nobody can enter"}, "blocked"),
            (lead, "unblock", {}, "started"), (lead, "snooze", {"until": "2h"}, "started"), (lead, "done", {"note": "There"}, "done"),
            (mika, "reopen", {"reason": "Not quite"}, "started"), (lead, "hand_over", {"to": "kenji@example.com"}, "asked"),
            (mika, "withdraw", {}, "withdrawn"),
        ]  # fmt: skip
        for page, verb, fields, state in way:
            assert f"/tasks/{key}/{verb}" in page.get(f"/tasks/{key}").text, verb
            answer = press(page, key, verb, **fields)
            assert answer.status_code == 303, (verb, answer.text[-3000:])
            assert tasks.view(key).state == state, verb
        history = mika.get(f"/tasks/{key}").text
        for said in ("Which?", "All", "A little later", "Too late", "No key", "There", "Not quite"):
            assert said in history

    def test_what_must_be_said_is_asked_for_and_what_was_typed_stays(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="sales")
        page = pages_as("sales-lead")
        for verb in ("decline", "question"):
            assert press(page, key, verb).status_code == 422
        answer = press(page, key, "accept", due="2026-11-02", note=f"hm {HOSTILE}")
        assert answer.status_code == 422
        assert "hm &lt;/textarea&gt;" in answer.text
        assert say("task.problem.past_day") in answer.text
        assert press(page, key, "accept").status_code == 422
        assert tasks.view(key).state == "asked"

    def test_a_chip_that_is_none_promises_nothing(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="sales")
        page = pages_as("sales-lead")
        for at in ("yesterday", "2026-11-20T18:00:00", "2020-01-01T00:00:00+00:00"):
            assert press(page, key, "accept", at=at).status_code == 422
        assert tasks.view(key).state == "asked"

    def test_a_press_that_came_too_late_says_who_was_first(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="it")
        page = pages_as("cio")
        shown = page.get(f"/tasks/{key}").text
        chip = CHIP.findall(shown)[0]
        tasks.do("accept", key, "kenji")
        answer = page.send(f"/tasks/{key}/accept", {"at": chip, "seen": "1"}, page=f"/tasks/{key}")
        assert answer.status_code == 409
        assert "小野 健二さんが T-1 を引き受けました" in answer.text

    @pytest.mark.parametrize("verb", ["agree", "confirm", "unblock", "reopen", "ask_again"])
    def test_a_press_that_comes_too_early_says_that_nothing_was_changed(
        self, pages_as: As, tasks: Tasks, verb: str
    ) -> None:
        key = tasks.ask(to="it")
        answer = pages_as("mika").send(f"/tasks/{key}/{verb}", {"reason": "Why not"}, page=f"/tasks/{key}")
        assert answer.status_code == 409
        assert "変更はありません" in answer.text

    def test_an_old_page_does_not_agree_to_another_proposal(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.at("countered")
        page = pages_as("mika")
        seen = SEEN.search(page.get(f"/tasks/{key}").text)
        assert seen
        tasks.do("ask_again", key, "mika")
        tasks.do("counter", key, "kenji", due="9bd")
        answer = page.send(f"/tasks/{key}/agree", {"seen": seen[1]}, page=f"/tasks/{key}")
        assert answer.status_code == 412
        assert tasks.view(key).state == "countered"

    @pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("emma", 403), ("agency", 404)])
    def test_others_have_no_buttons_and_cannot_press_them(
        self, pages_as: As, tasks: Tasks, name: str, status: int
    ) -> None:
        key = tasks.ask(to="it", by="mika")
        page = pages_as(name)
        shown = page.get(f"/tasks/{key}")
        assert shown.status_code == (404 if name == "agency" else 200)
        assert f"/tasks/{key}/" not in shown.text.replace(f"/tasks/{key}/question", "")
        answer = page.send(f"/tasks/{key}/decline", {"reason": "no"}, page="/people")
        assert answer.status_code == status
        assert tasks.view(key).state == "asked"

    def test_a_private_task_is_not_there_for_others(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="it", visibility="parties", assignee="kenji@example.com")
        assert pages_as("kenji").get(f"/tasks/{key}").status_code == 200
        assert pages_as("emma").get(f"/tasks/{key}").status_code == 404
        assert key not in pages_as("emma").get("/tasks?view=all").text

    def test_only_reading_changes_nothing(self, pages_as: As, tasks: Tasks) -> None:
        key = tasks.ask(to="it")
        for path in (f"/tasks/{key}", "/tasks", "/tasks/new", f"/tasks/{key}/accept"):
            pages_as("cio").get(path)
        assert tasks.view(key).version == 1

    def test_moments_are_in_the_readers_zone_and_both_clocks_show(
        self, pages_as: As, tasks: Tasks, company: Company
    ) -> None:
        key = tasks.ask(to=None, assignee="emma@example.com")
        shown = pages_as("emma").get(f"/tasks/{key}").text
        assert "London now: Wed 18 Nov, 01:00" in shown
        assert "Tokyo now: Wed 18 Nov, 10:00" in shown
        with company.indoors():
            people.set_locale(company.member("emma"), "ja", now=company.now)
        shown = pages_as("emma").get(f"/tasks/{key}").text
        assert "ロンドン の現在時刻: 11月18日（水） 01:00" in shown
        assert "11月18日（水） 09:00まで時間外" in shown


class TestTheList:
    def test_each_tab_holds_what_it_says(self, pages_as: As, tasks: Tasks, travel: time_machine.Coordinates) -> None:
        mine = tasks.ask(by="kenji", to="marketing", assignee="mika@example.com", title="for Mika")
        asked = tasks.ask(by="mika", to="it", title="from Mika")
        inside = tasks.ask(by="nao", to="marketing", title="inside marketing")
        over = tasks.at("confirmed", to="it", title="over and done")
        page = pages_as("mika")
        wanted = {
            "mine": {mine},
            "asked": {asked},
            "department": {mine, inside},
            "cross": {mine, asked},
            "late": set(),
            "all": {mine, asked, inside, over},
        }
        for tab, keys in wanted.items():
            shown = set(re.findall(r'href="/tasks/(T-\d+)"', page.get(f"/tasks?view={tab}").text))
            assert shown == keys, tab
        travel.shift(timedelta(days=9))
        tasks.company.now += timedelta(days=9)
        late = pages_as("mika").get("/tasks?view=late").text
        assert {mine, asked, inside} <= set(re.findall(r'href="/tasks/(T-\d+)"', late))

    def test_words_and_states_narrow_it(self, pages_as: As, tasks: Tasks) -> None:
        tasks.ask(to="it", title="printer")
        tasks.ask(to="sales", title="prices")
        page = pages_as("mika")
        assert "T-1" in page.get("/tasks?view=all&q=PRINT").text
        assert 'href="/tasks/T-2"' not in page.get("/tasks?view=all&q=PRINT").text
        assert 'href="/tasks/T-1"' not in page.get("/tasks?view=all&department=sales").text
        assert say("task.list.none.all") in page.get("/tasks?view=all&state=closed").text

    def test_nonsense_in_the_address_is_no_error(self, pages_as: As, tasks: Tasks) -> None:
        tasks.ask()
        page = pages_as("mika")
        for query in (
            "view=nothing",
            "page=0",
            "page=999999",
            "page=x",
            "state=%00",
            "q=%27%22%3Cscript%3E",
            "department=zz",
        ):
            answer = page.get(f"/tasks?{query}")
            assert answer.status_code == 200, query
            assert "<script>" not in answer.text

    def test_empty_says_what_comes_next(self, pages_as: As) -> None:
        shown = pages_as("emma").get("/tasks?view=mine").text
        assert say("task.list.none.mine", "en") in shown
        assert 'href="/tasks/new"' in shown


def test_the_inbox_leads_to_the_task(pages_as: As, tasks: Tasks) -> None:
    key = tasks.ask(to="it", title="printer")
    home = pages_as("cio").get("/").text
    assert f'href="/tasks/{key}"' in home
    assert say("task.inbox.answer") in home
