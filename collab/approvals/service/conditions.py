"""Conditions of a yes (条件付き承認): set with it, promises of named people once the round is decided, void with the yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from collab.approvals.models import Condition, Round
from collab.approvals.queries import Chain, SeatView
from collab.approvals.queries.conditions import OPEN, ConditionView, list_conditions, list_open, setters_of
from collab.approvals.rules.closing import closing_of
from collab.approvals.rules.progress import APPROVED, DECIDED, FIXED, Change
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import waits
from collab.escalations.service.waits import Wait
from collab.kernel.actor import Actor
from collab.kernel.business_time import parse_span
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.kernel.text import storable
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

WATCH, CARD, NEWS = "approval.condition", "approval.condition", "approval.condition_told"
MOST, LONGEST = 10, 2000
FURTHEST = timedelta(days=731)
"""How far ahead a condition may be due."""
LEAST = "1bd"
"""What somebody has at the least, also where the decision came after the day the condition names."""
_conditions: Table = Condition.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]


def checked(conditions: Sequence[Mapping[str, Any]], verb: str) -> Sequence[Mapping[str, Any]]:
    """Conditions as they can be set. Raises Invalid: with another verb than approve, without words, owner or day."""
    if not conditions:
        return ()
    if verb != "approve":
        raise Invalid({"conditions": Text("error.conditions_need_approve")}, "conditions_need_approve")
    if len(conditions) > MOST:
        raise Invalid({"conditions": Text("approval.condition.problem.too_many", {"n": MOST})})
    problems: dict[str, Text] = {}
    found = tuple(_read(given, f"conditions.{number}", problems) for number, given in enumerate(conditions))
    if problems:
        raise Invalid(problems)
    return found


def _read(given: Mapping[str, Any], at: str, problems: dict[str, Text]) -> Mapping[str, Any]:
    text, owner = str(given.get("text") or "").strip(), str(given.get("owner") or "").strip().lower()
    day = given.get("due_on")
    for name, value in (("text", text), ("owner", owner), ("due_on", day)):
        if not value:
            problems[f"{at}.{name}"] = Text("field.required")
    if len(text) > LONGEST:
        problems[f"{at}.text"] = Text("field.too_long", {"n": LONGEST})
    elif not storable(text + owner):
        problems[f"{at}.text"] = Text("field.bad_text")
    due_on = day.isoformat() if isinstance(day, date) else day
    return {"text": text, "owner": owner, "due_on": due_on, "before_order": bool(given.get("before_order"))}


def put(chain: Chain, seat: SeatView, actor: Actor, conditions: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Within a decision: keep its conditions. Raises Invalid for an owner who is no member, or a day that cannot be."""
    problems: dict[str, Text] = {}
    owners = [_owner(given, f"conditions.{at}", problems, now) for at, given in enumerate(conditions)]
    days = [_day(given, f"conditions.{at}", problems, now) for at, given in enumerate(conditions)]
    if problems:
        raise Invalid(problems)
    first = _last_number(chain.subject) + 1
    rows = [
        {
            "subject_key": chain.subject, "number": first + at, "round_id": chain.id, "seat_id": seat.carried_from or seat.id,
            "set_by_id": actor.id, "office": seat.office, "text": given["text"], "owner_id": owner, "due_on": day,
            "before_order": given["before_order"], "state": OPEN, "set_at": now,
        }
        for at, (given, owner, day) in enumerate(zip(conditions, owners, days, strict=True))
    ]  # fmt: skip
    _insert(chain.subject, chain.number, rows, actor, now)


def _owner(given: Mapping[str, Any], at: str, problems: dict[str, Text], now: datetime) -> int:
    owner = people.find_actor_by_email(given["owner"], now)
    if owner is None or "member" not in owner.roles:
        problems[f"{at}.owner"] = Text("approval.condition.problem.owner")
    return owner.id if owner else 0


def _day(given: Mapping[str, Any], at: str, problems: dict[str, Text], now: datetime) -> date:
    today = people.today(now)
    try:
        day = date.fromisoformat(given["due_on"])
    except ValueError:
        problems[f"{at}.due_on"] = Text("field.not_a_day")
        return today
    if not today <= day <= today + FURTHEST:
        problems[f"{at}.due_on"] = Text("approval.condition.problem.day")
    return day


def _insert(subject: str, number: int, rows: Sequence[dict[str, Any]], actor: Actor | None, now: datetime) -> None:
    run(insert(_conditions), list(rows))
    known = people.addresses(row["owner_id"] for row in rows)
    for row in rows:
        after = {
            "number": row["number"], "text": row["text"], "owner": known.get(row["owner_id"]),
            "due_on": row["due_on"].isoformat(), "before_order": row["before_order"],
        }  # fmt: skip
        audit.record(
            "condition_set", subject, actor=actor, at=now, after=after,
            details={"round": number, "condition": row["number"], "office": row["office"]},
        )  # fmt: skip


def _last_number(key: str) -> int:
    newest = select(func.coalesce(func.max(_conditions.c.number), 0)).where(_conditions.c.subject_key == key)
    return int(run(newest).scalar_one())


def follow(chain: Chain, change: Change, *, now: datetime) -> None:
    """Within a change of a round: conditions of a yes that does not stand any more are void."""
    if not chain.conditioned:
        return
    if change.ends not in (None, APPROVED):
        void(chain.subject, now=now)
        return
    gone = {
        seat.carried_from or seat.id
        for seat in chain.seats
        if seat.state in DECIDED and (seat.id in change.renewed or change.seats.get(seat.id, seat.state) not in FIXED)
    }
    if gone:
        void(chain.subject, seats=gone, now=now)


