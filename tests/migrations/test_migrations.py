"""Up, down and up again lose no row, constraint, trigger or index; and the trail of audit refuses to be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from collab.app import MIGRATIONS
from collab.audit import queries as audit
from collab.home.service import basics, demo
from collab.kernel.db import Base, db
from config.settings import ROOT
from tests.factories import NOW, Company
from tests.parts.applications import forget
from tests.parts.databases import on_both
from tests.parts.schema import rows_of, schema_of

pytestmark = on_both
CONFIG = ROOT / "config"

LATER = '''
"""A later migration, as somebody will write one: it rebuilds the tables that are hardest to rebuild."""

import sqlalchemy as sa
from alembic import op

from collab.migrations import triggers

revision, down_revision = "9999", "{head}"
TABLES = ("audit_entries", "approval_rounds", "approval_seats", "purchases", "outbox_messages", "subjects")


def upgrade():
    triggers.drop()
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("extra", sa.String(), nullable=True))
    triggers.create()


def downgrade():
    triggers.drop()
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("extra")
    triggers.create()
'''


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The product's migrations with a later one after them."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (folder / "versions" / "9999_later.py").write_text(LATER.format(head=head))
    return folder


def lived_in(company: Company) -> None:
    """Rows in the tables that matter: open, returned, decided, revoked."""
    company.filed()
    company.decide(company.filed(), "cmo", "return")
    company.decided()
    company.away("cmo", deputy="nao")


def test_a_rebuilt_table_keeps_every_row_constraint_trigger_and_index(
    company: Company, indoors: None, scripts: Path
) -> None:
    lived_in(company)
    _up_and_down_loses_nothing(scripts)
    _refuses_changes(company)


@pytest.mark.long
@pytest.mark.usefixtures("indoors")
def test_the_sample_company_survives_migrations_up_down_and_up_again(app: Flask, scripts: Path) -> None:
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    forget()
    basics.take_files(CONFIG, by=None, now=NOW)
    demo.load(CONFIG / "demo", now=NOW)
    _up_and_down_loses_nothing(scripts)


def _up_and_down_loses_nothing(scripts: Path) -> None:
    db.session.remove()
    schema, rows = schema_of(db.engine), rows_of(db.engine)
    assert all(
        rows[table] for table in ("audit_entries", "approval_rounds", "approval_seats", "purchases", "outbox_messages")
    )
    for _ in range(2):
        flask_migrate.upgrade(directory=str(scripts))
        assert "extra" in schema_of(db.engine)["columns"]["audit_entries"]
        flask_migrate.downgrade(directory=str(scripts))
        _same_schema(schema_of(db.engine), schema)
        assert rows_of(db.engine) == rows
    assert audit.verify() == []


def test_down_to_nothing_and_up_again_gives_the_same_schema(app: Flask, indoors: None) -> None:
    before = schema_of(db.engine)
    flask_migrate.downgrade(revision="base")
    emptied = schema_of(db.engine)
    assert not any(emptied.values()), "something stayed behind"
    flask_migrate.upgrade()
    _same_schema(schema_of(db.engine), before)


def test_the_models_are_what_the_migrations_make(app: Flask, indoors: None) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_trail_refuses_to_be_changed(company: Company, indoors: None) -> None:
    company.filed()
    _refuses_changes(company)


def test_there_is_one_head(database: object) -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_migrating_twice_at_once_is_migrating_once(app: Flask, indoors: None) -> None:
    before = schema_of(db.engine)
    flask_migrate.upgrade()
    assert schema_of(db.engine) == before


def _refuses_changes(company: Company) -> None:
    db.session.rollback()  # a reader's lock would only delay the refusal
    attempts = ["update audit_entries set actor = 'somebody else'", "delete from audit_entries"]
    attempts += ["truncate audit_entries"] if db.engine.dialect.name == "postgresql" else []
    before = rows_of(db.engine)["audit_entries"]
    assert before
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(attempt))
    assert rows_of(db.engine)["audit_entries"] == before


def _same_schema(now: dict[str, object], before: dict[str, object]) -> None:
    """Part by part, so that a failure names what was lost."""
    for part, kept in before.items():
        assert now[part] == kept, part
