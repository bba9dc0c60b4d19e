"""How initiatives appear in other features' pages, in cards, the inbox and search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from collab.goals import queries as goals
from collab.goals.queries.stages import find_stage
from collab.initiatives.models import PREFIX, Initiative, InitiativeGoal
from collab.initiatives.queries.initiatives import InitiativeView, find_initiative, relations_of, whole
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of, number_of, numbers_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import Face, Summary, Wanted, keys_in

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_ties: Table = InitiativeGoal.__table__  # type: ignore[assignment]


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per initiative a viewer may see; a guest does not read whose it is."""
    found = {one.key: one for one in list_by_keys(keys_in(wanted))}
    names = people.names_of(held.member for one in found.values() for held in one.leads)
    for viewer, keys in wanted:
        for one in filter(None, map(found.get, keys)):
            if permits.allows("initiative.show", relations_of(viewer, one)):
                first = None if viewer.is_partner or not one.leads else names.get(one.leads[0].member)
                yield viewer.id, _summary(one, first)


def _summary(one: InitiativeView, by: people.Named | None) -> Summary:
    state = Text(f"initiative.state.{one.state}")
    en, ja = (by.name_en, by.name_ja) if by else ("", "")
    return Summary(one.key, "initiative", one.title, path_of(one.key), state, by_en=en, by_ja=ja)


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words an initiative is found by: only what everybody who sees it may read, guests too. Whoever could search for more
    would learn what is written there by trying."""
    return {one.key: f"{one.key} {one.title} {one.problem}" for one in list_by_keys(keys)}


def related(key: str) -> Sequence[str]:
    """The initiatives that serve a goal, and the goals an initiative serves. Who may see which is asked of their kinds."""
    if key.startswith(f"{goals.PREFIX}-"):
        serving = select(_ties.c.initiative_id).where(_ties.c.goal_id == number_of(goals.PREFIX, key))
        return [key_of(PREFIX, one) for one in db.session.scalars(serving.order_by(_ties.c.initiative_id))]
    initiative = find_initiative(key)
    return [key_of(goals.PREFIX, one) for one in initiative.goals] if initiative else []


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says to a viewer: the customer's problem, who leads it for either side, which goals it serves. None if there
    is none, or it is hidden from the viewer. A guest reads title, problem, stage and state."""
    initiative = find_initiative(key)
    if initiative is None or (viewer and not permits.allows("initiative.show", relations_of(viewer, initiative))):
        return None
    state = (Text("initiative.field.state"), Text(f"initiative.state.{initiative.state}"))
    stage = (Text("initiative.field.journey_stage"), find_stage(initiative.journey_stage))
    if viewer is not None and viewer.is_partner:
        return Face(initiative.title, path_of(key), "", "", why=initiative.problem, facts=_said((state, stage)))
    names = people.names_of(held.member for held in initiative.leads)
    first = names.get(initiative.leads[0].member) if initiative.leads else None
    facts = (
        (Text("initiative.field.leads"), leads_said(initiative, names)), state, stage,
        *((Text("initiative.field.goal"), goal) for goal in goals_said(initiative, viewer)),
    )  # fmt: skip
    return Face(
        initiative.title, path_of(key), first.name_en if first else "", first.name_ja if first else "",
        why=initiative.problem, facts=_said(facts),
    )  # fmt: skip


def leads_said(initiative: InitiativeView, names: Mapping[int, people.Named]) -> list[Text]:
    """Who leads it, each with their department, by slot."""
    departments = {row.code: row for row in people.list_departments()}
    return [
        Text("initiative.lead_of", {"who": names[held.member], "department": departments[held.department]})
        for held in initiative.leads
    ]


def goals_said(initiative: InitiativeView, viewer: Actor | None) -> list[str | Text]:
    """Key and title of each goal the viewer may see (None: the whole company); for all the others one line that says so."""
    said = [goals.said_of(viewer, number) for number in initiative.goals]
    seen = [one for one in said if isinstance(one, str)]
    return [*seen, *[one for one in said if one and not isinstance(one, str)][:1]]


def list_by_keys(keys: Sequence[str]) -> list[InitiativeView]:
    """The initiatives of those keys that exist, whoever asks; four statements however many there are."""
    numbers = numbers_of(PREFIX, keys)
    return (
        whole(db.session.execute(select(_initiatives).where(_initiatives.c.id.in_(numbers))).all()) if numbers else []
    )


def path_of(key: str) -> str:
    """Where its paper is."""
    return f"/initiatives/{key}"


def _said(facts: Iterable[tuple[Text, Any]]) -> tuple[tuple[Text, Any], ...]:
    return tuple((label, value) for label, value in facts if value)
