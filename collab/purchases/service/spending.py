"""What a request may take of an initiative: looked at when it is submitted, when the last yes is given, and when it is ordered.

The request is locked first, the initiative it cites after it: nobody who holds an initiative waits for a request, so that
these never wait for each other in a ring. Under the initiative's lock two requests never take the same money.
"""

from __future__ import annotations

from datetime import datetime

from collab.initiatives.queries import PREFIX as INITIATIVE
from collab.initiatives.queries import find_initiative
from collab.initiatives.queries.spending import limit_of
from collab.initiatives.rules.spending import Refusal, Spent, refusal
from collab.kernel.errors import NotNow, Text
from collab.kernel.keys import key_of
from collab.purchases.models import Purchase
from collab.purchases.queries.spending import find_citing, spent_on
from collab.subjects import service as subjects


class NotSpendable(NotNow):
    """The initiative a request cites may not spend what it asks for."""


def check(number: int, *, now: datetime) -> None:
    """Raises NotSpendable naming the figures where the initiative that a request cites may not spend what it asks for: it is no more
    than an idea, or closed; its charter is not signed by both; its pilot is over, or its cap would be passed. The caller
    holds the request."""
    citing = find_citing(number)
    if citing is None:
        return
    initiative, asked = citing
    subjects.lock(key_of(INITIATIVE, initiative))
    refused = _refusal(initiative, asked, now)
    if refused is not None:
        raise NotSpendable(refused.code, **refused.args)


def foreseen(purchase: Purchase, *, now: datetime) -> Text | None:
    """Why a request as it is written would be refused, said while it is typed; nothing is locked, so nothing is promised."""
    if not purchase.initiative_id:
        return None
    asked = Spent(purchase.id or 0, purchase.total, purchase.state or "", purchase.amends_id)
    refused = _refusal(purchase.initiative_id, asked, now)
    return NotNow(refused.code, **refused.args).text if refused else None


def _refusal(number: int, asked: Spent, now: datetime) -> Refusal | None:
    initiative = find_initiative(key_of(INITIATIVE, number))
    if initiative is None:  # a foreign key keeps it there
        return None
    return refusal(limit_of(initiative), asked, spent_on([number]).get(number, ()), now)
