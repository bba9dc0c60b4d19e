"""A pilot: who begins it under which charter, who votes on it, and what both votes do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from collab.audit import queries as audit
from collab.escalations.models import Escalation
from collab.initiatives import service
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.company import as_of
from tests.factories.initiatives import an_initiative, lead, seen
from tests.factories.pilots import chartered, pilot_fields, piloted, swept, the_pilot, voted
from tests.factories.signatures import laid, messages, signed, written

pytestmark = [pytest.mark.usefixtures("indoors")]


def waits(key: str) -> set[str]:
    db.session.rollback()
    open_ones = db.session.query(Escalation).filter(Escalation.subject_key == key, Escalation.ended_at.is_(None))
    return {row.key for row in open_ones if row.watch == "initiative.vote"}


def asks(company: Company, name: str) -> list[str]:
    db.session.rollback()
    return [row.ask.key for row in inbox(company.member(name), company.now) if row.key.startswith("I-")]


def begun(company: Company, key: str, by: str = "cmo", **changes: Any) -> None:
    service.pilot(company.member(by), key, pilot_fields(**changes), now=company.later())


def test_a_pilot_begins_under_a_signed_charter_and_ends_at_the_closing_of_its_last_day(company: Company) -> None:
    key = piloted(company)
    found = the_pilot(company, key)
    assert (seen(company, key).state, str(found.cap), found.cap.currency) == ("pilot", "1000000", "JPY")
    assert found.ends_at == datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
    assert found.asks_at == datetime(2026, 12, 11, 0, 0, tzinfo=UTC)
    assert found.due_at == datetime(2026, 12, 16, 9, 0, tzinfo=UTC)
    assert ("cio", "pilot") in messages(company, key, "initiative.told")
    assert audit.list_entries(key)[-1].after["cap"] == "1000000"
    assert audit.verify() == []


@pytest.mark.parametrize("state", ["idea", "active"])
def test_without_both_signatures_there_is_no_pilot(company: Company, state: str) -> None:
    key = an_initiative(company, state=state)
    with pytest.raises(NotNow):
        begun(company, key)
    number = laid(company, key)
    signed(company, number, "cmo")
    with pytest.raises(NotNow):
        begun(company, key)


def test_a_changed_charter_keeps_the_pilot_from_beginning(company: Company) -> None:
    key = chartered(company, state="active")
    written(company, key, scope="Ten stores")
    with pytest.raises(NotNow) as refusal:
        begun(company, key)
    assert refusal.value.said_code == "charter_unsigned"


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"cap": "0"}, {"cap"}), ({"cap": "much"}, {"cap"}), ({"cap": "-5"}, {"cap"}), ({"cap": "1.5"}, {"cap"}), ({"cap": None}, {"cap"}),
    ({"currency": "XXY"}, {"currency"}), ({"question": "  "}, {"question"}), ({"ends_on": date(2026, 11, 17)}, {"ends_on"}),
    ({"ends_on": date(2028, 1, 1)}, {"ends_on"}), ({"ends_on": None, "cap": "x"}, {"ends_on", "cap"}),
]  # fmt: skip


def test_what_a_pilot_must_say(company: Company) -> None:
    key = chartered(company)
    for changes, fields in WRONG:
        with pytest.raises(Invalid) as refusal:
            begun(company, key, **changes)
        assert set(refusal.value.fields) == fields, changes
    assert seen(company, key).state == "chartered"


def test_a_last_day_that_is_over_at_closing_time_is_refused(company: Company) -> None:
    key = chartered(company)
    company.now = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    with pytest.raises(Invalid):
        begun(company, key, ends_on=date(2026, 11, 18))


def test_a_closed_day_ends_at_its_midnight_in_the_companys_zone(company: Company) -> None:
    key = piloted(company, ends_on=date(2026, 12, 20))
    assert the_pilot(company, key).ends_at == datetime(2026, 12, 20, 15, 0, tzinfo=UTC)


def test_nobody_but_the_leads_of_the_sides_begins_it_or_votes(company: Company) -> None:
    others = ("mika", "kenji", "ceo", "admin", "auditor", "agency", "sales-lead")
    key = chartered(company, third=("data", "sales-lead"), brings="A table of sales")
    for by in others:
        with pytest.raises((NotAllowed, NotFound)):
            begun(company, key, by)
    piloted(company, key=key)
    for by in others:
        for choice in ("scale", "stop", "neither"):
            with pytest.raises((NotAllowed, NotFound)):
                service.vote(company.member(by), key, choice, now=company.now)
    assert the_pilot(company, key).votes == ()


def test_a_deputy_an_absent_leads_secretary_and_a_machine_vote_for_nobody(company: Company) -> None:
    key = piloted(company)
    company.away("cmo", deputy="mika")
    with pytest.raises(NotAllowed):
        voted(company, key, "mika", "scale")
    machine: Actor = as_of(company.member("cmo"), machine="robot")
    with pytest.raises(NotAllowed) as refusal:
        service.vote(machine, key, "scale", now=company.now)
    assert refusal.value.said_code == "votes_in_person"
    assert voted(company, key, "cmo", "scale").state == "pilot"


def test_both_say_scale_and_it_scales_at_once(company: Company) -> None:
    key = piloted(company)
    assert voted(company, key, "cmo", "scale").state == "pilot"
    assert voted(company, key, "cio", "scale").state == "scaling"
    found = the_pilot(company, key)
    assert (found.verdict, found.ended_at is not None, waits(key)) == ("scale", True, set())
    with pytest.raises(NotNow):
        voted(company, key, "cmo", "stop")
    assert ("cmo", "pilot_scale") in messages(company, key, "initiative.told")
    company.now = datetime(2026, 12, 19, tzinfo=UTC)
    assert swept(company) == 0
    assert seen(company, key).state == "scaling"


@pytest.mark.parametrize("first", ["scale", "stop"])
def test_a_stop_closes_it_once_both_have_spoken(company: Company, first: str) -> None:
    key = piloted(company)
    assert voted(company, key, "cmo", first).state == "pilot"
    second = "stop" if first == "scale" else "scale"
    view = voted(company, key, "cio", second)
    assert (view.state, view.result, view.outcome) == ("closed", "stopped", "It did not help.")
    assert the_pilot(company, key).verdict == "stop"
    assert ("cmo", "close") in messages(company, key, "initiative.told")


def test_a_vote_may_change_until_the_pilot_ends_and_the_same_again_is_once(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "stop", "Too dear.")
    entries = len(audit.list_entries(key))
    voted(company, key, "cmo", "stop", "Too dear.")
    assert len(audit.list_entries(key)) == entries
    voted(company, key, "cmo", "scale")
    assert [vote.choice for vote in the_pilot(company, key).votes] == ["scale"]
    assert voted(company, key, "cio", "scale").state == "scaling"


def test_a_stop_needs_its_reason(company: Company) -> None:
    key = piloted(company)
    with pytest.raises(Invalid):
        service.vote(company.member("cmo"), key, "stop", reason="  ", now=company.now)
    with pytest.raises(Invalid):
        service.vote(company.member("cmo"), key, "perhaps", now=company.now)


def test_a_charter_changed_during_the_pilot_keeps_it_from_scaling_until_both_sign_again(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    number = laid(company, key, scope="Ten stores")
    with pytest.raises(NotNow) as refusal:
        voted(company, key, "cio", "scale")
    assert refusal.value.said_code == "charter_unsigned"
    assert voted(company, key, "cio", "stop", "Not this way.").result == "stopped"
    other = piloted(company)
    voted(company, other, "cmo", "scale")
    number = laid(company, other, scope="Ten stores")
    signed(company, number, "cmo", "cio")
    assert voted(company, other, "cio", "scale").state == "scaling"


def test_one_person_never_votes_for_both_sides(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    with company.indoors():
        service.name_leads(company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.later())
        company.leads("cmo", "it")
        service.name_leads(company.member("cio"), key, [lead(2, "it", "cmo")], now=company.later())
    signed(company, laid(company, key, "mika"), "mika", "cmo")
    with pytest.raises(NotAllowed) as refusal:
        voted(company, key, "cmo", "scale")
    assert refusal.value.said_code == "voted_for_other_side"
    assert seen(company, key).state == "pilot"


def test_whoever_takes_over_a_side_votes_for_it_anew(company: Company) -> None:
    key = piloted(company)
    voted(company, key, "cmo", "scale")
    with company.indoors():
        service.name_leads(company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.later())
    signed(company, laid(company, key, "mika"), "mika", "cio")
    assert voted(company, key, "cio", "scale").state == "pilot"
    with pytest.raises(NotAllowed):
        voted(company, key, "cmo", "scale")
    assert voted(company, key, "mika", "scale").state == "scaling"


def test_both_are_asked_five_business_days_before_its_end_once_and_a_missing_vote_has_a_clock(company: Company) -> None:
    key = piloted(company)
    company.now = datetime(2026, 12, 10, 23, 59, tzinfo=UTC)
    assert swept(company) == 0
    assert asks(company, "cmo") == []
    company.now = datetime(2026, 12, 11, 0, 0, tzinfo=UTC)
    assert (swept(company), swept(company)) == (1, 0)
    assert messages(company, key, "initiative.vote_asked") == [("cmo", None), ("cio", None)]
    assert waits(key) == {f"{key}:vote:1", f"{key}:vote:2"}
    assert asks(company, "cmo") == asks(company, "cio") == ["initiative.ask.vote"]
    (row,) = [row for row in inbox(company.member("cmo"), company.now) if row.key == key]
    assert row.due_at == datetime(2026, 12, 16, 9, 0, tzinfo=UTC)
    voted(company, key, "cmo", "scale")
    assert waits(key) == {f"{key}:vote:2"}
    assert (asks(company, "cmo"), asks(company, "cio")) == ([], ["initiative.ask.vote"])


def test_a_new_lead_is_asked_in_the_place_of_the_old_one(company: Company) -> None:
    key = piloted(company, ends_on=date(2026, 11, 20))
    voted(company, key, "cmo", "scale")
    assert waits(key) == {f"{key}:vote:2"}
    service.name_leads(company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.later())
    assert waits(key) == {f"{key}:vote:1", f"{key}:vote:2"}
    assert asks(company, "mika")[-1:] == ["initiative.ask.vote"]


def test_a_short_pilot_asks_at_once(company: Company) -> None:
    key = piloted(company, ends_on=date(2026, 11, 19))
    assert messages(company, key, "initiative.vote_asked") == [("cmo", None), ("cio", None)]
    found = the_pilot(company, key)
    assert found.due_at == found.ends_at
    assert swept(company) == 0


def test_closing_an_initiative_by_hand_stops_its_pilot(company: Company) -> None:
    key = piloted(company, ends_on=date(2026, 11, 19))
    words = {"result": "dropped", "outcome": "Nobody came.", "lesson": "Ask first."}
    service.close(company.member("cmo"), key, **words, now=company.later())
    assert (the_pilot(company, key).verdict, waits(key)) == ("stop", set())
    with pytest.raises(NotNow):
        voted(company, key, "cio", "scale")
    company.now = datetime(2026, 11, 20, tzinfo=UTC)
    assert swept(company) == 0
