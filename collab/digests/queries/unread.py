"""Issues that stand on the web alone and wait to be read: a line of the inbox, of which nobody is reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from collab.digests.queries.issues import UNOPENED, Edition, list_unread
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import only_where


@only_where(UNOPENED)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """The last issue of each member, until they open it."""
    editions = list_unread([member.id for member in members], now)
    return by_member((one.member_id, _row(one)) for one in editions if one.member_id is not None)


def _row(edition: Edition) -> InboxRow:
    since = edition.said_at or edition.made_at
    return InboxRow(
        key=edition.week, ask=Text("digest.said.read_it"), title="", path=f"/digests/{edition.week}", since=since, remind=False,
    )  # fmt: skip
