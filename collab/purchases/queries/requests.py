"""Requests as rows, how somebody stands to one, and the same vendor's year."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import String, bindparam, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.approvals.queries import latest_version, seated_members, standing_of, unread_subjects
from collab.approvals.rules.when import Facts
from collab.kernel.actor import Actor
from collab.kernel.db import AnySelect, Moment, db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of, numbers_of
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.kernel.reading import once
from collab.kernel.recordset import these
from collab.people import queries as people
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.sharing import shared_with
from collab.purchases.queries.sight import SEES_ALL, visible_to
from collab.purchases.rules import APPROVED, PURCHASED, RETURNED

YEAR = timedelta(days=365)
ALREADY = frozenset({"requester", "on_behalf_of", "seated"})
"""Whoever stands so sees everything anyway."""
OVERSIGHT = SEES_ALL | {"department_lead"}


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed; None leaves a column alone. `keys` are those a figure counted, `states` several
    states at once; `circulated` leaves what was circulated to the viewer and is not confirmed yet."""

    state: str | None = None
    mine: bool = False
    department: str | None = None
    vendor: str | None = None
    goal_id: int | None = None
    initiative_id: int | None = None
    keys: frozenset[str] | None = None
    states: tuple[str, ...] = ()
    circulated: bool = False


def find_purchase(key: str) -> Purchase | None:
    """The request of a key, whoever asks."""
    try:
        return db.session.get(Purchase, number_of(PREFIX, key))
    except NotFound:
        return None


def get_purchase(viewer: Actor, key: str) -> Purchase:
    """One request. Raises NotFound, also when the viewer may not see it."""
    purchase = find_purchase(key)
    if purchase is None or not permits.allows("purchase.show", relations(viewer, purchase)):
        raise NotFound
    return purchase


def relations(
    viewer: Actor,
    purchase: Purchase,
    seated: set[int] | None = None,
    shared: set[int] | None = None,
    beside: set[str] | None = None,
    here_still: Collection[int] | None = None,
) -> frozenset[str]:
    """How somebody stands to a request, in the words of the permit rows. In lists `seated` (members), `shared` (requests shown
    to the viewer as drafts), `beside` (how the viewer stands beside its rounds) and `here_still` (of those whose it is, who
    has not left) spare look-ups."""
    if all(known is None for known in (seated, shared, beside, here_still)):
        return _alone(viewer, purchase)
    return _stands(viewer, purchase, seated, shared, beside, here_still)


@once
def _alone(viewer: Actor, purchase: Purchase) -> frozenset[str]:
    return _stands(viewer, purchase, None, None, None, None)


def _stands(
    viewer: Actor,
    purchase: Purchase,
    seated: set[int] | None,
    shared: set[int] | None,
    beside: set[str] | None,
    here_still: Collection[int] | None,
) -> frozenset[str]:
    here = set(viewer.roles) | _own(viewer, purchase)
    if purchase.visibility == "company" and "member" in here and purchase.round and purchase.state != "draft":
        here.add("company_visible")
    if _inherits(purchase, here, here_still, alone=seated is None):
        here.add("heir")
    if viewer.id in (_seated(purchase, here) if seated is None else seated):
        here.add("seated")
    if purchase.id in (_shown(viewer, purchase, here) if shared is None else shared):
        here.add("shared")
    here |= _beside(viewer, purchase, here, beside)
    if not purchase.round and not here & {"requester", "on_behalf_of"}:
        here -= OVERSIGHT  # a draft nobody has submitted yet is its owners' alone
    return frozenset(here)


def _own(viewer: Actor, purchase: Purchase) -> set[str]:
    found = {
        "requester": viewer.id == purchase.requester_id, "on_behalf_of": viewer.id == purchase.on_behalf_of_id,
        "department_lead": purchase.department_code in viewer.leads,
    }  # fmt: skip
    return {relation for relation, holds in found.items() if holds}


def _is_plain(purchase: Purchase, here: set[str]) -> bool:
    """Whether what somebody stands to it so far says all: it is theirs, they sit in a round, or they read every request."""
    return bool(here & ALREADY) or bool(purchase.round and here & SEES_ALL)


