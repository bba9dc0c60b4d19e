"""What takes longer than Slack waits: it is told in time, the work goes on, and its answer comes where it was asked."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from collab.kernel import i18n
from collab.slack import waiting
from collab.slack.registry import edges
from collab.slack.talk import Answer, Talk
from tests.slack.people import CMO, MIKA, Deliver, file
from tests.slack_double import SlackDouble, text_of

SHORT = 0.3


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Everything that is done in Slack waits for this, and Slack's patience is short."""
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", SHORT)
    go_on = threading.Event()
    go_on.set()
    codes = edges.vocabulary.commands
    code = next(code for code in codes if code.endswith(".me"))
    inner = codes[code].handler

    def handler(talk: Talk) -> Answer:
        go_on.wait(10)
        return inner(talk)

    handler.__dict__.update(inner.__dict__)
    monkeypatch.setitem(codes, code, replace(codes[code], handler=handler))
    for name, pressed in list(edges.actions.items()):
        monkeypatch.setitem(edges.actions, name, _after(go_on, pressed))
    return go_on


def _after(go_on: threading.Event, inner: object) -> object:
    def handler(talk: Talk) -> Answer:
        go_on.wait(10)
        return inner(talk)  # type: ignore[operator]

    return handler


def test_a_slow_command_is_answered_in_time_and_then_again_with_what_came_of_it(
    served: SlackDouble, slow: threading.Event
) -> None:
    usual = served.play.slash(MIKA, "/collab", "me").ephemeral
    slow.clear()
    began = time.monotonic()
    reply = served.play.slash(MIKA, "/collab", "me")
    assert time.monotonic() - began >= SHORT  # `elapsed` leaves out what the product stood in line for a processor
    assert reply.elapsed < SHORT + 1
    assert text_of(served.record.ephemerals_to(MIKA)[-1]).startswith(i18n.catalogue("ja")["slack.still_working"][:10])
    before = len(served.record.ephemerals_to(MIKA))
    slow.set()
    served.record.wait_for(lambda record: len(record.ephemerals_to(MIKA)) > before)
    assert text_of(served.record.ephemerals_to(MIKA)[-1]) == usual


def test_a_slow_press_is_taken_in_time_and_has_its_effect_once(
    served: SlackDouble, slow: threading.Event, deliver_later: Deliver
) -> None:
    file(served)
    served.play.slash(MIKA, "/collab", "submit PR-1")
    for _ in range(3):
        deliver_later()
    card = next(one for one in served.record.cards_about("PR-1") if one in served.record.messages_to(CMO))
    slow.clear()
    reply = served.play.click(CMO, card, "approval.approve")
    assert (reply.status, reply.elapsed < SHORT + 1) == (200, True)
    assert reply.text == ""
    slow.set()
    served.record.wait_for(
        lambda record: record.ephemerals_to(CMO) and "PR-1" in text_of(record.ephemerals_to(CMO)[-1])
    )


def test_what_comes_at_the_very_moment_is_said_once(served: SlackDouble, slow: threading.Event) -> None:
    for _ in range(5):
        slow.clear()
        before = len(served.record.ephemerals_to(MIKA))
        threading.Timer(SHORT, slow.set).start()
        reply = served.play.slash(MIKA, "/collab", "me")
        time.sleep(0.2)
        said = [text_of(one) for one in served.record.ephemerals_to(MIKA)[before:]]
        waits = [text for text in said if "処理に時間" in text]
        assert len(said) - len(waits) == 1, (reply.elapsed, said)
