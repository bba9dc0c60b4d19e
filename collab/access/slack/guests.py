"""Whoever invited a guest is asked, a week before, whether they stay on: the page does it by one press."""

from __future__ import annotations

from datetime import date

from collab.access.queries import invitations as queries
from collab.kernel import clock
from collab.kernel.company import company
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people.queries import guests
from collab.slack import blocks, identity


def ending(envelope: Envelope) -> Rendered | None:
    """The guest, the partner, the last day; None once they stay longer or are gone."""
    if not _open(envelope):
        return None
    how = envelope.reader
    said = _said(envelope)
    go = blocks.button(how.say("invitation.slack.look"), "access.page", "look", url=identity.address(queries.PAGE))
    shown = [
        blocks.section(blocks.escape(said)),
        blocks.context(how.say("invitation.slack.silence")),
        blocks.actions(go),
    ]
    return Rendered(said, shown)


def line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    return Line(envelope.subject_key, blocks.escape(_said(envelope)), _open(envelope))


def _open(envelope: Envelope) -> bool:
    """Whether the last day is still the one the message is about, and still to come."""
    stay, until_on = queries.find_stay(envelope.args["guest"]), date.fromisoformat(envelope.args["until_on"])
    here = stay is not None and stay.ended_at is None and stay.until_on == until_on
    return here and until_on >= clock.day_in(envelope.now, company().zone)


def _said(envelope: Envelope) -> str:
    how, guest = envelope.reader, guests.find_guest(envelope.args["guest"])
    firm = guests.find_partner(guest.partner) if guest and guest.partner else None
    until_on = date.fromisoformat(envelope.args["until_on"])
    return how.say("invitation.slack.ending", guest=guest, firm=firm, day=until_on)