def _seated(purchase: Purchase, here: set[str]) -> set[int]:
    """Its own people are looked up, too: who filed it may have been given a seat since."""
    return set() if purchase.round and here & SEES_ALL else seated_members([purchase.key])[purchase.key]


def _shown(viewer: Actor, purchase: Purchase, here: set[str]) -> set[int]:
    return set() if _is_plain(purchase, here) else shared_with([viewer.id], [purchase.id])[viewer.id]


def _beside(viewer: Actor, purchase: Purchase, here: set[str], known: set[str] | None) -> set[str]:
    """Who is asked something about it without a seat, or answers for what is bought; not asked for whom it is plain already."""
    owner = viewer.id == purchase.business_owner_id and purchase.state in (APPROVED, PURCHASED) and "member" in here
    if known is None:
        known = (
            set()
            if _is_plain(purchase, here) or not purchase.round
            else standing_of([(viewer, [purchase.key])])[viewer.id][purchase.key]
        )
    return known | ({"business_owner"} if owner else set())


def _inherits(purchase: Purchase, here: set[str], here_still: Collection[int] | None, *, alone: bool) -> bool:
    """A lead mends what was sent back, and orders or amends what was decided, when nobody is left whose it is. In a list
    only what waits for them is asked about."""
    if (
        purchase.state not in ((RETURNED, APPROVED, PURCHASED) if alone else (RETURNED,))
        or "department_lead" not in here
        or here & {"requester", "on_behalf_of"}
    ):
        return False
    return purchase.barred.isdisjoint(people.list_active(purchase.barred) if here_still is None else here_still)


def list_purchases(viewer: Actor, narrowed: Filter, *, offset: int = 0, limit: int = 50) -> tuple[list[Purchase], int]:
    """The requests a viewer may see, newest first, and how many there are in all."""
    permits.check("purchase.list", viewer.roles)
    wanted = _narrow(select(Purchase).where(visible_to(viewer)), viewer, narrowed)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(wanted.order_by(Purchase.id.desc()).offset(offset).limit(limit)).all()
    return list(rows), count


def _narrow(wanted: AnySelect, viewer: Actor, narrowed: Filter) -> AnySelect:
    columns = (
        (Purchase.state, narrowed.state), (Purchase.department_code, narrowed.department), (Purchase.goal_id, narrowed.goal_id),
        (Purchase.vendor_normal, narrowed.vendor), (Purchase.initiative_id, narrowed.initiative_id),
    )  # fmt: skip
    chosen: list[ColumnElement[bool]] = [true(), *(column == value for column, value in columns if value)]
    if narrowed.states:
        chosen.append(Purchase.state.in_(narrowed.states))
    if narrowed.mine:
        chosen.append(or_(Purchase.requester_id == viewer.id, Purchase.on_behalf_of_id == viewer.id))
    if narrowed.circulated:
        chosen.append((f"{PREFIX}-" + Purchase.id.cast(String)).in_(unread_subjects(viewer.id)))
    if narrowed.keys is not None:
        chosen.append(Purchase.id.in_(these(numbers_of(PREFIX, narrowed.keys))))
    return wanted.where(*chosen)


def amounts_visible(viewer: Actor, purchases: Sequence[Purchase]) -> set[str]:
    """The keys of those requests whose amounts the viewer may see."""

    def may(purchase: Purchase, seated: set[int], shared: set[int], beside: set[str]) -> bool:
        here = relations(viewer, purchase, seated, shared, beside)
        return permits.allows("purchase.show_amount", here, purchase.state)

    plain = {purchase.key for purchase in purchases if may(purchase, set(), set(), set())}
    rest = [purchase for purchase in purchases if purchase.key not in plain]
    if not rest:
        return plain
    seated = seated_members([purchase.key for purchase in rest])
    shared = shared_with([viewer.id], [purchase.id for purchase in rest])[viewer.id]
    beside = standing_of([(viewer, [purchase.key for purchase in rest])])[viewer.id]
    return plain | {one.key for one in rest if may(one, seated[one.key], shared, beside[one.key])}


