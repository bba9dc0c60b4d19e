"""Why nothing at all is sent: an operator's pause, or a workspace that refuses us. Rows stay; a workspace's gate opens by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

import structlog
from sqlalchemy import Table, delete, select, update

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, db, insert_once, run
from collab.outbox.models import Beacon, Gate
from collab.outbox.rules import patience
from collab.outbox.service import operating
from collab.outbox.service.bell import wake
from collab.slack.client import transport
from collab.slack.problems import SlackProblem

log = structlog.get_logger(__name__)
OPERATOR, WORKSPACE = "operator", "workspace"
TRIAL = timedelta(hours=1)
SEEN_BY_PROBE = frozenset({"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired"})
"""What `auth.test` is refused with too: once it is not, messages are not either."""
_gates: Table = Gate.__table__  # type: ignore[assignment]
_beacons: Table = Beacon.__table__  # type: ignore[assignment]
_ANY = select(_gates.c.name).limit(1)


class Shut(Exception):
    """A gate is shut: nothing may be called."""


def check_open() -> None:
    """Raise Shut while nothing may be sent."""
    if run(_ANY).scalar() is not None:
        raise Shut


def close_workspace(error: str, *, now: datetime) -> None:
    """The workspace refuses us (or says that it will): stop all sends, keep the rows, alarm, and ask again soon."""
    with atomic():
        probes = _probes_before(error, now)
        closed = insert_once(
            _gates,
            name=WORKSPACE,
            reason=error,
            closed_at=now,
            probe_at=patience.next_probe(probes, now),
            probes=probes,
        )
    if closed:
        log.error("slack.workspace_refuses", error=error, waiting="messages stay in the outbox")


def refused(error: str, *, now: datetime) -> NoReturn:
    """The workspace has just refused a call of ours: nothing more is sent. Raises Shut."""
    close_workspace(error, now=now)
    raise Shut


def pause(reason: str, *, by: Actor | None, now: datetime) -> bool:
    """Stop all sends until `resume`; False if they are paused already. Nobody (`by` None) is the server's command line."""
    operating.check(by)
    closed_by = by.email if by else None
    with atomic():
        closed = insert_once(_gates, name=OPERATOR, reason=reason, closed_by=closed_by, closed_at=now, probes=0)
        if closed:
            operating.record("pause", by=by, now=now, reason=reason)
    return closed


def resume(*, by: Actor | None, now: datetime) -> bool:
    """End an operator's pause, and ask a workspace that refused us at once; False if nothing was shut."""
    operating.check(by)
    with atomic():
        ended = db.session.scalar(delete(_gates).where(_gates.c.name == OPERATOR).returning(_gates.c.name))
        asked = db.session.scalar(
            update(_gates).where(_gates.c.name == WORKSPACE).values(probe_at=now, probes=0).returning(_gates.c.name)
        )
        if ended or asked:
            operating.record("resume", by=by, now=now, gates=[name for name in (ended, asked) if name])
            wake()
    return bool(ended or asked)


def probe(*, now: datetime) -> None:
    """Ask a workspace that refused us whether it takes us back, when it is time; one worker asks, the others do not."""
    gate = _claimed(now)
    if gate is None:
        return
    try:
        health = transport().check()
    except SlackProblem as problem:
        log.info("slack.still_refuses", error=problem.error)
        return
    if health.missing:
        log.info("slack.still_refuses", error="missing_scope", scopes=sorted(health.missing))
        return
    with atomic():
        db.session.execute(delete(_gates).where(_gates.c.name == WORKSPACE))
        if gate.reason not in SEEN_BY_PROBE:
            _note_trial(gate.reason, now)
        wake()
    log.warning("slack.workspace_is_back", after=str(now - gate.closed_at))


def _note_trial(reason: str, now: datetime) -> None:
    """Remember that we tried again after this refusal: `auth.test` does not show every reason there is."""
    name = f"outbox.trial:{reason}"
    if not insert_once(_beacons, name=name, at=now):
        db.session.execute(update(_beacons).where(_beacons.c.name == name).values(at=now))


def _probes_before(reason: str, now: datetime) -> int:
    """How patient to be from the start: a refusal that came back within the hour is asked about rarely."""
    tried = db.session.scalar(select(_beacons.c.at).where(_beacons.c.name == f"outbox.trial:{reason}"))
    return len(patience.PROBES) if tried is not None and now - tried < TRIAL else 0


def _claimed(now: datetime) -> AnyRow | None:
    """The shut workspace gate, if it is this call's turn to ask."""
    gate = db.session.execute(select(_gates).where(_gates.c.name == WORKSPACE)).one_or_none()
    if gate is None or gate.probe_at is None or now < gate.probe_at <= now + patience.PROBES[-1]:
        return None
    mine = (_gates.c.name == WORKSPACE) & (_gates.c.probe_at == gate.probe_at)
    change = {"probe_at": patience.next_probe(gate.probes + 1, now), "probes": gate.probes + 1}
    with atomic():
        claimed = db.session.scalar(update(_gates).where(mine).values(**change).returning(_gates.c.name))
    return gate if claimed else None
