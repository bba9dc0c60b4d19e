"""Saying an issue: what needs its reader is read once, when it is first said or opened, and how it arrived is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from collab.digests import queries
from collab.digests.models import Issue
from collab.digests.queries import Edition
from collab.digests.rules.needs import Needs, needs_to_json, top_of
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.mail.client import configured
from collab.outbox.registry import Envelope
from collab.people import queries as people
from collab.slack.client import transport
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow

MAIL, SLACK, WEB = "mail", "slack", "web"
PAGES = "/digests/"
"""An issue is no news in an issue."""
_issues: Table = Issue.__table__  # type: ignore[assignment]


def freeze(edition: Edition, reader: Actor | None, now: datetime) -> Needs:
    """What needs the reader of an issue: read now, if it is said for the first time, and the same from then on."""
    if edition.needs is not None or reader is None:
        return edition.needs or Needs()
    needs = top_of(worth_saying(subjects.inbox(reader, now)))
    first = (_issues.c.id == edition.id) & _issues.c.needs.is_(None)
    with atomic():
        if run(update(_issues).where(first).values(needs=needs_to_json(needs))).rowcount:
            return needs
    kept = queries.get_issue(edition.id)
    return kept.needs or needs if kept else needs


def worth_saying(rows: Sequence[InboxRow]) -> list[InboxRow]:
    """The rows of an inbox that an issue tells: all but those about issues."""
    return [row for row in rows if not row.path.startswith(PAGES)]


def take_to_say(envelope: Envelope) -> Edition | None:
    """The issue a message carries, as long as it is to be said: a later one says what matters now, unless somebody asked for
    this one; nor after it was turned off. None: there is nothing to say any more."""
    edition = queries.get_issue(envelope.args["issue"])
    if edition is None or edition.empty:
        return None
    if envelope.args.get("asked"):
        return edition
    is_off = envelope.recipient is not None and not queries.get_choice(envelope.recipient).wanted
    return None if is_off or queries.is_outdated(edition, envelope.now) else edition


def open_issue(edition: Edition, reader: Actor, now: datetime) -> Needs:
    """Its own reader looks at an issue on the web: what needed them is read if it never was, and it waits for them no more."""
    needs = freeze(edition, reader, now)
    if edition.opened_at is None and edition.member_id == reader.id:
        with atomic():
            run(update(_issues).where(_issues.c.id == edition.id, _issues.c.opened_at.is_(None)).values(opened_at=now))
    return needs


def said_in_slack(row: AnyRow, now: datetime) -> None:
    """A message is in Slack; without Slack, in the log of a server, where nobody reads it: then it goes another way."""
    if row.member_id is not None and transport().name == "console":
        unreached(row, now)
        return
    _settle(row.args["issue"], via=SLACK, mail_at=None, said_at=now)


def unreached(row: AnyRow, now: datetime) -> bool:
    """Slack does not reach its reader: by mail where there is a mail server, else on the web alone. A channel has no other way."""
    if row.member_id is None:
        return False
    if configured():
        _settle(row.args["issue"], via=MAIL, mail_at=now, said_at=None)
    else:
        _settle(row.args["issue"], via=WEB, mail_at=None, said_at=now)
    return True


def settle_mail(issue: int, now: datetime, *, arrived: bool) -> None:
    """A letter was handed over; or it never will be, and the issue stands on the web alone."""
    with atomic():
        _settle(issue, via=MAIL if arrived else WEB, mail_at=None, said_at=now)


def lay_by(week: str, now: datetime) -> None:
    """The issues of a week in a past that was told to us, as they stood at `now`: they can be read, and wait for nobody. Of
    what needs their readers they hold what was asked by then."""
    laid = (_issues.c.week == week) & _issues.c.via.is_(None) & _issues.c.member_id.is_not(None)
    issues = {row.member_id: row.id for row in run(select(_issues.c.id, _issues.c.member_id).where(laid))}
    inboxes = subjects.inboxes(people.list_actors(now, ids=list(issues)), now)
    with atomic():
        for member, issue in issues.items():
            asked = [row for row in worth_saying(inboxes.get(member, ())) if row.since <= now]
            _settle(issue, via=WEB, opened_at=now, said_at=now, needs=needs_to_json(top_of(asked)))


def _settle(issue: int, **values: Any) -> None:
    run(update(_issues).where(_issues.c.id == issue).values(**values))
