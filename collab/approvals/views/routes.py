"""Routes as pages and the API show them: a trial, a proposal with what it changes, what it would have done."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from collab.approvals import queries
from collab.approvals.messages import ways_compared
from collab.approvals.queries import Usual
from collab.approvals.queries import proposals as known
from collab.approvals.rules import lint, parsing
from collab.approvals.rules.asking import numbered
from collab.approvals.rules.book import BadBook, Book
from collab.approvals.rules.differing import Change, changes
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.table import authority_table
from collab.approvals.rules.ways import Effect
from collab.approvals.service import comparing
from collab.approvals.service.trying import Trial
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.queries import list_summaries

VERBS = ("take", "decline", "withdraw")


def table(how: Reader) -> dict[str, Any]:
    """The authority table of the routes in force."""
    version, book = queries.current_book()
    return {"version": version, "currency": book.currency, **authority_table(book, how, people.group_names())}


def trial(found: Trial, how: Reader) -> dict[str, Any]:
    """A trial in the API's shape."""
    plan = found.plan
    return {
        "version": found.version, "route": plan.route if plan else None, "route_name": _called(plan.route, how) if plan else None, "overlays": list(plan.overlays) if plan else [],
        "auto": plan.auto if plan else None, "steps": _steps(plan, how, found.usual) if plan else [],
        "warnings": [how.say(text) for text in plan.warnings] if plan else [],
        "refused": found.refused, "refusal": how.say(found.refusal) if found.refusal else None,
    }  # fmt: skip


def called(plan: Plan, how: Reader) -> dict[str, Any]:
    """What the route and the overlays of a plan are called by its reader."""
    return {"route": _called(plan.route, how), "overlays": [_called(code, how) for code in plan.overlays]}


def _called(code: str, how: Reader) -> str:
    return queries.route_names().get(code, (code, code))[how.locale == "ja"]


def _steps(plan: Plan, how: Reader, usual: Usual) -> list[dict[str, Any]]:
    seats = [seat for step in plan.steps for seat in step.seats]
    emails = people.emails_of(member for seat in seats for member in (seat.member, seat.instead_of) if member)
    return [
        {
            "step": number + 1, "name": how.name(step), "kind": step.kind, "rule": step.rule, "keys": step.keys,
            "due": step.due, "block": block, "join": step.join, "why": [how.say(text) for text in step.why],
            "usual_hours": _hours(usual.of(step.kind, step.name_en, *(seat.office for seat in step.seats))),
            "seats": [
                {
                    "member": emails[seat.member], "office": seat.office, "instead_of": emails.get(seat.instead_of or 0),
                    "why": how.say(seat.why) if seat.why else None, "veto": seat.veto,
                }
                for seat in step.seats
            ],
        }
        for step, number, block in numbered(plan.steps)
    ]  # fmt: skip


def _hours(usual: timedelta | None) -> float | None:
    return round(usual.total_seconds() / 3600, 1) if usual is not None else None


def proposals(rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """Proposals in one line each."""
    emails = people.emails_of(member for row in rows for member in (row.proposed_by_id, row.decided_by_id) if member)
    newest = known.newest_version()
    return [
        {
            "id": row.id, "state": row.state, "reason": row.reason, "proposed_by": emails[row.proposed_by_id],
            "proposed_at": row.proposed_at, "based_on": row.based_on_id,
            "current": row.based_on_id == (newest.id if newest else None),
            "decided_by": emails.get(row.decided_by_id or 0), "decided_at": row.decided_at, "comment": row.comment,
        }
        for row in rows
    ]  # fmt: skip


def proposal(viewer: Actor, row: AnyRow, how: Reader, now: datetime) -> dict[str, Any]:
    """One proposal: what it changes in words; while it is open, what to look at, and what it would have done."""
    before, after = _book(known.files_of(row.based_on_id)), _book(row.files)
    found = comparing.effect(after, now=now) if row.state == "open" and before and after else None
    return {
        **proposals([row])[0],
        "changes": _changes(before, after, how) if after else [],
        "notes": _notes(after, now) if after and row.state == "open" else [],
        "effect": effect(found, viewer, how) if found else None,
    }


def _book(files: Sequence[str]) -> Book | None:
    """A book as written then; None for nothing, or for what today's rules of writing no longer read."""
    try:
        return parsing.parse([tomllib.loads(text) for text in files]) if files else None
    except BadBook:
        return None


def _changes(before: Book | None, after: Book, how: Reader) -> list[Change]:
    groups = people.group_names()
    old: Mapping[str, Any] = authority_table(before, how, groups) if before else _NOTHING
    return changes(old, authority_table(after, how, groups))


_NOTHING: Mapping[str, Any] = {"routes": [], "overlays": [], "refusals": [], "warnings": [], "proxy": "", "rates": []}


def _notes(book: Book, now: datetime) -> list[str]:
    """What is wrong with it by now, and seats that find nobody today."""
    return [*lint.unwise(book, people.today(now)), *lint.nobody(book, comparing.people_known(book, now))]


def effect(found: Effect, viewer: Actor, how: Reader) -> dict[str, Any]:
    """What would have changed; of requests a viewer may not see only the number is said."""
    names = people.names_of(found.members)
    seen = list_summaries(viewer, {key for one in found.differences for key in one.subjects})
    differences = []
    for one in found.differences:
        before, after = ways_compared.compared(one, names, how)
        keys = [key for key in dict.fromkeys(one.subjects) if key in seen]
        differences.append({"before": before, "after": after, "count": len(one.subjects), "keys": keys})
    return {
        "on": found.on, "tried": found.tried, "untried": found.untried, "changed": found.changed, "differences": differences,
        "summary": ways_compared.summary(found, how),
    }  # fmt: skip


def may(viewer: Actor, row: AnyRow) -> dict[str, bool]:
    """Which verbs a viewer has for a proposal."""
    relations = known.relations_to(viewer, row)
    return {verb: permits.allows(f"routes.{verb}", relations, row.state) for verb in VERBS}
