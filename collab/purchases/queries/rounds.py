"""Every submission of a request as a version: what was submitted, what changed since the one before, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app

from collab.approvals import queries as approvals
from collab.approvals.queries import Submission
from collab.audit.queries import list_entries
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.purchases import rules
from collab.purchases.queries.hiding import without_hidden
from collab.purchases.queries.requests import get_purchase, relations


@dataclass(frozen=True)
class Version:
    """One round: its content, the fields that differ from the round before, and whether decisions rest on one of them."""

    round: int
    state: str
    submitted_at: datetime
    ended_at: datetime | None
    content: Mapping[str, Any]
    before: Mapping[str, Any] | None
    changed: Sequence[str]
    material: bool | None


def list_versions(viewer: Actor, key: str) -> list[Version]:
    """Every round of a request, the first one first. Raises NotFound, NotAllowed."""
    purchase = get_purchase(viewer, key)
    permits.check("purchase.history", relations(viewer, purchase), purchase.state)
    found = _versions(key)
    contents = without_hidden(viewer, [content for one in found for content in (one.content, one.before)])
    return [
        replace(one, content=content, before=before)
        for one, content, before in zip(found, contents[::2], contents[1::2], strict=True)
    ]


def get_version(viewer: Actor, key: str, number: int) -> Version:
    """One round of a request. Raises NotFound, also for a round there has not been; NotAllowed."""
    found = next((version for version in list_versions(viewer, key) if version.round == number), None)
    if found is None:
        raise NotFound
    return found


def changed_between(key: str, one: int, other: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The contents of two rounds, whoever asks. Raises NotFound."""
    contents = {version.round: version.content for version in _versions(key)}
    try:
        return contents[one], contents[other]
    except KeyError:
        raise NotFound from None


def material_fields() -> tuple[str, ...]:
    """The fields earlier decisions rest on, as the company has it."""
    found: tuple[str, ...] = current_app.extensions["purchases.material"]
    return found


def _versions(key: str) -> list[Version]:
    found = approvals.list_submissions(key)
    contents = _contents(key, found)
    return (
        [_version(*version) for version in zip(found, contents, [None, *contents[:-1]], strict=True)] if found else []
    )


def _version(row: Submission, content: Mapping[str, Any], before: Mapping[str, Any] | None) -> Version:
    changed = rules.changed(before, content) if before is not None else []
    material = rules.is_material(changed, material_fields()) if before is not None else None
    return Version(row.number, row.state, row.submitted_at, row.ended_at, content, before, changed, material)


def _contents(key: str, rounds: Sequence[Submission]) -> list[Mapping[str, Any]]:
    """What was submitted, round by round; where a round did not keep it, the trail did."""
    if all(row.content is not None for row in rounds):
        return [row.content or {} for row in rounds]
    kept = {
        (entry.details or {}).get("round"): entry.after or {} for entry in list_entries(key) if entry.verb == "submit"
    }
    return [row.content if row.content is not None else kept.get(row.number, {}) for row in rounds]
