"""Both owners say yes at the same moment: both yeses stand, and the goal begins exactly once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import func, select

from collab.audit import queries as audit
from collab.goals import service
from collab.goals.queries import find_goal
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories.company import Company
from tests.factories.goals import goal, owners, row
from tests.parts.at_once import at_once
from tests.parts.databases import on_both


def yes(company: Company, key: str, name: str, words: str = "Ours.") -> Callable[[], object]:
    """A yes; it gives the state the goal is in then."""
    actor = company.member(name)
    return lambda: service.accept(actor, key, words, now=company.now).state


def entries(company: Company, key: str) -> list[str]:
    with company.indoors():
        db.session.rollback()
        return [entry.verb for entry in audit.list_entries(key)]


@on_both
def test_two_yeses_at_once_are_two_yeses_and_one_beginning(company: Company) -> None:
    for _round in range(4):
        key = goal(company, state="draft")
        ends = at_once(company, yes(company, key, "cmo"), yes(company, key, "cio"))
        assert sorted(map(str, ends)) == ["active", "draft"]
        assert [one.means for one in owners(company, key)] == ["Ours.", "Ours."]
        assert sorted(entries(company, key)) == ["accept", "accept", "activate"]
        assert row(company, key).state == "active"


@on_both
def test_one_owner_pressing_twice_at_once_is_one_yes(company: Company) -> None:
    key = goal(company, state="draft")
    ends = at_once(company, *(yes(company, key, "cmo", f"{number}.") for number in range(3)))
    assert ends == ["draft"] * 3
    assert entries(company, key) == ["accept"]
    with company.indoors():
        held = find_goal(key).owners
        told = select(func.count()).where(Message.subject_key == key, Message.kind == "goal.told")
        assert ([one.accepted for one in held], db.session.scalar(told)) == ([True, False], 1)


@on_both
def test_the_last_yes_and_the_morning_sweep_begin_it_once(company: Company) -> None:
    key = goal(company, state="accepted", accepted=("cmo",))
    at_once(company, yes(company, key, "cio"), partial(service.activate_due, company.now))
    assert (row(company, key).state, entries(company, key).count("activate")) == ("active", 1)


@on_both
def test_a_yes_while_another_owner_is_named_never_counts_for_somebody_else(company: Company) -> None:
    for _round in range(3):
        key = goal(company, state="draft", accepted=("cmo",))
        named = [
            {"department": "marketing", "member": "cmo@example.com"}, {"department": "it", "member": "kenji@example.com"},
        ]  # fmt: skip
        change = partial(service.name_owners, company.member("cmo"), key, named, now=company.now, reason="He leads it.")
        ends = at_once(company, yes(company, key, "cio"), change)
        held = owners(company, key)
        assert [one.member_id for one in held] == [company.id("cmo"), company.id("kenji")]
        assert held[1].accepted_at is None
        assert row(company, key).state in (
            "draft",
            "active",
        )  # active: their yes came first, and a running goal stays active
        assert ("activate" in entries(company, key)) == (row(company, key).state == "active"), ends
