"""Where charters stand, and what is written in them, version by version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from collab.initiatives.models import PREFIX, Charter
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.rules.chartering import DRAFT, NONE, TEXTS, content_of
from collab.kernel.db import AnyRow, db
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.signatures import queries as signatures

PAPER = "charter"
_charters: Table = Charter.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class CharterView:
    """One version of the text. `texts` are vision, customer_outcome, scope, out_of_scope, brings_1, brings_2 and brings_3."""

    initiative: int
    version: int
    texts: Mapping[str, str]
    written_by: int
    written_at: datetime

    @property
    def mark(self) -> str:
        """A short mark of what is written: whoever writes on says what they read."""
        said = repr((self.version, sorted(self.texts.items())))
        return f"{self.version}.{hashlib.sha256(said.encode()).hexdigest()[:16]}"


NOTHING = "0"
"""The mark of a charter nobody has begun."""


def mark_of(charter: CharterView | None) -> str:
    """What somebody who read it has read."""
    return charter.mark if charter else NOTHING


def charter_state(initiative_ids: Iterable[int]) -> Mapping[int, str]:
    """Where the charters of these initiatives stand: `none` (nothing written), `draft` (written, or changed since it was laid out),
    `open` (a signature is missing) or `valid` (both leads signed it as it stands). Three statements, however many."""
    ids = sorted(set(initiative_ids))
    if not ids:
        return {}
    wanted = select(_charters.c.initiative_id).where(_charters.c.initiative_id.in_(ids)).distinct()
    written = set(db.session.scalars(wanted))
    laid = signatures.papers_in_force([key_of(PREFIX, one) for one in ids], PAPER)
    states = {one: laid[key].state for one in ids if (key := key_of(PREFIX, one)) in laid}
    return {one: states.get(one, DRAFT if one in written else NONE) for one in ids}


def was_chartered(key: str) -> bool:
    """Whether both leads had ever signed a charter of it, whatever became of that."""
    return any(sheet.valid_at is not None for sheet in signatures.list_sheets(key, PAPER))


def is_chartered(view: InitiativeView) -> bool:
    """Whether both leads have signed the charter as it stands."""
    sheet = signatures.papers_in_force([view.key], PAPER, state="valid").get(view.key)
    return sheet is not None


def find_charter(initiative: int, version: int | None = None) -> CharterView | None:
    """A version of the text, or the latest."""
    wanted = select(_charters).where(_charters.c.initiative_id == initiative)
    if version is not None:
        wanted = wanted.where(_charters.c.version == version)
    row = db.session.execute(wanted.order_by(_charters.c.version.desc()).limit(1)).one_or_none()
    return _view(row) if row else None


def list_versions(initiative: int) -> list[CharterView]:
    """Every version of the text, the latest first."""
    wanted = select(_charters).where(_charters.c.initiative_id == initiative).order_by(_charters.c.version.desc())
    return [_view(row) for row in db.session.execute(wanted)]


def differences(before: CharterView | None, after: CharterView) -> list[tuple[str, str, str]]:
    """What differs between two versions of the text: the field, before, after."""
    was = before.texts if before else dict.fromkeys(TEXTS, "")
    return [(name, was[name], after.texts[name]) for name in TEXTS if was[name] != after.texts[name]]


def sheet_content(initiative: InitiativeView, charter: CharterView, titles: Mapping[int, str]) -> dict[str, Any]:
    """What stands on the sheet both leads sign: the initiative as it begins, who leads it for which department, the goals with
    their titles of that day, and the text of the charter."""
    emails = people.emails_of(held.member for held in initiative.leads)
    leads = [
        {
            "slot": held.slot, "department": held.department, "member": emails[held.member], "area": held.area,
            "brings": charter.texts[f"brings_{held.slot}"],
        }
        for held in initiative.leads
    ]  # fmt: skip
    return content_of(
        title=initiative.title, problem=initiative.problem, journey_stage=initiative.journey_stage, leads=leads,
        goals=[(key_of("G", one), titles.get(one, "")) for one in initiative.goals], texts=charter.texts,
    )  # fmt: skip


def _view(row: AnyRow) -> CharterView:
    texts = {name: getattr(row, name) for name in TEXTS}
    return CharterView(row.initiative_id, row.version, texts, row.written_by_id, row.written_at)
