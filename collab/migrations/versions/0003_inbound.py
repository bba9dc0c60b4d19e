"""Inbound: what Slack told us counts once, our workspace and app are remembered, accounts that are nobody's are listed."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """New tables; accounts of members who have left are free."""
    _plumbing()
    _accounts()
    op.execute(
        "delete from slack_accounts where member_id in (select id from members where deactivated_at is not null)"
    )


def _plumbing() -> None:
    op.create_table(
        "slack_events",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_slack_events")),
    )
    op.create_table(
        "slack_acts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slack_acts")),
    )
    op.create_table(
        "slack_installations",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String(), nullable=False),
        sa.Column("learnt_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_slack_installations")),
    )


def _accounts() -> None:
    op.create_table(
        "slack_lookups",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("looked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_slack_lookups_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_slack_lookups")),
    )
    op.create_table(
        "slack_strangers",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("dismissed_at", Moment(), nullable=True),
        sa.Column("dismissed_by", sa.String(), nullable=True),
        sa.CheckConstraint("times >= 0", name=op.f("ck_slack_strangers_times_counted")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_slack_strangers")),
    )


def downgrade() -> None:
    """As before 0003; what is remembered is learnt again."""
    for table in ("slack_strangers", "slack_lookups", "slack_installations", "slack_acts", "slack_events"):
        op.drop_table(table)
