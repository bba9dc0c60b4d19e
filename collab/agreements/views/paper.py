"""What the page of one agreement shows a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.agreements import queries
from collab.agreements.rules import ACTIVE, MOST_POSTPONED, PROPOSED
from collab.agreements.views.shapes import is_late
from collab.audit.queries import Event
from collab.goals import queries as goals
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.web.moments import due_state, due_words

VERBS = ("agree", "deliver", "postpone", "confirm", "dispute", "pause", "resume", "end", "handover")


@dataclass(frozen=True)
class View:
    """One agreement before one viewer."""

    me: Actor
    agreement: Any
    relations: frozenset[str]
    deliveries: Sequence[Any]
    how: Reader
    now: datetime

    def may(self, verb: str) -> bool:
        """Whether the viewer may do a verb now, and it has something to act on."""
        row = self.agreement
        last = self.deliveries[0] if self.deliveries else None
        fresh = last is not None and last.state == "delivered" and last.delivered_by_id != self.me.id
        agreed = row.giver_agreed_at if row.giver_id == self.me.id else row.receiver_agreed_at
        worth = {
            "agree": agreed is None,
            "deliver": row.due_at is not None,
            "postpone": row.due_at is not None and row.postponed < MOST_POSTPONED,
            "confirm": fresh,
            "dispute": fresh and row.end_reason is None,
        }
        return worth.get(verb, True) and permits.allows(f"agreement.{verb}", self.relations, row.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at an agreement. Raises NotFound."""
    row = queries.get_agreement(me, key)
    return View(me, row, queries.relations(me, row, now), queries.list_deliveries(row), how, now)


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    row, how = view.agreement, view.how
    names = people.names_of({row.giver_id, row.receiver_id, row.proposer_id})
    units = {unit.code: unit for unit in people.list_departments()}
    goal = goals.find_tied(view.me, row.goal_id)
    running = row.state == ACTIVE and row.due_at is not None
    sides = [side for side in ("giver", "receiver") if {side, f"{side}_lead"} & view.relations]
    return {
        "row": row, "goal": goal, "goal_hidden": bool(row.goal_id) and goal is None, "cadence": how.say(row.cadence.said), "late": is_late(row, view.now),
        "giver": names[row.giver_id], "receiver": names[row.receiver_id], "giver_unit": units[row.giver_code],
        "receiver_unit": units[row.receiver_code], "proposer": names[row.proposer_id],
        "due": due_words(row.due_at, view.now, how) if running else "", "due_state": due_state(row.due_at, view.now),
        "can": {verb: view.may(verb) for verb in VERBS}, "sides": sides, "note": _note(view),
        "deliveries": _deliveries(view), "timeline": _timeline(queries.history(view.me, row.key), how),
        "heirs": _heirs(view, sides),
    }  # fmt: skip


def _note(view: View) -> str:
    """Whom it waits for."""
    row, how = view.agreement, view.how
    if row.state == PROPOSED:
        missing = [
            member
            for member, at in ((row.giver_id, row.giver_agreed_at), (row.receiver_id, row.receiver_agreed_at))
            if at is None
        ]
        return how.say("agreement.page.waits_for", names=list(people.names_of(missing).values()))
    if row.state == ACTIVE and row.due_at and "giver" not in view.relations:
        return how.say("agreement.page.waits_for", names=[people.names_of([row.giver_id])[row.giver_id]])
    return ""


def _heirs(view: View, sides: Sequence[str]) -> list[tuple[str, str]]:
    """To whom a side may be handed: members of its department who are not named yet."""
    row = view.agreement
    codes = {getattr(row, f"{side}_code") for side in sides}
    return [
        (one.email, one.name(view.how.locale))
        for one in people.list_actors(view.now)
        if "member" in one.roles and codes & {*one.departments, *one.leads} and one.id not in (row.giver_id, row.receiver_id)
    ]  # fmt: skip


def _deliveries(view: View) -> list[dict[str, Any]]:
    names = people.names_of(one.delivered_by_id for one in view.deliveries)
    how = view.how
    return [
        {
            "due_on": how.day(one.due_on), "at": how.moment(one.delivered_at), "who": how.name(names[one.delivered_by_id]),
            "state": one.state, "late": one.delivered_at > one.due_at, "note": one.note, "link": one.link, "rows": one.rows,
            "reason": one.reason,
        }
        for one in view.deliveries
    ]  # fmt: skip


def _timeline(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    names = people.names_by_email({name for event in events for name in (event.actor, event.acting_for) if name})

    def named(email: str | None) -> str:
        return how.name(names[email]) if email in names else (email or "")

    def deed(verb: str) -> str:
        words = (f"agreement.verb.{verb}", f"escalation.verb.{verb}")
        return next((how.say(word) for word in words if how.knows(word)), verb)

    return [
        {
            "verb": event.verb, "who": "" if event.actor == SYSTEM else named(event.actor), "acting_for": named(event.acting_for),
            "title": deed(event.verb),
            "text": how.moment(event.at), "at": event.at.isoformat(), "comment": event.reason, "system": event.actor == SYSTEM,
        }
        for event in events
    ]  # fmt: skip
