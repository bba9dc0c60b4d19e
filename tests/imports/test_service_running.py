"""A file is taken over whole or not at all, by whoever gets to it, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from collab.audit import queries as audit
from collab.imports import queries, service
from collab.imports.service import Report, running
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people.models import Member, Partner
from tests.factories.company import Company
from tests.imports.files import complaints, hand_in, lines, report, run, taken
from tests.parts.databases import on_both

HEADER = "email,name_en,name_ja,departments,manager"


def newcomers(number: int) -> list[str]:
    return [f"new{i}@example.com,New {i},新人 {i},sales,sales-lead@example.com" for i in range(number)]


def count(company: Company, table: type) -> int:
    with company.indoors():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


@on_both
def test_one_bad_row_of_a_thousand_and_nothing_is_written(company: Company) -> None:
    before = count(company, Member)
    rows = newcomers(1000)
    rows[700] = "new700@example.com,New 700,新人 700,warehouse,sales-lead@example.com"
    found = taken(company, "members", HEADER, *rows)
    assert (found["state"], found["done"], found["total"]) == ("refused", 0, 1000)
    assert found["errors"] == [
        {"row": 702, "field": "departments", "problem": "There is no department warehouse. Import departments first."}
    ]
    assert count(company, Member) == before


@on_both
def test_a_thousand_good_rows_are_written_with_an_audit_entry_each(company: Company) -> None:
    before = count(company, Member)
    found = taken(company, "members", HEADER, *newcomers(1000))
    assert (found["state"], found["done"], found["changes"]["added"]) == ("done", 1000, 1000)
    assert count(company, Member) == before + 1000
    with company.indoors():
        assert audit.verify() == []
        assert [entry.verb for entry in audit.list_entries("member:new7@example.com")] == ["imported"]
    assert company.member("new7").departments == ("sales",)


def test_the_report_speaks_the_readers_language(company: Company) -> None:
    import_id = hand_in(company, "members", lines("メールアドレス,英語名,氏名,所属部門", "kaori,Kaori,香,sales"))
    run(company, import_id)
    assert report(company, import_id, locale="ja")["errors"][0]["problem"] == "メールアドレスの形になっていません。"
    assert complaints(report(company, import_id)) == [(2, "email")]


def test_a_preview_changes_nothing_until_it_is_confirmed(company: Company) -> None:
    import_id = hand_in(company, "partners", lines("code,name_en,name_ja", "hikari,Hikari,ひかり広告"), preview=True)
    run(company, import_id)
    found = report(company, import_id)
    assert (found["state"], found["changes"]["added"]) == ("previewed", 1)
    with company.indoors():
        assert db.session.get(Partner, "hikari") is None
        assert audit.list_entries("partner:hikari") == []
        service.confirm(company.member("admin"), import_id)
    run(company, import_id)
    assert report(company, import_id)["state"] == "done"
    with company.indoors():
        assert db.session.get(Partner, "hikari") is not None
        with pytest.raises(NotNow):
            service.confirm(company.member("admin"), import_id)


@on_both
def test_killed_in_the_middle_the_sweep_finishes_it_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = hand_in(company, "members", lines(HEADER, *newcomers(250)))
    before = count(company, Member)

    def power_cut(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(running, "_settle", power_cut)
        with pytest.raises(SystemExit):
            run(company, import_id)
    assert count(company, Member) == before
    with company.indoors():
        assert service.sweep(now=company.now) == 0, "its lease still runs: the worker might be alive"
        later = company.now + running.LEASE * 2
        assert service.sweep(now=later) == 1
        assert service.sweep(now=later + running.LEASE * 2) == 0
    assert report(company, import_id)["state"] == "done"
    assert count(company, Member) == before + 250


@on_both
def test_a_worker_that_was_silent_too_long_writes_nothing_any_more(company: Company) -> None:
    import_id = hand_in(company, "members", lines(HEADER, *newcomers(5)))
    before = count(company, Member)
    with company.indoors():
        silent = running._lease(import_id, company.now)
        assert silent is not None
        service.run(import_id=str(import_id), now=company.now + running.LEASE * 2)
        with pytest.raises(NotNow):
            silent.hold(done=1)
        with pytest.raises(NotNow), atomic():
            running._settle(silent, Report(total=5))
    assert report(company, import_id)["state"] == "done"
    assert count(company, Member) == before + 5


def test_a_poisonous_file_stops_after_three_attempts(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = hand_in(company, "members", lines(HEADER, *newcomers(3)))

    def explode(*_args: object) -> None:
        raise RuntimeError("boom")

    with company.indoors(), monkeypatch.context() as broken:
        broken.setattr(running, "_take", explode)
        for turn in range(1, 6):
            service.sweep(now=company.now + running.LEASE * 2 * turn)
    found = report(company, import_id)
    assert found["state"] == "refused"
    assert "3 times" in found["errors"][0]["problem"]


def test_whoever_lost_the_right_meanwhile_imports_nothing(company: Company) -> None:
    import_id = hand_in(company, "members", lines(HEADER, *newcomers(1)))
    company.leaves("admin")
    run(company, import_id)
    with company.indoors():
        row = db.session.scalars(select(queries.Import).where(queries.Import.id == import_id)).one()
        assert row.state == "refused"


def test_only_an_administrator_imports_members_and_only_its_owner_sees_an_import(company: Company) -> None:
    with pytest.raises(NotAllowed):
        hand_in(company, "members", lines(HEADER, *newcomers(1)), by="cmo")
    with pytest.raises(NotFound):
        hand_in(company, "payslips", lines("a", "b"))
    with pytest.raises(Invalid):
        hand_in(company, "members", b"")
    import_id = hand_in(company, "members", lines(HEADER, *newcomers(1)))
    with pytest.raises(NotFound):
        report(company, import_id, by="mika")


def test_the_file_is_kept_only_as_long_as_somebody_needs_it(company: Company) -> None:
    storage = company.app.extensions["storage"]
    content = lines("code,name_en,name_ja,side", "legal,Legal,法務部,business")
    first = hand_in(company, "departments", content, preview=True)
    second = hand_in(company, "departments", content, preview=True)
    with company.indoors():
        address = queries.get_import(company.member("admin"), first).file_address
    run(company, first)
    run(company, second)
    with company.indoors():
        service.confirm(company.member("admin"), first)
    run(company, first)
    assert storage.read(address) == content, "the second preview still needs it"
    with company.indoors():
        service.sweep(now=company.now + timedelta(hours=25))
    assert report(company, second)["state"] == "refused"
    with pytest.raises(FileNotFoundError):
        storage.read(address)
