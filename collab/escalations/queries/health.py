"""Whether somebody looks at the clocks, and what is wrong with any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, func, select

from collab.escalations.models import Escalation
from collab.escalations.queries.views import IS_OPEN
from collab.escalations.rules.states import STATES
from collab.kernel.db import AnyRow, db
from collab.outbox.queries import last_sweep
from collab.outbox.rules.patience import QUIET

SWEEP, AUDIT, CLEAN = "escalations.sweep", "escalations.audit", "escalations.clean"
"""What leaves word: a sweep, a look at all clocks, such a look that found nothing wrong."""
LATE = timedelta(minutes=2)
"""A step that is this late while sweeps run is in trouble."""
AUDIT_QUIET = timedelta(minutes=5)
"""A look at all clocks comes each minute: so long without one, and nobody can say that they are right."""
_waits: Table = Escalation.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Health:
    """When somebody last looked, and how many steps are late."""

    now: datetime
    swept_at: datetime | None
    audited_at: datetime | None
    clean_at: datetime | None
    late: int

    @property
    def silent(self) -> bool:
        """Nobody has looked at due steps for two minutes, or ever."""
        return not _recent(self.swept_at, self.now, QUIET)

    @property
    def unproven(self) -> bool:
        """Nobody has looked over all clocks lately, or whoever did found trouble."""
        return not _recent(self.audited_at, self.now, AUDIT_QUIET)

    @property
    def troubled(self) -> bool:
        """The last look over all clocks found something wrong."""
        return self.audited_at is not None and (self.clean_at is None or self.clean_at < self.audited_at)

    @property
    def fine(self) -> bool:
        """Whether every clock is looked at in time."""
        return not (self.silent or self.unproven or self.troubled or self.late)


def _recent(at: datetime | None, now: datetime, within: timedelta) -> bool:
    return at is not None and abs(now - at) <= within


def health(now: datetime) -> Health:
    """How the clocks do."""
    return Health(now, last_sweep(SWEEP), last_sweep(AUDIT), last_sweep(CLEAN), count_late(now))


def last_swept() -> datetime | None:
    """When due steps were last looked at."""
    return last_sweep(SWEEP)


def is_silent(swept_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has looked at due steps for two minutes."""
    return not _recent(swept_at, now, QUIET)


def count_late(now: datetime) -> int:
    """How many steps are more than two minutes late."""
    return db.session.scalar(select(func.count()).select_from(_waits).where(_waits.c.next_at < now - LATE)) or 0


def counts_by_state() -> dict[str, int]:
    """How many open waits are in which state."""
    rows = db.session.execute(select(_waits.c.state, func.count()).where(IS_OPEN).group_by(_waits.c.state))
    return dict.fromkeys(STATES[:-1], 0) | {row[0]: row[1] for row in rows}


def list_late(now: datetime, *, limit: int) -> Sequence[AnyRow]:
    """The latest steps: id and key of their waits."""
    late = select(_waits.c.id, _waits.c.key).where(_waits.c.next_at < now - LATE)
    return db.session.execute(late.order_by(_waits.c.next_at).limit(limit)).all()
