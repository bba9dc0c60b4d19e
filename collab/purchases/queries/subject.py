"""How requests appear in other features' pages, in cards, the inbox and search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from collab.approvals.queries import seated_members, standing_of
from collab.escalations import queries as escalations
from collab.goals import queries as goals
from collab.initiatives import queries as initiatives
from collab.initiatives.queries import tied
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of, number_of, numbers_of
from collab.kernel.permits import permits
from collab.kernel.reading import is_remembering, once_each
from collab.kernel.recordset import these
from collab.people import queries as people
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.requests import find_purchase, relations
from collab.purchases.queries.sharing import members_shared_with, shared_with
from collab.purchases.queries.sight import near
from collab.purchases.rules import DRAFT, MOST_EXTENSIONS, RETURNED
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in
from collab.subjects.signs import LED, ME, only_where

_NO_GOAL = "purchase.field.no_goal_reason"


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per request a viewer may see; the amount only where they may see that too."""
    if len(wanted) == 1:
        wanted = [(viewer, near(viewer, list(keys))) for viewer, keys in wanted]
    purchases = {row.key: row for row in by_keys(keys_in(wanted))}
    names = people.names_of(row.requester_id for row in purchases.values())
    here_still = _here_still(purchases.values(), {unit for viewer, _keys in wanted for unit in viewer.leads})
    unsure = wanted
    if is_remembering():  # a page, for one reader; of many readers somebody is always to be looked up
        unsure = [(who, [key for key in own if not _plain(who, purchases.get(key), here_still)]) for who, own in wanted]
    keys = keys_in(unsure)
    seated, beside = seated_members(keys), standing_of(unsure)
    shared = shared_with(
        (viewer.id for viewer, _keys in wanted), (purchases[key].id for key in keys if key in purchases)
    )
    for viewer, own in wanted:
        for purchase in filter(None, map(purchases.get, own)):
            ways = beside[viewer.id].get(purchase.key, set())
            seats = seated.get(purchase.key, set())
            here = relations(viewer, purchase, seats, shared[viewer.id], ways, here_still)
            if permits.allows("purchase.show", here):
                amount = permits.allows("purchase.show_amount", here)
                yield viewer.id, _summary(purchase, names[purchase.requester_id], amount=amount)


def _plain(viewer: Actor, purchase: Purchase | None, here_still: Collection[int]) -> bool:
    """Whether somebody reads a request whole by what stands in it and what they are: then nobody looks who sits in its rounds
    or beside them."""
    if purchase is None:
        return False
    here = relations(viewer, purchase, set(), set(), set(), here_still)
    return permits.allows("purchase.show_amount", here, purchase.state)


def _here_still(purchases: Iterable[Purchase], led: Collection[str]) -> set[int]:
    """Of those whose requests were sent back in these departments, who has not left: for a lead inherits what is nobody's."""
    returned = [row for row in purchases if row.state == RETURNED and row.department_code in led]
    return people.list_active(owner for row in returned for owner in row.barred) if returned else set()


def _summary(purchase: Purchase, by: people.Named, *, amount: bool) -> Summary:
    return Summary(
        purchase.key, "purchase", purchase.title, f"/purchases/{purchase.key}", Text(f"purchase.state.{purchase.state}"),
        purchase.total if amount else None, by.name_en, by.name_ja,
    )  # fmt: skip


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a request is found by: only what everybody who sees that it exists may read. Whoever could search for more would
    learn what is written there by trying."""
    return {
        purchase.key: " ".join(
            part for part in (purchase.key, purchase.title, purchase.vendor, purchase.purpose) if part
        )
        for purchase in by_keys(keys)
    }


def related(key: str) -> Sequence[str]:
    """The requests that serve a goal, or are for an initiative; those that amend a request, and the one it amends."""
    if key.startswith(f"{PREFIX}-"):
        return _tied(key)
    if key.startswith(f"{goals.PREFIX}-"):
        cites = Purchase.goal_id == number_of(goals.PREFIX, key)
    elif key.startswith(f"{initiatives.PREFIX}-"):
        cites = Purchase.initiative_id == number_of(initiatives.PREFIX, key)
    else:
        return ()
    return [key_of(PREFIX, number) for number in db.session.scalars(select(Purchase.id).where(cites))]


def _tied(key: str) -> Sequence[str]:
    number = number_of(PREFIX, key)
    rows = select(Purchase.id, Purchase.amends_id).where((Purchase.amends_id == number) | (Purchase.id == number))
    ends = {end for row in db.session.execute(rows) for end in row if end is not None and end != number}
    return [key_of(PREFIX, end) for end in sorted(ends)]


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says to a viewer: who asks, how much, for which goal, why, and what is unusual."""
    purchase = find_purchase(key)
    if purchase is None:
        return None
    requester = people.names_of([purchase.requester_id])[purchase.requester_id]
    goal = goals.said_of(viewer, purchase.goal_id)
    facts = [
        (Text("purchase.field.vendor"), purchase.vendor),
        (
            Text("purchase.field.category"),
            Text(f"purchase.category.{purchase.category}") if purchase.category else None,
        ),
        (Text("purchase.field.goal"), goal) if goal else (Text(_NO_GOAL), purchase.no_goal_reason),
        (Text("purchase.field.initiative"), tied.said_of(viewer, purchase.initiative_id)),
        (Text("purchase.field.needed_by_on"), purchase.needed_by_on),
    ]
    return Face(
        purchase.title, f"/purchases/{key}", requester.name_en, requester.name_ja, purchase.total,
        why=purchase.purpose or "", facts=tuple((label, value) for label, value in facts if value), marks=tuple(_marks(purchase)),
        aim=goal if isinstance(goal, str) else "" if goal else purchase.no_goal_reason or "",
    )  # fmt: skip


