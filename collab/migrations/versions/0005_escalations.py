"""What happens when somebody who must act does not: clocks on business time, rungs, one shared card for both lines."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0005"
down_revision = "0004"

RUNS = "state in ('waiting', 'climbing', 'acknowledged')"
CLIMBED = "state in ('climbing', 'acknowledged', 'exhausted')"


def upgrade() -> None:
    """New tables."""
    _versions()
    _escalations()
    _notices()


def downgrade() -> None:
    """Without them."""
    for table in ("escalation_silences", "escalation_notices", "escalations", "escalation_policy_versions"):
        op.drop_table(table)


def _versions() -> None:
    op.create_table(
        "escalation_policy_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_policy_versions")),
    )


def _escalations() -> None:
    members = ("late_id", "other_id", "acknowledged_by_id", "owner_id", "manual_by_id")
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", Json, nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=True),
        sa.Column("late_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("other_department", sa.String(), nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("manual_by_id", sa.Integer(), nullable=True),
        sa.Column("manual_reason", sa.String(), nullable=True),
        sa.Column("manual_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        *_laws(),
        *(
            sa.ForeignKeyConstraint([name], ["members.id"], name=op.f(f"fk_escalations_{name}")) for name in members
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["escalation_policy_versions.id"], name=op.f("fk_escalations_policy_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    _index("ix_escalations_next_at", "next_at", "next_at is not null")
    _index("uq_escalations_open_key", "key", "state <> 'ended'", unique=True)
    _index("ix_escalations_climbed", "id", CLIMBED)
    _index("ix_escalations_late_id", "late_id", "state <> 'ended'")
    _index("ix_escalations_owner_id", "owner_id", "state = 'exhausted'")
    for column in ("key", "subject_key"):
        op.create_index(f"ix_escalations_{column}", "escalations", [column])


def _laws() -> list[sa.CheckConstraint]:
    laws = {
        "state_known": "state in ('waiting', 'climbing', 'acknowledged', 'exhausted', 'ended')",
        "severity_known": "severity in ('normal', 'urgent', 'brand')",
        "running_has_moment": f"({RUNS}) = (next_at is not null)",
        "ended_has_time": "(state = 'ended') = (ended_at is not null)",
        "ended_has_reason": "(state = 'ended') = (end_reason is not null)",
        "acknowledged_by_somebody": "state <> 'acknowledged' or acknowledged_by_id is not null",
        "exhausted_has_owner": "state <> 'exhausted' or owner_id is not null",
        "manual_has_reason": "(manual_by_id is null) = (manual_reason is null)",
        "counts_make_sense": "rung >= 0 and loop > 0 and heard >= 0",
    }
    return [sa.CheckConstraint(law, name=op.f(f"ck_escalations_{name}")) for name, law in laws.items()]


def _notices() -> None:
    op.create_table(
        "escalation_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("skipped", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("notice_at", Moment(), nullable=True),
        sa.Column("silence_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(skipped is null) = (notice_at is not null)", name=op.f("ck_escalation_notices_told_or_skipped")
        ),
        sa.CheckConstraint(
            "member_id is not null or skipped is not null", name=op.f("ck_escalation_notices_told_is_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_notices_escalation_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["members.id"], name=op.f(f"fk_escalation_notices_{name}"))
            for name in ("member_id", "instead_of_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_notices")),
        sa.UniqueConstraint(
            "escalation_id", "rung", "member_id", "slot",
            name=op.f("uq_escalation_notices_escalation_id_rung_member_id_slot"),
        ),
    )  # fmt: skip
    notices = "escalation_notices"
    op.create_index("ix_escalation_notices_subject_key", notices, ["subject_key"])
    op.create_index("ix_escalation_notices_member_id_escalation_id", notices, ["member_id", "escalation_id"])
    where = sa.text("silence_at is not null")
    op.create_index(
        "ix_escalation_notices_silence_at", notices, ["silence_at"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "escalation_silences",
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("from_at", name=op.f("pk_escalation_silences")),
    )


def _index(name: str, column: str, where: str, *, unique: bool = False) -> None:
    which = sa.text(where)
    op.create_index(name, "escalations", [column], unique=unique, sqlite_where=which, postgresql_where=which)
