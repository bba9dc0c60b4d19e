"""Pilots, milestones, the log, constraints and health in the API's shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.pilots import PilotView, counting, find_pilot
from collab.initiatives.queries.spending import find_spent
from collab.initiatives.queries.work import (
    ConstraintView,
    EntryView,
    MilestoneView,
    healths_of,
    list_constraints,
    list_entries,
    list_milestones,
)
from collab.initiatives.rules.health import divergence
from collab.initiatives.service.log_entries import content_of
from collab.kernel.actor import Actor
from collab.people import queries as people


def pilot(viewer: Actor, initiative: InitiativeView) -> dict[str, Any] | None:
    """Its newest pilot, None if there never was one."""
    found = find_pilot(initiative.id)
    if found is None:
        return None
    spent = find_spent(viewer, initiative, found)
    emails = people.emails_of([found.started_by, *(vote.member for vote in found.votes)])
    return {
        "id": found.id, "cap": str(found.cap), "currency": found.cap.currency, "question": found.question,
        "spent": None if spent is None else str(spent),
        "started_at": found.started_at.isoformat(), "started_by": emails[found.started_by], "ends_on": found.ends_on.isoformat(),
        "ends_at": found.ends_at.isoformat(), "vote_due_at": found.due_at.isoformat(), "ended_at": _moment(found.ended_at),
        "verdict": found.verdict, "votes": _votes(found, initiative, emails),
    }  # fmt: skip


def _votes(found: PilotView, initiative: InitiativeView, emails: dict[int, str]) -> list[dict[str, Any]]:
    counts = counting(found, initiative)
    return [
        {
            "side": vote.side, "member": emails[vote.member], "choice": vote.choice, "reason": vote.reason,
            "at": vote.at.isoformat(), "counts": vote.side in counts,
        }
        for vote in found.votes
    ]  # fmt: skip


def milestones(viewer: Actor, initiative: InitiativeView, today: date) -> list[dict[str, Any]]:
    """All of them as the viewer may read them."""
    found = list_milestones(initiative.id)
    emails = {} if viewer.is_partner else people.emails_of(member for one in found for member in one.owners)
    return [milestone(viewer, one, today, emails) for one in found]


def milestone(
    viewer: Actor, one: MilestoneView, today: date, emails: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """One; a guest reads what it is, its day, and what became of it. `emails` are those of everybody, where many are read."""
    least = {
        "id": one.id, "title": one.title, "due_on": one.due_on.isoformat(), "state": one.state, "late": one.is_late(today),
    }  # fmt: skip
    if viewer.is_partner:
        return least
    emails = emails or people.emails_of(one.owners)
    owners = [emails[member] for member in one.owners]
    return {**least, "owners": owners, "note": one.note, "ended_at": _moment(one.ended_at)}


def log(initiative: InitiativeView) -> list[dict[str, Any]]:
    """Open risks first, then everything else, the newest first."""
    found = list_entries(initiative.id)
    emails = people.emails_of(member for one in found for member in (one.written_by, one.owner) if member)
    return [entry(one, emails) for one in found]


def entry(one: EntryView, emails: Mapping[int, str] | None = None) -> dict[str, Any]:
    """A line of the log; `emails` are those of everybody on it, where many are read."""
    emails = emails or people.emails_of(member for member in (one.written_by, one.owner) if member)
    return {
        "id": one.id, **content_of(one, emails), "by": emails.get(one.written_by), "at": one.written_at.isoformat(),
        "closed_at": _moment(one.closed_at), "close_note": one.close_note,
    }  # fmt: skip


def constraints(initiative: InitiativeView) -> list[dict[str, Any]]:
    """What stands first."""
    found = list_constraints(initiative.id)
    emails = people.emails_of(member for one in found for member in _named(one))
    return [constraint(one, emails) for one in found]


def constraint(one: ConstraintView, emails: Mapping[int, str] | None = None) -> dict[str, Any]:
    """A limit and who can lift it; `emails` are those of everybody on it, where many are read."""
    emails = emails or people.emails_of(_named(one))
    return {
        "id": one.id, "kind": one.kind, "text": one.text, "lifter": emails[one.lifter], "by": emails[one.written_by],
        "at": one.written_at.isoformat(), "lifted_at": _moment(one.lifted_at),
        "lifted_by": emails[one.lifted_by] if one.lifted_by else None, "lift_note": one.lift_note,
    }  # fmt: skip


def _named(one: ConstraintView) -> list[int]:
    return [member for member in (one.lifter, one.written_by, one.lifted_by) if member]


def health(initiative: InitiativeView, now: datetime) -> dict[str, Any]:
    """What the leads said, the oldest first, and where the two sides differ."""
    said = healths_of([initiative.id]).get(initiative.id, [])
    emails = people.emails_of(one.member for one in said)
    apart = divergence(said, now)
    return {
        "said": [
            {"slot": one.slot, "member": emails[one.member], "health": one.health, "note": one.note, "at": one.at.isoformat()}
            for one in said
        ],
        "divergence": {"steps": apart.steps, "since": apart.since.isoformat(), "stale": apart.stale} if apart else None,
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
