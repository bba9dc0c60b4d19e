"""The charter as a text: what it lacks, its versions, who may write and lay it out, what stands on its sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from collab.goals.models import Goal
from collab.initiatives import service as initiatives
from collab.initiatives.models import InitiativeGoal, Lead
from collab.initiatives.queries.charter_page import get_paper
from collab.initiatives.queries.charters import charter_state, differences, find_charter, list_versions, mark_of
from collab.initiatives.rules.chartering import MUST, TEXTS, content_of, lacking, without_goals
from collab.initiatives.service import chartering
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.kernel.i18n import Reader
from collab.people.models import Department
from collab.signatures.queries.reading import rows_of
from tests.factories import Company
from tests.factories.goals import goal
from tests.factories.initiatives import CLOSING, an_initiative, lead, number
from tests.factories.signatures import CHARTER, laid, sheet, signed, verbs, written

pytestmark = pytest.mark.usefixtures("indoors")


def lacks(company: Company, key: str, name: str = "cmo") -> set[str]:
    """The fields that are complained about when somebody lays it out."""
    db.session.rollback()
    with pytest.raises(Invalid) as raised:
        chartering.lay(company.member(name), key, now=company.now)
    return set(raised.value.fields)


def test_what_must_be_written() -> None:
    blank = dict.fromkeys(TEXTS, "")
    assert lacking(blank) == list(MUST)
    assert lacking({**blank, **CHARTER, "scope": " \n"}) == ["scope"]


def test_a_sheet_without_hidden_goals_names_neither_key_nor_title() -> None:
    texts = dict.fromkeys(TEXTS, "x")
    whole = content_of(
        title="A", problem="B", journey_stage="buy", leads=(), goals=[("G-1", "One"), ("G-2", "Two")], texts=texts
    )
    assert without_goals(whole, ["G-1"]) == {**whole, "goals": ["G-2"], "goal_titles": ["Two"]}
    assert without_goals(whole, []) == whole


def test_nothing_is_laid_out_that_is_not_whole(company: Company) -> None:
    key = an_initiative(company, goals=())
    assert lacks(company, key) == {"vision"}
    written(company, key, vision="  ", brings_2="")
    assert lacks(company, key) == {"vision", "brings_2", "goals"}
    ended = goal(company, state="closed")
    with atomic():
        db.session.add(
            InitiativeGoal(
                initiative_id=1, goal_id=number(ended), linked_by_id=company.id("cmo"), linked_at=company.now
            )
        )
    written(company, key)
    assert lacks(company, key) == {"goals"}  # one that is over is none
    initiatives.link_goal(company.member("cmo"), key, "G-1", now=company.now)
    initiatives.name_leads(company.member("cmo"), key, [lead(3, "it", "kenji", "data")], now=company.now)
    assert lacks(company, key) == {"brings_3"}  # whoever answers for data says what they bring
    assert laid(company, key, brings_3="A catalogue")


def test_two_sides_are_two_sides_on_the_day_it_is_laid_out(company: Company) -> None:
    key = an_initiative(company)
    written(company, key)
    with atomic():
        db.session.execute(update(Department).where(Department.code == "it").values(side="business"))
    assert "leads" in lacks(company, key)


def test_a_side_nobody_leads_signs_nothing(company: Company) -> None:
    key = an_initiative(company)
    written(company, key)
    with atomic():
        db.session.execute(update(Lead).where(Lead.slot == 1).values(removed_at=company.now))
    assert lacks(company, key, "cio") == {"leads", "participants"}


def test_a_version_is_written_on_until_it_is_laid_out(company: Company) -> None:
    key = an_initiative(company)
    assert charter_state([1]) == {1: "none"}
    assert [written(company, key, name, vision=name) for name in ("cmo", "cio", "cmo")] == [1, 1, 1]
    assert charter_state([1]) == {1: "draft"}
    laid(company, key, vision="cmo")
    assert charter_state([1]) == {1: "open"}
    assert written(company, key, "cio", scope="Less") == 2
    assert written(company, key, "cmo", scope="Much less") == 2
    assert charter_state([1]) == {1: "draft"}
    two, one = list_versions(1)
    assert differences(one, two) == [
        ("vision", "cmo", CHARTER["vision"]), ("scope", CHARTER["scope"], "Much less")
    ]  # fmt: skip
    assert sheet(company, 1).content["scope"] == CHARTER["scope"]  # what was laid out stays as it was
    assert verbs(company, key).count("charter_written") == 5  # writing the same again is nothing


def test_nobody_writes_over_somebody_elses_words(company: Company) -> None:
    key = an_initiative(company)
    read = mark_of(None)
    chartering.write(company.member("cmo"), key, {"vision": "A"}, seen=read, now=company.now)
    with pytest.raises(Stale):
        chartering.write(company.member("cio"), key, {"vision": "B"}, seen=read, now=company.now)
    db.session.rollback()
    with pytest.raises(Stale):
        chartering.lay(company.member("cio"), key, seen=read, now=company.now)
    db.session.rollback()
    read = mark_of(find_charter(1))
    assert (
        chartering.write(company.member("cio"), key, {"scope": "B"}, seen=read, now=company.now).texts["vision"] == "A"
    )


WRITES = ("cmo", "cio", "kenji", "nao")
"""Leads of all slots, and whoever wrote it down; only the leads of the two sides put it before themselves."""


def test_who_may_write_and_who_may_lay_it_out(company: Company) -> None:
    key = an_initiative(company, third=("data", "kenji"), by="nao", participants=("mika",), guests=("agency",))
    written(company, key, brings_3="A catalogue")
    for name in (*WRITES, "mika", "ceo", "admin", "auditor", "agency"):
        assert tried(
            company, lambda me, name=name: chartering.write(me, key, {"scope": name}, now=company.now), name
        ) == (name in WRITES)
        assert tried(company, lambda me: chartering.lay(me, key, now=company.now), name) == (name in WRITES[:2])


def tried(company: Company, act: Callable[[Actor], object], name: str) -> bool:
    """Whether it was permitted."""
    db.session.rollback()
    try:
        act(company.member(name))
    except (NotAllowed, NotFound):
        return False
    return True


def test_what_is_over_is_not_written_on(company: Company) -> None:
    key = an_initiative(company)
    signed(company, laid(company, key), "cmo", "cio")
    initiatives.close(company.member("cmo"), key, **CLOSING, now=company.later())
    with pytest.raises(NotNow):
        chartering.write(company.member("cmo"), key, {"scope": "More"}, now=company.now)
    db.session.rollback()
    assert sheet(company, 1).state == "valid"  # it was signed, and stays so
    assert get_paper(company.member("ceo"), key).can == frozenset()


def test_the_same_text_is_laid_out_again_after_the_leads_changed(company: Company) -> None:
    key = an_initiative(company)
    first = laid(company, key)
    initiatives.name_leads(company.member("cio"), key, [lead(2, "it", "kenji")], now=company.later())
    assert charter_state([1]) == {1: "draft"}
    with company.indoors():
        db.session.rollback()
        second = chartering.lay(company.member("kenji"), key, now=company.now)
    assert [sheet(company, one).version for one in (first, second)] == [1, 2]
    assert differences(find_charter(1, 1), find_charter(1, 2)) == []  # type: ignore[arg-type]
    assert signed(company, second, "cmo", "kenji")


def test_the_sheet_says_it_in_the_readers_words(company: Company) -> None:
    key = an_initiative(company, third=("infrastructure", "kenji"))
    number = laid(company, key, brings_3="The network")
    said = dict(rows_of(company.member("cmo"), sheet(company, number), Reader("en")))
    assert said["Lead for infrastructure (IT)"] == "Kenji Ono"
    assert said["What Marketing brings"] == CHARTER["brings_1"]
    assert said["Goals"] == "G-1 Answer every customer within a day"
    said = dict(rows_of(company.member("cmo"), sheet(company, number), Reader("ja")))
    assert (said["顧客接点段階"], said["マーケティング部のリード"]) == ("購入", "森 由紀")


def test_a_goal_that_is_renamed_is_still_the_goal_both_meant(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    with atomic():
        db.session.execute(update(Goal).where(Goal.id == 1).values(title="Renamed"))
    assert signed(company, number, "cmo", "cio")
    assert sheet(company, number).content["goal_titles"] == ["Answer every customer within a day"]
