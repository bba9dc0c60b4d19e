"""What a week of signatures says to whoever puts a digest together: selects for use inside other statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, Table, bindparam, cast, func, select

from collab.kernel.db import Moment
from collab.signatures.models import Sheet, Signature
from collab.signatures.rules import OPEN

_sheets: Table = Sheet.__table__  # type: ignore[assignment]
_seats: Table = Signature.__table__  # type: ignore[assignment]


def valid_between(prefix: str) -> Select[Any]:
    """Papers of one kind of subject both signers have signed between the bound moments `since` and `until`, whatever became of them
    since: `number` of the subject, `paper`, `version`, `valid_at`."""
    since, until = (bindparam(name, type_=Moment) for name in ("since", "until"))
    return select(_number(prefix), _sheets.c.paper, _sheets.c.version, _sheets.c.valid_at).where(
        _sheets.c.subject_key.startswith(f"{prefix}-"), _sheets.c.valid_at >= since, _sheets.c.valid_at < until
    )


def waiting_seats(prefix: str) -> Select[Any]:
    """Signatures that are waited for on papers of one kind of subject: `number` of the subject, `paper`, `member_id`, `due_at`."""
    return (
        select(_number(prefix), _sheets.c.paper, _seats.c.member_id, _seats.c.due_at)
        .join(_seats, _seats.c.sheet_id == _sheets.c.id)
        .where(_sheets.c.subject_key.startswith(f"{prefix}-"), _sheets.c.state == OPEN, _seats.c.signed_at.is_(None))
    )


def _number(prefix: str) -> Any:
    return cast(func.substr(_sheets.c.subject_key, len(prefix) + 2), Integer).label("number")
