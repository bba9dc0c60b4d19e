"""Read-only answers about imports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from collab.imports.models import CHECKING, PREVIEWED, WAITING, WRITING, Import
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound

__all__ = ["Import", "get_import", "is_needed", "list_forgotten", "list_imports", "list_unattended"]

RUNNING = (WAITING, CHECKING, WRITING)
RECENT = 10


def get_import(viewer: Actor, import_id: int) -> Import:
    """An import of one's own. Raises NotFound: what is in somebody's file is nobody else's business."""
    found = db.session.get(Import, import_id, populate_existing=True)
    if found is None or found.member_id != viewer.id:
        raise NotFound
    return found


def list_imports(viewer: Actor) -> list[Import]:
    """One's latest imports, newest first."""
    mine = select(Import).where(Import.member_id == viewer.id).order_by(Import.id.desc()).limit(RECENT)
    return list(db.session.scalars(mine))


def list_unattended(now: datetime) -> list[int]:
    """Imports nobody is working on: their bell was lost, or their worker died."""
    free = or_(Import.leased_until.is_(None), Import.leased_until < now)
    return list(db.session.scalars(select(Import.id).where(Import.state.in_(RUNNING), free).order_by(Import.id)))


def list_forgotten(before: datetime) -> list[int]:
    """Previews nobody confirmed."""
    old = (Import.state == PREVIEWED) & (Import.created_at < before)
    return list(db.session.scalars(select(Import.id).where(old).order_by(Import.id)))


def is_needed(address: str) -> bool:
    """Whether a file is still to be read by some import: equal files share one address."""
    waiting = (Import.file_address == address) & Import.state.in_((*RUNNING, PREVIEWED))
    return db.session.scalar(select(Import.id).where(waiting).limit(1)) is not None
