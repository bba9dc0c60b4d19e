"""Approvals the ringi way: opinions, turns, holds, decisions for others and after the fact; reading, questions, conditions,
requests to revoke; delegations, secretaries; shared drafts, amendments, orders; proposals of routes."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0011"
down_revision = "0010"

SEATS = "approval_seats"
STATES = "state in ('planned', 'waiting', 'approved', 'returned', 'rejected', 'answered', 'passed', 'lifted', 'closed')"
FORMER_STATES = "state in ('planned', 'waiting', 'approved', 'returned', 'rejected', 'passed', 'closed')"
DECIDED = "(state in ('approved', 'returned', 'rejected', 'answered')) = (decided_at is not null)"
FORMERLY_DECIDED = "(state in ('approved', 'returned', 'rejected')) = (decided_at is not null)"
CHECKS = {
    "lifted_has_time": "(state = 'lifted') = (lifted_at is not null)",
    "answer_has_opinion": "(state = 'answered') = (opinion is not null)",
    "opinion_known": "opinion in ('agree', 'opinion', 'disagree', 'better', 'unchanged', 'worse')",
    "opinion_has_words": "opinion not in ('opinion', 'disagree', 'worse') or length(comment) > 0",
    "hold_is_whole": "(held_at is null) = (held_until is null) and (held_at is null) = (held_reason is null)",
}
UNIQUE = {"place": ["round_id", "step", "position"], "person": ["round_id", "step", "member_id"]}
PARTIAL = {
    "ix_approval_seats_decided_by_id": ("decided_by_id", "decided_by_id is not null"),
    "ix_approval_seats_held_until": ("held_until", "held_until is not null"),
}
NEW_TABLES = (
    "purchase_shares",
    "approval_revocation_voices",
    "approval_revocations",
    "approval_conditions",
    "approval_questions",
    "approval_readings",
    "route_proposals",
    "secretaries",
    "delegations",
)


def upgrade() -> None:
    """New tables; seats keep every turn they were asked in; a request knows what it amends and when it was ordered."""
    _seats()
    with op.batch_alter_table("approval_rounds") as rounds:
        rounds.add_column(sa.Column("content", Json, nullable=True))
        rounds.add_column(sa.Column("resume", sa.String(), nullable=True))
        rounds.create_check_constraint(op.f("ck_approval_rounds_resume_known"), "resume in ('here', 'again')")
    with op.batch_alter_table("purchases") as purchases:
        purchases.add_column(sa.Column("amends_id", sa.Integer(), nullable=True))
        purchases.add_column(sa.Column("purchased_on", sa.Date(), nullable=True))
        purchases.add_column(sa.Column("order_reference", sa.String(), nullable=True))
        purchases.create_foreign_key(op.f("fk_purchases_amends_id"), "purchases", ["amends_id"], ["id"])
        purchases.create_check_constraint(
            op.f("ck_purchases_order_dated"), "(state = 'purchased') = (purchased_on is not null)"
        )
    _partial("ix_purchases_amends_id", "purchases", ["amends_id"], "amends_id is not null")
    for table in reversed(NEW_TABLES):
        globals()[f"_{table}"]()


def downgrade() -> None:
    """Without them. What was asked anew keeps its last turn; an opinion becomes a plain yes."""
    for table in NEW_TABLES:
        op.drop_table(table)
    op.drop_index("ix_purchases_amends_id", "purchases")
    with op.batch_alter_table("purchases") as purchases:
        purchases.drop_constraint(op.f("ck_purchases_order_dated"), type_="check")
        purchases.drop_constraint(op.f("fk_purchases_amends_id"), type_="foreignkey")
        for column in ("order_reference", "purchased_on", "amends_id"):
            purchases.drop_column(column)
    with op.batch_alter_table("approval_rounds") as rounds:
        rounds.drop_constraint(op.f("ck_approval_rounds_resume_known"), type_="check")
        rounds.drop_column("resume")
        rounds.drop_column("content")
    _former_seats()


def _seats() -> None:
    _columns_of_seats()
    for name, columns in UNIQUE.items():
        _partial(f"uq_approval_seats_{name}", SEATS, columns, "voided_at is null", unique=True)
    for name, (column, where) in PARTIAL.items():
        _partial(name, SEATS, [column], where)


def _columns_of_seats() -> None:
    with op.batch_alter_table(SEATS) as seats:
        for name in ("member_id", "position"):
            seats.drop_constraint(op.f(f"uq_approval_seats_round_id_step_{name}"), type_="unique")
        for check in ("state_known", "decided_has_time"):
            seats.drop_constraint(op.f(f"ck_approval_seats_{check}"), type_="check")
        seats.add_column(sa.Column("turn", sa.Integer(), server_default="1", nullable=False))
        seats.add_column(sa.Column("held_minutes", sa.Integer(), server_default="0", nullable=False))
        for word in ("opinion", "stage", "held_reason"):
            seats.add_column(sa.Column(word, sa.String(), nullable=True))
        for moment in ("voided_at", "held_at", "held_until", "lifted_at"):
            seats.add_column(sa.Column(moment, Moment(), nullable=True))
        for member, table in (("decided_by_id", "members"), ("carried_from_id", SEATS)):
            seats.add_column(sa.Column(member, sa.Integer(), nullable=True))
            seats.create_foreign_key(op.f(f"fk_approval_seats_{member}"), table, [member], ["id"])
        seats.create_check_constraint(op.f("ck_approval_seats_state_known"), STATES)
        seats.create_check_constraint(op.f("ck_approval_seats_decided_has_time"), DECIDED)
        for check, rule in CHECKS.items():
            seats.create_check_constraint(op.f(f"ck_approval_seats_{check}"), rule)


def _former_seats() -> None:
    for name in (*(f"uq_approval_seats_{name}" for name in UNIQUE), *PARTIAL):
        op.drop_index(name, SEATS)
    op.execute("update approval_seats set carried_from_id = null")
    op.execute("delete from approval_seats where voided_at is not null")
    op.execute("update approval_seats set state = 'approved' where state = 'answered'")
    op.execute("update approval_seats set state = 'passed' where state = 'lifted'")
    with op.batch_alter_table(SEATS) as seats:
        for check in ("state_known", "decided_has_time", *CHECKS):
            seats.drop_constraint(op.f(f"ck_approval_seats_{check}"), type_="check")
        for member in ("carried_from_id", "decided_by_id"):
            seats.drop_constraint(op.f(f"fk_approval_seats_{member}"), type_="foreignkey")
            seats.drop_column(member)
        for column in ("lifted_at", "held_until", "held_at", "voided_at", "held_reason", "held_minutes", "stage", "opinion", "turn"):
            seats.drop_column(column)
        seats.create_check_constraint(op.f("ck_approval_seats_state_known"), FORMER_STATES)
        seats.create_check_constraint(op.f("ck_approval_seats_decided_has_time"), FORMERLY_DECIDED)
        for name in ("member_id", "position"):
            seats.create_unique_constraint(op.f(f"uq_approval_seats_round_id_step_{name}"), ["round_id", "step", name])


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    which = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=which, postgresql_where=which)


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("categories", Json, nullable=True),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("may_decide", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("confirm_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("confirm_by_id <> proposed_by_id", name=op.f("ck_delegations_second_person")),
        sa.CheckConstraint("limit_minor > 0", name=op.f("ck_delegations_limit_positive")),
        sa.CheckConstraint("principal_id <> deputy_id", name=op.f("ck_delegations_deputy_is_another")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_delegations_days_ordered")),
        sa.ForeignKeyConstraint(["confirm_by_id"], ["members.id"], name=op.f("fk_delegations_confirm_by_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["members.id"], name=op.f("fk_delegations_deputy_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["members.id"], name=op.f("fk_delegations_ended_by_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["members.id"], name=op.f("fk_delegations_principal_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["members.id"], name=op.f("fk_delegations_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(
        "ix_delegations_deputy_id",
        "delegations",
        ["deputy_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "ix_delegations_principal_id",
        "delegations",
        ["principal_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )


def _secretaries() -> None:
    op.create_table(
        "secretaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("secretary_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("principal_id <> secretary_id", name=op.f("ck_secretaries_secretary_is_another")),
        sa.ForeignKeyConstraint(["made_by_id"], ["members.id"], name=op.f("fk_secretaries_made_by_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["members.id"], name=op.f("fk_secretaries_principal_id")),
        sa.ForeignKeyConstraint(["secretary_id"], ["members.id"], name=op.f("fk_secretaries_secretary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secretaries")),
    )
    op.create_index(
        "ix_secretaries_secretary_id",
        "secretaries",
        ["secretary_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "uq_secretaries_pair",
        "secretaries",
        ["principal_id", "secretary_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )


def _route_proposals() -> None:
    op.create_table(
        "route_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (decided_at is null)", name=op.f("ck_route_proposals_decided_has_time")),
        sa.CheckConstraint(
            "state <> 'taken' or decided_by_id <> proposed_by_id", name=op.f("ck_route_proposals_second_person")
        ),
        sa.CheckConstraint(
            "state in ('open', 'taken', 'declined', 'withdrawn')", name=op.f("ck_route_proposals_state_known")
        ),
        sa.ForeignKeyConstraint(["based_on_id"], ["route_versions.id"], name=op.f("fk_route_proposals_based_on_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["members.id"], name=op.f("fk_route_proposals_decided_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["members.id"], name=op.f("fk_route_proposals_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_proposals")),
    )


def _approval_readings() -> None:
    op.create_table(
        "approval_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint(
            "why in ('view_after', 'circulate', 'after_review')", name=op.f("ck_approval_readings_why_known")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["members.id"], name=op.f("fk_approval_readings_asked_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_approval_readings_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["approval_rounds.id"], name=op.f("fk_approval_readings_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_readings")),
        sa.UniqueConstraint("round_id", "member_id", "why", name=op.f("uq_approval_readings_round_id_member_id_why")),
    )
    op.create_index(op.f("ix_approval_readings_subject_key"), "approval_readings", ["subject_key"], unique=False)
    op.create_index("ix_approval_readings_member_id", "approval_readings", ["member_id"], unique=False)
    op.create_index(
        "ix_approval_readings_unread",
        "approval_readings",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("read_at is null"),
        postgresql_where=sa.text("read_at is null"),
    )


def _approval_questions() -> None:
    op.create_table(
        "approval_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null)", name=op.f("ck_approval_questions_answered_has_time")
        ),
        sa.CheckConstraint("length(question) > 0", name=op.f("ck_approval_questions_question_given")),
        sa.ForeignKeyConstraint(["asked_id"], ["members.id"], name=op.f("fk_approval_questions_asked_id")),
        sa.ForeignKeyConstraint(["asker_id"], ["members.id"], name=op.f("fk_approval_questions_asker_id")),
        sa.ForeignKeyConstraint(["round_id"], ["approval_rounds.id"], name=op.f("fk_approval_questions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_questions")),
    )
    op.create_index("ix_approval_questions_asked_id", "approval_questions", ["asked_id"], unique=False)
    op.create_index(
        "ix_approval_questions_open",
        "approval_questions",
        ["asked_id"],
        unique=False,
        sqlite_where=sa.text("answered_at is null"),
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_index(op.f("ix_approval_questions_subject_key"), "approval_questions", ["subject_key"], unique=False)


def _approval_conditions() -> None:
    op.create_table(
        "approval_conditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("before_order", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at is null)", name=op.f("ck_approval_conditions_ended_has_time")),
        sa.CheckConstraint(
            "state <> 'waived' or length(note) > 0", name=op.f("ck_approval_conditions_waiver_has_reason")
        ),
        sa.CheckConstraint(
            "state in ('open', 'met', 'waived', 'void')", name=op.f("ck_approval_conditions_state_known")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["members.id"], name=op.f("fk_approval_conditions_ended_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_approval_conditions_owner_id")),
        sa.ForeignKeyConstraint(["round_id"], ["approval_rounds.id"], name=op.f("fk_approval_conditions_round_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["approval_seats.id"], name=op.f("fk_approval_conditions_seat_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["members.id"], name=op.f("fk_approval_conditions_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_conditions")),
        sa.UniqueConstraint("subject_key", "number", name=op.f("uq_approval_conditions_subject_key_number")),
    )
    op.create_index(
        "ix_approval_conditions_open",
        "approval_conditions",
        ["owner_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _approval_revocations() -> None:
    op.create_table(
        "approval_revocations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at is null)", name=op.f("ck_approval_revocations_ended_has_time")
        ),
        sa.CheckConstraint(
            "state in ('open', 'granted', 'declined', 'withdrawn')", name=op.f("ck_approval_revocations_state_known")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_approval_revocations_reason_given")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["members.id"], name=op.f("fk_approval_revocations_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["approval_rounds.id"], name=op.f("fk_approval_revocations_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_revocations")),
    )
    op.create_index(
        "uq_approval_revocations_open",
        "approval_revocations",
        ["subject_key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _approval_revocation_voices() -> None:
    op.create_table(
        "approval_revocation_voices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revocation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.CheckConstraint("answer in ('yes', 'no')", name=op.f("ck_approval_revocation_voices_answer_known")),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null)", name=op.f("ck_approval_revocation_voices_answered_has_time")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_approval_revocation_voices_member_id")),
        sa.ForeignKeyConstraint(
            ["revocation_id"], ["approval_revocations.id"], name=op.f("fk_approval_revocation_voices_revocation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_revocation_voices")),
        sa.UniqueConstraint(
            "revocation_id", "member_id", name=op.f("uq_approval_revocation_voices_revocation_id_member_id")
        ),
    )
    op.create_index(
        "ix_approval_revocation_voices_open",
        "approval_revocation_voices",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("answered_at is null"),
        postgresql_where=sa.text("answered_at is null"),
    )


def _purchase_shares() -> None:
    op.create_table(
        "purchase_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purchase_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", Moment(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_purchase_shares_member_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_purchase_shares_purchase_id")),
        sa.ForeignKeyConstraint(["shared_by_id"], ["members.id"], name=op.f("fk_purchase_shares_shared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_shares")),
    )
    op.create_index("ix_purchase_shares_member_id", "purchase_shares", ["member_id"], unique=False)
    op.create_index("uq_purchase_shares_member", "purchase_shares", ["purchase_id", "member_id"], unique=True)
