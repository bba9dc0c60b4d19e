"""A worker's side: lease one import, take its file over, settle. A worker may die at any line; the sweep goes on from there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, or_, update

from collab.imports import queries
from collab.imports.models import CHECKING, DONE, PREVIEWED, REFUSED, WRITING, Import
from collab.imports.queries import RUNNING
from collab.imports.registry import registry
from collab.imports.service.asking import storage
from collab.imports.service.taking import FILE, Report, take
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Busy, DomainError, Invalid, NotAllowed, NotNow, Text

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
PREVIEW_KEPT = timedelta(hours=24)
_imports: Table = Import.__table__  # type: ignore[assignment]


@dataclass
class Lease:
    """The right to work on one import; lost when another worker took it after this one had been silent too long."""

    row: Any
    now: datetime
    started: float

    def hold(self, **change: Any) -> None:
        """Write down how far we are and hold on a little longer, in a short transaction of its own."""
        with atomic():
            self.settle(leased_until=self.moment() + LEASE, **change)

    def settle(self, **change: Any) -> None:
        """Change the import inside the open transaction. Raises NotNow when it is ours no more."""
        ours = (
            (_imports.c.id == self.row.id) & (_imports.c.attempts == self.row.attempts) & _imports.c.state.in_(RUNNING)
        )
        if not db.session.execute(update(_imports).where(ours).values(**change).returning(_imports.c.id)).all():
            raise NotNow("conflict")

    def moment(self) -> datetime:
        """Now, as far as this run knows: when it began, plus what has passed since."""
        return self.now + timedelta(seconds=time.monotonic() - self.started)


def run(*, import_id: str, now: datetime) -> None:
    """Take one import over, if nobody else is at it."""
    lease = _lease(int(import_id), now)
    if lease is None:
        return
    try:
        if lease.row.attempts > MOST_ATTEMPTS:
            _refuse(lease, Text("import.problem.gave_up", {"n": MOST_ATTEMPTS}))
        else:
            _work(lease)
    except (Busy, NotNow) as later:  # another worker has it by now, or the sweep tries once more
        log.info("imports.later", import_id=lease.row.id, reason=later.said_code)
    _forget_file(lease.row.file_address)


def sweep(*, now: datetime) -> int:
    """Go on with imports whose bell was lost or whose worker died, and let go of previews nobody confirmed."""
    unattended = queries.list_unattended(now)
    for import_id in unattended:
        try:
            run(import_id=str(import_id), now=now)
        except Exception:  # one poisonous file must not hold up the others; its attempts are counted
            log.exception("imports.failed", import_id=import_id)
    for import_id in queries.list_forgotten(now - PREVIEW_KEPT):
        _expire(import_id, now)
    return len(unattended)


def _lease(import_id: int, now: datetime) -> Lease | None:
    """Only one worker gets it; the attempt is counted and committed before anything can go wrong."""
    free = or_(_imports.c.leased_until.is_(None), _imports.c.leased_until < now)
    claim = (
        update(_imports)
        .where(_imports.c.id == import_id, _imports.c.state.in_(RUNNING), free)
        .values(state=CHECKING, attempts=_imports.c.attempts + 1, leased_until=now + LEASE, done=0)
        .returning(_imports)
    )
    with atomic():
        row = db.session.execute(claim).one_or_none()
    return Lease(row, now, time.monotonic()) if row else None


def _work(lease: Lease) -> None:
    try:
        _take(lease)
    except (Invalid, NotAllowed) as refusal:
        _refuse(lease, *(refusal.fields.values() if isinstance(refusal, Invalid) else [refusal.text]))
    except FileNotFoundError:
        _refuse(lease, Text("import.problem.file_gone"))
    except (Busy, NotNow):
        raise
    except DomainError as refusal:
        _refuse(lease, refusal.text)


def _take(lease: Lease) -> None:
    row = lease.row
    actor = registry.find_actor(row.member_id, lease.now)
    if actor is None or not actor.active:
        raise NotAllowed
    take(
        registry.get(row.kind), storage().read(row.file_address), actor=actor, now=lease.now,
        progress=lambda done, total: lease.hold(done=done, total=total, state=_stage(done, total, row.preview_only)),
        settle=lambda report: _settle(lease, report),
    )  # fmt: skip


def _stage(done: int, total: int, preview_only: bool) -> str:  # noqa: FBT001 - the column's own name
    return WRITING if done == total and total and not preview_only else CHECKING


def _settle(lease: Lease, report: Report) -> bool:
    """The end of an import, in the transaction that writes its rows: both are committed or neither. True: write them."""
    state = REFUSED if report.problems else PREVIEWED if lease.row.preview_only else DONE
    done = 0 if report.problems else report.total
    lease.settle(
        state=state, done=done, total=report.total, errors=_with_rest(report),
        changes={} if report.problems else report.changes, leased_until=None,
        ended_at=lease.moment(),
    )  # fmt: skip
    return state == DONE


def _with_rest(report: Report) -> list[dict[str, Any]]:
    rest = report.problems - len(report.errors)
    more = {"row": None, "field": FILE, "problem": {"say": "import.problem.more", "args": {"n": rest}}}
    return [*report.errors, more] if rest else report.errors


def _refuse(lease: Lease, *problems: Text) -> None:
    report = Report(total=lease.row.total)
    for problem in problems:
        report.refuse(None, FILE, problem)
    with atomic():
        _settle(lease, report)


def _expire(import_id: int, now: datetime) -> None:
    report = Report()
    report.refuse(None, FILE, Text("import.problem.expired"))
    old = (_imports.c.id == import_id) & (_imports.c.state == PREVIEWED)
    gone = update(_imports).where(old).values(state=REFUSED, errors=report.errors, ended_at=now)
    with atomic():
        rows = db.session.execute(gone.returning(_imports.c.file_address)).all()
    for row in rows:
        _forget_file(row.file_address)


def _forget_file(address: str) -> None:
    if not queries.is_needed(address):
        storage().drop(address)
