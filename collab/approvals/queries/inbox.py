"""Seats that wait for a member, as inbox rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.approvals.queries.chains import Chain, SeatView
from collab.approvals.queries.proxies import list_proxied
from collab.approvals.queries.seated import list_waiting
from collab.approvals.rules.asking import actions_of, way_of
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.people.queries import Named
from collab.subjects.queries import list_summaries
from collab.subjects.registry import InboxRow, Summary


def inbox(member: Actor, now: datetime) -> Sequence[InboxRow]:
    """What this member is asked: to turn a key, to decide, to approve, for an opinion; what they hold stays and is quiet.
    What they may answer for somebody who has delegated it stands with it, and reminds nobody: its holder is asked."""
    waiting = list_waiting(member.id)
    proxied = list_proxied(member, now)
    seen = list_summaries(member, {row.subject_key for row in waiting} | {chain.subject for chain, _seat in proxied})
    names = people.names_of(seat.member for _chain, seat in proxied)
    return [_row(row, seen[row.subject_key]) for row in waiting if row.subject_key in seen] + [
        _for_another(chain, seat, names[seat.member], seen[chain.subject])
        for chain, seat in proxied
        if chain.subject in seen
    ]


def _for_another(chain: Chain, seat: SeatView, principal: Named, subject: Summary) -> InboxRow:
    asked = Text(f"approval.ask.{way_of(chain.route, seat.step)}")
    return InboxRow(
        key=chain.subject, ask=Text("approval.proxy.ask", {"ask": asked, "who": principal}), title=subject.title,
        path=subject.path, since=seat.opened_at or chain.opened_at, due_at=seat.due_at, amount=subject.amount, by_en=subject.by_en,
        by_ja=subject.by_ja, actions=actions_of(chain.route, seat.step), remind=False, acting_for=principal.email,
    )  # fmt: skip


def _row(row: AnyRow, subject: Summary) -> InboxRow:
    held = row.held_until is not None
    ask = Text("approval.ask.held", {"until": row.held_until}) if held else Text(f"approval.ask.{_way(row)}")
    return InboxRow(
        key=row.subject_key, ask=ask, title=subject.title, path=subject.path, since=row.opened_at, due_at=row.due_at,
        amount=subject.amount, by_en=subject.by_en, by_ja=subject.by_ja, actions=actions_of(row.route, row.step),
        remind=not held,
    )  # fmt: skip


def _way(row: AnyRow) -> str:
    return way_of(row.route, row.step)
