"""Cross-silo tasks: what one department asks of another, until it is confirmed."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0007"
down_revision = "0006"
_RUNNING = sa.text("due_at is not null")


def upgrade() -> None:
    """New tables."""
    _tasks()
    _task_people()


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("from_department", sa.String(), nullable=False),
        sa.Column("to_department", sa.String(), nullable=False),
        sa.Column("cross_silo", sa.Boolean(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("confirmer_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("waiting_id", sa.Integer(), nullable=True),
        sa.Column("waiting_department", sa.String(), nullable=True),
        sa.Column("waiting_since", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("promised_at", Moment(), nullable=True),
        sa.Column("needed_by_on", sa.Date(), nullable=True),
        sa.Column("snoozed_until", Moment(), nullable=True),
        sa.Column("returns_to", sa.String(), nullable=True),
        sa.Column("rest_minutes", sa.Integer(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=True),
        sa.Column("proposed_scope", sa.String(), nullable=True),
        sa.Column("proposed_note", sa.String(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_scope", sa.String(), nullable=True),
        sa.Column("question_text", sa.String(), nullable=True),
        sa.Column("question_by_id", sa.Integer(), nullable=True),
        sa.Column("question_to_id", sa.Integer(), nullable=True),
        sa.Column("question_at", Moment(), nullable=True),
        sa.Column("question_rest", sa.Integer(), nullable=True),
        sa.Column("block_reason", sa.String(), nullable=True),
        sa.Column("lifter_id", sa.Integer(), nullable=True),
        sa.Column("lifter_department", sa.String(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.String(), nullable=True),
        sa.Column("cost_per", sa.String(), nullable=True),
        sa.Column("cost_text", sa.String(), nullable=True),
        sa.Column("handovers", sa.Integer(), nullable=False),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("counters", sa.Integer(), nullable=False),
        sa.Column("moved_verb", sa.String(), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(state = 'blocked') = (lifter_department is not null)", name=op.f("ck_tasks_blocked_by_somebody")
        ),
        sa.CheckConstraint("(state = 'blocked') = (block_reason is not null)", name=op.f("ck_tasks_blocked_reasoned")),
        sa.CheckConstraint("severity <> 'brand' or visibility = 'company'", name=op.f("ck_tasks_brand_is_open")),
        sa.CheckConstraint(
            "(state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done')) = (ended_at is null)",
            name=op.f("ck_tasks_closed_has_end"),
        ),
        sa.CheckConstraint(
            "(state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done')) or waiting_id is null",
            name=op.f("ck_tasks_closed_waits_for_nobody"),
        ),
        sa.CheckConstraint("(cost_minor is null) = (cost_currency is null)", name=op.f("ck_tasks_cost_has_currency")),
        sa.CheckConstraint("cost_per in ('day', 'week')", name=op.f("ck_tasks_cost_per_known")),
        sa.CheckConstraint("(cost_minor is null) = (cost_per is null)", name=op.f("ck_tasks_cost_per_time")),
        sa.CheckConstraint(
            "handovers >= 0 and snoozes >= 0 and counters >= 0", name=op.f("ck_tasks_counts_not_negative")
        ),
        sa.CheckConstraint(
            "(state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done')) = (due_at is not null)",
            name=op.f("ck_tasks_open_has_clock"),
        ),
        sa.CheckConstraint(
            "(state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done')) = (waiting_department is not null)",
            name=op.f("ck_tasks_open_waits_for_somebody"),
        ),
        sa.CheckConstraint("(question_at is null) = (question_to_id is null)", name=op.f("ck_tasks_question_whole")),
        sa.CheckConstraint(
            "(state in ('countered', 'blocked')) = (returns_to is not null)", name=op.f("ck_tasks_returns_somewhere")
        ),
        sa.CheckConstraint("severity in ('normal', 'urgent', 'brand')", name=op.f("ck_tasks_severity_known")),
        sa.CheckConstraint("source in ('web', 'slack', 'api', 'import')", name=op.f("ck_tasks_source_known")),
        sa.CheckConstraint(
            "state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done') or state in ('confirmed', 'declined', 'withdrawn')",
            name=op.f("ck_tasks_state_known"),
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_tasks_title_given")),
        sa.CheckConstraint("visibility in ('company', 'parties')", name=op.f("ck_tasks_visibility_known")),
        sa.ForeignKeyConstraint(["from_department"], ["departments.code"], name=op.f("fk_tasks_from_department")),
        sa.ForeignKeyConstraint(["to_department"], ["departments.code"], name=op.f("fk_tasks_to_department")),
        sa.ForeignKeyConstraint(["asker_id"], ["members.id"], name=op.f("fk_tasks_asker_id")),
        sa.ForeignKeyConstraint(["confirmer_id"], ["members.id"], name=op.f("fk_tasks_confirmer_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["members.id"], name=op.f("fk_tasks_assignee_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["members.id"], name=op.f("fk_tasks_responsible_id")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["members.id"], name=op.f("fk_tasks_instead_of_id")),
        sa.ForeignKeyConstraint(["waiting_id"], ["members.id"], name=op.f("fk_tasks_waiting_id")),
        sa.ForeignKeyConstraint(["waiting_department"], ["departments.code"], name=op.f("fk_tasks_waiting_department")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["members.id"], name=op.f("fk_tasks_proposed_by_id")),
        sa.ForeignKeyConstraint(["question_by_id"], ["members.id"], name=op.f("fk_tasks_question_by_id")),
        sa.ForeignKeyConstraint(["question_to_id"], ["members.id"], name=op.f("fk_tasks_question_to_id")),
        sa.ForeignKeyConstraint(["lifter_id"], ["members.id"], name=op.f("fk_tasks_lifter_id")),
        sa.ForeignKeyConstraint(["lifter_department"], ["departments.code"], name=op.f("fk_tasks_lifter_department")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["members.id"], name=op.f("fk_tasks_moved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_asker_id"), "tasks", ["asker_id"])
    op.create_index(op.f("ix_tasks_due_at"), "tasks", ["due_at"], sqlite_where=_RUNNING, postgresql_where=_RUNNING)
    op.create_index(op.f("ix_tasks_from_department"), "tasks", ["from_department"])
    op.create_index(op.f("ix_tasks_responsible_id"), "tasks", ["responsible_id"])
    op.create_index(op.f("ix_tasks_to_department_state"), "tasks", ["to_department", "state"])
    op.create_index(
        op.f("ix_tasks_waiting_id_due_at"),
        "tasks",
        ["waiting_id", "due_at"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def _task_people() -> None:
    op.create_table(
        "task_people",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.CheckConstraint("why in ('shared', 'asked', 'lifter', 'former')", name=op.f("ck_task_people_why_known")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_people_task_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_task_people_member_id")),
        sa.PrimaryKeyConstraint("task_id", "member_id", name=op.f("pk_task_people")),
    )
    op.create_index(op.f("ix_task_people_member_id"), "task_people", ["member_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("task_people")
    op.drop_table("tasks")
