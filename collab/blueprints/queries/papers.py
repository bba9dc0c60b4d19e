"""What `collab.signatures` knows of our papers: what stands on them as it is now, and what of it a signer may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.blueprints.queries.blueprints import content_of, find_whole
from collab.blueprints.queries.items import find_definition
from collab.goals import queries as goals
from collab.initiatives.queries import find_initiative
from collab.kernel.actor import Actor
from collab.signatures.queries import SheetView

Content = Mapping[str, Any]
DEFINITION = "definition-"


def path(sheet: SheetView) -> str:
    """Where the paper is read and written."""
    place = f"/initiatives/{sheet.subject_key}/blueprint"
    if sheet.paper.startswith(DEFINITION):
        return f"{place}#{sheet.paper}"
    return f"{place}/versions/{sheet.version}"


def shown(viewer: Actor, content: Content) -> Content:
    """The content of a blueprint without goals that are hidden from the viewer."""
    flat = [item for items in content.values() for item in items]
    rest = iter(goals.without_hidden(viewer, flat))
    return {kind: [next(rest) for _item in items] for kind, items in content.items()}


def current(sheet: SheetView) -> Content | None:
    """What the blueprint says now, if this is its newest version."""
    initiative = find_initiative(sheet.subject_key)
    whole = find_whole(initiative) if initiative else None
    return content_of(whole) if whole else None


def current_definition(sheet: SheetView) -> Content | None:
    """What the word means now."""
    number = sheet.paper.removeprefix(DEFINITION)
    initiative = find_initiative(sheet.subject_key)
    found = find_definition(initiative.id, int(number)) if initiative and number.isdigit() else None
    return {"term": found.term, "meaning": found.meaning} if found else None
