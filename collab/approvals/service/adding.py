"""An extra step: whoever is asked may have more people asked, before or after their own step; nothing is ever taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules import adding as rules
from collab.approvals.rules.progress import PLANNED, Change, settle
from collab.approvals.service import telling
from collab.approvals.service.applying import apply
from collab.approvals.service.deciding import check_seen, locked
from collab.approvals.service.opening import step_details, step_of_way
from collab.audit import service as audit
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.kernel.text import storable
from collab.kernel.words import checked_reason
from collab.people import queries as people

LONGEST_NAME = 80
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
# Two statements, because a place may be taken by its neighbour while one statement moves them all.
_AWAY = (
    update(_seats)
    .where(_seats.c.round_id == bindparam("round"), _seats.c.step >= bindparam("at"))
    .values(step=-(_seats.c.step + 1))
)
_BACK = update(_seats).where(_seats.c.round_id == bindparam("round"), _seats.c.step < 0).values(step=-_seats.c.step)
_SEAT = insert(_seats)
_ROUTE = (
    update(_rounds)
    .where(_rounds.c.id == bindparam("round"), _rounds.c.version == bindparam("seen"))
    .values(route=bindparam("steps", type_=_rounds.c.route.type))
)


@dataclass(frozen=True)
class Added:
    """An extra step as it was added: its number from 1, and whether the adder waits for it."""

    subject: str
    step: int
    before: bool
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """What somebody wants added; `rule` is all, any or quorum:N, `due` a span like the route's own."""

    members: Sequence[int]
    kind: str = "approve"
    name: str | None = None
    before: bool = False
    rule: str = "all"
    due: str | None = None


def add_step(
    *, key: str, actor: Actor, members: Sequence[int], reason: str, now: datetime, seen_version: int | None = None, **more: Any
) -> Added:  # fmt: skip
    """Ask more people, before or after the actor's own step (outside of the block it stands in); `more` is the rest of
    `Wanted`. Asked before, the actor's own seat waits until they are through.

    Raises:
        Invalid: unknown people, or people who may not be asked: guests, auditors, the requester, whoever is away.
        NotAllowed: the actor is not asked to approve or review, or the route takes no more steps.
        NotNow: as many steps were added as there may be, or the content changed since the actor looked.
    """
    with atomic():
        chain = locked(key, actor)
        seat = _own_seat(chain, actor)
        wanted = _checked(Wanted(tuple(dict.fromkeys(members)), **more))
        reason = checked_reason(reason)
        check_seen(chain, seen_version)
        _check_members(chain, actor, wanted, now)
        at = _place(chain, seat, wanted)
        changed = _written(chain, at, _frozen(chain, seat, actor, wanted, reason), wanted)
        _record(changed, at, actor, reason, now)
        states = settle(changed.spec, changed.now()).states
        before = {row.id: row.state for row in changed.seats}
        apply(changed, Change({row: state for row, state in states.items() if before[row] != state}), now)
        step = changed.steps[at]
        named = [step["name_en"], step["name_ja"]]
        telling.decided(changed, "add_step", actor, reason, now=now, step=at + 1, step_name=named)
    return Added(key, at + 1, wanted.before, now)


def _checked(wanted: Wanted) -> Wanted:
    """What can be said without looking at the round. Raises Invalid."""
    problems: dict[str, Text] = {}
    if not 1 <= len(wanted.members) <= rules.MOST_PEOPLE:
        problems["members"] = Text("error.people_needed", {"n": rules.MOST_PEOPLE})
    if wanted.kind not in rules.KINDS:
        problems["kind"] = Text("field.not_a_choice", {"choices": ", ".join(rules.KINDS)})
    if wanted.members and not rules.is_rule(wanted.rule, len(wanted.members)):
        problems["rule"] = Text("field.not_a_choice", {"choices": "all, any, quorum:2"})
    if wanted.name and (len(wanted.name) > LONGEST_NAME or not storable(wanted.name)):
        problems["name"] = Text("field.too_long", {"n": LONGEST_NAME})
    if wanted.due is not None and not rules.is_due(wanted.due):
        problems["due"] = Text("field.not_a_choice", {"choices": f"8bh, 2bd, ..., {rules.LONGEST_DAYS}bd"})
    if problems:
        raise Invalid(problems)
    return wanted


