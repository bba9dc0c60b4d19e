"""What Slack says about approvals."""

from __future__ import annotations

from collab.kernel.errors import Text
from collab.outbox.registry import Envelope, Rendered
from collab.slack import blocks
from collab.subjects.registry import registry


def asked(envelope: Envelope) -> Rendered | None:
    """The card put before somebody who must decide."""
    return card(envelope)


def card(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    face = registry.kind_of(envelope.subject_key).face(envelope.subject_key)
    if face is None:
        return None
    line = envelope.reader.say(Text("approval.ask.approve"))
    text = f"{line}: {envelope.subject_key} {face.title}"
    return Rendered(text, [blocks.section(blocks.escape(text))])


def told(envelope: Envelope) -> Rendered | None:
    """News for the requester."""
    text = f"{envelope.subject_key}: {envelope.args['verb']}"
    return Rendered(text, [blocks.section(blocks.escape(text))])
