"""Joint initiatives with their charters, blueprints and pilots; signatures; the alignment pulse."""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment

revision = "0014"
down_revision = "0013"

NEW_TABLES = (
    "signature_sheets",
    "signatures",
    "initiatives",
    "initiative_leads",
    "initiative_participants",
    "initiative_goals",
    "initiative_charters",
    "initiative_pilots",
    "initiative_votes",
    "initiative_milestones",
    "initiative_entries",
    "initiative_constraints",
    "initiative_health",
    "blueprints",
    "blueprint_citations",
    "blueprint_drifts",
    "blueprint_points",
    "blueprint_requirements",
    "blueprint_sources",
    "blueprint_source_uses",
    "blueprint_definitions",
    "blueprint_definition_goals",
    "blueprint_dialogues",
    "blueprint_answers",
    "blueprint_differences",
    "pulses",
    "pulse_askings",
    "pulse_answers",
    "pulse_counts",
)


def upgrade() -> None:
    """New tables; a purchase request may be for an initiative."""
    for table in NEW_TABLES:
        globals()[f"_{table}"]()
    with op.batch_alter_table("purchases") as purchases:
        purchases.add_column(sa.Column("initiative_id", sa.Integer(), nullable=True))
        purchases.create_foreign_key(op.f("fk_purchases_initiative_id"), "initiatives", ["initiative_id"], ["id"])
        purchases.create_index("ix_purchases_initiative_id", ["initiative_id"])


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("purchases") as purchases:
        purchases.drop_index("ix_purchases_initiative_id")
        purchases.drop_constraint(op.f("fk_purchases_initiative_id"), type_="foreignkey")
        purchases.drop_column("initiative_id")
    for table in reversed(NEW_TABLES):
        op.drop_table(table)


def _signature_sheets() -> None:
    op.create_table(
        'signature_sheets',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('subject_key', sa.String(), nullable=False),
        sa.Column('paper', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('content', Json, nullable=False),
        sa.Column('hash', sa.String(), nullable=False),
        sa.Column('laid_by_id', sa.Integer(), nullable=True),
        sa.Column('laid_at', Moment(), nullable=False),
        sa.Column('valid_at', Moment(), nullable=True),
        sa.Column('voided_at', Moment(), nullable=True),
        sa.Column('void_reason', sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'void') = (void_reason is not null)", name=op.f('ck_signature_sheets_void_reasoned')),
        sa.CheckConstraint("(state = 'void') = (voided_at is not null)", name=op.f('ck_signature_sheets_void_has_time')),
        sa.CheckConstraint("state <> 'valid' or valid_at is not null", name=op.f('ck_signature_sheets_valid_has_time')),
        sa.CheckConstraint("state in ('open', 'valid', 'void')", name=op.f('ck_signature_sheets_state_known')),
        sa.CheckConstraint('version >= 1', name=op.f('ck_signature_sheets_version_counted')),
        sa.ForeignKeyConstraint(['laid_by_id'], ['members.id'], name=op.f('fk_signature_sheets_laid_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_sheets')),
        sa.UniqueConstraint('subject_key', 'paper', 'version', name=op.f('uq_signature_sheets_subject_key_paper_version'))
    )
    op.create_index('ix_signature_sheets_in_force', 'signature_sheets', ['subject_key', 'paper'], unique=False, sqlite_where=sa.text("state <> 'void'"), postgresql_where=sa.text("state <> 'void'"))


def _signatures() -> None:
    op.create_table(
        'signatures',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('sheet_id', sa.Integer(), nullable=False),
        sa.Column('side', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.Column('due_at', Moment(), nullable=False),
        sa.Column('signed_at', Moment(), nullable=True),
        sa.Column('source', sa.String(), nullable=True),
        sa.CheckConstraint("source in ('web', 'slack', 'api')", name=op.f('ck_signatures_source_known')),
        sa.CheckConstraint('(signed_at is null) = (source is null)', name=op.f('ck_signatures_signed_somewhere')),
        sa.CheckConstraint('side in (1, 2)', name=op.f('ck_signatures_side_known')),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_signatures_department_code')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_signatures_member_id')),
        sa.ForeignKeyConstraint(['sheet_id'], ['signature_sheets.id'], name=op.f('fk_signatures_sheet_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signatures')),
        sa.UniqueConstraint('sheet_id', 'member_id', name=op.f('uq_signatures_sheet_id_member_id')),
        sa.UniqueConstraint('sheet_id', 'side', name=op.f('uq_signatures_sheet_id_side'))
    )
    op.create_index('ix_signatures_member_id', 'signatures', ['member_id'], unique=False, sqlite_where=sa.text('signed_at is null'), postgresql_where=sa.text('signed_at is null'))


