"""Two workers, one process killed -9 every few seconds, one answer in ten lost after Slack accepted.

The short form has a lease of 6 s instead of 30 and looks sooner (tests/faults/altered); the long one is the product as it is.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.house import House, house
from tests.faults.killing import Ordeal, Outcome, endure

Url = Callable[[str], str | None]
SHORT = Ordeal(news=280, requests=10, channels=60, seconds=10, kills=4, every=(1.5, 2.5), patience=90)
LONG = Ordeal(news=1880, requests=60, channels=100, seconds=115, kills=22, every=(3, 8), patience=300)
LEASELESS = Ordeal(news=1000, requests=2, channels=50, seconds=40, kills=8, every=(3, 6), patience=300)

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(1500)]


@pytest.fixture
def suffer(fresh_url: Url) -> Callable[..., Outcome]:
    """Start an installation, put it through an ordeal, and count."""

    def run(kind: str, ordeal: Ordeal, *, history: bool, altered: tuple[str, ...] = ()) -> Outcome:
        with house(fresh_url(kind), history=history, altered=altered) as home:
            outcome = endure(home, ordeal)
        assert len(outcome.killed) == ordeal.kills
        return outcome

    return run


def assert_each_once(outcome: Outcome) -> None:
    assert outcome.lost() == []
    assert outcome.doubled() == []
    assert outcome.given_up() == {}


def assert_only_questions_repeat(outcome: Outcome) -> None:
    assert outcome.repeated_wrongly() == []
    given_up = outcome.given_up()
    assert set(outcome.lost()) <= given_up.keys()
    assert set(given_up.values()) <= {"answer_lost"}


def test_with_history_each_message_stands_there_once(suffer: Callable[..., Outcome]) -> None:
    assert_each_once(suffer("postgresql", SHORT, history=True, altered=("quick",)))


def test_without_history_only_questions_repeat_and_say_so(home: House) -> None:
    assert_only_questions_repeat(endure(home, SHORT))


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["postgresql", "embedded"])
def test_two_thousand_with_history(suffer: Callable[..., Outcome], kind: str) -> None:
    assert_each_once(suffer(kind, LONG, history=True))


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["postgresql", "embedded"])
def test_two_thousand_without_history(suffer: Callable[..., Outcome], kind: str) -> None:
    outcome = suffer(kind, LONG, history=False)
    assert_only_questions_repeat(outcome)
    assert outcome.doubled()  # or there was nothing to see


@pytest.mark.soak
@pytest.mark.parametrize("without", ["no lease", "no metadata"])
def test_the_same_fails_where_a_guard_is_missing(suffer: Callable[..., Outcome], without: str) -> None:
    """A test of the test: it must see what a missing lease, or missing metadata, does."""
    outcome = suffer("postgresql", LEASELESS, history=True, altered=("quick", without))
    with pytest.raises(AssertionError):
        assert_each_once(outcome)
    assert outcome.doubled()
