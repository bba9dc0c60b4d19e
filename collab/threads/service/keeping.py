"""Where the bytes of files lie: written before the comment that names them, dropped again when it is not made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

import structlog
from flask import current_app
from sqlalchemy import Table, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Busy, NotFound
from collab.kernel.storage import Storage
from collab.threads.models import Attachment, Comment
from collab.threads.queries import File, address_in_use
from collab.threads.rules.files import Good

log = structlog.get_logger(__name__)
STRAY_AFTER = timedelta(days=1)
"""How old bytes must be before nobody can still be writing the comment that names them."""
REGRETTED_FOR = timedelta(days=30)
"""How long the files of a withdrawn comment are kept for the trail; what was attached by mistake is gone then."""
AT_ONCE = 500
_attachments: Table = Attachment.__table__  # type: ignore[assignment]


@contextmanager
def kept(files: Sequence[Good]) -> Iterator[list[str]]:
    """The addresses of files just written; if what follows fails, they are dropped again.

    Raises:
        Busy: the disk does not take them; nothing is left behind.
    """
    addresses: list[str] = []
    try:
        try:
            for file in files:
                addresses.append(_storage().keep_apart(file.content))  # noqa: PERF401 - those before a failure are dropped
        except OSError as problem:
            log.exception("threads.not_kept")
            raise Busy("files_away") from problem
        yield addresses
    except Busy as error:
        if error.said_code != "unsure":  # then the comment may be there, and the sweep finds out
            drop(addresses)
        raise
    except BaseException:
        drop(addresses)
        raise


def read(file: File) -> bytes:
    """The bytes of a file. Raises NotFound when they are not there (a folder that was not restored with its database)."""
    try:
        return _storage().read(file.address)
    except FileNotFoundError as gone:
        log.error("threads.file_gone", address=file.address)
        raise NotFound from gone


def sweep(*, now: datetime) -> int:
    """Drop the files of comments withdrawn long ago, then every byte no comment names; returns how many were dropped."""
    _forget_regretted(now)
    _storage().drop_parts(before=now - STRAY_AFTER)
    old, dropped = _storage().addresses(before=now - STRAY_AFTER), 0
    while some := list(islice(old, AT_ONCE)):
        strays = set(some) - address_in_use(some)
        db.session.rollback()
        drop(strays)
        dropped += len(strays)
    return dropped


def _forget_regretted(now: datetime) -> None:
    regretted = select(Comment.id).where(Comment.withdrawn_at.is_not(None), Comment.withdrawn_at < now - REGRETTED_FOR)
    theirs = _attachments.c.comment_id.in_(regretted) & _attachments.c.dropped_at.is_(None)
    if db.session.execute(select(_attachments.c.id).where(theirs).limit(1)).first() is None:
        return
    with atomic():
        db.session.execute(update(_attachments).where(theirs).values(dropped_at=now))


def drop(addresses: Iterable[str]) -> None:
    """Forget bytes; what cannot be dropped now, the sweep finds."""
    for address in addresses:
        try:
            _storage().drop(address)
        except OSError:
            log.exception("threads.not_dropped", address=address)  # the sweep tries again


def _storage() -> Storage:
    found: Storage = current_app.extensions["threads.storage"]
    return found
