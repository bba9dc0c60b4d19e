"""Writing down who was told what, and putting it into the outbox: each notice once, whatever clocks and workers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from collab.escalations.models import Notice
from collab.escalations.registry import watches
from collab.escalations.rules import people
from collab.escalations.rules.climb import Heard, Outcome
from collab.escalations.rules.people import Told
from collab.kernel.db import AnyRow, db, run
from collab.outbox import service as outbox
from collab.outbox.service import Note

TOLD, SHARED, EXHAUSTED, NOBODY, CATCH_UP = (
    "escalation.told", "escalation.shared", "escalation.exhausted", "escalation.nobody", "escalation.catch_up",
)  # fmt: skip
"""What the engine says: to one superior or deputy; to both lines in one card; to the last owner; to administrators; once
after a silence instead of many times."""
_notices: Table = Notice.__table__  # type: ignore[assignment]
_KEY = (_notices.c.escalation_id, _notices.c.rung, _notices.c.member_id, _notices.c.slot)
_KNOWN = select(*_KEY).where(
    _notices.c.escalation_id.in_(bindparam("waits", expanding=True)),
    _notices.c.slot.in_(bindparam("slots", expanding=True)),
)
_INSERTS = {
    "sqlite": sqlite.insert(_notices).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_notices).on_conflict_do_nothing(),
}
Key = tuple[int, int, int | None, str]
"""What makes a notice one: the wait, the rung, the reader, the moment it answers."""


@dataclass(frozen=True)
class Said:
    """A wait and what became of it at a due moment."""

    row: AnyRow
    outcome: Outcome
    slot: datetime
    manual: bool = False
    admins: tuple[int, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it never waits for a bundle."""
        return bool(self.row.policy["hours"] == "always")


@dataclass(frozen=True)
class Letter:
    """A note, whom it is for, and the notices it stands for."""

    note: Note
    readers: tuple[int, ...]
    notices: tuple[Key, ...]
    urgent: bool


def write(all_said: Sequence[Said], *, now: datetime) -> list[Letter]:
    """Write the notices; what nobody has been told before comes back as letters, still to be enqueued."""
    rows = [row for said in all_said for row in _rows(said, now)]
    fresh = insert(rows)
    return [letter for said in all_said for letter in _letters(said, now) if fresh.issuperset(letter.notices)]


def insert(rows: Sequence[dict[str, Any]]) -> set[Key]:
    """Write notices that are not there yet; those written now. The caller holds the subjects of their waits, so nobody else
    writes any of them meanwhile."""
    if not rows:
        return set()
    which = {"waits": sorted({row["escalation_id"] for row in rows}), "slots": sorted({row["slot"] for row in rows})}
    known = {tuple(row) for row in run(_KNOWN, which)}
    fresh = [row for row in rows if _key(row) not in known]
    if fresh:
        run(_INSERTS[db.engine.dialect.name], fresh)
    return {_key(row) for row in fresh}


def _key(row: Mapping[str, Any]) -> Key:
    return row["escalation_id"], row["rung"], row["member_id"], row["slot"]


def send(letters: Iterable[Letter], *, now: datetime) -> None:
    """Enqueue what is to be said."""
    outbox.enqueue(*(letter.note for letter in letters), now=now)


def iso(moment: datetime) -> str:
    """A slot: always UTC, so that one moment has one name."""
    return moment.astimezone(UTC).isoformat()


def dedupe_keys(notice: AnyRow) -> tuple[str, str]:
    """Under which keys what a notice says was written: to its reader alone, or to both sides."""
    return tuple(_dedupe(notice.escalation_id, notice.rung, to, notice.slot) for to in (notice.member_id, people.BOTH))  # type: ignore[return-value]


def _dedupe(wait: int, rung: int, to: int | str | None, slot: str) -> str:
    return f"escalation:{wait}:{rung}:{to}:{slot}"


def _rows(said: Said, now: datetime) -> Iterator[dict[str, Any]]:
    for ran in said.outcome.ran:
        for told, read_at in zip(ran.chosen.told, ran.read_at, strict=True):
            yield _notice(said, ran, told.member, _why(said, ran, told.why), now, told.instead_of, read_at=read_at)
        for skipped in ran.chosen.skipped:
            yield _notice(said, ran, skipped.member, skipped.why, now, skipped=skipped.reason)
    for admin in said.admins:
        yield alarm_row(said.row.id, said.row.subject_key, admin, now)


