"""A card as it stands now for one reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.incidents import messages, queries
from collab.incidents.messages import BUTTONS, CardNow
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity

OVER = ("closed", "reviewed", "false_alarm")


def paged(envelope: Envelope) -> Rendered | None:
    """The page: put before everybody who belongs to it, as long as somebody is needed."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now and now.state not in OVER else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def late(envelope: Envelope) -> Rendered | None:
    """Nobody took it, or the public has no answer, and the minutes are over; nothing once that is done."""
    now = _of(envelope)
    wait = str(envelope.args.get("wait", "")).rpartition(":")[2]
    done = now is None or now.state in OVER or (now.taken_by if wait == "ack" else now.answered_by)
    return None if done or now is None else messages.card(now, envelope.reader)


def review_late(envelope: Envelope) -> Rendered | None:
    """The after-review is due; nothing once it is done."""
    incident, now = queries.find_incident(envelope.subject_key), _of(envelope)
    return messages.card(now, envelope.reader) if now and incident and incident.state == "closed" else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    return Line(now.key, messages.card_line(now, envelope.reader), now.state not in OVER, look=messages.LOOK)


def told(envelope: Envelope) -> Rendered | None:
    """News for whoever raised it."""
    now, who = _of(envelope), _by(envelope)
    return (
        messages.told(now, envelope.args["verb"], who, envelope.args.get("said") or "", envelope.reader)
        if now
        else None
    )


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now, who = _of(envelope), _by(envelope)
    said = messages.told_line(now, envelope.args["verb"], who, envelope.reader) if now else ""
    return Line(now.key, said, open=True) if now else None


def _by(envelope: Envelope) -> str:
    by = envelope.args.get("by")
    return envelope.reader.name(people.names_of([by])[by]) if by else ""


def _of(envelope: Envelope) -> CardNow | None:
    incident = queries.find_incident(envelope.subject_key)
    return card_for(incident, envelope.recipient, envelope.reader, envelope.now) if incident else None


def card_for(incident: Any, viewer: Actor | None, reader: Reader, now: datetime) -> CardNow | None:
    """What a card about an incident shows `viewer`; nothing to whoever may not see it."""
    here = queries.relations(viewer, incident) if viewer else frozenset()
    if viewer and not permits.allows("incident.show", here, incident.state):
        return None
    named = queries.names(incident)
    units = {row.code: reader.name(row) for row in people.list_departments()}

    def name(member: int | None) -> str:
        return reader.name(named[member]) if member else ""

    return CardNow(
        incident.key, identity.address(f"/incidents/{incident.key}"), incident.title, incident.text, incident.link or "",
        incident.state, units[incident.department_code], name(incident.raised_by_id), incident.since_at,
        incident.reply_due_at, now, name(incident.taken_by_id), incident.taken_at, name(incident.answered_by_id),
        incident.answered_at, [(one.role, name(one.member)) for one in queries.list_people(incident)],
        frozenset(verb for verb in BUTTONS if permits.allows(f"incident.{verb}", here, incident.state)),
    )  # fmt: skip
