"""Tasks that guests of partners are invited to, or that are asked of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, delete, select, union

from collab.access.registry import Sharing
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.db import run
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.tasks.models import PREFIX, Task, TaskPerson
from collab.tasks.queries.rows import list_others, read, relations
from collab.tasks.service.passing import share

_tasks: Table = Task.__table__  # type: ignore[assignment]
_others: Table = TaskPerson.__table__  # type: ignore[assignment]


def check(actor: Actor, key: str) -> None:
    """Whether somebody may let others see it. Raises NotFound, NotAllowed, NotNow."""
    row = read(key)
    here = relations(actor, row, list_others([row.id])[row.id])
    if not permits.allows("task.show", here):
        raise NotFound
    permits.check("task.share", here, row.state)


def give(actor: Actor, key: str, email: str, now: datetime) -> None:
    """Let a guest see it."""
    share(actor, key, members=[email], now=now)


def shared(members: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The tasks each of these sees: shared with them, or theirs to do."""
    ids = list(members)
    seen = select(_others.c.member_id.label("member"), _others.c.task_id.label("task")).where(
        _others.c.member_id.in_(ids)
    )
    theirs = select(_tasks.c.assignee_id, _tasks.c.id).where(_tasks.c.assignee_id.in_(ids))
    found: dict[int, list[str]] = defaultdict(list)
    for member, task in run(union(seen, theirs).order_by("task")):
        found[member].append(key_of(PREFIX, task))
    return found


def end(member: int, now: datetime) -> None:
    """They see none of them any more, within the transaction in which they leave; what is theirs to do falls to others."""
    keys = [
        key_of(PREFIX, task) for task in run(select(_others.c.task_id).where(_others.c.member_id == member)).scalars()
    ]
    subjects.lock_all(keys)
    run(delete(_others).where(_others.c.member_id == member))
    for key in keys:
        audit.record("unshare", key, actor=None, at=now, before={"shared_with": [people.email_of(member)]})


SHARING = Sharing(PREFIX, check, give, shared, end)
