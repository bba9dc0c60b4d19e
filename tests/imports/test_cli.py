"""`import KIND FILE` on the server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from collab.audit import queries as audit
from collab.kernel.db import db
from collab.people.models import Department
from tests.factories.company import Company

GOOD = "code,name_en,name_ja,side\nlegal,Legal,法務部,business\n"


def run(company: Company, *words: str) -> tuple[int, str]:
    done = company.app.test_cli_runner().invoke(args=["import", *words])
    return done.exit_code, done.output


def legal(company: Company) -> bool:
    with company.indoors():
        return db.session.scalar(select(Department.code).where(Department.code == "legal")) is not None


def test_a_preview_says_what_would_change_and_writes_nothing(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "departments.csv"
    file.write_text(GOOD, encoding="cp932")
    code, said = run(company, "departments", str(file), "--preview")
    assert (code, "legal: new" in said, legal(company)) == (0, True, False)
    code, said = run(company, "departments", str(file))
    assert (code, "1 are added" in said, legal(company)) == (0, True, True)
    with company.indoors():
        assert [entry.actor for entry in audit.list_entries("department:legal")] == ["system"]


def test_problems_are_listed_with_their_rows_and_the_command_fails(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "departments.csv"
    file.write_text(GOOD + "法務,Legal,法務部,business\n")
    code, said = run(company, "departments", str(file))
    assert (code, "row 3, code:" in said, legal(company)) == (1, True, False)
    assert run(company, "payslips", str(file))[0] == 2