def brief(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says to a colleague who only knows that the request exists: no amount, no reasons, no marks."""
    whole, purchase = face(key, viewer), find_purchase(key)
    if whole is None or purchase is None:
        return None
    facts = tuple(fact for fact in whole.facts if fact[0].key != _NO_GOAL)
    return replace(whole, amount=None, facts=facts, marks=())


def _marks(purchase: Purchase) -> list[Text]:
    marks = []
    before = find_purchase(key_of(PREFIX, purchase.amends_id)) if purchase.amends_id else None
    if before and before.total and purchase.total:
        marks.append(Text("purchase.mark.amends", {"key": before.key, "old": before.total, "new": purchase.total}))
    if purchase.after_the_fact_on:
        marks.append(Text("purchase.mark.after_the_fact", {"day": purchase.after_the_fact_on}))
    if purchase.personal_data:
        marks.append(Text("purchase.mark.personal_data"))
    return marks


MENDING = "approval.returned"
"""The kind of wait for a request that was sent back."""


def owners(key: str) -> Sequence[int]:
    """Whom a comment on a request concerns: whoever asks, whom it is filed for, and of a draft whom it was shown to."""
    purchase = find_purchase(key)
    if purchase is None:
        return []
    shown = members_shared_with(purchase.id) if purchase.state == DRAFT else []
    return [*(member for member in (purchase.requester_id, purchase.on_behalf_of_id) if member), *shown]


@only_where(
    select(Purchase.id).where(
        or_(Purchase.requester_id == ME, Purchase.on_behalf_of_id == ME, Purchase.department_code.in_(LED)),
        Purchase.state == RETURNED,
    )
)
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Requests sent back to these members, or left to them, wait for them to submit again."""
    ids = [member.id for member in members]
    mine = Purchase.requester_id.in_(ids) | Purchase.on_behalf_of_id.in_(ids)
    rows = db.session.scalars(select(Purchase).where(mine, Purchase.state == RETURNED).order_by(Purchase.id)).all()
    found = [(member, row) for row in rows for member in sorted(row.barred.intersection(ids))] + _inherited(members)
    due = mending_due([row.key for _member, row in found])
    return by_member((member, _row(row, due.get(row.key))) for member, row in found)


def _row(purchase: Purchase, due_at: datetime | None) -> InboxRow:
    return InboxRow(
        key=purchase.key, ask=Text("purchase.ask.resubmit"), title=purchase.title, path=f"/purchases/{purchase.key}",
        since=purchase.ended_at or purchase.created_at, due_at=due_at, amount=purchase.total, actions=("edit",),
    )  # fmt: skip


@dataclass(frozen=True)
class ToMend:
    """A request that was sent back to somebody: since when, whose it was, whether there is more time to take."""

    key: str
    title: str
    path: str
    since: datetime | None
    requester: int
    more_time: bool


def find_to_mend(member: Actor, key: str) -> ToMend | None:
    """A request, while it is sent back and this member is one of those who may mend it."""
    purchase = find_purchase(key)
    if purchase is None or purchase.state != RETURNED:
        return None
    if not relations(member, purchase) & {"requester", "on_behalf_of", "heir"}:
        return None
    left = (purchase.extensions or 0) < MOST_EXTENSIONS
    path = f"/purchases/{key}"
    return ToMend(key, purchase.title, path, purchase.ended_at, purchase.requester_id, left)


def _inherited(members: Sequence[Actor]) -> list[tuple[int, Purchase]]:
    """What was sent back in departments one of these members leads, and nobody is left whose it is; with who leads it."""
    led = {unit for member in members for unit in member.leads}
    if not led:
        return []
    returned = (Purchase.department_code.in_(led)) & (Purchase.state == RETURNED)
    rows = db.session.scalars(select(Purchase).where(returned).order_by(Purchase.id)).all()
    here_still = _here_still(rows, led)
    left = [row for row in rows if row.barred.isdisjoint(here_still)]
    return [(member.id, row) for member in members for row in left if row.department_code in member.leads]


def mending_due(keys: Sequence[str]) -> dict[str, datetime]:
    """Until when each of these is to be mended, where a clock runs."""
    found = escalations.list_of_many(keys)
    return {key: wait.due_at for key, running in found.items() for wait in running if wait.watch == MENDING}


def by_keys(keys: Sequence[str]) -> list[Purchase]:
    """The requests of these keys, whoever asks."""
    numbers = numbers_of(PREFIX, keys)
    return [*_by_number(numbers).values()]


@once_each
def _by_number(numbers: list[int]) -> dict[int, Purchase]:
    if len(numbers) == 1:  # the page of a request has it in its hands
        found = db.session.get(Purchase, numbers[0])
        return {found.id: found} if found else {}
    return {row.id: row for row in db.session.scalars(select(Purchase).where(Purchase.id.in_(these(numbers))))}
