"""Versions of a blueprint: laid before both leads, and what rests on one they signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, update

from collab.audit import service as audit
from collab.blueprints.models import Blueprint, Citation
from collab.blueprints.queries.blueprints import PAPER, content_of, find_row, find_whole, may_see
from collab.blueprints.service.drawing import draw, repaint
from collab.blueprints.service.signing import lay_paper
from collab.initiatives.queries import relations_of
from collab.initiatives.service.holding import locked
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.keys import as_typed
from collab.kernel.permits import permits
from collab.signatures import queries as sheets
from collab.subjects import queries as subjects

CITING = ("G", "PR", "T", "I")
"""What may rest on a blueprint: goals, purchases, tasks, initiatives."""
_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]
_citations: Table = Citation.__table__  # type: ignore[assignment]


def lay(actor: Actor, key: str, *, seen: int | None = None, now: datetime) -> int:
    """Freeze the working copy as a version and put it before both leads; returns the version. `seen` is the revision the actor
    looked at: nobody lays out what somebody else changed a moment ago.

    Raises:
        NotNow: it is before them already, or signed as it stands; it has no meeting point; a side has no lead.
        Invalid: somebody cannot sign it, or may not read a goal that is named in it.
        NotFound, NotAllowed, Stale.
    """
    with atomic():
        held = draw(actor, key, "lay", seen=seen)
        whole = find_whole(held.initiative)
        if whole is None or not whole.points:
            raise NotNow("blueprint_empty", key=key)
        version, _sheet = lay_paper(held, PAPER, held.row.version, content_of(whole), actor, now)
        at = _blueprints.c.initiative_id == held.initiative.id
        db.session.execute(update(_blueprints).where(at).values(version=version, revision=held.row.revision + 1))
        repaint(held, now=now)
        return version


def cite(actor: Actor, key: str, version: int, subject: str, *, now: datetime) -> None:
    """Let a goal, purchase, task or initiative the actor may see rest on a version both leads signed. Again changes nothing.

    Raises:
        NotNow: (`version_unsigned`) nobody laid that version out, a signature is missing, or it is void.
        Invalid: (`subject`) nothing that can rest on it, or nothing the actor may see.
        NotFound, NotAllowed.
    """
    with atomic():
        initiative = _citing(actor, key)
        found = as_typed(subject) or subject
        if found.partition("-")[0] not in CITING or found == key:
            raise Invalid({"subject": Text("blueprint.problem.cannot_cite")})
        if found not in subjects.list_summaries(actor, [found]):
            raise Invalid({"subject": Text("blueprint.problem.unknown_subject", {"key": subject})})
        sheet = sheets.find_sheet(key, PAPER, version)
        if sheet is None or sheet.state != "valid":
            raise NotNow("version_unsigned", key=key, n=version)
        if insert_once(_citations, initiative_id=initiative, version=version, subject_key=found, cited_by_id=actor.id,
                       cited_at=now):  # fmt: skip
            audit.record("blueprint_cite", key, actor=actor, at=now, after=_said(found, version))


def uncite(actor: Actor, key: str, version: int, subject: str, *, now: datetime) -> None:
    """It rests on that version no more. What does not rest on it is no error. Raises NotFound, NotAllowed."""
    with atomic():
        initiative = _citing(actor, key)
        found = as_typed(subject) or subject
        at = (_citations.c.initiative_id == initiative) & (_citations.c.version == version)
        gone = db.session.execute(delete(_citations).where(at, _citations.c.subject_key == found))
        if gone.rowcount:  # type: ignore[attr-defined]
            audit.record("blueprint_uncite", key, actor=actor, at=now, before=_said(found, version))


def _said(subject: str, version: int) -> dict[str, object]:
    """What the trail keeps; a goal stands where it is taken out for whoever may not see it."""
    return {"version": version, ("goal" if subject.startswith("G-") else "subject"): subject}


def _citing(actor: Actor, key: str) -> int:
    """The number of an initiative whose blueprint the actor may cite, locked."""
    initiative = locked(key)
    if find_row(initiative.id) is None or not may_see(actor, initiative):
        raise NotFound
    permits.check("blueprint.cite", relations_of(actor, initiative))
    return initiative.id
