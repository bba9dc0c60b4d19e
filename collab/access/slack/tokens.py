"""The word to a token's owner that it ends soon."""

from __future__ import annotations

from collab.access.queries.keys import find_live_token
from collab.outbox.registry import Envelope, Line, Rendered
from collab.slack import blocks, identity


def rendered(envelope: Envelope) -> Rendered | None:
    """Which token, until when, and where to make another; nothing once it is revoked or over."""
    text = _said(envelope)
    if text is None:
        return None
    page = blocks.button(
        envelope.reader.say("access.expiring.page"), "access.page", "tokens", url=identity.address("/me/access")
    )
    return Rendered(text, [blocks.section(blocks.escape(text)), blocks.actions(page)])


def line(envelope: Envelope) -> Line | None:
    """The same in a bundle."""
    text = _said(envelope)
    return Line(envelope.subject_key, blocks.escape(text), open=True) if text else None


def _said(envelope: Envelope) -> str | None:
    found = find_live_token(int(envelope.args["token"]), envelope.now)
    mine = envelope.recipient is not None and found is not None and found.member_id == envelope.recipient.id
    if found is None or not mine:
        return None
    return envelope.reader.say("access.expiring.text", label=found.label, at=found.expires_at)
