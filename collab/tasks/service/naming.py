"""People and departments named by whoever acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.tasks.queries.rows import list_others, relations


def somebody(email: str, now: datetime, *, field: str, task: AnyRow | None = None) -> Actor:
    """The active member of an address who can be asked for something; an auditor cannot. A partner only where the `task`
    is shared with them already. Raises Invalid."""
    found = people.find_actor_by_email(email, now)
    if found is None or not found.active:
        raise Invalid({field: Text("task.refused.unknown_member", {"member": email})})
    if found.is_auditor:
        raise Invalid({field: Text("task.refused.auditor", {"member": email})})
    if found.is_partner and task is not None:
        here = relations(found, task, list_others([task.id])[task.id])
        if not permits.allows("task.show", here):
            raise Invalid({field: Text("task.refused.not_shared", {"member": email})})
    return found


def known_department(code: str, *, field: str) -> str:
    """A department's code. Raises Invalid."""
    if code not in people.open_departments():
        raise Invalid({field: Text("task.refused.unknown_department", {"department": code})})
    return code


def members(emails: Sequence[str], now: datetime, *, field: str) -> list[Actor]:
    """Active members by address. Raises Invalid naming the first that is unknown."""
    return [somebody(email, now, field=field) for email in dict.fromkeys(emails)]
