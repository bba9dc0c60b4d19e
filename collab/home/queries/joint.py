"""Where two sides stand with each other, as one member may see it: what they see differently, what waits between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collab.blueprints.queries.joint import Rated, Unanswered, Written, list_rated, list_unanswered, written_of
from collab.escalations.queries.answers import answer_times_between
from collab.escalations.rules.answers import Pair
from collab.goals.queries.joint import JointGoal
from collab.goals.queries.joint import list_between as list_goals
from collab.home.queries.sides import Chosen
from collab.home.rules.joint import Difference, biggest
from collab.initiatives.queries.joint import JointInitiative
from collab.initiatives.queries.joint import list_between as list_initiatives
from collab.kernel.actor import Actor
from collab.people import queries as people
from collab.people.queries import Named
from collab.pulses.queries.joint import GapThen, list_gaps
from collab.purchases.queries.joint import KeyWait, list_waiting_for_keys
from collab.signatures.queries import SheetView, papers_in_force
from collab.tasks.queries.joint import list_stuck
from collab.tasks.queries.view import TaskView

ANSWERS_OVER = timedelta(days=90)
MOST_BLOCKERS = 6
CHARTER, BLUEPRINT = "charter", "blueprint"


@dataclass(frozen=True)
class Unsigned:
    """A paper of an initiative that both have not signed as it stands. `missing` are members whose signature is waited for;
    `state` is `open` (put before both), `changed` (written on since both signed), or `draft` (not put before them yet)."""

    paper: str
    initiative: JointInitiative
    state: str
    missing: tuple[int, ...]
    since: datetime | None
    path: str


@dataclass(frozen=True)
class Blocker:
    """Something between the two sides that stands still: a task, or a requirement of a blueprint. `waits_for` must act next (None:
    nobody in person), of the first or the second side (`acts` is 1 or 2; None: a third)."""

    kind: str
    what: str
    key: str
    title: str
    path: str
    acts: int | None
    waits_for: int | None
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Joint:
    """All of it. `disagreement` is where the two are furthest apart, None where they say much the same; `answers` what the first
    side asked of the second, and the other way round."""

    chosen: Chosen
    disagreement: Difference | None
    goals: Sequence[JointGoal]
    initiatives: Sequence[JointInitiative]
    unsigned: Sequence[Unsigned]
    blockers: Sequence[Blocker]
    more_blockers: int
    answers: tuple[Pair, Pair]
    keys: Sequence[KeyWait]
    rated: Sequence[Rated]
    gaps: Sequence[GapThen]
    names: Mapping[int, Named]

    @property
    def empty(self) -> bool:
        """Whether the two have nothing to do with each other yet."""
        asked = any(pair.asks for pair in self.answers)
        return not (self.goals or self.initiatives or self.blockers or self.keys or self.gaps or asked)

    def initiative(self, number: int) -> JointInitiative:
        """One of the initiatives, by its number."""
        return next(one for one in self.initiatives if one.initiative.id == number)


def get_joint(viewer: Actor, chosen: Chosen, *, now: datetime) -> Joint:
    """What a member may see of two sides, in a number of statements that does not depend on how much there is."""
    one, other = chosen.one.departments, chosen.other.departments
    goals = list_goals(viewer, one, other, now=now)
    initiatives = list_initiatives(viewer, one, other)
    numbers = [row.initiative.id for row in initiatives]
    tasks, stuck = list_stuck(viewer, one, other, now=now, limit=MOST_BLOCKERS)
    wanting = list_unanswered(numbers)
    stands_still = [*(_task(view, chosen) for view in tasks), *_requirements(wanting, initiatives)]
    blockers = sorted(stands_still, key=lambda row: row.since)
    unsigned = [*_charters(initiatives), *_blueprints(initiatives, written_of(numbers))]
    keys, rated, gaps = list_waiting_for_keys(viewer, one, other, now=now), list_rated(numbers), _gaps(chosen)
    return Joint(
        chosen, biggest(_differences(goals, initiatives, rated, gaps)), goals, initiatives, unsigned,
        blockers[:MOST_BLOCKERS], max(0, stuck + len(wanting) - MOST_BLOCKERS),
        answer_times_between(viewer, (one, other), now - ANSWERS_OVER, now, now), keys, rated, gaps,
        people.names_of(_named(goals, initiatives, unsigned, blockers[:MOST_BLOCKERS], keys)),
    )  # fmt: skip


def _differences(
    goals: Iterable[JointGoal], initiatives: Iterable[JointInitiative], rated: Iterable[Rated], gaps: Sequence[GapThen]
) -> Iterator[Difference]:
    for goal in goals:
        yield Difference("goal", goal.points or 0, goal.goal.key, goal)
    for row in initiatives:
        yield Difference("health", row.apart or 0, row.initiative.key, row)
    for answer in rated:
        yield Difference("rating", answer.apart, f"I-{answer.initiative}", answer)
    for gap in gaps[-1:]:
        yield Difference("pulse", gap.widest, gap.key, gap)


def _gaps(chosen: Chosen) -> Sequence[GapThen]:
    one, other = chosen.one, chosen.other
    sides = (one.side, other.side) if one.side and other.side else None
    return list_gaps(one.departments, other.departments, whole_sides=sides)


def _charters(initiatives: Sequence[JointInitiative]) -> Iterator[Unsigned]:
    sheets = papers_in_force([row.initiative.key for row in initiatives], CHARTER)
    for row in initiatives:
        path = f"/initiatives/{row.initiative.key}/charter"
        sheet = sheets.get(row.initiative.key)
        if sheet is None:
            yield Unsigned(CHARTER, row, "draft", (), None, path)
        elif sheet.missing:
            yield _open(CHARTER, row, sheet, path)


def _blueprints(initiatives: Sequence[JointInitiative], written: Mapping[int, Written]) -> Iterator[Unsigned]:
    mine = [row for row in initiatives if row.initiative.id in written]
    sheets = papers_in_force([row.initiative.key for row in mine], BLUEPRINT, state="open")
    for row in mine:
        path = f"/initiatives/{row.initiative.key}/blueprint"
        stands, sheet = written[row.initiative.id], sheets.get(row.initiative.key)
        if sheet is not None:
            yield _open(BLUEPRINT, row, sheet, path)
        elif stands.signed_version != stands.version:
            yield Unsigned(BLUEPRINT, row, "changed" if stands.signed_version else "draft", (), None, path)


def _open(paper: str, row: JointInitiative, sheet: SheetView, path: str) -> Unsigned:
    return Unsigned(paper, row, "open", tuple(seat.member for seat in sheet.missing), sheet.laid_at, path)


def _task(view: TaskView, chosen: Chosen) -> Blocker:
    waiting = view.waiting_on
    who = waiting.member.id if waiting and waiting.member else None
    acts = _party_of(waiting.department, chosen) if waiting else None
    return Blocker(
        "task", waiting.wait if waiting else view.state, view.key, view.title, f"/tasks/{view.key}", acts, who,
        waiting.since if waiting else view.asked_at, view.due_at,
    )  # fmt: skip


def _party_of(department: str, chosen: Chosen) -> int | None:
    if department in chosen.one.departments:
        return 1
    return 2 if department in chosen.other.departments else None


def _requirements(rows: Iterable[Unanswered], initiatives: Sequence[JointInitiative]) -> Iterator[Blocker]:
    by_number = {row.initiative.id: row for row in initiatives}
    for row in rows:
        joint = by_number[row.initiative]
        late = joint.one if joint.one.slot == row.waits_for else joint.other
        key = joint.initiative.key
        yield Blocker(
            "requirement", "answer", key, row.title, f"/initiatives/{key}/blueprint#requirement-{row.id}", 1 if late is joint.one else 2,
            row.member or late.member, row.since, row.due_at,
        )  # fmt: skip


def _named(
    goals: Iterable[JointGoal],
    initiatives: Iterable[JointInitiative],
    unsigned: Iterable[Unsigned],
    blockers: Iterable[Blocker],
    keys: Iterable[KeyWait],
) -> set[int]:
    said = {one.member for goal in goals for one in (goal.one, goal.other)}
    leads = {held.member for row in initiatives for held in (row.one, row.other)}
    signers = {member for paper in unsigned for member in paper.missing}
    late = {row.waits_for for row in blockers if row.waits_for}
    return said | leads | signers | late | {key.member for wait in keys for key in wait.missing or ()}