def alarm_row(wait: int, subject: str, admin: int, now: datetime) -> dict[str, Any]:
    """The notice of an administrator: once per wait."""
    return {
        "escalation_id": wait, "subject_key": subject, "rung": 0, "loop": 1, "member_id": admin, "slot": people.NOBODY,
        "why": people.ADMIN, "instead_of_id": None, "skipped": None, "at": now, "notice_at": now, "silence_at": None,
    }  # fmt: skip


def _notice(
    said: Said, ran: Heard, member: int | None, why: str, now: datetime, instead_of: int | None = None, *,
    skipped: str | None = None, read_at: datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "escalation_id": said.row.id, "subject_key": said.row.subject_key, "rung": ran.rung, "loop": ran.loop,
        "member_id": member, "slot": iso(said.slot), "why": why, "instead_of_id": instead_of, "skipped": skipped,
        "at": now, "notice_at": read_at, "silence_at": None,
    }  # fmt: skip


def _why(said: Said, ran: Heard, why: str) -> str:
    if said.manual:
        return people.MANUAL
    return people.BOTH if ran.together else why


def _letters(said: Said, now: datetime) -> Iterator[Letter]:
    slot = iso(said.slot)
    for ran in said.outcome.ran:
        told = list(zip(ran.chosen.told, ran.read_at, strict=True))
        if ran.together:
            yield _shared(said, ran, [one.member for one, _read_at in told], ran.read_at[0])
            continue
        for one, read_at in told:
            kind, args = _kind(said, ran, one, slot)
            note = Note(
                kind, said.row.subject_key, _dedupe(said.row.id, ran.rung, one.member, slot), member=one.member,
                args=args, due_at=read_at, urgent=said.urgent,
            )  # fmt: skip
            yield Letter(note, (one.member,), ((said.row.id, ran.rung, one.member, slot),), said.urgent)
    yield from (alarm(said.row.id, said.row.subject_key, admin, now) for admin in said.admins)


def _shared(said: Said, ran: Heard, members: Sequence[int], read_at: datetime) -> Letter:
    slot = iso(said.slot)
    args = _args(said, ran, people.MANUAL if said.manual else people.BOTH, slot)
    note = Note(
        SHARED, said.row.subject_key, _dedupe(said.row.id, ran.rung, people.BOTH, slot), members=tuple(sorted(members)),
        args=args, due_at=read_at, urgent=said.urgent,
    )  # fmt: skip
    notices = tuple((said.row.id, ran.rung, member, slot) for member in members)
    return Letter(note, tuple(sorted(members)), notices, said.urgent)


def alarm(wait: int, subject: str, admin: int, now: datetime) -> Letter:
    """What one administrator is told about a wait nobody is there for."""
    args = {"escalation": wait, "rung": 0, "loop": 1, "slot": iso(now), "why": people.ADMIN}
    note = Note(NOBODY, subject, f"escalation:{wait}:nobody:{admin}", member=admin, args=args, urgent=True)
    return Letter(note, (admin,), ((wait, 0, admin, people.NOBODY),), urgent=True)


def _kind(said: Said, ran: Heard, one: Told, slot: str) -> tuple[str, dict[str, Any]]:
    """The late person, or whoever may act in their place, gets their feature's own card, everybody else the engine's."""
    args = _args(said, ran, _why(said, ran, one.why), slot)
    if one.why == people.OWNER or ran.rung >= len(said.row.policy["rungs"]):
        return EXHAUSTED, args
    watch = watches.get(said.row.watch)
    if watch is not None and (one.why == people.LATE or (watch.deputies and one.instead_of == said.row.late_id)):
        return watch.last_chance, {**args, "wait": said.row.key}
    return TOLD, args


def _args(said: Said, ran: Heard, why: str, slot: str) -> dict[str, Any]:
    return {"escalation": said.row.id, "rung": ran.rung, "loop": ran.loop, "slot": slot, "why": why}