def _own_seat(chain: Chain, actor: Actor) -> SeatView:
    """The seat beside which the step goes."""
    permits.check("approval.add_step", chain.relations_of(actor.id) | actor.roles, chain.state)
    mine = [seat for seat in chain.waiting() if seat.member == actor.id]
    seat = next((seat for seat in mine if chain.kind(seat) in ("approve", "review")), None)
    if seat is None:
        raise NotAllowed("no_steps_from_here")
    if not chain.route.get("extra", True):
        raise NotAllowed("no_extra_steps")
    if rules.count_added(chain.route) >= rules.MOST_STEPS:
        raise NotNow("steps_enough", n=rules.MOST_STEPS)
    return seat


def _check_members(chain: Chain, actor: Actor, wanted: Wanted, now: datetime) -> None:
    """Only whoever may decide, and is there to: an extra step is asked for because somebody is wanted in person."""
    known = {found.id: found for found in people.list_actors(now, ids=wanted.members)}
    here = people.presence(wanted.members, now)
    for member in wanted.members:
        found = known.get(member)
        if found is None or "member" not in found.roles:
            raise Invalid({"members": Text("error.may_not_decide", {"who": found or "?"})}, "may_not_decide")
        if member in chain.barred or member == actor.id:
            raise Invalid({"members": Text("error.not_asked_here", {"who": found})}, "not_asked_here")
        if any(seat.member == member and seat.state in ("waiting", "planned") for seat in chain.seats):
            raise Invalid({"members": Text("error.asked_already", {"who": found})}, "asked_already")
        if here[member].away:
            raise Invalid({"members": _away(found, here[member].deputy)}, "person_away")


def _away(found: Actor, deputy: int | None) -> Text:
    if deputy is None:
        return Text("error.person_away", {"who": found})
    return Text("error.person_away_deputy", {"who": found, "deputy": people.names_of([deputy])[deputy]})


def _place(chain: Chain, seat: SeatView, wanted: Wanted) -> int:
    if not wanted.before and chain.is_final(seat.step):
        raise Invalid({"before": Text("error.nothing_after_final")}, "nothing_after_final")
    return rules.place(chain.spec, seat.step, before=wanted.before)


def _frozen(chain: Chain, seat: SeatView, actor: Actor, wanted: Wanted, reason: str) -> dict[str, Any]:
    """The step as if it had been frozen at submit, and who wanted it."""
    names = {
        f"name_{locale}": wanted.name or Reader(locale).say(f"approval.extra.name.{wanted.kind}")
        for locale in i18n.LOCALES
    }
    who = Text("route.step_name", {"en": actor.name_en, "ja": actor.name_ja})
    why = Text("route.added", {"who": who, "reason": reason})
    return {
        **names, "kind": wanted.kind, "rule": wanted.rule, "keys": False, "due": wanted.due or chain.steps[seat.step]["due"],
        "why": [i18n.as_json(why)], "join": "all", "lift": True, "confirm": False,
        "seats": [{"why": None, "veto": False} for _member in wanted.members], "added_by": actor.id,
    }  # fmt: skip


def _written(chain: Chain, at: int, step: Mapping[str, Any], wanted: Wanted) -> Chain:
    """Make room, seat the new people, keep the route; the round as it is then. Raises NotNow when somebody else was faster."""
    values = {"round": chain.id, "seen": chain.version, "steps": rules.with_step(chain.route, at, step)}
    if run(_ROUTE, values).rowcount != 1:
        raise NotNow("conflict")
    run(_AWAY, {"round": chain.id, "at": at})
    run(_BACK, {"round": chain.id})
    seats = [
        {"round_id": chain.id, "step": at, "position": position, "turn": 1, "member_id": member, "state": PLANNED}
        for position, member in enumerate(wanted.members)
    ]
    run(_SEAT, seats)
    return get_chain(chain.subject)


def _record(chain: Chain, at: int, actor: Actor, reason: str, now: datetime) -> None:
    here = [seat for seat in chain.seats if seat.step == at]
    rows = [{"step": at, "member_id": seat.member, "office": None} for seat in here]
    known = people.addresses(seat.member for seat in here)
    after = {"at": at + 1, "step": step_of_way(chain.steps[at], at, rows, known)}
    details = step_details(chain.route, chain.number, at)
    audit.record("add_step", chain.subject, actor=actor, at=now, reason=reason, after=after, details=details)
