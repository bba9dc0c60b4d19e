"""A valid press, form or command that comes a second time: no second effect, and a kind answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

import pytest
import time_machine
from flask import Flask

from collab.slack import service
from tests.factories import Company
from tests.parts.applications import application, settings_for
from tests.parts.databases import Database, on_both
from tests.parts.statements import statements
from tests.slack.people import CIO, CMO, MIKA, STRANGER, Deliver, file
from tests.slack.tape import Tape, changed, everything
from tests.slack_double import Reply, SlackDouble

ONCE = ("すでに受け付けています", "This was received already")


@pytest.fixture
def tape(served: SlackDouble) -> Tape:
    return Tape().record(served)


def filed(slack: SlackDouble, deliver: Deliver) -> None:
    file(slack)
    deliver()


def files(slack: SlackDouble, deliver: Deliver) -> None:
    file(slack)


def approves(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    slack.play.click(CMO, slack.record.last_to(CMO), "決裁（共同）")


def approves_by_typing(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    slack.play.slash(CMO, "/collab", "approve PR-1 fine")


def sends_back(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    modal = slack.play.click(CIO, slack.record.last_to(CIO), "差し戻し").view
    slack.play.submit(CIO, modal, {"修正してほしい点": "もう少し安く"})


def sends_back_by_typing(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    slack.play.slash(CIO, "/collab", "return PR-1 もう少し安く")


def rejects(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    more = slack.play.click(CMO, slack.record.last_to(CMO), "その他…").view
    reason = slack.play.click(CMO, more, "却下").view
    slack.play.submit(CMO, reason, {"却下の理由": "目的に合わない"})


def asks_later(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    more = slack.play.click(CMO, slack.record.last_to(CMO), "その他…").view
    slack.play.click(CMO, more, "いつにしますか", "翌営業日の朝")


def withdraws(slack: SlackDouble, deliver: Deliver) -> None:
    filed(slack, deliver)
    slack.play.slash(MIKA, "/collab", "withdraw PR-1")


def chooses_a_language(slack: SlackDouble, deliver: Deliver) -> None:
    slack.play.slash(MIKA, "/collab", "lang ja")


def is_a_stranger(slack: SlackDouble, deliver: Deliver) -> None:
    slack.play.slash(STRANGER, "/collab", "me")


ACTS = [
    files, approves, approves_by_typing, sends_back, sends_back_by_typing, rejects, asks_later, withdraws, chooses_a_language,
    is_a_stranger,
]  # fmt: skip


@on_both
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_same_bytes_again_change_nothing_and_are_answered_kindly(
    served: SlackDouble, deliver: Deliver, tape: Tape, app: Flask, act: Callable[[SlackDouble, Deliver], None]
) -> None:
    act(served, deliver)
    before, mark = everything(app), served.record.mark()
    for _again in range(2):
        reply = tape.again()
        assert reply.status == 200
    assert changed(before, everything(app)) == {}
    said = reply.text + "".join(str(shown) for shown in served.record.shown_since(mark))
    assert any(once in said for once in ONCE) or act is asks_later, (
        said
    )  # there, the screen it was pressed in is another by now


def test_an_old_yes_does_not_count_for_a_request_that_was_sent_back_and_filed_again(
    served: SlackDouble, deliver: Deliver, tape: Tape, app: Flask
) -> None:
    filed(served, deliver)
    served.play.click(CMO, served.record.last_to(CMO), "決裁（共同）")
    yes = len(tape.sent) - 1
    served.play.slash(CIO, "/collab", "return PR-1 もう少し安く")
    with app.app_context():
        from collab.kernel import clock
        from collab.people.queries import find_actor_by_email
        from collab.purchases import service as purchases

        purchases.submit(find_actor_by_email(MIKA, clock.now()), "PR-1", now=clock.now())
    before = everything(app)
    assert tape.again(yes).status == 200
    assert changed(before, everything(app)) == {}


@on_both
@pytest.mark.parametrize("act", [files, approves, sends_back, asks_later], ids=lambda act: act.__name__)
def test_the_same_bytes_at_the_same_moment_in_two_processes_have_one_effect(
    served: SlackDouble, deliver: Deliver, app: Flask, database: Database, tmp_path: Path,
    environment: dict[str, str], act: Callable[[SlackDouble, Deliver], None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The message is held back, then reaches both processes several times at once."""
    held: list[tuple[str, bytes, dict[str, str]]] = []
    post = served.play._post

    def hold_back(path: str, body: bytes, headers: dict[str, str], **about: Any) -> Reply:
        if not _is_last(act, body):
            return post(path, body, headers, **about)
        held.append((path, body, headers))
        raise HeldBack

    monkeypatch.setattr(served.play, "_post", hold_back)
    with pytest.raises(HeldBack):
        act(served, deliver)
    before = everything(app)
    with application(settings_for(database.url, tmp_path / "var", environment)) as other:
        start = threading.Barrier(8)

        def send(number: int) -> tuple[int, str]:
            path, body, headers = held[0]
            start.wait(30)
            reply = (other if number % 2 else app).test_client().post(path, data=body, headers=headers)
            return reply.status_code, reply.text

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, range(8)))
    assert {status for status, _text in answers} == {200}
    grown = changed(before, everything(app))
    assert grown.get("slack_acts") == 1, "one of them, and only one, had an effect"
    expected = {files: {"purchases": 1, "approval_rounds": 1}, asks_later: {"outbox_messages": 1}}
    for table, rows in expected.get(act, {}).items():
        assert grown.get(table) == rows, table
    said = [row for row in everything(app)["audit_entries"] if "'system'" not in row]
    decided = [row for row in said if "'approve'" in row or "'return'" in row]
    assert len(decided) == (act in (approves, sends_back))


