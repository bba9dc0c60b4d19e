"""Proposed routes in Slack: the card before those who may take them, and the news to whoever proposed them. They are taken on
the page, where everything that would change is seen first."""

from __future__ import annotations

from collab.approvals.messages import proposals as words
from collab.approvals.messages.proposals import ProposalNow
from collab.approvals.queries import proposals as known
from collab.approvals.service.proposing import PROPOSED, TOLD
from collab.approvals.service.routes import SUBJECT
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.slack import identity


def install() -> None:
    """Make both messages known."""
    add_kind(MessageKind(PROPOSED, asked, repainted, line, must_arrive=True, name="routes.message.proposed"))
    add_kind(MessageKind(TOLD, repainted, line=line, name="routes.message.told"))


def asked(envelope: Envelope) -> Rendered | None:
    """The proposal, while its reader may take it."""
    now = _of(envelope)
    return words.card(now, envelope.reader) if now and now.asks and now.state == "open" else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The proposal as it stands now."""
    now = _of(envelope)
    return words.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The proposal in one line of a bundle."""
    now = _of(envelope)
    return Line(SUBJECT, words.line(now, envelope.reader), now.state == "open") if now else None


def _of(envelope: Envelope) -> ProposalNow | None:
    try:
        row = known.find_proposal(int(envelope.args["proposal"]))
    except NotFound:
        return None
    named = people.names_of(member for member in (row.proposed_by_id, row.decided_by_id) if member)
    reader, viewer = envelope.reader, envelope.recipient
    asks = viewer is not None and permits.allows("routes.take", known.relations_to(viewer, row), row.state)
    return ProposalNow(
        row.id, row.state, row.reason, reader.name(named[row.proposed_by_id]), row.proposed_at,
        identity.address(f"{known.PAGE}/{row.id}"), asks,
        reader.name(named[row.decided_by_id]) if row.decided_by_id else "", row.comment or "",
        int(envelope.args.get("tried", 0)), int(envelope.args.get("changed", 0)),
    )  # fmt: skip
