"""Checking in on goals: what an owner thinks of reaching the target, what the figures say, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, insert, select, update

from collab.audit import service as audit
from collab.goals.models import CheckIn, Goal, Owner
from collab.goals.queries.divergence import open_gaps
from collab.goals.queries.goals import GoalView
from collab.goals.queries.habits import habits
from collab.goals.queries.habits import today as company_day
from collab.goals.queries.standing import Said, Standing, standings
from collab.goals.rules import STATUSES
from collab.goals.rules.confidence import in_tens, needs_note, needs_reason
from collab.goals.rules.pace import greener
from collab.goals.rules.projection import score
from collab.goals.service import acknowledging, holding, measuring, rhythm, shifting
from collab.goals.service.discussing import tell_of
from collab.goals.service.events import GoalMoved
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import DomainError, Invalid, NotAllowed, Text
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.subjects import service as subjects

_checkins: Table = CheckIn.__table__  # type: ignore[assignment]
_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
FIGURES = ("value", "numerator", "denominator")
SOURCE = "check-in"
"""Where a value comes from that was told while checking in."""

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class CheckedIn:
    """What a check-in did: as it is kept, and whether both owners now are too far apart (`points`; None: they are not)."""

    id: int
    key: str
    confidence: int | None
    status: str | None
    suggested: str
    progress: Any
    expected: Any
    score: Decimal | None
    no_change: bool
    points: int | None


def check_in(actor: Actor, key: str, fields: Fields, *, now: datetime) -> CheckedIn:
    """Check in on one goal. `fields`: confidence (tens of per cent), note, status with reason, value or numerator with
    denominator (`on` a day, today unless said), or `no_change`, which repeats one's last confidence and leaves the value.

    Raises:
        NotFound, NotAllowed, NotNow: not seen, not theirs, not running.
        Invalid: no confidence from an owner, a large move without a note, a status against the figures without a reason.
    """
    with atomic():
        held = holding.hold(actor, key, "check_in")
        mine = _said_by(actor, held.goal, now)
        given = _given(fields, mine)
        _measure(actor, key, fields, now)
        return _keep(actor, key, given, mine, now)


def check_in_all(actor: Actor, goals: Mapping[str, Fields], *, now: datetime) -> list[CheckedIn]:
    """Check in on several goals: all of them or none, in one transaction, locked in the order of their keys.

    Raises:
        Invalid: every complaint of every goal (`goals.G-3.confidence`; `goals.G-3` where it is about the goal).
        NotAllowed: somebody who checks in nowhere, whatever they sent.
    """
    turn_away(actor)
    problems: dict[str, Text] = {}
    done: list[CheckedIn] = []
    with atomic():
        keys = sorted(goals)
        for key in keys:  # every subject before the tree: nobody waits for a subject while they hold the tree
            with _gathered(key, problems):
                subjects.lock(key)
        for key in [key for key in keys if f"goals.{key}" not in problems]:
            with _gathered(key, problems):
                done.append(check_in(actor, key, goals[key], now=now))
        if problems or not done:
            raise Invalid(problems or {"goals": Text("field.required")})
    return done


def turn_away(actor: Actor) -> None:
    """Raise NotAllowed for who may check in on no goal at all: there is no goal yet to ask a permit about."""
    row = permits["goal.check_in"]
    if row.unless & actor.roles:
        raise NotAllowed(row.why_not, verb=row.verb)


@contextmanager
def _gathered(key: str, problems: dict[str, Text]) -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        problems.update({f"goals.{key}.{path}": text for path, text in error.fields.items()})
    except DomainError as error:
        problems[f"goals.{key}"] = error.text


@dataclass(frozen=True)
class _Given:
    """What was said, checked as far as it can be before the figures are known."""

    confidence: int | None
    note: str | None
    status: str | None
    reason: str | None
    no_change: bool


def _given(fields: Fields, mine: Said | None) -> _Given:
    said = {name: fields.get(name) for name in ("confidence", "note", "status", "reason")}
    given = _Given(**said, no_change=bool(fields.get("no_change")))
    problems = dict(_unfit(given, fields, mine))
    if problems:
        raise Invalid(problems)
    if given.no_change and mine is not None:
        repeated = habits().start if mine.confidence is None else mine.confidence
        return _Given(repeated, given.note, None, None, no_change=True)
    return given


def _unfit(given: _Given, fields: Fields, mine: Said | None) -> Iterator[tuple[str, Text]]:
    more = [name for name in ("confidence", "status", *FIGURES) if fields.get(name) is not None]
    if given.no_change:
        yield from ((name, Text("goal.checkin.problem.no_change_and_more")) for name in more)
        return
    if given.confidence is None:
        if mine is not None:
            yield "confidence", Text("field.required")
    elif not in_tens(given.confidence):
        yield "confidence", Text("goal.checkin.problem.tens")
    elif mine is not None and not given.note and _far(mine, given.confidence):
        yield "note", Text("goal.checkin.problem.note", {"n": habits().move})
    if given.status is not None:
        yield from _unfit_status(given.status, mine)


def _unfit_status(status: str, mine: Said | None) -> Iterator[tuple[str, Text]]:
    if status not in STATUSES:
        yield "status", Text("field.not_a_choice", {"choices": ", ".join(STATUSES)})
    elif mine is None:
        yield "status", Text("goal.checkin.problem.owners_status")


def _far(mine: Said, confidence: int) -> bool:
    company = habits()
    return needs_note(mine.confidence, confidence, start=company.start, move=company.move)


def _said_by(actor: Actor, goal: GoalView, now: datetime) -> Said | None:
    """What the actor last said as an owner; None for whoever helps."""
    if actor.is_partner:
        return None
    said = standings([goal], now=now)[goal.id].said
    return next((one for one in said if one.member == actor.id), None)


def _measure(actor: Actor, key: str, fields: Fields, now: datetime) -> None:
    """The value that came with it, in the same transaction; complaints are said under the field of the form."""
    figure = {name: fields[name] for name in FIGURES if fields.get(name) is not None}
    if not figure:
        return
    entry = {"on": fields.get("on") or company_day(now), "source": SOURCE, **figure}
    try:
        measuring.measure(actor, key, [entry], now=now)
    except Invalid as error:
        shown = {path.rpartition(".")[2]: text for path, text in error.fields.items()}
        first = next(iter(figure))
        raise Invalid({name if name in (*FIGURES, "on") else first: text for name, text in shown.items()}) from error


def _keep(actor: Actor, key: str, given: _Given, mine: Said | None, now: datetime) -> CheckedIn:
    """Write it down beside what the figures say now."""
    goal = holding.locked(key)
    stands = standings([goal], now=now)[goal.id]
    status = None if mine is None else given.status or stands.suggested
    if needs_reason(status, stands.suggested) and not given.reason:
        raise Invalid(
            {"reason": Text("goal.checkin.problem.reason", {"status": Text(f"web.status.{stands.suggested}")})}
        )
    before = open_gaps([goal.id]) if mine else {}
    number = _write(actor, goal, given, mine, stands, status, now)
    points = None
    if mine is not None:
        _as_owner(actor, goal, given, stands, status, now)
        points = _apart(actor, goal, number, arisen=goal.id not in before, now=now)
    _tell(actor, goal, number, given, status, stands, now)
    return CheckedIn(
        number, key, given.confidence, status, stands.suggested, stands.progress, stands.expected,
        score(stands.progress, stands.expected), given.no_change, points,
    )  # fmt: skip


def _write(
    actor: Actor, goal: GoalView, given: _Given, mine: Said | None, stands: Standing, status: str | None, now: datetime
) -> int:
    overridden = needs_reason(status, stands.suggested)
    row = {
        "goal_id": goal.id, "member_id": actor.id, "side": mine.side if mine else None, "at": now,
        "confidence": given.confidence, "note": given.note, "status": status,
        "reason": given.reason if overridden else None, "suggested": stands.suggested, "progress": goal.progress,
        "expected": _kept(stands), "no_change": given.no_change, "due_at": mine.due_at if mine else None,
    }  # fmt: skip
    made = db.session.execute(insert(_checkins).returning(_checkins.c.id), [row])
    return int(made.scalar_one())


def _kept(stands: Standing) -> Decimal | None:
    """What should have been done, to a millionth of a per cent: a day's share has no end as a decimal."""
    expected = stands.expected
    return None if expected is None else round(Decimal(expected.numerator) / Decimal(expected.denominator), 6)


