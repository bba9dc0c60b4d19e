"""The drift report: what a look at reality finds today, and the reports that were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select

from collab.blueprints.models import Blueprint, Drift
from collab.blueprints.queries.blueprints import PAPER, BlueprintView, content_of, find_whole, get_initiative
from collab.blueprints.queries.dialogue import dialogues_of
from collab.blueprints.queries.quarters import days_of, quarter_of
from collab.blueprints.rules import drift as rules
from collab.blueprints.rules.differences import changes
from collab.blueprints.rules.drift import Aim, Apart, Facts, Item, Need, Owner, Word
from collab.blueprints.rules.sides import sides_of
from collab.goals import queries as goals
from collab.goals.queries.habits import today
from collab.initiatives.queries import InitiativeView
from collab.initiatives.rules.moves import SIDES
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.signatures import queries as sheets
from collab.tasks.queries.rows import read as read_task
from collab.tasks.rules.moves import OPEN

_drifts: Table = Drift.__table__  # type: ignore[assignment]
_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]


def drift_now(viewer: Actor, key: str, now: datetime) -> dict[str, Any]:
    """How it would read today, as a viewer may read it; nothing is kept. Raises NotFound."""
    initiative = get_initiative(viewer, key)
    whole = find_whole(initiative)
    if whole is None:
        raise NotFound
    found = {"quarter": quarter_of(now), "made_at": None, **content(whole, quarter_of(now), now)}
    return _shown(viewer, initiative, found)


def get_drift(viewer: Actor, key: str, quarter: str) -> dict[str, Any]:
    """The report of a quarter as it was made, as a viewer may read it. Raises NotFound."""
    initiative = get_initiative(viewer, key)
    at = (_drifts.c.initiative_id == initiative.id) & (_drifts.c.quarter == quarter)
    row = db.session.execute(select(_drifts).where(at)).one_or_none()
    if row is None:
        raise NotFound
    return _shown(viewer, initiative, {**row.content, "quarter": row.quarter, "made_at": row.made_at.isoformat()})


def list_kept(initiative: int) -> list[str]:
    """Quarters of which a report is kept, the newest first."""
    mine = select(_drifts.c.quarter).where(_drifts.c.initiative_id == initiative)
    return list(db.session.scalars(mine.order_by(_drifts.c.quarter.desc())))


def list_due(quarter: str, *, limit: int) -> list[int]:
    """Blueprints that were there in a quarter which is over, and of which no report of it is kept."""
    _first, last = days_of(quarter)
    until = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=ZoneInfo(company().zone))
    kept = select(_drifts.c.initiative_id).where(_drifts.c.quarter == quarter)
    due = select(_blueprints.c.initiative_id).where(
        _blueprints.c.opened_at <= until, _blueprints.c.initiative_id.not_in(kept)
    )
    return list(db.session.scalars(due.order_by(_blueprints.c.initiative_id).limit(limit)))


def content(whole: BlueprintView, quarter: str, now: datetime) -> dict[str, Any]:
    """What is kept of a quarter: the days, the signed version it is held against, what was found. People by e-mail, goals by key."""
    first, last = days_of(quarter)
    return {
        "from_on": first.isoformat(), "until_on": last.isoformat(), "version": whole.row.signed_version,
        "findings": rules.findings(_facts(whole, quarter, now)),
    }  # fmt: skip


def _shown(viewer: Actor, initiative: InitiativeView, found: dict[str, Any]) -> dict[str, Any]:
    """Without the goals the viewer may not see."""
    return {
        "initiative": initiative.key, **found, "findings": goals.without_hidden(viewer, found["findings"]),
        "kept": list_kept(initiative.id),
    }  # fmt: skip


def _facts(whole: BlueprintView, quarter: str, now: datetime) -> Facts:
    version, current = whole.row.signed_version, content_of(whole)
    sheet = sheets.find_sheet(whole.key, PAPER, version) if version else None
    signed = sheet.content if sheet else None
    states = {one["id"]: one["state"] for one in signed.get("requirements", ())} if signed else None
    differ = [(one.what, one.kind, one.title) for one in changes(signed, current)] if signed else []
    dialogues = [one for one in dialogues_of(whole.initiative.id, None) if one.revealed_at]
    points, sources = _items(whole, now)
    return Facts(
        today(now), states, differ, _needs(whole), points, sources,
        [Word(one.term, one.ratified, [key_of(goals.PREFIX, goal) for goal in one.goals]) for one in whole.definitions],
        _aims(whole),
        [Apart(one.question, one.quarter, one.task, _is_open(one.task)) for one in dialogues if one.task],
        frozenset(one.question for one in dialogues if one.quarter == quarter),
    )  # fmt: skip


def _needs(whole: BlueprintView) -> list[Need]:
    return [
        Need(one.id, one.title, one.side, one.state, today(one.answered_at or one.asked_at), one.promised_on)
        for one in whole.requirements
    ]


def _items(whole: BlueprintView, now: datetime) -> tuple[list[Item], list[Item]]:
    """Points and sources with whether their people are still there, and still where they were."""
    ids = {one for point in whole.points for one in (point.owner_1, point.owner_2)}
    ids |= {one.owner for one in whole.sources}
    actors = {one.id: one for one in people.list_actors(now, ids=sorted(ids))} if ids else {}
    stands = _stands(whole.initiative, actors.values())

    def owner(member: int, side: int) -> Owner:
        one = actors[member]
        return Owner(one.email, side, one.active, side in stands[member])

    points = [
        Item(f"{one.process} × {one.system}", [owner(one.owner_1, 1), owner(one.owner_2, 2)]) for one in whole.points
    ]
    return points, [Item(one.name, [owner(one.owner, 0)], len(one.used_by)) for one in whole.sources]


def _stands(initiative: InitiativeView, actors: Iterable[Actor]) -> Mapping[int, frozenset[int]]:
    """The sides each of them stands on today."""
    leads = {held.slot: (held.member, held.department) for held in initiative.leads if held.slot in SIDES}
    sides = people.department_sides()
    return {one.id: sides_of(one.id, {*one.departments, *one.leads}, leads, sides) for one in actors}


def _aims(whole: BlueprintView) -> list[Aim]:
    """Goals the initiative or an item of its blueprint serves."""
    numbers = {*whole.initiative.goals, *(one.goal for one in whole.justified if one.goal)}
    found = [goals.find_goal(key_of(goals.PREFIX, number)) for number in sorted(numbers)]
    return [Aim(one.key, one.state, one.result, one.due_on) for one in found if one]


def _is_open(task: str) -> bool:
    row: AnyRow = read_task(task)
    return row.state in OPEN


def day_of(content: Mapping[str, Any], name: str) -> date:
    """A day of a report."""
    return date.fromisoformat(content[name])
