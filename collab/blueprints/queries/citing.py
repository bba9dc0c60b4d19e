"""Versions of a blueprint, what rests on them, and what a goal's page must say of words nobody ratified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select

from collab.blueprints.models import Citation
from collab.blueprints.queries.blueprints import PAPER, BlueprintView, content_of, get_initiative, may_see
from collab.blueprints.queries.items import definitions_using
from collab.blueprints.rules.differences import Change, changes
from collab.goals.registry import Warn
from collab.initiatives.queries import PREFIX, find_initiative
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of
from collab.signatures import queries as sheets
from collab.signatures.queries import SheetView
from collab.subjects import queries as subjects
from collab.subjects.registry import Summary

_citations: Table = Citation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class CitationView:
    """Something that rests on a version, as the viewer may see it."""

    version: int
    subject: Summary
    by: int
    at: datetime


def get_version(viewer: Actor, key: str, version: int) -> SheetView:
    """One version as it was laid out. Raises NotFound: there is none, or the viewer may not see it."""
    get_initiative(viewer, key)
    sheet = sheets.find_sheet(key, PAPER, version)
    if sheet is None:
        raise NotFound
    return sheet


def list_versions(viewer: Actor, key: str) -> list[SheetView]:
    """Every version that was laid out, the newest first. Raises NotFound."""
    get_initiative(viewer, key)
    return sheets.list_sheets(key, PAPER)


def signed_before(key: str, version: int) -> SheetView | None:
    """The newest version both had signed before this one."""
    older = (one for one in sheets.list_sheets(key, PAPER) if one.version < version and one.valid_at is not None)
    return next(older, None)


def differences(before: SheetView | None, after: SheetView) -> list[Change]:
    """What one version says that another did not; nothing to compare with is no difference."""
    return changes(before.content, after.content) if before else []


def since_signed(view: BlueprintView) -> list[Change]:
    """What the working copy says that the newest signed version does not; nothing while none is signed."""
    signed = view.row.signed_version
    sheet = sheets.find_sheet(view.key, PAPER, signed) if signed else None
    return changes(sheet.content, content_of(view)) if sheet else []


def citations_of(viewer: Actor, key: str) -> list[CitationView]:
    """What rests on versions of a blueprint, as far as the viewer may see it; the newest version first. Raises NotFound."""
    initiative = get_initiative(viewer, key)
    mine = select(_citations).where(_citations.c.initiative_id == initiative.id)
    rows = db.session.execute(mine.order_by(_citations.c.version.desc(), _citations.c.id)).all()
    seen = subjects.list_summaries(viewer, [row.subject_key for row in rows])
    return [
        CitationView(row.version, seen[row.subject_key], row.cited_by_id, row.cited_at)
        for row in rows
        if row.subject_key in seen
    ]


def ties(key: str) -> Sequence[str]:
    """What a blueprint ties together, for `related`: what rests on it; of something that rests on one, its initiative."""
    if key.startswith(f"{PREFIX}-"):
        try:
            mine = _citations.c.initiative_id == number_of(PREFIX, key)
        except NotFound:
            return []
        cited = list(db.session.scalars(select(_citations.c.subject_key).where(mine).distinct()))
        return [*cited, *_rests_on(key)]
    return _rests_on(key)


def _rests_on(key: str) -> list[str]:
    rows = select(_citations.c.initiative_id).where(_citations.c.subject_key == key).distinct()
    return [key_of(PREFIX, number) for number in db.session.scalars(rows)]


def warnings(viewer: Actor, goals: Iterable[int]) -> Mapping[int, Sequence[Warn]]:
    """For the pages of goals: words they use whose meaning both sides have not ratified, as far as the viewer sees whose words
    they are."""
    wanted = set(goals)
    found: dict[int, list[Warn]] = {}
    for one in definitions_using(wanted):
        initiative = None if one.ratified else find_initiative(key_of(PREFIX, one.initiative))
        if initiative is None or not may_see(viewer, initiative):
            continue
        said = Text("blueprint.goal_warning", {"term": one.term, "initiative": initiative.key})
        path = f"/initiatives/{initiative.key}/blueprint#definition-{one.id}"
        for goal in wanted & set(one.goals):
            found.setdefault(goal, []).append(Warn(said, path, Text("blueprint.goal_warning_look")))
    return found
