"""Who leads an initiative, who takes part, who leaves: two people of two sides, and nobody twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from collab.audit import queries as audit
from collab.initiatives import service
from collab.initiatives.models import Lead, Participant
from collab.initiatives.queries import lacks_of, list_of_member
from collab.initiatives.service import holding, leading
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotNow
from collab.subjects.queries import inbox
from tests.factories.company import Company
from tests.factories.initiatives import a_stage, an_initiative, initiative_fields, lead, led_by, number, seen
from tests.factories.pilots import chartered
from tests.initiatives.test_life import complaints, told, voided
from tests.parts.at_once import ends
from tests.parts.databases import on_both

__all__ = ["voided"]
pytestmark = pytest.mark.usefixtures("indoors")


def name(company: Company, key: str, by: str, *leads: dict[str, Any], **more: Any) -> None:
    service.name_leads(company.member(by), key, leads, now=company.later(), **more)


def rows(key: str) -> list[tuple[int, int, bool]]:
    """Every row of leads there ever was: slot, member, whether they lead now."""
    db.session.rollback()
    found = db.session.scalars(select(Lead).where(Lead.initiative_id == number(key)).order_by(Lead.id))
    return [(one.slot, one.member_id, one.removed_at is None) for one in found]


# ---- Who may lead


@pytest.mark.parametrize(
    ("leads", "refused"),
    [
        ([lead(1, "marketing", "cmo"), lead(2, "marketing", "mika")], {"leads.1.department": "same_department"}),
        ([lead(1, "marketing", "cmo"), lead(2, "sales", "sales-lead")], {"leads.1.department": "same_side"}),
        ([lead(1, "marketing", "cmo"), lead(2, "it", "cmo")], {"leads.1.member": "other_department"}),
        ([lead(1, "marketing", "cmo"), lead(1, "it", "cio")], {"leads.1.slot": "slot_twice"}),
        ([lead(1, "marketing", "cmo"), lead(2, "it", "nobody")], {"leads.1.member": "unknown_member"}),
        ([lead(1, "marketing", "left"), lead(2, "it", "cio")], {"leads.0.member": "unknown_member"}),
        ([lead(1, "marketing", "cmo"), lead(2, "it", "auditor")], {"leads.1.member": "unknown_member"}),
        ([lead(1, "marketing", "cmo"), lead(2, "it", "agency")], {"leads.1.member": "unknown_member"}),
        ([lead(1, "moon", "cmo"), lead(2, "it", "cio")], {"leads.0.department": "unknown_department"}),
        ([lead(1, "marketing", "cmo", "data"), lead(2, "it", "cio")], {"leads.0.area": "area_of_third"}),
        ([lead(1, "marketing", "cmo"), lead(2, "it", "cio"), lead(3, "it", "admin")], {"leads.2.area": "required"}),
        (
            [lead(1, "marketing", "cmo"), lead(2, "it", "cio"), lead(3, "it", "cio", "data")],
            {"leads.2.member": "same_person"},
        ),
        ([{"slot": 1, "department": "marketing"}, lead(2, "it", "cio")], {"leads.0.member": "required"}),
    ],
)
def test_who_cannot_lead(company: Company, leads: list[dict[str, Any]], refused: dict[str, str]) -> None:
    a_stage(company)
    begin = partial(service.create, company.member("mika"), initiative_fields(leads=leads), now=company.now)
    assert complaints(begin) == refused


def test_one_person_of_two_departments_is_still_one_person(company: Company) -> None:
    company.leads("cmo", "it")  # the chief of marketing leads IT, too, for a while
    a_stage(company)
    leads = [lead(1, "marketing", "cmo"), lead(2, "it", "cmo")]
    begin = partial(service.create, company.member("mika"), initiative_fields(leads=leads), now=company.now)
    assert complaints(begin) == {"leads.1.member": "same_person"}


def test_the_database_seats_nobody_twice(company: Company) -> None:
    key = an_initiative(company)
    seat = {"initiative_id": number(key), "department_code": "it", "named_at": company.now}
    for twice in (
        {"slot": 3, "area": "data", "member_id": company.id("cmo")},
        {"slot": 2, "member_id": company.id("mika")},
    ):
        with pytest.raises((NotNow, IntegrityError)), atomic() as unit:
            unit.session.execute(insert(Lead).values(**seat, **twice))
    assert led_by(company, key) == {1: "cmo", 2: "cio"}


@on_both
def test_two_who_name_one_person_for_two_seats_at_once(company: Company) -> None:
    """Each of them sees the other's seat as it was: whoever comes second is told, and nobody leads twice."""
    company.leads("mika", "it")
    for _round in range(3):
        key = an_initiative(company, leads=("cmo", "cio"))
        ended = ends(
            company,
            partial(service.name_leads, company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.now),
            partial(service.name_leads, company.member("cio"), key, [lead(2, "it", "mika")], now=company.now),
        )
        assert sorted(ended) == ["done", "invalid"]
        assert sorted(led_by(company, key).values()) == sorted(["mika", "cio" if ended[0] == "done" else "cmo"])


