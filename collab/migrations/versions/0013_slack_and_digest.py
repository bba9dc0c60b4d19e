"""Shared channels, what Slack shows besides messages, the weekly digest, goals week by week, languages somebody chose."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Exact, Json, Moment

revision = "0013"
down_revision = "0012"

NEW_TABLES = ("slack_screens", "channels", "channel_wishes", "digest_choices", "digest_issues", "goal_weeks")
UNTOLD = "told_seq < audit_seq"


LOOKED_UP = (
    ("ix_goal_owners_department_code", "goal_owners", "department_code", "removed_at is null"),
    ("ix_tasks_confirmer_id", "tasks", "confirmer_id", "confirmer_id is not null"),
    ("ix_purchases_ended_at", "purchases", "ended_at", "ended_at is not null"),
)
"""What a week of many members is looked up by: name, table, column, where."""


def upgrade() -> None:
    """New tables. Channels that are connected later hear nothing of what happened before."""
    for table in NEW_TABLES:
        globals()[f"_{table}"]()
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("locale_given", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    with op.batch_alter_table("outbox_messages") as messages:
        messages.add_column(sa.Column("reply", sa.String(), nullable=True))
        messages.create_check_constraint(op.f("ck_outbox_messages_reply_known"), "reply in ('thread', 'channel')")
    with op.batch_alter_table("subjects") as subjects:
        subjects.add_column(sa.Column("told_seq", sa.Integer(), server_default="0", nullable=False))
    op.execute("update subjects set told_seq = audit_seq")
    op.create_index("ix_subjects_untold", "subjects", ["key"], sqlite_where=sa.text(UNTOLD), postgresql_where=sa.text(UNTOLD))
    for name, table, column, where in LOOKED_UP:
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Without them; a reply to a card that was not said yet is dropped."""
    for name, table, _column, _where in LOOKED_UP:
        op.drop_index(name, table)
    op.drop_index("ix_subjects_untold", "subjects")
    with op.batch_alter_table("subjects") as subjects:
        subjects.drop_column("told_seq")
    with op.batch_alter_table("outbox_messages") as messages:
        messages.drop_constraint(op.f("ck_outbox_messages_reply_known"), type_="check")
        messages.drop_column("reply")
    with op.batch_alter_table("members") as members:
        members.drop_column("locale_given")
    for table in reversed(NEW_TABLES):
        op.drop_table(table)


