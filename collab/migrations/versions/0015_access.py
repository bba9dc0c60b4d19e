"""How members get in: identities of the company's provider, invitations, sessions and tokens."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """New tables; members may choose mail."""
    _keys()
    _identities()
    _invitations()
    _guest_stays()
    _sign_in_links()
    _mail_chosen()


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("nudge_habits") as habits:
        habits.drop_column("by_mail")
    for table in ("sign_in_links", "guest_stays", "invitations", "spent_sign_ins", "identities"):
        op.drop_table(table)
    _keys_as_they_were()


def _keys() -> None:
    """Sessions opened before know no proof, so acts of consequence ask their members first."""
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("proved_at", Moment(), nullable=True))
        sessions.add_column(sa.Column("way", sa.String(), nullable=True))
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_constraint(op.f("ck_tokens_scope_known"), type_="check")
        tokens.create_check_constraint(op.f("ck_tokens_scope_known"), "scope in ('measurements', 'read')")
        tokens.add_column(sa.Column("used_on", sa.Date(), nullable=True))
        tokens.add_column(sa.Column("warned_at", Moment(), nullable=True))
    op.create_index("ix_tokens_expires_at", "tokens", ["expires_at"])


def _keys_as_they_were() -> None:
    """A token that may only read would be one that may do anything: it goes."""
    op.execute("delete from tokens where scope = 'read'")
    op.drop_index("ix_tokens_expires_at", table_name="tokens")
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_constraint(op.f("ck_tokens_scope_known"), type_="check")
        tokens.create_check_constraint(op.f("ck_tokens_scope_known"), "scope in ('measurements')")
        tokens.drop_column("warned_at")
        tokens.drop_column("used_on")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("way")
        sessions.drop_column("proved_at")


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("bound_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_identities_member_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        sa.UniqueConstraint("member_id", "issuer", name=op.f("uq_identities_member_id_issuer")),
    )
    op.create_table(
        "spent_sign_ins",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("spent_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_spent_sign_ins")),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("partner_code", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("keys", Json, nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("mailed_at", Moment(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitations_email_lower")),
        sa.CheckConstraint("locale in ('en', 'ja')", name=op.f("ck_invitations_locale_known")),
        sa.CheckConstraint("accepted_at is null or revoked_at is null", name=op.f("ck_invitations_one_end")),
        sa.CheckConstraint("(accepted_at is null) = (member_id is null)", name=op.f("ck_invitations_accepted_by_somebody")),
        sa.ForeignKeyConstraint(["partner_code"], ["partners.code"], name=op.f("fk_invitations_partner_code")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["members.id"], name=op.f("fk_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_invitations_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    opened = sa.text("accepted_at is null and revoked_at is null")
    op.create_index("uq_invitations_open", "invitations", ["email"], unique=True, sqlite_where=opened, postgresql_where=opened)
    op.create_index("ix_invitations_invited_by_id", "invitations", ["invited_by_id"])


def _guest_stays() -> None:
    op.create_table(
        "guest_stays",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_guest_stays_member_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["members.id"], name=op.f("fk_guest_stays_invited_by_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_guest_stays")),
    )
    op.create_index("ix_guest_stays_invited_by_id", "guest_stays", ["invited_by_id"])


def _sign_in_links() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("mail_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.CheckConstraint("mail_at is null or member_id is not null", name=op.f("ck_sign_in_links_mailed_to_somebody")),
        sa.CheckConstraint("(code_hash is null) = (expires_at is null)", name=op.f("ck_sign_in_links_code_expires")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_sign_in_links_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sign_in_links_code_hash")),
    )
    waiting = sa.text("mail_at is not null")
    op.create_index("ix_sign_in_links_mail_at", "sign_in_links", ["mail_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_sign_in_links_member_id", "sign_in_links", ["member_id"])


def _mail_chosen() -> None:
    with op.batch_alter_table("nudge_habits") as habits:
        habits.add_column(sa.Column("by_mail", sa.Boolean(), server_default=sa.text("false"), nullable=False))
