"""Tasks from a file: all of them with their clocks, or none."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories.company import Company, address
from tests.factories.tasks import Tasks
from tests.imports.files import complaints, hand_in, lines, report, run, taken
from tests.parts.clients import Api
from tests.parts.databases import on_both
from tests.parts.statements import statements

HEADER = "件名,依頼先部門,詳細,担当者メール,緊急度,回答期限,希望日,関連（番号）"


@on_both
def test_a_file_asks_everybody_at_once(company: Company, tasks: Tasks) -> None:
    content = "\r\n".join(
        [HEADER, "顧客リスト,it,全店舗,,,８bh,2026/12/4,Ｇ－１", f"価格表,sales,,{address('emma')},至急,,,"]
    )
    number = hand_in(
        company, "tasks", content.replace("８bh", "8bh").replace("至急", "urgent").encode("cp932"), by="mika"
    )
    run(company, number)
    found = report(company, number, by="mika")
    assert (found["state"], found["errors"]) == ("done", [])
    first, second = tasks.view("T-1"), tasks.view("T-2")
    assert (first.title, first.detail, first.source, str(first.needed_by_on)) == (
        "顧客リスト",
        "全店舗",
        "import",
        "2026-12-04",
    )
    assert (second.severity, second.responsible and second.responsible.email) == ("urgent", address("emma"))
    assert tasks.wait("T-1").late_id == company.id("cio")
    assert tasks.wait("T-2").late_id == company.id("emma")
    assert tasks.notes("T-2") == [("asked", "emma", "ask")]
    with company.indoors():
        from collab.subjects.queries import list_related

        assert [summary.key for summary in list_related(company.member("mika"), "T-1")] == ["G-1"]


def test_one_bad_row_of_many_and_nothing_is_asked(company: Company, as_: Callable[[str], Api]) -> None:
    rows = [f"Task {number},it" for number in range(60)]
    rows[17] = "Task 17,warehouse"
    found = taken(company, "tasks", "title,to_department", *rows, by="mika")
    assert (found["state"], complaints(found)) == ("refused", [(19, "to_department")])
    assert as_("mika").get("/tasks").json == []


def test_every_column_complains_for_itself(company: Company) -> None:
    header = "title,to_department,asker,from_department,assignee,severity,due,needed_by_on,visibility,link"
    found = taken(
        company, "tasks", header,
        ",it,,,,,,,,", "B,,,,,,,,,", "C,it,nobody@example.com,,,,,,,", "D,it,,sales,,,,,,", "E,it,,,emma@example.com,,,,,",
        "F,it,,,,asap,,,,", "G,it,,,,,soon,,,", "H,it,,,,,,someday,,", "I,it,,,,,,,nobody,", "J,it,,,,,,,,G-99", by="mika",
    )  # fmt: skip
    assert [field for _row, field in complaints(found)] == [
        "title", "to_department", "asker", "from_department", "assignee", "severity", "due", "needed_by_on", "visibility",
        "link",
    ]  # fmt: skip


def test_a_file_raises_no_alarm_in_anybodys_name(company: Company, tasks: Tasks) -> None:
    rows = ("title,to_department,asker,severity", f"A,it,{address('emma')},brand")
    assert complaints(taken(company, "tasks", *rows, by="sales-lead")) == [(2, "severity")]


def test_one_asks_in_the_name_of_ones_own_people_only(company: Company, tasks: Tasks) -> None:
    rows = ("title,to_department,asker", f"A,it,{address('emma')}")
    assert taken(company, "tasks", *rows, by="sales-lead")["state"] == "done"
    assert tasks.view("T-1").asker.email == address("emma")
    assert complaints(taken(company, "tasks", *rows, by="cmo")) == [(2, "asker")]
    assert complaints(
        taken(company, "tasks", "title,to_department,asker", f"A,it,{address('agency')}", by="admin")
    ) == [(2, "asker")]


def test_two_thousand_rows_are_written_in_few_statements(company: Company, tasks: Tasks) -> None:
    """A file holds the write lock for one short moment, however long it is."""
    rows = [f"Task {number},{'it' if number % 2 else 'sales'}" for number in range(300)]
    number = hand_in(company, "tasks", lines("title,to_department", *rows), by="mika")
    with statements(company.app) as seen:
        run(company, number)
    assert report(company, number, by="mika")["state"] == "done"
    assert seen.count < 120, str(seen)
    assert tasks.wait("T-300").late_id == company.id("cio")


def test_the_template_names_every_column(as_: Callable[[str], Api]) -> None:
    template = as_("mika").get("/imports/tasks/template.csv")
    assert template.status_code == 200
    assert "件名" in template.text
