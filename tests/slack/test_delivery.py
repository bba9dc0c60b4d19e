"""Delivery when Slack misbehaves: nothing is lost, nothing is said twice without need, nobody waits for another's trouble."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from tests.factories import Company
from tests.slack.people import CIO, CMO, Deliver, file
from tests.slack_double import SlackDouble


def test_slack_that_cannot_say_whom_to_write_to_is_asked_again_later(
    served: SlackDouble, company: Company, deliver: Deliver, travel: time_machine.Coordinates
) -> None:
    company.filed()
    served.answer_next("users.lookupByEmail", {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "20"})
    deliver()
    assert len(served.record.calls("users.lookupByEmail")) == 1  # the pause is for whoever is looked up next, too
    assert served.record.messages_to(CMO) == served.record.messages_to(CIO) == []
    travel.shift(timedelta(seconds=40))
    deliver()
    assert len(served.record.messages_to(CMO)) == len(served.record.messages_to(CIO)) == 1


def test_too_many_messages_wait_their_time_and_arrive_once(
    served: SlackDouble, company: Company, deliver: Deliver, travel: time_machine.Coordinates
) -> None:
    company.filed()
    served.answer_next("chat.postMessage", 429, headers={"Retry-After": "7"})
    deliver()
    assert len(served.record.calls("chat.postMessage")) == 2
    travel.shift(timedelta(seconds=8))
    deliver()
    assert len(served.record.messages_to(CMO)) == len(served.record.messages_to(CIO)) == 1


def test_one_person_who_cannot_be_reached_does_not_hold_up_the_others(
    served: SlackDouble, company: Company, deliver: Deliver
) -> None:
    served.deactivate(CMO)
    company.filed()
    deliver()
    assert len(served.record.messages_to(CIO)) == 1


def test_a_modal_that_slack_did_not_open_in_time_is_said_so(served: SlackDouble, deliver: Deliver) -> None:
    served.answer_next("views.open", {"ok": False, "error": "expired_trigger_id"})
    reply = served.play.slash(CMO, "/collab", "purchase new")
    assert "時間内に開けませんでした" in reply.ephemeral


def test_a_receipt_that_cannot_be_whispered_stands_in_the_form(served: SlackDouble) -> None:
    from collab.slack.client import SlackTransport
    from collab.slack.problems import Refused

    def used_up(*_what: object) -> None:
        raise Refused("used_url")

    original, SlackTransport.respond = SlackTransport.respond, used_up  # type: ignore[method-assign]
    try:
        reply = file(served)
    finally:
        SlackTransport.respond = original  # type: ignore[method-assign]
    assert reply.view is not None
    assert "PR-1 を申請しました" in str(reply.view.blocks)


def test_a_guest_cannot_even_open_the_form(served: SlackDouble) -> None:
    reply = served.play.slash("agency@example.com", "/collab", "purchase new")
    assert reply.view is None
    assert reply.ephemeral
