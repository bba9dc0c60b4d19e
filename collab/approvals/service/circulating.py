"""Circulation (回覧) by hand, and confirming what is to be read. Neither moves a round or decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, update

from collab.approvals import queries
from collab.approvals.models import Reading
from collab.approvals.queries import Chain
from collab.approvals.queries.reading import ReadingView
from collab.approvals.service.applying import move_round
from collab.approvals.service.deciding import locked
from collab.approvals.service.reading import AFTER_REVIEW, CIRCULATE, Paper, put, tell
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects.queries import list_summaries

MOST = 50
"""Characters of a note, a question or an answer; readers in one go."""
OBJECTED = "approval.objected"
_readings: Table = Reading.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Circulated:
    """Before whom it was put now, and who had it already."""

    subject: str
    told: tuple[int, ...]
    already: tuple[int, ...]


@dataclass(frozen=True)
class Read:
    """Something was read: when, for which reasons it was to be; `fresh` is False when that was said before."""

    subject: str
    at: datetime
    whys: tuple[str, ...]
    fresh: bool = True


def circulate(
    *, key: str, actor: Actor, members: Sequence[str], now: datetime, confirm: bool = False, note: str | None = None
) -> Circulated:
    """Put a request before colleagues to read (addresses), from then on they see it whole; no power goes with it.

    Raises:
        Invalid: nobody or too many are named, or somebody who cannot be given it.
        NotFound, NotAllowed, NotNow: the actor neither files nor decides it, or it was never submitted.
    """
    note = checked_words("note", note)
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.circulate", relations(chain, actor), chain.state)
        readers = _readers(chain, actor, members, now)
        paper = Paper(key, chain.id, chain.number, CIRCULATE, confirm, actor.id, note)
        had = [row for row in queries.list_readings(key) if row.round_id == chain.id and row.why == CIRCULATE]
        told = [*put(paper, readers, now=now), *_asked_to_confirm(paper, had, readers, now)]
        if told:
            names = people.addresses(told)
            after = {"members": [names[member] for member in sorted(told)], "confirm": confirm}
            details = {"round": chain.number}
            audit.record("circulate", key, actor=actor, at=now, after=after, reason=note, details=details)
            move_round(chain, chain.state, chain.step, now)
    return Circulated(key, tuple(sorted(told)), tuple(sorted(set(readers) - set(told))))


def read(*, key: str, actor: Actor, now: datetime, answer: str | None = None) -> Read:
    """Confirm everything this member has to read about a request; saying so again is no harm. `answer` is an objection to
    what was approved without anybody being asked: it is told to the requester and the lead of the department.

    Raises:
        Invalid: an objection where nothing was to be checked.
        NotFound, NotAllowed: the actor has nothing to read here.
    """
    answer = checked_words("answer", answer)
    with atomic():
        chain = locked(key, actor)
        mine = [row for row in queries.list_readings(key) if row.member == actor.id]
        here = {"reader"} if mine else set()
        permits.check("approval.read", relations(chain, actor) | here, chain.state)
        whys = tuple(dict.fromkeys(row.why for row in mine))
        checked = _to_object(mine) if answer else None
        unread = [row for row in mine if row.read_at is None]
        if not unread and checked is None:
            return Read(key, max(row.read_at for row in mine if row.read_at), whys, fresh=False)
        _confirm(chain, actor, unread, checked, answer, now)
    return Read(key, now, whys)


def relations(chain: Chain, actor: Actor) -> frozenset[str]:
    """How somebody stands to a round, whose request it is included."""
    here = {"requester"} if actor.id == chain.requester else {"on_behalf_of"} if actor.id in chain.barred else set()
    return chain.relations_of(actor.id) | actor.roles | here


def reachable(key: str, email: str, now: datetime, *, field: str) -> Actor:
    """Somebody who can be given a request to read or asked about it. Raises Invalid: nobody we know, an auditor (who reads
    everything and answers for nothing), a guest with whom it was not shared."""
    member = people.find_actor_by_email(email, now)
    word = None
    if member is None or not member.active:
        word = "unknown_member"
    elif member.is_auditor:
        word = "auditor"
    elif member.is_partner and not list_summaries(member, [key]):
        word = "guest"
    if member is None or word:
        raise Invalid({field: Text(f"approval.problem.{word}", {"who": member or email})})
    return member


def _readers(chain: Chain, actor: Actor, members: Sequence[str], now: datetime) -> list[int]:
    wanted = list(dict.fromkeys(email.strip().lower() for email in members if email.strip()))
    if not wanted:
        raise Invalid({"members": Text("field.required")})
    if len(wanted) > MOST:
        raise Invalid({"members": Text("approval.problem.too_many", {"n": MOST})})
    found = [reachable(chain.subject, email, now, field="members") for email in wanted]
    for member in found:
        if member.id in {actor.id, chain.requester, *chain.barred}:
            raise Invalid({"members": Text("approval.problem.knows", {"who": member})})
    return [member.id for member in found]


def _asked_to_confirm(paper: Paper, had: Iterable[ReadingView], readers: Sequence[int], now: datetime) -> list[int]:
    """Those who had it without being asked to confirm, and are now."""
    again = [row.id for row in had if paper.confirm and row.member in readers and not row.confirm and not row.read_at]
    if not again:
        return []
    values = {"confirm": True, "asked_by_id": paper.asked_by, "note": paper.note, "asked_at": now}
    changed = update(_readings).where(_readings.c.id.in_(again)).values(**values).returning(_readings.c.member_id)
    members = sorted(db.session.scalars(changed))
    tell(paper, members, now=now)
    return members


def _to_object(mine: Sequence[ReadingView]) -> ReadingView:
    """The check an objection belongs to, the newest one without. Raises Invalid."""
    found = [row for row in mine if row.why == AFTER_REVIEW and row.answer is None]
    if not found:
        raise Invalid({"answer": Text("approval.problem.nothing_to_object")})
    return found[-1]


def _confirm(
    chain: Chain,
    actor: Actor,
    unread: Sequence[ReadingView],
    checked: ReadingView | None,
    answer: str | None,
    now: datetime,
) -> None:
    db.session.execute(update(_readings).where(_readings.c.id.in_([row.id for row in unread])).values(read_at=now))
    if checked is not None:
        db.session.execute(update(_readings).where(_readings.c.id == checked.id).values(answer=answer))
        _tell_objection(chain, checked, actor, now)
    concerned = [*unread, *([checked] if checked else [])]
    details = {"round": chain.number, "why": sorted({row.why for row in concerned})}
    audit.record("read", chain.subject, actor=actor, at=now, reason=answer, details=details)
    move_round(chain, chain.state, chain.step, now)
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:read", now=now)


def _tell_objection(chain: Chain, checked: ReadingView, actor: Actor, now: datetime) -> None:
    """The requester hears, and whoever leads the department it is filed by: they may have it revoked."""
    lead = people.organisation(now).leads.get(str((chain.content or {}).get("department")))
    members = sorted({chain.requester, *chain.barred, *([lead] if lead else [])} - {actor.id})
    notes = [
        Note(OBJECTED, chain.subject, f"{chain.subject}:objection:{checked.id}:{member}", member=member, args={"reading": checked.id})
        for member in members
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)
