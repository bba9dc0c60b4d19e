"""Shared goals: the tree and who answers for it, journey stages, metrics and measurements, check-ins and their rhythm, moved
goalposts; who follows what; tokens of machines."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Exact, Json, Moment

revision = "0012"
down_revision = "0011"

NEW_TABLES = (
    "journey_stages",
    "goal_owners",
    "goal_parents",
    "goal_tree",
    "goal_metrics",
    "goal_measurements",
    "goal_checkins",
    "goal_rhythms",
    "goal_contributors",
    "goal_parts",
    "goal_shifts",
    "goal_discussions",
    "subject_follows",
)
CHECKS = {
    "kind_known": "kind in ('vision', 'promise', 'goal')",
    "result_known": "result in ('achieved', 'missed', 'dropped')",
    "closed_has_result": "(state = 'closed') = (result is not null)",
    "closed_has_time": "(state = 'closed') = (closed_at is not null)",
    "visibility_known": "visibility in ('company', 'involved')",
    "progress_from_known": "progress_from in ('metric', 'children')",
    "claimed_known": "claimed in ('on_track', 'at_risk', 'off_track')",
    "days_ordered": "due_on > starts_on",
}
PLAIN = {"kind": "goal", "visibility": "company", "progress_from": "metric"}
OWNED = """
    insert into goal_owners (goal_id, side, department_code, member_id, named_at, accepted_at, means)
    select id, 1, department_code, owner_id, created_at,
           case when state in ('candidate', 'draft') then null else created_at end,
           case when state in ('candidate', 'draft') then null else '' end
    from goals
