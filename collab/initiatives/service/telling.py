"""Whom a change of an initiative is told to, and every card that shows it. A guest hears that they take part, and when they no
longer do; nothing else is for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView, relations_of
from collab.kernel.actor import Actor
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects.queries import followers, muted_by

TOLD = "initiative.told"
"""News; its args are `verb`, `by` (a member or None), `said` (their words) and what the words of the verb name."""
TO_GUESTS = ("joined", "removed")


def told(
    initiative: InitiativeView, verb: str, actor: Actor | None, *, now: datetime, whom: Iterable[int] | None = None,
    said: str | None = None, **more: Any,
) -> None:  # fmt: skip
    """Tell what was done (`initiative.told.VERB`): `whom`, else everybody it concerns; never anybody of their own act, nobody
    who may not see it. `initiative` is as it stands after the change: its version names the occasion."""
    members = set(concerned(initiative, now) if whom is None else whom) - ({actor.id} if actor else set())
    args = {"verb": verb, "by": actor.id if actor else None, "said": said, **more}
    notes = [
        Note(TOLD, initiative.key, f"{initiative.key}:v{initiative.version}:{verb}:{one}", member=one, args=args)
        for one in _hearing(initiative, members, verb, now)
    ]
    outbox.enqueue(*notes, now=now)


def _hearing(initiative: InitiativeView, members: set[int], verb: str, now: datetime) -> list[int]:
    """Those of the members who hear of it: here today, and in sight of it. Whoever is removed hears it for the last time."""
    here = people.list_actors(now, ids=sorted(members)) if members else []
    return [
        one.id
        for one in here
        if one.active
        and (verb in TO_GUESTS or not one.is_partner)
        and (verb == "removed" or permits.allows("initiative.show", relations_of(one, initiative)))
    ]


def repaint(initiative: InitiativeView, *, now: datetime) -> None:
    """Every card says what is true now; once per change."""
    outbox.repaint(initiative.key, turn=f"v{initiative.version}", now=now)


def leads(initiative: InitiativeView) -> set[int]:
    """Who leads it."""
    return {held.member for held in initiative.leads}


def concerned(initiative: InitiativeView, now: datetime) -> set[int]:
    """Who leads it, who takes part, who follows, but for whoever wants to hear nothing of it."""
    near = leads(initiative) | {one.member for one in initiative.parts} | set(followers(initiative.key, now))
    return near - muted_by(initiative.key)