def _initiatives() -> None:
    op.create_table(
        'initiatives',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('problem', sa.String(), nullable=False),
        sa.Column('journey_stage', sa.String(), nullable=False),
        sa.Column('hypothesis', sa.String(), nullable=True),
        sa.Column('measured_by', sa.String(), nullable=True),
        sa.Column('stops_on', sa.Date(), nullable=True),
        sa.Column('visibility', sa.String(), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=False),
        sa.Column('created_at', Moment(), nullable=False),
        sa.Column('started_at', Moment(), nullable=True),
        sa.Column('closed_at', Moment(), nullable=True),
        sa.Column('result', sa.String(), nullable=True),
        sa.Column('outcome', sa.String(), nullable=True),
        sa.Column('lesson', sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at is not null)", name=op.f('ck_initiatives_closed_has_time')),
        sa.CheckConstraint("(state = 'closed') = (result is not null)", name=op.f('ck_initiatives_closed_has_result')),
        sa.CheckConstraint("kind <> 'experiment' or hypothesis is not null", name=op.f('ck_initiatives_experiment_has_hypothesis')),
        sa.CheckConstraint("kind in ('delivery', 'experiment')", name=op.f('ck_initiatives_kind_known')),
        sa.CheckConstraint("result in ('achieved', 'stopped', 'silence', 'dropped')", name=op.f('ck_initiatives_result_known')),
        sa.CheckConstraint("state in ('idea', 'chartered', 'active', 'pilot', 'scaling', 'closed')", name=op.f('ck_initiatives_state_known')),
        sa.CheckConstraint("visibility in ('company', 'involved')", name=op.f('ck_initiatives_visibility_known')),
        sa.CheckConstraint('length(problem) > 0', name=op.f('ck_initiatives_problem_given')),
        sa.CheckConstraint('length(title) > 0', name=op.f('ck_initiatives_title_given')),
        sa.ForeignKeyConstraint(['created_by_id'], ['members.id'], name=op.f('fk_initiatives_created_by_id')),
        sa.ForeignKeyConstraint(['journey_stage'], ['journey_stages.code'], name=op.f('fk_initiatives_journey_stage')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiatives'))
    )
    op.create_index('ix_initiatives_state', 'initiatives', ['state'], unique=False)


def _initiative_leads() -> None:
    op.create_table(
        'initiative_leads',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('slot', sa.Integer(), nullable=False),
        sa.Column('area', sa.String(), nullable=True),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('named_at', Moment(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.Column('health', sa.String(), nullable=True),
        sa.Column('health_note', sa.String(), nullable=True),
        sa.Column('health_at', Moment(), nullable=True),
        sa.CheckConstraint("area in ('data', 'infrastructure')", name=op.f('ck_initiative_leads_area_known')),
        sa.CheckConstraint("health in ('on_track', 'at_risk', 'off_track')", name=op.f('ck_initiative_leads_health_known')),
        sa.CheckConstraint('(health is null) = (health_at is null)', name=op.f('ck_initiative_leads_health_has_time')),
        sa.CheckConstraint('(slot = 3) = (area is not null)', name=op.f('ck_initiative_leads_third_has_area')),
        sa.CheckConstraint('slot in (1, 2, 3)', name=op.f('ck_initiative_leads_slot_known')),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_initiative_leads_department_code')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_leads_initiative_id')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_initiative_leads_member_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_leads'))
    )
    op.create_index('ix_initiative_leads_department_code', 'initiative_leads', ['department_code'], unique=False, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))
    op.create_index('ix_initiative_leads_member_id', 'initiative_leads', ['member_id'], unique=False, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))
    op.create_index('uq_initiative_leads_member', 'initiative_leads', ['initiative_id', 'member_id'], unique=True, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))
    op.create_index('uq_initiative_leads_slot', 'initiative_leads', ['initiative_id', 'slot'], unique=True, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))


def _initiative_participants() -> None:
    op.create_table(
        'initiative_participants',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=True),
        sa.Column('part', sa.String(), nullable=True),
        sa.Column('added_by_id', sa.Integer(), nullable=False),
        sa.Column('added_at', Moment(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.ForeignKeyConstraint(['added_by_id'], ['members.id'], name=op.f('fk_initiative_participants_added_by_id')),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_initiative_participants_department_code')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_participants_initiative_id')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_initiative_participants_member_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_participants'))
    )
    op.create_index('ix_initiative_participants_member_id', 'initiative_participants', ['member_id'], unique=False, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))
    op.create_index('uq_initiative_participants_member', 'initiative_participants', ['initiative_id', 'member_id'], unique=True, sqlite_where=sa.text('removed_at is null'), postgresql_where=sa.text('removed_at is null'))


