"""One message before several people at once: in a conversation of exactly these, or, where Slack has none, one to each."""

from __future__ import annotations

from datetime import datetime

import structlog

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow
from collab.outbox.rules import groups, pace
from collab.outbox.service import pacing
from collab.outbox.service.enqueueing import Note, enqueue_once
from collab.outbox.service.holding import Held
from collab.slack import identity
from collab.slack.client import transport

log = structlog.get_logger(__name__)
SPLIT = "one_each"
"""The problem of a message to a group that was said to each of them instead."""
_FEWEST = 2


class Apart(Exception):
    """These people have no conversation in common: `why` is scope, account or left."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def conversation(row: AnyRow, now: datetime) -> str:
    """Where a message to a group is posted. Opening what is open already changes nothing, so a lost answer is harmless.

    Raises Apart, NotYet (Slack asked for a pause), SlackProblem.
    """
    here = _who_is_here(row)
    pacing.check(pacing.method(pace.OPEN), now)
    accounts = [identity.account_of(actor) for actor in here]
    known = [account for account in accounts if account]
    if len(known) < len(here):
        raise Apart("account")
    found = transport().open_group(known)
    if found is None:
        raise Apart("scope")
    return found


def _who_is_here(row: AnyRow) -> list[Actor]:
    found = [identity.actor_of(member) for member in groups.members_of(row.channel)]
    here = [actor for actor in found if actor is not None and actor.active]
    if len(here) < _FEWEST:
        raise Apart("left")
    return here


def split(held: Held, why: str, now: datetime) -> None:
    """Say it to each of them instead."""
    log.info("outbox.split", message=held.row.id, kind=held.row.kind, why=why)
    with atomic():
        held.move("drop", now, problem=SPLIT)
        to_each(held.row, why, now)


def to_each(row: AnyRow, why: str, now: datetime) -> None:
    """Write one message for each, in the open transaction; its `apart` says why, its `members` who else has one."""
    members = groups.members_of(row.channel)
    args = {**row.args, "members": list(members), "apart": why}
    notes = [
        Note(row.kind, row.subject_key, f"{row.dedupe_key}:{member}", member=member, args=args, urgent=row.urgent)
        for member in members
    ]
    enqueue_once(*notes, now=now)
