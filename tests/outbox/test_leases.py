"""Who holds a message: one worker at a time, not for ever, and whatever the clocks do."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Lane
from tests.outbox.conftest import Post, seconds
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble

pytestmark = on_both


def test_a_lease_that_ran_out_is_taken_up_again(post: Post) -> None:
    text = post.say(post.channel("one"))
    post.change(text, state="leased", lease="dead", leased_until=post.company.now + seconds(30))
    assert post.round() == 0
    post.later(seconds=31)
    post.deliver()
    assert post.said == [text]


def test_a_dead_workers_call_is_looked_for_and_not_repeated(post: Post, slack: SlackDouble) -> None:
    text = post.say(post.channel("one"))
    slack.answer_next("chat.postMessage", ConnectionResetError(), done_first=True)
    post.deliver()
    post.change(text, state="sending", lease="dead", leased_until=post.company.now + seconds(30), looks=0)
    post.later(seconds=31)
    post.deliver()
    assert (post.row(text).state, post.said, post.calls) == ("sent", [text], 1)


def test_a_dead_workers_call_that_never_arrived_is_made_within_two_sweeps(post: Post) -> None:
    text = post.say(post.channel("one"))
    post.change(text, state="sending", lease="dead", leased_until=post.company.now + seconds(30), attempts=1)
    post.later(seconds=31)
    post.wait_and_deliver(10)
    assert (post.row(text).state, post.said) == ("sent", [text])


def test_a_worker_that_was_too_slow_writes_nothing_over_its_successor(post: Post, slack: SlackDouble) -> None:
    """The first worker hangs in its call until its lease is over; the second finds the message in Slack."""
    text = post.say(post.channel("one"))
    started, go_on = threading.Event(), threading.Event()
    with _slow(slack, started, go_on):
        first = threading.Thread(target=post.round)
        first.start()
        assert started.wait(10)
        post.later(seconds=31)
        post.deliver()
        go_on.set()
        first.join()
    post.wait_and_deliver(10)
    assert post.said == [text]
    assert post.states == {"sent": 1}


class _slow:  # noqa: N801 - reads as a verb
    """The next call is accepted at once and answered only when the test says so."""

    def __init__(self, slack: SlackDouble, started: threading.Event, go_on: threading.Event) -> None:
        self._workspace, self._started, self._go_on = slack._slack, started, go_on

    def __enter__(self) -> None:
        self._post = self._workspace.post

        def post(*given: object, **more: object) -> object:
            made = self._post(*given, **more)  # type: ignore[arg-type]
            self._workspace.post = self._post
            self._workspace.lock.release()
            self._started.set()
            self._go_on.wait(10)
            self._workspace.lock.acquire()
            return made

        self._workspace.post = post  # type: ignore[method-assign,assignment]

    def __exit__(self, *_trouble: object) -> None:
        self._workspace.post = self._post  # type: ignore[method-assign]


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=-1), timedelta(days=1)])
def test_a_clock_that_steps_keeps_nothing_waiting(post: Post, step: timedelta) -> None:
    """What was due, leased or paced by the old clock goes out within a lease and two sweeps by the new one."""
    place = post.channel("one")
    new, held = post.say(place), post.say(post.channel("two"))
    post.change(held, state="leased", lease="dead", leased_until=post.company.now + seconds(30))
    with post.company.indoors(), atomic():
        db.session.add(Lane(key=place, free_at=post.company.now + seconds(3)))
    post.later(seconds=step.total_seconds())
    post.wait_and_deliver(40)
    assert sorted(post.said) == sorted([new, held])


def test_what_somebody_wants_to_hear_later_waits_until_then(post: Post) -> None:
    text = post.say("mika", due_at=post.company.now + timedelta(hours=2))
    post.deliver()
    assert post.said == []
    post.later(hours=2)
    post.deliver()
    assert post.said == [text]


def test_a_message_that_cannot_be_put_together_stops_no_other_and_is_given_up_at_last(post: Post) -> None:
    bad = post.say(post.channel("one"), fails=True)
    good = post.say(post.channel("two"))
    post.deliver()
    assert post.said == [good]
    for _ in range(10):
        post.later(minutes=6)
        post.deliver()
    assert (post.row(bad).state, post.row(bad).problem) == ("broken", "not_renderable")
