"""One grouped reminder per person and business day, and the hours in which somebody is not disturbed."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0006"
down_revision = "0005"

OF_A_DAY = "between 0 and 1439"


def upgrade() -> None:
    """New tables; messages learn until when somebody is not disturbed by them."""
    op.create_table(
        "nudge_habits",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("never_quiet", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.CheckConstraint(f"at_minute {OF_A_DAY}", name=op.f("ck_nudge_habits_at_of_a_day")),
        sa.CheckConstraint(
            f"quiet_from {OF_A_DAY} and quiet_until {OF_A_DAY}", name=op.f("ck_nudge_habits_quiet_of_a_day")
        ),
        sa.CheckConstraint("(quiet_from is null) = (quiet_until is null)", name=op.f("ck_nudge_habits_quiet_whole")),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_nudge_habits_quiet_ends")),
        sa.CheckConstraint("not never_quiet or quiet_from is null", name=op.f("ck_nudge_habits_quiet_or_never")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_nudge_habits_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_nudge_habits")),
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_nudges_rows_counted")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_nudges_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
        sa.UniqueConstraint("for_on", "member_id", name=op.f("uq_nudges_for_on_member_id")),
    )
    op.create_index("ix_nudges_member_id", "nudges", ["member_id"])
    op.add_column("outbox_messages", sa.Column("quiet_until", Moment(), nullable=True))


def downgrade() -> None:
    """Everybody is disturbed at any hour again, and reminded of nothing."""
    op.drop_column("outbox_messages", "quiet_until")
    for table in ("nudges", "nudge_habits"):
        op.drop_table(table)
