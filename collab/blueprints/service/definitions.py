"""What a word means to both sides: written by either, ratified by both leads, and unratified again as soon as it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, update

from collab.blueprints.models import Definition, DefinitionGoal
from collab.blueprints.queries.blueprints import definition_content
from collab.blueprints.queries.items import DefinitionView, definitions_of, find_definition, paper_of
from collab.blueprints.service.drawing import Drawn, changed, draw
from collab.blueprints.service.justifying import Problems, goal_of, refuse
from collab.blueprints.service.signing import lay_paper
from collab.goals import queries as goals
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow, Text
from collab.signatures import queries as sheets
from collab.signatures import service as signing

_definitions: Table = Definition.__table__  # type: ignore[assignment]
_goals: Table = DefinitionGoal.__table__  # type: ignore[assignment]
_NEEDED = ("term", "meaning")
"""Neither is ever empty."""


def define(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime) -> int:
    """Write what a word means: `term`, `meaning`, and the `goals` whose metrics use it. Returns its number.

    Raises:
        Invalid: the word is defined here already, or no such goal; a word or a meaning that is empty.
        NotFound, NotAllowed, NotNow, Stale.
    """
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        problems: Problems = {}
        used = _goals_of(actor, fields.get("goals") or (), problems)
        _check_term(held, fields.get("term"), None, problems)
        refuse(problems)
        row = insert(_definitions).values(
            initiative_id=held.initiative.id, term=fields["term"], meaning=fields["meaning"], version=1,
            written_by_id=actor.id, written_at=now,
        )  # fmt: skip
        number = int(db.session.scalar(row.returning(_definitions.c.id)) or 0)
        _tie(number, used)
        changed(held, "define", actor, now=now, after=_content(held, number))
        return number


def redefine(
    actor: Actor, key: str, number: int, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime
) -> None:
    """Change the word, its meaning or the goals that use it. Other words than those that were laid out are the next version, and
    nobody has ratified it. Which goals use it is no change of the meaning. Raises as `define`."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        before = _found(held, number)
        problems: Problems = {name: Text("field.required") for name in _NEEDED if name in fields and not fields[name]}
        used = _used_now(actor, before, fields, problems)
        _check_term(held, fields.get("term", before.term), before, problems)
        refuse(problems)
        old = _content(held, number)
        _rewrite(held, before, fields, actor, now)
        _tie(number, used)
        new = _content(held, number)
        if old != new:
            changed(held, "redefine", actor, now=now, before=old, after=new)


def remove_definition(actor: Actor, key: str, number: int, *, seen: int | None = None, now: datetime) -> None:
    """Take it away; what was signed stays as a record. Raises NotFound, NotAllowed, NotNow, Stale."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        before = _content(held, number)
        signing.void(held.key, paper_of(number), reason="content", actor=actor, now=now)
        db.session.execute(update(_definitions).where(_definitions.c.id == number).values(removed_at=now))
        changed(held, "define_remove", actor, now=now, before=before)


def lay_definition(actor: Actor, key: str, number: int, *, now: datetime) -> int:
    """Put a meaning before both leads, to be ratified; returns the number of the sheet.

    Raises:
        NotNow: it is before them already, or they ratified it; or one of the two sides has no lead.
        NotFound, NotAllowed, Invalid (somebody cannot sign).
    """
    with atomic():
        held = draw(actor, key, "lay")
        found = _found(held, number)
        if found.ratified:
            raise NotNow("definition_ratified", term=found.term)
        content = {"term": found.term, "meaning": found.meaning}
        version, sheet = lay_paper(held, found.paper, found.version, content, actor, now)
        if version != found.version:
            db.session.execute(update(_definitions).where(_definitions.c.id == number).values(version=version))
        return sheet


def _found(held: Drawn, number: int) -> DefinitionView:
    found = find_definition(held.initiative.id, number)
    if found is None:
        raise NotFound
    return found


def _content(held: Drawn, number: int) -> dict[str, Any]:
    return definition_content(_found(held, number))


def _rewrite(held: Drawn, before: DefinitionView, fields: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    term, meaning = fields.get("term", before.term), fields.get("meaning", before.meaning)
    if (term, meaning) == (before.term, before.meaning):
        return
    laid = sheets.find_sheet(held.key, before.paper, before.version) is not None
    if laid:
        signing.void(held.key, before.paper, reason="content", actor=actor, now=now)
    values = {
        "term": term, "meaning": meaning, "version": before.version + laid, "written_by_id": actor.id, "written_at": now,
    }  # fmt: skip
    db.session.execute(update(_definitions).where(_definitions.c.id == before.id).values(**values))


def _check_term(held: Drawn, term: str | None, before: DefinitionView | None, problems: Problems) -> None:
    """One word has one meaning here."""
    others = [one for one in definitions_of(held.initiative.id) if before is None or one.id != before.id]
    if term and any(one.term.casefold() == term.casefold() for one in others):
        problems["term"] = Text("blueprint.problem.defined_already")


def _goals_of(actor: Actor, written: Iterable[str], problems: Problems) -> list[int]:
    found = [goal_of(actor, one, problems, "goals") for one in written]
    return sorted({one for one in found if one is not None})


def _used_now(actor: Actor, before: DefinitionView, fields: Mapping[str, Any], problems: Problems) -> list[int]:
    """The goals that use it from now on; those hidden from the actor stay."""
    if "goals" not in fields:
        return list(before.goals)
    hidden = [one for one in before.goals if goals.find_tied(actor, one) is None]
    return sorted({*hidden, *_goals_of(actor, fields.get("goals") or (), problems)})


def _tie(number: int, used: Iterable[int]) -> None:
    db.session.execute(delete(_goals).where(_goals.c.definition_id == number))
    rows = [{"definition_id": number, "goal_id": goal} for goal in used]
    if rows:
        db.session.execute(insert(_goals), rows)