@on_both
def test_without_the_lock_the_database_still_refuses(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.leads("mika", "it")
    key = an_initiative(company)
    older = seen(company, key)
    name(company, key, "cmo", lead(1, "marketing", "mika"))
    with pytest.raises(NotNow, match="conflict"), atomic():
        seat = leading.Seat(2, "it", company.id("mika"))
        leading.turn_over(older, [older.leads[1]], [seat], company.member("cio"), now=company.now)
    assert led_by(company, key) == {1: "mika", 2: "cio"}


# ---- Handing over


def test_a_lead_hands_over_and_everybody_concerned_hears(company: Company) -> None:
    key = an_initiative(company, participants=("nao",), state="active")
    name(company, key, "cmo", lead(1, "marketing", "mika"))
    assert led_by(company, key) == {1: "mika", 2: "cio"}
    assert rows(key) == [(1, company.id("cmo"), False), (2, company.id("cio"), True), (1, company.id("mika"), True)]
    assert told(key) == {
        (company.id("mika"), "lead"), (company.id("cio"), "leads"), (company.id("nao"), "leads"),
    }  # fmt: skip
    entry = audit.list_entries(key)[-1]
    assert (entry.verb, entry.before["leads"][0]["member"], entry.after["leads"][0]["member"]) == (
        "name_leads", "cmo@example.com", "mika@example.com",
    )  # fmt: skip
    name(company, key, "mika", lead(1, "marketing", "mika"))  # the same again is nothing
    assert len(audit.list_entries(key)) == 1


def test_nobody_takes_the_other_sides_seat(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "cio"), third=("data", "admin"), by="nao", state="active")
    for by in (
        "mika",
        "cmo",
        "admin",
        "nao",
    ):  # the other lead, their department's lead, the third lead, who wrote it down
        with pytest.raises(NotAllowed, match="initiative_other_side"):
            name(company, key, by, lead(2, "it", "kenji"))
    for by in ("kenji", "auditor", "sales-lead"):
        with pytest.raises(NotAllowed):
            name(company, key, by, lead(2, "it", "kenji"))
    name(company, key, "cmo", lead(1, "marketing", "nao"))  # the lead of the seat's own department
    name(company, key, "ceo", lead(2, "it", "kenji"))
    assert led_by(company, key) == {1: "nao", 2: "kenji", 3: "admin"}


def test_whoever_wrote_it_down_mends_a_seat_while_it_is_an_idea(company: Company) -> None:
    key = an_initiative(company, by="nao")
    name(company, key, "nao", lead(2, "it", "kenji"))
    assert led_by(company, key)[2] == "kenji"


def test_a_changed_charter_lets_nobody_replace_the_other_side(company: Company) -> None:
    key = chartered(company, by="nao")
    with company.indoors():
        service.change(company.member("nao"), key, {"title": "Something else"}, now=company.later())
    assert seen(company, key).state == "idea"
    with pytest.raises(NotAllowed, match="initiative_other_side"):
        name(company, key, "nao", lead(2, "it", "kenji"))


def test_the_two_leads_may_change_places(company: Company) -> None:
    key = an_initiative(company)
    name(company, key, "ceo", lead(1, "it", "cio"), lead(2, "marketing", "cmo"))
    assert led_by(company, key) == {1: "cio", 2: "cmo"}


def test_a_seat_goes_to_no_department_of_the_other_side(company: Company) -> None:
    key = an_initiative(company)
    gone = partial(service.name_leads, company.member("cio"), key, [lead(2, "sales", "sales-lead")], now=company.now)
    assert complaints(gone) == {"leads.0.department": "same_side"}
    name(company, key, "cmo", lead(1, "sales", "sales-lead"))  # another department of the same side is fine
    assert seen(company, key).departments == {"sales", "it"}


