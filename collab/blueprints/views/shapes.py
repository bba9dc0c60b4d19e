"""A blueprint in the API's shape, as one viewer may see it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zlib import crc32

from collab.blueprints.queries import blueprints, citing, coverage
from collab.blueprints.queries.blueprints import BlueprintView
from collab.blueprints.queries.items import RequirementView
from collab.blueprints.queries.waiting import waits_for
from collab.blueprints.rules.differences import Change
from collab.goals import queries as goals
from collab.kernel.actor import Actor
from collab.people import queries as people
from collab.signatures.queries import SheetView


def whole(viewer: Actor, key: str, now: datetime) -> dict[str, Any]:
    """Everything. Raises NotFound."""
    view = blueprints.get_blueprint(viewer, key)
    emails = people.emails_of(_people(view))
    here = people.list_active(_people(view))
    content = blueprints.without_hidden(viewer, _items(view, emails))
    for shown, point in zip(content["points"], view.points, strict=True):
        shown["owner_left"] = not {point.owner_1, point.owner_2} <= here
    for shown, source in zip(content["sources"], view.sources, strict=True):
        shown["owner_left"] = source.owner not in here
    for shown, one in zip(content["requirements"], view.requirements, strict=True):
        shown.update(_course(view, one, emails, now))
    for shown, word in zip(content["definitions"], view.definitions, strict=True):
        shown.update(ratified=word.ratified, ratified_version=word.ratified_version)
    return {
        "key": view.key, "version": view.row.version, "signed_version": view.row.signed_version, "revision": view.row.revision,
        "counts": asdict(view.counts(now)), **content, "coverage": [asdict(one) for one in coverage.coverage(view)],
        "citations": _citations(viewer, key), "since_signed": differing(viewer, citing.since_signed(view)),
    }  # fmt: skip


def mark_of(body: Mapping[str, Any]) -> str:
    """The ETag of a blueprint: its revision, for `If-Match`, and whatever else of it changed."""
    return f"{body['revision']}.{crc32(json.dumps(body, sort_keys=True).encode()):08x}"


def version(viewer: Actor, sheet: SheetView) -> dict[str, Any]:
    """One version as it was laid out."""
    emails = people.emails_of(seat.member for seat in sheet.seats)
    before = citing.signed_before(sheet.subject_key, sheet.version)
    changes = citing.differences(before, sheet)
    return {
        "version": sheet.version, "state": sheet.state, "sheet": sheet.id, "hash": sheet.hash,
        "laid_at": sheet.laid_at.isoformat(), "valid_at": _iso(sheet.valid_at),
        "signers": [
            {"side": seat.side, "member": emails.get(seat.member), "department": seat.department, "signed_at": _iso(seat.signed_at)}
            for seat in sheet.seats
        ],
        "content": blueprints.without_hidden(viewer, dict(sheet.content)), "changes": differing(viewer, changes),
    }  # fmt: skip


def differing(viewer: Actor, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """What differs, without the goals the viewer may not see."""
    return [
        {"what": one.what, "kind": one.kind, "id": one.id, "title": one.title, "fields": _fields(viewer, one.fields)}
        for one in changes
    ]


def _fields(viewer: Actor, fields: Iterable[tuple[str, Any, Any]]) -> list[dict[str, Any]]:
    found = []
    for name, *pair in fields:
        before, after = (one.get(name) for one in goals.without_hidden(viewer, [{name: value} for value in pair]))
        found.append({"name": name, "before": before, "after": after})
    return found


def _people(view: BlueprintView) -> set[int]:
    owners = {one for point in view.points for one in (point.owner_1, point.owner_2)}
    asked = {
        one for row in view.requirements for one in (row.asker, row.answerer, waits_for(row, view.initiative)) if one
    }
    return owners | asked | {one.owner for one in view.sources}


def _items(view: BlueprintView, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "points": [blueprints.point_content(one, emails) for one in view.points],
        "requirements": [blueprints.requirement_content(one) for one in view.requirements],
        "sources": [blueprints.source_content(one, emails) for one in view.sources],
        "definitions": [blueprints.definition_content(one) for one in view.definitions],
    }


def _course(view: BlueprintView, one: RequirementView, emails: Mapping[int, str], now: datetime) -> dict[str, Any]:
    return {
        "state": one.state, "asker": emails.get(one.asker), "asked_at": one.asked_at.isoformat(),
        "waits_for": emails.get(waits_for(one, view.initiative) or 0), "due_at": _iso(one.due_at),
        "overdue": one.due_at is not None and one.due_at < now, "answerer": emails.get(one.answerer or 0),
        "answered_at": _iso(one.answered_at), "met_at": _iso(one.met_at),
    }  # fmt: skip


def _citations(viewer: Actor, key: str) -> list[dict[str, Any]]:
    found = citing.citations_of(viewer, key)
    emails = people.emails_of(one.by for one in found)
    return [
        {"version": one.version, "subject": one.subject.key, "title": one.subject.title, "by": emails[one.by], "at": one.at.isoformat()}
        for one in found
    ]  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
