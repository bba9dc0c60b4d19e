"""After submission: taking back, giving up, and what the end of a round does to the request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, update

from collab.approvals import service as engine
from collab.approvals.queries import get_chain
from collab.approvals.service import RoundEnded
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import Moment, run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.keys import number_of
from collab.outbox import service as outbox
from collab.purchases import rules
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.service import mending
from collab.purchases.service.filing import locked, move

_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_CONCLUDE = (
    update(_purchases)
    .where(_purchases.c.id == bindparam("number"))
    .values(
        state=bindparam("to"),
        ended_at=bindparam("ended", type_=Moment()),
        version=_purchases.c.version + 1,
        extensions=None,
    )
)


def withdraw(actor: Actor, key: str, *, now: datetime) -> Purchase:
    """Take a request back to draft: while nobody has decided in this round, or after it was returned.

    Raises:
        NotNow: somebody decided in the meantime.
    """
    with atomic():
        purchase = locked(actor, key, "withdraw")
        if purchase.state == rules.PENDING:
            chain = get_chain(key)
            if chain.decided():
                raise NotNow("already_acted")
            engine.end_round(chain, "withdraw", now=now)
        return _moved(actor, purchase, "withdraw", now)


def drop(actor: Actor, key: str, *, now: datetime) -> Purchase:
    """Give a request up for good."""
    with atomic():
        return _moved(actor, locked(actor, key, "drop"), "drop", now)


def conclude(ended: RoundEnded) -> None:
    """The end of a round becomes the request's state, in the deciding transaction (registered at start-up)."""
    state = rules.ROUND_ENDS.get(ended.state)
    try:
        number = number_of(PREFIX, ended.subject)
    except NotFound:
        return
    if state is not None:
        run(_CONCLUDE, {"number": number, "to": state, "ended": ended.at})
    if state == rules.RETURNED:
        mending.expect(ended)


def _moved(actor: Actor, purchase: Purchase, verb: str, now: datetime) -> Purchase:
    state = rules.MOVES.after(verb, purchase.state)
    ended_at = now if state == rules.DROPPED else None
    audit.record(verb, purchase.key, actor=actor, at=now, details={"round": purchase.round})
    if purchase.state == rules.RETURNED:
        mending.mended(purchase.key, now=now)
    changed = move(purchase, {"state": state, "ended_at": ended_at})
    outbox.repaint(purchase.key, turn=f"p{changed.version}", now=now)
    return changed
