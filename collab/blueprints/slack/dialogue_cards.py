"""The dialogue and the drift report as they stand now for one reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.blueprints.messages import dialogue as messages
from collab.blueprints.messages.dialogue import AskNow, DriftNow, RevealNow, Spoken, Waiting
from collab.blueprints.queries.awaited import path_of
from collab.blueprints.queries.blueprints import may_see
from collab.blueprints.queries.dialogue import DialogueView, dialogues_of, find_dialogue, list_blind
from collab.blueprints.queries.drift import get_drift
from collab.blueprints.queries.saying import findings_said
from collab.blueprints.rules.questions import SIDES, across
from collab.initiatives.queries import InitiativeView, find_initiative, relations_of
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import identity


def asked(envelope: Envelope) -> Rendered | None:
    """To answer; nothing once nothing waits for the reader's side."""
    now = _asking(envelope)
    return messages.ask_card(now, envelope.reader) if now and now.waiting else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """Before any superior hears; nothing once it was answered, or got another day."""
    now, slot = _asking(envelope), envelope.args.get("slot")
    moved = bool(now and slot and now.due_at and datetime.fromisoformat(slot) < now.due_at)
    return messages.ask_card(now, envelope.reader) if now and now.waiting and not moved else None


def ask_repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _asking(envelope)
    return messages.ask_card(now, envelope.reader) if now else None


def ask_line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _asking(envelope)
    return (
        Line(now.key, messages.ask_line(now, envelope.reader), bool(now.waiting), look=messages.LOOK) if now else None
    )


def revealed(envelope: Envelope) -> Rendered | None:
    """Both answers, once both have answered."""
    now = _revealed(envelope)
    return messages.reveal_card(now, envelope.reader) if now else None


def revealed_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now = _revealed(envelope)
    return Line(now.key, messages.reveal_line(now, envelope.reader), open=True, look=messages.LOOK) if now else None


def drifted(envelope: Envelope) -> Rendered | None:
    """The report of a quarter."""
    now = _drift(envelope)
    return messages.drift_card(now, envelope.reader) if now else None


def drifted_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now = _drift(envelope)
    return Line(now.key, messages.drift_line(now, envelope.reader), open=True) if now else None


def asking(viewer: Actor, initiative: InitiativeView, now: datetime) -> AskNow:
    """What waits for a viewer: for the side they lead."""
    address = identity.address(path_of(initiative.key))
    side = initiative.slot_of(viewer.id)
    may = side in SIDES and permits.allows("blueprint.answer", relations_of(viewer, initiative), initiative.state)
    mine = [one for one in list_blind([initiative.id]) if side and may and one.waits_for(side)]
    waiting = [Waiting(one.question, across(side or 0) in one.answered, one.quarter) for one in mine]
    due = min((one.due[side] for one in mine if side), default=None)
    return AskNow(initiative.key, initiative.title, address, waiting, due, bool(due and due < now))


def reveal_of(viewer: Actor, initiative: InitiativeView, found: DialogueView, reader: Reader) -> RevealNow:
    """A revealed dialogue before a viewer."""
    names = people.names_of(one.member for one in found.answers)
    units = {row.code: reader.name(row) for row in people.list_departments()}
    led = {held.slot: units[held.department] for held in initiative.leads}
    spoken = [
        Spoken(reader.name(names[one.member]), led.get(one.side, ""), one.rating, one.text) for one in found.answers
    ]
    may = permits.allows("blueprint.differ", relations_of(viewer, initiative), initiative.state)
    return RevealNow(
        initiative.key, initiative.title, identity.address(f"{path_of(initiative.key)}#question-{found.question}"),
        found.question, found.quarter, spoken, found.gap, found.differs, found.task or "",
        identity.address(f"/tasks/{found.task}") if found.task else "", frozenset({"differ"} if may else ()),
    )  # fmt: skip


def newest_revealed(viewer: Actor, initiative: InitiativeView, number: int) -> DialogueView | None:
    """The newest revealed answers of a question."""
    found = [one for one in dialogues_of(initiative.id, viewer.id) if one.question == number and one.revealed_at]
    return found[-1] if found else None


def _seen(envelope: Envelope) -> tuple[Actor, InitiativeView] | None:
    """The reader and the initiative; nothing to whoever may not see its blueprint."""
    initiative, reader = find_initiative(envelope.subject_key), envelope.recipient
    return (reader, initiative) if initiative and reader and may_see(reader, initiative) else None


def _asking(envelope: Envelope) -> AskNow | None:
    seen = _seen(envelope)
    return asking(*seen, envelope.now) if seen else None


def _revealed(envelope: Envelope) -> RevealNow | None:
    seen = _seen(envelope)
    found = find_dialogue(envelope.args.get("dialogue") or 0, None) if seen else None
    if seen is None or found is None or not found.revealed_at or found.initiative != seen[1].id:
        return None
    return reveal_of(*seen, found, envelope.reader)


def _drift(envelope: Envelope) -> DriftNow | None:
    seen = _seen(envelope)
    try:
        found: dict[str, Any] = (
            get_drift(seen[0], envelope.subject_key, envelope.args.get("quarter") or "") if seen else {}
        )
    except NotFound:
        return None
    if seen is None:
        return None
    me, initiative = seen
    address = identity.address(f"/initiatives/{initiative.key}/drift/{found['quarter']}")
    said = findings_said(me, initiative, found["findings"], envelope.reader)
    return DriftNow(
        initiative.key, initiative.title, address, found["quarter"],
        [messages.finding_words(one, envelope.reader, **words) for one, words in said],
    )  # fmt: skip
