"""Triggers that keep the audit trail append-only; a migration that rebuilds a guarded table creates them again."""

from __future__ import annotations

from alembic import op

GUARDED = ("audit_entries",)
_SAYS = "the audit trail is append-only"


def create() -> None:
    """Refuse update, delete and truncate of guarded tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create function refuse_change() returns trigger language plpgsql as $$ begin raise exception '{_SAYS}'; end $$"
        )
        for table in GUARDED:
            op.execute(
                f"create trigger {table}_append_only before update or delete on {table} for each row execute function refuse_change()"
            )
            op.execute(
                f"create trigger {table}_no_truncate before truncate on {table} for each statement execute function refuse_change()"
            )
        return
    for table in GUARDED:
        for change in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{change} before {change} on {table} begin select raise(abort, '{_SAYS}'); end"
            )
        # `insert or replace` deletes without firing the trigger above
        taken = f"select 1 from {table} where id = new.id or (subject_key = new.subject_key and seq = new.seq)"  # noqa: S608 - our own table names
        op.execute(
            f"create trigger {table}_no_replace before insert on {table} when exists ({taken})"
            f" begin select raise(abort, '{_SAYS}'); end"
        )


def drop() -> None:
    """Before a guarded table is dropped or rebuilt."""
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDED:
            op.execute(f"drop trigger {table}_append_only on {table}")
            op.execute(f"drop trigger {table}_no_truncate on {table}")
        op.execute("drop function refuse_change()")
        return
    for table in GUARDED:
        for change in ("update", "delete", "replace"):
            op.execute(f"drop trigger {table}_no_{change}")