def void(key: str, *, seats: Collection[int] | None = None, now: datetime) -> list[ConditionView]:
    """Nothing rests on them any more: all that are open, or those set from these seats. Returns which."""
    ended = [found for found in list_open(key) if seats is None or found.seat_id in seats]
    if ended:
        ids = [found.id for found in ended]
        run(update(_conditions).where(_conditions.c.id.in_(ids)).values(state="void", ended_at=now))
        waits.end([wait_key(key, found.number) for found in ended], reason="void", now=now)
    return ended


def release(chain: Chain, actor: Actor | None, *, now: datetime) -> None:
    """The decision is revoked: whoever still had to meet a condition hears that they need not."""
    for found in void(chain.subject, now=now):
        tell(chain, found, "void", {found.owner}, actor, None, now=now)


def carry(key: str, number: int, seats: Collection[int], *, now: datetime) -> None:
    """A new round takes over the decisions of these seats: what was asked with them is asked again."""
    rounds = {
        row.number: row
        for row in run(
            select(_rounds.c.id, _rounds.c.number, _rounds.c.ended_at).where(
                _rounds.c.subject_key == key, _rounds.c.number.in_((number - 1, number))
            )
        )
    }
    before = rounds[number - 1]
    again = [
        found
        for found in list_conditions(key)
        if found.round_id == before.id and found.ended_at == before.ended_at and found.seat_id in seats
        and found.state == "void"
    ]  # fmt: skip
    first = _last_number(key) + 1
    rows = [_again(found, rounds[number].id, first + at, now) for at, found in enumerate(again)]
    if rows:
        _insert(key, number, rows, None, now)


def _again(found: ConditionView, round_id: int, number: int, now: datetime) -> dict[str, Any]:
    active = people.list_active({found.owner})
    return {
        "subject_key": found.subject, "number": number, "round_id": round_id, "seat_id": found.seat_id,
        "set_by_id": found.set_by, "office": found.office, "text": found.text,
        "owner_id": found.owner if active else heir_of(found, now), "due_on": found.due_on,
        "before_order": found.before_order, "state": OPEN, "set_at": now,
    }  # fmt: skip


def promise(chain: Chain, *, now: datetime) -> None:
    """The round is decided with yes: from now on they are promises of those who are named, each with a clock."""
    promised = list_open(chain.subject)
    others = [chain.requester, *sorted(chain.barred)]
    who = {actor.id: actor for actor in people.list_actors(now, ids=[*others, *(found.owner for found in promised)])}
    other = next((who[member] for member in others if member in who and who[member].active), who[chain.requester])
    waits.watch(*(_wait(found, who[found.owner], other, now) for found in promised), now=now)
    outbox.enqueue(*(asked(found, found.owner) for found in promised), now=now)


def _wait(found: ConditionView, owner: Actor, other: Actor, now: datetime) -> Wait:
    due_at = due_of(found, owner.calendar, now)
    key = wait_key(found.subject, found.number)
    return Wait(key, found.subject, WATCH, due_at, owner.id, other.id, owner.department, other.department)


def due_of(found: ConditionView, calendar: str, now: datetime) -> datetime:
    """When a condition is late: at the closing of its day where its owner works, never sooner than a business day from now."""
    place = calendar_or_default(calendar)
    due_at = closing_of(place, found.due_on)
    return due_at if due_at > now else parse_span(LEAST).due(now, place)


def wait_key(key: str, number: int) -> str:
    """How a condition's wait is called: `PR-12:condition:3`."""
    return f"{key}:condition:{number}"


def asked(found: ConditionView, owner: int, *, version: int = 0) -> Note:
    """The card put before whoever must meet it; `version` of the round, where it came to them later (again, it may be)."""
    return Note(
        CARD, found.subject, f"{found.subject}:condition:{found.number}:{owner}" + (f":v{version}" if version else ""),
        member=owner, args={"number": found.number},
    )  # fmt: skip


def heir_of(found: ConditionView, now: datetime) -> int:
    """Who must meet it once its owner has left: the lead of their department, else whoever may waive it, else whose request it
    is; never somebody who has left as well, as long as anybody is there."""
    former = people.get_actor(found.owner, now)
    leads = people.organisation(now).leads
    lead = next((leads[code] for code in former.departments if leads.get(code, found.owner) != found.owner), None)
    if lead is not None:
        return lead
    others = setters_of(found, now) - {found.owner} or people.list_active(found.barred)
    return min(others, default=found.owner)


def tell(
    chain: Chain,
    found: ConditionView,
    verb: str,
    whom: Iterable[int],
    actor: Actor | None,
    said: str | None,
    *,
    now: datetime,
) -> None:
    """News about one condition, and every card of the request as it stands now."""
    args = {"number": found.number, "verb": verb, "by": actor.id if actor else None, "said": said}
    notes = [
        Note(
            NEWS, chain.subject, f"{chain.subject}:v{chain.version}:condition:{found.number}:{verb}:{member}",
            member=member, args=args,
        )
        for member in sorted(people.list_active(whom) - ({actor.id} if actor else set()))
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:condition{found.number}:{verb}", now=now)
