"""The whole blueprint of an initiative: as it stands, as it is frozen, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from collab.blueprints.models import Blueprint
from collab.blueprints.queries import items
from collab.blueprints.queries.items import DefinitionView, PointView, RequirementView, SourceView
from collab.goals import queries as goals
from collab.initiatives import queries as initiatives
from collab.initiatives.queries import InitiativeView
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people

PAPER = "blueprint"
_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class BlueprintRow:
    """The working copy itself: the version being written, the newest signed one, how often it was changed."""

    initiative: int
    version: int
    signed_version: int | None
    revision: int
    opened_by: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Counts:
    """What stands out: items that serve no customer, requirements nobody answered, promises late, words without an agreed meaning."""

    items: int
    unjustified: int
    unanswered: int
    overdue: int
    unratified: int


@dataclass(frozen=True)
class BlueprintView:
    """Everything of a blueprint, whoever may see its goals: an edge says them through `collab.goals.queries`."""

    initiative: InitiativeView
    row: BlueprintRow
    points: Sequence[PointView]
    requirements: Sequence[RequirementView]
    sources: Sequence[SourceView]
    definitions: Sequence[DefinitionView]

    @property
    def key(self) -> str:
        """`I-7`."""
        return self.initiative.key

    @property
    def justified(self) -> Sequence[items.Justified]:
        """Everything that must say whom it serves; what was withdrawn or declined need not any more."""
        asked = [one for one in self.requirements if one.state not in ("withdrawn", "declined")]
        return [*self.points, *asked, *self.sources]

    def counts(self, now: datetime) -> Counts:
        """What stands out now."""
        return Counts(
            len(self.justified), sum(one.unjustified_reason is not None for one in self.justified),
            sum(one.state == "asked" for one in self.requirements),
            sum(one.state == "committed" and one.due_at is not None and one.due_at < now for one in self.requirements),
            sum(not one.ratified for one in self.definitions),
        )  # fmt: skip


def find_row(initiative: int) -> BlueprintRow | None:
    """The working copy of an initiative's blueprint; None if nobody opened it."""
    row = db.session.execute(select(_blueprints).where(_blueprints.c.initiative_id == initiative)).one_or_none()
    if row is None:
        return None
    return BlueprintRow(
        row.initiative_id, row.version, row.signed_version, row.revision, row.opened_by_id, row.opened_at, row.changed_at
    )  # fmt: skip


def may_see(viewer: Actor, initiative: InitiativeView) -> bool:
    """Whether a viewer sees the blueprint: as the initiative, and no guest."""
    return permits.allows("blueprint.show", initiatives.relations_of(viewer, initiative))


def get_initiative(viewer: Actor, key: str) -> InitiativeView:
    """The initiative whose blueprint a viewer may see, opened or not. Raises NotFound."""
    found = initiatives.get_initiative(viewer, key)
    if not may_see(viewer, found):
        raise NotFound
    return found


def get_blueprint(viewer: Actor, key: str) -> BlueprintView:
    """The blueprint of an initiative. Raises NotFound: there is none, nobody opened it, or the viewer may not see it."""
    found = find_whole(get_initiative(viewer, key))
    if found is None:
        raise NotFound
    return found


def find_whole(initiative: InitiativeView) -> BlueprintView | None:
    """The blueprint of an initiative, whoever asks; None if nobody opened it."""
    row = find_row(initiative.id)
    if row is None:
        return None
    number = initiative.id
    return BlueprintView(
        initiative, row, items.points_of(number), items.requirements_of(number), items.sources_of(number),
        items.definitions_of(number),
    )  # fmt: skip


def content_of(view: BlueprintView) -> dict[str, Any]:
    """What is put before both leads, and kept: people by e-mail, goals by key. What was met, withdrawn or is late stays out of it:
    that is what became of a promise, not the promise."""
    ids = {one for point in view.points for one in (point.owner_1, point.owner_2)}
    ids |= {one.owner for one in view.sources}
    emails = people.emails_of(ids)
    return {
        "points": [point_content(one, emails) for one in view.points],
        "requirements": [requirement_content(one) for one in view.requirements if one.state != "withdrawn"],
        "sources": [source_content(one, emails) for one in view.sources],
        "definitions": [definition_content(one) for one in view.definitions],
    }  # fmt: skip


def point_content(point: PointView, emails: dict[int, str]) -> dict[str, Any]:
    """A meeting point in the API's shape."""
    return {
        "id": point.id, "process": point.process, "system": point.system, "detail": point.detail,
        "owner_1": emails.get(point.owner_1), "owner_2": emails.get(point.owner_2), **_justification(point),
    }  # fmt: skip


def requirement_content(one: RequirementView) -> dict[str, Any]:
    """A requirement and the answer to it; one that is met is still what was committed."""
    return {
        "id": one.id, "side": one.side, "title": one.title, "detail": one.detail, "needed_by_on": _iso(one.needed_by_on),
        "state": "committed" if one.state == "met" else one.state, "answer": one.answer,
        "promised_on": _iso(one.promised_on), **_justification(one),
    }  # fmt: skip


def source_content(source: SourceView, emails: dict[int, str]) -> dict[str, Any]:
    """A data source in the API's shape."""
    return {
        "id": source.id, "name": source.name, "detail": source.detail, "department": source.department,
        "owner": emails.get(source.owner), "personal_data": source.personal_data, "individual": source.individual,
        "used_by": list(source.used_by), **_justification(source),
    }  # fmt: skip


def definition_content(one: DefinitionView) -> dict[str, Any]:
    """A definition in the API's shape."""
    return {
        "id": one.id, "term": one.term, "meaning": one.meaning, "version": one.version,
        "goals": [key_of(goals.PREFIX, number) for number in one.goals],
    }  # fmt: skip


def _justification(one: items.Justified) -> dict[str, Any]:
    return {
        "journey_stage": one.journey_stage, "goal": key_of(goals.PREFIX, one.goal) if one.goal else None,
        "unjustified_reason": one.unjustified_reason,
    }  # fmt: skip


def without_hidden(viewer: Actor, content: dict[str, Any]) -> dict[str, Any]:
    """A content without the goals the viewer may not see: `goal` is None there and `goal_hidden` true."""
    flat = [item for kind in content.values() for item in kind]
    shown = iter(goals.without_hidden(viewer, flat))
    return {kind: [_marked(item, next(shown)) for item in content[kind]] for kind in content}


def _marked(item: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    if "goals" in item:
        return dict(shown)
    return {**shown, "goal_hidden": item["goal"] is not None and shown["goal"] is None}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