"""


def upgrade() -> None:
    """New tables. A goal's one owner moves to its own table; its target in words, to its outcome; a closed one was dropped,
    as far as anybody wrote down."""
    for table in NEW_TABLES:
        globals()[f"_{table}"]()
    op.execute("insert into goal_tree (id, version) values (1, 0)")
    op.execute(OWNED)
    op.execute("update goals set outcome = trim(outcome || ' ' || target) where target <> ''")
    _goals()
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("scope", sa.String(), nullable=True))
        tokens.add_column(sa.Column("limited_to", Json, nullable=True))
        tokens.create_check_constraint(op.f("ck_tokens_scope_known"), "scope in ('measurements')")


def downgrade() -> None:
    """Without them: a goal keeps the owner of its first side, a machine loses its token."""
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_constraint(op.f("ck_tokens_scope_known"), type_="check")
    op.execute("delete from tokens where scope is not null")
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_column("limited_to")
        tokens.drop_column("scope")
    _former_goals()
    for table in reversed(NEW_TABLES):
        op.drop_table(table)


def _goals() -> None:
    with op.batch_alter_table("goals") as goals:
        for word, start in PLAIN.items():
            goals.add_column(sa.Column(word, sa.String(), server_default=start, nullable=False))
        goals.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        for word in ("journey_stage", "claimed", "pause_reason", "result", "lesson"):
            goals.add_column(sa.Column(word, sa.String(), nullable=True))
        for figure in ("progress", "final_progress"):
            goals.add_column(sa.Column(figure, Exact(), nullable=True))
        for moment in ("activated_at", "paused_at", "closed_at"):
            goals.add_column(sa.Column(moment, Moment(), nullable=True))
        goals.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        goals.add_column(sa.Column("created_by_id", sa.Integer(), nullable=True))
        goals.create_foreign_key(op.f("fk_goals_created_by_id"), "members", ["created_by_id"], ["id"])
        goals.create_foreign_key(op.f("fk_goals_journey_stage"), "journey_stages", ["journey_stage"], ["code"])
        for gone in ("owner_id", "department_code"):
            goals.drop_constraint(op.f(f"fk_goals_{gone}"), type_="foreignkey")
        for gone in ("owner_id", "department_code", "target"):
            goals.drop_column(gone)
    op.execute("update goals set result = 'dropped', closed_at = created_at where state = 'closed'")
    op.execute("update goals set activated_at = created_at where state in ('active', 'paused', 'closed')")
    with op.batch_alter_table("goals") as goals:
        for check, rule in CHECKS.items():
            goals.create_check_constraint(op.f(f"ck_goals_{check}"), rule)
    op.create_index("ix_goals_state", "goals", ["state"])
    op.create_index("ix_goals_journey_stage", "goals", ["journey_stage"])


def _former_goals() -> None:
    for index in ("ix_goals_journey_stage", "ix_goals_state"):
        op.drop_index(index, "goals")
    with op.batch_alter_table("goals") as goals:
        for check in CHECKS:
            goals.drop_constraint(op.f(f"ck_goals_{check}"), type_="check")
        for key in ("journey_stage", "created_by_id"):
            goals.drop_constraint(op.f(f"fk_goals_{key}"), type_="foreignkey")
        goals.add_column(sa.Column("target", sa.String(), server_default="", nullable=False))
        goals.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        goals.add_column(sa.Column("department_code", sa.String(), nullable=True))
    for column in ("member_id", "department_code"):
        to = "owner_id" if column == "member_id" else column
        op.execute(
            f"update goals set {to} = (select {column} from goal_owners where goal_id = goals.id "
            "order by removed_at is not null, side, id limit 1)"
        )
    with op.batch_alter_table("goals") as goals:
        for column, table, there in (("owner_id", "members", "id"), ("department_code", "departments", "code")):
            goals.alter_column(column, nullable=False)
            goals.create_foreign_key(op.f(f"fk_goals_{column}"), table, [column], [there])
        for gone in (
            "created_by_id", "starts_on", "closed_at", "paused_at", "activated_at", "final_progress", "progress", "lesson",
            "result", "pause_reason", "claimed", "journey_stage", "version", *PLAIN,
        ):  # fmt: skip
            goals.drop_column(gone)


def _journey_stages() -> None:
    op.create_table(
        "journey_stages",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=True),
        sa.Column("hands_to", sa.String(), nullable=True),
        sa.Column("hands_over", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("code <> hands_to", name=op.f("ck_journey_stages_hands_to_another")),
        sa.ForeignKeyConstraint(
            ["department_code"], ["departments.code"], name=op.f("fk_journey_stages_department_code")
        ),
        sa.ForeignKeyConstraint(["hands_to"], ["journey_stages.code"], name=op.f("fk_journey_stages_hands_to")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_journey_stages")),
    )


def _goal_owners() -> None:
    op.create_table(
        "goal_owners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("means", sa.String(), nullable=True),
        sa.Column("declined_at", Moment(), nullable=True),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("checked_in_at", Moment(), nullable=True),
        sa.Column("asks_at", Moment(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.CheckConstraint("(accepted_at is null) = (means is null)", name=op.f("ck_goal_owners_accepted_in_words")),
        sa.CheckConstraint("(asked_at is null) = (due_at is null)", name=op.f("ck_goal_owners_asked_with_deadline")),
        sa.CheckConstraint("confidence between 0 and 100", name=op.f("ck_goal_owners_confidence_in_range")),
        sa.CheckConstraint("side in (1, 2)", name=op.f("ck_goal_owners_side_known")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_goal_owners_department_code")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_owners_goal_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_goal_owners_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_owners")),
    )
    op.create_index(
        "ix_goal_owners_asks_at",
        "goal_owners",
        ["asks_at"],
        unique=False,
        sqlite_where=sa.text("asks_at is not null and removed_at is null"),
        postgresql_where=sa.text("asks_at is not null and removed_at is null"),
    )
    op.create_index(
        "ix_goal_owners_member_id",
        "goal_owners",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_index(
        "ix_goal_owners_unaccepted",
        "goal_owners",
        ["goal_id"],
        unique=False,
        sqlite_where=sa.text("accepted_at is null and removed_at is null"),
        postgresql_where=sa.text("accepted_at is null and removed_at is null"),
    )
    op.create_index(
        "uq_goal_owners_department",
        "goal_owners",
        ["goal_id", "department_code"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_index(
        "uq_goal_owners_member",
        "goal_owners",
        ["goal_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_index(
        "uq_goal_owners_side",
        "goal_owners",
        ["goal_id", "side"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )


def _goal_parents() -> None:
    op.create_table(
        "goal_parents",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'contribute') = (share is not null)", name=op.f("ck_goal_parents_share_of_contribution")
        ),
        sa.CheckConstraint("kind in ('contribute', 'support')", name=op.f("ck_goal_parents_kind_known")),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_goal_parents_not_to_itself")),
        sa.CheckConstraint("share between 1 and 100", name=op.f("ck_goal_parents_share_in_range")),
        sa.ForeignKeyConstraint(["child_id"], ["goals.id"], name=op.f("fk_goal_parents_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["goals.id"], name=op.f("fk_goal_parents_parent_id")),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name=op.f("pk_goal_parents")),
    )
    op.create_index("ix_goal_parents_parent_id", "goal_parents", ["parent_id"], unique=False)


def _goal_tree() -> None:
    op.create_table(
        "goal_tree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_goal_tree_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_tree")),
    )


def _goal_metrics() -> None:
    op.create_table(
        "goal_metrics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("baseline", Exact(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("target", Exact(), nullable=True),
        sa.Column("floor", Exact(), nullable=True),
        sa.Column("ceiling", Exact(), nullable=True),
        sa.Column("is_ratio", sa.Boolean(), nullable=False),
        sa.Column("per", sa.Integer(), nullable=False),
        sa.Column("gathers", sa.Boolean(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("stale_after_days", sa.Integer(), nullable=True),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("numerator", Exact(), nullable=True),
        sa.Column("denominator", Exact(), nullable=True),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "about in ('customer', 'campaign', 'channel', 'other')", name=op.f("ck_goal_metrics_about_known")
        ),
        sa.CheckConstraint(
            "kind in ('increase', 'decrease', 'reach', 'stay_above', 'stay_below', 'stay_between')",
            name=op.f("ck_goal_metrics_kind_known"),
        ),
        sa.CheckConstraint(
            "period in ('day', 'week', 'month', 'quarter', 'year')", name=op.f("ck_goal_metrics_period_known")
        ),
        sa.CheckConstraint("role in ('', 'promise', 'experience')", name=op.f("ck_goal_metrics_role_known")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_goal_metrics_name_given")),
        sa.CheckConstraint("per in (1, 100, 1000, 1000000)", name=op.f("ck_goal_metrics_per_known")),
        sa.CheckConstraint("places between 0 and 6", name=op.f("ck_goal_metrics_places_sane")),
        sa.CheckConstraint("stale_after_days > 0", name=op.f("ck_goal_metrics_stale_after_positive")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_metrics_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_metrics")),
    )
    op.create_index(
        "uq_goal_metrics_position",
        "goal_metrics",
        ["goal_id", "position"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )


def _goal_measurements() -> None:
    op.create_table(
        "goal_measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("metric_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("numerator", Exact(), nullable=True),
        sa.Column("denominator", Exact(), nullable=True),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=True),
        sa.Column("parts_of", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "(numerator is null) = (denominator is null)", name=op.f("ck_goal_measurements_ratio_whole")
        ),
        sa.CheckConstraint("(value is null) <> (numerator is null)", name=op.f("ck_goal_measurements_one_figure")),
        sa.CheckConstraint("sample > 0", name=op.f("ck_goal_measurements_sample_positive")),
        sa.ForeignKeyConstraint(["metric_id"], ["goal_metrics.id"], name=op.f("fk_goal_measurements_metric_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["members.id"], name=op.f("fk_goal_measurements_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_measurements")),
        sa.UniqueConstraint("metric_id", "on", "source", name=op.f("uq_goal_measurements_metric_id_on_source")),
    )


def _goal_checkins() -> None:
    op.create_table(
        "goal_checkins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("progress", Exact(), nullable=True),
        sa.Column("expected", Exact(), nullable=True),
        sa.Column("no_change", sa.Boolean(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('on_track', 'at_risk', 'off_track')", name=op.f("ck_goal_checkins_status_known")
        ),
        sa.CheckConstraint(
            "(acknowledged_at is null) = (acknowledged_by_id is null)",
            name=op.f("ck_goal_checkins_acknowledged_by_somebody"),
        ),
        sa.CheckConstraint(
            "confidence between 0 and 100 and confidence % 10 = 0", name=op.f("ck_goal_checkins_confidence_in_tens")
        ),
        sa.CheckConstraint("side in (1, 2)", name=op.f("ck_goal_checkins_side_known")),
        sa.CheckConstraint(
            "status is null or status = suggested or length(reason) > 0",
            name=op.f("ck_goal_checkins_override_reasoned"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["members.id"], name=op.f("fk_goal_checkins_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_checkins_goal_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_goal_checkins_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_checkins")),
    )
    op.create_index("ix_goal_checkins_goal_id_at", "goal_checkins", ["goal_id", "at"], unique=False)
    op.create_index("ix_goal_checkins_member_id_at", "goal_checkins", ["member_id", "at"], unique=False)


def _goal_rhythms() -> None:
    op.create_table(
        "goal_rhythms",
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("fresh_days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.CheckConstraint("every_weeks between 1 and 13", name=op.f("ck_goal_rhythms_every_sane")),
        sa.CheckConstraint("fresh_days between 0 and 90", name=op.f("ck_goal_rhythms_fresh_sane")),
        sa.CheckConstraint("grace_days between 0 and 20", name=op.f("ck_goal_rhythms_grace_sane")),
        sa.CheckConstraint("hour between 0 and 23", name=op.f("ck_goal_rhythms_hour_known")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_goal_rhythms_weekday_known")),
        sa.ForeignKeyConstraint(
            ["department_code"], ["departments.code"], name=op.f("fk_goal_rhythms_department_code")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["members.id"], name=op.f("fk_goal_rhythms_set_by_id")),
        sa.PrimaryKeyConstraint("department_code", name=op.f("pk_goal_rhythms")),
    )


def _goal_contributors() -> None:
    op.create_table(
        "goal_contributors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("may_check_in", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["members.id"], name=op.f("fk_goal_contributors_added_by_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_contributors_goal_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_goal_contributors_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_contributors")),
    )
    op.create_index(
        "ix_goal_contributors_member_id",
        "goal_contributors",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_index(
        "uq_goal_contributors_member",
        "goal_contributors",
        ["goal_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )


def _goal_parts() -> None:
    op.create_table(
        "goal_parts",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("length(part) > 0", name=op.f("ck_goal_parts_part_in_words")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_parts_goal_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_goal_parts_member_id")),
        sa.PrimaryKeyConstraint("goal_id", "member_id", name=op.f("pk_goal_parts")),
    )
    op.create_index(op.f("ix_goal_parts_member_id"), "goal_parts", ["member_id"], unique=False)


def _goal_shifts() -> None:
    op.create_table(
        "goal_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("metric_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "kind in ('target', 'baseline', 'guard', 'metric', 'due', 'owners', 'late_edit', 'late_measurement', 'greener')",
            name=op.f("ck_goal_shifts_kind_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_goal_shifts_by_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_shifts_goal_id")),
        sa.ForeignKeyConstraint(["metric_id"], ["goal_metrics.id"], name=op.f("fk_goal_shifts_metric_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_shifts")),
    )
    op.create_index("ix_goal_shifts_at", "goal_shifts", ["at"], unique=False)
    op.create_index("ix_goal_shifts_goal_id", "goal_shifts", ["goal_id"], unique=False)


def _goal_discussions() -> None:
    op.create_table(
        "goal_discussions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("divergence", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("length(note) > 0", name=op.f("ck_goal_discussions_note_given")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_goal_discussions_by_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_discussions_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_discussions")),
    )
    op.create_index("ix_goal_discussions_goal_id", "goal_discussions", ["goal_id"], unique=False)


def _subject_follows() -> None:
    op.create_table(
        "subject_follows",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("wish in ('follow', 'mute')", name=op.f("ck_subject_follows_wish_known")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_subject_follows_member_id")),
        sa.PrimaryKeyConstraint("key", "member_id", name=op.f("pk_subject_follows")),
    )
    op.create_index("ix_subject_follows_member_id", "subject_follows", ["member_id"], unique=False)
