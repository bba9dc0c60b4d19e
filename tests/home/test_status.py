"""`/status` and `/metrics`: whether messages flow, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from collab.outbox import service
from tests.factories import Company
from tests.outbox.conftest import Post, environment, post, scopes, slack
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

__all__ = ["environment", "post", "scopes", "slack"]
As = Callable[[str | None], Api]


@pytest.fixture
def status(company: Company, as_: As, post: Post) -> Callable[[], dict[str, Any]]:
    """What /status says to an administrator, while somebody sweeps."""

    def ask() -> dict[str, Any]:
        with company.indoors():
            for word in ("outbox.sweep", "escalations.sweep", "escalations.audit", "escalations.clean"):
                service.leave_word(word, company.now)
        found: dict[str, Any] = company.app.test_client().get("/status", headers=as_("admin")._headers).json
        return found

    return ask


def test_a_message_given_up_degrades_until_it_is_let_go(
    status: Callable[[], dict[str, Any]], post: Post, slack: SlackDouble, company: Company
) -> None:
    text = post.say("mika")
    slack.faults.refuse(1.0, "msg_too_long", times=2)
    post.deliver()
    post.wait_and_deliver(10)
    told = status()
    assert (told["state"], told["outbox"]["broken"]["count"]) == ("degraded", 1)
    (newest,) = told["outbox"]["broken"]["newest"]
    assert (newest["error"], newest["about"], newest["attempts"]) == ("msg_too_long", "T-1", 2)
    assert newest["cause"]
    assert "1 messages could not be delivered" in told["reasons"][0]
    with company.indoors():
        service.dismiss(post.row_id(text), by=None, now=company.now)
    assert (status()["state"], status()["reasons"]) == ("ok", [])


def test_somebody_slack_does_not_reach_is_shown_and_is_no_fault_of_the_service(
    status: Callable[[], dict[str, Any]], post: Post, slack: SlackDouble
) -> None:
    post.say("mika")
    slack.faults.refuse(1.0, "is_archived", times=1)
    post.deliver()
    post.wait_and_deliver(10)
    told = status()
    assert (told["state"], told["outbox"]["broken"]["count"]) == ("ok", 1)
    assert told["outbox"]["broken"]["newest"][0]["cause"] == "The channel is archived."


def test_a_pause_and_a_refusing_workspace_are_reasons_in_plain_words(
    status: Callable[[], dict[str, Any]], post: Post, slack: SlackDouble, company: Company
) -> None:
    with company.indoors():
        service.pause("moving", by=company.member("admin"), now=company.now)
    told = status()
    assert told["reasons"] == ["delivery is paused by admin@example.com: moving"]
    assert [(gate["name"], gate["reason"]) for gate in told["outbox"]["gates"]] == [("operator", "moving")]
    with company.indoors():
        service.resume(by=None, now=company.now)
        service.close_workspace("token_revoked", now=company.now)
    (reason,) = status()["reasons"]
    assert reason == "Slack refuses us (token_revoked): The app was removed from the workspace, or its token revoked."


def test_late_messages_degrade_and_those_not_due_yet_do_not(
    status: Callable[[], dict[str, Any]], post: Post, travel: Any, company: Company
) -> None:
    later = company.now.replace(hour=23)
    post.say("mika", due_at=later)
    assert (status()["state"], status()["outbox"]["oldest_open_at"]) == ("ok", None)
    post.say("nao")
    travel.shift(11 * 60)
    company.later(minutes=11)
    told = status()
    assert told["outbox"]["stuck"] == 1
    assert told["outbox"]["oldest_open_seconds"] >= 11 * 60
    assert "more than ten minutes late" in told["reasons"][0]


def test_metrics_count_what_is_open_broken_and_stuck(
    post: Post, slack: SlackDouble, company: Company, travel: object
) -> None:
    def shown() -> dict[str, float]:
        lines = company.app.test_client().get("/metrics").text.splitlines()
        return {
            name: float(value)
            for name, _, value in (line.rpartition(" ") for line in lines if "_outbox_" in line and line[0] != "#")
        }

    post.say("mika")
    assert shown()['collab_outbox_messages{state="pending"}'] == 1
    slack.faults.refuse(1.0, "is_archived", times=1)
    post.deliver()
    with company.indoors():
        service.pause("moving", by=None, now=company.now)
    now = shown()
    assert now['collab_outbox_messages{state="broken"}'] == 1
    assert (now['collab_outbox_gate_shut{gate="operator"}'], now['collab_outbox_gate_shut{gate="workspace"}']) == (1, 0)
    assert now["collab_outbox_stuck"] == 0
