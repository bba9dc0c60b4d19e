"""What somebody answered, for nobody but themselves, and only while the pulse is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import current_app
from sqlalchemy import func, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.pulses.models import Asked, Given, Pulse
from collab.pulses.queries.pulses import questions_of
from collab.pulses.rules.sealing import Key, key_from


def key_to(pulse: Pulse) -> Key | None:
    """The key of its answers while it is open: one half of it is this installation's own secret. None afterwards, for ever."""
    return key_from(str(current_app.secret_key), pulse.secret) if pulse.secret else None


def find_own(viewer: Actor, pulse: Pulse) -> dict[str, int] | None:
    """What the viewer answered, by question; None while they have not, and once it has ended."""
    key = key_to(pulse)
    sealed = db.session.scalar(select(Given.sealed).where(Given.token == key.token(viewer.id))) if key else None
    return key.opened(sealed, [one.code for one in questions_of(pulse)]) if key and sealed else None


def has_answered(member: int, pulse: Pulse) -> bool:
    """Whether a member has answered (or had, when it closed)."""
    key = key_to(pulse)
    if key is not None:
        return db.session.scalar(select(Given.token).where(Given.token == key.token(member))) is not None
    asked = db.session.get(Asked, (pulse.id, member))
    return asked is not None and asked.answered


def list_waiting(members: Sequence[int], pulse: Pulse) -> list[int]:
    """Those of these members who are asked and have not answered, in two statements however many they are."""
    key = key_to(pulse)
    if key is None:
        return []
    asked = select(Asked.member_id).where(Asked.pulse_id == pulse.id, Asked.member_id.in_(members))
    tokens = {key.token(member): member for member in db.session.scalars(asked.order_by(Asked.member_id))}
    given = set(db.session.scalars(select(Given.token).where(Given.token.in_(tokens))))
    return [member for token, member in tokens.items() if token not in given]


def list_asked(pulse: Pulse) -> Sequence[AnyRow]:
    """Everybody who is asked: member, department, side."""
    rows = select(Asked.member_id, Asked.department_code, Asked.side).where(Asked.pulse_id == pulse.id)
    return db.session.execute(rows.order_by(Asked.member_id)).all()


def count_asked(pulse_ids: Sequence[int]) -> Mapping[int, int]:
    """How many were asked, by pulse."""
    rows = select(Asked.pulse_id, func.count()).where(Asked.pulse_id.in_(pulse_ids)).group_by(Asked.pulse_id)
    return {row[0]: row[1] for row in db.session.execute(rows)}
