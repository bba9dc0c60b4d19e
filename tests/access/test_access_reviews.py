"""Reviews of who has access: everybody is there, nobody judges themselves, a second person signs, and then it is frozen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from collab.access.models import AccessReview, ReviewLine
from collab.access.queries import reviewing as queries
from collab.access.queries.holders import list_holders
from collab.access.rules.reviewing import KEEP, REMOVE, Standing, flags
from collab.access.service import reviewing as service
from collab.audit import queries as audit
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.people import service as people
from collab.people.models import Member
from collab.subjects.queries import inbox
from tests.factories import NOW, Company
from tests.parts.databases import on_both

DAY = date(2026, 11, 18)
LONG_AGO = NOW - timedelta(days=400)


def standing(**over: object) -> Standing:
    usual: dict[str, object] = {
        "since": LONG_AGO, "seen_at": NOW, "admin": False, "auditor": False, "offices": 0, "departments": 1, "guest": False,
        "until_on": None, "work": False,
    }  # fmt: skip
    return Standing(**{**usual, **over})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ({}, []),
        ({"seen_at": None}, ["never_seen"]),
        ({"seen_at": NOW - timedelta(days=90)}, []),
        ({"seen_at": NOW - timedelta(days=90, seconds=1)}, ["unseen"]),
        ({"seen_at": NOW - timedelta(days=91), "since": NOW - timedelta(days=89)}, []),
        ({"admin": True}, []),
        ({"admin": True, "offices": 1}, ["admin_decides"]),
        ({"departments": 0}, ["no_department"]),
        ({"departments": 0, "auditor": True}, []),
        ({"guest": True, "departments": 0, "work": True}, []),
        ({"guest": True, "departments": 0}, ["guest_done"]),
        ({"guest": True, "departments": 0, "work": True, "until_on": DAY}, []),
        ({"guest": True, "departments": 0, "work": True, "until_on": date(2026, 11, 17)}, ["guest_done"]),
        ({"tokens": (NOW - timedelta(days=180),)}, []),
        ({"tokens": (NOW, NOW - timedelta(days=181))}, ["old_token"]),
    ],
)
def test_what_stands_out(over: dict[str, object], found: list[str]) -> None:
    assert flags(standing(**over), NOW, DAY) == found


@pytest.fixture
def round_of(company: Company, indoors: None) -> AccessReview:
    """A round the admin began."""
    return service.begin(company.member("admin"), now=company.now)


def line(company: Company, review: AccessReview, name: str) -> ReviewLine:
    return next(
        row for row in queries.list_lines(company.member("auditor"), review) if row.member_id == company.id(name)
    )


def judge(
    company: Company, review: AccessReview, by: str, name: str, verdict: str = KEEP, note: str | None = None
) -> int:
    return service.judge(
        company.member(by), review.key, {line(company, review, name).id: (verdict, note)}, now=company.now
    )


def finish(company: Company, review: AccessReview) -> None:
    """Everybody judges whom they are to judge."""
    for row in queries.list_lines(company.member("auditor"), review):
        if row.verdict is None:
            by = next(name for name in ("admin", "cio", "cmo", "ceo", "sales-lead", "service-lead", "cfo") if company.id(name) == row.reviewer_id or (row.reviewer_id is None and name == "admin"))  # fmt: skip
            service.judge(company.member(by), review.key, {row.id: (KEEP, None)}, now=company.now)


@on_both
def test_everybody_who_can_do_something_is_there_with_what_they_hold(company: Company, indoors: None) -> None:
    holders = {one.held.actor.email.partition("@")[0]: one for one in list_holders(company.now)}
    assert "left" not in holders
    assert {"ceo", "agency", "auditor", "admin"} <= holders.keys()
    assert holders["cmo"].held.actor.leads == ("marketing",)
    assert holders["agency"].flags == ("never_seen", "guest_done")
    company.filed()
    assert {one.held.actor.email: one.seen_at for one in list_holders(company.now)}["mika@example.com"] is not None


def test_leads_look_at_their_people_a_manager_at_a_lead_and_nobody_at_themselves(
    company: Company, round_of: AccessReview
) -> None:
    reviewer = {
        name: line(company, round_of, name).reviewer_id for name in ("mika", "cmo", "admin", "ceo", "auditor", "agency")
    }
    assert reviewer["mika"] == company.id("cmo")
    assert reviewer["cmo"] == company.id("ceo")
    assert reviewer["admin"] == company.id("cio")
    assert reviewer["auditor"] is None
    assert reviewer["agency"] is None
    assert all(row.reviewer_id != row.member_id for row in queries.list_lines(company.member("auditor"), round_of))


def test_a_reviewer_sees_and_judges_their_own_lines_alone(company: Company, round_of: AccessReview) -> None:
    mine = {row.member_id for row in queries.list_lines(company.member("cmo"), round_of)}
    assert company.id("mika") in mine
    assert company.id("kenji") not in mine
    assert judge(company, round_of, "cmo", "mika") == 1
    assert judge(company, round_of, "cmo", "mika") == 0, "the same again is nothing"
    for by, name, error in (
        ("cmo", "kenji", NotFound), ("mika", "nao", NotAllowed), ("agency", "mika", NotAllowed), ("auditor", "mika", NotAllowed),
        ("admin", "mika", NotAllowed), ("admin", "admin", NotAllowed),
    ):  # fmt: skip
        with pytest.raises(error):
            judge(company, round_of, by, name)
    with pytest.raises(NotFound):
        queries.get_review(company.member("mika"), round_of.key)
    assert judge(company, round_of, "admin", "agency") == 1


def test_of_two_administrators_who_judge_one_line_the_second_reads_who_was_faster_before_theirs_stands(
    company: Company, round_of: AccessReview
) -> None:
    with atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=True))
    row = line(company, round_of, "agency")

    def says(by: str, verdict: str, seen: datetime | None, note: str | None = None) -> int:
        said = {row.id: (verdict, note)}
        return service.judge(company.member(by), round_of.key, said, seen={row.id: seen}, now=company.now)

    assert says("admin", REMOVE, None, "Their contract is over.") == 1
    company.later(minutes=1)
    with pytest.raises(NotNow) as late:
        says("kenji", KEEP, None)
    said = Reader("en").say(late.value.text)
    assert late.value.said_code == "access_review_judged"
    assert "Sho Kanri said To be removed" in said
    assert line(company, round_of, "agency").verdict == REMOVE, "nothing was undone unawares"
    assert says("kenji", REMOVE, None, "Their contract is over.") == 0, "the same again is no quarrel"
    assert says("admin", KEEP, None) == 1, "one's own word may be changed"
    assert says("kenji", REMOVE, line(company, round_of, "agency").judged_at, "No: it is over.") == 1


def test_a_removal_says_why_and_takes_nothing_away_by_itself(company: Company, round_of: AccessReview) -> None:
    with pytest.raises(Invalid):
        judge(company, round_of, "cmo", "mika", REMOVE)
    with pytest.raises(Invalid):
        judge(company, round_of, "cmo", "mika", "perhaps")
    judge(company, round_of, "cmo", "mika", REMOVE, "Moves to another company")
    assert company.member("mika").active
    last = audit.list_entries(round_of.key)[-1]
    assert (last.verb, last.reason, last.after) == (
        "review_judged", "Moves to another company", {"member": "mika@example.com", "verdict": "remove"},
    )  # fmt: skip


@on_both
def test_a_second_person_signs_a_whole_round_and_then_it_is_frozen(company: Company, round_of: AccessReview) -> None:
    judge(company, round_of, "cmo", "mika", REMOVE, "Leaves")
    with pytest.raises(NotNow):
        service.sign(company.member("auditor"), round_of.key, now=company.now)
    finish(company, round_of)
    for name in ("admin", "cmo", "mika", "agency"):
        with pytest.raises(NotAllowed):
            service.sign(company.member(name), round_of.key, now=company.now)
    signed = service.sign(company.member("auditor"), round_of.key, now=company.now)
    assert signed.hash
    assert service.is_intact(signed)
    for attempt in (
        lambda: judge(company, signed, "cmo", "mika"),
        lambda: service.sign(company.member("auditor"), signed.key, now=NOW),
    ):
        with pytest.raises(NotNow):
            attempt()
    with atomic():
        db.session.execute(update(ReviewLine).where(ReviewLine.member_id == company.id("mika")).values(note="Stays"))
    db.session.expire_all()
    assert not service.is_intact(queries.find_review(signed.key))
    asked = [row.ask.key for row in inbox(company.member("admin"), company.now)]
    assert "access_review.ask.remove" in asked
    people.deactivate("mika@example.com", by=company.member("admin"), now=company.now)
    assert "access_review.ask.remove" not in [row.ask.key for row in inbox(company.member("admin"), company.now)]


def test_there_is_one_round_at_a_time_and_others_begin_none(company: Company, round_of: AccessReview) -> None:
    with pytest.raises(NotNow):
        service.begin(company.member("auditor"), now=company.now)
    for name in ("cmo", "mika", "agency"):
        with pytest.raises(DomainError):
            service.begin(company.member(name), now=company.now)


def test_reviewers_are_asked_at_once_and_reminded_after_seven_business_days(
    company: Company, round_of: AccessReview
) -> None:
    def asked(name: str, now: datetime) -> list[tuple[int, bool]]:
        rows = inbox(company.member(name), now)
        return [(row.ask.args["n"], row.remind) for row in rows if row.ask.key == "access_review.ask.judge"]

    assert asked("mika", NOW) == []
    ((count, remind),) = asked("cmo", NOW)
    assert count == len(list(queries.list_lines(company.member("cmo"), round_of)))
    assert not remind
    # From Wednesday 18 November, over a holiday on Monday 23: seven business days later is Monday 30.
    assert round_of.remind_at.astimezone(UTC).date() == date(2026, 11, 30)
    assert asked("cmo", round_of.remind_at) == [(count, True)]
    people.deactivate("cmo@example.com", by=company.member("admin"), now=company.now)
    assert asked("admin", NOW)[0][0] > 0, "what a reviewer who left had to look at is the admins'"


def test_nobody_judges_themselves_even_where_nobody_else_is_named(company: Company, round_of: AccessReview) -> None:
    admin = company.member("admin")
    own, other = (
        ReviewLine(member_id=admin.id, reviewer_id=None),
        ReviewLine(member_id=company.id("mika"), reviewer_id=None),
    )
    assert not queries.may_judge(admin, round_of, own, set())
    assert queries.may_judge(admin, round_of, other, set())
