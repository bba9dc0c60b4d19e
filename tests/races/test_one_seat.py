"""Two hundred presses at once on one seat, from the API, the pages and Slack: one decision, everybody else told kindly.
SQLite has one writer at a time and a person waits for five seconds at most, so it gets fewer on a machine that tests more."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.journeys.test_purchase import CIO, SOON, card_for
from tests.parts.installation import Installation
from tests.slack_double import SlackDouble

House = tuple[Installation, SlackDouble]
AT_ONCE, ON_SQLITE = 200, 100
FIELDS = {
    "title": "Mail campaign tool", "purpose": "To answer customers", "vendor": "Hikari KK", "category": "martech", "amount": "500000",
    "goal": "G-1",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What one press got."""

    way: str
    status: int
    code: str = ""
    said: str = ""


@pytest.fixture(autouse=True)
def patient_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast the answer is under such a load is for the benchmarks."""
    monkeypatch.setattr("tests.slack_double.play.LATE_SECONDS", 60.0)


@pytest.mark.parametrize("mixed", [("approve",), ("approve", "return", "reject")], ids=["all approve", "they disagree"])
def test_one_decision_whoever_presses_and_wherever(
    house: House, mixed: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    installation, slack = house
    key = _filed(installation)
    presses = _presses(installation, slack, key, mixed, ON_SQLITE if "embedded" in request.node.name else AT_ONCE)
    whispered = len(slack.record.ephemerals_to(CIO))
    answers = _all_at_once(presses)

    history = installation.api("auditor", "GET", f"/purchases/{key}/history").json()
    decisions = [event for event in history if event["verb"] in ("approve", "decide", "return", "reject")]
    assert [event["actor"] for event in decisions] == [CIO], Counter((a.way, a.status, a.code) for a in answers)
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))

    assert len(answers) == len(presses)
    assert not [answer for answer in answers if answer.status >= 500]
    taken = [answer for answer in answers if answer.way == "api" and answer.status == 201]
    late = [answer for answer in answers if answer.way == "api" and answer.status != 201]
    assert len(taken) <= 1
    assert {answer.status for answer in late} <= {409}
    assert {answer.code for answer in late} <= {"already_decided", "conflict", "round_ended", "not_your_turn"}
    in_slack = [answer for answer in answers if answer.way == "slack"]
    assert {answer.status for answer in in_slack} == {200}
    slack.record.wait_for(lambda record: len(record.ephemerals_to(CIO)) - whispered >= len(in_slack) - 1, SOON)
    assert {answer.status for answer in answers if answer.way == "web"} <= {200, 409}
    assert all(answer.said for answer in answers if answer.way == "web")
    assert installation.type("audit", "verify")


def _filed(installation: Installation) -> str:
    key = installation.api("mika", "POST", "/purchases", FIELDS).json()["key"]
    assert installation.api("mika", "POST", f"/purchases/{key}/submit").status_code == 200
    return str(key)


def _presses(
    installation: Installation, slack: SlackDouble, key: str, verbs: tuple[str, ...], count: int
) -> list[Callable[[], Answer]]:
    """A third by each way; who presses is always the CIO, on many devices."""
    card = card_for(slack, key, CIO)
    browser = installation.enter("cio")
    browser.open(f"/purchases/{key}")
    installation.token("cio")

    def api(verb: str) -> Answer:
        answer = installation.api("cio", "POST", f"/purchases/{key}/decisions", {"verb": verb, "comment": "So be it."})
        return Answer("api", answer.status_code, answer.json().get("code", ""))

    def web(verb: str) -> Answer:
        answer = browser.press(f"/purchases/{key}/decisions", {"verb": verb, "comment": "So be it."})
        return Answer("web", answer.status_code, said=answer.text)

    def slack_press(_verb: str) -> Answer:
        return Answer("slack", slack.play.click(CIO, card, "approval.approve").status)

    ways = (api, web, slack_press)
    return [lambda n=n: ways[n % 3](verbs[(n // 3) % len(verbs)]) for n in range(count)]


def _all_at_once(presses: list[Callable[[], Answer]]) -> list[Answer]:
    start = threading.Barrier(len(presses))

    def press(one: Callable[[], Answer]) -> Answer:
        start.wait(SOON)
        return one()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))
