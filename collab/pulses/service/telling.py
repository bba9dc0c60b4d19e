"""Whom a pulse is told to: everybody who is asked, once more shortly before it closes, and those who lead, what came of it.
No message holds a figure: it is said when it is read, of what is shown then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.pulses.models import Pulse
from collab.pulses.rules.habits import OPENS

OPENED, REMINDER, RESULTS = "pulse.opened", "pulse.reminder", "pulse.results"


def asked(pulse: Pulse, members: Iterable[int], *, now: datetime) -> None:
    """Ask everybody, once."""
    _tell(OPENED, pulse, members, now)


def remind(pulse: Pulse, members: Iterable[int], *, now: datetime) -> None:
    """The one reminder: written for everybody who is asked, said to those who have not answered by then."""
    _tell(REMINDER, pulse, people.list_active(members), now)


def closed(pulse: Pulse, *, now: datetime) -> None:
    """Whoever leads reads the results; every card says that it is over."""
    around = people.organisation(now)
    offices = {office for one in OPENS if (office := one.removeprefix("office:")) != one}
    leading = {member for code, member in around.offices.items() if code in offices} | set(around.leads.values())
    _tell(RESULTS, pulse, leading, now)
    ended(pulse, now=now)


def ended(pulse: Pulse, *, now: datetime) -> None:
    """Every card says that it is over."""
    outbox.repaint(pulse.key, turn=f"v{pulse.version}", now=now)


def _tell(kind: str, pulse: Pulse, members: Iterable[int], now: datetime) -> None:
    word = kind.rpartition(".")[2]
    notes = [Note(kind, pulse.key, f"{pulse.key}:{word}:{one}", member=one) for one in sorted(set(members))]
    outbox.enqueue(*notes, now=now)
