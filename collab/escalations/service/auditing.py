"""Proof that clocks run: every minute all that escalates is looked over, trouble is mended or told, and word is left."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from flask import current_app
from sqlalchemy import Table, select
from sqlalchemy.exc import SQLAlchemyError

from collab.calendars.queries import list_calendars
from collab.escalations.models import Escalation
from collab.escalations.queries import IS_OPEN, health
from collab.escalations.registry import watches
from collab.escalations.rules import policies as rules
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, EXHAUSTED, STATES, WAITING
from collab.escalations.service.repairing import repair
from collab.escalations.service.waits import end
from collab.kernel.atomic import atomic
from collab.kernel.business_time import BusinessTimeError
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import DomainError
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.outbox.service.enqueueing import enqueue_once
from collab.slack import identity
from collab.subjects import service as subjects

log = structlog.get_logger(__name__)
ALARM = "escalation.audit"
SUBJECT = "escalations"
NO_MOMENT, LATE, SUBJECT_OVER, TOO_FAR, NO_CLOCK = "no_moment", "late", "subject_over", "too_far", "no_clock"
NO_ANSWER = "no_answer"
MOST_LOOKED_AT, MOST_TOLD, AT_ONCE = 1000, 20, 500
MARGIN = timedelta(days=7)
"""Beyond what a policy can say from today: days off of both sides, and hours until the next opening."""
PATIENCE = 5
"""Seconds the monitor outside may take to hear us."""
_waits: Table = Escalation.__table__  # type: ignore[assignment]
_COLUMNS = (
    _waits.c.id, _waits.c.key, _waits.c.subject_key, _waits.c.watch, _waits.c.state, _waits.c.rung, _waits.c.due_at,
    _waits.c.next_at, _waits.c.policy,
)  # fmt: skip


@dataclass(frozen=True)
class Trouble:
    """One wait that is not as it should be. `id` is None for one that is not there at all."""

    code: str
    key: str
    id: int | None = None


def audit(*, now: datetime) -> list[Trouble]:
    """Look over everything that escalates: mend what can be mended, tell administrators once a day, leave word; after a
    clean look the monitor outside hears of it. Returns what was found."""
    mended = repair(now)
    found = find_trouble(now)
    if mended or found:
        log.error(
            "escalations.trouble",
            found=[f"{one.code} {one.key}" for one in found[:MOST_TOLD]],
            count=len(found),
            mended=mended,
        )
    if found:
        with atomic():
            _mend(found, now)
            _tell(found, now)
    else:
        outbox.leave_word(health.CLEAN, now)
    outbox.leave_word(health.AUDIT, now)
    if not found:
        _ping()
    return found


def find_trouble(now: datetime) -> list[Trouble]:
    """Everything wrong with the clocks now; a wait is named once, with the worst."""
    found = [*_without_moment(), *_too_far(now), *_over(), *_late(now), *_without_clock(now)]
    return list({one.key: one for one in reversed(found)}.values())[::-1]


def _without_moment() -> Iterable[Trouble]:
    """Open, and nobody would ever look again."""
    runs = _waits.c.state.in_(STATES[:3]) & _waits.c.next_at.is_(None)
    rows = db.session.execute(select(_waits.c.id, _waits.c.key).where(runs).limit(AT_ONCE))
    return [Trouble(NO_MOMENT, row.key, row.id) for row in rows]


def _late(now: datetime) -> Iterable[Trouble]:
    """Due for minutes although somebody sweeps; while nobody does, that is the trouble, and it is told elsewhere."""
    if health.is_silent(health.last_swept(), now):
        return []
    return [Trouble(LATE, row.key, row.id) for row in health.list_late(now, limit=AT_ONCE)]


def _over() -> Iterable[Trouble]:
    """It climbs, or has an owner, and nobody waits any more. What is not due yet is looked at when it falls due."""
    which = _waits.c.state.in_((CLIMBING, ACKNOWLEDGED, EXHAUSTED))
    rows = db.session.execute(select(*_COLUMNS).where(which).order_by(_waits.c.id.desc()).limit(MOST_LOOKED_AT)).all()
    still = _awaited(rows)
    return [Trouble(SUBJECT_OVER, row.key, row.id) for row in rows if row.key not in still]


def _too_far(now: datetime) -> Iterable[Trouble]:
    """Its next moment lies further ahead than its own policy can say: a clock was wrong when it was written."""
    ahead = (_waits.c.next_at > _waits.c.due_at) & (_waits.c.next_at > now)  # what is due now was handed on when late
    early = (_waits.c.state == WAITING) & (_waits.c.rung == 0) & ahead
    climbing = (_waits.c.rung > 0) & (_waits.c.next_at > now + MARGIN)
    rows = db.session.execute(select(*_COLUMNS).where(early | climbing, IS_OPEN).limit(AT_ONCE)).all()
    return [Trouble(TOO_FAR, row.key, row.id) for row in rows if row.rung == 0 or row.next_at > _furthest(row, now)]


def _furthest(row: AnyRow, now: datetime) -> datetime:
    """The latest moment any rung or acknowledgement of its policy could mean from now, on any calendar of the house."""
    policy = rules.thaw(row.policy)
    spans = [rules.span(policy.ack), *(rung.span for rung in policy.rungs)]
    moments = [now]
    for calendar in list_calendars():
        for span in spans:
            try:
                moments.append(span.due(calendar.next_opening(now), calendar))
            except BusinessTimeError:
                continue
    return max(moments) + MARGIN


def _without_clock(now: datetime) -> Iterable[Trouble]:
    """Somebody waits for it, by its feature's own rows, and nothing runs. Looked at twice: it may just have ended."""
    for code, watch in watches.items():
        expected = _asked(code, partial(watch.expected, now))
        if expected is None:
            yield Trouble(NO_ANSWER, code)
        elif missing := _not_running(expected):
            again = _not_running(missing & set(watch.expected(now)))
            yield from (Trouble(NO_CLOCK, key) for key in sorted(again))


