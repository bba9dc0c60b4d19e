"""Delivery: every state of a message, pace per recipient, gates, and periods that happen once."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0002"
down_revision = "0001"

OPEN = "state in ('pending', 'leased', 'waiting', 'sending', 'uncertain')"
FORMERLY_OPEN = "state in ('pending', 'sending', 'uncertain')"
STATES = "state in ('pending', 'leased', 'waiting', 'sending', 'uncertain', 'sent', 'broken', 'superseded')"
FORMER_STATES = "state in ('pending', 'sending', 'sent', 'uncertain', 'broken', 'superseded')"
FLAGS = ("urgent", "held", "plain", "repeated")


def upgrade() -> None:
    """Messages learn leases, strikes, looks and bundles; new tables for lanes, gates and periods."""
    _tables()
    op.drop_index("ix_outbox_messages_due", table_name="outbox_messages")
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_constraint(op.f("ck_outbox_messages_state_known"), type_="check")
        batch.add_column(sa.Column("lane", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("lease", sa.String(), nullable=True))
        for count in ("strikes", "looks"):
            batch.add_column(sa.Column(count, sa.Integer(), nullable=False, server_default="0"))
        for flag in FLAGS:
            batch.add_column(sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("bundle_id", sa.Integer(), nullable=True))
    op.execute(
        "update outbox_messages set lane = coalesce(channel, 'member:' || member_id, ''),"
        " state = case when state = 'sending' and leased_until is null then 'uncertain' else state end"
    )
    with op.batch_alter_table("outbox_messages") as batch:
        for column in ("lane", "strikes", "looks", *FLAGS):
            batch.alter_column(column, server_default=None)
        batch.create_check_constraint(op.f("ck_outbox_messages_state_known"), STATES)
        batch.create_check_constraint(
            op.f("ck_outbox_messages_held_by_somebody"),
            "state not in ('leased', 'sending') or leased_until is not null",
        )
        batch.create_foreign_key(
            op.f("fk_outbox_messages_bundle_id"), "outbox_messages", ["bundle_id"], ["id"]
        )
    _due_index(OPEN)
    broken = sa.text("state = 'broken'")
    op.create_index("ix_outbox_messages_lane_settled_at", "outbox_messages", ["lane", "settled_at"])
    op.create_index("ix_outbox_messages_broken", "outbox_messages", ["id"], sqlite_where=broken, postgresql_where=broken)


def downgrade() -> None:
    """Back to the states of before: what was leased or waited is pending again, parts of bundles stay superseded."""
    for index in ("broken", "lane_settled_at", "due"):
        op.drop_index(f"ix_outbox_messages_{index}", table_name="outbox_messages")
    op.execute("update outbox_messages set state = 'pending' where state in ('leased', 'waiting')")
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_constraint(op.f("fk_outbox_messages_bundle_id"), type_="foreignkey")
        for check in ("state_known", "held_by_somebody"):
            batch.drop_constraint(op.f(f"ck_outbox_messages_{check}"), type_="check")
        for column in ("lane", "lease", "strikes", "looks", *FLAGS, "bundle_id"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("ck_outbox_messages_state_known"), FORMER_STATES)
    _due_index(FORMERLY_OPEN)
    for table in ("periods", "outbox_gates", "outbox_lanes"):
        op.drop_table(table)


def _tables() -> None:
    op.create_table(
        "outbox_lanes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("free_at", Moment(), nullable=False),
        sa.Column("closed_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox_lanes")),
    )
    op.create_table(
        "outbox_gates",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("probe_at", Moment(), nullable=True),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.CheckConstraint("name in ('operator', 'workspace')", name=op.f("ck_outbox_gates_name_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_outbox_gates")),
    )
    op.create_table(
        "periods",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_periods")),
    )


def _due_index(open_states: str) -> None:
    where = sa.text(open_states)
    op.create_index("ix_outbox_messages_due", "outbox_messages", ["due_at"], sqlite_where=where, postgresql_where=where)
