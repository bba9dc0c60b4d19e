"""After submission: taking back, giving up, and what the end of a round does to the request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, update

from collab.approvals import service as engine
from collab.approvals.queries import Chain, get_chain
from collab.approvals.service import RoundEnded
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import Moment, run
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.keys import number_of
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.purchases import rules
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.service import mending, spending
from collab.purchases.service.filing import locked, move
from collab.threads.service import comment

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
    .returning(_purchases.c.initiative_id)
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
            if chain.acted():
                raise NotNow("already_acted", who=_asked(chain, now))
            engine.end_round(chain, "withdraw", now=now)
        return _moved(actor, purchase, "withdraw", now)


def ask_to_return(actor: Actor, key: str, *, now: datetime) -> list[Actor]:
    """Ask whoever must decide now to send it back, in a comment that names them; the same round is asked about once.

    Raises:
        NotNow: nobody has decided yet, so that it may simply be taken back; or nobody is asked now.
    """
    with atomic():
        purchase = locked(actor, key, "withdraw")
        chain = get_chain(key)
        if purchase.state != rules.PENDING or not chain.acted():
            raise NotNow("take_it_back")
        asked = _asked(chain, now)
        if not asked:
            raise NotNow("nobody_asked")
        names = " ".join(f"@{member.email}" for member in asked)
        words = Reader(actor.locale).say("purchase.page.please_return", names=names)
        comment(actor, key, words, form=f"{key}:{chain.number}:{chain.version}:return:{actor.id}", now=now)
        return asked


def _asked(chain: Chain, now: datetime) -> list[Actor]:
    return people.list_actors(now, ids=sorted({seat.member for seat in chain.waiting()}))


def drop(actor: Actor, key: str, *, now: datetime) -> Purchase:
    """Give a request up for good."""
    with atomic():
        return _moved(actor, locked(actor, key, "drop"), "drop", now)


def conclude(ended: RoundEnded) -> None:
    """The end of a round becomes the request's state, in the deciding transaction (registered at start-up).

    Raises NotNow where the initiative it is bought for may not spend it any more: then the last yes is not given.
    """
    state = rules.ROUND_ENDS.get(ended.state)
    try:
        number = number_of(PREFIX, ended.subject)
    except NotFound:
        return
    if state is not None:
        initiative = run(_CONCLUDE, {"number": number, "to": state, "ended": ended.at}).scalar_one_or_none()
        if state == rules.APPROVED and initiative is not None:
            spending.check(number, now=ended.at)
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