def _not_running(keys: Iterable[str]) -> set[str]:
    wanted = sorted(set(keys))
    running: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        batch = _waits.c.key.in_(wanted[start : start + AT_ONCE])
        running.update(db.session.scalars(select(_waits.c.key).where(batch, IS_OPEN)))
    return set(wanted) - running


def _mend(found: Sequence[Trouble], now: datetime) -> None:
    """What nobody waits for ends; a moment that cannot be meant is counted again from now. What is late the sweep does, and
    a clock that was never started only its feature can start."""
    over = sorted(one.id for one in found if one.code == SUBJECT_OVER and one.id)
    rows = db.session.execute(
        select(_waits.c.id, _waits.c.subject_key).where(_waits.c.id.in_(over)).order_by(_waits.c.subject_key)
    ).all()
    for key in dict.fromkeys(row.subject_key for row in rows):
        subjects.lock(key)
    again = db.session.execute(select(*_COLUMNS).where(_waits.c.id.in_(over), IS_OPEN)).all()
    still = _awaited(again)
    ended = [row for row in again if row.key not in still]  # it may have begun anew meanwhile
    end([row.key for row in ended], reason="over", now=now)
    for one in ended:
        outbox.repaint(one.subject_key, turn=f"escalation:{one.id}:over", now=now)
    repair(now, also=[one.id for one in found if one.code in (TOO_FAR, NO_MOMENT) and one.id])


def _awaited(rows: Sequence[AnyRow]) -> set[str]:
    """Those of these waits that still matter. A feature that cannot say keeps its own as they are."""
    found: set[str] = set()
    for code in {row.watch for row in rows}:
        keys = [row.key for row in rows if row.watch == code]
        answered = _asked(code, partial(watches[code].still, keys)) if code in watches else keys
        found.update(keys if answered is None else answered)
    return found


def _asked(code: str, question: Callable[[], Collection[str]]) -> Collection[str] | None:
    """What a feature answers; None where it fails: that is reported, and nobody else's clocks go unaudited for it."""
    try:
        return question()
    except (SQLAlchemyError, DomainError, LookupError, TypeError, ValueError, AttributeError):
        log.exception("escalations.watch_failed", watch=code)
        db.session.rollback()
        return None


def _tell(found: Sequence[Trouble], now: datetime) -> None:
    """Administrators, once a day each: the page and the log have the rest."""
    args = {"found": [[one.code, one.key] for one in found[:MOST_TOLD]], "count": len(found)}
    notes = [
        Note(ALARM, SUBJECT, f"escalations:audit:{now.date()}:{admin.id}", member=admin.id, args=args, urgent=True)
        for admin in identity.everybody()
        if admin.active and admin.is_admin
    ]
    enqueue_once(*notes, now=now)


def _ping() -> None:
    """Tell the monitor outside that clocks run; it alarms when it does not hear. Best effort: nothing here depends on it."""
    url: str | None = current_app.extensions["settings"].heartbeat_url
    if not url:
        return
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "collab"})  # noqa: S310 - settings take http and https only
        urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE).close()
    except (OSError, ValueError) as problem:
        log.warning("escalations.heartbeat_not_heard", error=type(problem).__name__)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Another address is not the one that was set."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        """No."""