def _as_owner(actor: Actor, goal: GoalView, given: _Given, stands: Standing, status: str | None, now: datetime) -> None:
    """What only an owner's check-in does: the goal's status until the next one, the other side's read, the ask answered."""
    held = next(one for one in goal.owners if one.member == actor.id)
    said = {"confidence": given.confidence, "checked_in_at": now}
    run(update(_owners).where(_owners.c.id == held.id).values(**said))
    claimed = status if needs_reason(status, stands.suggested) else None
    if claimed != db.session.scalar(select(_goals.c.claimed).where(_goals.c.id == goal.id)):
        holding.move(goal, {"claimed": claimed})
    if status is not None and greener(status, stands.suggested):
        shifting.note_green(goal.id)
    acknowledging.settle(goal.id, actor.id, now)
    rhythm.answered([held.id], now=now)


def _apart(actor: Actor, goal: GoalView, number: int, *, arisen: bool, now: datetime) -> int | None:
    """How far apart both owners are now and have to talk about, None if not too far; the other one is told once it arises."""
    gap = open_gaps([goal.id]).get(goal.id)
    if gap and arisen:
        tell_of(goal, gap, actor, number, now)
    return gap.points if gap else None


def _tell(
    actor: Actor, goal: GoalView, number: int, given: _Given, status: str | None, stands: Standing, now: datetime
) -> None:
    after = {
        "confidence": given.confidence, "status": status, "suggested": stands.suggested, "note": given.note,
        "no_change": given.no_change,
    }  # fmt: skip
    audit.record(
        "check_in", goal.key, actor=actor, at=now, reason=given.reason, details={"check_in": number},
        after={name: value for name, value in after.items() if value not in (None, False)},
    )  # fmt: skip
    reactions.emit(GoalMoved(goal.key, "check_in", actor, now))
    outbox.repaint(goal.key, turn=f"check-in-{number}", now=now)
