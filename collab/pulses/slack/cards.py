"""The cards of pulses: what the outbox renders for whoever is asked, and for those who lead."""

from __future__ import annotations

from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.pulses import messages, queries
from collab.pulses.messages import CardNow, Names
from collab.slack import identity


def opened(envelope: Envelope) -> Rendered | None:
    """To whoever is asked; nothing once they have answered, or it is over."""
    now = card_for(envelope.subject_key, envelope.recipient, envelope.reader)
    return messages.asking(now, envelope.reader) if now and _waits(now) else None


def reminder(envelope: Envelope) -> Rendered | None:
    """The one reminder, to whoever has not answered by now."""
    now = card_for(envelope.subject_key, envelope.recipient, envelope.reader)
    return messages.asking(now, envelope.reader, again=True) if now and _waits(now) else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands."""
    now = card_for(envelope.subject_key, envelope.recipient, envelope.reader)
    return messages.asking(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = card_for(envelope.subject_key, envelope.recipient, envelope.reader)
    if now is None:
        return None
    return Line(now.key, messages.asking_line(now, envelope.reader), _waits(now), look=messages.LOOK)


def told(envelope: Envelope) -> Rendered | None:
    """The results, to those who lead."""
    return results_for(envelope.subject_key, envelope.recipient, envelope.reader)


def told_line(envelope: Envelope) -> Line | None:
    """The results in one line of a bundle."""
    pulse = _seen(envelope.subject_key, envelope.recipient)
    found = queries.results_of([pulse]) if pulse else []
    if not pulse or not found:
        return None
    title, address = queries.title_of(pulse, envelope.reader.locale), identity.address(queries.path_of(pulse))
    text = messages.results_line(found[0], title, address, names(envelope.reader), envelope.reader)
    return Line(pulse.key, text, open=True, look=messages.LOOK)


def card_for(key: str, viewer: Actor | None, reader: Reader) -> CardNow | None:
    """What a card about a pulse shows; nothing to whoever may not see it."""
    pulse = _seen(key, viewer)
    if pulse is None:
        return None
    may = viewer is not None and permits.allows("pulse.answer", queries.relations(viewer, pulse), pulse.state)
    return CardNow(
        pulse.key, queries.title_of(pulse, reader.locale), identity.address(queries.path_of(pulse)), pulse.state,
        len(pulse.questions), pulse.minimum, pulse.closes_at, may, bool(may and viewer and queries.has_answered(viewer.id, pulse)),
    )  # fmt: skip


def results_for(key: str, viewer: Actor | None, reader: Reader) -> Rendered | None:
    """The results of a closed pulse; nothing while it is open."""
    pulse = _seen(key, viewer)
    found = queries.results_of([pulse]) if pulse else []
    if not pulse or not found:
        return None
    title, address = queries.title_of(pulse, reader.locale), identity.address(queries.path_of(pulse))
    return messages.results(found[0], title, address, names(reader), reader)


def names(reader: Reader) -> Names:
    """What departments and sides are called."""
    return messages.names_from(people.list_departments(), reader)


def _seen(key: str, viewer: Actor | None) -> Any:
    pulse = queries.find_pulse(key)
    return pulse if pulse and (viewer is None or permits.allows("pulse.show", viewer.roles)) else None


def _waits(now: CardNow) -> bool:
    return now.may_answer and not now.answered
