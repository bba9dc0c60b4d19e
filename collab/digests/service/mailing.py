"""Issues that go by mail: each is claimed for a while before its letter is handed over, so that no two workers send it.

A worker that dies in between leaves it to the next, under the same Message-ID; a letter that may have been taken is never
sent again: the issue stands on the web.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Table, select, update
from sqlalchemy.exc import DBAPIError

from collab.digests import queries
from collab.digests.models import Issue
from collab.digests.queries import Edition
from collab.digests.rules.needs import Needs
from collab.digests.service.saying import freeze, settle_mail
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.mail.client import mailer
from collab.mail.letter import Letter
from collab.mail.problems import MailBroken, MailLater, MailProblem
from collab.people import queries as people

log = structlog.get_logger(__name__)
LEASE, AGAIN, GIVES_UP = timedelta(minutes=5), timedelta(minutes=10), timedelta(days=1)
"""How long one worker has for a letter, when a busy server is asked again, and until when."""
BATCH = 1
"""Claimed at a time: however slow the server, a letter is handed over within its own lease."""
_issues: Table = Issue.__table__  # type: ignore[assignment]

Write = Callable[[Edition, Needs, Actor, datetime], Letter | None]


def _nothing(_edition: Edition, _needs: Needs, _member: Actor, _now: datetime) -> Letter | None:
    return None


@dataclass
class Letters:
    """How an issue becomes a letter; None: there is nothing left to say. Filled at start-up."""

    write: Write = field(default=_nothing)


letters = Letters()


def send_waiting(now: datetime, end: float) -> int:
    """Hand over the letters that are due, until the steady clock says `end`; returns how many the server took."""
    taken = 0
    while mailer() is not None and time.monotonic() < end and (mine := _claim(now)):
        taken += sum(_send(issue, now) for issue in mine)
    return taken


def _claim(now: datetime) -> list[int]:
    """Some that are due, ours until the lease is over."""
    due = select(_issues.c.id).where(_issues.c.mail_at <= now).order_by(_issues.c.mail_at, _issues.c.id).limit(BATCH)
    with atomic():
        ids = list(db.session.scalars(due.with_for_update(skip_locked=True)))
        ours = update(_issues).where(_issues.c.id.in_(ids), _issues.c.mail_at <= now).values(mail_at=now + LEASE)
        return sorted(db.session.scalars(ours.returning(_issues.c.id))) if ids else []


def _send(issue: int, now: datetime) -> bool:
    """Hand one over. One that cannot be written stays on the web and does not keep the others waiting."""
    edition = queries.get_issue(issue)
    if edition is None or edition.member_id is None:
        return False
    try:
        return _hand_over(edition, people.get_actor(edition.member_id, now), now)
    except MailProblem as problem:
        _refused(edition, problem, now)
    except DBAPIError:
        raise
    except Exception:
        log.exception("digests.no_letter", issue=issue)
        settle_mail(issue, now, arrived=False)
    return False


def _hand_over(edition: Edition, member: Actor, now: datetime) -> bool:
    letter = letters.write(edition, freeze(edition, member, now), member, now)
    server = mailer()
    if letter is None or server is None or not member.active:
        settle_mail(edition.id, now, arrived=False)
        return False
    server.send(letter, now)
    settle_mail(edition.id, now, arrived=True)
    return True


def _refused(edition: Edition, problem: MailProblem, now: datetime) -> None:
    """The server is busy or wants nothing of ours: later. What it will not take, or may have taken, is not sent again."""
    ours = isinstance(problem, MailLater) or (isinstance(problem, MailBroken) and problem.everybody)
    log.warning("digests.not_mailed", issue=edition.id, error=problem.error, later=ours)
    if not ours or now - edition.made_at > GIVES_UP:
        settle_mail(edition.id, now, arrived=False)
        return
    with atomic():
        db.session.execute(update(_issues).where(_issues.c.id == edition.id).values(mail_at=now + AGAIN))