def test_the_third_lead_comes_and_goes(company: Company) -> None:
    key = an_initiative(company, participants=("admin",))
    name(company, key, "cio", lead(3, "it", "admin", "data"))
    assert (led_by(company, key)[3], seen(company, key).lead(3).area, seen(company, key).parts) == ("admin", "data", ())
    name(company, key, "cmo", lead(3, "it", "admin", "infrastructure"))
    assert seen(company, key).lead(3).area == "infrastructure"
    twice = partial(service.name_leads, company.member("cmo"), key, [lead(3, "it", "cio", "data")], now=company.now)
    assert complaints(twice) == {"leads.0.member": "same_person"}
    name(company, key, "cio", {"slot": 3})
    assert led_by(company, key) == {1: "cmo", 2: "cio"}
    assert complaints(partial(service.name_leads, company.member("cio"), key, [{"slot": 2}], now=company.now)) == {
        "leads.0.member": "required"
    }


# ---- Who takes part


def test_who_takes_part(company: Company) -> None:
    key = an_initiative(company, state="active")
    cmo = company.member("cmo")
    service.add_participant(cmo, key, "emma@example.com", part="Sales in London", now=company.later())
    service.add_participant(cmo, key, "agency@example.com", now=company.later())
    service.add_participant(cmo, key, "emma@example.com", part="Sales in London", now=company.later())
    view = seen(company, key)
    assert [(one.department, one.part) for one in view.parts] == [("sales", "Sales in London"), (None, None)]
    assert (view.version, view.departments) == (3, {"marketing", "it", "sales"})
    assert told(key) == {(company.id("emma"), "joined"), (company.id("agency"), "joined")}
    service.remove_participant(cmo, key, "agency@example.com", now=company.later())
    assert [one.member for one in seen(company, key).parts] == [company.id("emma")]
    assert (company.id("agency"), "removed") in told(key)
    assert list_of_member(company.id("emma")) == [key]
    assert list_of_member(company.id("agency")) == []


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"member": None}, {"member": "required"}),
        ({"member": "nobody@example.com"}, {"member": "nobody"}),
        ({"member": "auditor@example.com"}, {"member": "nobody"}),
        ({"member": "left@example.com"}, {"member": "nobody"}),
        ({"member": "cmo@example.com"}, {"member": "leads_already"}),
        ({"member": "emma@example.com", "department": "it"}, {"department": "other_department"}),
        ({"member": "agency@example.com", "department": "it"}, {"department": "guest_department"}),
    ],
)
def test_who_cannot_take_part(company: Company, fields: dict[str, Any], refused: dict[str, str]) -> None:
    key = an_initiative(company)
    add = partial(service.add_participant, company.member("cmo"), key, now=company.now, **fields)
    assert complaints(add) == refused
    gone = partial(service.remove_participant, company.member("cmo"), key, "emma@example.com", now=company.now)
    assert complaints(gone) == {"member": "takes_no_part"}


def test_a_guest_names_nobody_and_a_participant_neither(company: Company) -> None:
    key = an_initiative(company, participants=("nao",), guests=("agency",))
    for by in ("agency", "nao", "kenji"):
        with pytest.raises(NotAllowed):
            service.add_participant(company.member(by), key, "emma@example.com", now=company.now)


def test_as_many_departments_as_the_company_asks_for(company: Company, app: Any) -> None:
    from collab.initiatives.queries.policy import NAME
    from collab.initiatives.rules.policy import Policy

    key = an_initiative(company)
    before = app.extensions[NAME]
    app.extensions[NAME] = Policy(fewest_departments=3)
    try:
        assert lacks_of(seen(company, key)) == ("departments",)
        service.add_participant(company.member("cmo"), key, "emma@example.com", now=company.now)
        assert lacks_of(seen(company, key)) == ()
    finally:
        app.extensions[NAME] = before


# ---- Whoever leaves


def asks(company: Company, who: str) -> list[tuple[str, str]]:
    return [(one.key, one.ask.key) for one in inbox(company.member(who), company.now) if one.key.startswith("I-")]


@on_both
def test_a_lead_who_leaves_is_succeeded_by_the_lead_of_their_department(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "kenji"), state="active")
    over = an_initiative(company, leads=("mika", "kenji"), state="closed")
    company.leaves("kenji")
    assert (led_by(company, key), led_by(company, over)) == ({1: "mika", 2: "cio"}, {1: "mika", 2: "kenji"})
    assert told(key) == {(company.id("cio"), "lead"), (company.id("mika"), "leads")}
    assert (audit.list_entries(key)[-1].verb, audit.list_entries(key)[-1].actor) == ("lead_left", "system")
    assert (asks(company, "cio"), asks(company, "mika")) == ([], [])


