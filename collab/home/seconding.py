"""The clock of a change that waits for its second person: three business days of whoever is asked, then those who may confirm it
in their place. Controls stand below the clocks, so both are tied together here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.controls import queries
from collab.controls.registry import registry
from collab.controls.rules import OPEN
from collab.controls.service import LAST_CHANCE, ChangeAsked, ChangeOver, ChangeWaits, ask_others
from collab.escalations.queries import find_by_key
from collab.escalations.registry import Watch, add_watch
from collab.escalations.service import Wait, put_off, watch
from collab.escalations.service import end as end_waits
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessTimeError, parse_span
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.subjects import service as subjects

WATCH = "control.second"
DUE = parse_span("3bd")


def install() -> None:
    """Tell the registries."""
    registry.know_due(due)
    add_watch(Watch(WATCH, LAST_CHANCE, still, facts, expected))
    reactions.on(ChangeAsked, start)
    reactions.on(ChangeOver, stop)
    reactions.on(ChangeWaits, look)
    reactions.on(MemberLeft, move)


def due(member: Actor, since: datetime) -> datetime:
    """Three business days on their own calendar; a calendar without an end of the wait leaves the day it expires."""
    try:
        return DUE.due(since, calendar_or_default(member.calendar))
    except BusinessTimeError:
        return datetime.max.replace(tzinfo=since.tzinfo)


def wait_key(key: str) -> str:
    """The name of the clock of a change: `CC-3:second`."""
    return f"{key}:second"


def start(news: ChangeAsked) -> None:
    """One clock for all who are asked: any of them ends it. It runs on the first who is here."""
    row = queries.find_change(news.key)
    if row is not None:
        late = _first_here(row, news.at)
        watch(
            Wait(
                wait_key(news.key), news.key, WATCH, _due(row, late), late=late.id if late else None, other=news.proposer,
                department=late.department if late else None,
            ),
            now=news.at,
        )  # fmt: skip


def stop(news: ChangeOver) -> None:
    """Answered, or nobody waits for it any more."""
    end_waits([wait_key(news.key)], reason="answered" if news.acted else "withdrawn", now=news.at)


def move(left: MemberLeft) -> None:
    """A department's lead cannot confirm in place of whoever left: the next who may is waited for, with days of their own."""
    found = queries.list_open(left.at)
    subjects.lock_all(row.key for row in found)
    for row in found:
        _follow(row, left.at)


def look(news: ChangeWaits) -> None:
    """Whoever is waited for may have lost the role that let them answer."""
    row = queries.find_change(news.key)
    if row is not None:
        _follow(row, news.at)


def _follow(row: Any, now: datetime) -> None:
    """Wait for the next who may answer where whom it waits for may not any more; who is asked by now has the card."""
    wait, asked = find_by_key(wait_key(row.key)), {one.id for one in queries.asked(row, now)}
    late = _first_here(row, now)
    if late is not None and wait is not None and wait.late not in asked:
        put_off(wait.key, min(due(late, now), row.expires_at), late=late.id, now=now)
        ask_others(row, now=now)


def still(waits: Sequence[str]) -> frozenset[str]:
    """Those of these clocks whose change still waits."""
    wanted = {wait: queries.find_change(_key(wait)) for wait in waits}
    return frozenset(wait for wait, row in wanted.items() if row is not None and row.state == OPEN)


def expected(now: datetime) -> Collection[str]:
    """Every clock that ought to be running."""
    return [wait_key(row.key) for row in queries.list_open(now)]


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read: the change, who proposed it, why, until when it can be answered."""
    rows = {wait: row for wait in waits if (row := queries.find_change(_key(wait)))}
    names = people.names_of(row.proposed_by_id for row in rows.values())
    return {
        wait: [
            (Text("control.second.what"), queries.title_of(row)),
            (Text("control.second.proposed_by"), names[row.proposed_by_id]),
            (Text("control.second.reason"), row.reason),
            (Text("control.second.expires"), row.expires_at),
        ]
        for wait, row in rows.items()
    }


def _first_here(row: Any, now: datetime) -> Actor | None:
    asked = queries.asked(row, now)
    present = people.presence([one.id for one in asked], now)
    return next((one for one in asked if not present[one.id].away), asked[0] if asked else None)


def _due(row: Any, late: Actor | None) -> datetime:
    return queries.due_for(late, row) if late else queries.asked_at(row)


def _key(wait: str) -> str:
    return wait.partition(":")[0]
