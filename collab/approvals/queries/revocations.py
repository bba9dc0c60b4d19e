"""Requests to revoke a decision: who asked for it, who must agree, what they said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Table, bindparam, select

from collab.approvals.models import Revocation, RevocationVoice
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Text
from collab.subjects.queries import rows_about
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import ME, only_where
from collab.subjects.traces import KEY, trace

OPEN, YES, NO = "open", "yes", "no"
_revocations: Table = Revocation.__table__  # type: ignore[assignment]
_voices: Table = RevocationVoice.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Voice:
    """One of those who must agree; `office` is the one they are asked for, if any."""

    id: int
    member: int
    office: str | None
    answer: str | None
    comment: str | None
    answered_at: datetime | None


@dataclass(frozen=True)
class RevocationView:
    """A request to revoke with everybody who is asked."""

    id: int
    subject: str
    round_id: int
    requested_by: int
    reason: str
    state: str
    requested_at: datetime
    ended_at: datetime | None
    voices: tuple[Voice, ...]

    @property
    def is_open(self) -> bool:
        """Somebody has still to answer."""
        return self.state == OPEN

    def asked(self) -> list[Voice]:
        """Those who have not answered, while it is open."""
        return [voice for voice in self.voices if self.is_open and voice.answer is None]

    def voice_of(self, member: int) -> Voice | None:
        """What this member is asked, if they have not answered yet."""
        return next((voice for voice in self.asked() if voice.member == member), None)

    def relations_of(self, member: int) -> frozenset[str]:
        """How a member stands to it, in the words of the permit rows."""
        mine = ["voice"] if self.voice_of(member) else []
        return frozenset([*mine, *(["revocation_asker"] if self.is_open and member == self.requested_by else [])])


_WHOLE = select(
    _revocations,
    _voices.c.id.label("voice_id"),
    _voices.c.member_id,
    _voices.c.office,
    _voices.c.answer,
    _voices.c.comment,
    _voices.c.answered_at,
).join(_voices, _voices.c.revocation_id == _revocations.c.id)
DOUBTED = trace(select(_revocations.c.id).where(_revocations.c.subject_key == KEY))
_OF_SUBJECT = _WHOLE.where(_revocations.c.subject_key == bindparam("key")).order_by(_revocations.c.id, _voices.c.id)
_OPEN_OF_SUBJECT = _OF_SUBJECT.where(_revocations.c.state == OPEN)
_ASKED = (
    select(_voices.c.member_id, _revocations.c.subject_key, _revocations.c.requested_at, _revocations.c.requested_by_id)
    .join(_voices, _voices.c.revocation_id == _revocations.c.id)
    .where(
        _voices.c.member_id.in_(bindparam("members", expanding=True)), _voices.c.answered_at.is_(None), _revocations.c.state == OPEN
    )
    .order_by(_revocations.c.id)
)  # fmt: skip


def list_revocations(key: str) -> list[RevocationView]:
    """Every request to revoke a subject's decision, the first one first."""
    return _views(run(_OF_SUBJECT, {"key": key}).all()) if DOUBTED.may_be_on(key) else []


def find_open(key: str) -> RevocationView | None:
    """The request that is open now."""
    found = _views(run(_OPEN_OF_SUBJECT, {"key": key}).all())
    return found[0] if found else None


def list_asked(members: Iterable[int]) -> Sequence[AnyRow]:
    """Where members are asked whether a decision may be revoked: who, subject, since when, who asks for it."""
    return run(_ASKED, {"members": list(members)}).all()


@only_where(
    select(_voices.c.revocation_id)
    .join(_revocations, _voices.c.revocation_id == _revocations.c.id)
    .where(_voices.c.member_id == ME, _voices.c.answered_at.is_(None), _revocations.c.state == OPEN)
)
def revocation_inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Decisions of these members that somebody asks to have revoked."""
    rows = list_asked(member.id for member in members)
    return rows_about(members, [(row.member_id, row.subject_key, row) for row in rows], _row)


def _row(row: AnyRow, subject: Summary) -> InboxRow:
    path = f"{subject.path}#revocation"
    return subject.asks(Text("approval.ask.revocation"), path=path, since=row.requested_at, actions=("answer",))


VOICED_SUBJECTS: Select[tuple[str, int]] = select(_revocations.c.subject_key, _voices.c.member_id).join(
    _voices, _voices.c.revocation_id == _revocations.c.id
)
"""The subjects somebody was ever asked to let be revoked, and who; for use inside another statement."""


def list_where_asked(member: int) -> list[str]:
    """The subjects whose open request to revoke waits for this member."""
    return [row.subject_key for row in list_asked([member])]


def list_for_office(office: str) -> list[str]:
    """The subjects whose open request to revoke waits for the holder of an office."""
    rows = (
        select(_revocations.c.subject_key)
        .join(_voices, _voices.c.revocation_id == _revocations.c.id)
        .where(_voices.c.office == office, _voices.c.answered_at.is_(None), _revocations.c.state == OPEN)
        .order_by(_revocations.c.subject_key)
    )
    return [row.subject_key for row in run(rows)]


def _views(rows: Sequence[AnyRow]) -> list[RevocationView]:
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return [_view(those) for those in found.values()]


def _view(rows: Sequence[AnyRow]) -> RevocationView:
    first = rows[0]
    return RevocationView(
        first.id, first.subject_key, first.round_id, first.requested_by_id, first.reason, first.state, first.requested_at,
        first.ended_at,
        tuple(Voice(row.voice_id, row.member_id, row.office, row.answer, row.comment, row.answered_at) for row in rows),
    )  # fmt: skip
