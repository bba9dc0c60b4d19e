"""Silence at the end of a pilot means stop: at that very second, once, however many look, however late."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from collab.audit import queries as audit
from collab.initiatives import service
from collab.initiatives.service import piloting
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.initiatives import seen
from tests.factories.pilots import piloted, swept, the_pilot, voted
from tests.factories.signatures import laid, messages
from tests.parts.applications import inside
from tests.parts.databases import on_both

END = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def verbs(company: Company, key: str) -> list[tuple[str, str]]:
    with company.indoors():
        db.session.rollback()
        return [(entry.verb, entry.actor) for entry in audit.list_entries(key)]


def ended(company: Company, key: str) -> tuple[str, str | None, str | None]:
    view = seen(company, key)
    return view.state, view.result, the_pilot(company, key).verdict


@pytest.mark.parametrize(
    ("said", "result"),
    [({}, "silence"), ({"cmo": "scale"}, "silence"), ({"cio": "scale"}, "silence"), ({"cmo": "stop"}, "stopped")],
)
def test_at_the_very_second_and_not_before(company: Company, said: dict[str, str], result: str) -> None:
    key = piloted(company)
    for name, choice in said.items():
        voted(company, key, name, choice)
    company.now = END - SECOND
    swept(company)
    assert seen(company, key).state == "pilot"
    company.now = END
    assert swept(company) == 1
    assert ended(company, key) == ("closed", result, "silence" if result == "silence" else "stop")
    assert dict(verbs(company, key))["close"] == "system"
    assert {(name, "close") for name in ("cmo", "cio")} <= set(messages(company, key, "initiative.told"))
    assert swept(company) == 0


def test_a_vote_after_the_end_is_refused_although_nobody_swept(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    company.now = END - timedelta(minutes=1)
    with pytest.raises(NotNow) as refusal:
        voted(company, key, "cio", "scale")
    assert refusal.value.said_code == "pilot_vote_over"
    company.now = END + timedelta(days=9)
    assert swept(company) == 1
    assert ended(company, key) == ("closed", "silence", "silence")


def test_a_vote_in_the_last_second_counts(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    company.now = END - timedelta(minutes=1) - SECOND
    assert voted(company, key, "cio", "scale").state == "scaling"


def test_a_changed_charter_ends_in_silence_too(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    laid(company, key, scope="Ten stores")
    company.now = END
    assert swept(company) == 1
    assert ended(company, key)[1] == "silence"


def test_a_broken_one_keeps_no_other_from_ending(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = piloted(company), piloted(company)
    company.now = END
    ends = piloting._end_over

    def broken(key: str, now: datetime) -> bool:
        if key == first:
            raise RuntimeError("the disk is on fire")
        return ends(key, now)

    monkeypatch.setattr(piloting, "_end_over", broken)
    assert swept(company) == 1
    assert (seen(company, first).state, seen(company, second).state) == ("pilot", "closed")
    monkeypatch.undo()
    assert swept(company) == 1


def test_a_crash_in_the_middle_leaves_nothing_half_ended(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key = piloted(company)
    company.now = END

    def dies(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("collab.initiatives.service.living.settling.keep", dies)
    with pytest.raises(KeyboardInterrupt):
        swept(company)
    monkeypatch.undo()
    assert (seen(company, key).state, the_pilot(company, key).ended_at) == ("pilot", None)
    assert swept(company) == 1
    assert [verb for verb, _who in verbs(company, key)].count("close") == 1


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Everybody does it at the same time; what was refused is the refusal."""

    def tried(act: Callable[[], object]) -> object:
        try:
            return act()
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


@on_both
def test_four_sweepers_end_it_once(company: Company) -> None:
    key = piloted(company)
    company.now = END

    def sweep() -> int:
        with inside(company.app):
            done = service.sweep(now=END)
            db.session.remove()
            return done

    assert sum(int(str(done)) for done in at_once(*[sweep] * 4)) == 1
    told = messages(company, key, "initiative.told")
    assert sorted(one for one in told if one[1] == "close") == [("cio", "close"), ("cmo", "close")]
    assert [verb for verb, _who in verbs(company, key)].count("pilot_silence") == 1


@on_both
def test_the_last_vote_and_the_sweep_race_to_one_end(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    cio = company.member("cio")

    def vote() -> str:
        with inside(company.app):
            done = service.vote(cio, key, "scale", now=END - SECOND).state
            db.session.remove()
            return done

    def sweep() -> int:
        with inside(company.app):
            done = service.sweep(now=END)
            db.session.remove()
            return done

    said, *swept_ = at_once(vote, sweep, sweep)
    state, result, verdict = ended(company, key)
    if state == "scaling":
        assert (said, verdict, sum(int(str(one)) for one in swept_)) == ("scaling", "scale", 0)
    else:
        assert isinstance(said, NotNow)
        assert (state, result, verdict) == ("closed", "silence", "silence")
    ends = [verb for verb, _who in verbs(company, key) if verb.startswith("pilot_")]
    assert len(ends) == 1


def test_what_was_learnt_is_asked_of_both_leads_and_written_down_once(company: Company) -> None:
    key = piloted(company)
    company.now = END
    swept(company)
    asked = [inbox_asks(company, name, key) for name in ("cmo", "cio", "mika", "auditor")]
    assert asked == [["initiative.ask.learn"], ["initiative.ask.learn"], [], []]
    with company.indoors():
        with pytest.raises(NotAllowed):
            service.learn(company.member("mika"), key, lesson="Ours", now=company.now)
        with pytest.raises(Invalid):
            service.learn(company.member("cio"), key, lesson=" ", now=company.now)
        service.learn(company.member("cio"), key, lesson="Ask sooner", outcome="Nobody waited less", now=company.now)
        with pytest.raises(NotNow) as refusal:
            service.learn(company.member("cmo"), key, lesson="Something else", now=company.now)
    assert refusal.value.said_code == "lesson_written"
    view = seen(company, key)
    assert (view.lesson, view.outcome, inbox_asks(company, "cmo", key)) == ("Ask sooner", "Nobody waited less", [])


def test_what_was_learnt_is_not_asked_for_ever(company: Company) -> None:
    key = piloted(company)
    company.now = END
    swept(company)
    company.now = END + timedelta(days=31)
    assert inbox_asks(company, "cmo", key) == []


def inbox_asks(company: Company, name: str, key: str) -> list[str]:
    """What the inbox of somebody asks about it."""
    with company.indoors():
        return [row.ask.key for row in inbox(company.member(name), company.now) if row.key == key]
