"""One transaction per use-case: all of it or nothing, bells only after it is safe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from collab.kernel.atomic import atomic, current
from collab.kernel.db import db, insert_once
from collab.kernel.errors import Busy, NotNow
from collab.outbox.models import Beacon
from tests.factories import NOW, Company
from tests.parts.databases import on_both
from tests.parts.statements import statements

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def write(name: str) -> bool:
    return insert_once(Beacon.__table__, name=name, at=NOW)  # type: ignore[arg-type]


def written() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Beacon)) or 0


def test_what_fails_half_way_leaves_nothing(company: Company) -> None:
    rung: list[str] = []
    with pytest.raises(ZeroDivisionError), atomic() as unit:
        write("one")
        unit.after_commit("bell", lambda: rung.append("rung"))
        raise ZeroDivisionError
    assert (written(), rung) == (0, [])


def test_an_inner_unit_joins_the_outer_and_commits_with_it(company: Company) -> None:
    with statements(company.app) as seen, pytest.raises(ZeroDivisionError), atomic():
        with atomic():
            write("one")
        raise ZeroDivisionError
    assert (written(), seen.commits) == (0, 0)


def test_one_unit_is_one_commit_and_what_comes_before_it_runs_inside(company: Company) -> None:
    order: list[str] = []
    with statements(company.app) as seen, atomic() as unit:
        unit.before_commit("last", lambda: order.append(f"before, {seen.commits} commits"))
        unit.before_commit("last", lambda: order.append("never: the name is taken"))
        unit.after_commit("bell", lambda: order.append(f"after, {seen.commits} commits"))
        write("one")
    assert order == ["before, 0 commits", "after, 1 commits"]


def test_a_bell_that_breaks_changes_nothing(company: Company) -> None:
    with atomic() as unit:
        write("one")
        unit.after_commit("bell", lambda: 1 / 0)
    assert written() == 1


def test_a_broken_key_is_said_as_somebody_else_was_first(company: Company) -> None:
    with pytest.raises(NotNow) as refusal, atomic() as unit:
        for _ in range(2):
            unit.session.execute(text("insert into outbox_beacons (name, at) values ('twice', '2026-11-18 00:00:00')"))
    assert refusal.value.said_code == "conflict"
    assert isinstance(refusal.value.__cause__, IntegrityError)


def test_a_database_that_does_not_answer_is_said_as_busy(company: Company) -> None:
    with pytest.raises(Busy), atomic():
        raise OperationalError("select", {}, Exception("gone"))


def test_once_is_once(company: Company) -> None:
    with atomic():
        assert write("only")
        assert not write("only")
    assert written() == 1


def test_outside_a_unit_nothing_may_be_written() -> None:
    with pytest.raises(RuntimeError):
        current()


def test_unsaved_changes_before_a_unit_are_a_bug_that_is_said(company: Company) -> None:
    db.session.add(Beacon(name="stray", at=NOW))
    with pytest.raises(RuntimeError), atomic():
        pass
    db.session.rollback()


def test_a_moment_keeps_its_instant_and_comes_back_in_utc(company: Company) -> None:
    from zoneinfo import ZoneInfo

    local = NOW.astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(microseconds=123456)
    with atomic():
        insert_once(Beacon.__table__, name="when", at=local)  # type: ignore[arg-type]
    db.session.rollback()
    kept = db.session.scalars(select(Beacon.at)).one()
    assert kept == local
    assert kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(company: Company) -> None:
    with pytest.raises(Exception, match="zone"), atomic():
        insert_once(Beacon.__table__, name="when", at=NOW.replace(tzinfo=None))  # type: ignore[arg-type]
