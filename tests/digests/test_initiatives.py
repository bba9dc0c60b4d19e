"""Joint initiatives in an issue: who reads of which risk, decision and obligation, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from collab.blueprints.models import Answer, Blueprint, Dialogue, Requirement
from collab.digests.queries.gathering import gather
from collab.digests.rules.content import Content, Item, Section, in_order
from collab.initiatives.models import Initiative, Lead, Milestone, Pilot, Vote
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.signatures.models import Sheet, Signature
from collab.subjects.models import Follow
from tests.digests.papers import week
from tests.factories.company import NAMES, Company
from tests.factories.initiatives import an_initiative
from tests.parts.databases import on_both

SPAN = week()
MIDWEEK = SPAN.starts_at + timedelta(days=3)


def put(company: Company, *rows: Any) -> None:
    with company.indoors(), atomic() as unit:
        for row in rows:
            unit.session.add(row)
            unit.session.flush()


def gathered(company: Company) -> Mapping[str, Content]:
    with company.indoors():
        db.session.rollback()
        members = {name: company.member(name) for name in NAMES}
        found = gather(list(members.values()), SPAN, company.now)
        return {name: found[member.id] for name, member in members.items()}


def who_reads(found: Mapping[str, Content], what: str, key: str) -> set[str]:
    return {name for name, content in found.items() for item in items(content) if (item.what, item.key) == (what, key)}


def items(content: Content) -> list[Item]:
    return [item for section in content.sections for item in section.items]


def words(content: Content, key: str, what: str, locale: str = "en") -> str:
    found = next(item for item in items(content) if (item.what, item.key) == (what, key))
    return Reader(locale, "Asia/Tokyo").say(found.said)


def says(company: Company, key: str, *healths: str) -> None:
    with company.indoors(), atomic() as unit:
        for slot, health in enumerate(healths, 1):
            mine = (Lead.initiative_id == int(key[2:])) & (Lead.slot == slot)
            unit.session.execute(
                update(Lead).where(mine).values(health=health, health_at=company.now, health_note="Why.")
            )


def pilot(company: Company, key: str, **more: Any) -> Pilot:
    ends_at = company.now + timedelta(days=3)
    return Pilot(**{
        "initiative_id": int(key[2:]), "cap_minor": 1, "currency": "JPY", "question": "Does it help?", "started_at": company.now,
        "started_by_id": company.id("cmo"), "ends_on": ends_at.date(), "ends_at": ends_at, "asks_at": ends_at, "due_at": ends_at, **more,
    })  # fmt: skip


def sheet(company: Company, key: str, **more: Any) -> Sheet:
    return Sheet(**{
        "subject_key": key, "paper": "charter", "version": 1, "content": {}, "hash": "x", "laid_at": company.now, **more,
    })  # fmt: skip


@on_both
def test_risks_are_read_by_those_who_lead_oversee_or_follow_it(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "kenji"), participants=("nao",), guests=("agency",), state="pilot")
    says(company, key, "on_track", "off_track")
    trial = pilot(company, key)
    put(company, trial, Milestone(
        initiative_id=int(key[2:]), title="Late", due_on=company.now.date() - timedelta(days=2), owner_1_id=company.id("mika"),
        owner_2_id=company.id("kenji"), created_by_id=company.id("mika"), created_at=company.now,
    ), Follow(key=key, member_id=company.id("emma"), wish="follow", at=company.now),
        Follow(key=key, member_id=company.id("cio"), wish="mute", at=company.now))  # fmt: skip
    found = gathered(company)
    assert who_reads(found, "risk", key) == {"mika", "kenji", "nao", "cmo", "emma"}
    said = words(found["mika"], key, "risk")
    assert "on track" in said
    assert "off track" in said
    assert "1 milestone late" in said
    assert "双方の回答" in words(found["mika"], key, "risk", "ja")
    put(company, *(Vote(pilot_id=trial.id, side=side, member_id=company.id(name), choice="scale", voted_at=company.now)
                   for side, name in ((1, "mika"), (2, "kenji"))))  # fmt: skip
    assert "双方の回答" not in words(gathered(company)["mika"], key, "risk", "ja")


def test_a_narrowed_one_is_read_by_nobody_from_afar(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "kenji"), state="active", visibility="involved", by="mika")
    says(company, key, "on_track", "at_risk")
    put(company, Follow(key="I-*", member_id=company.id("emma"), wish="follow", at=company.now))
    assert who_reads(gathered(company), "risk", key) == {"mika", "kenji", "cmo", "cio"}, "the last two lead departments"


def test_what_was_decided_in_the_week_and_nothing_else(company: Company) -> None:
    names = ("signed", "begun", "scaled", "silent", "closed", "before")
    keys = {name: an_initiative(company, name, state="closed" if name == "closed" else "scaling") for name in names}
    ended = {"ended_at": MIDWEEK, "started_at": SPAN.starts_at - timedelta(days=30)}
    put(company, sheet(company, keys["signed"], state="valid", valid_at=MIDWEEK), pilot(company, keys["begun"], started_at=MIDWEEK),
        pilot(company, keys["scaled"], **ended, verdict="scale"), pilot(company, keys["silent"], **ended, verdict="silence"),
        pilot(company, keys["before"], **{**ended, "ended_at": SPAN.starts_at - timedelta(minutes=1)}, verdict="stop"))  # fmt: skip
    with company.indoors(), atomic() as unit:
        unit.session.execute(
            update(Initiative).where(Initiative.id == int(keys["closed"][2:])).values(closed_at=MIDWEEK)
        )
    decided = next(section for section in gathered(company)["cmo"].sections if section.code == "decisions")
    assert {(item.key, item.what) for item in decided.items} == {
        (keys["signed"], "initiative_charter"), (keys["begun"], "initiative_pilot"), (keys["scaled"], "initiative_scale"),
        (keys["silent"], "initiative_silence"), (keys["closed"], "initiative_closed_achieved"),
    }  # fmt: skip
    assert all(Reader(locale).say(item.said) for item in decided.items for locale in ("en", "ja"))


@on_both
def test_each_lead_reads_what_is_theirs_to_sign_vote_reach_and_answer(company: Company) -> None:
    key, now = an_initiative(company, leads=("mika", "kenji"), state="pilot"), company.now
    mika, kenji = company.id("mika"), company.id("kenji")
    paper, trial = sheet(company, key, paper="definition-4"), pilot(company, key)
    due = {"due_at": now + timedelta(days=1)}
    put(company, paper, trial)
    put(
        company,
        Signature(sheet_id=paper.id, side=1, member_id=mika, department_code="marketing", signed_at=now, source="web", **due),
        Signature(sheet_id=paper.id, side=2, member_id=kenji, department_code="it", **due),
        Vote(pilot_id=trial.id, side=2, member_id=kenji, choice="scale", voted_at=now),
        Milestone(initiative_id=int(key[2:]), title="Go live", due_on=now.date(), owner_1_id=mika, owner_2_id=kenji,
                  created_by_id=mika, created_at=now),
        Blueprint(initiative_id=int(key[2:]), opened_by_id=mika, opened_at=now, changed_at=now),
        Requirement(initiative_id=int(key[2:]), side=1, title="An API", unjustified_reason="Audit.", asker_id=mika, asked_at=now,
                    **due),
    )  # fmt: skip
    found = gathered(company)
    whose = {"due_sign_definition": "kenji", "due_vote": "mika", "due_requirement_answer": "kenji"}
    for what, name in whose.items():
        assert who_reads(found, what, key) == {name}, what
    assert who_reads(found, "due_milestone", key) == {"mika", "kenji"}
    assert "Go live" in words(found["mika"], key, "due_milestone", "ja")


def test_a_blind_answer_is_in_no_issue(company: Company) -> None:
    key, now = an_initiative(company, leads=("mika", "kenji"), state="active"), company.now
    dialogue = Dialogue(initiative_id=int(key[2:]), quarter="2026-Q3", question=1, opened_at=now, due_1_at=now, due_2_at=now,
                        opened_by_id=company.id("mika"))  # fmt: skip
    put(
        company,
        Blueprint(initiative_id=int(key[2:]), opened_by_id=company.id("mika"), opened_at=now, changed_at=now),
        dialogue,
    )
    put(
        company,
        Answer(dialogue_id=dialogue.id, side=1, member_id=company.id("mika"), rating=1, text="Blind", answered_at=now),
    )
    assert not [item for content in gathered(company).values() for item in items(content) if item.key == key]


def test_sections_of_one_code_are_one_and_each_has_its_turn() -> None:
    goals, initiatives = (
        Section("risks", tuple(Item(f"{prefix}-{n}", "", "", "risk") for n in range(count)), more)
        for prefix, count, more in (("G", 5, 4), ("I", 2, 0))
    )
    (both,) = in_order([goals, initiatives]).sections
    assert [item.key for item in both.items] == ["G-0", "I-0", "G-1", "I-1", "G-2"]
    assert both.more == 6
