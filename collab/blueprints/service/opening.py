"""A lead opens the blueprint of an initiative."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table

from collab.audit import service as audit
from collab.blueprints.models import Blueprint
from collab.blueprints.queries.blueprints import find_row, may_see
from collab.initiatives.queries import relations_of
from collab.initiatives.service.holding import locked
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits

_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]


def open_blueprint(actor: Actor, key: str, *, now: datetime) -> str:
    """Open the blueprint of an initiative; opening it again changes nothing. Returns the key.

    Raises:
        NotFound, NotAllowed: leads open it.
        NotNow: the initiative is closed.
    """
    with atomic():
        initiative = locked(key)
        if not may_see(actor, initiative):
            raise NotFound
        permits.check("blueprint.open", relations_of(actor, initiative), initiative.state)
        if find_row(initiative.id) is None:
            insert_once(_blueprints, initiative_id=initiative.id, version=1, revision=0, opened_by_id=actor.id,
                        opened_at=now, changed_at=now)  # fmt: skip
            audit.record("blueprint_open", key, actor=actor, at=now)
        return initiative.key