class HeldBack(Exception):
    """The message that counts does not reach the product yet."""


def _is_last(act: Callable[..., None], body: bytes) -> bool:
    """Which message of an act is the one that changes something."""
    told = unquote_plus(body.decode())
    if act in (approves, asks_later):
        pressed = {approves: "approval.approve", asks_later: "approval.later"}[act]
        return '"type": "block_actions"' in told and f'"action_id": "{pressed}' in told.partition('"actions": ')[2]
    return '"type": "view_submission"' in told and (act is files or "approval.reason" in told)


def test_an_old_message_is_a_forgery(
    served: SlackDouble, tape: Tape, app: Flask, travel: time_machine.Coordinates
) -> None:
    files(served, lambda: None)
    before = everything(app)
    travel.shift(timedelta(seconds=301))
    assert tape.again().status == 401
    assert changed(before, everything(app)) == {}


def test_a_form_pressed_again_because_the_first_answer_came_too_late_files_once(
    served: SlackDouble, tape: Tape, app: Flask
) -> None:
    """Slack shows an error after three seconds and leaves the form open: the second press is a new message about the same
    form, with another trigger and signature."""
    file(served)
    path, body, _headers = tape.sent[-1]
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    body = urlencode({"payload": json.dumps({**payload, "trigger_id": "another"})}).encode()
    before = everything(app)
    reply = served.play.raw(path, body, content_type="application/x-www-form-urlencoded")
    assert (reply.status, reply.body["response_action"]) == (200, "clear")
    assert changed(before, everything(app)) == {}


def test_a_form_sent_back_with_complaints_counts_once_it_is_mended(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    modal = served.play.slash(MIKA, "/collab", "purchase new").view
    fields = {
        "title": "接客カメラ",
        "purpose": "待ち時間を測る",
        "vendor": "青山電機",
        "category": "martech",
        "goal": "G-1",
    }
    assert served.play.submit(MIKA, modal, {**fields, "amount": "たくさん"}).errors
    assert served.play.submit(MIKA, modal, {**fields, "amount": "480000"}).body == {"response_action": "clear"}
    assert company.purchase("PR-1").state == "pending"


def test_a_second_press_is_another_message_and_is_told_when_it_was_decided(
    served: SlackDouble, deliver: Deliver
) -> None:
    approves(served, deliver)
    card = served.record.messages_to(CMO)[0]
    assert "11月18日" in served.play.click(CMO, card, "決裁（共同）").ephemeral


@pytest.mark.parametrize(("line", "inserts"), [("help", 0), ("me", 0), ("purchase show PR-1", 0), ("approve PR-1", 1)])
def test_only_what_changes_something_costs_a_row(
    served: SlackDouble, deliver: Deliver, app: Flask, line: str, inserts: int
) -> None:
    filed(served, deliver)
    served.play.slash(CMO, "/collab", "help")
    with statements(app) as seen:
        served.play.slash(CMO, "/collab", line)
    assert sum("slack_acts" in text for text in seen.said) == inserts


def test_help_asks_the_database_nothing(served: SlackDouble, app: Flask) -> None:
    served.play.slash(CMO, "/collab", "help")
    with statements(app) as seen:
        assert "入力できる" in served.play.slash(CMO, "/collab", "help").ephemeral
    assert seen.said == []


@on_both
def test_what_can_come_again_no_more_is_forgotten(
    served: SlackDouble, deliver: Deliver, app: Flask, travel: time_machine.Coordinates
) -> None:
    from collab.kernel import clock

    chooses_a_language(served, deliver)
    assert everything(app)["slack_acts"]
    for days, left in ((6, 1), (2, 0)):
        travel.shift(timedelta(days=days))
        with app.app_context():
            service.tidy(now=clock.now())
        assert len(everything(app)["slack_acts"]) == left


@pytest.mark.parametrize("environment", [{}])
def test_what_is_played_on_the_preview_is_new_every_time(company: Company) -> None:
    from collab.outbox.screen import type_line

    with company.indoors():
        for _time in range(2):
            assert "日本語" in str(type_line(MIKA, "lang ja").said)
