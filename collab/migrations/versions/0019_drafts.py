"""Forms that are being filled in."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """What was typed, until it is sent."""
    op.create_table(
        "web_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("fields", Json, nullable=True),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_drafts")),
        sa.UniqueConstraint("member_id", "form", name=op.f("uq_web_drafts_member_id_form")),
    )
    op.create_index("ix_web_drafts_saved_at", "web_drafts", ["saved_at"], unique=False)


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_web_drafts_saved_at", table_name="web_drafts")
    op.drop_table("web_drafts")
