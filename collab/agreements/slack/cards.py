"""A card as it stands now for one reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.agreements import messages, queries
from collab.agreements.messages import CardNow, News
from collab.agreements.rules import ACTIVE, PROPOSED
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity


def asked(envelope: Envelope) -> Rendered | None:
    """To agree; nothing once it is no proposal any more, or theirs to agree to."""
    now = _of(envelope)
    return messages.card(now, envelope.reader, ask="agree") if now and "agree" in now.can else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """Before any superior hears: delivered now, a new date, or into other hands. Nothing once it came."""
    now = _of(envelope)
    if now is None or "deliver" not in now.can or _moved_on(envelope, now):
        return None
    return messages.card(now, envelope.reader, ask="deliver")


def _moved_on(envelope: Envelope, now: CardNow) -> bool:
    """Whether what this card was about has come, or got another date, before anybody read it."""
    slot = envelope.args.get("slot")
    return bool(slot and now.due_at and datetime.fromisoformat(slot) < now.due_at)


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    return Line(now.key, messages.card_line(now, envelope.reader), bool(now.can), look=messages.LOOK)


def told(envelope: Envelope) -> Rendered | None:
    """News for the other side."""
    now = _of(envelope)
    return messages.told(now, _news(envelope), envelope.reader) if now else None


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, messages.told_line(now, _news(envelope), envelope.reader), open=True) if now else None


def _news(envelope: Envelope) -> News:
    args, reader = envelope.args, envelope.reader
    named = people.names_of(one for one in (args.get("by"), args.get("to")) if one)
    by, to = named.get(args.get("by", 0)), named.get(args.get("to", 0))
    more = {"to": reader.name(to)} if to else {}
    if args.get("until"):
        more["until"] = reader.show(datetime.fromisoformat(args["until"]))
    return News(args["verb"], reader.name(by) if by else "", args.get("said") or "", args.get("link") or "", more)


def _of(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.now)


def card_for(key: str, viewer: Actor | None, now: datetime) -> CardNow | None:
    """What a card about an agreement shows `viewer`; nothing to whoever may not see it."""
    agreement, face = queries.find_agreement(key), queries.face(key, viewer)
    if agreement is None or face is None or (viewer and not permits.allows("agreement.show", viewer.roles)):
        return None
    running = agreement.state == ACTIVE and agreement.due_at is not None
    return CardNow(
        key, identity.address(face.path), face, agreement.state, agreement.due_on, agreement.due_at if running else None,
        running and agreement.due_at is not None and agreement.due_at < now, _last(agreement),
        _can(agreement, viewer, now) if viewer else frozenset(),
    )  # fmt: skip


def _can(agreement: Any, viewer: Actor, now: datetime) -> frozenset[str]:
    """The verbs worth a button: what is permitted, and has something to act on."""
    here = queries.relations(viewer, agreement, now)
    last = queries.last_delivery(agreement)
    fresh = last is not None and last.state == "delivered" and last.delivered_by_id != viewer.id
    agreed = agreement.giver_agreed_at if agreement.giver_id == viewer.id else agreement.receiver_agreed_at
    worth = {
        "agree": agreement.state == PROPOSED and agreed is None,
        "deliver": agreement.due_at is not None,
        "postpone": agreement.due_at is not None,
        "handover": agreement.state == ACTIVE and bool({"giver", "giver_lead"} & here),
        "confirm": fresh,
        "dispute": fresh and agreement.end_reason is None,
    }
    return frozenset(
        verb for verb, so in worth.items() if so and permits.allows(f"agreement.{verb}", here, agreement.state)
    )


def _last(agreement: Any) -> Text | None:
    delivery = queries.last_delivery(agreement)
    if delivery is None:
        return None
    who = people.names_of([delivery.delivered_by_id])[delivery.delivered_by_id]
    return Text(f"agreement.last.{delivery.state}", {"who": who, "at": delivery.delivered_at})


def for_viewer(key: str, viewer: Actor, reader: Reader, now: datetime) -> Rendered | None:
    """The present card for somebody who asked for it."""
    found = card_for(key, viewer, now)
    return messages.card(found, reader) if found else None
