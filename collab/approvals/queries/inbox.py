"""Seats that wait for a member, as inbox rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.approvals.queries.chains import list_waiting
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.subjects.queries import list_summaries
from collab.subjects.registry import InboxRow


def inbox(member: Actor, _now: datetime) -> Sequence[InboxRow]:
    """What this member is asked to decide: as a key, as the last to say yes, or as one of the steps before."""
    waiting = list_waiting(member.id)
    seen = list_summaries(member, {row.subject_key for row in waiting})
    rows = []
    for row in waiting:
        subject = seen.get(row.subject_key)
        if subject is None:
            continue
        step = row.route["steps"][row.step]
        last = row.step == len(row.route["steps"]) - 1
        ask = "approval.ask.key" if step["keys"] else "approval.ask.decide" if last else "approval.ask.approve"
        rows.append(
            InboxRow(
                key=row.subject_key, ask=Text(ask), title=subject.title, path=subject.path, since=row.opened_at,
                due_at=row.due_at, amount=subject.amount, by_en=subject.by_en, by_ja=subject.by_ja,
                actions=("approve", "return", "reject"),
            )
        )  # fmt: skip
    return rows
