"""The log on the paper of an initiative: open risks first, then decisions and releases, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.work import EntryView, list_entries
from collab.initiatives.service.log_entries import KINDS, WEIGHTS
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people

TEMPLATE = "initiatives/parts/log.html"
_TONES = {"high": "bad", "medium": "warn", "low": "waiting"}


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """Nothing to guests, and nothing where nothing is written and the viewer writes nothing."""
    here = relations_of(viewer, initiative)
    if not permits.allows("initiative.show_work", here):
        return None
    found = list_entries(initiative.id)
    may_add = permits.allows("initiative.log", here, initiative.state)
    if not found and not may_add:
        return None
    names = people.names_of({one.owner or one.written_by for one in found})
    rows = []
    for one in found:
        owner = frozenset({"owner"}) if one.owner == viewer.id else frozenset()
        may_close = one.open and permits.allows("initiative.log_close", here | owner, initiative.state)
        rows.append({**_row(one, names, how), "may_close": may_close})
    return {
        "risks": [row for row in rows if row["open"]], "rest": [row for row in rows if not row["open"]], "may_add": may_add,
        "kinds": [[code, how.say(f"initiative.log.kind.{code}")] for code in KINDS], "today": people.today(now).isoformat(),
        "weights": [[code, how.say(f"initiative.log.weight.{code}")] for code in WEIGHTS],
        "people": _near(initiative, how, now) if may_add else [],
    }  # fmt: skip


def _row(one: EntryView, names: Any, how: Reader) -> dict[str, Any]:
    return {
        "id": one.id, "kind": how.say(f"initiative.log.kind.{one.kind}"), "text": one.text, "reason": one.reason, "open": one.open,
        "weight": how.say(f"initiative.log.weight.{one.weight}") if one.weight else "", "tone": _TONES.get(one.weight or "", ""),
        "owner": how.name(names[one.owner]) if one.owner in names else "", "day": how.day(one.on), "close_note": one.close_note,
    }  # fmt: skip


def _near(initiative: InitiativeView, how: Reader, now: datetime) -> list[list[str]]:
    """Who may watch a risk: its leads, and whoever takes part."""
    near = {held.member for held in initiative.leads} | {part.member for part in initiative.parts if part.department}
    return [[one.email, one.name(how.locale)] for one in people.list_actors(now, ids=sorted(near)) if one.active]
