"""The message that carries an issue, put together as it is true when it goes out."""

from __future__ import annotations

from datetime import datetime

from collab.channels import queries as channels
from collab.channels.queries.showing import ORDINARY
from collab.digests import service
from collab.digests.messages import slack
from collab.digests.queries import Edition
from collab.digests.rules.needs import Needs
from collab.digests.service import reading
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Rendered
from collab.slack import identity


def issue(envelope: Envelope) -> Rendered | None:
    """An issue for its member or channel; None when a later one says what matters, or nothing is left to say."""
    edition = service.take_to_say(envelope)
    if edition is None:
        return None
    return _of_channel(edition, envelope) if edition.channel_id is not None else _of_member(edition, envelope)


def _of_member(edition: Edition, envelope: Envelope) -> Rendered | None:
    member, how = envelope.recipient, envelope.reader
    if member is None:
        return None
    return rendered(edition, service.freeze(edition, member, envelope.now), member, how, envelope.now)


def rendered(edition: Edition, needs: Needs, member: Actor, how: Reader, now: datetime) -> Rendered | None:
    """A member's issue as a message; None: nothing is left to say."""
    read = reading.own(edition, needs, member, how, now, address=identity.address)
    return None if read.issue.is_empty else slack.message(read.issue, how)


def _of_channel(edition: Edition, envelope: Envelope) -> Rendered | None:
    """In a channel everybody reads along: only what the whole company may see."""
    channel = channels.find_channel(edition.channel_id or 0)
    if channel is None or channel.closed_at is not None:
        return None
    read = reading.of_channel(edition, ORDINARY, channel.reader, envelope.now, address=identity.address)
    return None if read.issue.is_empty else slack.message(read.issue, channel.reader)
