"""Which requests somebody sees, as conditions of a statement: for lists, sums and searches over very many. What is seen of a single
one the permits say, by how somebody stands to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, false, or_, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from collab.approvals.queries import beside_subjects, principals_of, seated_subjects
from collab.approvals.queries.week import beside_in, seated_on
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of, numbers_of
from collab.kernel.recordset import these
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.sharing import all_shared_with
from collab.purchases.rules import APPROVED, PURCHASED

SEES_ALL = frozenset({"office:CMO", "office:CIO", "auditor"})
FEW = 100
"""So many keys are shown to the permits as they come."""


def visible_to(viewer: Actor) -> ColumnElement[bool]:
    """The requests a viewer may see: to read whole, or to know that they exist."""
    return or_(open_to(viewer), _known_to(viewer))


def _known_to(viewer: Actor) -> ColumnElement[bool]:
    """The requests everybody in the company knows to exist."""
    known = (Purchase.visibility == "company") & (Purchase.round > 0) & (Purchase.state != "draft")
    return known & _is_member(viewer)


def open_to(viewer: Actor) -> ColumnElement[bool]:
    """The requests a viewer may read whole, with amounts and course: not those the company only knows to exist."""
    if viewer.roles & SEES_ALL:
        return or_(_own_to(viewer), Purchase.round > 0)
    key = f"{PREFIX}-" + Purchase.id.cast(String)
    return or_(_own_to(viewer), key.in_(seated_subjects(viewer.id)), key.in_(beside_subjects(viewer.id)))


def _own_to(viewer: Actor) -> ColumnElement[bool]:
    """The requests that are a viewer's by what stands in them, and those shown to them as drafts."""
    shown = Purchase.id.in_(all_shared_with(viewer.id))
    bought = (Purchase.business_owner_id == viewer.id) & Purchase.state.in_((APPROVED, PURCHASED)) & _is_member(viewer)
    led = Purchase.department_code.in_(viewer.leads) & (Purchase.round > 0)
    return or_(Purchase.requester_id == viewer.id, Purchase.on_behalf_of_id == viewer.id, shown, bought, led)


def _is_member(viewer: Actor) -> ColumnElement[bool]:
    return true() if "member" in viewer.roles else false()


def near(viewer: Actor, keys: Sequence[str]) -> Sequence[str]:
    """Those of very many keys that a viewer may have to do with: permits need not look at the others. It leaves out nothing they
    would show. One statement, whatever the viewer has sat on before; none for a few keys, or for whoever sees everything."""
    if len(keys) <= FEW or viewer.roles & SEES_ALL:
        return keys
    some = Purchase.id.in_(these(numbers_of(PREFIX, keys)))
    papers = select(Purchase.id, (f"{PREFIX}-" + Purchase.id.cast(String)).label("key")).where(some).cte("papers")
    beside = beside_in(papers).subquery("beside")
    rows = union_all(
        select(Purchase.id).where(some, or_(_own_to(viewer), _known_to(viewer))),
        seated_on(papers, {viewer.id, *principals_of(viewer)}),
        select(beside.c.paper).where(beside.c.member == viewer.id),
    )
    found = {key_of(PREFIX, number) for number in db.session.scalars(rows)}
    return [key for key in keys if key in found]
