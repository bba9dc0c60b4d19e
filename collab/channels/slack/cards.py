"""What stands in a shared channel, looked at again when it is about to be sent: what is narrowed by then is not told."""

from __future__ import annotations

from collab.audit.queries import list_after
from collab.channels import messages, queries
from collab.channels.rules import MUTE, ChannelView
from collab.channels.service import CARD, HELLO, LOST, NEWS
from collab.outbox.registry import Envelope, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.slack import identity
from collab.subjects.queries import audit_seq
from collab.subjects.rules import all_of

PAGE = "/channels"


def install() -> None:
    """Make the kinds known."""
    add_kind(MessageKind(CARD, card, repaint=repainted, name="channel.message.card"))
    add_kind(MessageKind(NEWS, news, name="channel.message.news"))
    add_kind(MessageKind(HELLO, hello, name="channel.message.hello"))
    add_kind(MessageKind(LOST, lost, name="channel.message.lost", asks=True))


def card(envelope: Envelope) -> Rendered | None:
    """A subject's card, unless the channel is disconnected or the subject is not for everybody."""
    channel = _channel(envelope)
    shown = queries.find_shown(channel, envelope.subject_key, envelope.now) if channel else None
    if channel is None or shown is None:
        return None
    return messages.card(shown, identity.address(shown.summary.path), channel.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The same as it stands now. A disconnected channel keeps what it has, unless that is not for everybody any more."""
    channel = queries.find_channel(envelope.args["channel"])
    if channel is None:
        return None
    shown = queries.find_shown(channel, envelope.subject_key, envelope.now)
    if shown is None:
        return messages.narrowed(channel.reader)
    if channel.closed_at is not None:
        return None
    return messages.card(shown, identity.address(shown.summary.path), channel.reader)


def news(envelope: Envelope) -> Rendered | None:
    """One thing that happened, below the card; nothing once the channel does not want to hear of it."""
    channel, key, seq = _channel(envelope), envelope.subject_key, int(envelope.args["seq"])
    if channel is None or _is_muted(channel, key):
        return None
    shown = queries.find_shown(channel, key, envelope.now)
    what = next((one for one in queries.told(list_after({key: seq - 1})[:1])), None)
    if shown is None or what is None or what.seq != seq:
        return None
    return messages.news(shown, what, channel.reader, newest=audit_seq(key) == seq)


def hello(envelope: Envelope) -> Rendered | None:
    """The first words in a channel."""
    channel = _channel(envelope)
    by = people.names_of([envelope.args["by"]]).get(envelope.args["by"])
    return messages.hello(channel, queries.whose(channel.settings), by, channel.reader) if channel and by else None


def lost(envelope: Envelope) -> Rendered | None:
    """For whoever connected a channel that Slack refuses; nothing once it is connected again."""
    channel = queries.find_channel(envelope.args["channel"])
    if channel is None or queries.find_open(channel.team, channel.channel) is not None:
        return None
    return messages.lost(channel.name, envelope.args["problem"], identity.address(PAGE), envelope.reader)


def _channel(envelope: Envelope) -> ChannelView | None:
    found = queries.find_channel(envelope.args["channel"])
    return found if found and found.closed_at is None else None


def _is_muted(channel: ChannelView, key: str) -> bool:
    wishes = queries.listener_of(channel).wishes
    return (wishes.get(key) or wishes.get(all_of(key))) == MUTE
