"""Once is once: an event or act of Slack's that comes again has no second effect, whichever process it reaches.

The row that says so is written in the transaction of the effect: both are there or neither is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Table, delete, select, update

from collab.kernel.atomic import atomic, beginning_with, current
from collab.kernel.db import AnyRow, db, insert_once
from collab.kernel.errors import NotNow
from collab.slack.models import Act, Event, Installation, Screen

KEPT = timedelta(days=7)
"""Slack repeats an event for an hour, or a day once delayed events are on; a signature is good for five minutes."""
_acts: Table = Act.__table__  # type: ignore[assignment]
_events: Table = Event.__table__  # type: ignore[assignment]
_installations: Table = Installation.__table__  # type: ignore[assignment]
_screens: Table = Screen.__table__  # type: ignore[assignment]
SCREEN_KEPT = timedelta(days=1)
"""A screen nobody wanted for so long is forgotten."""
SCREEN_LEASE = timedelta(seconds=30)
"""How long showing takes at most: what a dead worker had taken up is due again after that."""


class Repeated(NotNow):
    """The very message that comes now had its effect before."""

    code = "slack_repeated"


@contextmanager
def once(key: str, *, now: datetime) -> Iterator[None]:
    """Let whatever is written meanwhile count once for this key; without a key, or where nothing is written, do nothing.

    Raises Repeated, from within, when it has counted already.
    """
    counted: list[str] = []

    def claim() -> None:
        if counted:
            return
        if not insert_once(_acts, key=key, at=now):
            raise Repeated
        current().after_commit("slack.once", lambda: counted.append(key))

    if not key:
        yield
        return
    with beginning_with(claim):
        yield


def is_first(event_id: str, kind: str, *, now: datetime) -> bool:
    """Whether an event is heard for the first time; inside the transaction of what it causes."""
    with atomic():
        return insert_once(_events, event_id=event_id, kind=kind, at=now)


def keep_installation(token_hash: str, *, team: str, app: str, organization: str, now: datetime) -> None:
    """Write down what Slack said a token belongs to."""
    with atomic():
        known = {"team_id": team, "app_id": app, "enterprise_id": organization, "learnt_at": now}
        insert_once(_installations, token_hash=token_hash, **known)


def want(slot: str, kind: str, args: Mapping[str, Any], *, now: datetime) -> None:
    """Have a place of Slack's shown afresh, soon, as it is then; the newest wish counts."""
    fresh = {"kind": kind, "args": dict(args), "wanted_at": now, "due_at": now, "tries": 0}
    with atomic() as unit:
        if not insert_once(_screens, slot=slot, **fresh):
            db.session.execute(update(_screens).where(_screens.c.slot == slot).values(**fresh))
        unit.after_commit("bell.screens", lambda: current_app.extensions["wake"]("screens"))


def want_again(slot: str, *, now: datetime) -> None:
    """Have a place shown afresh that somebody looked at within the day: what it shows is not true any more."""
    seen = (_screens.c.slot == slot) & (_screens.c.wanted_at > now - SCREEN_KEPT) & _screens.c.due_at.is_(None)
    with atomic() as unit:
        again = db.session.execute(update(_screens).where(seen).values(due_at=now, tries=0).returning(_screens.c.slot))
        if again.one_or_none() is not None:
            unit.after_commit("bell.screens", lambda: current_app.extensions["wake"]("screens"))


def claim_screens(*, now: datetime, limit: int) -> list[AnyRow]:
    """Take up places that are due, the longest waiting first: nobody else does while their lease runs. Each taking up counts
    as a try until it is said to have been none."""
    due = select(_screens.c.slot, _screens.c.due_at).where(_screens.c.due_at <= now)
    claimed: list[AnyRow] = []
    with atomic():
        for slot, due_at in db.session.execute(due.order_by(_screens.c.due_at).limit(limit)).all():
            mine = update(_screens).where(_screens.c.slot == slot, _screens.c.due_at == due_at)
            taken = mine.values(due_at=now + SCREEN_LEASE, tries=_screens.c.tries + 1).returning(*_screens.c)
            claimed += db.session.execute(taken).all()
    return claimed


def settle_screen(screen: AnyRow, *, shown_at: datetime | None) -> None:
    """It is shown, or will not be (`shown_at` None); wanted again meanwhile, it stays due."""
    _move_screen(screen, due_at=None, shown_at=shown_at or screen.shown_at)


def postpone_screen(screen: AnyRow, until: datetime, *, tried: bool) -> None:
    """Show it later; `tried`: the call was made."""
    _move_screen(screen, due_at=until, tries=screen.tries - (not tried))


def _move_screen(screen: AnyRow, **change: Any) -> None:
    """Change a place we took up, unless somebody wants it afresh since, or took it over."""
    ours = update(_screens).where(_screens.c.slot == screen.slot, _screens.c.due_at == screen.due_at)
    with atomic():
        db.session.execute(ours.values(**change))


def first_within(slot: str, kind: str, owner: str, *, span: timedelta, now: datetime) -> bool:
    """Whether nobody but `owner` did what `slot` names within this span before; if so, it is noted that they do it now."""
    mark = {"kind": kind, "args": {"owner": owner}, "wanted_at": now}
    known = select(_screens.c.args, _screens.c.wanted_at).where(_screens.c.slot == slot).with_for_update()
    with atomic():
        if insert_once(_screens, slot=slot, due_at=None, tries=0, **mark):
            return True
        before = db.session.execute(known).one()
        if before.args["owner"] == owner:
            return True
        if now - span < before.wanted_at <= now:
            return False
        db.session.execute(update(_screens).where(_screens.c.slot == slot).values(**mark))
    return True


def tidy(*, now: datetime) -> None:
    """Forget what can come again no more, and places nobody looked at for a day."""
    with atomic():
        db.session.execute(delete(_screens).where(_screens.c.wanted_at < now - SCREEN_KEPT))
        for table in (_events, _acts):
            db.session.execute(delete(table).where(table.c.at < now - KEPT))
