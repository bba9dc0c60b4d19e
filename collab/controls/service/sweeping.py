"""What time does to changes: a confirmed one is written on its day, an unanswered one expires; whoever is asked is still who may
answer. Each in its own transaction."""

from __future__ import annotations

from datetime import date, datetime

import structlog

from collab.controls import queries, rules
from collab.controls.models import ControlChange
from collab.controls.queries import around
from collab.controls.registry import registry
from collab.controls.service.asking_again import ask_again, stand
from collab.controls.service.deciding import end, look, take
from collab.controls.service.telling import ChangeWaits, tell
from collab.kernel import reactions
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.errors import Busy, DomainError, NotNow
from collab.kernel.i18n import as_json
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)


def sweep(*, now: datetime) -> int:
    """Write what is due, ask again where one of two persons is gone, let go of what expired; returns how many. Twice, or two at
    once, do each once."""
    today = day_in(now, company().zone)
    due, expired = _due(today, now), queries.list_expired(now)
    for key in due:
        _try(key, now)
    for row in queries.list_open(now):
        _look_who_is_asked(row.key, now)
    for key in expired:
        with atomic():
            if (stale := _still(key, rules.OPEN)) is not None:
                end(stale, rules.EXPIRED, None, now)
    return len(due) + len(expired)


def _due(today: date, now: datetime) -> list[str]:
    """Confirmed changes whose day has come, and those that do not stand on two persons any more."""
    rows = [row for row in queries.list_running() if row.state == rules.CONFIRMED]
    everybody = registry.everybody(now) if rows else ()
    return [row.key for row in rows if (row.from_on or today) <= today or not stand(row, everybody)]


def _look_who_is_asked(key: str, now: datetime) -> None:
    """A role is lost and given without anybody leaving: whoever keeps the clock of a change looks whom it waits for."""
    try:
        with atomic():
            if _still(key, rules.OPEN) is not None:
                reactions.emit(ChangeWaits(key, now))
    except Busy:
        log.info("controls.later", key=key)


def _try(key: str, now: datetime) -> None:
    """One that cannot be made must not hold up the others; it says so on its page and to both persons."""
    try:
        with atomic():
            row = _still(key, rules.CONFIRMED)
            if row is not None:
                _take(row, now)
    except (Busy, NotNow):  # somebody was quicker, or is at it: the next sweep looks again
        log.info("controls.later", key=key)


def _still(key: str, state: str) -> ControlChange | None:
    subjects.lock(key)
    row = queries.find_change(key)
    return row if row is not None and row.state == state else None


def _take(row: ControlChange, now: datetime) -> None:
    """Write it, or end it where what it was made for is no longer so."""
    everybody = registry.everybody(now)
    if not stand(row, everybody):
        ask_again(row, everybody, now)
        return
    people = {one.id: one for one in everybody}
    try:
        where = around(row, now)
        fields, picture = look(row, where, settled=True)
    except DomainError as refused:
        log.warning("controls.moved", key=row.key, why=refused.said_code, what=as_json(refused.text))
        end(row, rules.MOVED, None, now)
        return
    take(
        row, fields, picture, where, proposer=people[row.proposed_by_id], second=people[row.second_id or 0], actor=None
    )
    tell(row, None, now=now)
