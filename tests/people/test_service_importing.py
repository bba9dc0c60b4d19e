"""Organisation files: what holds from which day, and what never changes by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from collab.audit import queries as audit
from collab.controls import queries as changes
from collab.controls import service as controls
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, Text
from collab.people import queries, service
from collab.people.models import Term
from collab.people.service.importing import OfficeRows, confirm_office
from tests.factories.company import Company
from tests.imports import files
from tests.imports.files import complaints, confirm_waiting, hand_in, report, run
from tests.parts.databases import on_both

FEBRUARY = datetime(2027, 2, 10, 1, 0, tzinfo=UTC)
LAST_OF_MARCH = datetime(2027, 3, 31, 14, 59, tzinfo=UTC)
"""23:59 on 31 March in Tokyo."""
FIRST_OF_APRIL = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)


def taken(company: Company, kind: str, *rows: str, **more: Any) -> dict[str, Any]:
    """Hand a file in, have it worked on, and what of it waits for a second person confirmed."""
    found = files.taken(company, kind, *rows, **more)
    confirm_waiting(company)
    return found


def holders(company: Company, now: datetime) -> dict[str, str]:
    with company.indoors():
        emails = queries.emails_of(queries.organisation(now).offices.values())
        return {office: emails[member] for office, member in queries.organisation(now).offices.items()}


def posts(company: Company, name: str, now: datetime) -> tuple[str, ...]:
    with company.indoors():
        found = queries.find_actor_by_email(f"{name}@example.com", now)
        assert found is not None
        return found.departments


def entries(company: Company, subject: str) -> list[Any]:
    with company.indoors():
        return list(audit.list_entries(subject))


@on_both
def test_the_office_of_1_april_is_loaded_in_february_and_begins_on_that_day(company: Company) -> None:
    company.now = FEBRUARY
    found = taken(company, "offices", "役職コード,就任者メール,適用日", "CMO,nao@example.com,２０２７/４/１")
    assert found["state"] == "done"
    assert found["changes"]["list"] == [
        {"row": 2, "subject": "CMO", "what": "changed", "field": "email", "before": "cmo@example.com",
         "after": "nao@example.com", "on": "2027-04-01", "mark": "waits for a second person"},
    ]  # fmt: skip
    assert holders(company, FEBRUARY)["CMO"] == "cmo@example.com"
    assert holders(company, LAST_OF_MARCH)["CMO"] == "cmo@example.com"
    assert holders(company, FIRST_OF_APRIL)["CMO"] == "nao@example.com"
    assert [entry.verb for entry in entries(company, "office:CMO")] == ["imported"]


@on_both
def test_the_same_file_twice_changes_nothing(company: Company) -> None:
    company.now = FEBRUARY
    files = {
        "departments": [
            "code,name_en,name_ja,side,lead,from_on",
            "legal,Legal,法務部,business,nao@example.com,2027-04-01",
        ],
        "members": [
            "email,departments,manager,from_on",
            "mika@example.com,sales;marketing,sales-lead@example.com,2027-04-01",
        ],
        "offices": [
            "code,email,from_on,acting",
            "CIO,kenji@example.com,2027-04-01,",
            "CFO,ceo@example.com,2027-03-01,はい",
        ],
    }
    for kind, rows in files.items():
        assert taken(company, kind, *rows)["changes"]["unchanged"] == 0
    for kind, rows in files.items():
        again = taken(company, kind, *rows)
        assert (again["state"], again["changes"]["list"]) == ("done", [])
    assert len(entries(company, "office:CIO")) == 1


def test_somebody_with_two_posts_leaves_one_and_takes_another_on_1_april(company: Company) -> None:
    company.now = FEBRUARY
    taken(company, "members", "email,departments", "mika@example.com,marketing；it")
    assert posts(company, "mika", FEBRUARY) == ("marketing", "it")
    found = taken(company, "members", "email,departments,from_on", "mika@example.com,sales、it,2027年4月1日")
    change = found["changes"]["list"][0]
    assert (change["before"], change["after"], change["on"]) == ("marketing; it", "sales; it", "2027-04-01")
    assert posts(company, "mika", LAST_OF_MARCH) == ("marketing", "it")
    assert posts(company, "mika", FIRST_OF_APRIL) == ("sales", "it")


def test_a_correction_of_what_is_planned_leaves_no_trace_of_the_first_plan(company: Company) -> None:
    company.now = FEBRUARY
    for department in ("sales", "service"):
        taken(company, "members", "email,departments,from_on", f"mika@example.com,{department},2027-04-01")
    for holder in ("kenji", "nao"):
        taken(company, "offices", "code,email,from_on", f"CMO,{holder}@example.com,2027-04-01")
    assert posts(company, "mika", LAST_OF_MARCH) == ("marketing",)
    assert posts(company, "mika", FIRST_OF_APRIL) == ("service",)
    assert holders(company, FIRST_OF_APRIL)["CMO"] == "nao@example.com"


def test_a_change_before_a_planned_one_lasts_until_that_day(company: Company) -> None:
    company.now = FEBRUARY
    taken(company, "offices", "code,email,from_on", "CMO,nao@example.com,2027-04-01")
    taken(company, "offices", "code,email,from_on", "CMO,kenji@example.com,2027-03-01")
    assert holders(company, LAST_OF_MARCH)["CMO"] == "kenji@example.com"
    assert holders(company, FIRST_OF_APRIL)["CMO"] == "nao@example.com"


def test_rewriting_the_past_is_for_the_operator_who_is_told(company: Company) -> None:
    company.now = FEBRUARY
    found = taken(company, "offices", "code,email,from_on", "CMO,nao@example.com,2027-01-01", preview=True)
    assert complaints(found) == [(2, "from_on")]
    with company.indoors():
        row = {"code": "CMO", "email": "nao@example.com", "from_on": date(2027, 1, 1)}
        (change,) = OfficeRows(None, [row], FEBRUARY).check(row).changes
        assert change.mark == Text("import.mark.past")
    assert holders(company, FEBRUARY)["CMO"] == "cmo@example.com"


def test_an_acting_holder_ends_nobodys_term(company: Company) -> None:
    company.now = FEBRUARY
    taken(company, "offices", "code,email,acting,from_on,until_on", "CMO,nao@example.com,yes,2027-02-10,2027-03-31")
    assert holders(company, LAST_OF_MARCH)["CMO"] == "nao@example.com"
    assert holders(company, FIRST_OF_APRIL)["CMO"] == "cmo@example.com"


def test_an_office_one_gave_oneself_counts_only_when_somebody_else_confirms(company: Company) -> None:
    company.now = FEBRUARY
    rows = ("code,email,from_on", "CMO,admin@example.com,2027-02-10")
    assert files.taken(company, "offices", *rows)["state"] == "done"
    assert holders(company, FEBRUARY)["CMO"] == "cmo@example.com", "the office is not empty meanwhile"
    assert files.taken(company, "offices", *rows)["state"] == "refused", "the same waits already"
    with company.indoors():
        with pytest.raises(NotAllowed):
            controls.confirm(company.member("admin"), "CC-1", seen_version=1, now=FEBRUARY)
        controls.confirm(company.member("ceo"), "CC-1", seen_version=1, now=FEBRUARY)
    assert holders(company, FEBRUARY)["CMO"] == "admin@example.com"


def test_an_unconfirmed_term_of_former_days_is_confirmed_by_somebody_else(company: Company) -> None:
    company.now = FEBRUARY
    with company.indoors():
        with atomic() as unit:
            unit.session.add(
                Term(office_code="CMO", member_id=company.id("admin"), from_on=date(2027, 2, 10), confirmed=False)
            )
        service.add_member(
            {"email": "admin2@example.com", "name_en": "B", "name_ja": "乙", "is_admin": True}, by=None, now=FEBRUARY
        )
        term = db.session.scalars(select(Term.id).where(~Term.confirmed)).one()
        with pytest.raises(NotAllowed):
            confirm_office(company.member("admin"), term, now=FEBRUARY)
        confirm_office(company.member("admin2"), term, now=FEBRUARY)
    assert holders(company, FEBRUARY)["CMO"] == "admin@example.com"


def test_a_file_may_name_managers_who_come_further_down_but_no_circle(company: Company) -> None:
    header = "email,name_en,name_ja,departments,manager"
    good = taken(
        company,
        "members",
        header,
        "a@example.com,A,甲,sales,b@example.com",
        "b@example.com,B,乙,sales,sales-lead@example.com",
    )
    assert good["state"] == "done"
    circle = taken(company, "members", "email,manager", "sales-lead@example.com,a@example.com")
    assert complaints(circle) == [(2, "manager")]


@pytest.mark.parametrize(
    ("kind", "header", "row", "field"),
    [
        ("members", "email,name_en", "x@example.com,X", "name_ja"),
        ("members", "email,zone", "mika@example.com,Tokyo", "zone"),
        ("members", "email,site", "mika@example.com,mars", "site"),
        ("members", "email,locale", "mika@example.com,fr", "locale"),
        ("members", "email,departments", "mika@example.com,sales;sales", "departments"),
        ("members", "email,departments,from_on,until_on", "mika@example.com,it,2027-04-01,2027-03-01", "until_on"),
        ("members", "email,from_on", "mika@example.com,2027-02-30", "from_on"),
        ("members", "email,name_en", "left@example.com,Taro", "email"),
        ("departments", "code,name_en,name_ja,side,lead", "legal,Legal,法務,business,left@example.com", "lead"),
        ("departments", "code,name_en,name_ja", "legal,Legal,法務", "side"),
        ("departments", "code,name_en", "法務,Legal", "code"),
        ("offices", "code,email", "CMO,nobody@example.com", "email"),
        ("offices", "code,email,acting", "CMO,nao@example.com,perhaps", "acting"),
        ("departments", "code,lead", "sales,admin@example.com", "lead"),
        ("members", "email,manager", "kenji@example.com,admin@example.com", "manager"),
        ("members", "email,manager", "kenji@example.com,auditor@example.com", "manager"),
        ("offices", "code,email", "CFO,agency@example.com", "email"),
        ("offices", "code,email", "CMO,auditor@example.com", "email"),
        ("sites", "code,name_en,name_ja,zone,calendar", "osaka,Osaka,大阪,Asia/Tokyo,osaka", "calendar"),
    ],
)
def test_a_mistake_is_named_by_row_and_column(company: Company, kind: str, header: str, row: str, field: str) -> None:
    assert complaints(taken(company, kind, header, row)) == [(2, field)]


def test_the_same_thing_twice_for_the_same_day_is_a_mistake(company: Company) -> None:
    found = taken(
        company, "offices", "code,email,from_on", "CMO,nao@example.com,2027-04-01", "CMO,mika@example.com,2027-04-01"
    )
    assert complaints(found) == [(3, "code")]


def test_a_fresh_company_comes_in_by_files_alone(company: Company) -> None:
    company.now = FEBRUARY
    day = "2027-02-10"
    for kind, rows in {
        "sites": ["code,name_en,name_ja,zone,calendar", "osaka,Osaka,大阪,Asia/Tokyo,tokyo"],
        "partners": ["code,name_en,name_ja", "hikari,Hikari,ひかり広告"],
        "departments": ["code,name_en,name_ja,side", "cx,CX,顧客体験部,business"],
        "members": [
            "メールアドレス,英語名,氏名,言語,拠点,所属部門,適用日",
            f"ken@example.com,Ken,健,日本語,osaka,cx,{day}",
        ],
        "offices": ["code,name_en,name_ja,email", "CXO,CXO,最高顧客体験責任者,ken@example.com"],
    }.items():
        assert taken(company, kind, *rows)["state"] == "done", kind
    taken(company, "departments", "code,lead", "cx,ken@example.com")
    ken = company.member("ken")
    assert (ken.departments, ken.leads, ken.offices, ken.zone) == (("cx",), ("cx",), ("CXO",), "Asia/Tokyo")


def test_a_cp932_file_with_full_width_digits_and_a_quoted_line_break(company: Company) -> None:
    company.now = FEBRUARY
    text = '部門コード,英語名,日本語名,側,部門長メール,適用日\r\nｃｘ,"CX\nteam","顧客体験\r\n推進部",ｂｕｓｉｎｅｓｓ,ＮＡＯ@example.com,２０２７／４／１\r\n'
    import_id = hand_in(company, "departments", text.encode("cp932"))
    run(company, import_id)
    confirm_waiting(company)
    assert report(company, import_id)["state"] == "done"
    with company.indoors():
        found = {row.code: row for row in queries.list_departments()}["cx"]
        assert (found.side, "推進部" in found.name_ja) == ("business", True)
        assert queries.organisation(FIRST_OF_APRIL).leads["cx"] == company.id("nao")
    assert date(2027, 4, 1)


def test_a_file_writes_what_needs_nobody_and_puts_the_rest_before_one_second_person(company: Company) -> None:
    company.now = FEBRUARY
    found = files.taken(
        company, "departments", "code,name_en,name_ja,side,lead",
        "sales,Sales and stores,営業・店舗部,business,kenji@example.com", "service,Service,サービス部,business,",
    )  # fmt: skip
    marks = {(change["subject"], change["field"]): change["mark"] for change in found["changes"]["list"]}
    assert marks[("sales", "lead")] == "waits for a second person"
    assert marks[("sales", "name_en")] is None
    with company.indoors():
        names = {row.code: row.name_en for row in queries.list_departments()}
        assert (names["sales"], names["service"]) == ("Sales and stores", "Service")
        (change,) = changes.list_running()
        assert (change.code, len(change.fields["rows"])) == ("organisation.file", 1)
        assert change.favours == [company.id("kenji")]
        assert queries.organisation(FEBRUARY).leads["sales"] == company.id("sales-lead")
        with pytest.raises(NotAllowed):
            controls.confirm(company.member("admin"), change.key, seen_version=1, now=FEBRUARY)
    confirm_waiting(company)
    with company.indoors():
        assert queries.organisation(FEBRUARY).leads["sales"] == company.id("kenji")
        assert [entry.actor for entry in audit.list_entries("department:sales")] == ["admin@example.com"] * 2


def test_whom_newcomers_report_to_is_said_with_their_joining_but_nobody_elses(company: Company) -> None:
    company.now = FEBRUARY
    header = "email,name_en,name_ja,departments,manager"
    files.taken(
        company,
        "members",
        header,
        "a@example.com,A,甲,sales,sales-lead@example.com",
        "mika@example.com,,,,nao@example.com",
    )
    with company.indoors():
        assert queries.find_manager(company.id("a"), date(2027, 2, 10)) == company.id("sales-lead")
        assert queries.find_manager(company.id("mika"), date(2027, 2, 10)) == company.id("cmo")
        (change,) = changes.list_running()
        assert change.after == {"mika@example.com.manager@2027-02-10": "nao@example.com"}
