"""A card as it stands now for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.initiatives import messages, queries
from collab.initiatives.messages import CardNow, News, SideNow
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.subject import face as face_of
from collab.initiatives.rules.moves import SIDES
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity

VERBS = ("start", "health", "close")
LISTS = ("came", "went")
"""Arguments of the news that name members."""


def told(envelope: Envelope) -> Rendered | None:
    """News of an initiative."""
    now = _of(envelope)
    return messages.told(now, news_of(envelope), envelope.reader) if now else None


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    words = messages.told_line(now, news_of(envelope), envelope.reader)
    return Line(now.key, words, open=True, look=messages.LOOK)


def news_of(envelope: Envelope) -> News:
    """What was done, with members by name and codes in words."""
    args, reader = dict(envelope.args), envelope.reader
    listed = {name: [int(one) for one in args.get(name) or ()] for name in LISTS}
    by = args.pop("by", None)
    named = people.names_of([*([by] if by else []), *(one for some in listed.values() for one in some)])
    more = {name: [named[one] for one in some if one in named] for name, some in listed.items()}
    words = {"result": "initiative.result", "health": "web.status", "choice": "initiative.pilot.choice"}
    said = {name: reader.say(f"{at}.{args[name]}") for name, at in words.items() if args.get(name)}
    plain = {name: value for name, value in args.items() if name not in ("verb", "said", *LISTS)}
    who = reader.name(named[by]) if by in named else ""
    return News(str(args["verb"]), who, args.get("said") or "", {**plain, **more, **said})


def _of(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader)


def card_for(key: str, viewer: Actor | None, reader: Reader) -> CardNow | None:
    """What a card shows `viewer`; nothing to whoever may not see it. Without one it is for a channel: no health, no buttons."""
    found = queries.find_initiative(key)
    here = queries.relations_of(viewer, found) if found and viewer else frozenset()
    if found is None or (viewer and not permits.allows("initiative.show", here)):
        return None
    face = face_of(key, viewer)
    if face is None:
        return None
    inside = viewer is not None and not viewer.is_partner
    return CardNow(
        key, identity.address(face.path), face, found.state, tuple(_sides(found, reader)) if inside else (),
        inside and apart(found), frozenset(_can(found, here)),
    )  # fmt: skip


def apart(found: InitiativeView) -> bool:
    """Whether the two sides say different things of how it goes."""
    return len({held.health for held in found.leads if held.slot in SIDES and held.health}) > 1


def _can(found: InitiativeView, here: frozenset[str]) -> Iterable[str]:
    return (verb for verb in VERBS if permits.allows(f"initiative.{verb}", here, found.state))


def _sides(found: InitiativeView, reader: Reader) -> Iterable[SideNow]:
    names = people.names_of(held.member for held in found.leads)
    units: dict[str, Any] = {row.code: row for row in people.list_departments()}
    for held in found.leads:
        who, home = names.get(held.member), units.get(held.department)
        unit = reader.name(home) if home is not None else held.department
        yield SideNow(
            reader.say(f"initiative.area.{held.area}") if held.area else unit, reader.name(who) if who else "–", held.health,
            held.health_note or "",
        )  # fmt: skip


def for_viewer(key: str, viewer: Actor, reader: Reader, _now: datetime | None = None) -> Rendered | None:
    """The present card for somebody who asked for it."""
    found = card_for(key, viewer, reader)
    return messages.card(found, reader) if found else None
