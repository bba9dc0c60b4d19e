"""Telling of a comment. Looked at again when it is about to be sent: whoever may not see it by then is not told."""

from __future__ import annotations

from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.slack import identity
from collab.subjects.queries import get_summary
from collab.threads import messages, queries
from collab.threads.messages import News


def install() -> None:
    """Make the two kinds known."""
    add_kind(MessageKind("thread.mentioned", mentioned, line=mentioned_line, name="thread.message.mentioned"))
    add_kind(MessageKind("thread.told", told, line=told_line, name="thread.message.told"))


def mentioned(envelope: Envelope) -> Rendered | None:
    """For somebody a comment names; nothing once it names them no more, or is withdrawn."""
    return _rendered(envelope, "mentioned")


def told(envelope: Envelope) -> Rendered | None:
    """For the other side of a subject, or whoever is answered."""
    return _rendered(envelope, "told")


def mentioned_line(envelope: Envelope) -> Line | None:
    """The same in a line of a bundle."""
    return _line(envelope, "mentioned")


def told_line(envelope: Envelope) -> Line | None:
    """The same in a line of a bundle."""
    return _line(envelope, "told")


def _rendered(envelope: Envelope, how: str) -> Rendered | None:
    news = _news(envelope, how)
    if news is None or envelope.recipient is None:
        return None
    may_reply = permits.allows("thread.comment", queries.relations(envelope.recipient))
    return messages.told(news, envelope.reader, may_reply=may_reply)


def _line(envelope: Envelope, how: str) -> Line | None:
    news = _news(envelope, how)
    return Line(news.key, messages.told_line(news, envelope.reader), open=True) if news else None


def _news(envelope: Envelope, how: str) -> News | None:
    """What there is to say to this recipient by now."""
    if envelope.recipient is None:
        return None
    try:
        said = queries.get_comment(envelope.recipient, envelope.args["comment"])
        summary = get_summary(envelope.recipient, said.key)
    except NotFound:
        return None
    if said.withdrawn_at is not None:
        return None
    if how == "mentioned" and envelope.recipient.id not in {named.id for named in said.mentioned}:
        return None
    address = identity.address(f"/threads/{said.key}#comment-{said.id}")
    who = envelope.reader.name(said.author)
    return News(how, said.key, said.id, summary.title, address, who, said.body, len(said.files))
