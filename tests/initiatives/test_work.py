"""What an initiative is steered by: milestones, the log, constraints, how it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from collab.audit import queries as audit
from collab.initiatives import service
from collab.initiatives.queries.work import divergences, list_constraints, list_entries, list_milestones
from collab.initiatives.rules.health import Said, divergence
from collab.initiatives.slack import limits, votes
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.initiatives import an_initiative, seen
from tests.factories.pilots import piloted, voted
from tests.factories.signatures import messages

pytestmark = [pytest.mark.usefixtures("indoors")]
T = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def key(company: Company) -> str:
    return an_initiative(company, state="active", participants=("mika", "kenji"), guests=("agency",))


def asks(company: Company, name: str) -> list[tuple[str, datetime | None]]:
    db.session.rollback()
    return [(row.ask.key, row.due_at) for row in inbox(company.member(name), company.now) if row.key.startswith("I-")]


def milestone(company: Company, key: str, by: str = "mika", **changes: Any) -> int:
    fields = {
        "title": "Ten stores show their stock", "due_on": date(2026, 11, 20), "owners": ["mika@example.com", "kenji@example.com"], **changes,
    }  # fmt: skip
    return service.add_milestone(company.member(by), key, fields, now=company.later()).id


def test_a_milestone_has_an_owner_of_either_side(company: Company, key: str) -> None:
    number = milestone(company, key)
    (found,) = list_milestones(seen(company, key).id)
    assert found.owners == (company.id("mika"), company.id("kenji"))
    assert messages(company, key, "initiative.told") == [("kenji", "milestone")]
    milestone(company, key, owners=[])
    assert list_milestones(seen(company, key).id)[1].owners == (company.id("cmo"), company.id("cio"))
    for owners in (
        ["kenji@example.com", "mika@example.com"],
        ["emma@example.com"],
        ["agency@example.com"],
        ["nobody@example.com"],
    ):
        with pytest.raises(Invalid) as refusal:
            milestone(company, key, owners=owners)
        assert "owners.0" in refusal.value.fields
    service.change_milestone(company.member("cio"), key, number, {"due_on": date(2026, 12, 1)}, now=company.later())
    assert audit.list_entries(key)[-1].before["due_on"] == "2026-11-20"
    assert audit.verify() == []


def test_who_takes_no_part_steers_nothing(company: Company, key: str) -> None:
    number = milestone(company, key)
    wrote = {"kind": "budget", "text": "x", "lifter": "cfo@example.com"}

    def acts(by: str) -> list[Callable[[], object]]:
        me = company.member(by)
        return [
            lambda: milestone(company, key, by),
            lambda: service.reach_milestone(me, key, number, now=company.now),
            lambda: service.drop_milestone(me, key, number, note="", now=company.now),
            lambda: service.add_entry(me, key, {"kind": "release", "text": "x"}, now=company.now),
            lambda: service.add_constraint(me, key, wrote, now=company.now),
            lambda: service.say_health(me, key, "on_track", now=company.now),
        ]

    for act in (act for by in ("nao", "auditor", "agency", "admin") for act in acts(by)):
        with pytest.raises((NotAllowed, NotFound)):
            act()


def test_owners_find_it_in_their_inbox_from_three_business_days_before_until_it_is_said(
    company: Company, key: str
) -> None:
    soon = milestone(company, key, due_on=date(2026, 11, 25))  # the 23rd is a holiday
    assert asks(company, "kenji") == []
    company.now = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    closing = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert asks(company, "kenji") == asks(company, "mika") == [("initiative.ask.milestone", closing)]
    company.now = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    assert list_milestones(seen(company, key).id)[0].is_late(date(2026, 11, 30))
    assert asks(company, "mika") == [("initiative.ask.milestone", closing)]
    assert asks(company, "cmo") == []
    service.reach_milestone(company.member("kenji"), key, soon, note="Twelve, even.", now=company.later())
    assert asks(company, "mika") == []
    with pytest.raises(NotNow):
        service.drop_milestone(company.member("mika"), key, soon, note="No.", now=company.later())
    again = service.reach_milestone(company.member("mika"), key, soon, now=company.later())
    assert again.note == "Twelve, even."


def test_giving_a_milestone_up_needs_a_reason(company: Company, key: str) -> None:
    number = milestone(company, key)
    with pytest.raises(Invalid):
        service.drop_milestone(company.member("mika"), key, number, note=" ", now=company.now)
    with pytest.raises(NotFound):
        service.drop_milestone(
            company.member("mika"),
            an_initiative(company, state="active", leads=("mika", "kenji")),
            number,
            note="x",
            now=company.now,
        )
    assert (
        service.drop_milestone(company.member("cmo"), key, number, note="Too dear.", now=company.now).state == "dropped"
    )


def test_risks_decisions_and_releases(company: Company, key: str) -> None:
    me = company.member("mika")

    def wrote(**fields: Any) -> int:
        return service.add_entry(me, key, {"text": "Stock comes late at night", **fields}, now=company.later()).id

    for wrong, field in (
        ({"kind": "risk"}, "weight"), ({"kind": "decision"}, "reason"), ({"kind": "rumour"}, "kind"), ({"kind": "release", "text": " "}, "text"),
        ({"kind": "release", "on": date(2026, 11, 19)}, "on"), ({"kind": "risk", "weight": "low", "owner": "agency@example.com"}, "owner"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            wrote(**wrong)
        assert field in refusal.value.fields
    low = wrote(kind="risk", weight="low", owner="kenji@example.com")
    high = wrote(kind="risk", weight="high")
    decision = wrote(kind="decision", reason="Fewer calls.")
    release = wrote(kind="release", on=date(2026, 11, 1))
    assert [one.id for one in list_entries(seen(company, key).id)] == [high, low, decision, release]
    with pytest.raises(NotAllowed):
        service.close_risk(me, key, low, note="", now=company.now)
    service.close_risk(company.member("kenji"), key, low, note="It comes at six now.", now=company.later())
    for number in (low, decision):
        with pytest.raises(NotNow):
            service.close_risk(company.member("cmo"), key, number, note="Over.", now=company.later())
    assert messages(company, key, "initiative.told") == [("kenji", "risk")]


def test_whoever_can_lift_a_constraint_is_asked_and_does(company: Company, key: str) -> None:
    fields = {"kind": "budget", "text": "No money for scanners", "lifter": "cfo@example.com"}
    number = service.add_constraint(company.member("kenji"), key, fields, now=company.later()).id
    with company.indoors():
        from collab.outbox.models import Message

        kinds = [(row.kind, row.member_id) for row in db.session.query(Message).filter(Message.subject_key == key)]
    assert ("initiative.constraint_asked", company.id("cfo")) in kinds
    assert asks(company, "cfo") == [("initiative.ask.lift", None)]
    with pytest.raises(NotAllowed):
        service.lift(company.member("kenji"), key, number, note="", now=company.now)
    with pytest.raises(Invalid):
        service.lift(company.member("cfo"), key, number, note="", now=company.now)
    service.lift(company.member("cfo"), key, number, note="From the reserve.", now=company.later())
    assert asks(company, "cfo") == []
    with pytest.raises(NotNow):
        service.lift(company.member("cmo"), key, number, note="Again.", now=company.later())
    (found,) = list_constraints(seen(company, key).id)
    assert (found.lifted_by, found.lift_note) == (company.id("cfo"), "From the reserve.")
    for wrong in ("agency@example.com", "auditor@example.com", "left@example.com", ""):
        with pytest.raises(Invalid):
            service.add_constraint(company.member("kenji"), key, {**fields, "lifter": wrong}, now=company.now)


def test_nobody_is_asked_to_lift_what_they_may_not_see(company: Company) -> None:
    hidden = an_initiative(company, state="active", visibility="involved")
    fields = {"kind": "people", "text": "Nobody has time", "lifter": "cfo@example.com"}
    with pytest.raises(Invalid):
        service.add_constraint(company.member("cmo"), hidden, fields, now=company.now)


def test_whoever_does_not_see_it_any_more_is_asked_for_nothing(company: Company, key: str) -> None:
    fields = {"kind": "people", "text": "Nobody has time", "lifter": "cfo@example.com"}
    service.add_constraint(company.member("cmo"), key, fields, now=company.later())
    assert asks(company, "cfo") == [("initiative.ask.lift", None)]
    service.change(company.member("cmo"), key, {"visibility": "involved"}, now=company.later())
    assert asks(company, "cfo") == []


def test_each_lead_says_how_it_goes_and_a_difference_is_told_once(company: Company, key: str) -> None:
    number = seen(company, key).id
    cmo, cio = company.member("cmo"), company.member("cio")
    service.say_health(cmo, key, "on_track", now=company.later())
    with pytest.raises(Invalid):
        service.say_health(cio, key, "off_track", now=company.later())
    service.say_health(cio, key, "off_track", note="The data is wrong.", now=company.later())
    since = company.now
    assert divergences([number], company.now)[number].steps == 2
    assert messages(company, key, "initiative.told") == [("cmo", "diverge")]
    service.say_health(cio, key, "at_risk", note="Half of it.", now=company.later())
    found = divergences([number], company.now + timedelta(days=20))[number]
    assert (found.steps, found.since, found.stale) == (1, since, True)
    service.say_health(cmo, key, "at_risk", note="They are right.", now=company.later())
    assert divergences([number], company.now) == {}
    assert [held.health for held in seen(company, key).leads] == ["at_risk", "at_risk"]


def said(slot: int, health: str, hours: int) -> Said:
    return Said(slot, slot, health, None, T + timedelta(hours=hours))


def test_since_when_the_sides_differ() -> None:
    assert divergence([said(1, "at_risk", 0)], T) is None
    told = [said(1, "on_track", 0), said(2, "off_track", 1), said(3, "off_track", 2), said(1, "at_risk", 3)]
    found = divergence(told, T + timedelta(days=14))
    assert found is not None
    assert (found.steps, found.since, found.stale) == (1, T + timedelta(hours=1), False)
    agreed = [*told, said(1, "off_track", 4), said(2, "on_track", 5)]
    again = divergence(agreed, T + timedelta(days=15))
    assert again is not None
    assert (again.steps, again.since, again.stale) == (2, T + timedelta(hours=5), True)


def test_cards_ask_and_say_what_became_of_it(company: Company) -> None:
    from collab.kernel.i18n import Reader
    from collab.outbox.registry import Envelope

    key = piloted(company, ends_on=date(2026, 11, 19))
    for locale in ("en", "ja"):
        reads = Envelope(key, {}, company.member("cio"), Reader(locale), company.now)
        card = votes.asked(reads)
        assert card is not None
        assert "initiative.scale" in str(card.blocks)
        assert votes.line(reads) is not None
    voted(company, key, "cio", "scale")
    assert votes.asked(reads) is None
    shown = votes.repainted(reads)
    assert shown is not None
    assert "initiative.scale'" not in str(shown.blocks)
    fields = {"kind": "budget", "text": "<!channel> & no money", "lifter": "cfo@example.com"}
    number = service.add_constraint(company.member("cmo"), key, fields, now=company.later()).id
    lifts = Envelope(key, {"constraint": number}, company.member("cfo"), Reader("en"), company.now)
    card = limits.asked(lifts)
    assert card is not None
    assert [block["type"] for block in card.blocks if "<!channel>" in str(block)] == [
        "rich_text"
    ]  # shown as it is, calls nobody
    line = limits.line(lifts)
    assert line is not None
    assert "&lt;!channel&gt; &amp; no money" in line.text
    service.lift(company.member("cfo"), key, number, note="Done.", now=company.later())
    db.session.rollback()
    assert limits.asked(lifts) is None
