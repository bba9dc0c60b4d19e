"""Marking a decided request as ordered (発注済み): once nothing it was approved under is unmet, and nobody asks to revoke it."""

from __future__ import annotations

from datetime import date, datetime

from collab.approvals.queries import Chain, get_chain
from collab.approvals.queries.conditions import list_blocking
from collab.approvals.queries.revocations import find_open
from collab.approvals.service.revoking import Revoking
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.keys import number_of
from collab.kernel.words import checked_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.purchases import rules
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.after import TAKEN, list_amendments
from collab.purchases.queries.requests import find_purchase
from collab.purchases.service import spending
from collab.purchases.service.filing import locked, move

ORDERED = "purchase.ordered"
LONGEST_REFERENCE = 200


def purchase(actor: Actor, key: str, *, on: date, reference: str | None = None, now: datetime) -> Purchase:
    """Say that it was ordered, on which day and under which number of the vendor's or the books'.

    Raises:
        NotFound, NotAllowed: not visible, or not theirs to order.
        NotNow: not decided, ordered already, an unmet condition, an open request to revoke, an amendment took its place, or the
            initiative it is bought for may not spend it any more.
        Invalid: a day to come, or before the decision unless it was filed after the fact.
    """
    reference = checked_words("reference", reference, longest=LONGEST_REFERENCE)
    with atomic():
        row = locked(actor, key, "purchase")
        chain = get_chain(key)
        _check_free(row, chain)
        _check_day(row, chain, on, now)
        if row.initiative_id is not None:
            spending.check(row.id, now=now)
        change = {"state": rules.PURCHASED, "purchased_on": on, "order_reference": reference}
        changed = move(row, change)
        after = {"on": on.isoformat(), "reference": reference}
        audit.record("purchase", key, actor=actor, at=now, after=after, details={"round": row.round})
        _tell(changed, chain, actor, now)
        return changed


def _check_free(row: Purchase, chain: Chain) -> None:
    """Raises NotNow naming what has to happen first."""
    unmet = list_blocking(row.key) if chain.conditioned else []
    if unmet:
        raise NotNow("conditions_unmet", n=len(unmet), conditions=[f"{found.number}. {found.text}" for found in unmet])
    if find_open(row.key) is not None:
        raise NotNow("revocation_asked")
    taken = next((found for found in list_amendments(row) if found.state in TAKEN), None)
    if taken is not None:
        raise NotNow("amended_by", key=taken.key)


def _check_day(row: Purchase, chain: Chain, on: date, now: datetime) -> None:
    decided_on = day_in(chain.ended_at or now, company().zone)
    if on > people.today(now):
        raise Invalid({"on": Text("purchase.problem.order_to_come")})
    if on < decided_on and row.after_the_fact_on is None:
        raise Invalid({"on": Text("purchase.problem.order_before_decision", {"day": decided_on})})


def _tell(row: Purchase, chain: Chain, actor: Actor, now: datetime) -> None:
    """Those who decided hear that it happened, and whose request it is."""
    concerned = {seat.decider for seat in chain.deciders()} | {seat.member for seat in chain.deciders()}
    members = people.list_active(concerned | set(row.barred)) - {actor.id}
    notes = [
        Note(ORDERED, row.key, f"{row.key}:ordered:{member}", member=member, args={"by": actor.id})
        for member in sorted(members)
    ]
    outbox.enqueue(*notes, now=now)
    outbox.repaint(row.key, turn=f"p{row.version}", now=now)


def keep_ordered(revoking: Revoking) -> None:
    """What is ordered is not revoked any more (registered at start-up). Raises NotNow."""
    try:
        number_of(PREFIX, revoking.subject)
    except NotFound:
        return
    row = find_purchase(revoking.subject)
    if row is not None and row.state == rules.PURCHASED:
        raise NotNow("ordered_already", day=row.purchased_on)
