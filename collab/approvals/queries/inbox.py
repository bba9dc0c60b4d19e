"""Seats that wait for members, as inbox rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from collab.approvals.queries.chains import Chain, SeatView
from collab.approvals.queries.proxies import list_proxied
from collab.approvals.queries.seated import WAITING_SEATS, list_waiting
from collab.approvals.rules.asking import actions_of, way_of
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.people.queries import Named
from collab.subjects.queries import rows_about
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import ACTS_FOR_OTHERS, only_where


@only_where(WAITING_SEATS, or_else=ACTS_FOR_OTHERS)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What members are asked: to turn a key, to decide, to approve, for an opinion; what they hold stays and is quiet. What
    they may answer for somebody who has delegated it stands with it, and reminds nobody: its holder is asked."""
    waiting = list_waiting(member.id for member in members)
    proxied = list_proxied(members, now)
    names = people.names_of(seat.member for _deputy, _chain, seat in proxied)
    own = [(row.member_id, row.subject_key, partial(_row, row)) for row in waiting]
    others = [
        (who, chain.subject, partial(_for_another, chain, seat, names[seat.member])) for who, chain, seat in proxied
    ]
    return rows_about(members, [*own, *others], lambda row, subject: row(subject))


def _for_another(chain: Chain, seat: SeatView, principal: Named, subject: Summary) -> InboxRow:
    asked = Text(f"approval.ask.{way_of(chain.route, seat.step)}")
    return subject.asks(
        Text("approval.proxy.ask", {"ask": asked, "who": principal}), since=seat.opened_at or chain.opened_at,
        due_at=seat.due_at, actions=actions_of(chain.route, seat.step), remind=False, acting_for=principal.email,
    )  # fmt: skip


def _row(row: AnyRow, subject: Summary) -> InboxRow:
    held = row.held_until is not None
    ask = Text("approval.ask.held", {"until": row.held_until}) if held else Text(f"approval.ask.{_way(row)}")
    actions = actions_of(row.route, row.step)
    return subject.asks(ask, since=row.opened_at, due_at=row.due_at, actions=actions, remind=not held)


def _way(row: AnyRow) -> str:
    return way_of(row.route, row.step)
