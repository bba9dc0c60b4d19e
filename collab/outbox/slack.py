"""The outbox's own messages, put together: lines gathered from the kinds they belong to, names, addresses."""

from __future__ import annotations

from collab.kernel.i18n import Reader
from collab.outbox import messages, queries
from collab.outbox.registry import Envelope, Line, Rendered, line_of, logged
from collab.outbox.rules.groups import members_of
from collab.slack import identity

INBOX = "/"


def bundled(envelope: Envelope) -> Rendered | None:
    """Several messages as one; None when there is nothing left to do in any of them."""
    lines = _lines(envelope)
    return _bundle(lines, envelope) if any(line.open for line in lines) else None


def repainted_bundle(envelope: Envelope) -> Rendered | None:
    """The same as it stands now."""
    lines = _lines(envelope)
    return _bundle(lines, envelope) if lines else None


def trouble(envelope: Envelope) -> Rendered | None:
    """For an administrator: whom Slack does not reach, and why."""
    error, address = envelope.args["error"], identity.address(messages.DELIVERY)
    found, said = messages.explained(error), messages.in_trouble(_who(envelope, envelope.reader), error)
    now = messages.Trouble(said, found.cause, found.remedy, address)
    return messages.trouble(now, envelope.reader)


def _bundle(lines: list[Line], envelope: Envelope) -> Rendered:
    return messages.bundle(lines, envelope.reader, identity.address(INBOX))


def _lines(envelope: Envelope) -> list[Line]:
    """One line per subject and kind: of two cards about the same thing, the newest."""
    found: dict[tuple[str, str], Line] = {}
    for part in queries.list_parts(envelope.message or 0):
        with logged(part):
            line = line_of(part, envelope.recipient, envelope.reader, envelope.now)
            if line is not None:
                found[part.kind, line.text] = line
    return list(found.values())


def _who(envelope: Envelope, reader: Reader) -> str:
    member, channel = envelope.args.get("member"), envelope.args.get("channel")
    people = (member,) if member is not None else members_of(channel)
    found = [actor for each in people if (actor := identity.actor_of(each)) is not None]
    return reader.say("list.comma").join(actor.name(reader.locale) for actor in found)
