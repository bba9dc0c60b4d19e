"""Changes to controls that wait for a second person; departments that are closed."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0016"
down_revision = "0015"
RUNNING = sa.text("state in ('open', 'confirmed')")


def upgrade() -> None:
    """The table of changes, and the last day of a department."""
    op.create_table(
        "control_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("favours", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'confirmed', 'taken', 'declined', 'withdrawn', 'expired', 'moved')",
            name=op.f("ck_control_changes_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at is null)", name=op.f("ck_control_changes_decided_has_time")
        ),
        sa.CheckConstraint("(state = 'taken') = (taken_at is not null)", name=op.f("ck_control_changes_taken_has_time")),
        sa.CheckConstraint(
            "state not in ('confirmed', 'taken') or second_id is not null", name=op.f("ck_control_changes_second_named")
        ),
        sa.CheckConstraint("second_id <> proposed_by_id", name=op.f("ck_control_changes_second_person")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_control_changes_reason_given")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["members.id"], name=op.f("fk_control_changes_proposed_by_id_members")
        ),
        sa.ForeignKeyConstraint(["second_id"], ["members.id"], name=op.f("fk_control_changes_second_id_members")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_control_changes_decided_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_changes")),
    )
    op.create_index(
        "ix_control_changes_running", "control_changes", ["id"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.add_column("departments", sa.Column("closed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """As before."""
    op.drop_column("departments", "closed_on")
    op.drop_index("ix_control_changes_running", table_name="control_changes")
    op.drop_table("control_changes")