def round_version(purchase: Purchase) -> int:
    """Grows with every change of the running round; 0 before the first."""
    return latest_version(purchase.key) if purchase.round else 0


@lru_cache(maxsize=128)
def _of_vendor(viewer: Actor) -> AnySelect:
    """The statement of a vendor's year; only its words are kept, by what a viewer is."""
    theirs = Purchase.vendor_normal == bindparam("vendor"), Purchase.id != bindparam("besides")
    lately = Purchase.submitted_at > bindparam("since", type_=Moment)
    wanted = select(Purchase).where(*theirs, lately, visible_to(viewer))
    return wanted.order_by(Purchase.submitted_at.desc()).limit(20)


def vendor_year(viewer: Actor, vendor_normal: str, now: datetime, *, besides: int = 0) -> list[Purchase]:
    """The same vendor's requests of the last twelve months: a split order shows here. Totals need the right to see them."""
    values = {"vendor": vendor_normal, "since": now - YEAR, "besides": besides}
    rows = db.session.scalars(_of_vendor(viewer), values)
    return list(rows)


def facts_of(purchase: Purchase, side: str, total: Money | None) -> Facts:
    """What routes may ask about a request; `total` is already in the route book's currency."""
    return Facts(
        category=purchase.category or "", department=purchase.department_code, side=side, total=total,
        personal_data=purchase.personal_data, channels=purchase.channels, units=purchase.units, regions=purchase.regions,
        term_months=purchase.term_months or 0, after_the_fact=purchase.after_the_fact_on is not None, explicit=purchase.route,
    )  # fmt: skip


def content_of(purchase: Purchase, emails: Mapping[int, str] | None = None) -> dict[str, Any]:
    """A request's content in the API's shape; also what an audit entry compares."""
    emails = emails_in([purchase]) if emails is None else emails
    on_day = purchase.after_the_fact_on
    return {
        "title": purchase.title, "purpose": purchase.purpose, "vendor": purchase.vendor, "category": purchase.category,
        "department": purchase.department_code, "on_behalf_of": _email(purchase.on_behalf_of_id, emails),
        "amount": _written(purchase.amount), "currency": purchase.currency, "tax_included": purchase.tax_included,
        "billing": purchase.billing, "term_months": purchase.term_months,
        "affected": {"channels": purchase.channels, "units": purchase.units, "regions": purchase.regions},
        "personal_data": purchase.personal_data,
        "goal": key_of("G", purchase.goal_id) if purchase.goal_id else None, "no_goal_reason": purchase.no_goal_reason,
        "initiative": key_of("I", purchase.initiative_id) if purchase.initiative_id else None,
        "cx_impact": purchase.cx_impact,
        "benefit": {
            "text": purchase.benefit_text, "amount": _written(purchase.benefit_amount),
            "by_on": purchase.benefit_by_on.isoformat() if purchase.benefit_by_on else None,
        },
        "owners": {
            "business": _email(purchase.business_owner_id, emails),
            "technical": _email(purchase.technical_owner_id, emails),
            "data": _email(purchase.data_owner_id, emails),
        },
        "after_the_fact": {"on": on_day.isoformat(), "reason": purchase.after_the_fact_reason} if on_day else None,
        "needed_by_on": purchase.needed_by_on.isoformat() if purchase.needed_by_on else None,
        "visibility": purchase.visibility, "route": purchase.route,
    }  # fmt: skip


def emails_in(purchases: Sequence[Purchase]) -> dict[int, str]:
    """The addresses of everybody named in the content of these requests."""
    ids = {
        member
        for purchase in purchases
        for member in (
            purchase.on_behalf_of_id, purchase.business_owner_id, purchase.technical_owner_id, purchase.data_owner_id,
        )
        if member
    }  # fmt: skip
    return people.emails_of(ids)


def _email(member: int | None, emails: Mapping[int, str]) -> str | None:
    return emails.get(member) if member else None


def _written(amount: Money | None) -> str | None:
    return None if amount is None else str(amount)
