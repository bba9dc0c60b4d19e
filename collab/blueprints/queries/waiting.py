"""Requirements that are waited for: by whom, the clocks that ought to run, the inbox, and what superiors read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from collab.blueprints.models import Requirement
from collab.blueprints.queries.items import RequirementView, requirement
from collab.blueprints.rules.requirements import AHEAD, ANSWERING, ASKED, COMMITTED, COUNTERED, OPEN, other
from collab.goals import queries as goals
from collab.initiatives.queries import PREFIX, InitiativeView
from collab.initiatives.queries.running import led_by, open_among
from collab.initiatives.queries.subject import list_by_keys
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import only_where

WATCH = "blueprint.requirement"
_requirements: Table = Requirement.__table__  # type: ignore[assignment]
_ASKS = {ASKED: "answer", COUNTERED: "agree", COMMITTED: "deliver"}


def wait_key(one: RequirementView) -> str:
    """The name of a requirement's clock: `I-7:requirement:12`."""
    return f"{key_of(PREFIX, one.initiative)}:requirement:{one.id}"


def waits_for(one: RequirementView, initiative: InitiativeView) -> int | None:
    """Who must act next: who was named, else the lead of the answering side; whoever promised; of a counter, who asked. None:
    nobody is there, or nothing is open."""
    if one.state not in OPEN:
        return None
    if not ANSWERING[one.state]:
        return one.asker
    lead = initiative.lead(other(one.side))
    return one.answerer or (lead.member if lead else None)


def list_open(members: Collection[int] | None = None) -> list[RequirementView]:
    """Every requirement somebody must act on, of initiatives that are not over; with `members`, those which they may have to
    act on: what they asked, or are to answer, or what waits where they lead a side."""
    wanted = select(_requirements).where(_requirements.c.due_at.is_not(None)).order_by(_requirements.c.id)
    if members is not None:
        theirs = _requirements.c.asker_id.in_(members) | _requirements.c.answerer_id.in_(members)
        wanted = wanted.where(theirs | _requirements.c.initiative_id.in_(led_by(members)))
    found = [requirement(row) for row in db.session.execute(wanted)]
    running = open_among(one.initiative for one in found)
    return [one for one in found if one.initiative in running]


def still_waited(waits: Sequence[str]) -> frozenset[str]:
    """Those of these clocks whose requirement is waited for still."""
    return frozenset(waits) & frozenset(expected(None))


def expected(_now: datetime | None) -> Collection[str]:
    """Every clock that ought to be running."""
    return [wait_key(one) for one in list_open()]


def of_wait(wait: str) -> RequirementView | None:
    """The requirement a clock runs for."""
    number = wait.partition(":requirement:")[2]
    if not number.isdigit():
        return None
    row = db.session.execute(select(_requirements).where(_requirements.c.id == int(number))).one_or_none()
    return requirement(row) if row else None


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read: what is needed, by when, what was promised, for which goal (of a narrowed one: that there is one)."""
    found = {wait: one for wait in waits if (one := of_wait(wait))}
    return {wait: facts_of(one, None) for wait, one in found.items()}


def facts_of(one: RequirementView, viewer: Actor | None) -> list[tuple[Text, Any]]:
    """The same for a reader (None: whoever reads it)."""
    reason = Text("blueprint.unjustified") if one.unjustified_reason else None
    rows = (
        (Text("blueprint.field.requirement"), one.title),
        (Text("blueprint.field.detail"), one.detail),
        (Text("blueprint.field.answer"), one.answer),
        (Text("blueprint.field.promised_on"), one.promised_on),
        (Text("blueprint.field.needed_by_on"), one.needed_by_on),
        (Text("blueprint.field.goal"), goals.said_of(viewer, one.goal) or reason),
    )
    return [(label, value) for label, value in rows if value]


@only_where(select(_requirements.c.id).where(_requirements.c.due_at.is_not(None)))
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What requirements want of these members: to answer, to look at a counter, to deliver what they promised (from a few days
    before)."""
    ids = {member.id for member in members}
    found = list_open(ids)
    leads = {view.id: view for view in list_by_keys(sorted({key_of(PREFIX, one.initiative) for one in found}))}
    names = people.names_of(one.asker for one in found)
    wanted = [
        (member, key_of(PREFIX, one.initiative), one)
        for one in found
        if one.initiative in leads and (member := waits_for(one, leads[one.initiative])) in ids and _is_near(one, now)
    ]

    def row(one: RequirementView, summary: Summary) -> InboxRow:
        return _row(one, summary, names)

    return subjects.rows_about(members, [(member, key, one) for member, key, one in wanted if member], row)


def _is_near(one: RequirementView, now: datetime) -> bool:
    return one.state != COMMITTED or (one.due_at is not None and one.due_at - AHEAD <= now)


def _row(one: RequirementView, summary: Summary, names: Mapping[int, people.Named]) -> InboxRow:
    by = names[one.asker]
    since = one.due_at - AHEAD if one.state == COMMITTED and one.due_at else one.answered_at or one.asked_at
    return InboxRow(
        key=summary.key, ask=Text(f"blueprint.ask.{_ASKS[one.state]}"), title=one.title,
        path=path_of(one), since=since, due_at=one.due_at, by_en=by.name_en, by_ja=by.name_ja, actions=(_ASKS[one.state],),
    )  # fmt: skip


def path_of(one: RequirementView) -> str:
    """Where a requirement stands."""
    return f"/initiatives/{key_of(PREFIX, one.initiative)}/blueprint#requirement-{one.id}"


def open_of(members: Iterable[int]) -> list[RequirementView]:
    """Open requirements these members asked for, or answer."""
    theirs = list(members)
    named = _requirements.c.asker_id.in_(theirs) | _requirements.c.answerer_id.in_(theirs)
    rows = select(_requirements).where(named, _requirements.c.due_at.is_not(None)).order_by(_requirements.c.id)
    return [requirement(row) for row in db.session.execute(rows)]
