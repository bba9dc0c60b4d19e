"""A change of a control: one proposes, another confirms, nobody in their own favour, never backwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from collab.audit import queries as audit
from collab.calendars import rules as calendars
from collab.calendars.queries import find_body
from collab.controls import queries, service
from collab.controls.models import ControlChange
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.models import Member
from tests.factories import NOW, Company
from tests.parts.at_once import DONE, ends
from tests.parts.clients import Api
from tests.parts.databases import on_both

TODAY = date(2026, 11, 18)
NEXT_WEEK = TODAY + timedelta(days=7)
ACTING = {"office": "CFO", "member": "nao@example.com", "acting": True}


@pytest.fixture
def two(company: Company) -> Company:
    """A company with a second administrator."""
    with company.indoors(), atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=True))
    return company


def proposed(
    company: Company, code: str, fields: Mapping[str, Any], *, by: str = "admin", **more: Any
) -> ControlChange:
    given = {"reason": "Reorganisation.", "now": NOW, **more}
    return service.propose(company.member(by), code, fields, **given)


def confirmed(company: Company, row: ControlChange, by: str, *, now: datetime = NOW) -> ControlChange:
    return service.confirm(company.member(by), row.key, seen_version=row.version, now=now)


def holder(office: str, now: datetime = NOW) -> str | None:
    member = people.organisation(now).offices.get(office)
    return people.emails_of([member])[member] if member else None


def test_nothing_changes_before_a_second_person_confirmed(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", {"office": "CMO", "member": "nao@example.com"})
        assert (row.state, holder("CMO")) == ("open", "cmo@example.com")
        confirmed(two, row, "kenji")
        assert holder("CMO") == "nao@example.com"
        entries = [*audit.list_entries("office:CMO"), *audit.list_entries(row.key)]
        taken = [entry for entry in entries if entry.verb == "control_taken"]
        assert {entry.subject_key for entry in taken} == {"office:CMO", row.key}
        for entry in taken:
            both = (entry.details["proposed_by"], entry.details["confirmed_by"])
            assert both == ("admin@example.com", "kenji@example.com")
        assert {entry.before["holder"] for entry in taken} == {"cmo@example.com"}


@pytest.mark.parametrize(
    ("by", "code", "fields", "who"),
    [
        ("admin", "office.give", ACTING, "admin"),
        ("admin", "office.give", {**ACTING, "member": "kenji@example.com"}, "kenji"),
        ("kenji", "office.give", {**ACTING, "member": "admin@example.com"}, "admin"),
        ("admin", "office.give", {"office": "CMO", "member": "ceo@example.com"}, "ceo"),
        ("admin", "member.manager", {"member": "mika@example.com", "manager": "kenji@example.com"}, "kenji"),
        ("admin", "department.lead", {"department": "sales", "member": "kenji@example.com"}, "kenji"),
        ("admin", "office.give", ACTING, "mika"),
        ("admin", "office.give", ACTING, "cmo"),
        ("admin", "office.give", ACTING, "auditor"),
        ("admin", "office.give", ACTING, "nao"),
    ],
)
def test_neither_the_proposer_nor_the_favoured_nor_anybody_else_confirms(
    two: Company, by: str, code: str, fields: dict[str, Any], who: str
) -> None:
    with two.indoors():
        row = proposed(two, code, fields, by=by)
        with pytest.raises((NotAllowed, NotFound)):
            confirmed(two, row, who)
        assert queries.find_change(row.key).state == "open"  # type: ignore[union-attr]
        own = who == by or f"{who}@" in str(fields)
        assert [entry.verb for entry in audit.list_entries(row.key)].count("refused") == own, (
            "who tried, and might have"
        )


def test_with_one_administrator_the_holders_of_ceo_and_cfo_are_asked(company: Company) -> None:
    with company.indoors():
        row = proposed(company, "office.give", {"office": "CIO", "member": "kenji@example.com"})
        asked = {one.email for one in queries.asked(row, NOW)}
        assert asked == {"ceo@example.com", "cfo@example.com"}
        messages = db.session.query(Message).filter_by(kind=service.ASKED).all()
        assert {people.email_of(message.member_id) for message in messages} == asked
        confirmed(company, row, "ceo")
        assert holder("CIO") == "kenji@example.com"


def test_another_administrator_is_asked_before_ceo_and_cfo_who_may_all_the_same(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        assert [one.email for one in queries.asked(row, NOW)] == ["kenji@example.com"]
        everybody = people.list_actors(NOW)
        rows = queries.inbox(everybody, NOW)
        assert {people.email_of(member) for member, found in rows.items() if found} == {"kenji@example.com"}
        assert {one.email for one in queries.seconds(row, NOW)} == {
            "kenji@example.com", "ceo@example.com", "cfo@example.com",
        }  # fmt: skip
        assert confirmed(two, row, "ceo").state == "taken"


def test_a_deputy_of_the_ceo_confirms_nothing_in_their_place(company: Company) -> None:
    with company.indoors():
        row = proposed(company, "office.give", ACTING)
        ceo = company.member("ceo")
        staffing.be_away(ceo, from_on=TODAY, until_on=NEXT_WEEK, deputy="mika@example.com", now=NOW)
        with pytest.raises((NotAllowed, NotFound)):
            confirmed(company, row, "mika")


def test_an_administrator_deactivated_meanwhile_confirms_nothing(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        kenji = two.member("kenji")
        staffing.deactivate(kenji.email, by=None, now=NOW)
        with pytest.raises((NotAllowed, NotFound)):
            service.confirm(kenji, row.key, seen_version=row.version, now=NOW)


def test_what_somebody_proposed_goes_with_them(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING, by="kenji")
        staffing.deactivate("kenji@example.com", by=None, now=NOW)
        assert queries.find_change(row.key).state == "withdrawn"  # type: ignore[union-attr]


def test_a_proposer_who_administers_no_more_is_no_first_person(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING, by="kenji")
        with atomic():
            db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=False))
        with pytest.raises(NotNow, match="control_proposer_left"):
            confirmed(two, row, "admin")


def test_a_change_whose_ground_moved_is_refused_with_what_changed(two: Company) -> None:
    with two.indoors():
        first = proposed(two, "office.give", {"office": "CMO", "member": "nao@example.com"})
        second = proposed(two, "office.give", {"office": "CMO", "member": "mika@example.com"})
        confirmed(two, first, "kenji")
        assert queries.standing(second, NOW).moved == ["holder"]
        with pytest.raises(NotNow) as refused:
            confirmed(two, second, "kenji")
        assert refused.value.said_code == "control_moved"
        (what,) = refused.value.args_said["what"]
        assert (what.args["was"], what.args["is"]) == ("cmo@example.com", "nao@example.com")
        assert holder("CMO") == "nao@example.com"


def test_the_same_change_waits_once(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        with pytest.raises(NotNow) as refused:
            proposed(two, "office.give", ACTING, by="kenji")
        assert refused.value.args_said["key"] == row.key


@pytest.mark.parametrize(
    ("fields", "more", "wrong"),
    [
        (ACTING, {"reason": " "}, {"reason"}),
        (ACTING, {"from_on": TODAY - timedelta(days=1)}, {"from_on"}),
        (ACTING, {"from_on": TODAY + timedelta(days=400)}, {"from_on"}),
        ({**ACTING, "office": "CXO"}, {}, {"office"}),
        ({**ACTING, "member": "left@example.com"}, {}, {"member"}),
        ({**ACTING, "member": "agency@example.com"}, {}, {"member"}),
        ({**ACTING, "member": "auditor@example.com"}, {}, {"member"}),
        ({**ACTING, "until_on": "2026-11-01"}, {}, {"until_on"}),
        ({"office": "CFO", "member": "cfo@example.com"}, {}, {"_"}),
    ],
)
def test_what_cannot_be_proposed(two: Company, fields: dict[str, Any], more: dict[str, Any], wrong: set[str]) -> None:
    with two.indoors(), pytest.raises(Invalid) as refused:
        proposed(two, "office.give", fields, **more)
    assert set(refused.value.fields) == wrong


def test_only_administrators_propose(two: Company) -> None:
    with two.indoors():
        for who in ("mika", "ceo", "auditor", "agency"):
            with pytest.raises(NotAllowed):
                proposed(two, "office.give", ACTING, by=who)


def test_an_office_of_next_week_begins_on_its_day(two: Company) -> None:
    with two.indoors():
        confirmed(two, proposed(two, "office.give", ACTING, from_on=NEXT_WEEK), "kenji")
        assert holder("CFO") == "cfo@example.com"
        later = NOW + timedelta(days=7)
        assert holder("CFO", later) == "nao@example.com"


def test_confirmed_after_its_day_it_counts_from_the_confirmation(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", {"office": "CMO", "member": "nao@example.com"}, from_on=TODAY)
        later = NOW + timedelta(days=3)
        confirmed(two, row, "kenji", now=later)
        assert holder("CMO", NOW + timedelta(days=2)) == "cmo@example.com"
        assert holder("CMO", later) == "nao@example.com"


@on_both
def test_a_dated_change_is_written_on_its_day_by_the_sweep_once(company: Company) -> None:
    with company.indoors():
        row = proposed(company, "department.side", {"department": "service", "side": "it"}, from_on=NEXT_WEEK)
        assert confirmed(company, row, "ceo").state == "confirmed"
        service.sweep(now=NOW + timedelta(days=6))
        people.forget()
        assert people.department_sides()["service"] == "business"
        for _again in range(3):
            service.sweep(now=NOW + timedelta(days=7))
        people.forget()
        assert people.department_sides()["service"] == "it"
        assert [one.verb for one in audit.list_entries(row.key)].count("control_taken") == 1
        assert queries.find_change(row.key).state == "taken"  # type: ignore[union-attr]


def test_on_its_day_what_moved_meanwhile_is_not_overwritten(company: Company) -> None:
    with company.indoors():
        row = proposed(company, "department.side", {"department": "service", "side": "it"}, from_on=NEXT_WEEK)
        confirmed(company, row, "ceo")
        confirmed(company, proposed(company, "department.side", {"department": "service", "side": "corporate"}), "ceo")
        service.sweep(now=NOW + timedelta(days=7))
        people.forget()
        assert people.department_sides()["service"] == "corporate"
        assert queries.find_change(row.key).state == "moved"  # type: ignore[union-attr]


SIDE = {"department": "service", "side": "it"}


def gives_up(company: Company, name: str) -> None:
    """Somebody administers no more, and stays."""
    with atomic():
        db.session.execute(update(Member).where(Member.email == f"{name}@example.com").values(is_admin=False))


@pytest.mark.parametrize("way", ["leaves", "administers no more"])
def test_what_waits_for_its_day_asks_again_when_its_second_person_is_gone(two: Company, way: str) -> None:
    with two.indoors():
        row = proposed(two, "department.side", SIDE, from_on=NEXT_WEEK)
        assert confirmed(two, row, "kenji").state == "confirmed"
        service.sweep(now=NOW + timedelta(days=1))
        assert queries.find_change(row.key).state == "confirmed"  # type: ignore[union-attr]
        if way == "leaves":
            staffing.deactivate("kenji@example.com", by=None, now=NOW)
        else:
            gives_up(two, "kenji")
        later = NOW + timedelta(days=2)
        service.sweep(now=later)
        again = queries.find_change(row.key)
        assert again is not None
        assert (again.state, again.second_id) == ("open", None)
        asked = {one.email for one in queries.asked(again, later)}
        assert asked == {"ceo@example.com", "cfo@example.com"}
        cards = db.session.query(Message).filter_by(kind=service.ASKED, subject_key=row.key).all()
        assert asked <= {people.email_of(card.member_id) for card in cards}
        assert queries.due_for(two.member("ceo"), again) > later, "they have days of their own"
        entry = audit.list_entries(row.key)[-1]
        assert (entry.verb, entry.details["gone"]) == ("control_asked_again", ["kenji@example.com"])
        service.sweep(now=NOW + timedelta(days=7))
        people.forget()
        assert people.department_sides()["service"] == "business", "nothing is made in the name of who is gone"
        assert confirmed(two, again, "cfo", now=NOW + timedelta(days=8)).state == "taken"


def test_where_its_proposer_is_gone_whoever_confirmed_it_proposes_it_if_they_administer(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "department.side", SIDE, by="kenji", from_on=NEXT_WEEK)
        confirmed(two, row, "admin")
        staffing.deactivate("kenji@example.com", by=None, now=NOW)
        service.sweep(now=NOW + timedelta(days=7))
        again = queries.find_change(row.key)
        assert again is not None
        assert (again.state, again.proposed_by_id) == ("open", two.id("admin"))
        with pytest.raises(NotAllowed):
            confirmed(two, again, "admin", now=NOW + timedelta(days=7))
        assert confirmed(two, again, "ceo", now=NOW + timedelta(days=7)).state == "taken"


def test_where_nobody_stands_for_it_any_more_it_is_taken_back_and_the_others_hear_it(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "department.side", SIDE, by="kenji", from_on=NEXT_WEEK)
        confirmed(two, row, "ceo")
        gives_up(two, "kenji")
        service.sweep(now=NOW + timedelta(days=7))
        assert queries.find_change(row.key).state == "withdrawn"  # type: ignore[union-attr]
        told = db.session.query(Message).filter_by(kind=service.TOLD, subject_key=row.key).all()
        assert two.id("ceo") in {message.member_id for message in told}


def test_nobody_answers_within_fourteen_days(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        late = NOW + timedelta(days=14)
        with pytest.raises(NotNow, match="control_expired"):
            confirmed(two, row, "kenji", now=late)
        service.sweep(now=late - timedelta(minutes=1))
        assert queries.find_change(row.key).state == "open"  # type: ignore[union-attr]
        service.sweep(now=late)
        assert queries.find_change(row.key).state == "expired"  # type: ignore[union-attr]


def test_turned_down_with_a_reason_and_taken_back_by_the_proposer_alone(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        with pytest.raises(Invalid):
            service.decline(two.member("kenji"), row.key, reason="", now=NOW)
        with pytest.raises(NotAllowed):
            service.withdraw(two.member("kenji"), row.key, now=NOW)
        with pytest.raises(NotAllowed):
            service.decline(two.member("admin"), row.key, reason="", now=NOW)
        assert service.decline(two.member("kenji"), row.key, reason="Not yet.", now=NOW).comment == "Not yet."
        again = proposed(two, "office.give", ACTING)
        assert service.withdraw(two.member("admin"), again.key, now=NOW).state == "withdrawn"


def test_who_comes_too_late_learns_who_answered(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.give", ACTING)
        seen = row.version
        confirmed(two, row, "kenji")
        with pytest.raises(NotNow) as refused:
            service.confirm(two.member("ceo"), row.key, seen_version=seen, now=NOW)
        assert refused.value.said_code == "control_over"
        assert refused.value.args_said["who"].email == "kenji@example.com"


@on_both
def test_two_confirm_at_once_and_one_of_them_counts(company: Company) -> None:
    with company.indoors():
        key = proposed(company, "office.give", ACTING).key

    second = [company.member(name) for name in ("ceo", "cfo")]
    answers = ends(company, *(partial(service.confirm, one, key, seen_version=1, now=NOW) for one in second))
    assert sorted(answers) in (["control_over", DONE], ["conflict", DONE])
    with company.indoors():
        assert [one.verb for one in audit.list_entries(key)].count("control_taken") == 1


def test_a_department_is_closed_once_nothing_is_left_in_it_and_is_asked_nothing_afterwards(company: Company) -> None:
    company.filed("emma", department="sales")
    with company.indoors():
        later = proposed(company, "department.close", {"department": "sales"}, from_on=NEXT_WEEK)
        said = [text.key for text in queries.standing(later, NOW).obstacles]
        assert said == ["control.obstacle.posts", "control.obstacle.requests"]
        assert confirmed(company, later, "ceo").state == "confirmed", "it may be settled until its day"
        service.sweep(now=NOW + timedelta(days=7))
        assert queries.find_change(later.key).state == "moved"  # type: ignore[union-attr]
        with pytest.raises(NotNow, match="control_obstacle"):
            confirmed(company, proposed(company, "department.close", {"department": "sales"}), "ceo")
        fields = {"code": "lab", "name_en": "Lab", "name_ja": "研究室", "side": "it", "lead": "kenji@example.com"}
        confirmed(company, proposed(company, "department.add", fields), "ceo")
        assert people.organisation(NOW).leads["lab"] == company.id("kenji")
        confirmed(company, proposed(company, "department.close", {"department": "lab"}), "ceo")
        people.forget()
        assert "lab" not in people.open_departments()
        assert "lab" in people.department_sides(), "its history keeps its name"
        assert "lab" not in people.organisation(NOW).leads
    with pytest.raises(Invalid):
        company.filed("mika", department="lab")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"member": "admin@example.com", "role": "admin", "held": False}, "control.problem.last_admin"),
        ({"member": "admin@example.com", "role": "auditor", "held": True}, "control.problem.admin_and_auditor"),
        ({"member": "cmo@example.com", "role": "auditor", "held": True}, "control.problem.auditor_decides"),
        ({"member": "agency@example.com", "role": "admin", "held": True}, "control.problem.guest"),
    ],
)
def test_roles_nobody_is_given_or_loses(company: Company, fields: dict[str, Any], wrong: str) -> None:
    with company.indoors(), pytest.raises(Invalid) as refused:
        proposed(company, "member.role", fields)
    assert [text.key for text in refused.value.fields.values()] == [wrong]


def test_the_last_administrator_does_not_deactivate_themselves(company: Company, as_: Callable[[str], Api]) -> None:
    with company.indoors(), pytest.raises(NotNow, match="last_admin"):
        staffing.dismiss_member(company.member("admin"), "admin@example.com", now=NOW)
    refused = as_("admin").post("/members/admin@example.com/deactivate")
    assert (refused.status_code, refused.json["code"]) == (409, "last_admin")


@on_both
def test_of_two_administrators_who_let_each_other_go_at_one_moment_one_stays(two: Company) -> None:
    pairs = [(two.member("admin"), "kenji@example.com"), (two.member("kenji"), "admin@example.com")]
    answers = ends(two, *(partial(staffing.dismiss_member, by, whom, now=NOW) for by, whom in pairs))
    assert sorted(answers) == [DONE, "last_admin"]


def test_an_office_ends_and_stays_empty(two: Company) -> None:
    with two.indoors():
        row = proposed(two, "office.end", {"office": "CIO", "member": "cio@example.com"}, from_on=NEXT_WEEK)
        assert [text.key for text in queries.standing(row, NOW).effects] == ["control.effect.office_empty"]
        confirmed(two, row, "kenji")
        assert holder("CIO") == "cio@example.com"
        assert holder("CIO", NOW + timedelta(days=7)) is None


def test_an_older_calendar_may_come_back_as_a_version_of_its_own(two: Company) -> None:
    with two.indoors():
        old = calendars.written(get_body("tokyo"))
        for text in (old.replace("18:00", "17:00"), old):
            confirmed(two, proposed(two, "calendar.version", {"text": text}), "kenji")
            assert get_body("tokyo")["hours"]["mon"][1].endswith("17:00" if text != old else "18:00")


def get_body(code: str) -> Mapping[str, Any]:
    found = find_body(code)
    assert found is not None
    return found
