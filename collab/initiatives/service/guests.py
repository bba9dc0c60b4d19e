"""Initiatives that guests of partners are invited to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, select

from collab.access.registry import Sharing
from collab.initiatives.models import PREFIX, Participant
from collab.initiatives.queries import get_initiative, relations_of
from collab.initiatives.service import holding, settling
from collab.initiatives.service.taking_part import add_participant, drop
from collab.kernel.actor import Actor
from collab.kernel.db import run
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_participants: Table = Participant.__table__  # type: ignore[assignment]


def check(actor: Actor, key: str) -> None:
    """Whether somebody may name others who take part. Raises NotFound, NotAllowed, NotNow."""
    found = get_initiative(actor, key)
    permits.check("initiative.share", relations_of(actor, found), found.state)


def give(actor: Actor, key: str, email: str, now: datetime) -> None:
    """Name a guest as one who takes part."""
    add_participant(actor, key, email, now=now)


def shared(members: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The initiatives each of these takes part in."""
    held = _participants.c.member_id.in_(list(members)) & _participants.c.removed_at.is_(None)
    rows = select(_participants.c.member_id, _participants.c.initiative_id).where(held)
    found: dict[int, list[str]] = defaultdict(list)
    for member, initiative in run(rows.order_by(_participants.c.initiative_id)):
        found[member].append(key_of(PREFIX, initiative))
    return found


def end(member: int, now: datetime) -> None:
    """They take part in none of them any more, within the transaction in which they leave."""
    keys = shared([member]).get(member, ())
    subjects.lock_all(keys)
    for key in keys:
        initiative = holding.locked(key)
        drop(initiative, member, now=now)
        settling.keep(initiative, now=now)


SHARING = Sharing(PREFIX, check, give, shared, end)
