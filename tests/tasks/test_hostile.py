"""Who is away, gone, or was never asked: a task's clock never hangs on them."""

from __future__ import annotations

import pytest

from collab.escalations import service as escalations
from collab.escalations.queries import find_by_key
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotAllowed, NotFound
from collab.subjects.queries import inbox
from collab.tasks.service import leaving
from tests.factories.company import Company, address
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both
from tests.parts.statements import statements


def waits_for(company: Company, name: str) -> set[str]:
    with company.indoors():
        return {row.key for row in inbox(company.member(name), company.now)}


def test_any_party_shares_it_upwards_while_a_third_holds_the_clock(company: Company, tasks: Tasks) -> None:
    """The engine knows whoever is asked and whoever asked; the asker's own lead is a party all the same."""
    key = tasks.at("accepted")
    tasks.do("question", key, "kenji", to=address("emma"))
    company.later()
    assert "escalate" in tasks.view(key, "cmo").can
    tasks.do("escalate", key, "cmo")
    assert tasks.wait(key).state == "climbing"
    for name, refusal in (("nao", NotAllowed), ("auditor", NotAllowed), ("agency", NotFound)):
        with pytest.raises(refusal):
            tasks.do("escalate", key, name)


def test_twice_upwards_in_the_same_instant_is_no_conflict(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    company.later()
    tasks.do("escalate", key, "mika")
    tasks.do("escalate", key, "mika")
    assert tasks.wait(key).rung == 3


@on_both
def test_whoever_stands_in_finds_it_in_their_inbox_and_has_the_last_chance(company: Company, tasks: Tasks) -> None:
    """The absence begins after the task was accepted: it stays the owner's, and the deputy is asked."""
    key = tasks.at("accepted", owner="kenji")
    company.away("kenji", deputy="nao")
    company.now = tasks.wait(key).due_at
    with company.indoors():
        escalations.sweep(now=company.now)
        wait = find_by_key(f"{key}:promise")
    assert wait is not None
    told = [(notice.member, notice.why, notice.instead_of) for notice in wait.told]
    assert told == [(company.id("nao"), "deputy", company.id("kenji"))]
    assert [notice.skipped for notice in wait.notices if notice.member == company.id("kenji")] == ["away"]
    assert key in waits_for(company, "nao")
    assert tasks.last_chances(key) == ["nao"]


def test_nobody_stands_in_any_more_once_they_are_back(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(assignee=address("kenji"))
    company.away("kenji", deputy="nao", days=1)
    assert key in waits_for(company, "nao")
    company.later(days=3)
    assert key not in waits_for(company, "nao")
    assert key in waits_for(company, "kenji")


def test_the_asker_leaves_and_the_running_clock_climbs_the_line_of_who_confirms(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    before = tasks.wait(key)
    company.leaves("mika")
    after = tasks.wait(key)
    assert (before.other_id, after.other_id) == (company.id("mika"), company.id("cmo"))
    assert (after.id, after.due_at, after.other_department) == (before.id, before.due_at, "marketing")


def test_a_proposal_of_somebody_who_left_is_agreed_with_whoever_is_there(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(assignee=address("admin"))
    tasks.do("counter", key, "cio", due="5bd")
    company.leaves("cio")
    tasks.do("agree", key, "mika")
    seen = tasks.view(key)
    assert (seen.responsible and seen.responsible.email) == address("admin")
    assert tasks.wait(key).late_id == company.id("admin")


def test_what_ended_meanwhile_is_not_moved_for_a_leaver(company: Company, tasks: Tasks) -> None:
    key = tasks.at("confirmed")
    with company.indoors(), atomic():
        assert not leaving._fall_once(key, company.id("kenji"), company.now)


def test_an_ordinary_task_never_asks_for_incidents(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    with statements(company.app) as seen:
        tasks.do("start", key, "kenji")
    assert "incidents" not in str(seen)
