"""Brand incidents: minutes, not hours, whatever the time of day."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """New tables."""
    _incidents()
    _incident_people()


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", Moment(), nullable=False),
        sa.Column("ack_due_at", Moment(), nullable=False),
        sa.Column("reply_due_at", Moment(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answer_link", sa.String(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("what_happened", sa.String(), nullable=True),
        sa.Column("root_cause", sa.String(), nullable=True),
        sa.Column("no_answer_reason", sa.String(), nullable=True),
        sa.Column("review_due_at", Moment(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", Moment(), nullable=True),
        sa.Column("findings", sa.String(), nullable=True),
        sa.Column("false_alarm_reason", sa.String(), nullable=True),
        sa.CheckConstraint("state <> 'answered' or answer is not null", name=op.f("ck_incidents_answered_in_words")),
        sa.CheckConstraint(
            "state not in ('closed', 'reviewed') or answered_at is not null or no_answer_reason is not null",
            name=op.f("ck_incidents_answered_or_reasoned"),
        ),
        sa.CheckConstraint(
            "state not in ('closed', 'reviewed') or (what_happened is not null and root_cause is not null)",
            name=op.f("ck_incidents_closed_in_words"),
        ),
        sa.CheckConstraint(
            "(state = 'false_alarm') = (false_alarm_reason is not null)", name=op.f("ck_incidents_false_alarm_reasoned")
        ),
        sa.CheckConstraint(
            "(state = 'reviewed') = (reviewed_at is not null)", name=op.f("ck_incidents_reviewed_has_time")
        ),
        sa.CheckConstraint(
            "state in ('raised', 'taken', 'answered', 'closed', 'reviewed', 'false_alarm')",
            name=op.f("ck_incidents_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('taken', 'answered', 'closed', 'reviewed') or taken_at is not null",
            name=op.f("ck_incidents_taken_first"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["members.id"], name=op.f("fk_incidents_answered_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["members.id"], name=op.f("fk_incidents_closed_by_id")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_incidents_department_code")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["members.id"], name=op.f("fk_incidents_raised_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["members.id"], name=op.f("fk_incidents_reviewed_by_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["members.id"], name=op.f("fk_incidents_taken_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_incidents_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["task_id"],
        sqlite_where=sa.text("state in ('raised', 'taken', 'answered')"),
        postgresql_where=sa.text("state in ('raised', 'taken', 'answered')"),
    )


def _incident_people() -> None:
    op.create_table(
        "incident_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("paged_at", Moment(), nullable=False),
        sa.CheckConstraint("member_id <> instead_of_id", name=op.f("ck_incident_people_not_instead_of_oneself")),
        sa.CheckConstraint(
            "role in ('cx_owner', 'lead', 'communications')", name=op.f("ck_incident_people_role_known")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.task_id"], name=op.f("fk_incident_people_incident_id")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["members.id"], name=op.f("fk_incident_people_instead_of_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_incident_people_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_people")),
        sa.UniqueConstraint(
            "incident_id", "role", "member_id", name=op.f("uq_incident_people_incident_id_role_member_id")
        ),
    )
    op.create_index("ix_incident_people_member_id", "incident_people", ["member_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("incident_people")
    op.drop_table("incidents")
