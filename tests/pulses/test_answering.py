"""Opening, answering, closing: one set a member, changed until it closes; counted exactly once; everybody else's concern is nobody's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from collab.audit.models import Entry
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.people.models import Post
from collab.pulses import queries, service
from collab.pulses.models import Asked, Count
from collab.pulses.rules.habits import Habits
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.pulses import answered, closed, counts, everybody, given, opened, row, said, staffed, swept
from tests.parts.at_once import ends
from tests.parts.databases import on_both


def own(company: Company, key: str, name: str) -> dict[str, int] | None:
    with company.indoors():
        return queries.find_own(company.member(name), row(company, key))


def messages(company: Company, kind: str) -> set[int | None]:
    with company.indoors():
        db.session.rollback()
        return set(db.session.scalars(select(Message.member_id).where(Message.kind == kind)))


def entries(company: Company, key: str) -> list[tuple[str, str]]:
    with company.indoors():
        db.session.rollback()
        rows = select(Entry).where(Entry.subject_key == key).order_by(Entry.seq)
        return [(one.verb, one.actor) for one in db.session.scalars(rows)]


def test_everybody_who_works_in_a_department_is_asked_for_their_main_post(company: Company) -> None:
    with company.indoors(), atomic() as unit:
        unit.session.add(Post(member_id=company.id("kenji"), department_code="sales", rank=1, from_on=date(2025, 4, 1)))
    key = opened(company)
    with company.indoors():
        asked = {one.member_id: one.department_code for one in db.session.scalars(select(Asked))}
    names = ("ceo", "cmo", "cio", "cfo", "mika", "nao", "kenji", "sales-lead", "service-lead", "emma", "admin")
    assert set(asked) == {company.id(name) for name in names}
    assert asked[company.id("kenji")] == "it"
    assert messages(company, "pulse.opened") == set(asked)
    assert entries(company, key) == [("open", "cmo@example.com")]
    assert row(company, key).closes_at.isoformat() == "2026-11-26T01:00:00+00:00"


@pytest.mark.parametrize("name", ["mika", "kenji", "sales-lead", "cfo", "auditor", "agency"])
def test_nobody_else_opens_one(company: Company, name: str) -> None:
    with company.indoors(), pytest.raises(NotAllowed):
        service.open_pulse(company.member(name), now=company.now)


def test_one_is_open_at_a_time(company: Company) -> None:
    opened(company)
    with company.indoors(), pytest.raises(NotNow) as refusal:
        service.open_pulse(company.member("admin"), now=company.now)
    assert refusal.value.said_code == "pulse_open"


def test_one_member_has_one_set_and_changes_it_until_it_closes(company: Company) -> None:
    key = opened(company)
    before = row(company, key).version
    answered(company, key, "mika", 1)
    answered(company, key, "mika", 1, 2, 3, 4, 5, 1)
    assert own(company, key, "mika") == said(1, 2, 3, 4, 5, 1)
    assert own(company, key, "kenji") is None
    assert (len(given(company)), row(company, key).version) == (1, before)
    company.now = row(company, key).closes_at
    with company.indoors(), pytest.raises(NotNow):
        service.answer(company.member("mika"), key, said(5), now=company.now)


@pytest.mark.parametrize(
    ("ratings", "field"),
    [
        ({"metrics": 1}, "answers.priorities"),
        ({**said(3), "secret": 1}, "answers.secret"),
        ({**said(3), "metrics": 6}, "answers.metrics"),
        ({**said(3), "metrics": 0}, "answers.metrics"),
    ],
)
def test_all_questions_at_once_and_nothing_else(company: Company, ratings: dict[str, int], field: str) -> None:
    key = opened(company)
    with company.indoors(), pytest.raises(Invalid) as refusal:
        service.answer(company.member("mika"), key, ratings, now=company.now)
    assert field in refusal.value.fields
    assert given(company) == []


@pytest.mark.parametrize(("name", "refused"), [("auditor", NotAllowed), ("agency", NotFound), ("left", NotFound)])
def test_guests_auditors_and_leavers_answer_nothing(company: Company, name: str, refused: type[DomainError]) -> None:
    key = opened(company)
    with company.indoors(), pytest.raises(refused):
        service.answer(company.member(name), key, said(3), now=company.now)


def test_whoever_comes_later_is_not_asked_and_whoever_moves_stays_where_they_were_asked(company: Company) -> None:
    staff = staffed(company, marketing=4, it=4)
    key = opened(company)
    newcomer = staffed(company, marketing=5)["marketing"][-1]
    with company.indoors(), pytest.raises(NotAllowed):
        service.answer(company.member(newcomer), key, said(3), now=company.now)
    everybody(company, key, staff["marketing"], 2)
    with company.indoors(), atomic() as unit:  # Mika moves to sales in the middle
        post = unit.session.scalars(select(Post).where(Post.member_id == company.id("mika"))).one()
        post.department_code = "sales"
    answered(company, key, "mika", 4)
    closed(company, key)
    assert counts(company) == {("business", "marketing"): 4}


def test_whoever_leaves_after_answering_is_counted_and_whoever_leaves_before_cannot(company: Company) -> None:
    staff = staffed(company, marketing=5)
    key = opened(company)
    everybody(company, key, staff["marketing"][:4], 2)
    for name in ("mika", staff["marketing"][4]):
        company.leaves(name)
    with company.indoors(), pytest.raises(NotFound):
        service.answer(company.member(staff["marketing"][4]), key, said(3), now=company.now)
    closed(company, key)
    assert counts(company) == {("business", "marketing"): 4}


def test_of_what_is_hidden_nothing_is_kept_and_no_total_covers_it(company: Company) -> None:
    """Four of IT, three of security beside them on the same side."""
    staff = staffed(company, it=4, security=3, sides={"security": "it"})
    key = opened(company)
    everybody(company, key, staff["it"], 5)
    everybody(company, key, staff["security"], 1)
    closed(company, key)
    assert counts(company) == {("it", "it"): 4}
    with company.indoors():
        (found,) = queries.results_of([row(company, key)])
        assert (found.answered, found.low, found.standing("security", "it")) == (4, 0, "hidden")
        assert set(db.session.scalars(select(Count.rating))) == {5}


def test_closing_destroys_key_and_answers_and_tells_those_who_lead(company: Company) -> None:
    staff = staffed(company, marketing=4, it=4)
    key = opened(company)
    everybody(company, key, [*staff["marketing"], *staff["it"]], 3)
    assert row(company, key).secret
    with company.indoors(), pytest.raises(NotAllowed):
        service.close(company.member("cio"), key, now=company.now)
    closed(company, key)
    assert (row(company, key).state, row(company, key).secret, given(company)) == ("closed", None, [])
    assert messages(company, "pulse.results") == {
        company.id(name) for name in ("cmo", "cio", "ceo", "cfo", "sales-lead", "service-lead")
    }
    assert entries(company, key) == [("open", "cmo@example.com"), ("close", "cmo@example.com")]
    assert own(company, key, "mika") is None
    with company.indoors():
        asked = {one.member_id: one.answered for one in db.session.scalars(select(Asked))}
    assert asked[company.id("mika")]
    assert not asked[company.id("ceo")]


def test_cancelling_keeps_nothing(company: Company) -> None:
    staff = staffed(company, marketing=4)
    key = opened(company)
    everybody(company, key, staff["marketing"], 3)
    with company.indoors():
        service.cancel(company.member("cmo"), key, reason="The wrong week", now=company.now)
    assert (row(company, key).state, row(company, key).secret, given(company), counts(company)) == (
        "cancelled",
        None,
        [],
        {},
    )
    assert opened(company, "cio") == "AP-2"


def test_what_an_office_opened_that_is_gone_its_successors_end(company: Company) -> None:
    key = opened(company, "admin")
    with company.indoors(), pytest.raises(NotAllowed):
        service.close(company.member("cmo"), key, now=company.now)
    company.leaves("admin")
    closed(company, key, "cmo")
    assert row(company, key).state == "closed"


def test_it_closes_by_itself_exactly_once(company: Company) -> None:
    staff = staffed(company, marketing=4)
    key = opened(company)
    everybody(company, key, staff["marketing"], 3)
    swept(company, days=7)
    assert row(company, key).state == "open"
    swept(company, days=1)
    swept(company, minutes=1)
    assert row(company, key).state == "closed"
    assert entries(company, key)[1:] == [("close", "system")]
    assert counts(company) == {("business", "marketing"): 4}


def test_one_reminder_a_business_day_before_it_closes(company: Company) -> None:
    key = opened(company)
    swept(company, days=6, hours=23)
    assert messages(company, "pulse.reminder") == set()
    swept(company, hours=1)
    asked = messages(company, "pulse.reminder")
    assert company.id("mika") in asked
    swept(company, hours=1)
    with company.indoors():
        sent = db.session.scalars(select(Message.id).where(Message.kind == "pulse.reminder")).all()
    assert len(sent) == len(asked)
    assert row(company, key).remind_at is None


def test_the_inbox_asks_without_urging_until_it_is_answered(company: Company) -> None:
    key = opened(company)

    def rows(name: str) -> list[tuple[str, bool]]:
        with company.indoors():
            return [(one.key, one.remind) for one in inbox(company.member(name), company.now) if one.key == key]

    assert rows("mika") == [(key, False)]
    assert rows("auditor") == rows("agency") == []
    answered(company, key, "mika", 3)
    assert rows("mika") == []
    assert rows("kenji") == [(key, False)]
    company.now = row(company, key).closes_at
    assert rows("kenji") == []


def test_monthly_opens_one_in_a_month_that_has_none_in_an_open_hour(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(company.app.extensions, queries.NAME, Habits(monthly=True))
    company.now += timedelta(hours=14)  # midnight in Tokyo
    swept(company, hours=0)
    with company.indoors():
        assert queries.find_open() is None
    swept(company, hours=10)
    key = "AP-1"
    assert entries(company, key) == [("open", "system")]
    with company.indoors():
        service.cancel(company.member("cio"), key, reason="Not now", now=company.now)
    swept(company, hours=1)
    with company.indoors():
        assert queries.find_open() is None
    swept(company, days=12)
    assert row(company, "AP-2").state == "open"


@on_both
def test_several_sweepers_close_it_once_while_somebody_answers(company: Company) -> None:
    staff = staffed(company, marketing=5)
    key = opened(company)
    everybody(company, key, staff["marketing"][:4], 2)
    late, closes_at = company.member(staff["marketing"][4]), row(company, key).closes_at
    before = closes_at - timedelta(seconds=1)
    done = ends(
        company, *[lambda: service.sweep(now=closes_at)] * 3, lambda: service.answer(late, key, said(4), now=before)
    )  # fmt: skip
    assert done[:3] == ["done"] * 3
    n = 5 if done[3] == "done" else 4
    assert counts(company) == {("business", "marketing"): n}
    assert given(company) == []
    assert [verb for verb, _actor in entries(company, key)] == ["open", "close"]


@on_both
def test_one_member_who_answers_twice_at_once_has_one_set(company: Company) -> None:
    key = opened(company)
    mika = company.member("mika")
    done = ends(
        company, *[lambda rating=rating: service.answer(mika, key, said(rating), now=company.now) for rating in (1, 5)]
    )  # type: ignore[misc]
    assert done == ["done", "done"]
    assert len(given(company)) == 1
    assert own(company, key, "mika") in (said(1), said(5))


@on_both
def test_of_two_who_open_at_once_one_does(company: Company) -> None:
    names = [company.member(name) for name in ("cmo", "cio")]
    done = ends(company, *[lambda one=one: service.open_pulse(one, now=company.now) for one in names])  # type: ignore[misc]
    assert done.count("done") == 1
