"""Places in Slack that are shown, not said: wanted in the transaction of the event, shown by a worker as they are then, again
after a failure by its class, and never in a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from flask import Flask

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.outbox import queries as outbox
from collab.outbox import service
from collab.outbox.rules import pace
from collab.slack import queries
from collab.slack import service as slack_service
from collab.slack.models import Screen
from collab.slack.problems import problem_of
from collab.slack.registry import edges
from tests.factories import Company
from tests.parts.databases import on_both

SLOT = "home:T1:U1"
Render = Callable[[Mapping[str, Any], datetime], Any]


@dataclass
class Wall:
    """A place of a test's own: what was shown there, and what Slack says about it."""

    shown: list[Mapping[str, Any]]
    problems: list[Exception]

    method: ClassVar[str] = "views.publish"

    def render(self, args: Mapping[str, Any], _now: datetime) -> Wall:
        self.args = args
        return self

    def show(self) -> None:
        if self.problems:
            raise self.problems.pop(0)
        self.shown.append(self.args)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch, travel: time_machine.Coordinates) -> Wall:
    found = Wall([], [])
    monkeypatch.setitem(edges.screens, "wall", found.render)
    return found


@pytest.fixture
def indoors(app: Flask, company: Company) -> Any:
    with app.app_context():
        yield app


def want(**args: Any) -> None:
    slack_service.want(SLOT, "wall", args, now=clock.now())


def place() -> Screen:
    found = queries.find_screen(SLOT)
    assert found is not None
    return found


def show() -> int:
    return service.show_due(now=clock.now())


@on_both
def test_a_place_is_shown_once_for_each_time_it_is_wanted(indoors: Flask, wall: Wall) -> None:
    want(n=1)
    assert (show(), show()) == (1, 0)
    want(n=2)
    want(n=3)
    assert (show(), show()) == (1, 0)
    assert wall.shown == [{"n": 1}, {"n": 3}], "the newest wish counts"
    assert place().due_at is None
    assert place().shown_at is not None


def test_nothing_is_wanted_when_its_cause_is_undone(indoors: Flask, wall: Wall) -> None:
    with pytest.raises(ZeroDivisionError), atomic():
        want()
        raise ZeroDivisionError
    assert show() == 0


def test_wanting_rings_once_it_is_committed(indoors: Flask, wall: Wall) -> None:
    rung: list[str] = []
    indoors.extensions["wake"] = rung.append
    with atomic():
        want()
        assert rung == []
    assert rung == ["screens"]


@on_both
def test_what_is_wanted_while_it_is_shown_is_shown_again(
    indoors: Flask, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown_meanwhile(args: Mapping[str, Any], now: datetime) -> Wall:
        if args == {"n": 1}:
            want(n=2)
        return wall.render(args, now)

    monkeypatch.setitem(edges.screens, "wall", shown_meanwhile)
    want(n=1)
    assert (show(), show(), show()) == (1, 1, 0)
    assert wall.shown == [{"n": 1}, {"n": 2}]


@on_both
def test_of_eight_workers_at_once_one_takes_it_up(indoors: Flask, wall: Wall) -> None:
    for _round in range(3):
        want()
        now = clock.now()

        def claim(_number: int, now: datetime = now) -> int:
            with indoors.app_context():
                return len(slack_service.claim_screens(now=now, limit=20))

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(claim, range(8))) == 1


def test_a_place_whose_worker_died_is_shown_after_its_lease(
    indoors: Flask, wall: Wall, travel: time_machine.Coordinates
) -> None:
    want()
    assert len(slack_service.claim_screens(now=clock.now(), limit=20)) == 1
    assert show() == 0
    travel.shift(slack_service.SCREEN_LEASE + timedelta(seconds=1))
    assert show() == 1


def test_one_that_kills_its_worker_again_and_again_is_let_go(
    indoors: Flask, wall: Wall, travel: time_machine.Coordinates
) -> None:
    wall.problems = [RuntimeError("no words")] * 20
    want()
    tries = 0
    for _hour in range(60):
        tries += show()
        travel.shift(timedelta(minutes=1))
    assert tries == 4
    assert place().due_at is None


