"""Data-sharing agreements: who gives what to whom, how often, and when it last came."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """New tables."""
    _agreements()
    _agreement_deliveries()


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("giver_code", sa.String(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("receiver_code", sa.String(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("giver_agreed_at", Moment(), nullable=True),
        sa.Column("receiver_agreed_at", Moment(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("promised_at", Moment(), nullable=True),
        sa.Column("postponed", sa.Integer(), nullable=False),
        sa.Column("delivered_at", Moment(), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.CheckConstraint("day between 1 and 31", name=op.f("ck_agreements_day_known")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_agreements_days_ordered")),
        sa.CheckConstraint(
            "due_at is null or state in ('active', 'paused')", name=op.f("ck_agreements_due_while_running")
        ),
        sa.CheckConstraint("(due_on is null) = (due_at is null)", name=op.f("ck_agreements_due_whole")),
        sa.CheckConstraint("(state = 'ended') = (ended_at is not null)", name=op.f("ck_agreements_ended_has_time")),
        sa.CheckConstraint("every between 1 and 366", name=op.f("ck_agreements_every_sane")),
        sa.CheckConstraint(
            "state in ('proposed', 'active', 'paused', 'ended')", name=op.f("ck_agreements_state_known")
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_agreements_title_given")),
        sa.CheckConstraint("giver_code <> receiver_code", name=op.f("ck_agreements_two_departments")),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_agreements_two_people")),
        sa.CheckConstraint("unit in ('day', 'week', 'month')", name=op.f("ck_agreements_unit_known")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_agreements_weekday_known")),
        sa.ForeignKeyConstraint(["giver_code"], ["departments.code"], name=op.f("fk_agreements_giver_code")),
        sa.ForeignKeyConstraint(["giver_id"], ["members.id"], name=op.f("fk_agreements_giver_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_agreements_goal_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["members.id"], name=op.f("fk_agreements_proposer_id")),
        sa.ForeignKeyConstraint(["receiver_code"], ["departments.code"], name=op.f("fk_agreements_receiver_code")),
        sa.ForeignKeyConstraint(["receiver_id"], ["members.id"], name=op.f("fk_agreements_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(
        "ix_agreements_due_at",
        "agreements",
        ["due_at"],
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index("ix_agreements_giver_id", "agreements", ["giver_id"])
    op.create_index("ix_agreements_goal_id", "agreements", ["goal_id"])
    op.create_index("ix_agreements_receiver_id", "agreements", ["receiver_id"])


def _agreement_deliveries() -> None:
    op.create_table(
        "agreement_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("delivered_at", Moment(), nullable=False),
        sa.Column("delivered_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("judged_at", Moment(), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_agreement_deliveries_attempt_counted")),
        sa.CheckConstraint(
            "state <> 'disputed' or reason is not null", name=op.f("ck_agreement_deliveries_dispute_reasoned")
        ),
        sa.CheckConstraint(
            "(state = 'delivered') = (judged_at is null)", name=op.f("ck_agreement_deliveries_judged_has_time")
        ),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_agreement_deliveries_rows_counted")),
        sa.CheckConstraint(
            "state in ('delivered', 'confirmed', 'disputed')", name=op.f("ck_agreement_deliveries_state_known")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_deliveries_agreement_id")),
        sa.ForeignKeyConstraint(
            ["delivered_by_id"], ["members.id"], name=op.f("fk_agreement_deliveries_delivered_by_id")
        ),
        sa.ForeignKeyConstraint(["judged_by_id"], ["members.id"], name=op.f("fk_agreement_deliveries_judged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_deliveries")),
        sa.UniqueConstraint(
            "agreement_id", "due_on", "attempt", name=op.f("uq_agreement_deliveries_agreement_id_due_on_attempt")
        ),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("agreement_deliveries")
    op.drop_table("agreements")
