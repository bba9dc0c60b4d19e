"""The joint initiatives and pulses of the sample company: one of everything that can happen to them, and nothing blind in sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from collab.audit.models import Entry
from collab.blueprints.models import Blueprint, Citation, Definition, Difference, Point, Requirement, Source
from collab.blueprints.models import Dialogue as Asked
from collab.blueprints.queries.dialogue import dialogues_of
from collab.home.joint import sentence
from collab.home.queries.joint import Joint, get_joint
from collab.home.queries.sides import choose
from collab.initiatives.models import Initiative, Pilot, Vote
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.queries.pilots import find_pilot
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.pulses.models import Pulse
from collab.pulses.queries.results import trend
from collab.purchases.models import Purchase
from collab.signatures.models import Sheet, Signature
from tests.parts.databases import SAMPLE, Database
from tests.parts.sample import A_WEDNESDAY


@pytest.fixture
def database(stock: object) -> Iterator[Database]:
    """With the sample company in it."""
    shelf = stock("sqlite")  # type: ignore[operator]
    own = shelf.fresh(SAMPLE)
    yield own
    shelf.throw_away(own)


def by_title(words: str) -> Initiative:
    return db.session.scalars(select(Initiative).where(Initiative.title.contains(words))).one()


def seen_by(name: str) -> Joint:
    member = people.find_actor_by_email(f"{name}@example.com", A_WEDNESDAY)
    assert member is not None
    chosen = choose(member, None, None)
    assert chosen is not None
    return get_joint(member, chosen, now=A_WEDNESDAY)


def test_one_of_every_fate(app: Flask, indoors: None) -> None:
    rows = {row.state: row for row in db.session.scalars(select(Initiative))}
    assert set(rows) == {"idea", "active", "pilot", "scaling", "closed"}
    assert (rows["closed"].result, find_pilot(rows["closed"].id).verdict) == ("silence", "silence")
    running = db.session.scalars(select(Pilot).where(Pilot.ended_at.is_(None))).one()
    votes = db.session.scalars(select(Vote).where(Vote.pilot_id == running.id)).all()
    assert ([vote.choice for vote in votes], (running.ends_at - A_WEDNESDAY).days < 7) == (["scale"], True)


def test_charters_in_force_changed_and_half_signed(app: Flask, indoors: None) -> None:
    picture, slots = by_title("One customer picture"), by_title("Delivery times")
    sheets = db.session.scalars(select(Sheet).where(Sheet.subject_key == picture.key, Sheet.paper == "charter")).all()
    assert [(sheet.version, sheet.state) for sheet in sheets] == [(1, "void"), (2, "valid")]
    assert charter_state([picture.id, slots.id]) == {picture.id: "valid", slots.id: "open"}
    missing = db.session.scalars(select(Signature.member_id).where(Signature.signed_at.is_(None))).all()
    assert [people.email_of(member) for member in missing] == ["cio@example.com"]


def test_the_blueprint_has_everything_and_was_written_on_since_it_was_signed(app: Flask, indoors: None) -> None:
    blueprint = db.session.scalars(select(Blueprint)).one()
    assert (blueprint.signed_version, blueprint.version) == (1, 2)
    assert set(db.session.scalars(select(Requirement.state))) == {
        "asked", "committed", "declined", "countered", "met", "withdrawn",
    }  # fmt: skip
    assert {word.ratified_version for word in db.session.scalars(select(Definition))} == {1, None}
    for table, least in ((Point, 3), (Source, 3), (Citation, 1)):
        assert (db.session.scalar(select(func.count()).select_from(table)) or 0) >= least
    assert db.session.scalars(select(Source).where(Source.unjustified_reason.is_not(None))).all()


def test_one_quarters_dialogue_is_read_and_the_next_is_blind(app: Flask, indoors: None) -> None:
    asked = {row.question: row for row in db.session.scalars(select(Asked))}
    assert {number for number, row in asked.items() if row.revealed_at} == {1, 2}
    assert db.session.scalars(select(Difference)).one().task_key
    cio = people.find_actor_by_email("cio@example.com", A_WEDNESDAY)
    blind = [one for one in dialogues_of(by_title("One customer picture").id, cio.id) if one.question > 2]
    assert [one.answers for one in blind] == [(), ()]


def test_no_word_of_a_blind_answer_is_in_the_trail(app: Flask, indoors: None) -> None:
    told = " ".join(
        str(row) for row in db.session.execute(select(Entry.before, Entry.after, Entry.details, Entry.reason))
    )
    assert "criteria of our own" not in told
    assert "One customer picture" in told


def test_three_pulses_with_a_trend_and_a_group_too_small_to_show(app: Flask, indoors: None) -> None:
    assert [row.state for row in db.session.scalars(select(Pulse).order_by(Pulse.id))] == ["closed", "closed", "open"]
    first, second = trend()
    shown = [{group.department for group in one.groups} for one in (first, second)]
    assert [("finance" in groups, "marketing" in groups) for groups in shown] == [(False, True), (True, True)]
    assert first.index != second.index


def test_a_purchase_of_the_pilot_was_decided_by_both_keys_within_its_cap(app: Flask, indoors: None) -> None:
    row = db.session.scalars(select(Purchase).where(Purchase.initiative_id.is_not(None))).one()
    assert (row.state, row.initiative_id) == ("purchased", by_title("UK customers in the evening").id)


def test_the_dashboard_has_something_to_say_in_every_part(app: Flask, indoors: None) -> None:
    found = seen_by("cmo")
    assert found.disagreement is not None
    assert all((found.goals, found.initiatives, found.unsigned, found.blockers, found.keys))
    assert all(pair.median_minutes for pair in found.answers)
    for locale in ("en", "ja"):
        assert len(sentence(found, Reader(locale)).text) < 120
    assert not seen_by("mika").empty
