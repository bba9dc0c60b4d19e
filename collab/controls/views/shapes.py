"""A change as pages and the API show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.controls import queries
from collab.controls.registry import registry
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits

VERBS = ("confirm", "decline", "withdraw")


def people_known(now: datetime) -> dict[int, Actor]:
    """Everybody by id."""
    return {one.id: one for one in registry.everybody(now)}


def may(viewer: Actor, change: Any) -> list[str]:
    """Which verbs a viewer has for a change."""
    relations = queries.relations_to(viewer, change)
    own = {"confirm": registry.get(change.code).confirm}
    return [verb for verb in VERBS if permits.allows(own.get(verb, f"control.{verb}"), relations, change.state)]


def line(change: Any, known: Mapping[int, Actor], how: Reader) -> dict[str, Any]:
    """One change in a list."""
    return {
        "key": change.key, "control": change.code, "title": how.say(queries.title_of(change)), "subject": change.subject_key,
        "fields": change.fields, "state": change.state, "version": change.version, "reason": change.reason,
        "from_on": change.from_on.isoformat() if change.from_on else None,
        "differences": [dict(zip(("what", "before", "after"), row, strict=True)) for row in queries.described(change, how)],
        "favours": [known[member].email for member in change.favours if member in known],
        "proposed_by": known[change.proposed_by_id].email, "proposed_at": change.proposed_at.isoformat(),
        "expires_at": change.expires_at.isoformat(),
        "confirmed_by": _email(known, change.second_id), "decided_by": _email(known, change.decided_by_id),
        "decided_at": _iso(change.decided_at), "comment": change.comment, "taken_at": _iso(change.taken_at),
    }  # fmt: skip


def details(change: Any, viewer: Actor, how: Reader, now: datetime) -> dict[str, Any]:
    """One change with how it stands today, and what the viewer may do about it."""
    known, found = people_known(now), queries.standing(change, now)
    return {
        **line(change, known, how),
        "effects": _said(found.effects, how), "obstacles": _said(found.obstacles, how),
        "moved": [how.say(f"control.fact.{name}") for name in found.moved],
        "problem": how.say(found.problem) if found.problem else None,
        "may_confirm": [one.email for one in queries.seconds(change, now)], "can": may(viewer, change),
    }  # fmt: skip


def _said(texts: Sequence[Text], how: Reader) -> list[str]:
    return [how.say(text) for text in texts]


def _email(known: Mapping[int, Actor], member: int | None) -> str | None:
    return known[member].email if member is not None and member in known else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
