"""From a place that is to be shown (a Home tab, what stands behind a link) to Slack. Nothing is written down before the call:
shown twice it looks the same, and whoever wants it again is shown what is true then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow
from collab.kernel.errors import Busy
from collab.outbox import queries as outbox
from collab.outbox.rules import pace
from collab.outbox.service import gates, pacing
from collab.outbox.service.sweeps import LONGEST_WAIT, SHORTEST_WAIT, leave_word
from collab.slack import queries as slack
from collab.slack import service
from collab.slack.problems import Later, OurBug, SlackProblem, TargetBroken, WorkspaceBroken
from collab.slack.registry import edges
from collab.slack.screens import Showing

log = structlog.get_logger(__name__)
MOST_TRIES = 4
AT_ONCE = 20
TOO_SOON = frozenset({"cannot_unfurl_url"})
"""What Slack also says when we were quicker than its own hearing of our acknowledgement."""
_FIRST_PAUSE = timedelta(seconds=2)


def show_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Show up to `limit` places that are due; returns how many were taken up (0: nothing is due, or nothing may be shown)."""
    time = clock.ticking(now)
    try:
        gates.check_open()
        due = service.claim_screens(now=now, limit=limit)
        for screen in due:
            _guarded(screen, time)
    except gates.Shut:
        return 0  # what was claimed is due again when its lease is over
    return len(due)


def seconds_to_next_screen(*, now: datetime) -> float | None:
    """How long until there is more to show, if that is before the next sweep would look."""
    if outbox.list_gates() or (due := slack.next_screen()) is None:
        return None
    wait = max((due - now).total_seconds(), SHORTEST_WAIT)
    return wait if wait < LONGEST_WAIT else None


def sweep_screens(*, now: datetime) -> int:
    """Show what no bell announced, and what a worker left behind."""
    shown = show_due(now=now)
    leave_word("slack.sweep", now)
    return shown


def _guarded(screen: AnyRow, time: Callable[[], datetime]) -> None:
    """One screen that cannot be put into words must not keep the others waiting; a database that is away stops all."""
    try:
        _show(screen, time)
    except (gates.Shut, Busy, DBAPIError):
        raise
    except pacing.NotYet as wait:
        service.postpone_screen(screen, wait.at, tried=False)
    except SlackProblem as problem:
        _failed(screen, problem, time())
    except Exception:
        log.exception("slack.screen_failed", slot=screen.slot, kind=screen.kind)
        _again(screen, time())


def _show(screen: AnyRow, time: Callable[[], datetime]) -> None:
    """Put it together as it is now and call. What no feature knows any more is let go."""
    render = edges.screens.get(screen.kind)
    showing = render(screen.args, time()) if render else None
    if showing is not None:
        _take_place(showing, time())
        showing.show()
    service.settle_screen(screen, shown_at=time() if showing else None)


def _take_place(showing: Showing, now: datetime) -> None:
    """The gates and the pace, as for messages. Raises Shut and NotYet: nothing was called."""
    with atomic():
        gates.check_open()
        pacing.take(pacing.method(showing.method), now=now)


def _failed(screen: AnyRow, problem: SlackProblem, now: datetime) -> None:
    """By the class of the problem; nobody is told of a screen, for whoever misses it asks for it again."""
    log.warning("slack.not_shown", slot=screen.slot, error=problem.error, kind=problem.kind)
    match problem:
        case Later():
            return _wait(screen, problem, now)
        case WorkspaceBroken() if problem.error in gates.SEEN_BY_PROBE:
            service.postpone_screen(screen, now, tried=False)
            gates.refused(problem.error, now=now)
        case TargetBroken() if problem.error in TOO_SOON:
            return _again(screen, now)
        case OurBug():
            log.error("slack.screen_refused", slot=screen.slot, error=problem.error, detail=problem.detail)
        case TargetBroken() | WorkspaceBroken():
            pass  # this one place, or a right that this installation was not given: messages are not concerned
        case _:
            return _again(screen, now)
    return service.settle_screen(screen, shown_at=None)


def _wait(screen: AnyRow, problem: SlackProblem, now: datetime) -> None:
    """Slack asked for a pause: the whole method keeps it."""
    until = now + pace.pause(problem.retry_after)
    with atomic():
        service.postpone_screen(screen, until, tried=False)
        if problem.method:
            pacing.close([pacing.method(problem.method).key], until)


def _again(screen: AnyRow, now: datetime) -> None:
    """Once more after a while, but not for ever: 2 s, 8 s, half a minute."""
    if screen.tries >= MOST_TRIES:
        return service.settle_screen(screen, shown_at=None)
    return service.postpone_screen(screen, now + _FIRST_PAUSE * 4 ** (screen.tries - 1), tried=True)
