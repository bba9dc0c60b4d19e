"""The charter in the API's shape."""

from __future__ import annotations

from typing import Any

from collab.initiatives.queries.charter_page import CharterPaper
from collab.initiatives.queries.charters import mark_of
from collab.initiatives.rules.chartering import TEXTS
from collab.kernel.actor import Actor
from collab.people import queries as people
from collab.signatures.views.shapes import sheet_out, tag_of


def charter_out(paper: CharterPaper, viewer: Actor) -> dict[str, Any]:
    """What is written, what is missing, the sheet laid out last, every version."""
    charter = paper.charter
    texts = charter.texts if charter else dict.fromkeys(TEXTS, "")
    emails = people.emails_of(one.written_by for one in paper.versions)
    laid = {sheet.version: sheet for sheet in paper.sheets}
    versions = [
        {
            "version": one.version, "written_by": emails[one.written_by], "written_at": one.written_at.isoformat(),
            "sheet": laid[one.version].id if one.version in laid else None,
            "state": laid[one.version].state if one.version in laid else None,
        }
        for one in paper.versions
    ]  # fmt: skip
    return {
        "key": paper.initiative.key, "state": paper.state, "version": charter.version if charter else 0, **texts,
        "lacks": list(paper.lacks), "sheet": sheet_out(paper.sheet, viewer) if paper.sheet else None, "versions": versions,
    }  # fmt: skip


def charter_tag(paper: CharterPaper) -> str:
    """The ETag: what is written first, then where its sheet stands, so that a new signature is seen and writing goes on."""
    sheet = tag_of(paper.sheet) if paper.sheet else "none"
    return f"{mark_of(paper.charter)}/{sheet}/{paper.initiative.version}"


def mark_in(tag: str) -> str:
    """What of an ETag says which text was read."""
    return tag.partition("/")[0]
