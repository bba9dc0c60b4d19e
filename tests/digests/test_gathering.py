"""What an issue tells: for many members at once the same as looking at everything for each of them; nothing to whom it is not
shown; and always in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from collab.digests.queries.gathering import gather
from collab.digests.rules.content import Content, from_json, to_json
from collab.goals.models import Week
from collab.goals.queries.weeks import JOB
from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.i18n import Reader, catalogue
from collab.purchases.models import Purchase
from collab.subjects.models import Follow
from collab.tasks.models import Task
from tests.digests.slowly import Slowly
from tests.digests.told import told
from tests.digests.world import BEFORE, WEEK, World, week
from tests.factories.company import NAMES, NOW, Company
from tests.factories.goals import goal, helps, number
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both
from tests.parts.statements import statements

ENDED = week().ends_at - timedelta(hours=3)


def gathered(company: Company, names: Sequence[str] = NAMES) -> Mapping[str, Content]:
    """The issues of the week before, by name."""
    with company.indoors():
        db.session.rollback()
        members = {name: company.member(name) for name in names}
        found = gather(list(members.values()), week(), company.now)
        return {name: found[member.id] for name, member in members.items()}


def readers_of(company: Company, key: str) -> dict[str, set[str]]:
    """Who reads of a thing, by section."""
    found: dict[str, set[str]] = {}
    for name, content in gathered(company).items():
        for section in content.sections:
            if any(item.key == key for item in section.items):
                found.setdefault(section.code, set()).add(name)
    return found


def follow(company: Company, key: str, *names: str, wish: str = "follow") -> None:
    with company.indoors(), atomic() as unit:
        unit.session.add_all(Follow(key=key, member_id=company.id(name), wish=wish, at=NOW) for name in names)


def stood(company: Company, key: str, was: int, now: int, status: str = "off_track", **more: object) -> None:
    """How a goal stood at the end of the week before and of the one that is told."""
    with company.indoors(), atomic() as unit:
        periods.claim(JOB, WEEK, now=NOW)
        for name, progress in ((BEFORE, was), (WEEK, now)):
            unit.session.add(
                Week(week=name, goal_id=number(key), progress=Decimal(progress), status=status, taken_at=NOW, **more)
            )


def changed(company: Company, table: type, key: str, **values: object) -> None:
    with company.indoors(), atomic():
        db.session.execute(update(table).where(table.id == int(key.partition("-")[2])).values(**values))  # type: ignore[attr-defined]


@on_both
@pytest.mark.parametrize(("seed", "kept"), [(1, True), (2, False)])
def test_many_at_once_read_what_each_alone_would_find(company: Company, seed: int, kept: bool) -> None:
    World(company, seed, kept=kept)
    found = gathered(company)
    with company.indoors():
        for name in NAMES:
            slow = Slowly(company.member(name), week(), company.now, kept=kept).sections()
            assert {section.code: told(section) for section in found[name].sections} == slow, name


def test_both_owners_their_leads_and_who_oversees_read_the_same_risk(company: Company) -> None:
    key = goal(company, owners=("mika", "sales-lead"))
    stood(company, key, 30, 30)
    follow(company, key, "kenji")
    assert readers_of(company, key) == {"risks": {"mika", "sales-lead", "cmo", "cio", "kenji"}}
    said = {
        item.args["why"][0]["text"][0]
        for content in gathered(company).values()
        for section in content.sections
        for item in section.items
        if item.key == key
    }
    assert said == {"digest.what.risk_off_track"}


def test_a_narrowed_goal_tells_neither_outsiders_nor_guests_who_follow_it(company: Company) -> None:
    key = goal(company, owners=("mika", "sales-lead"), visibility="involved", by="mika")
    stood(company, key, 10, 30)
    follow(company, key, "emma", "agency", "ceo")
    follow(company, "G-*", "kenji")
    assert readers_of(company, key) == {"risks": {"mika", "sales-lead", "cmo"}, "moved": {"mika", "sales-lead", "cmo"}}


def test_a_guest_reads_figures_of_what_they_help_with_and_no_opinions(company: Company) -> None:
    key = goal(company, owners=("mika", "sales-lead"))
    stood(company, key, 10, 30)
    helps(company, key, "agency")
    follow(company, key, "agency")
    assert [section.code for section in gathered(company, ["agency"])["agency"].sections] == ["moved"]


def test_a_decision_is_told_without_the_amount_to_whom_it_is_not_shown(company: Company) -> None:
    open_, hidden = company.filed(visibility="company"), company.filed()
    for key in (open_, hidden):
        company.decide(key, "cmo")
        company.decide(key, "cio")
        changed(company, Purchase, key, ended_at=ENDED)
        follow(company, key, "emma", "agency", "ceo")
    assert readers_of(company, hidden) == {"decisions": {"mika", "cmo", "cio"}}
    assert readers_of(company, open_) == {"decisions": {"mika", "cmo", "cio", "emma", "ceo"}}
    issues = gathered(company, ["mika", "emma"])
    words = {name: [item.what for section in issues[name].sections for item in section.items] for name in issues}
    assert words["emma"] == ["decided_approved"]
    assert set(words["mika"]) == {"decided_approved_of"}


def test_nobody_is_told_what_they_did_alone(company: Company) -> None:
    mine, theirs = goal(company, owners=("mika", "sales-lead")), goal(company, owners=("mika", "sales-lead"))
    stood(company, mine, 10, 30, "on_track", by_id=company.id("mika"))
    stood(company, theirs, 10, 30, "on_track", by_id=company.id("sales-lead"))
    assert readers_of(company, mine) == {"moved": {"sales-lead", "cmo"}}
    assert readers_of(company, theirs) == {"moved": {"mika", "cmo"}}
    key = company.filed()
    company.decide(key, "cmo", "reject")
    changed(company, Purchase, key, ended_at=ENDED)
    assert readers_of(company, key) == {"decisions": {"mika", "cio"}}


def test_what_is_muted_paused_or_put_off_is_silent(company: Company) -> None:
    asked = Tasks(company).ask("mika", "it")
    changed(company, Task, asked, due_at=NOW - timedelta(days=2))
    assert readers_of(company, asked) == {"tasks": {"mika", "cmo", "cio"}}
    follow(company, asked, "mika", wish="mute")
    follow(company, "T-*", "cmo", "cio", wish="mute")
    follow(company, asked, "cio")
    assert readers_of(company, asked) == {"tasks": {"cio"}}
    changed(company, Task, asked, snoozed_until=NOW + timedelta(days=1))
    assert readers_of(company, asked) == {}
    paused = goal(company, owners=("mika", "sales-lead"), state="paused")
    stood(company, paused, 10, 30)
    assert readers_of(company, paused) == {}


def test_a_task_between_its_parties_stays_there(company: Company) -> None:
    key = Tasks(company).ask("mika", "it", visibility="parties")
    changed(company, Task, key, due_at=NOW - timedelta(days=2))
    follow(company, key, "emma", "agency", "kenji", "auditor")
    assert readers_of(company, key) == {"tasks": {"mika", "cmo", "cio", "kenji", "auditor"}}


def test_as_many_statements_for_many_as_for_one(company: Company) -> None:
    World(company, 3)
    with company.indoors():
        members = [company.member(name) for name in NAMES]
        with statements(company.app) as one:
            gather(members[:1], week(), company.now)
        with statements(company.app) as all_of_them:
            gather(members, week(), company.now)
    assert one.count - 2 <= all_of_them.count <= 20  # nobody is named where nothing is told


def test_every_item_has_words_in_both_languages(company: Company) -> None:
    World(company, 4, things=20)
    issues = gathered(company).values()
    kept = [item for content in issues for section in from_json(to_json(content)).sections for item in section.items]
    assert len({item.what for item in kept}) > 15
    for item in kept:
        for locale in ("en", "ja"):
            said = Reader(locale, "Asia/Tokyo").say(item.said)
            assert said
            assert "{" not in said, item
            assert "digest.what" not in said, item
            assert f"digest.what.{item.what}" in catalogue(locale)
