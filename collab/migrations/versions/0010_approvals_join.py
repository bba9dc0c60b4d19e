"""Approvals join the escalation engine: a clock for each open seat, and whose a seat is wherever it went."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0010"
down_revision = "0009"

UNCLOCKED = (
    "(state = 'waiting' and (clock_at is null or clock_at <> due_at)) or (state <> 'waiting' and clock_at is not null)"
)
OPEN = "state in ('planned', 'waiting')"


def upgrade() -> None:
    """Seats know whom they passed through, whose lead they were asked as, how often more time was taken, and their clock."""
    with op.batch_alter_table("approval_seats") as seats:
        seats.add_column(sa.Column("through_id", sa.Integer(), nullable=True))
        seats.add_column(sa.Column("lead_of", sa.String(), nullable=True))
        seats.add_column(sa.Column("clock_at", Moment(), nullable=True))
        seats.add_column(sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"))
        seats.create_foreign_key(op.f("fk_approval_seats_through_id"), "members", ["through_id"], ["id"])
        seats.create_foreign_key(op.f("fk_approval_seats_lead_of"), "departments", ["lead_of"], ["code"])
    op.add_column("purchases", sa.Column("extensions", sa.Integer(), nullable=True))
    _index("ix_approval_seats_unclocked", ["id"], UNCLOCKED)
    _index("ix_approval_seats_open", ["member_id", "instead_of_id", "office", "lead_of"], OPEN)


def downgrade() -> None:
    """Without them; deadlines stay."""
    for name in ("ix_approval_seats_open", "ix_approval_seats_unclocked"):
        op.drop_index(name, "approval_seats")
    op.drop_column("purchases", "extensions")
    with op.batch_alter_table("approval_seats") as seats:
        for name in ("fk_approval_seats_lead_of", "fk_approval_seats_through_id"):
            seats.drop_constraint(name, type_="foreignkey")
        for name in ("extensions", "clock_at", "lead_of", "through_id"):
            seats.drop_column(name)


def _index(name: str, columns: list[str], where: str) -> None:
    which = sa.text(where)
    op.create_index(name, "approval_seats", columns, sqlite_where=which, postgresql_where=which)