def _slack_screens() -> None:
    op.create_table(
        "slack_screens",
        sa.Column('slot', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('args', Json, nullable=False),
        sa.Column('wanted_at', Moment(), nullable=False),
        sa.Column('due_at', Moment(), nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('shown_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('slot', name=op.f('pk_slack_screens')),
    )
    op.create_index("ix_slack_screens_due", "slack_screens", ["due_at"], sqlite_where=sa.text("due_at is not null"), postgresql_where=sa.text("due_at is not null"))


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.String(), nullable=False),
        sa.Column('channel_id', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=True),
        sa.Column('locale', sa.String(), nullable=False),
        sa.Column('zone', sa.String(), nullable=False),
        sa.Column('kinds', Json, nullable=False),
        sa.Column('details', sa.String(), nullable=False),
        sa.Column('mentions', sa.Boolean(), nullable=False),
        sa.Column('digest', sa.Boolean(), nullable=False),
        sa.Column('digest_weekday', sa.Integer(), nullable=False),
        sa.Column('digest_minute', sa.Integer(), nullable=False),
        sa.Column('connected_by_id', sa.Integer(), nullable=False),
        sa.Column('connected_at', Moment(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('closed_at', Moment(), nullable=True),
        sa.Column('closed_why', sa.String(), nullable=True),
        sa.CheckConstraint("(purpose = 'department') = (department_code is not null)", name=op.f('ck_channels_department_named')),
        sa.CheckConstraint("details in ('thread', 'channel', 'none')", name=op.f('ck_channels_details_known')),
        sa.CheckConstraint("locale in ('en', 'ja')", name=op.f('ck_channels_locale_known')),
        sa.CheckConstraint("purpose in ('department', 'leaders')", name=op.f('ck_channels_purpose_known')),
        sa.CheckConstraint('digest_minute between 0 and 1439', name=op.f('ck_channels_digest_minute_of_a_day')),
        sa.CheckConstraint('digest_weekday between 0 and 6', name=op.f('ck_channels_digest_weekday_known')),
        sa.ForeignKeyConstraint(['connected_by_id'], ['members.id'], name=op.f('fk_channels_connected_by_id')),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_channels_department_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channels')),
    )
    op.create_index("ix_channels_department_code", "channels", ["department_code"])
    op.create_index("uq_channels_open", "channels", ["team_id", "channel_id"], unique=True, sqlite_where=sa.text("closed_at is null"), postgresql_where=sa.text("closed_at is null"))


def _channel_wishes() -> None:
    op.create_table(
        "channel_wishes",
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('channel_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('wish', sa.String(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', Moment(), nullable=False),
        sa.CheckConstraint("wish in ('follow', 'mute')", name=op.f('ck_channel_wishes_wish_known')),
        sa.ForeignKeyConstraint(['by_id'], ['members.id'], name=op.f('fk_channel_wishes_by_id')),
        sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_channel_wishes_channel_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_wishes')),
        sa.UniqueConstraint('channel_id', 'key', name=op.f('uq_channel_wishes_channel_id_key')),
    )
    op.create_index("ix_channel_wishes_key", "channel_wishes", ["key"])


def _digest_choices() -> None:
    op.create_table(
        "digest_choices",
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('wanted', sa.Boolean(), nullable=False),
        sa.Column('weekday', sa.Integer(), nullable=True),
        sa.Column('minute', sa.Integer(), nullable=True),
        sa.Column('off', Json, nullable=True),
        sa.Column('first_week', sa.String(), nullable=True),
        sa.Column('changed_at', Moment(), nullable=False),
        sa.CheckConstraint('minute between 0 and 1439', name=op.f('ck_digest_choices_minute_of_a_day')),
        sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_digest_choices_weekday_known')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_digest_choices_member_id')),
        sa.PrimaryKeyConstraint('member_id', name=op.f('pk_digest_choices')),
    )


def _digest_issues() -> None:
    op.create_table(
        "digest_issues",
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('week', sa.String(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=True),
        sa.Column('channel_id', sa.Integer(), nullable=True),
        sa.Column('empty', sa.Boolean(), nullable=False),
        sa.Column('content', Json, nullable=False),
        sa.Column('needs', Json, nullable=True),
        sa.Column('made_at', Moment(), nullable=False),
        sa.Column('via', sa.String(), nullable=True),
        sa.Column('mail_at', Moment(), nullable=True),
        sa.Column('said_at', Moment(), nullable=True),
        sa.Column('opened_at', Moment(), nullable=True),
        sa.CheckConstraint("via in ('slack', 'mail', 'web')", name=op.f('ck_digest_issues_via_known')),
        sa.CheckConstraint('(member_id is null) <> (channel_id is null)', name=op.f('ck_digest_issues_one_recipient')),
        sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_digest_issues_channel_id')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_digest_issues_member_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_issues')),
        sa.UniqueConstraint('channel_id', 'week', name=op.f('uq_digest_issues_channel_id_week')),
        sa.UniqueConstraint('member_id', 'week', name=op.f('uq_digest_issues_member_id_week')),
    )
    op.create_index("ix_digest_issues_week", "digest_issues", ["week"])
    op.create_index("ix_digest_issues_mail_at", "digest_issues", ["mail_at"], sqlite_where=sa.text("mail_at is not null"), postgresql_where=sa.text("mail_at is not null"))


def _goal_weeks() -> None:
    op.create_table(
        "goal_weeks",
        sa.Column('week', sa.String(), nullable=False),
        sa.Column('goal_id', sa.Integer(), nullable=False),
        sa.Column('progress', Exact(), nullable=True),
        sa.Column('status', sa.String(), nullable=True),
        sa.Column('broken', sa.Boolean(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('taken_at', Moment(), nullable=False),
        sa.CheckConstraint("status in ('on_track', 'at_risk', 'off_track')", name=op.f('ck_goal_weeks_status_known')),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_goal_weeks_goal_id')),
        sa.ForeignKeyConstraint(['by_id'], ['members.id'], name=op.f('fk_goal_weeks_by_id')),
        sa.PrimaryKeyConstraint('week', 'goal_id', name=op.f('pk_goal_weeks')),
    )

