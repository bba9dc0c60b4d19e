"""The life of a goal: whoever answers for it says yes or no, it begins, pauses and goes on, it ends with a lesson.

The verbs, from which state, by whom and with which words, are `rules.moves.MOVES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from collab.audit import service as audit
from collab.goals.queries import GoalView, find_goal
from collab.goals.queries.accepting import mark_of, missing_of
from collab.goals.queries.habits import today
from collab.goals.queries.sight import Held
from collab.goals.queries.standing import standings
from collab.goals.queries.ties import ties_of
from collab.goals.rules import RESULTS
from collab.goals.rules.moves import MOVES
from collab.goals.rules.progress import WHOLE
from collab.goals.service import counting, holding, owning, rhythm, rolling, shifting, telling
from collab.goals.service.events import GoalMoved
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import needed_words


def accept(actor: Actor, key: str, means: str | None, *, now: datetime, seen: str | None = None) -> GoalView:
    """Say yes for one's side, and what it means for it. With everybody's yes the goal is accepted; complete and begun, it
    is active there and then. Saying yes again is once. `seen` is the mark of what was looked at (`queries.accepting.mark_of`).

    Raises:
        Invalid: not a word about what it means.
        NotNow: what is asked has changed since they looked; or the state knows no acceptance.
        NotFound, NotAllowed: not asked.
    """
    with atomic():
        held = holding.hold(actor, key, "show")
        goal, mine = held.goal, _mine(held.goal, actor)
        if mine is not None and mine.accepted and goal.state in MOVES["accept"].states:
            return goal
        permits.check("goal.accept", held.relations, goal.state)
        words = needed_words("means", means)
        if seen is not None and seen != mark_of(goal):
            raise NotNow("goal_changed")
        _say(mine, {"accepted_at": now, "means": words, "declined_at": None, "decline_reason": None})
        audit.record("accept", key, actor=actor, at=now, reason=words, details=_side(mine))
        return _settle(goal, actor, now, whom=telling.owners(goal), said=words)


def decline(actor: Actor, key: str, reason: str | None, *, now: datetime) -> GoalView:
    """Say no, and why: the goal stays as it is, and somebody else may be named. Whoever declined may still accept.

    Raises:
        Invalid: no reason.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "decline").goal
        words, mine = needed_words("reason", reason), _mine(goal, actor)
        _say(mine, {"declined_at": now, "decline_reason": words})
        audit.record("decline", key, actor=actor, at=now, reason=words, details=_side(mine))
        return _done(goal, "decline", actor, {}, now=now, whom=telling.owners(goal), said=words)


def plan(actor: Actor, key: str, *, now: datetime) -> GoalView:
    """A candidate becomes a draft: now its owners are asked. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        goal = holding.hold(actor, key, "plan").goal
        audit.record("plan", key, actor=actor, at=now, after={"state": "draft"})
        goal = _done(goal, "plan", actor, {"state": "draft"}, now=now, whom=telling.owners(goal))
        telling.ask(goal, unasked(goal, actor), now=now)
        return goal


def activate(actor: Actor, key: str, *, now: datetime) -> GoalView:
    """It runs from now on: owners are asked to check in.

    Raises:
        NotNow: something is missing (`missing` says what), or the state knows no beginning.
        NotFound, NotAllowed.
    """
    with atomic():
        goal = holding.hold(actor, key, "activate").goal
        if missing := missing_of(goal):
            raise NotNow("goal_not_ready", missing=[Text(f"goal.life.missing.{code}") for code in missing])
        return _begin(goal, actor, now)


def begin_by_itself(key: str, *, now: datetime) -> bool:
    """Its first day has come: an accepted, complete goal runs; False where it is no such goal (any more)."""
    with atomic():
        goal = holding.locked(key)
        due = goal.state == "accepted" and goal.starts_on is not None and _begun(goal, now) and not missing_of(goal)
        if due:
            _begin(goal, None, now)
        return due


def pause(actor: Actor, key: str, reason: str | None, *, now: datetime) -> GoalView:
    """It stands still, for a reason: nobody is asked for anything until it goes on. Raises Invalid, NotFound, NotAllowed, NotNow."""
    with atomic():
        goal = holding.hold(actor, key, "pause").goal
        words = needed_words("reason", reason)
        rhythm.stop(goal.id, now=now)
        audit.record("pause", key, actor=actor, at=now, reason=words, after={"state": "paused"})
        values = {"state": "paused", "paused_at": now, "pause_reason": words}
        return _done(goal, "pause", actor, values, now=now, said=words)


def resume(actor: Actor, key: str, *, now: datetime) -> GoalView:
    """It goes on, and owners are asked again. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        goal = holding.hold(actor, key, "resume").goal
        audit.record("resume", key, actor=actor, at=now, after={"state": "active"})
        goal = _done(goal, "resume", actor, {"state": "active", "paused_at": None, "pause_reason": None}, now=now)
        rhythm.begin(goal.id, now=now)
        return goal


