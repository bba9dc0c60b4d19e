"""The trail of audit: sealed, chained, anchored; whatever is done to it shows."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from collab.audit import queries, rules, service
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from tests.factories import NOW, Company
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "away" / "anchor"


@pytest.fixture
def environment(anchor: Path) -> dict[str, str]:
    return {"COLLAB_AUDIT_ANCHOR": str(anchor)}


def tamper(statement: str) -> None:
    """Somebody with full rights over the database lifts the triggers first."""
    db.session.remove()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("alter table audit_entries disable trigger all"))
        else:
            for change in ("update", "delete"):
                connection.execute(text(f"drop trigger audit_entries_no_{change}"))
        connection.execute(text(statement))


def test_every_change_leaves_one_entry_that_says_who_what_and_why(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo", "return", "Please name the owners.")
    entries = queries.list_entries(key)
    assert [entry.seq for entry in entries] == [1, 2, 3]
    last = entries[-1]
    assert (last.verb, last.actor, last.reason, last.details["office"]) == (
        "return",
        "cmo@example.com",
        "Please name the owners.",
        "CMO",
    )
    assert queries.verify() == []


def test_an_edit_keeps_before_and_after_of_what_changed(company: Company) -> None:
    from collab.purchases import service as purchases

    key = company.drafted()
    purchases.edit(company.member("mika"), key, {"title": "Another", "amount": "7"}, seen=None, now=company.later())
    last = queries.list_entries(key)[-1]
    assert last.before == {"title": "Mail campaign tool", "amount": "500000"}
    assert last.after == {"title": "Another", "amount": "7"}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("update audit_entries set actor = 'ceo@example.com' where subject_key = 'PR-1' and seq = 2", 2),
        ("update audit_entries set reason = 'Another' where subject_key = 'PR-1' and seq = 3", 3),
        ("update audit_entries set at = '2020-01-01 00:00:00' where subject_key = 'PR-1' and seq = 1", 1),
        ("delete from audit_entries where subject_key = 'PR-1' and seq = 2", 2),
        ("delete from audit_entries where subject_key = 'PR-1' and seq = 3", 3),
        ("delete from audit_entries where subject_key = 'PR-1'", 1),
    ],
)
def test_the_first_bad_entry_is_named(company: Company, statement: str, fault: int) -> None:
    company.decide(company.filed(), "cmo", "return")
    tamper(statement)
    assert [(found.subject, found.seq) for found in queries.verify()] == [("PR-1", fault)]


def test_a_chain_rewritten_as_a_whole_shows_against_its_anchor(company: Company, anchor: Path) -> None:
    company.filed()
    assert service.anchor(now=NOW)
    assert not service.anchor(now=NOW + timedelta(hours=1)), "twice a day is once"
    assert service.anchor(now=NOW + timedelta(days=1))
    assert queries.verify(anchor) == []
    _rewrite("PR-1")
    assert queries.verify() == []
    assert [(fault.subject, fault.problem) for fault in queries.verify(anchor)] == [("PR-1", "not what was anchored")]


def test_a_rewritten_chain_that_was_anchored_again_still_shows_against_the_days_before(
    company: Company, anchor: Path
) -> None:
    company.filed()
    assert service.anchor(now=NOW)
    _rewrite("PR-1")
    assert service.anchor(now=NOW + timedelta(days=1))
    assert [(fault.subject, fault.problem) for fault in queries.verify(anchor)] == [("PR-1", "not what was anchored")]


def test_an_export_counts_and_hashes_itself(company: Company) -> None:
    company.decided()
    *lines, last = list(queries.export())
    summary = json.loads(last)
    assert summary == {"entries": len(lines), "sha256": hashlib.sha256("".join(lines).encode()).hexdigest()}
    assert {json.loads(line)["subject_key"] for line in lines} >= {"PR-1", "routes"}


def test_what_is_undone_leaves_no_entry(company: Company) -> None:
    key = company.filed()
    with pytest.raises(ZeroDivisionError), atomic():
        company.decide(key, "cmo")
        raise ZeroDivisionError
    assert len(queries.list_entries(key)) == 2


def _rewrite(key: str) -> None:
    """Forge a chain that agrees with itself and with its head."""
    rows = [dict(row._mapping) for row in queries.list_entries(key)]
    previous = ""
    changes = []
    for row in rows:
        entry = {**row, "actor": "nobody@example.com", "at": row["at"].isoformat()}
        sealed = rules.seal(previous, entry)
        changes.append((row["seq"], previous, sealed))
        previous = sealed
    tamper("update audit_entries set actor = 'nobody@example.com' where subject_key = 'PR-1'")
    with db.engine.begin() as connection:
        for seq, before, sealed in changes:
            values = {"p": before, "h": sealed, "s": seq}
            connection.execute(
                text("update audit_entries set previous_hash = :p, hash = :h where subject_key = 'PR-1' and seq = :s"),
                values,
            )
        connection.execute(text("update subjects set audit_hash = :h where key = 'PR-1'"), {"h": previous})


def test_replacing_an_entry_is_refused_too(company: Company) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL has no such statement
    company.filed()
    with pytest.raises(NotNow), atomic():
        db.session.execute(text("insert or replace into audit_entries select * from audit_entries where id = 1"))
    assert queries.verify() == []


def test_an_anchor_that_lost_a_day_is_named(company: Company, anchor: Path) -> None:
    company.filed()
    service.anchor(now=NOW)
    assert queries.verify(anchor) == []
    anchor.write_text("", encoding="utf-8")
    assert [fault.problem for fault in queries.verify(anchor)] == ["missing or altered in the anchor"]
    anchor.unlink()
    assert [fault.problem for fault in queries.verify(anchor)] == ["missing or altered in the anchor"]
