"""A member's week by looking at everything there is, one thing after another: slow, and plain enough to be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from collab.agreements.models import Agreement
from collab.approvals.models import Condition, Revocation, RevocationVoice, Round, Seat
from collab.digests.rules.content import Span
from collab.goals.models import CheckIn, Goal, Measurement, Metric, Owner, Week
from collab.goals.queries import find_goal
from collab.goals.queries.goals import relations_of
from collab.goals.queries.sight import contributors_of
from collab.goals.queries.standing import standings
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.models import Purchase
from collab.purchases.queries import relations as purchase_relations
from collab.subjects.queries import wish_of
from collab.tasks.models import Task
from collab.tasks.queries.rows import list_others, read
from collab.tasks.queries.rows import relations as task_relations

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICES = {"CMO", "CIO"}
OPEN = ("asked", "countered", "accepted", "started", "blocked", "done")


@dataclass(frozen=True)
class Found:
    """What stands for an item: in which order it is read, its subject, its word, some of its arguments."""

    order: Any
    key: str
    what: str
    args: dict[str, Any] = field(default_factory=dict)


def hears(member: Actor, key: str, *, anyway: bool) -> bool:
    """What they say about the thing, else about its kind, else whether it concerns them anyway."""
    prefix = key.partition("-")[0]
    mine, kind = wish_of(member.id, key), wish_of(member.id, f"{prefix}-*")
    wish = mine or kind
    return anyway if wish is None else wish == "follow"


def wants(member: Actor, key: str) -> bool:
    """What is theirs to do, and they did not mute."""
    return hears(member, key, anyway=True)


class Slowly:
    """The week of one member."""

    def __init__(self, member: Actor, span: Span, now: datetime, *, kept: bool) -> None:
        self.me, self.span, self.now, self.kept = member, span, now, kept

    def sections(self) -> dict[str, tuple[list[tuple[str, str, dict[str, Any]]], int]]:
        """By section: key, word and arguments of the first five; how many more."""
        if not self.me.active:
            return {}
        parts: dict[str, Callable[[], Iterator[Found]]] = {
            "risks": self.risks, "decisions": self.decisions, "moved": self.moved, "tasks": self.tasks,
            "obligations": self.obligations,
        }  # fmt: skip
        found = {code: sorted(part(), key=lambda one: one.order) for code, part in parts.items()}
        return {
            code: ([(one.key, one.what, one.args) for one in some[:5]], max(len(some) - 5, 0))
            for code, some in found.items() if some
        }  # fmt: skip

    def _within(self, moment: datetime | None) -> bool:
        return moment is not None and self.span.starts_at <= moment < self.span.ends_at

    # -- goals

    def _goals(self) -> Iterator[tuple[Any, Any, list[Any], bool, bool]]:
        """Every running goal they see: the goal, how it stands, its owners, whether they answer or lead, whether they help."""
        for number in db.session.scalars(select(Goal.id).where(Goal.state == "active").order_by(Goal.id)).all():
            view = find_goal(f"G-{number}")
            assert view is not None
            if permits.allows("goal.show", relations_of(self.me, view)):
                owners = [held.row for held in view.owners]
                answers = any(one.member_id == self.me.id or one.department_code in self.me.leads for one in owners)
                helps = any(one.member == self.me.id for one in contributors_of([number]).get(number, ()))
                yield view, self._stands(view), owners, answers and not self.me.is_partner, helps

    def _stands(self, view: Any) -> Any:
        if self.kept:
            return db.session.get(Week, (self.span.week, view.id))
        stands = standings([view], now=self.now)[view.id]
        return Week(progress=view.progress, status=stands.status, broken=stands.broken, by_id=self._alone(view.id))

    def _alone(self, goal: int) -> int | None:
        metrics = select(Metric.id).where(Metric.goal_id == goal)
        measured = db.session.scalars(select(Measurement).where(Measurement.metric_id.in_(metrics))).all()
        said = db.session.scalars(select(CheckIn).where(CheckIn.goal_id == goal)).all()
        starts = self.span.starts_at
        by = {one.recorded_by_id for one in measured if starts <= one.recorded_at < self.now}
        by |= {one.member_id for one in said if starts <= one.at < self.now}
        return by.pop() if len(by) == 1 else None

    def risks(self) -> Iterator[Found]:
        for view, stands, owners, answers, _helps in self._goals():
            oversees = bool(OFFICES & set(self.me.offices))
            if self.me.is_partner or not hears(self.me, view.key, anyway=answers or oversees):
                continue
            why, weight = self._why(view, stands, owners)
            if why:
                yield Found((-weight, view.id), view.key, "risk", {"why": why})

    def _why(self, view: Any, stands: Any, owners: list[Any]) -> tuple[list[Any], int]:
        broken = bool(stands and stands.broken and view.kind == "promise")
        if len(owners) < 2 and not broken:
            return [], 0
        status = stands.status if stands else None
        why, weight = (["risk_broken"], 100) if broken else ([], 0)
        if status in ("at_risk", "off_track"):
            why, weight = [*why, f"risk_{status}"], weight + (40 if status == "off_track" else 20)
        said = [one.confidence for one in owners]
        if len(said) == 2 and None not in said and abs(said[0] - said[1]) >= 20:
            names = people.names_of(one.member_id for one in owners)
            both = [names[one.member_id].name_en for one in owners]
            why, weight = [*why, ("risk_apart", both[0], said[0], both[1], said[1])], weight + abs(said[0] - said[1])
        if any(one.due_at and one.due_at < self.now for one in owners):
            why, weight = [*why, "risk_dark"], weight + 30
        return why, weight

    def moved(self) -> Iterator[Found]:
        for view, stands, _owners, answers, helps in self._goals():
            before = db.session.get(Week, ("2026-W45", view.id))
            if before is None or stands is None or stands.by_id == self.me.id:
                continue
            if not hears(self.me, view.key, anyway=answers or helps):
                continue
            delta = float(stands.progress or 0) - float(before.progress or 0)
            turned = stands.status != before.status
            if abs(delta) >= 1 or turned:
                yield Found((-(abs(delta) + 25 * turned), view.id), view.key, "moved", {"turned": turned})

    # -- tasks

    def tasks(self) -> Iterator[Found]:
        for task in db.session.scalars(select(Task).where(Task.cross_silo).order_by(Task.id)):
            key, row = f"T-{task.id}", read(f"T-{task.id}")
            others = list_others([task.id]).get(task.id, {})
            if not permits.allows("task.show", task_relations(self.me, row, others)):
                continue
            leads = () if self.me.is_partner else self.me.leads
            asking = self.me.id in (task.asker_id, task.confirmer_id) or task.from_department in leads
            asked = self.me.id in (task.responsible_id, task.waiting_id) or task.to_department in leads
            if hears(self.me, key, anyway=asking or asked):
                follows = hears(self.me, key, anyway=False)
                yield from self._task(task, key, theirs=asking or follows, ours=asked or follows)

    def _task(self, task: Any, key: str, *, theirs: bool, ours: bool) -> Iterator[Found]:
        calm = ("brand", "urgent", "normal").index(task.severity)
        asleep = task.snoozed_until is not None and task.snoozed_until > self.now
        if task.state in OPEN and task.due_at < self.now and not asleep:
            what = "task_mine" if task.waiting_id == self.me.id else "task_late"
            yield Found((0, calm, task.due_at, task.id), key, what)
            return
        mine = task.moved_by_id == self.me.id and task.moved_verb in ("accept", "counter", "decline", "done", "confirm")
        events = (
            (theirs, task.state == "countered" and task.moved_verb == "counter", task.moved_at, "counter"),
            (theirs, task.state == "declined", task.ended_at, "decline"),
            (theirs, task.state in ("accepted", "started", "blocked"), task.accepted_at, "accept"),
            (theirs, task.state == "done", task.done_at, "done"),
            (ours, task.state == "confirmed", task.ended_at, "confirm"),
        )
        for concerned, so, moment, word in events:
            if concerned and so and self._within(moment) and not mine:
                dated = "_for" if word == "accept" and task.promised_at else ""
                yield Found((1, calm, moment, task.id), key, f"task_{word}{dated}")
                return

    # -- requests

    def decisions(self) -> Iterator[Found]:
        decided = Purchase.state.in_(("approved", "purchased", "rejected", "revoked"))
        for paper in db.session.scalars(select(Purchase).where(decided).order_by(Purchase.id)):
            here = purchase_relations(self.me, paper)
            if not self._within(paper.ended_at) or not permits.allows("purchase.show", here, paper.state):
                continue
            ways = [("requester", 0), ("on_behalf_of", 0), ("seated", 1), ("department_lead", 2)]
            why = min((rank for relation, rank in ways if relation in self._plain(paper, here)), default=4)
            if not hears(self.me, paper.key, anyway=why < 4):
                continue
            if not hears(self.me, paper.key, anyway=False) and wish_of(self.me.id, "PR-*") == "mute":
                continue
            kind_muted = wish_of(self.me.id, "PR-*") == "mute"
            why = 3 if kind_muted else min(why, 3)
            by = self._deciders(paper)
            if (by or {paper.requester_id}) == {self.me.id}:
                continue
            amount = permits.allows("purchase.show_amount", here) and paper.total_minor is not None
            word = {"purchased": "approved"}.get(paper.state, paper.state)
            yield Found(
                (why, -paper.ended_at.timestamp(), paper.id), paper.key, f"decided_{word}{'_of' if amount else ''}",
                {"by": len(by)},
            )  # fmt: skip

    def _plain(self, paper: Any, here: frozenset[str]) -> set[str]:
        """Seats are asked about, also for those who see everything anyway; a guest leads nothing."""
        seats = db.session.scalars(
            select(Seat).join(Round, Round.id == Seat.round_id).where(Round.subject_key == paper.key)
        )
        sits = any(self.me.id in (one.member_id, one.instead_of_id, one.through_id, one.decided_by_id) for one in seats)
        found = set(here) - ({"department_lead"} if self.me.is_partner else set())
        return found | ({"seated"} if sits else set())

    def _deciders(self, paper: Any) -> set[int]:
        if paper.state == "revoked":
            asked = db.session.scalars(
                select(RevocationVoice).join(Revocation, Revocation.id == RevocationVoice.revocation_id)
                .where(Revocation.subject_key == paper.key, Revocation.state == "granted")
            ).all()  # fmt: skip
            agreed = {one.member_id for one in asked if one.answer == "yes"}
            if agreed:
                return agreed
        rows = select(Seat).join(Round, Round.id == Seat.round_id).where(Round.subject_key == paper.key)
        seats = [one for one in db.session.scalars(rows) if one.state in ("approved", "rejected")]
        refused = [one for one in seats if one.state == "rejected"]
        last = refused or [one for one in seats if one.step == max(each.step for each in seats)]
        return {one.decided_by_id or one.member_id for one in last}

    # -- what is owed

    def obligations(self) -> Iterator[Found]:
        self.until = self.now + timedelta(days=7)
        self.until_on = self.until.astimezone(TOKYO).date()
        for part in (self._conditions, self._deliveries, self._goals_due, self._orders, self._promised):
            yield from part()

    def _conditions(self) -> Iterator[Found]:
        bound = select(Condition).join(Round, Round.id == Condition.round_id).where(Round.state == "approved")
        for one in db.session.scalars(bound):
            if one.owner_id == self.me.id and one.state == "open" and one.due_on <= self.until_on:
                yield from self._owed(one.subject_key, f"condition{'_before' if one.before_order else ''}", one.due_on)

    def _deliveries(self) -> Iterator[Found]:
        for one in db.session.scalars(select(Agreement).where(Agreement.state == "active")):
            if one.giver_id == self.me.id and not self.me.is_partner and one.due_at and one.due_at <= self.until:
                yield from self._owed(one.key, "delivery", one.due_at)

    def _goals_due(self) -> Iterator[Found]:
        held = (
            select(Owner, Goal)
            .join(Goal, Goal.id == Owner.goal_id)
            .where(Goal.state == "active", Owner.removed_at.is_(None))
        )
        inside = not self.me.is_partner
        mine = [(one, goal) for one, goal in db.session.execute(held) if one.member_id == self.me.id and inside]
        for _owner, goal in mine:
            if goal.due_on and goal.due_on <= self.until_on:
                yield from self._owed(goal.key, "goal", goal.due_on)
        asked = [(one, goal) for one, goal in mine if one.due_at and one.due_at <= self.until]
        yield from self._checkins([(one, goal) for one, goal in asked if wants(self.me, goal.key)])

    def _orders(self) -> Iterator[Found]:
        for paper in db.session.scalars(select(Purchase).where(Purchase.state == "approved")):
            if paper.requester_id == self.me.id and paper.needed_by_on and paper.needed_by_on <= self.until_on:
                yield from self._owed(paper.key, "order", paper.needed_by_on)

    def _promised(self) -> Iterator[Found]:
        for task in db.session.scalars(select(Task).where(Task.state.in_(OPEN), Task.waiting_id == self.me.id)):
            asleep = task.snoozed_until is not None and task.snoozed_until > self.now
            elsewhere = task.cross_silo and task.due_at is not None and task.due_at < self.now
            if task.due_at and task.due_at <= self.until and not asleep and not elsewhere:
                yield from self._owed(f"T-{task.id}", "task", task.due_at)

    def _checkins(self, open_: list[tuple[Any, Any]]) -> Iterator[Found]:
        if open_:
            first, goal = min(open_, key=lambda pair: (pair[0].due_at, pair[1].id))
            yield self._due(goal.key, "checkin" if len(open_) == 1 else "checkins", first.due_at)

    def _owed(self, key: str, what: str, due: date | datetime) -> Iterator[Found]:
        if wants(self.me, key):
            yield self._due(key, what, due)

    def _due(self, key: str, what: str, due: date | datetime) -> Found:
        ends = due if isinstance(due, datetime) else datetime.combine(due + timedelta(days=1), time(), TOKYO)
        return Found((ends, key, what), key, f"due_{what}", {"late": ends <= self.now})
