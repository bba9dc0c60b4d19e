"""The life of an agreement: who may what, what is awaited next, disputes, late data, people who leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from collab.agreements import queries, service
from collab.audit import queries as audit
from collab.escalations.models import Escalation
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.subjects.queries import inbox, list_related
from tests.factories import Company
from tests.factories.agreements import active, agreement_fields, at, delivered, deliveries, proposed, row
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
MONTH_END = at("2026-11-30 18:00+09:00")
NEXT_MONTH = at("2027-01-04 18:00+09:00")
"""31 December is in the year-end break."""


def clocks(key: str) -> list[tuple[str, str]]:
    """Every wait about an agreement: its due moment and state."""
    db.session.rollback()
    mine = select(Escalation).where(Escalation.subject_key == key).order_by(Escalation.id)
    return [(one.due_at.isoformat(), one.state) for one in db.session.scalars(mine)]


def running(key: str) -> Escalation:
    db.session.rollback()
    return db.session.scalars(
        select(Escalation).where(Escalation.subject_key == key, Escalation.ended_at.is_(None))
    ).one()


def told(key: str, kind: str = "agreement.told") -> list[tuple[int | None, str | None]]:
    db.session.rollback()
    mine = select(Message).where(Message.subject_key == key, Message.kind == kind).order_by(Message.id)
    return [(one.member_id, one.args.get("verb")) for one in db.session.scalars(mine)]


def asks(company: Company, name: str) -> list[tuple[str, str]]:
    return [(one.key, one.ask.key) for one in inbox(company.member(name), company.now) if one.key.startswith("DA-")]


def test_both_named_persons_agree_and_the_first_delivery_is_awaited(company: Company) -> None:
    key = proposed(company)
    assert (row(company, key).state, clocks(key)) == ("proposed", [])
    assert told(key, "agreement.asked") == [(company.id("kenji"), None)]
    assert asks(company, "kenji") == [(key, "agreement.ask.agree")]
    assert asks(company, "mika") == []
    service.agree(company.member("kenji"), key, now=company.later())
    now = row(company, key)
    assert (now.state, now.due_on, now.due_at) == ("active", date(2026, 11, 30), MONTH_END)
    wait = running(key)
    assert (wait.late_id, wait.other_id) == (company.id("kenji"), company.id("mika"))
    assert (wait.department, wait.other_department, wait.watch) == ("it", "marketing", "agreement.delivery")


def test_somebody_who_proposes_for_two_others_agrees_for_neither(company: Company) -> None:
    key = proposed(company, "nao")
    for name in ("kenji", "mika"):
        assert row(company, key).state == "proposed"
        service.agree(company.member(name), key, now=company.later())
        service.agree(company.member(name), key, now=company.later()) if name == "kenji" else None
    assert row(company, key).state == "active"


@pytest.mark.parametrize("name", ["cio", "cmo", "nao", "ceo", "admin", "auditor"])
def test_nobody_else_agrees(company: Company, name: str) -> None:
    key = proposed(company, "nao")
    with pytest.raises(NotAllowed):
        service.agree(company.member(name), key, now=company.later())


def test_a_guest_does_not_even_see_it(company: Company) -> None:
    key = proposed(company)
    with pytest.raises(NotFound):
        service.agree(company.member("agency"), key, now=company.later())
    with pytest.raises(NotFound):
        queries.get_agreement(company.member("agency"), key)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"receiver": {"department": "it", "member": "admin@example.com"}}, {"receiver.department"}),
        ({"receiver": {"department": "marketing", "member": "kenji@example.com"}}, {"receiver.member"}),
        ({"giver": {"department": "it", "member": "mika@example.com"}}, {"giver.member"}),
        ({"giver": {"department": "moon"}}, {"giver.department"}),
        ({"giver": {"department": "it", "member": "agency@example.com"}}, {"giver.member"}),
        ({"giver": {"department": "marketing", "member": "left@example.com"}}, {"giver.member"}),
        ({"goal": "G-2"}, {"goal"}),
        ({"goal": "G-99"}, {"goal"}),
        ({"starts_on": date(2026, 12, 1), "ends_on": date(2026, 11, 30)}, {"ends_on"}),
        ({"ends_on": date(2026, 11, 1)}, {"ends_on"}),
        ({"starts_on": date(9999, 12, 31)}, {"starts_on"}),
        ({"cadence": {"every": 1, "unit": "month", "weekday": "mon"}}, {"cadence.weekday"}),
        ({"cadence": {"every": 1, "unit": "day", "day": 3}}, {"cadence.day"}),
    ],
)
def test_what_cannot_be_agreed_is_named_and_nothing_is_written(
    company: Company, changes: dict, fields: set[str]
) -> None:  # type: ignore[type-arg]
    with pytest.raises(Invalid) as refusal:
        service.propose(company.member("mika"), agreement_fields(**changes), now=company.now)
    assert fields <= set(refusal.value.fields)
    assert queries.find_agreement("DA-1") is None


def test_one_person_never_stands_on_both_sides(company: Company) -> None:
    """Somebody with posts in both departments: refused as a proposal, and refused as a hand-over."""
    from collab.kernel.atomic import atomic
    from collab.people.models import Post

    with atomic() as unit:
        unit.session.add(
            Post(member_id=company.id("kenji"), department_code="marketing", rank=1, from_on=date(2025, 4, 1))
        )
    both = {"department": "marketing", "member": "kenji@example.com"}
    with pytest.raises(Invalid) as refusal:
        service.propose(company.member("mika"), agreement_fields(receiver=both), now=company.now)
    assert set(refusal.value.fields) == {"receiver.member"}
    key = active(company)
    with pytest.raises(Invalid) as refusal:
        service.hand_over(company.member("mika"), key, to="kenji@example.com", now=company.now)
    assert set(refusal.value.fields) == {"to"}


def test_nobody_named_is_the_departments_lead(company: Company) -> None:
    key = proposed(company, giver={"department": "it"})
    assert row(company, key).giver_id == company.id("cio")


def test_a_delivery_is_one_press_and_the_next_one_is_awaited(company: Company) -> None:
    key = active(company)
    delivered(company, key, note="November", link="https://example.com/n", rows=1200)
    (came,) = deliveries(company, key)
    assert (came.due_on, came.state, came.note, came.rows) == (date(2026, 11, 30), "delivered", "November", 1200)
    assert row(company, key).due_at == NEXT_MONTH
    assert [state for _due, state in clocks(key)] == ["ended", "waiting"]
    assert told(key)[-1] == (company.id("mika"), "deliver")
    assert asks(company, "mika") == [(key, "agreement.ask.look")]


def test_delivering_twice_is_once_whether_the_press_names_its_day_or_not(company: Company) -> None:
    key = active(company)
    delivered(company, key)
    company.later(minutes=1)
    for day in (date(2026, 11, 30), None):
        with pytest.raises(NotNow) as refusal:
            service.deliver(company.member("cio"), key, {}, due_on=day, now=company.now)
        assert refusal.value.said_code == "already_delivered"
        assert refusal.value.args_said["who"].email == "kenji@example.com"
    assert len(deliveries(company, key)) == 1


def test_what_is_late_counts_once_and_the_months_it_missed_are_gone(company: Company) -> None:
    key = active(company)
    company.now = at("2027-02-10 10:00+09:00")
    delivered(company, key)
    assert row(company, key).due_on == date(2027, 3, 1)  # 28 February is a Sunday
    assert [pair.streak for pair in queries.list_pairs(company.member("mika"), company.now)] == [0]


def test_the_streak_of_a_pair_of_departments_is_a_fact(company: Company) -> None:
    key = active(company, cadence={"every": 1, "unit": "week", "weekday": "fri"})
    for day in ("2026-11-20", "2026-11-27", "2026-12-04"):
        company.now = at(f"{day} 12:00+09:00")
        delivered(company, key)
    (pair,) = queries.list_pairs(company.member("ceo"), company.now)
    assert (pair.giver, pair.receiver, pair.streak, pair.on_time, pair.due) == ("it", "marketing", 3, 3, 3)
    company.now = at("2026-12-11 18:00:01+09:00")
    (pair,) = queries.list_pairs(company.member("ceo"), company.now)
    assert (pair.streak, pair.late_now) == (0, 1)


def test_a_dispute_sends_the_clock_back_to_the_giver_until_it_is_whole(company: Company) -> None:
    key = active(company)
    company.now = at("2026-11-30 12:00+09:00")
    delivered(company, key)
    service.dispute(company.member("mika"), key, reason="Half the stores are missing.", now=company.later(hours=1))
    now = row(company, key)
    assert (now.due_on, now.due_at) == (date(2026, 11, 30), at("2026-12-01 18:00+09:00"))
    assert running(key).due_at == at("2026-12-01 18:00+09:00")
    assert told(key)[-1] == (company.id("kenji"), "dispute")
    delivered(company, key, note="All stores")
    service.dispute(company.member("mika"), key, reason="Still not.", now=company.later(minutes=5))
    delivered(company, key)
    service.confirm(company.member("mika"), key, now=company.later(minutes=5))
    assert [(one.attempt, one.state) for one in deliveries(company, key)] == [
        (1, "disputed"),
        (2, "disputed"),
        (3, "confirmed"),
    ]
    assert row(company, key).due_at == NEXT_MONTH
    assert [pair.on_time for pair in queries.list_pairs(company.member("mika"), company.now)] == [0]
    with pytest.raises(NotNow):
        service.dispute(company.member("mika"), key, reason="After all", now=company.later())


def test_nobody_judges_what_they_delivered_themselves(company: Company) -> None:
    company.leads("cio", "marketing")
    key = active(company)
    delivered(company, key, "cio")
    with pytest.raises(NotAllowed):
        service.confirm(company.member("cio"), key, now=company.later())


def test_the_givers_deputy_delivers_while_they_are_away_and_promises_nothing(company: Company) -> None:
    key = active(company)
    company.away("kenji", deputy="admin")
    service.deliver(company.member("admin"), key, {}, now=company.later())
    entry = audit.list_entries(key)[-1]
    assert (entry.actor, entry.acting_for) == ("admin@example.com", "kenji@example.com")
    with pytest.raises(NotAllowed):
        service.end(company.member("admin"), key, reason="No more", now=company.later())


def test_a_new_date_comes_before_the_next_delivery_and_twice_at_most(company: Company) -> None:
    key = active(company)
    kenji = company.member("kenji")
    for day, field in ((date(2026, 11, 17), "on"), (date(2027, 1, 4), "on"), (date(2030, 1, 1), "on")):
        with pytest.raises(Invalid) as refusal:
            service.postpone(kenji, key, on=day, reason="Later", now=company.now)
        assert set(refusal.value.fields) == {field}
    service.postpone(kenji, key, on=date(2026, 12, 5), reason="The system is moved", now=company.later())
    assert row(company, key).due_at == at("2026-12-07 18:00+09:00")  # 5 December is a Saturday
    assert running(key).due_at == at("2026-12-07 18:00+09:00")
    service.postpone(kenji, key, on=date(2026, 12, 9), reason="Still", now=company.later())
    with pytest.raises(NotNow):
        service.postpone(kenji, key, on=date(2026, 12, 10), reason="Again", now=company.later())
    company.now = at("2026-12-08 10:00+09:00")
    delivered(company, key)
    assert deliveries(company, key)[0].due_at == MONTH_END  # a new date makes nobody punctual


def test_a_pause_asks_nobody_and_what_was_late_is_still_owed(company: Company) -> None:
    key = active(company)
    service.pause(company.member("mika"), key, reason="The campaign is over", now=company.later())
    assert [state for _due, state in clocks(key)] == ["ended"]
    company.now = at("2027-01-20 10:00+09:00")
    service.resume(company.member("mika"), key, now=company.now)
    assert row(company, key).due_on == date(2027, 2, 1)
    company.now = at("2027-02-02 10:00+09:00")
    service.pause(company.member("kenji"), key, reason="Too late", now=company.now)
    company.now = at("2027-02-05 10:00+09:00")  # a Friday
    service.resume(company.member("mika"), key, now=company.now)
    assert (row(company, key).due_on, row(company, key).due_at) == (date(2027, 2, 1), at("2027-02-08 18:00+09:00"))


def test_it_ends_with_a_reason_and_is_never_asked_for_again(company: Company) -> None:
    key = active(company)
    service.end(company.member("cio"), key, reason="We share a database now", now=company.later())
    assert (row(company, key).state, clocks(key)[-1][1], asks(company, "kenji")) == ("ended", "ended", [])
    for act in (service.agree, service.resume, service.confirm):
        with pytest.raises(NotNow):
            act(company.member("mika"), key, now=company.later())


def test_with_its_last_delivery_it_runs_out_and_a_dispute_brings_it_back(company: Company) -> None:
    key = active(company, ends_on=date(2026, 12, 10))
    delivered(company, key)
    assert row(company, key).state == "ended"
    service.dispute(company.member("mika"), key, reason="Empty file", now=company.later())
    assert (row(company, key).state, row(company, key).due_on) == ("active", date(2026, 11, 30))
    delivered(company, key)
    assert row(company, key).state == "ended"


def test_handing_over_stays_in_the_department_and_takes_the_clock_along(company: Company) -> None:
    key = active(company)
    for name in ("mika", "nao", "agency", "left"):
        with pytest.raises(Invalid):
            service.hand_over(company.member("kenji"), key, to=f"{name}@example.com", now=company.now)
    service.hand_over(company.member("kenji"), key, to="cio@example.com", now=company.later())
    assert running(key).late_id == company.id("cio")
    assert {member for member, verb in told(key) if verb == "handover"} == {company.id("cio"), company.id("mika")}


def test_a_londoner_takes_over_and_the_closing_is_theirs(company: Company) -> None:
    key = active_from_sales(company)
    service.hand_over(company.member("sales-lead"), key, to="emma@example.com", now=company.later())
    assert row(company, key).due_at == at("2026-11-30 17:30+00:00")


def active_from_sales(company: Company) -> str:
    key = proposed(company, giver={"department": "sales", "member": "sales-lead@example.com"})
    service.agree(company.member("sales-lead"), key, now=company.now)
    return key


def test_a_proposal_handed_over_has_to_be_agreed_to_by_its_new_person(company: Company) -> None:
    key = proposed(company, "nao")
    service.agree(company.member("kenji"), key, now=company.later())
    service.hand_over(company.member("kenji"), key, to="cio@example.com", now=company.later())
    service.agree(company.member("mika"), key, now=company.later())
    assert row(company, key).state == "proposed"
    service.agree(company.member("cio"), key, now=company.later())
    assert row(company, key).state == "active"


def test_whoever_leaves_hands_over_to_their_lead_and_the_clock_goes_along(company: Company) -> None:
    key = active(company)
    company.leaves("kenji")
    assert (row(company, key).giver_id, running(key).late_id) == (company.id("cio"), company.id("cio"))
    assert audit.list_entries(key)[-1].actor == "system"
    company.leaves("mika")
    assert row(company, key).receiver_id == company.id("cmo")
    assert running(key).other_id == company.id("cmo")


def test_the_goal_and_the_agreement_show_each_other(company: Company) -> None:
    key = active(company)
    me = company.member("mika")
    assert key in [one.key for one in list_related(me, "G-1")]
    assert "G-1" in [one.key for one in list_related(me, key)]


def test_the_inbox_asks_for_data_from_three_days_before(company: Company) -> None:
    key = active(company)
    company.now = MONTH_END - timedelta(days=3, minutes=1)
    assert asks(company, "kenji") == []
    company.now = MONTH_END - timedelta(days=3)
    assert asks(company, "kenji") == [(key, "agreement.ask.deliver")]
    assert asks(company, "mika") == []


def test_everything_that_happened_is_in_the_history_in_order(company: Company) -> None:
    key = active(company)
    delivered(company, key)
    service.dispute(company.member("mika"), key, reason="Empty", now=company.later())
    delivered(company, key)
    service.confirm(company.member("mika"), key, now=company.later())
    events = queries.history(company.member("auditor"), key)
    assert [event.verb for event in events] == ["propose", "agree", "deliver", "dispute", "deliver", "confirm"]
    assert [event.seq for event in events] == list(range(1, 7))
    assert audit.verify() == []
