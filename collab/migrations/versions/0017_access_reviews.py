"""The trail is read by actor and surface and checked some at a time; reviews of who has access; search by number."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """A column and an index of the trail, and three tables."""
    op.add_column("audit_entries", sa.Column("surface", sa.String(), nullable=True))
    op.create_index("ix_audit_entries_actor_at", "audit_entries", ["actor", "at"])
    _checks()
    _reviews()
    _search()


def downgrade() -> None:
    """Without them."""
    _search_as_it_was()
    for table in ("access_review_lines", "access_reviews", "audit_checks"):
        op.drop_table(table)
    op.drop_index("ix_audit_entries_actor_at", table_name="audit_entries")
    op.drop_column("audit_entries", "surface")


def _checks() -> None:
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.Column("next_key", sa.String(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("anchored", sa.Boolean(), nullable=False),
        sa.Column("faults", Json, nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("state in ('running', 'holds', 'broken')", name=op.f("ck_audit_checks_state_known")),
        sa.CheckConstraint("(state = 'running') = (ended_at is null)", name=op.f("ck_audit_checks_ended_has_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    running = sa.text("state = 'running'")
    op.create_index(
        "uq_audit_checks_running",
        "audit_checks",
        ["state"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _reviews() -> None:
    op.create_table(
        "access_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("remind_at", Moment(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", Moment(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.CheckConstraint("state in ('open', 'signed')", name=op.f("ck_access_reviews_state_known")),
        sa.CheckConstraint("signed_by_id <> begun_by_id", name=op.f("ck_access_reviews_second_person")),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at is not null and signed_by_id is not null and hash is not null)",
            name=op.f("ck_access_reviews_signed_whole"),
        ),
        sa.ForeignKeyConstraint(["begun_by_id"], ["members.id"], name=op.f("fk_access_reviews_begun_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["members.id"], name=op.f("fk_access_reviews_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_reviews")),
    )
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_access_reviews_open",
        "access_reviews",
        ["state"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "access_review_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("flags", Json, nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", Moment(), nullable=True),
        sa.CheckConstraint("verdict in ('keep', 'remove')", name=op.f("ck_access_review_lines_verdict_known")),
        sa.CheckConstraint("judged_by_id <> member_id", name=op.f("ck_access_review_lines_not_oneself")),
        sa.CheckConstraint("reviewer_id <> member_id", name=op.f("ck_access_review_lines_reviewed_by_another")),
        sa.CheckConstraint(
            "verdict <> 'remove' or note is not null", name=op.f("ck_access_review_lines_removal_reasoned")
        ),
        sa.CheckConstraint(
            "(verdict is null) = (judged_at is null) and (verdict is null) = (judged_by_id is null)",
            name=op.f("ck_access_review_lines_judged_whole"),
        ),
        sa.ForeignKeyConstraint(["review_id"], ["access_reviews.id"], name=op.f("fk_access_review_lines_review_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_access_review_lines_member_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["members.id"], name=op.f("fk_access_review_lines_reviewer_id")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["members.id"], name=op.f("fk_access_review_lines_judged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review_lines")),
        sa.UniqueConstraint("review_id", "member_id", name=op.f("uq_access_review_lines_review_id_member_id")),
    )
    undone = sa.text("verdict is null")
    op.create_index(
        "ix_access_review_lines_undone",
        "access_review_lines",
        ["reviewer_id"],
        sqlite_where=undone,
        postgresql_where=undone,
    )


def _search() -> None:
    """Words are indexed anew in the background: katakana counts as hiragana now, and what only some may read is kept apart."""
    op.drop_table("subject_grams")
    op.create_table(
        "subject_grams",
        sa.Column("gram", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "prefix", "number", name=op.f("pk_subject_grams")),
    )
    op.create_index("ix_subject_grams_prefix_number", "subject_grams", ["prefix", "number"])
    op.add_column("subject_texts", sa.Column("inner", sa.String(), nullable=True))
    _index_anew()


def _search_as_it_was() -> None:
    op.drop_column("subject_texts", "inner")
    op.drop_table("subject_grams")
    op.create_table(
        "subject_grams",
        sa.Column("gram", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "key", name=op.f("pk_subject_grams")),
    )
    op.create_index(op.f("ix_subject_grams_key"), "subject_grams", ["key"])
    _index_anew()


def _index_anew() -> None:
    op.execute("delete from subject_texts")
    op.execute("update subjects set indexed_seq = 0")