def close(actor: Actor, key: str, *, result: str | None, lesson: str | None, now: datetime) -> GoalView:
    """It is over: achieved, missed or dropped, with what was learnt. What it reached is kept as its final progress.

    Achieved with figures that do not say so is possible, and stands among the moved goalposts with the lesson as its reason.

    Raises:
        Invalid: no result we know, or no lesson.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "close").goal
        ended, words = _ending(result, lesson)
        holding.lock_tree()
        goal = find_goal(goal.key) or goal  # what is measured elsewhere may have moved it until the tree was held
        _note_end(goal, ended, actor, words, now)
        rhythm.stop(goal.id, now=now)
        audit.record(
            "close", key, actor=actor, at=now, reason=words, before={"state": goal.state},
            after={"state": "closed", "result": ended},
        )  # fmt: skip
        values = {
            "state": "closed", "closed_at": now, "result": ended, "lesson": words, "final_progress": goal.progress,
            "paused_at": None, "pause_reason": None,
        }  # fmt: skip
        goal = _done(goal, "close", actor, values, now=now, said=words, result=ended)
        rolling.refresh([goal.id], now=now)
        return goal


def _note_end(goal: GoalView, ended: str, actor: Actor, words: str, now: datetime) -> None:
    """An end that moves goalposts: a claim the figures do not bear out, or a child its parents no longer count."""
    if ended == "achieved":
        _note_claim(goal, actor, words, now)
    elif ended == "dropped":
        recounted = counting.recounted(goal, ties_of([goal.id]).get(goal.id, ()), ())
        counting.note(goal, recounted, actor, words, now=now)


def unasked(goal: GoalView, actor: Actor | None) -> list[int]:
    """Owners who have not said yes, but for whoever acts."""
    return [held.member for held in goal.owners if not held.accepted and (actor is None or held.member != actor.id)]


def settle(goal: GoalView, actor: Actor | None, *, now: datetime) -> GoalView:
    """After owners were named or removed: with everybody's yes, a draft is accepted, and active where it may be."""
    if goal.state in ("draft", "accepted") and goal.owners and all(held.accepted for held in goal.owners):
        return _settle(goal, actor, now, whom=())
    return goal


def _settle(goal: GoalView, actor: Actor | None, now: datetime, **told: Any) -> GoalView:
    """What follows from a yes under the lock: the last one makes a draft accepted; complete and begun, it runs."""
    goal = find_goal(goal.key) or goal
    ready = goal.state in ("draft", "accepted") and all(held.accepted for held in goal.owners)
    if ready and _begun(goal, now) and not missing_of(goal):
        return _begin(goal, actor, now, said=told.get("said"))
    verb = "agreed" if ready and goal.state == "draft" else "accept"
    goal = _done(goal, verb, actor, {"state": "accepted"} if ready else {}, now=now, **told)
    if goal.state == "active":  # named on a running goal: from now on they are asked, too
        rhythm.begin(goal.id, now=now)
    return goal


def _begin(goal: GoalView, actor: Actor | None, now: datetime, said: str | None = None) -> GoalView:
    """The one place where a goal becomes active."""
    holding.lock_tree()
    audit.record("activate", goal.key, actor=actor, at=now, before={"state": goal.state}, after={"state": "active"})
    goal = _done(goal, "activate", actor, {"state": "active", "activated_at": now}, now=now, said=said)
    rolling.refresh([goal.id], now=now)
    rhythm.begin(goal.id, now=now)
    return goal


def _done(
    goal: GoalView, verb: str, actor: Actor | None, values: Mapping[str, Any], *, now: datetime, **told: Any
) -> GoalView:
    """Write the move, tell it, say it upwards; the goal as it stands then."""
    holding.move(goal, values)
    fresh = find_goal(goal.key)
    if fresh is None:
        raise NotFound
    telling.told(fresh, verb, actor, now=now, **told)
    telling.repaint(fresh, now=now)
    reactions.emit(GoalMoved(fresh.key, verb, actor, now))
    return fresh


def _begun(goal: GoalView, now: datetime) -> bool:
    return goal.starts_on is None or goal.starts_on <= today(now)


def _mine(goal: GoalView, actor: Actor) -> Held | None:
    return next((held for held in goal.owners if held.member == actor.id), None)


def _say(mine: Held | None, values: Mapping[str, Any]) -> None:
    if mine is None:
        raise NotFound
    owning.change([mine.id], values)


def _side(mine: Held | None) -> dict[str, Any]:
    return {"side": mine.side, "department": mine.department} if mine else {}


def _ending(result: str | None, lesson: str | None) -> tuple[str, str]:
    """Result and lesson. Raises Invalid for both together."""
    problems: dict[str, Text] = {}
    words = None
    if result not in RESULTS:
        choices = Text("field.not_a_choice", {"choices": ", ".join(RESULTS)})
        problems["result"] = choices if result else Text("field.required")
    try:
        words = needed_words("lesson", lesson)
    except Invalid as refusal:
        problems.update(refusal.fields)
    if problems or result is None or words is None:
        raise Invalid(problems)
    return result, words


def _note_claim(goal: GoalView, actor: Actor, lesson: str, now: datetime) -> None:
    """Called achieved, and the figures do not say so: short of the target, or beyond a guard rail."""
    stands = standings([goal], now=now)[goal.id]
    if goal.progress is not None and Fraction(goal.progress) >= WHOLE and not stands.broken:
        return
    broken = {"suggested": stands.suggested} if stands.broken else {}
    before = {"progress": None if goal.progress is None else str(goal.progress), **broken}
    shifting.record(
        goal.id, "greener", by=actor.id, now=now, reason=lesson, before=before, after={"result": "achieved"}
    )  # fmt: skip
