"""Issues of connected channels: put together and claimed like everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import structlog
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from collab.digests import queries
from collab.digests.models import Issue
from collab.digests.queries.channel_facts import gather_channels
from collab.digests.queries.due_channels import DueChannel
from collab.digests.rules.content import Content, to_json
from collab.digests.rules.due import span_of
from collab.digests.service.notes import channel_note
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.outbox import service as outbox

log = structlog.get_logger(__name__)
_issues: Table = Issue.__table__  # type: ignore[assignment]


def compose_due(now: datetime) -> int:
    """Put together the issue of every channel whose moment has come; returns how many have something to say."""
    due = sorted(queries.list_due_channels(now), key=lambda one: (one.week, str(one.zone)))
    return sum(compose(list(some), now) for _key, some in groupby(due, lambda one: (one.week, str(one.zone))))


def compose(due: Sequence[DueChannel], now: datetime) -> int:
    """The issues of channels of one week and zone. One that cannot be read for must not keep the others waiting."""
    span = span_of(due[0].week, due[0].zone) if due else None
    if span is None:
        return 0
    try:
        contents = gather_channels([one.channel for one in due], span, now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("digests.no_channel_content", channels=[one.channel.id for one in due], week=span.week)
        return 0 if len(due) == 1 else sum(compose([one], now) for one in due)
    return sum(_write(one, contents.get(one.channel.id, Content()), now) for one in due)


def _write(due: DueChannel, content: Content, now: datetime) -> bool:
    """Claim one and write what is to be said."""
    row = due.channel
    values = {
        "week": due.week, "channel_id": row.id, "empty": content.is_empty, "content": to_json(content), "made_at": now,
    }  # fmt: skip
    with atomic():
        written = insert_once(_issues, **values)
        edition = queries.find_issue(week=due.week, channel=row.id)
        if not written or edition is None or content.is_empty:
            return False
        outbox.enqueue(channel_note(edition.id, due.week, row=row.id, channel=row.channel_id), now=now)
    return True
