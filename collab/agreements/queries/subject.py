"""How agreements appear in other features' pages, in cards, the inbox and search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from collab.agreements.models import PREFIX, Agreement, Delivery
from collab.agreements.queries.agreements import find_agreement
from collab.agreements.rules import ACTIVE, AHEAD, ENDED, LOOK_FOR, PROPOSED
from collab.goals import queries as goals
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.kernel.keys import key_of, number_of, numbers_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in
from collab.subjects.signs import ME, only_where


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per agreement a viewer may see."""
    theirs = [(viewer, keys) for viewer, keys in wanted if permits.allows("agreement.show", viewer.roles)]
    rows = {row.key: row for row in list_by_keys(keys_in(theirs))} if theirs else {}
    names = people.names_of(row.giver_id for row in rows.values())
    for viewer, keys in theirs:
        for row in filter(None, map(rows.get, keys)):
            yield viewer.id, _summary(row, names[row.giver_id])


def _summary(row: Agreement, by: people.Named) -> Summary:
    state = Text(f"agreement.state.{row.state}")
    return Summary(row.key, "agreement", row.title, _path(row), state, by_en=by.name_en, by_ja=by.name_ja)


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words an agreement is found by."""
    return {row.key: " ".join(filter(None, (row.key, row.title, row.data, row.purpose))) for row in list_by_keys(keys)}


def related(key: str) -> Sequence[str]:
    """The agreements that serve a goal, and the goal an agreement serves."""
    if key.startswith(f"{goals.PREFIX}-"):
        goal = number_of(goals.PREFIX, key)
        return [
            key_of(PREFIX, one) for one in db.session.scalars(select(Agreement.id).where(Agreement.goal_id == goal))
        ]
    agreement = find_agreement(key)
    return [key_of(goals.PREFIX, agreement.goal_id)] if agreement and agreement.goal_id else []


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says to a viewer: what data, between whom, how often, for which goal, when it last came."""
    agreement = find_agreement(key)
    if agreement is None:
        return None
    giver = people.names_of([agreement.giver_id])[agreement.giver_id]
    return Face(
        agreement.title, _path(agreement), giver.name_en, giver.name_ja, why=agreement.purpose or "", facts=_facts(agreement, viewer)
    )  # fmt: skip


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read about data that did not come, by wait."""
    found = {wait: find_agreement(wait.partition(":")[0]) for wait in waits}
    return {wait: _facts(agreement) for wait, agreement in found.items() if agreement}


def _facts(agreement: Agreement, viewer: Actor | None = None) -> tuple[tuple[Text, Any], ...]:
    named = people.names_of([agreement.giver_id, agreement.receiver_id])
    units = {row.code: row for row in people.list_departments()}
    rows = (
        (Text("agreement.field.data"), agreement.data),
        (Text("agreement.field.giver"), [named[agreement.giver_id], units[agreement.giver_code]]),
        (Text("agreement.field.receiver"), [named[agreement.receiver_id], units[agreement.receiver_code]]),
        (Text("agreement.field.cadence"), agreement.cadence.said),
        (Text("agreement.field.last"), agreement.delivered_at or Text("agreement.never_yet")),
        (Text("agreement.field.goal"), goals.said_of(viewer, agreement.goal_id)),
    )
    return tuple((label, value) for label, value in rows if value)


@only_where(
    select(Agreement.id).where(or_(Agreement.giver_id == ME, Agreement.receiver_id == ME), Agreement.state != ENDED)
)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What agreements want of these members: to agree, to deliver (from a few days before), to look at what came."""
    ids = {member.id for member in members}
    named = or_(Agreement.giver_id.in_(ids), Agreement.receiver_id.in_(ids))
    found = db.session.scalars(select(Agreement).where(named, Agreement.state != ENDED).order_by(Agreement.id)).all()
    names = people.names_of(one for row in found for one in (row.giver_id, row.receiver_id))
    fresh = _unseen([row.id for row in found], now) if found else {}
    return by_member(
        (member, row)
        for agreement in found
        for member in ids & {agreement.giver_id, agreement.receiver_id}
        for row in _rows(agreement, member, names, fresh.get(agreement.id), now)
    )


def _other(agreement: Agreement, member: int) -> int:
    return agreement.receiver_id if agreement.giver_id == member else agreement.giver_id


def _rows(
    row: Agreement, member: int, names: Mapping[int, people.Named], came_at: datetime | None, now: datetime
) -> Iterable[InboxRow]:
    agreed_at = row.giver_agreed_at if row.giver_id == member else row.receiver_agreed_at
    if row.state == PROPOSED and agreed_at is None:
        yield _row(row, member, names, "agree", row.created_at)
    if row.state == ACTIVE and row.giver_id == member and row.due_at and row.due_at - AHEAD <= now:
        yield _row(row, member, names, "deliver", row.due_at - AHEAD, row.due_at)
    if row.receiver_id == member and came_at is not None:
        yield _row(row, member, names, "look", came_at)


def _row(
    row: Agreement,
    member: int,
    names: Mapping[int, people.Named],
    ask: str,
    since: datetime,
    due_at: datetime | None = None,
) -> InboxRow:
    by = names[_other(row, member)]
    return InboxRow(
        key=row.key, ask=Text(f"agreement.ask.{ask}"), title=row.title, path=_path(row), since=since, due_at=due_at,
        by_en=by.name_en, by_ja=by.name_ja, actions=(ask,),
    )  # fmt: skip


def _unseen(agreements: Sequence[int], now: datetime) -> dict[int, datetime]:
    """By agreement, when the newest delivery came that nobody looked at, as long as it is worth a look."""
    newest = select(func.max(Delivery.id)).where(Delivery.agreement_id.in_(agreements)).group_by(Delivery.agreement_id)
    unseen = select(Delivery.agreement_id, Delivery.delivered_at).where(
        Delivery.id.in_(newest), Delivery.state == "delivered", Delivery.delivered_at > now - LOOK_FOR
    )
    return {row.agreement_id: row.delivered_at for row in db.session.execute(unseen)}


def _path(agreement: Agreement) -> str:
    return f"/agreements/{agreement.key}"


def list_by_keys(keys: Sequence[str]) -> Sequence[Agreement]:
    """The agreements of those keys that exist."""
    numbers = numbers_of(PREFIX, keys)
    return db.session.scalars(select(Agreement).where(Agreement.id.in_(numbers))).all()
