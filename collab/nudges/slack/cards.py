"""The daily reminder, put together as it is true when it goes out."""

from __future__ import annotations

from collections.abc import Sequence

from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.nudges import messages, queries
from collab.nudges.messages import Item, Reminder
from collab.nudges.rules.pressing import Today
from collab.outbox.registry import Envelope, Rendered
from collab.people import queries as people
from collab.slack import identity
from collab.subjects.registry import InboxRow

PAGE = "/me/notifications"


def reminder(envelope: Envelope) -> Rendered | None:
    """What is pressing for its recipient now; None when nothing is any more, its day is over, or they do not want it."""
    member, now = envelope.recipient, envelope.now
    if member is None or envelope.args["on"] != day_in(now, member.zone).isoformat() or not _wants(member, envelope):
        return None
    rows = queries.list_pressing(member, now)
    if not rows or (len(rows) == 1 and queries.was_just_asked(member, rows[0].key, now)):
        return None
    return messages.reminder(_reminder(rows, queries.today_of(member, now), envelope.reader), envelope.reader)


def _wants(member: Actor, envelope: Envelope) -> bool:
    return queries.get_habits(member).daily and not people.presence([member.id], envelope.now)[member.id].away


def _reminder(rows: Sequence[InboxRow], today: Today, reader: Reader) -> Reminder:
    most = today.pattern.most
    return Reminder(
        items=tuple(_item(row, today, reader) for row in rows[:most]), more=max(len(rows) - most, 0),
        late=sum(row.due_at is not None and row.due_at < today.now for row in rows),
        inbox=identity.address("/"), habits=identity.address(PAGE),
    )  # fmt: skip


def _item(row: InboxRow, today: Today, reader: Reader) -> Item:
    by = row.by_ja if reader.locale == "ja" else row.by_en
    when, decide = _when(row, today, reader), "approve" in row.actions
    return Item(row.key, row.ask, row.title, identity.address(row.path), by, when, decide)


def _when(row: InboxRow, today: Today, reader: Reader) -> Text | None:
    """How late it is in business time, else until when, in its reader's zone; else how long it has waited."""
    if row.due_at is None:
        return Text("nudge.waits", {"time": reader.ago(row.since, today.now)})
    if row.due_at < today.now:
        unit, n = today.lateness(row.due_at)
        return Text(f"nudge.late.{unit}" if n else "nudge.late.now", {"n": n})
    if row.due_at <= today.ends_at:
        return Text("nudge.due_today", {"time": reader.moment(row.due_at).rpartition(" ")[2]})
    return Text("nudge.due", {"at": row.due_at})
