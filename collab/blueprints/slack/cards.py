"""The card of a requirement as it stands now for one reader."""

from __future__ import annotations

from datetime import datetime

from collab.blueprints.messages import requirements as messages
from collab.blueprints.messages.requirements import RequirementNow
from collab.blueprints.queries.blueprints import find_row, may_see
from collab.blueprints.queries.items import RequirementView
from collab.blueprints.queries.waiting import facts_of, of_wait, path_of, waits_for
from collab.blueprints.rules.requirements import OPEN, other
from collab.blueprints.service.drawing import Drawn, sides_here
from collab.blueprints.service.standing import passes
from collab.initiatives.queries import PREFIX, InitiativeView, find_initiative, relations_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity


def asked(envelope: Envelope) -> Rendered | None:
    """To answer, or to look at a counter; nothing once it does not wait for the reader any more."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now and now.mine else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """Before any superior hears. Nothing once it was answered, or got another day."""
    now = _of(envelope)
    slot = envelope.args.get("slot")
    moved = bool(now and slot and now.due_at and datetime.fromisoformat(slot) < now.due_at)
    return messages.card(now, envelope.reader) if now and now.mine and not moved else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    return Line(
        messages.value_of(now.key, now.number), messages.card_line(now, envelope.reader), now.mine, look=messages.LOOK
    )


def told(envelope: Envelope) -> Rendered | None:
    """News of it."""
    now, args = _of(envelope), envelope.args
    return messages.told(now, args["verb"], _who(envelope), args.get("said") or "", envelope.reader) if now else None


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    said = messages.told_line(now, envelope.args["verb"], _who(envelope), envelope.reader)
    return Line(messages.value_of(now.key, now.number), said, open=True)


def _who(envelope: Envelope) -> str:
    by = envelope.args.get("by")
    return envelope.reader.name(people.names_of([by])[by]) if by else ""


def _of(envelope: Envelope) -> RequirementNow | None:
    number = envelope.args.get("requirement")
    wait = envelope.args.get("wait") or f"{envelope.subject_key}:requirement:{number}"
    one = of_wait(wait)
    return card_for(one, envelope.recipient, envelope.now) if one else None


def card_for(one: RequirementView, viewer: Actor | None, now: datetime) -> RequirementNow | None:
    """What a card about a requirement shows; nothing to whoever may not see it."""
    initiative = find_initiative(key_of(PREFIX, one.initiative))
    if initiative is None or viewer is None or not may_see(viewer, initiative):
        return None
    asker = people.names_of([one.asker])[one.asker]
    facts = [pair for pair in facts_of(one, viewer) if pair[0].key != "blueprint.field.requirement"]
    return RequirementNow(
        initiative.key, one.id, identity.address(path_of(one)), initiative.title, one.title, one.state, one.side, asker,
        (_unit(initiative, one.side), _unit(initiative, other(one.side))), facts, one.due_at,
        one.due_at is not None and one.due_at < now, can(one, initiative, viewer),
        one.state in OPEN and waits_for(one, initiative) == viewer.id,
    )  # fmt: skip


def can(one: RequirementView, initiative: InitiativeView, viewer: Actor) -> frozenset[str]:
    """The verbs a viewer may do with a requirement now."""
    row = find_row(initiative.id)
    if row is None:
        return frozenset()
    held = Drawn(initiative, row, relations_of(viewer, initiative), {viewer.id: sides_here(viewer, initiative)})
    return frozenset(verb for verb in messages.VERBS if passes(viewer, held, one, verb))


def _unit(initiative: InitiativeView, side: int) -> object:
    lead = initiative.lead(side)
    units = {row.code: row for row in people.list_departments()}
    return units[lead.department] if lead else "–"


def for_viewer(key: str, number: int, viewer: Actor, reader: Reader, now: datetime) -> Rendered | None:
    """The present card for somebody who asked for it."""
    one = of_wait(f"{key}:requirement:{number}")
    found = card_for(one, viewer, now) if one and key_of(PREFIX, one.initiative) == key else None
    return messages.card(found, reader) if found else None
