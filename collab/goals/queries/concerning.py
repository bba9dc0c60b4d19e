"""Whom goals concern, and what shared channels may say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.sight import owners_of
from collab.goals.rules import RESULTS
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of, number_of
from collab.subjects.registry import Waiting, verbs_told

_goals: Table = Goal.__table__  # type: ignore[assignment]
RISKY = ("at_risk", "off_track")
_TOLD = verbs_told(
    "goal.news", "accept", "decline", "activate", "pause", "resume", "close", "name_owners", "owner_left", "owner_gone"
)


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The departments that answer for each of these goals."""
    numbers = [number_of(PREFIX, key) for key in keys]
    return {
        key_of(PREFIX, goal): frozenset(one.department for one in held) for goal, held in owners_of(numbers).items()
    }


def awaited(keys: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
    """Of goals that are drafts: the owners who have not accepted."""
    numbers = [number_of(PREFIX, key) for key in keys]
    drafts = {
        row.id: row.created_at
        for row in db.session.execute(
            select(_goals.c.id, _goals.c.created_at).where(_goals.c.id.in_(numbers), _goals.c.state == "draft")
        )
    }
    return {
        key_of(PREFIX, goal): [Waiting(one.member, drafts[goal]) for one in held if not one.accepted]
        for goal, held in (owners_of(drafts) if drafts else {}).items()
    }


def news(entry: AnyRow) -> Text | None:
    """What is worth saying of an entry; of a check-in only that somebody sees trouble."""
    if entry.verb == "check_in":
        status = (entry.after or {}).get("status")
        return Text(f"goal.news.{status}") if status in RISKY else None
    if entry.verb == "close" and (result := (entry.after or {}).get("result")) in RESULTS:
        return Text(f"goal.news.{result}")
    return _TOLD(entry)
