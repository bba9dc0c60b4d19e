"""Passing it on, putting it off, letting others see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotNow, Text
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.tasks.rules import clocks
from collab.tasks.rules.moves import ASKED, PRESETS
from collab.tasks.service.agreeing import NO_QUESTION
from collab.tasks.service.moving import ASKED_NOTE, TOLD_NOTE, Act, Moved, Said, Turn, begin, bring_in, settle
from collab.tasks.service.naming import known_department, somebody
from collab.tasks.service.naming import members as named
from collab.tasks.service.seating import calendar_of, due_by, policy, seats

FURTHEST_SNOOZE = timedelta(days=92)


def hand_over(
    actor: Actor, key: str, *, to: str, note: str | None = None, seen: int | None = None, now: datetime
) -> Moved:
    """Give it to a member (e-mail) or a department (code), who is asked in turn; the clock starts afresh."""
    with atomic():
        act = begin(actor, key, "hand_over", seen=seen, now=now)
        row = act.row
        department, assignee = _whom(act, to)
        (seat,) = seats([(department, assignee)], now, asker=row.confirmer_id)
        former = [member for member in {row.responsible_id, row.assignee_id} if member not in (None, seat.member)]
        for member in former:
            bring_in(act, member, "former")
        due_at = due_by(policy().span(row.severity, "answer"), calendar_of(seat.member, actor, now), now)
        change = {
            "state": ASKED, "to_department": department, "assignee_id": assignee, "responsible_id": seat.member,
            "instead_of_id": seat.instead_of, "promised_at": None, "accepted_at": None,
            "cross_silo": department != row.from_department, "handovers": row.handovers + 1, **NO_QUESTION,
        }  # fmt: skip
        said = Said(note, after={"to": to, "handovers": row.handovers + 1})
        return settle(act, change, Turn(seat.member, department, due_at), said=said, former=former)


def snooze(actor: Actor, key: str, *, until: str | datetime, seen: int | None = None, now: datetime) -> Moved:
    """Put off what one must do next: "2h", "tomorrow", "next_business_day", "after_my_leave" or an aware moment.

    The clock moves to then if it would have run out before; the card comes back. A company limits how often; the other
    side hears each time.
    """
    with atomic():
        act = begin(actor, key, "snooze", seen=seen, now=now)
        row, limit = act.row, policy().snoozes
        if row.snoozes >= limit:
            raise NotNow("task_snoozed_out", n=limit)
        at = _until(actor, until, now)
        turn = Turn(row.waiting_id, row.waiting_department, max(row.due_at, at))
        change = {"snoozes": row.snoozes + 1, "snoozed_until": at}
        said = Said(after={"snoozed_until": at.isoformat(), "snoozes": row.snoozes + 1})
        moved = settle(act, change, turn, said=said)
        outbox.enqueue(_again(act, moved, at), now=now)
        return moved


def share(actor: Actor, key: str, *, members: Sequence[str], now: datetime) -> None:
    """Let others see it (e-mails), partners too. Sharing again is once."""
    with atomic():
        act = begin(actor, key, "share", seen=None, now=now)
        for member in named(members, now, field="members"):
            bring_in(act, member.id, "shared")
            note = f"{key}:share:{member.id}:{act.row.version}:{now.isoformat()}"
            args = {"task": key, "verb": "share", "by": actor.id}
            if member.id != actor.id:
                outbox.enqueue(Note(TOLD_NOTE, key, note, member=member.id, args=args), now=now)
        audit.record("share", key, actor=actor, at=now, after={"shared_with": sorted(set(members))})


def _whom(act: Act, to: str) -> tuple[str, int | None]:
    """The department and perhaps the member it goes to. Raises Invalid, also where nothing would change."""
    row = act.row
    if "@" not in to:
        department, assignee = known_department(to, field="to"), None
    else:
        found = somebody(to, act.now, field="to", task=row)
        here = row.to_department in found.departments or found.is_partner or found.department is None
        department, assignee = (row.to_department if here else str(found.department)), found.id
    same_member = assignee is not None and assignee in (row.assignee_id, row.responsible_id)
    if same_member or (assignee is None and department == row.to_department and row.assignee_id is None):
        raise Invalid({"to": Text("task.refused.theirs_already")})
    return department, assignee


def _until(actor: Actor, until: str | datetime, now: datetime) -> datetime:
    """The moment a preset or a moment means. Raises Invalid."""
    if isinstance(until, datetime):
        at: datetime | None = until.astimezone(UTC)
    elif until in PRESETS:
        at = clocks.put_off(until, now, calendar_of(actor.id, actor, now), _back_on(actor, until, now))
    else:
        raise Invalid({"until": Text("field.not_a_choice", {"choices": ", ".join(PRESETS)})})
    if at is None:
        raise Invalid({"until": Text("task.refused.no_leave")})
    if at <= now:
        raise Invalid({"until": Text("task.refused.due_in_the_past")})
    if at > now + FURTHEST_SNOOZE:
        raise Invalid({"until": Text("task.refused.due_out_of_reach")})
    return at


def _back_on(actor: Actor, preset: str, now: datetime) -> date | None:
    """The first day after the actor's present or next absence."""
    if preset != "after_my_leave":
        return None
    away = people.list_absences(actor.id, now)
    return away[0].until_on + timedelta(days=1) if away else None


def _again(act: Act, moved: Moved, at: datetime) -> Note:
    """The card comes back when the time is over."""
    assert act.actor is not None  # noqa: S101 - the system snoozes nothing
    args = {"task": act.key, "verb": "snooze", "by": act.actor.id}
    dedupe = f"{act.key}:v{moved.version}:later:{moved.waiting}"
    return Note(ASKED_NOTE, act.key, dedupe, member=moved.waiting, args=args, due_at=at, urgent=True)
