"""The house: every table of the first version."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment
from collab.migrations import triggers

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Every table of the first version."""
    op.create_table(
        "audit_anchors",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_audit_anchors")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("acting_for", sa.String(), nullable=True),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("details", Json, nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_entries_seq_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("subject_key", "seq", name=op.f("uq_audit_entries_subject_key_seq")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("code", "digest", name=op.f("uq_calendar_versions_code_digest")),
    )
    op.create_table(
        "departments",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "groups",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_groups")),
    )
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link_codes")),
    )
    op.create_table(
        "offices",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_offices")),
    )
    op.create_table(
        "outbox_beacons",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_outbox_beacons")),
    )
    op.create_table(
        "partners",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_partners")),
    )
    op.create_table(
        "route_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("imported_at", Moment(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_versions")),
        sa.UniqueConstraint("digest", name=op.f("uq_route_versions_digest")),
    )
    op.create_table(
        "sites",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sites")),
    )
    op.create_table(
        "subject_grams",
        sa.Column("gram", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "key", name=op.f("pk_subject_grams")),
    )
    op.create_index(op.f("ix_subject_grams_key"), "subject_grams", ["key"], unique=False)
    op.create_table(
        "subject_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_key", sa.String(), nullable=False),
        sa.Column("to_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.CheckConstraint("from_key <> to_key", name=op.f("ck_subject_links_not_to_itself")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_links")),
        sa.UniqueConstraint("from_key", "to_key", "kind", name=op.f("uq_subject_links_from_key_to_key_kind")),
    )
    op.create_index("ix_subject_links_to_key", "subject_links", ["to_key"], unique=False)
    op.create_table(
        "subject_texts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_subject_texts")),
    )
    op.create_table(
        "subjects",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("audit_hash", sa.String(), nullable=False),
        sa.Column("indexed_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("audit_seq >= 0", name=op.f("ck_subjects_audit_seq_not_negative")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_subjects")),
    )
    op.create_index(
        "ix_subjects_unindexed",
        "subjects",
        ["key"],
        unique=False,
        sqlite_where=sa.text("indexed_seq < audit_seq"),
        postgresql_where=sa.text("indexed_seq < audit_seq"),
    )
    op.create_table(
        "web_repeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", Json, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_repeats")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_web_repeats_member_id_key")),
    )
    op.create_index("ix_web_repeats_at", "web_repeats", ["at"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("site_code", sa.String(), nullable=True),
        sa.Column("partner_code", sa.String(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_auditor", sa.Boolean(), nullable=False),
        sa.Column("deactivated_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("locale in ('en', 'ja')", name=op.f("ck_members_locale_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_members_email_lower")),
        sa.CheckConstraint("not (is_admin and is_auditor)", name=op.f("ck_members_not_admin_and_auditor")),
        sa.ForeignKeyConstraint(["partner_code"], ["partners.code"], name=op.f("fk_members_partner_code")),
        sa.ForeignKeyConstraint(["site_code"], ["sites.code"], name=op.f("fk_members_site_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("email", name=op.f("uq_members_email")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("started_at", Moment(), nullable=True),
        sa.CheckConstraint("member_id <> deputy_id", name=op.f("ck_absences_deputy_is_another")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_absences_days_ordered")),
        sa.ForeignKeyConstraint(["deputy_id"], ["members.id"], name=op.f("fk_absences_deputy_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_absences_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_member_id_until_on", "absences", ["member_id", "until_on"], unique=False)
    op.create_table(
        "approval_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("barred", Json, nullable=False),
        sa.Column("route", Json, nullable=False),
        sa.Column("route_version_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("(state = 'pending') = (ended_at is null)", name=op.f("ck_approval_rounds_ended_has_time")),
        sa.CheckConstraint(
            "state in ('pending', 'approved', 'returned', 'rejected', 'withdrawn', 'revoked')",
            name=op.f("ck_approval_rounds_state_known"),
        ),
        sa.ForeignKeyConstraint(["requester_id"], ["members.id"], name=op.f("fk_approval_rounds_requester_id")),
        sa.ForeignKeyConstraint(
            ["route_version_id"], ["route_versions.id"], name=op.f("fk_approval_rounds_route_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rounds")),
        sa.UniqueConstraint("subject_key", "number", name=op.f("uq_approval_rounds_subject_key_number")),
    )
    op.create_index(
        "uq_approval_rounds_one_open",
        "approval_rounds",
        ["subject_key"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state in ('candidate', 'draft', 'accepted', 'active', 'paused', 'closed')",
            name=op.f("ck_goals_state_known"),
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_goals_title_given")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_goals_department_code")),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f("fk_goals_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    op.create_table(
        "group_members",
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_code"], ["groups.code"], name=op.f("fk_group_members_group_code")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_group_members_member_id")),
        sa.PrimaryKeyConstraint("group_code", "member_id", name=op.f("pk_group_members")),
    )
    op.create_index(op.f("ix_group_members_member_id"), "group_members", ["member_id"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_address", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("preview_only", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("errors", Json, nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'checking', 'previewed', 'writing', 'done', 'refused')",
            name=op.f("ck_imports_state_known"),
        ),
        sa.CheckConstraint("done >= 0 and done <= total", name=op.f("ck_imports_done_within_total")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_imports_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_open",
        "imports",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state in ('waiting', 'checking', 'writing')"),
        postgresql_where=sa.text("state in ('waiting', 'checking', 'writing')"),
    )
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on is null or until_on >= from_on", name=op.f("ck_leads_days_ordered")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_leads_department_code")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_leads_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("department_code", "from_on", name=op.f("uq_leads_department_code_from_on")),
    )
    op.create_index("ix_leads_member_id", "leads", ["member_id"], unique=False)
    op.create_table(
        "office_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_code", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("acting", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("started_at", Moment(), nullable=True),
        sa.CheckConstraint("until_on is null or until_on >= from_on", name=op.f("ck_office_terms_days_ordered")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_office_terms_member_id")),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name=op.f("fk_office_terms_office_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_terms")),
        sa.UniqueConstraint(
            "office_code", "member_id", "from_on", name=op.f("uq_office_terms_office_code_member_id_from_on")
        ),
    )
    op.create_index("ix_office_terms_member_id", "office_terms", ["member_id"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("args", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", Json, nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(member_id is null) <> (channel is null) or kind = 'cards.repaint'",
            name=op.f("ck_outbox_messages_one_recipient"),
        ),
        sa.CheckConstraint(
            "(state in ('sent', 'broken', 'superseded')) = (settled_at is not null)",
            name=op.f("ck_outbox_messages_settled_has_time"),
        ),
        sa.CheckConstraint(
            "state in ('pending', 'sending', 'sent', 'uncertain', 'broken', 'superseded')",
            name=op.f("ck_outbox_messages_state_known"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_outbox_messages_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_messages_dedupe_key")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_outbox_messages_delivery_id")),
    )
    op.create_index(
        "ix_outbox_messages_due",
        "outbox_messages",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
    )
    op.create_index("ix_outbox_messages_member_id_id", "outbox_messages", ["member_id", "id"], unique=False)
    op.create_index("ix_outbox_messages_subject_key", "outbox_messages", ["subject_key"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on is null or until_on >= from_on", name=op.f("ck_posts_days_ordered")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_posts_department_code")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_posts_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "member_id", "department_code", "from_on", name=op.f("uq_posts_member_id_department_code_from_on")
        ),
    )
    op.create_index("ix_posts_department_code", "posts", ["department_code"], unique=False)
    op.create_table(
        "reporting_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("member_id <> manager_id", name=op.f("ck_reporting_lines_not_to_oneself")),
        sa.CheckConstraint("until_on is null or until_on >= from_on", name=op.f("ck_reporting_lines_days_ordered")),
        sa.ForeignKeyConstraint(["manager_id"], ["members.id"], name=op.f("fk_reporting_lines_manager_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reporting_lines_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_lines")),
        sa.UniqueConstraint("member_id", "from_on", name=op.f("uq_reporting_lines_member_id_from_on")),
    )
    op.create_index("ix_reporting_lines_manager_id", "reporting_lines", ["manager_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_sessions_member_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_member_id", "sessions", ["member_id"], unique=False)
    op.create_table(
        "slack_accounts",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_slack_accounts_member_id")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_slack_accounts")),
        sa.UniqueConstraint("member_id", "team_id", name=op.f("uq_slack_accounts_member_id_team_id")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_tokens_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    op.create_index("ix_tokens_member_id", "tokens", ["member_id"], unique=False)
    op.create_table(
        "approval_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state in ('approved', 'returned', 'rejected')) = (decided_at is not null)",
            name=op.f("ck_approval_seats_decided_has_time"),
        ),
        sa.CheckConstraint(
            "state in ('planned', 'waiting', 'approved', 'returned', 'rejected', 'passed', 'closed')",
            name=op.f("ck_approval_seats_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('returned', 'rejected') or length(comment) > 0",
            name=op.f("ck_approval_seats_refusal_has_reason"),
        ),
        sa.ForeignKeyConstraint(["instead_of_id"], ["members.id"], name=op.f("fk_approval_seats_instead_of_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_approval_seats_member_id")),
        sa.ForeignKeyConstraint(["round_id"], ["approval_rounds.id"], name=op.f("fk_approval_seats_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_seats")),
        sa.UniqueConstraint("round_id", "step", "member_id", name=op.f("uq_approval_seats_round_id_step_member_id")),
        sa.UniqueConstraint("round_id", "step", "position", name=op.f("uq_approval_seats_round_id_step_position")),
    )
    op.create_index("ix_approval_seats_member_id", "approval_seats", ["member_id"], unique=False)
    op.create_index(
        "ix_approval_seats_waiting",
        "approval_seats",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "outbox_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["outbox_messages.id"], name=op.f("fk_outbox_attempts_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attempts")),
        sa.UniqueConstraint("message_id", "number", name=op.f("uq_outbox_attempts_message_id_number")),
    )
    op.create_table(
        "outbox_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("painted_seq", sa.Integer(), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("painted_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_outbox_cards_member_id")),
        sa.ForeignKeyConstraint(["message_id"], ["outbox_messages.id"], name=op.f("fk_outbox_cards_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_cards")),
        sa.UniqueConstraint("channel", "ts", name=op.f("uq_outbox_cards_channel_ts")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_cards_message_id")),
    )
    op.create_index("ix_outbox_cards_subject_key", "outbox_cards", ["subject_key"], unique=False)
    op.create_table(
        "purchases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("vendor", sa.String(), nullable=True),
        sa.Column("vendor_normal", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("billing", sa.String(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("regions", sa.Integer(), nullable=False),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("no_goal_reason", sa.String(), nullable=True),
        sa.Column("cx_impact", sa.String(), nullable=True),
        sa.Column("benefit_text", sa.String(), nullable=True),
        sa.Column("benefit_minor", sa.BigInteger(), nullable=True),
        sa.Column("benefit_by_on", sa.Date(), nullable=True),
        sa.Column("business_owner_id", sa.Integer(), nullable=True),
        sa.Column("technical_owner_id", sa.Integer(), nullable=True),
        sa.Column("data_owner_id", sa.Integer(), nullable=True),
        sa.Column("after_the_fact_on", sa.Date(), nullable=True),
        sa.Column("after_the_fact_reason", sa.String(), nullable=True),
        sa.Column("needed_by_on", sa.Date(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("copied_from", sa.String(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("billing in ('one_time', 'monthly', 'annual')", name=op.f("ck_purchases_billing_known")),
        sa.CheckConstraint(
            "category in ('martech', 'emerging', 'infrastructure', 'service', 'other')",
            name=op.f("ck_purchases_category_known"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'pending', 'returned', 'approved', 'rejected', 'dropped', 'revoked', 'purchased')",
            name=op.f("ck_purchases_state_known"),
        ),
        sa.CheckConstraint("visibility in ('company', 'involved')", name=op.f("ck_purchases_visibility_known")),
        sa.CheckConstraint(
            "(after_the_fact_on is null) = (after_the_fact_reason is null)",
            name=op.f("ck_purchases_after_the_fact_reasoned"),
        ),
        sa.CheckConstraint(
            "(amount_minor is null) = (total_minor is null)", name=op.f("ck_purchases_total_follows_amount")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_purchases_amount_positive")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_purchases_title_given")),
        sa.CheckConstraint("term_months between 1 and 120", name=op.f("ck_purchases_term_sane")),
        sa.ForeignKeyConstraint(["business_owner_id"], ["members.id"], name=op.f("fk_purchases_business_owner_id")),
        sa.ForeignKeyConstraint(["data_owner_id"], ["members.id"], name=op.f("fk_purchases_data_owner_id")),
        sa.ForeignKeyConstraint(["department_code"], ["departments.code"], name=op.f("fk_purchases_department_code")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_purchases_goal_id")),
        sa.ForeignKeyConstraint(["on_behalf_of_id"], ["members.id"], name=op.f("fk_purchases_on_behalf_of_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["members.id"], name=op.f("fk_purchases_requester_id")),
        sa.ForeignKeyConstraint(["technical_owner_id"], ["members.id"], name=op.f("fk_purchases_technical_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
    )
    op.create_index("ix_purchases_department_code", "purchases", ["department_code"], unique=False)
    op.create_index("ix_purchases_goal_id", "purchases", ["goal_id"], unique=False)
    op.create_index("ix_purchases_requester_id_state", "purchases", ["requester_id", "state"], unique=False)
    op.create_index(
        "ix_purchases_vendor_normal_submitted_at", "purchases", ["vendor_normal", "submitted_at"], unique=False
    )
    triggers.create()


def downgrade() -> None:
    """Back to an empty database."""
    triggers.drop()
    op.drop_index("ix_purchases_vendor_normal_submitted_at", table_name="purchases")
    op.drop_index("ix_purchases_requester_id_state", table_name="purchases")
    op.drop_index("ix_purchases_goal_id", table_name="purchases")
    op.drop_index("ix_purchases_department_code", table_name="purchases")
    op.drop_table("purchases")
    op.drop_index("ix_outbox_cards_subject_key", table_name="outbox_cards")
    op.drop_table("outbox_cards")
    op.drop_table("outbox_attempts")
    op.drop_index(
        "ix_approval_seats_waiting",
        table_name="approval_seats",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("ix_approval_seats_member_id", table_name="approval_seats")
    op.drop_table("approval_seats")
    op.drop_index("ix_tokens_member_id", table_name="tokens")
    op.drop_table("tokens")
    op.drop_table("slack_accounts")
    op.drop_index("ix_sessions_member_id", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_reporting_lines_manager_id", table_name="reporting_lines")
    op.drop_table("reporting_lines")
    op.drop_index("ix_posts_department_code", table_name="posts")
    op.drop_table("posts")
    op.drop_index("ix_outbox_messages_subject_key", table_name="outbox_messages")
    op.drop_index("ix_outbox_messages_member_id_id", table_name="outbox_messages")
    op.drop_index(
        "ix_outbox_messages_due",
        table_name="outbox_messages",
        sqlite_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
        postgresql_where=sa.text("state in ('pending', 'sending', 'uncertain')"),
    )
    op.drop_table("outbox_messages")
    op.drop_index("ix_office_terms_member_id", table_name="office_terms")
    op.drop_table("office_terms")
    op.drop_index("ix_leads_member_id", table_name="leads")
    op.drop_table("leads")
    op.drop_index(
        "ix_imports_open",
        table_name="imports",
        sqlite_where=sa.text("state in ('waiting', 'checking', 'writing')"),
        postgresql_where=sa.text("state in ('waiting', 'checking', 'writing')"),
    )
    op.drop_table("imports")
    op.drop_index(op.f("ix_group_members_member_id"), table_name="group_members")
    op.drop_table("group_members")
    op.drop_table("goals")
    op.drop_index(
        "uq_approval_rounds_one_open",
        table_name="approval_rounds",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_table("approval_rounds")
    op.drop_index("ix_absences_member_id_until_on", table_name="absences")
    op.drop_table("absences")
    op.drop_table("members")
    op.drop_index("ix_web_repeats_at", table_name="web_repeats")
    op.drop_table("web_repeats")
    op.drop_index(
        "ix_subjects_unindexed",
        table_name="subjects",
        sqlite_where=sa.text("indexed_seq < audit_seq"),
        postgresql_where=sa.text("indexed_seq < audit_seq"),
    )
    op.drop_table("subjects")
    op.drop_table("subject_texts")
    op.drop_index("ix_subject_links_to_key", table_name="subject_links")
    op.drop_table("subject_links")
    op.drop_index(op.f("ix_subject_grams_key"), table_name="subject_grams")
    op.drop_table("subject_grams")
    op.drop_table("sites")
    op.drop_table("route_versions")
    op.drop_table("partners")
    op.drop_table("outbox_beacons")
    op.drop_table("offices")
    op.drop_table("link_codes")
    op.drop_table("groups")
    op.drop_table("departments")
    op.drop_table("calendar_versions")
    op.drop_index("ix_audit_entries_at", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_table("audit_anchors")
