"""Moving waits whose moment has come: a batch of locked rows at a time, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Table, bindparam, update

from collab.audit import service as audit
from collab.escalations.models import Escalation
from collab.escalations.registry import watches
from collab.escalations.rules import people
from collab.escalations.rules.climb import Outcome, Position, climb
from collab.escalations.rules.policies import Policy, thaw
from collab.escalations.rules.states import ENDED, EXHAUSTED
from collab.escalations.service import alarming, silences, telling
from collab.escalations.service.people_of import Here, people_of, sides_of
from collab.escalations.service.silences import Catching
from collab.escalations.service.telling import Said
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.outbox import service as outbox
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
OVER = "over"
"""Ended by the sweep: nobody waits any more, although nobody said so."""
_waits: Table = Escalation.__table__  # type: ignore[assignment]
_MOVE = (
    update(_waits)
    .where(_waits.c.id == bindparam("wait"))
    .values(
        state=bindparam("to_state"), rung=bindparam("to_rung"), loop=bindparam("to_loop"), heard=bindparam("to_heard"),
        next_at=bindparam("to_next_at"), owner_id=bindparam("to_owner"), acknowledged_by_id=None, acknowledged_at=None,
    )
)  # fmt: skip
_OVER = (
    update(_waits)
    .where(_waits.c.id.in_(bindparam("waits", expanding=True)))
    .values(state=ENDED, next_at=None, ended_at=bindparam("at"), end_reason=OVER)
)


def move(rows: Sequence[AnyRow], *, now: datetime, catching: Catching | None = None) -> None:
    """Run what is due of these waits, whose rows and subjects this transaction has locked."""
    awaited = still_awaited(rows, now)
    if awaited:
        policies = [thaw(row.policy) for row in awaited]
        here = people_of(awaited, policies, now)
        said = [_said(row, policy, here, now) for row, policy in zip(awaited, policies, strict=True)]
        _write(said, here, now, catching=catching)


def move_by_hand(row: AnyRow, *, by: Actor, reason: str, now: datetime) -> Outcome:
    """Somebody asks for the next rung above the last chance now."""
    policy = thaw(row.policy)
    here = people_of([row], [policy], now)
    said = _said(row, policy, here, now, manual=True)
    _write([said], here, now, by=by, reason=reason)
    return said.outcome


def still_awaited(rows: Sequence[AnyRow], now: datetime) -> list[AnyRow]:
    """Ask each feature once which of its waits still matter; the others end."""
    by_watch: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_watch[row.watch].append(row.key)
    matter = {code: watches[code].still(keys) for code, keys in by_watch.items() if code in watches}
    over = [row.id for row in rows if row.watch in matter and row.key not in matter[row.watch]]
    if over:
        run(_OVER, {"waits": over, "at": now})
    gone = set(over)
    return [row for row in rows if row.id not in gone]


def _said(row: AnyRow, policy: Policy, here: Here, now: datetime, *, manual: bool = False) -> Said:
    sides = sides_of(row)
    at, slot = Position(row.state, row.rung, row.loop, row.heard), now if manual else row.next_at
    outcome = climb(
        at, policy, sides, here.organisation, here.clocks(sides), slot=slot, now=now, manual=manual
    )  # fmt: skip
    return Said(row, outcome, slot, manual)


def _write(
    all_said: Sequence[Said], here: Here, now: datetime, *, catching: Catching | None = None,
    by: Actor | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    all_said = _with_alarms(all_said, now)
    letters = telling.write(all_said, now=now)
    telling.send(silences.fold(catching, letters) if catching else letters, now=now)
    run(_MOVE, [_change(said) for said in all_said])
    for said in all_said:
        _record(said, here, now, by=by, reason=reason)
        if said.row.heard or said.outcome.state == EXHAUSTED or said.manual:
            before = subjects.lock(said.row.subject_key).seq  # grows with every climb; a moment may be the same twice
            turn = f"escalation:{said.row.id}:{before}:{said.outcome.rung}"
            outbox.repaint(said.row.subject_key, turn=turn, now=now)


def _with_alarms(all_said: Sequence[Said], now: datetime) -> Sequence[Said]:
    alarmed = {said.row.id for said in all_said if said.outcome.nobody}
    if not alarmed:
        return all_said
    admins = alarming.administrators(now)
    for wait in sorted(alarmed):
        log.error("escalation.nobody", escalation=wait)
    return [
        Said(said.row, said.outcome, said.slot, said.manual, admins if said.row.id in alarmed else ())
        for said in all_said
    ]


def _change(said: Said) -> dict[str, Any]:
    to = said.outcome
    return {
        "wait": said.row.id, "to_state": to.state, "to_rung": to.rung, "to_loop": to.loop, "to_heard": to.heard,
        "to_next_at": to.next_at, "to_owner": to.owner,
    }  # fmt: skip


def _record(said: Said, here: Here, now: datetime, *, by: Actor | None, reason: str | None) -> None:
    """One entry on the subject's chain per climb: who heard, and who was skipped why."""
    ran = said.outcome.ran
    told = [[here.email(told.member), told.why] for one in ran for told in one.chosen.told]
    skipped = [[here.email(skip.member), skip.reason] for one in ran for skip in one.chosen.skipped]
    details: dict[str, Any] = {
        "wait": said.row.key, "watch": said.row.watch, "rung": ran[-1].rung if ran else said.outcome.rung, "loop": said.outcome.loop,
        "late": here.email(said.row.late_id), "told": told, "skipped": skipped,
    }  # fmt: skip
    audit.record(_verb(said), said.row.subject_key, actor=by, at=now, reason=reason, details=details)


def _verb(said: Said) -> str:
    if said.manual:
        return "escalation_asked"
    if said.outcome.state == EXHAUSTED:
        return "escalation_exhausted"
    if said.outcome.nobody:
        return "escalation_nobody"
    chosen = said.outcome.ran[-1].chosen.told if said.outcome.ran else []
    late = any(told.why == people.LATE for told in chosen)
    return "escalation_last_chance" if late else "escalation_climbed"
