"""The rules of delivery, pure: every move, how fast, when several become one, how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.kernel.errors import NotNow
from collab.outbox.rules import bundles, pace, patience
from collab.outbox.rules.moves import MOVES, OPEN, SETTLED

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
VERBS = {verb for verb, _state in MOVES.table}


def test_every_open_state_can_be_taken_up_by_a_worker() -> None:
    assert {state for verb, state in MOVES.table if verb == "lease"} == set(OPEN)


def test_only_a_person_moves_a_settled_message() -> None:
    assert {(verb, state) for verb, state in MOVES.table if state in SETTLED} == {
        ("retry", "broken"),
        ("dismiss", "broken"),
    }


def test_what_a_dead_worker_was_sending_is_uncertain_never_unsent() -> None:
    assert MOVES.after("lease", "sending") == "uncertain"


@pytest.mark.parametrize("verb", sorted(VERBS - {"retry", "dismiss"}))
@pytest.mark.parametrize("state", sorted(SETTLED))
def test_no_other_move_leaves_a_settled_state(verb: str, state: str) -> None:
    with pytest.raises(NotNow):
        MOVES.after(verb, state)


@given(st.lists(st.floats(min_value=0, max_value=20), min_size=1, max_size=60))
def test_a_lane_never_lets_more_through_than_its_pace(gaps: list[float]) -> None:
    lane, free_at, now, made = pace.of_recipient("C1"), NOW, NOW, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if lane.free_from(free_at, None, now) <= now:
            free_at = lane.after(free_at, now)
            made.append(now)
    for start in made:
        inside = [at for at in made if start <= at < start + timedelta(seconds=10)]
        assert len(inside) <= 10 + lane.burst


def test_places_and_free_from_agree() -> None:
    lane, free_at = pace.of_method("chat.postMessage", 300), NOW
    for left in range(lane.burst, 0, -1):
        assert lane.places(free_at, None, NOW) == left
        assert lane.free_from(free_at, None, NOW) == NOW
        free_at = lane.after(free_at, NOW)
    assert lane.places(free_at, None, NOW) == 0
    assert lane.free_from(free_at, None, NOW) == NOW + lane.interval


@pytest.mark.parametrize("per_minute", [60, 300, 6000])
def test_nearly_the_whole_budget_of_a_minute_is_used_and_never_more(per_minute: int) -> None:
    lane, free_at, made = pace.of_method("chat.postMessage", per_minute), NOW - timedelta(hours=1), 0
    for tick in range(60):
        now = NOW + timedelta(seconds=tick)
        while lane.places(free_at, None, now):
            free_at, made = lane.after(free_at, now), made + 1
    assert 0.95 * per_minute <= made <= per_minute


def test_a_pause_slack_asked_for_is_kept_whole() -> None:
    lane = pace.of_recipient("C1")
    assert lane.places(NOW, NOW + timedelta(seconds=7), NOW) == 0
    assert lane.free_from(NOW, NOW + timedelta(seconds=7), NOW) == NOW + timedelta(seconds=7)


def test_what_a_clock_that_stepped_back_wrote_stops_nobody() -> None:
    lane, tomorrow = pace.of_recipient("C1"), NOW + timedelta(days=1)
    assert lane.places(tomorrow, tomorrow, NOW) == lane.burst
    assert lane.free_from(tomorrow, tomorrow, NOW) == NOW


def test_the_first_few_come_by_themselves_and_the_rest_wait_for_the_windows_end() -> None:
    ten = [NOW + timedelta(seconds=second) for second in range(10)]
    assert bundles.held_until(ten[:9], NOW + timedelta(seconds=10)) is None
    assert bundles.held_until(ten, NOW + timedelta(seconds=10)) == NOW + timedelta(minutes=5)
    assert bundles.held_until(ten, NOW + timedelta(minutes=5)) is None


def test_nothing_is_held_longer_than_two_hours_however_much_was_said() -> None:
    much = [NOW - timedelta(minutes=5 * n) for n in range(100)]
    assert bundles.held_until(much, NOW) == NOW + timedelta(hours=2)


def test_patience_grows_and_has_an_end() -> None:
    waits = [patience.after_strike(n, NOW) - NOW for n in range(1, patience.MOST_STRIKES + 1)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=10)
    assert max(waits) <= timedelta(minutes=5)