def test_without_one_their_manager_takes_over(company: Company) -> None:
    key = an_initiative(company, leads=("cmo", "cio"))  # who leads the department leads the initiative, too
    company.leaves("cmo")
    assert led_by(company, key) == {1: "ceo", 2: "cio"}
    assert seen(company, key).lead(1).department == "marketing"


def test_nobody_sits_on_both_sides(company: Company, voided: list[str]) -> None:
    key = an_initiative(company, leads=("ceo", "cio"), by="nao", departments={"ceo": "finance"}, state="active")
    company.leaves("cio")  # their department has no other lead, and their manager leads for the other side
    assert led_by(company, key) == {1: "ceo"}
    assert voided == ["leads"]
    assert told(key) == {(company.id("ceo"), "lead_gone"), (company.id("nao"), "lead_gone")}
    assert (audit.list_entries(key)[-1].verb, audit.list_entries(key)[-1].details) == ("lead_gone", {"slot": 2})
    assert lacks_of(seen(company, key)) == ("lead_2", "departments")
    assert asks(company, "ceo") == asks(company, "nao") == [(key, "initiative.ask.name_lead")]
    assert asks(company, "cmo") == asks(company, "auditor") == []
    with pytest.raises(NotNow):
        service.start(company.member("ceo"), key, now=company.now)
    name(company, key, "nao", lead(2, "it", "kenji"))  # an empty seat is for everybody who may name leads
    assert (led_by(company, key), asks(company, "ceo")) == ({1: "ceo", 2: "kenji"}, [])


def test_the_lead_of_the_department_who_leads_the_other_side_is_told_and_does_not_sit_on_both(company: Company) -> None:
    company.leads("sales-lead", "it")
    key = an_initiative(company, leads=("sales-lead", "kenji"), departments={"kenji": "it"})
    for above in ("cio", "ceo"):  # nobody else is left above kenji
        company.leaves(above)
    company.leaves("kenji")
    assert led_by(company, key) == {1: "sales-lead"}
    assert told(key) == {(company.id("sales-lead"), "lead_gone")}


def test_both_leads_gone_leave_it_to_whoever_wrote_it_down_and_to_the_top(company: Company) -> None:
    key = an_initiative(company, leads=("sales-lead", "cio"), by="nao", state="active")
    company.leaves("ceo")
    company.takes_office("cfo", "CEO")
    for who in ("sales-lead", "cio"):
        company.leaves(who)
    assert led_by(company, key) == {}
    assert asks(company, "nao") == asks(company, "cfo") == [(key, "initiative.ask.name_lead")]
    name(company, key, "cfo", lead(1, "marketing", "cmo"))
    name(company, key, "nao", lead(2, "it", "kenji"))
    assert led_by(company, key) == {1: "cmo", 2: "kenji"}


def test_the_third_lead_who_leaves_is_succeeded_too_or_the_seat_is_given_up(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "kenji"), third=("data", "admin"))
    other = an_initiative(company, leads=("mika", "cio"), third=("data", "admin"))
    company.leaves("admin")  # reports to the chief of IT, who leads the department
    assert led_by(company, key) == {1: "mika", 2: "kenji", 3: "cio"}
    assert led_by(company, other) == {1: "mika", 2: "cio"}
    assert (lacks_of(seen(company, other)), asks(company, "mika")) == ((), [])


def test_a_participant_who_leaves_takes_no_part_any_more(company: Company) -> None:
    key = an_initiative(company, participants=("nao",), leads=("mika", "kenji"))
    company.leaves("nao")
    assert seen(company, key).parts == ()
    assert db.session.scalar(select(Participant.removed_at)) == company.now
    assert told(key) == set()


def test_an_heir_who_took_part_leads_instead(company: Company) -> None:
    key = an_initiative(company, participants=("cio",), leads=("mika", "kenji"))
    company.leaves("kenji")
    assert (led_by(company, key), seen(company, key).parts) == ({1: "mika", 2: "cio"}, ())


def test_a_narrowed_one_is_told_to_nobody_who_does_not_see_it(company: Company) -> None:
    key = an_initiative(company, leads=("sales-lead", "cio"), by="nao", visibility="involved")
    company.leaves("ceo")
    company.takes_office("cfo", "CEO")
    company.leaves("cio")
    assert told(key) == {(company.id("sales-lead"), "lead_gone"), (company.id("nao"), "lead_gone")}
    assert asks(company, "cfo") == []


def test_what_was_read_before_the_lock_is_not_written(company: Company) -> None:
    key = an_initiative(company)
    name(company, key, "cmo", lead(1, "marketing", "mika"))
    with pytest.raises(NotAllowed), atomic():
        holding.hold(company.member("kenji"), key, "initiative.name_leads")
