"""Checking the whole trail, some subjects at a time: whoever asks waits seconds at most, a sweep does the rest."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from flask import current_app

from collab.audit.models import Check
from collab.audit.queries import checks
from collab.audit.queries.trail import Fault, missing_days
from collab.audit.rules import NOT_ANCHORED, PROBLEMS
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.kernel.permits import permits
from collab.subjects.queries import list_heads_after

log = structlog.get_logger(__name__)
AT_ONCE = 500
"""Subjects read together."""
PATIENCE = 2.0
"""Seconds whoever asks waits at most."""
SWEEP = 5.0
"""Seconds a sweep takes at most: others wait behind it."""
MOST_FAULTS = 100


def ask_for_check(actor: Actor, *, now: datetime) -> int:
    """Begin to check everything; what takes longer than PATIENCE goes on in the background. Returns the check's number.

    Raises:
        NotNow: one is being made already.
    """
    permits.check("audit.verify", actor.roles)
    with atomic():
        if checks.find_running() is not None:
            raise NotNow("check_runs")
        made = Check(
            asked_by=actor.email, asked_at=now, up_to=checks.last_entry(), anchored=anchor_file() is not None, faults=[]
        )
        db.session.add(made)
        db.session.flush()
    go_on(now=now, seconds=PATIENCE)
    return made.id


def go_on(*, now: datetime, seconds: float = SWEEP) -> bool:
    """Go on with the check that is not done, for so many seconds. Returns whether there was one. Two at a time are harmless:
    each part counts once, for whoever writes it first."""
    check = checks.find_running()
    if check is None:
        return False
    until = time.monotonic() + seconds
    anchored, place, first = _anchored(), check.next_key, not check.next_key
    while True:
        heads = list_heads_after(place, AT_ONCE)
        found = checks.check_part(heads, anchored) if heads else checks.Part(0, [])
        last = _last(heads, place) if len(heads) == AT_ONCE else None
        lost = [*(_days_missing() + checks.vanished(anchored) if first else ()), *checks.headless(place, last)]
        if not _noted(check.id, place, heads, [*lost, *found.faults], found.entries, now=now):
            return True
        place, first = _last(heads, place), False
        if len(heads) < AT_ONCE or time.monotonic() > until:
            return True


def _noted(
    number: int, place: str, heads: Mapping[str, object], faults: Sequence[Fault], entries: int, *, now: datetime
) -> bool:
    """Write down a part that was checked. False where somebody else did so meanwhile."""
    with atomic():
        check = db.session.get_one(Check, number, with_for_update=True, populate_existing=True)
        if check.state != "running" or check.next_key != place:
            return False
        told = [[fault.subject, fault.seq, PROBLEMS[fault.problem]] for fault in faults]
        check.faults = [*check.faults, *told][:MOST_FAULTS]
        check.subjects, check.entries = check.subjects + len(heads), check.entries + entries
        check.next_key = _last(heads, place)
        if len(heads) < AT_ONCE:
            check.state, check.ended_at = ("broken" if check.faults else "holds"), now
            (log.error if check.faults else log.info)("audit.checked", entries=check.entries, faults=len(check.faults))
    return True


def _last(heads: Mapping[str, object], place: str) -> str:
    """The last of them in the database's own order."""
    return next(reversed(list(heads)), place)


def anchor_file() -> Path | None:
    """The anchor of this installation, if it is a file that is there."""
    target: str | None = current_app.extensions["audit.anchor"]
    return Path(target) if target and "://" not in target else None


def _anchored() -> checks.Anchored:
    file = anchor_file()
    try:
        return checks.read_anchor(file) if file and file.exists() else {}
    except (ValueError, KeyError):
        log.exception("audit.anchor_unreadable")
        return {}


def _days_missing() -> list[Fault]:
    """Days the anchor should hold and does not; a file that is gone or that nobody can read has lost them all."""
    file = anchor_file()
    if file is None:
        return []
    try:
        faults = missing_days(file)
        if file.exists():
            checks.read_anchor(file)
    except (ValueError, KeyError):
        return [Fault("anchor", 1, NOT_ANCHORED)]
    return faults
