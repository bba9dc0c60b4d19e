"""Proposed route books, those who may take them, and the submissions a change is tried on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Table, case, select

from collab.approvals.models import Round, RouteProposal, RouteVersion
from collab.approvals.rules.when import Facts
from collab.controls.registry import Elsewhere
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import only_where

_proposals: Table = RouteProposal.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
PREFIX, PAGE = "RP", "/routes/proposals"
LOOK_BACK, MOST_TRIED = timedelta(days=90), 2000
"""How far back a change is tried, and on how many submissions at most (the newest)."""


def newest_version() -> AnyRow | None:
    """Number, digest and moment of the version in force; None before any was taken."""
    columns = (RouteVersion.id, RouteVersion.digest, RouteVersion.imported_at, RouteVersion.imported_by)
    return db.session.execute(select(*columns).order_by(RouteVersion.id.desc()).limit(1)).one_or_none()


def get_proposal(viewer: Actor, proposal: int) -> AnyRow:
    """One proposal; whether there is one is for those to know who may see it. Raises NotAllowed, NotFound."""
    row = db.session.execute(select(_proposals).where(_proposals.c.id == proposal)).one_or_none()
    permits.check("routes.proposals", relations_to(viewer, row) if row else viewer.roles)
    if row is None:
        raise NotFound
    return row


def find_proposal(proposal: int) -> AnyRow:
    """One proposal, whoever asks. Raises NotFound."""
    row = db.session.execute(select(_proposals).where(_proposals.c.id == proposal)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_proposals(viewer: Actor, *, offset: int = 0, limit: int = 20) -> tuple[Sequence[AnyRow], int]:
    """Proposals, open ones first, then the newest; and how many there are. Raises NotAllowed."""
    permits.check("routes.proposals", viewer.roles)
    is_over = case((_proposals.c.state == "open", 0), else_=1)
    every = select(_proposals).order_by(is_over, _proposals.c.id.desc())
    total = db.session.query(RouteProposal).count()
    return db.session.execute(every.offset(offset).limit(limit)).all(), total


def relations_to(member: Actor, proposal: AnyRow) -> frozenset[str]:
    """What a member is to a proposal."""
    return member.roles | ({"proposer"} if proposal.proposed_by_id == member.id else frozenset())


def takers(proposal: AnyRow, now: datetime) -> list[int]:
    """Who may take a proposal: the second person a change needs."""
    return [
        actor.id
        for actor in people.list_actors(now)
        if actor.active and permits.allows("routes.take", relations_to(actor, proposal), proposal.state)
    ]


@only_where(select(_proposals.c.id).where(_proposals.c.state == "open"))
def proposal_inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Proposals these members may take, or decline."""
    takers = [member for member in members if permits.allows("routes.take", member.roles, "open")]
    if not takers:
        return {}
    rows = db.session.execute(select(_proposals).where(_proposals.c.state == "open").order_by(_proposals.c.id)).all()
    named = people.names_of(row.proposed_by_id for row in rows)
    return by_member(
        (member.id, _row(row, named[row.proposed_by_id]))
        for member in takers
        for row in rows
        if permits.allows("routes.take", relations_to(member, row), row.state)
    )


def waiting_routes(viewer: Actor) -> list[Elsewhere]:
    """Proposed routes that wait for a second person, as the list of changes names them."""
    rows = db.session.execute(select(_proposals).where(_proposals.c.state == "open").order_by(_proposals.c.id)).all()
    seen = [row for row in rows if permits.allows("routes.proposals", relations_to(viewer, row))]
    named = people.names_of(row.proposed_by_id for row in seen)
    return [
        Elsewhere(row.reason, f"{PAGE}/{row.id}", named[row.proposed_by_id], row.proposed_at) for row in seen
    ]  # fmt: skip


def _row(proposal: AnyRow, by: people.Named) -> InboxRow:
    return InboxRow(
        key=key_of(PREFIX, proposal.id), ask=Text("routes.proposal.ask"), title=proposal.reason, path=f"{PAGE}/{proposal.id}",
        since=proposal.proposed_at, by_en=by.name_en, by_ja=by.name_ja,
    )  # fmt: skip


def list_submissions(now: datetime) -> Iterator[tuple[AnyRow, Facts | None]]:
    """The submissions of the last 90 days, the newest first, with their facts; None where these were not kept yet."""
    columns = (_rounds.c.subject_key, _rounds.c.number, _rounds.c.requester_id, _rounds.c.barred, _rounds.c.route)
    rows = db.session.execute(
        select(*columns).where(_rounds.c.opened_at > now - LOOK_BACK).order_by(_rounds.c.id.desc()).limit(MOST_TRIED)
    )
    for row in rows:
        try:
            yield row, Facts.from_json(row.route["facts"])
        except (KeyError, TypeError):
            yield row, None


def files_of(version: int | None) -> list[str]:
    """The files of a version; none where there was none."""
    return list(db.session.scalar(select(RouteVersion.files).where(RouteVersion.id == version)) or [])