def _initiative_goals() -> None:
    op.create_table(
        'initiative_goals',
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('goal_id', sa.Integer(), nullable=False),
        sa.Column('linked_by_id', sa.Integer(), nullable=False),
        sa.Column('linked_at', Moment(), nullable=False),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_initiative_goals_goal_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_goals_initiative_id')),
        sa.ForeignKeyConstraint(['linked_by_id'], ['members.id'], name=op.f('fk_initiative_goals_linked_by_id')),
        sa.PrimaryKeyConstraint('initiative_id', 'goal_id', name=op.f('pk_initiative_goals'))
    )
    op.create_index('ix_initiative_goals_goal_id', 'initiative_goals', ['goal_id'], unique=False)


def _initiative_charters() -> None:
    op.create_table(
        'initiative_charters',
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('vision', sa.String(), nullable=False),
        sa.Column('customer_outcome', sa.String(), nullable=False),
        sa.Column('scope', sa.String(), nullable=False),
        sa.Column('out_of_scope', sa.String(), nullable=False),
        sa.Column('brings_1', sa.String(), nullable=False),
        sa.Column('brings_2', sa.String(), nullable=False),
        sa.Column('brings_3', sa.String(), nullable=False),
        sa.Column('written_by_id', sa.Integer(), nullable=False),
        sa.Column('written_at', Moment(), nullable=False),
        sa.CheckConstraint('version >= 1', name=op.f('ck_initiative_charters_version_counted')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_charters_initiative_id')),
        sa.ForeignKeyConstraint(['written_by_id'], ['members.id'], name=op.f('fk_initiative_charters_written_by_id')),
        sa.PrimaryKeyConstraint('initiative_id', 'version', name=op.f('pk_initiative_charters'))
    )


def _initiative_pilots() -> None:
    op.create_table(
        'initiative_pilots',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('cap_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.String(), nullable=False),
        sa.Column('question', sa.String(), nullable=False),
        sa.Column('started_at', Moment(), nullable=False),
        sa.Column('started_by_id', sa.Integer(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('ends_at', Moment(), nullable=False),
        sa.Column('asks_at', Moment(), nullable=False),
        sa.Column('due_at', Moment(), nullable=False),
        sa.Column('asked_at', Moment(), nullable=True),
        sa.Column('ended_at', Moment(), nullable=True),
        sa.Column('verdict', sa.String(), nullable=True),
        sa.CheckConstraint("verdict in ('scale', 'stop', 'silence')", name=op.f('ck_initiative_pilots_verdict_known')),
        sa.CheckConstraint('(ended_at is null) = (verdict is null)', name=op.f('ck_initiative_pilots_ended_with_verdict')),
        sa.CheckConstraint('cap_minor > 0', name=op.f('ck_initiative_pilots_cap_positive')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_pilots_initiative_id')),
        sa.ForeignKeyConstraint(['started_by_id'], ['members.id'], name=op.f('fk_initiative_pilots_started_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_pilots'))
    )
    op.create_index('ix_initiative_pilots_asks_at', 'initiative_pilots', ['asks_at'], unique=False, sqlite_where=sa.text('asked_at is null and ended_at is null'), postgresql_where=sa.text('asked_at is null and ended_at is null'))
    op.create_index('ix_initiative_pilots_ends_at', 'initiative_pilots', ['ends_at'], unique=False, sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))
    op.create_index('uq_initiative_pilots_running', 'initiative_pilots', ['initiative_id'], unique=True, sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))


def _initiative_votes() -> None:
    op.create_table(
        'initiative_votes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('pilot_id', sa.Integer(), nullable=False),
        sa.Column('side', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('choice', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('voted_at', Moment(), nullable=False),
        sa.CheckConstraint("choice <> 'stop' or reason is not null", name=op.f('ck_initiative_votes_stop_reasoned')),
        sa.CheckConstraint("choice in ('scale', 'stop')", name=op.f('ck_initiative_votes_choice_known')),
        sa.CheckConstraint('side in (1, 2)', name=op.f('ck_initiative_votes_side_known')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_initiative_votes_member_id')),
        sa.ForeignKeyConstraint(['pilot_id'], ['initiative_pilots.id'], name=op.f('fk_initiative_votes_pilot_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_votes')),
        sa.UniqueConstraint('pilot_id', 'member_id', name=op.f('uq_initiative_votes_pilot_id_member_id')),
        sa.UniqueConstraint('pilot_id', 'side', name=op.f('uq_initiative_votes_pilot_id_side'))
    )


def _initiative_milestones() -> None:
    op.create_table(
        'initiative_milestones',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('owner_1_id', sa.Integer(), nullable=False),
        sa.Column('owner_2_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('created_by_id', sa.Integer(), nullable=False),
        sa.Column('created_at', Moment(), nullable=False),
        sa.Column('ended_at', Moment(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at is null)", name=op.f('ck_initiative_milestones_ended_has_time')),
        sa.CheckConstraint("state in ('open', 'reached', 'dropped')", name=op.f('ck_initiative_milestones_state_known')),
        sa.CheckConstraint('length(title) > 0', name=op.f('ck_initiative_milestones_title_given')),
        sa.CheckConstraint('owner_1_id <> owner_2_id', name=op.f('ck_initiative_milestones_two_owners')),
        sa.ForeignKeyConstraint(['created_by_id'], ['members.id'], name=op.f('fk_initiative_milestones_created_by_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_milestones_initiative_id')),
        sa.ForeignKeyConstraint(['owner_1_id'], ['members.id'], name=op.f('fk_initiative_milestones_owner_1_id')),
        sa.ForeignKeyConstraint(['owner_2_id'], ['members.id'], name=op.f('fk_initiative_milestones_owner_2_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_milestones'))
    )
    op.create_index('ix_initiative_milestones_initiative_id', 'initiative_milestones', ['initiative_id'], unique=False)


def _initiative_entries() -> None:
    op.create_table(
        'initiative_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('weight', sa.String(), nullable=True),
        sa.Column('owner_id', sa.Integer(), nullable=True),
        sa.Column('on', sa.Date(), nullable=False),
        sa.Column('written_by_id', sa.Integer(), nullable=False),
        sa.Column('written_at', Moment(), nullable=False),
        sa.Column('closed_at', Moment(), nullable=True),
        sa.Column('close_note', sa.String(), nullable=True),
        sa.CheckConstraint("(kind = 'risk') = (weight is not null)", name=op.f('ck_initiative_entries_risk_weighed')),
        sa.CheckConstraint("kind = 'risk' or closed_at is null", name=op.f('ck_initiative_entries_only_risks_close')),
        sa.CheckConstraint("kind in ('risk', 'decision', 'release')", name=op.f('ck_initiative_entries_kind_known')),
        sa.CheckConstraint("weight in ('low', 'medium', 'high')", name=op.f('ck_initiative_entries_weight_known')),
        sa.CheckConstraint('(closed_at is null) = (close_note is null)', name=op.f('ck_initiative_entries_closed_in_words')),
        sa.CheckConstraint('length(text) > 0', name=op.f('ck_initiative_entries_text_given')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_entries_initiative_id')),
        sa.ForeignKeyConstraint(['owner_id'], ['members.id'], name=op.f('fk_initiative_entries_owner_id')),
        sa.ForeignKeyConstraint(['written_by_id'], ['members.id'], name=op.f('fk_initiative_entries_written_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_entries'))
    )
    op.create_index('ix_initiative_entries_initiative_id', 'initiative_entries', ['initiative_id'], unique=False)


def _initiative_constraints() -> None:
    op.create_table(
        'initiative_constraints',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('lifter_id', sa.Integer(), nullable=False),
        sa.Column('written_by_id', sa.Integer(), nullable=False),
        sa.Column('written_at', Moment(), nullable=False),
        sa.Column('lifted_at', Moment(), nullable=True),
        sa.Column('lifted_by_id', sa.Integer(), nullable=True),
        sa.Column('lift_note', sa.String(), nullable=True),
        sa.CheckConstraint("kind in ('budget', 'system', 'people', 'other')", name=op.f('ck_initiative_constraints_kind_known')),
        sa.CheckConstraint('(lifted_at is null) = (lift_note is null)', name=op.f('ck_initiative_constraints_lifted_in_words')),
        sa.CheckConstraint('length(text) > 0', name=op.f('ck_initiative_constraints_text_given')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_constraints_initiative_id')),
        sa.ForeignKeyConstraint(['lifted_by_id'], ['members.id'], name=op.f('fk_initiative_constraints_lifted_by_id')),
        sa.ForeignKeyConstraint(['lifter_id'], ['members.id'], name=op.f('fk_initiative_constraints_lifter_id')),
        sa.ForeignKeyConstraint(['written_by_id'], ['members.id'], name=op.f('fk_initiative_constraints_written_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_constraints'))
    )
    op.create_index('ix_initiative_constraints_initiative_id', 'initiative_constraints', ['initiative_id'], unique=False)
    op.create_index('ix_initiative_constraints_lifter_id', 'initiative_constraints', ['lifter_id'], unique=False)


def _initiative_health() -> None:
    op.create_table(
        'initiative_health',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('slot', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('health', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('at', Moment(), nullable=False),
        sa.CheckConstraint("health = 'on_track' or note is not null", name=op.f('ck_initiative_health_trouble_in_words')),
        sa.CheckConstraint("health in ('on_track', 'at_risk', 'off_track')", name=op.f('ck_initiative_health_health_known')),
        sa.CheckConstraint('slot in (1, 2, 3)', name=op.f('ck_initiative_health_slot_known')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_initiative_health_initiative_id')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_initiative_health_member_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative_health'))
    )
    op.create_index('ix_initiative_health_initiative_id', 'initiative_health', ['initiative_id'], unique=False)


def _blueprints() -> None:
    op.create_table(
        'blueprints',
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('signed_version', sa.Integer(), nullable=True),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('opened_by_id', sa.Integer(), nullable=False),
        sa.Column('opened_at', Moment(), nullable=False),
        sa.Column('changed_at', Moment(), nullable=False),
        sa.CheckConstraint('revision >= 0', name=op.f('ck_blueprints_revision_counted')),
        sa.CheckConstraint('signed_version between 1 and version', name=op.f('ck_blueprints_signed_was_written')),
        sa.CheckConstraint('version >= 1', name=op.f('ck_blueprints_version_counted')),
        sa.ForeignKeyConstraint(['initiative_id'], ['initiatives.id'], name=op.f('fk_blueprints_initiative_id')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['members.id'], name=op.f('fk_blueprints_opened_by_id')),
        sa.PrimaryKeyConstraint('initiative_id', name=op.f('pk_blueprints'))
    )


def _blueprint_citations() -> None:
    op.create_table(
        'blueprint_citations',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('subject_key', sa.String(), nullable=False),
        sa.Column('cited_by_id', sa.Integer(), nullable=False),
        sa.Column('cited_at', Moment(), nullable=False),
        sa.ForeignKeyConstraint(['cited_by_id'], ['members.id'], name=op.f('fk_blueprint_citations_cited_by_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_citations_initiative_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_citations')),
        sa.UniqueConstraint('initiative_id', 'version', 'subject_key', name=op.f('uq_blueprint_citations_initiative_id_version_subject_key'))
    )
    op.create_index('ix_blueprint_citations_subject_key', 'blueprint_citations', ['subject_key'], unique=False)


def _blueprint_drifts() -> None:
    op.create_table(
        'blueprint_drifts',
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('quarter', sa.String(), nullable=False),
        sa.Column('content', Json, nullable=False),
        sa.Column('made_at', Moment(), nullable=False),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_drifts_initiative_id')),
        sa.PrimaryKeyConstraint('initiative_id', 'quarter', name=op.f('pk_blueprint_drifts'))
    )


def _blueprint_points() -> None:
    op.create_table(
        'blueprint_points',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('process', sa.String(), nullable=False),
        sa.Column('system', sa.String(), nullable=False),
        sa.Column('detail', sa.String(), nullable=True),
        sa.Column('owner_1_id', sa.Integer(), nullable=False),
        sa.Column('owner_2_id', sa.Integer(), nullable=False),
        sa.Column('journey_stage', sa.String(), nullable=True),
        sa.Column('goal_id', sa.Integer(), nullable=True),
        sa.Column('unjustified_reason', sa.String(), nullable=True),
        sa.Column('added_at', Moment(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.CheckConstraint('(journey_stage is not null and goal_id is not null) <> (unjustified_reason is not null)', name=op.f('ck_blueprint_points_justified_or_marked')),
        sa.CheckConstraint('length(process) > 0 and length(system) > 0', name=op.f('ck_blueprint_points_named')),
        sa.CheckConstraint('owner_1_id <> owner_2_id', name=op.f('ck_blueprint_points_two_owners')),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_blueprint_points_goal_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_points_initiative_id')),
        sa.ForeignKeyConstraint(['journey_stage'], ['journey_stages.code'], name=op.f('fk_blueprint_points_journey_stage')),
        sa.ForeignKeyConstraint(['owner_1_id'], ['members.id'], name=op.f('fk_blueprint_points_owner_1_id')),
        sa.ForeignKeyConstraint(['owner_2_id'], ['members.id'], name=op.f('fk_blueprint_points_owner_2_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_points'))
    )
    op.create_index('ix_blueprint_points_goal_id', 'blueprint_points', ['goal_id'], unique=False)
    op.create_index('ix_blueprint_points_initiative_id', 'blueprint_points', ['initiative_id'], unique=False)


def _blueprint_requirements() -> None:
    op.create_table(
        'blueprint_requirements',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('side', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('detail', sa.String(), nullable=True),
        sa.Column('needed_by_on', sa.Date(), nullable=True),
        sa.Column('journey_stage', sa.String(), nullable=True),
        sa.Column('goal_id', sa.Integer(), nullable=True),
        sa.Column('unjustified_reason', sa.String(), nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('asker_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', Moment(), nullable=False),
        sa.Column('due_at', Moment(), nullable=True),
        sa.Column('answerer_id', sa.Integer(), nullable=True),
        sa.Column('answer', sa.String(), nullable=True),
        sa.Column('promised_on', sa.Date(), nullable=True),
        sa.Column('answered_at', Moment(), nullable=True),
        sa.Column('met_at', Moment(), nullable=True),
        sa.CheckConstraint("(state in ('asked', 'committed', 'countered')) = (due_at is not null)", name=op.f('ck_blueprint_requirements_open_has_clock')),
        sa.CheckConstraint("state in ('asked', 'committed', 'declined', 'countered', 'met', 'withdrawn')", name=op.f('ck_blueprint_requirements_state_known')),
        sa.CheckConstraint("state not in ('committed', 'countered', 'met') or promised_on is not null", name=op.f('ck_blueprint_requirements_promise_dated')),
        sa.CheckConstraint("state not in ('declined', 'countered') or answer is not null", name=op.f('ck_blueprint_requirements_answer_reasoned')),
        sa.CheckConstraint('(journey_stage is not null and goal_id is not null) <> (unjustified_reason is not null)', name=op.f('ck_blueprint_requirements_justified_or_marked')),
        sa.CheckConstraint('length(title) > 0', name=op.f('ck_blueprint_requirements_title_given')),
        sa.CheckConstraint('side in (1, 2)', name=op.f('ck_blueprint_requirements_side_known')),
        sa.ForeignKeyConstraint(['answerer_id'], ['members.id'], name=op.f('fk_blueprint_requirements_answerer_id')),
        sa.ForeignKeyConstraint(['asker_id'], ['members.id'], name=op.f('fk_blueprint_requirements_asker_id')),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_blueprint_requirements_goal_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_requirements_initiative_id')),
        sa.ForeignKeyConstraint(['journey_stage'], ['journey_stages.code'], name=op.f('fk_blueprint_requirements_journey_stage')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_requirements'))
    )
    op.create_index('ix_blueprint_requirements_due_at', 'blueprint_requirements', ['due_at'], unique=False, sqlite_where=sa.text('due_at is not null'), postgresql_where=sa.text('due_at is not null'))
    op.create_index('ix_blueprint_requirements_goal_id', 'blueprint_requirements', ['goal_id'], unique=False)
    op.create_index('ix_blueprint_requirements_initiative_id', 'blueprint_requirements', ['initiative_id'], unique=False)


def _blueprint_sources() -> None:
    op.create_table(
        'blueprint_sources',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('detail', sa.String(), nullable=True),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('personal_data', sa.Boolean(), nullable=False),
        sa.Column('individual', sa.Boolean(), nullable=False),
        sa.Column('journey_stage', sa.String(), nullable=True),
        sa.Column('goal_id', sa.Integer(), nullable=True),
        sa.Column('unjustified_reason', sa.String(), nullable=True),
        sa.Column('added_at', Moment(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.CheckConstraint('(journey_stage is not null and goal_id is not null) <> (unjustified_reason is not null)', name=op.f('ck_blueprint_sources_justified_or_marked')),
        sa.CheckConstraint('length(name) > 0', name=op.f('ck_blueprint_sources_name_given')),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_blueprint_sources_department_code')),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_blueprint_sources_goal_id')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_sources_initiative_id')),
        sa.ForeignKeyConstraint(['journey_stage'], ['journey_stages.code'], name=op.f('fk_blueprint_sources_journey_stage')),
        sa.ForeignKeyConstraint(['owner_id'], ['members.id'], name=op.f('fk_blueprint_sources_owner_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_sources'))
    )
    op.create_index('ix_blueprint_sources_goal_id', 'blueprint_sources', ['goal_id'], unique=False)
    op.create_index('ix_blueprint_sources_initiative_id', 'blueprint_sources', ['initiative_id'], unique=False)


def _blueprint_source_uses() -> None:
    op.create_table(
        'blueprint_source_uses',
        sa.Column('source_id', sa.Integer(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_blueprint_source_uses_department_code')),
        sa.ForeignKeyConstraint(['source_id'], ['blueprint_sources.id'], name=op.f('fk_blueprint_source_uses_source_id')),
        sa.PrimaryKeyConstraint('source_id', 'department_code', name=op.f('pk_blueprint_source_uses'))
    )


def _blueprint_definitions() -> None:
    op.create_table(
        'blueprint_definitions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('term', sa.String(), nullable=False),
        sa.Column('meaning', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('ratified_version', sa.Integer(), nullable=True),
        sa.Column('written_by_id', sa.Integer(), nullable=False),
        sa.Column('written_at', Moment(), nullable=False),
        sa.Column('removed_at', Moment(), nullable=True),
        sa.CheckConstraint('length(term) > 0 and length(meaning) > 0', name=op.f('ck_blueprint_definitions_defined')),
        sa.CheckConstraint('version >= 1', name=op.f('ck_blueprint_definitions_version_counted')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_definitions_initiative_id')),
        sa.ForeignKeyConstraint(['written_by_id'], ['members.id'], name=op.f('fk_blueprint_definitions_written_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_definitions'))
    )
    op.create_index('ix_blueprint_definitions_initiative_id', 'blueprint_definitions', ['initiative_id'], unique=False)


def _blueprint_definition_goals() -> None:
    op.create_table(
        'blueprint_definition_goals',
        sa.Column('definition_id', sa.Integer(), nullable=False),
        sa.Column('goal_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['definition_id'], ['blueprint_definitions.id'], name=op.f('fk_blueprint_definition_goals_definition_id')),
        sa.ForeignKeyConstraint(['goal_id'], ['goals.id'], name=op.f('fk_blueprint_definition_goals_goal_id')),
        sa.PrimaryKeyConstraint('definition_id', 'goal_id', name=op.f('pk_blueprint_definition_goals'))
    )
    op.create_index('ix_blueprint_definition_goals_goal_id', 'blueprint_definition_goals', ['goal_id'], unique=False)


def _blueprint_dialogues() -> None:
    op.create_table(
        'blueprint_dialogues',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('initiative_id', sa.Integer(), nullable=False),
        sa.Column('quarter', sa.String(), nullable=False),
        sa.Column('question', sa.Integer(), nullable=False),
        sa.Column('opened_at', Moment(), nullable=False),
        sa.Column('opened_by_id', sa.Integer(), nullable=False),
        sa.Column('due_1_at', Moment(), nullable=False),
        sa.Column('due_2_at', Moment(), nullable=False),
        sa.Column('revealed_at', Moment(), nullable=True),
        sa.CheckConstraint('question between 1 and 4', name=op.f('ck_blueprint_dialogues_question_known')),
        sa.ForeignKeyConstraint(['initiative_id'], ['blueprints.initiative_id'], name=op.f('fk_blueprint_dialogues_initiative_id')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['members.id'], name=op.f('fk_blueprint_dialogues_opened_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_dialogues')),
        sa.UniqueConstraint('initiative_id', 'quarter', 'question', name=op.f('uq_blueprint_dialogues_initiative_id_quarter_question'))
    )
    op.create_index('uq_blueprint_dialogues_blind', 'blueprint_dialogues', ['initiative_id', 'question'], unique=True, sqlite_where=sa.text('revealed_at is null'), postgresql_where=sa.text('revealed_at is null'))


def _blueprint_answers() -> None:
    op.create_table(
        'blueprint_answers',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('dialogue_id', sa.Integer(), nullable=False),
        sa.Column('side', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('rating', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('answered_at', Moment(), nullable=False),
        sa.CheckConstraint('length(text) > 0', name=op.f('ck_blueprint_answers_text_given')),
        sa.CheckConstraint('rating between 1 and 5', name=op.f('ck_blueprint_answers_rating_in_range')),
        sa.CheckConstraint('side in (1, 2)', name=op.f('ck_blueprint_answers_side_known')),
        sa.ForeignKeyConstraint(['dialogue_id'], ['blueprint_dialogues.id'], name=op.f('fk_blueprint_answers_dialogue_id')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_blueprint_answers_member_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_answers')),
        sa.UniqueConstraint('dialogue_id', 'member_id', name=op.f('uq_blueprint_answers_dialogue_id_member_id')),
        sa.UniqueConstraint('dialogue_id', 'side', name=op.f('uq_blueprint_answers_dialogue_id_side'))
    )


def _blueprint_differences() -> None:
    op.create_table(
        'blueprint_differences',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('dialogue_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('task_key', sa.String(), nullable=True),
        sa.Column('noted_by_id', sa.Integer(), nullable=False),
        sa.Column('noted_at', Moment(), nullable=False),
        sa.CheckConstraint('length(text) > 0', name=op.f('ck_blueprint_differences_text_given')),
        sa.ForeignKeyConstraint(['dialogue_id'], ['blueprint_dialogues.id'], name=op.f('fk_blueprint_differences_dialogue_id')),
        sa.ForeignKeyConstraint(['noted_by_id'], ['members.id'], name=op.f('fk_blueprint_differences_noted_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blueprint_differences')),
        sa.UniqueConstraint('dialogue_id', name=op.f('uq_blueprint_differences_dialogue_id'))
    )


def _pulses() -> None:
    op.create_table(
        'pulses',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('questions', Json, nullable=False),
        sa.Column('minimum', sa.Integer(), nullable=False),
        sa.Column('secret', sa.String(), nullable=True),
        sa.Column('opened_by_id', sa.Integer(), nullable=True),
        sa.Column('opened_at', Moment(), nullable=False),
        sa.Column('closes_at', Moment(), nullable=False),
        sa.Column('remind_at', Moment(), nullable=True),
        sa.Column('ended_at', Moment(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at is null)", name=op.f('ck_pulses_ended_has_time')),
        sa.CheckConstraint("(state = 'open') = (secret is not null)", name=op.f('ck_pulses_secret_while_open')),
        sa.CheckConstraint("state in ('open', 'closed', 'cancelled')", name=op.f('ck_pulses_state_known')),
        sa.CheckConstraint('closes_at > opened_at', name=op.f('ck_pulses_moments_ordered')),
        sa.CheckConstraint('minimum >= 4', name=op.f('ck_pulses_groups_of_four')),
        sa.ForeignKeyConstraint(['opened_by_id'], ['members.id'], name=op.f('fk_pulses_opened_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pulses'))
    )
    op.create_index('uq_pulses_open', 'pulses', ['state'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))


def _pulse_askings() -> None:
    op.create_table(
        'pulse_askings',
        sa.Column('pulse_id', sa.Integer(), nullable=False),
        sa.Column('member_id', sa.Integer(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.Column('side', sa.String(), nullable=False),
        sa.Column('answered', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_pulse_askings_department_code')),
        sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_pulse_askings_member_id')),
        sa.ForeignKeyConstraint(['pulse_id'], ['pulses.id'], name=op.f('fk_pulse_askings_pulse_id')),
        sa.PrimaryKeyConstraint('pulse_id', 'member_id', name=op.f('pk_pulse_askings'))
    )
    op.create_index('ix_pulse_askings_member_id', 'pulse_askings', ['member_id'], unique=False)


def _pulse_answers() -> None:
    op.create_table(
        'pulse_answers',
        sa.Column('token', sa.String(), nullable=False),
        sa.Column('pulse_id', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['pulse_id'], ['pulses.id'], name=op.f('fk_pulse_answers_pulse_id')),
        sa.PrimaryKeyConstraint('token', name=op.f('pk_pulse_answers'))
    )
    op.create_index(op.f('ix_pulse_answers_pulse_id'), 'pulse_answers', ['pulse_id'], unique=False)


def _pulse_counts() -> None:
    op.create_table(
        'pulse_counts',
        sa.Column('pulse_id', sa.Integer(), nullable=False),
        sa.Column('side', sa.String(), nullable=False),
        sa.Column('department_code', sa.String(), nullable=False),
        sa.Column('question', sa.String(), nullable=False),
        sa.Column('rating', sa.Integer(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.CheckConstraint('n > 0', name=op.f('ck_pulse_counts_counted')),
        sa.CheckConstraint('rating between 1 and 5', name=op.f('ck_pulse_counts_rating_in_range')),
        sa.ForeignKeyConstraint(['pulse_id'], ['pulses.id'], name=op.f('fk_pulse_counts_pulse_id')),
        sa.PrimaryKeyConstraint('pulse_id', 'side', 'department_code', 'question', 'rating', name=op.f('pk_pulse_counts'))
    )