def test_a_screen_that_fails_keeps_no_other_waiting(indoors: Flask, wall: Wall) -> None:
    slack_service.want("wall:broken", "wall", {}, now=clock.now() - timedelta(seconds=9))
    want()
    wall.problems = [RuntimeError("no words")]
    assert show() == 2
    assert len(wall.shown) == 1


@pytest.mark.parametrize(
    ("error", "again_after"),
    [("ratelimited", 7), ("internal_error", 2), ("no_such_word", 2), ("user_not_found", None), ("not_enabled", None),
     ("view_too_large", None), ("missing_scope", None)],
)  # fmt: skip
def test_what_follows_depends_on_why_slack_did_not_show_it(
    indoors: Flask, wall: Wall, error: str, again_after: int | None
) -> None:
    wall.problems = [problem_of("views.publish", error, retry_after=7)]
    want()
    show()
    due_at = place().due_at
    waits = None if due_at is None else round((due_at - clock.now()).total_seconds())
    assert waits == again_after
    assert list(outbox.list_gates()) == [], "messages are not concerned"


def test_a_pause_of_slacks_holds_for_every_home_tab_and_is_no_try(
    indoors: Flask, wall: Wall, travel: time_machine.Coordinates
) -> None:
    wall.problems = [problem_of("views.publish", "ratelimited", retry_after=60)]
    want()
    show()
    slack_service.want("wall:other", "wall", {"n": 2}, now=clock.now())
    assert show() == 1
    assert wall.shown == []
    travel.shift(timedelta(seconds=61))
    assert show() == 2
    assert len(wall.shown) == 2


def test_while_the_workspace_refuses_us_nothing_is_shown_and_nothing_lost(
    indoors: Flask, wall: Wall, travel: time_machine.Coordinates
) -> None:
    wall.problems = [problem_of("views.publish", "token_revoked")]
    want()
    assert show() == 0
    assert [gate.reason for gate in outbox.list_gates()] == ["token_revoked"]
    assert (show(), wall.shown) == (0, [])
    service.resume(by=None, now=clock.now())
    travel.shift(timedelta(minutes=1))
    service.sweep(now=clock.now())
    assert show() == 1
    assert len(wall.shown) == 1


def test_an_operators_pause_holds_here_too(indoors: Flask, wall: Wall) -> None:
    want()
    service.pause("moving house", by=None, now=clock.now())
    assert (show(), wall.shown) == (0, [])
    service.resume(by=None, now=clock.now())
    assert show() == 1


def test_no_more_are_shown_than_slack_takes(indoors: Flask, wall: Wall, travel: time_machine.Coordinates) -> None:
    with atomic():
        for number in range(40):
            slack_service.want(f"wall:{number}", "wall", {}, now=clock.now())
    began, seen = clock.now(), []
    for seconds in (0, 5, 10):
        travel.move_to(began + timedelta(seconds=seconds))
        while show():
            pass
        seen.append(len(wall.shown))
    assert seen == [20, 26, 33], "a burst, then 80 a minute: a hundred in the first minute"


def test_home_tabs_have_a_faster_lane_than_other_methods() -> None:
    home, unfurl = pace.of_method("views.publish", 100), pace.of_method("chat.unfurl", 100)
    assert home.interval < unfurl.interval


def test_what_no_version_knows_any_more_is_let_go(indoors: Flask, travel: time_machine.Coordinates) -> None:
    slack_service.want(SLOT, "of_long_ago", {}, now=clock.now())
    assert (show(), show()) == (1, 0)


def test_a_day_later_it_is_forgotten(indoors: Flask, wall: Wall, travel: time_machine.Coordinates) -> None:
    want()
    show()
    travel.shift(timedelta(hours=23))
    service.tidy(now=clock.now())
    assert queries.find_screen(SLOT)
    travel.shift(timedelta(hours=25))
    service.tidy(now=clock.now())
    assert queries.find_screen(SLOT) is None
