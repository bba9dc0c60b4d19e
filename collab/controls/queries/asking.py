"""Who may be the second person of a change, who of them is asked, and what stands in whose inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from collab.controls.models import ControlChange
from collab.controls.queries.changes import ANY_RUNS, PAGE, list_running
from collab.controls.queries.standing import title_of
from collab.controls.registry import registry
from collab.controls.rules import LASTS, OPEN
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import only_where


def relations_to(member: Actor, change: ControlChange) -> frozenset[str]:
    """What a member is to a change, in the words of the permit rows. Nobody acts here for somebody else."""
    own = {"proposer"} if change.proposed_by_id == member.id else set()
    return member.roles | own | ({"favoured"} if member.id in change.favours else frozenset())


def seconds(change: ControlChange, now: datetime) -> list[Actor]:
    """Everybody who may confirm a change, another administrator first."""
    return _seconds(change, registry.everybody(now))


def _seconds(change: ControlChange, everybody: Sequence[Actor]) -> list[Actor]:
    found = [one for one in everybody if _may(one, change)]
    return sorted(found, key=lambda one: (not one.is_admin, one.email))


def asked(change: ControlChange, now: datetime) -> list[Actor]:
    """Whom of them to ask: other administrators; where there is none, who holds the office of CEO or CFO."""
    return _asked(change, registry.everybody(now))


def _asked(change: ControlChange, everybody: Sequence[Actor]) -> list[Actor]:
    found = _seconds(change, everybody)
    return [one for one in found if one.is_admin] or found


def due_for(member: Actor, change: ControlChange) -> datetime:
    """By when a member is asked to answer; never after it expires."""
    return min(registry.due(member, asked_at(change)), change.expires_at)


def asked_at(change: ControlChange) -> datetime:
    """Since when a second person is asked: when it was proposed, or asked anew."""
    return change.expires_at - LASTS


@only_where(ANY_RUNS)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Changes these members are asked to confirm."""
    possible = any(member.is_admin or member.offices for member in members)
    rows = [row for row in list_running() if row.state == OPEN and row.expires_at > now] if possible else []
    if not rows:
        return {}
    everybody = {one.id: one for one in registry.everybody(now)}
    here = {member.id: member for member in members}
    titles = {row.id: title_of(row) for row in rows}
    return by_member(
        (one.id, _row(row, titles[row.id], here[one.id], everybody[row.proposed_by_id]))
        for row in rows
        for one in _asked(row, list(everybody.values()))
        if one.id in here
    )


def _row(change: ControlChange, title: Text, member: Actor, by: Actor) -> InboxRow:
    return InboxRow(
        key=change.key, ask=Text("control.ask"), title=Reader(member.locale, member.zone).say(title), path=f"{PAGE}/{change.key}", since=asked_at(change),
        due_at=due_for(member, change), by_en=by.name_en, by_ja=by.name_ja,
    )  # fmt: skip


def _may(member: Actor, change: ControlChange) -> bool:
    verb = registry.get(change.code).confirm
    return member.active and permits.allows(verb, relations_to(member, change), change.state)
