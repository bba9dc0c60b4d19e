"""Quarterly reviews, frozen."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Reviews: figures as they were taken, and what was written about them."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        *_words("cmo"),
        *_words("cio"),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("freezes_at", Moment(), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", Moment(), nullable=True),
        sa.CheckConstraint("state in ('draft', 'frozen')", name=op.f("ck_reviews_state_known")),
        sa.CheckConstraint("(state = 'frozen') = (frozen_at is not null)", name=op.f("ck_reviews_frozen_has_time")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_reviews_days_ordered")),
        sa.CheckConstraint("(cmo_words is null) = (cmo_at is null)", name=op.f("ck_reviews_cmo_words_dated")),
        sa.CheckConstraint("(cio_words is null) = (cio_at is null)", name=op.f("ck_reviews_cio_words_dated")),
        *(_member(column) for column in ("cmo_by_id", "cio_by_id", "opened_by_id", "frozen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    for name, column, unique, where in (
        ("uq_reviews_quarter", "quarter", True, "quarter is not null"),
        ("ix_reviews_freezes_at", "freezes_at", False, "state = 'draft'"),
    ):
        op.create_index(
            name, "reviews", [column], unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    """Without them."""
    op.drop_table("reviews")


def _words(office):
    return (
        sa.Column(f"{office}_words", sa.String(), nullable=True),
        sa.Column(f"{office}_by_id", sa.Integer(), nullable=True),
        sa.Column(f"{office}_at", Moment(), nullable=True),
    )


def _member(column):
    return sa.ForeignKeyConstraint([column], ["members.id"], name=op.f(f"fk_reviews_{column}"))
