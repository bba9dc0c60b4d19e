"""The course of a task: everything that happened, with every date that was ever agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.kernel.actor import SYSTEM
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.tasks.queries import Event


def timeline(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    """Everything that happened, dates that changed with what they were before."""
    emails = {name for event in events for name in (event.actor, event.acting_for) if name}
    names = people.names_by_email(emails)
    return [_entry(event, names, how) for event in events]


def _entry(event: Event, names: Mapping[str, people.Named], how: Reader) -> dict[str, Any]:
    def named(email: str | None) -> str:
        return how.name(names[email]) if email and email in names else (email or "")

    system = event.actor == SYSTEM
    return {
        "verb": event.verb, "title": _deed(event, how), "who": "" if system else named(event.actor), "office": "",
        "acting_for": named(event.acting_for), "text": how.moment(event.at), "at": event.at.isoformat(),
        "comment": event.note or "", "system": system,
    }  # fmt: skip


def _deed(event: Event, how: Reader) -> str:
    """What was done, with the date it was about and the one it was about before."""
    after, before = event.after or {}, event.before or {}
    at = _moment(after.get("promised_at") or after.get("proposed_at") or after.get("snoozed_until"))
    word = next((key for key in (f"task.verb.{event.verb}", f"task.verb.{event.verb}_open") if how.knows(key)), None)
    if word is None:
        others = (f"escalation.verb.{event.verb}", f"incident.verb.{event.verb.removeprefix('incident.')}")
        return how.say(next((one for one in others if how.knows(one)), "task.verb.move"))
    if at is None and how.knows(f"task.verb.{event.verb}_open"):
        word = f"task.verb.{event.verb}_open"
    told = how.say(word, at=at, to=after.get("to", ""))
    was = _moment(before.get("promised_at"))
    if was and at and was != at:
        told = how.say("list.aside", what=told, more=how.say("task.card.promised_before", at=was))
    return told


def _moment(written: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
