"""Seats of a round, and requests being decided, are found without reading all there ever were."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """All seats of a round, whatever became of them: the index that keeps places apart knows only those that live. And the few requests that are
    being decided among all that were."""
    op.create_index("ix_approval_seats_round_id", "approval_seats", ["round_id"], unique=False)
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_purchases_pending",
        "purchases",
        ["department_code"],
        unique=False,
        sqlite_where=pending,
        postgresql_where=pending,
    )


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_purchases_pending", "purchases")
    op.drop_index("ix_approval_seats_round_id", "approval_seats")
