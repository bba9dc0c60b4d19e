"""The week of a department's channel and of the leaders': facts everybody may know, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from collab.digests.queries.channel_facts import gather_channels
from collab.digests.rules.content import Content, Span
from collab.goals.models import Owner
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.tasks import service as tasks
from tests.channels.test_telling import accept, asked, counted
from tests.factories import NOW, Company
from tests.factories.goals import goal, number

SPAN = Span("2026-W47", NOW - timedelta(days=2), NOW + timedelta(days=5))
MARKETING = SimpleNamespace(id=1, purpose="department", department_code="marketing")
IT = SimpleNamespace(id=2, purpose="department", department_code="it")
SALES = SimpleNamespace(id=3, purpose="department", department_code="sales")
LEADERS = SimpleNamespace(id=4, purpose="leaders", department_code=None)
ALL = (MARKETING, IT, SALES, LEADERS)


def facts(company: Company) -> Mapping[int, Content]:
    with company.indoors():
        return gather_channels(ALL, SPAN, company.now)


def section(content: Content, code: str) -> list[Any]:
    return [item for one in content.sections if one.code == code for item in one.items]


def confident(company: Company, key: str, *percent: int) -> None:
    with company.indoors(), atomic():
        for side, said in enumerate(percent, start=1):
            mine = (Owner.goal_id == number(key)) & (Owner.side == side)
            db.session.execute(update(Owner).where(mine).values(confidence=said, checked_in_at=company.now))


def test_where_two_departments_differ_most_comes_first(company: Company) -> None:
    near, far, same = (goal(company, title, owners=("cmo", "cio")) for title in ("Near", "Far", "Same"))
    confident(company, near, 70, 40)
    confident(company, far, 90, 20)
    confident(company, same, 60, 50)
    found = facts(company)
    for channel in (MARKETING, IT, LEADERS):
        assert [item.title for item in section(found[channel.id], "divergence")] == ["Far", "Near"]
    assert section(found[SALES.id], "divergence") == []


def test_the_oldest_blocker_says_who_waits_for_whom(company: Company) -> None:
    old = asked(company, title="Old", due="2bh")
    company.later(hours=1)
    asked(company, title="Young", due="2bh")
    assert section(facts(company)[IT.id], "blocker") == []
    company.later(days=3)
    for channel in (MARKETING, IT, LEADERS):
        [item] = section(facts(company)[channel.id], "blocker")
        assert (item.key, item.title) == (old, "Old")
    assert section(facts(company)[SALES.id], "blocker") == []


def test_answer_times_are_business_minutes_between_departments(company: Company) -> None:
    for hours in (1, 2, 6):
        key = asked(company)
        company.later(hours=hours)
        accept(company, key)
    [item] = section(facts(company)[LEADERS.id], "answers")
    assert item.args["n"] == 3
    assert item.args["time"]["text"][0] == "digest.hours"


def test_what_is_narrowed_or_stays_in_one_house_is_no_fact(company: Company) -> None:
    confident(company, goal(company, "Secret", owners=("cmo", "cio"), visibility="involved"), 90, 10)
    asked(company, title="Hush", due="2bh", visibility="parties")
    with company.indoors():
        tasks.ask(company.member("mika"), {"title": "Own", "to_department": "marketing", "due": "2bh"}, now=company.now)
    company.later(days=3)
    found = facts(company)
    assert [content.is_empty for content in found.values()] == [True] * 4


def test_one_goal_of_one_side_is_not_for_the_leaders(company: Company) -> None:
    key = goal(company, "Ours", owners=("cmo",))
    with company.indoors(), atomic():
        from collab.goals.models import Goal

        db.session.execute(update(Goal).where(Goal.id == number(key)).values(claimed="off_track"))
    found = facts(company)
    titles = {channel.id: [item.title for item in section(found[channel.id], "goals")] for channel in ALL}
    assert titles == {MARKETING.id: ["Ours"], IT.id: [], SALES.id: [], LEADERS.id: []}


@pytest.mark.parametrize("more", [1, 6])
def test_the_number_of_statements_does_not_grow(company: Company, more: int) -> None:
    for _n in range(more):
        confident(company, goal(company, owners=("cmo", "cio")), 90, 10)
        accept(company, asked(company))
    with company.indoors(), counted() as statements:
        gather_channels(ALL, SPAN, company.now)
    assert len([one for one in statements if one.startswith(("SELECT", "WITH"))]) <= 16
