"""Handing a file in, and saying yes to its preview."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import update

from collab.imports import queries, rules
from collab.imports.models import PREVIEWED, WAITING, Import
from collab.imports.registry import registry
from collab.kernel.actor import Actor
from collab.kernel.atomic import Unit, atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.permits import permits
from collab.kernel.storage import Storage

NAME_SHOWN = 120


def hand_in(actor: Actor, kind: str, *, file_name: str, content: bytes, preview_only: bool, now: datetime) -> Import:
    """Keep a file and have a worker take it over. Raises NotFound for an unknown kind, NotAllowed, Invalid."""
    permits.check(registry.get(kind).verb, actor.roles)
    try:
        rules.decode(content)
    except rules.BadFile as bad:
        raise Invalid(dict(bad.problems)) from None
    address = storage().keep(content)
    with atomic() as unit:
        handed = Import(
            kind=kind, file_name=file_name[:NAME_SHOWN] or "-", file_address=address, member_id=actor.id,
            preview_only=preview_only, created_at=now,
        )  # fmt: skip
        db.session.add(handed)
        db.session.flush()
        _wake(unit, handed.id)
    return handed


def confirm(actor: Actor, import_id: int) -> Import:
    """Write what a preview showed; it is checked once more beforehand. Raises NotFound, NotAllowed, NotNow."""
    permits.check(registry.get(queries.get_import(actor, import_id).kind).verb, actor.roles)
    with atomic() as unit:
        previewed = (Import.id == import_id) & (Import.state == PREVIEWED)
        again = {
            "state": WAITING,
            "preview_only": False,
            "done": 0,
            "attempts": 0,
            "leased_until": None,
            "ended_at": None,
        }
        if not db.session.execute(update(Import).where(previewed).values(again).returning(Import.id)).all():
            raise NotNow("import_not_previewed")
        _wake(unit, import_id)
    return queries.get_import(actor, import_id)


def storage() -> Storage:
    """Where files are kept."""
    found: Storage = current_app.extensions["storage"]
    return found


def _wake(unit: Unit, import_id: int) -> None:
    duty = f"imports:{import_id}"
    unit.after_commit(duty, lambda: current_app.extensions["wake"](duty))
