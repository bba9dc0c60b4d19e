"""Comments, mentions and attachments on any subject."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """New tables."""
    _comments()
    _mentions()
    _attachments()


def _comments() -> None:
    op.create_table(
        "thread_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reply_to_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("edited_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.CheckConstraint("length(body) <= 5000", name=op.f("ck_thread_comments_body_bounded")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_thread_comments_version_counted")),
        sa.CheckConstraint(
            "withdrawn_at is null or body = ''", name=op.f("ck_thread_comments_withdrawn_is_silent")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_thread_comments_author_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["thread_comments.id"], name=op.f("fk_thread_comments_reply_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_comments")),
        sa.UniqueConstraint("author_id", "form", name=op.f("uq_thread_comments_author_id_form")),
    )
    op.create_index("ix_thread_comments_subject_key_id", "thread_comments", ["subject_key", "id"])
    op.create_index(
        "ix_thread_comments_withdrawn_at",
        "thread_comments",
        ["withdrawn_at"],
        sqlite_where=sa.text("withdrawn_at is not null"),
        postgresql_where=sa.text("withdrawn_at is not null"),
    )


def _mentions() -> None:
    op.create_table(
        "thread_mentions",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["thread_comments.id"], name=op.f("fk_thread_mentions_comment_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_thread_mentions_member_id")),
        sa.PrimaryKeyConstraint("comment_id", "member_id", name=op.f("pk_thread_mentions")),
    )
    op.create_index("ix_thread_mentions_member_id", "thread_mentions", ["member_id"])


def _attachments() -> None:
    op.create_table(
        "thread_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_thread_attachments_name_given")),
        sa.CheckConstraint("size > 0", name=op.f("ck_thread_attachments_size_counted")),
        sa.ForeignKeyConstraint(["comment_id"], ["thread_comments.id"], name=op.f("fk_thread_attachments_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_attachments")),
        sa.UniqueConstraint("address", name=op.f("uq_thread_attachments_address")),
    )
    op.create_index("ix_thread_attachments_comment_id", "thread_attachments", ["comment_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("thread_attachments")
    op.drop_table("thread_mentions")
    op.drop_table("thread_comments")
