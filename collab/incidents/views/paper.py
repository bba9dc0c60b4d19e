"""What the page of one incident shows a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.audit.queries import Event
from collab.goals import queries as goals
from collab.incidents import messages, queries
from collab.incidents.rules import OPEN
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.queries import list_related
from collab.web.moments import due_state, due_words

VERBS = ("take", "answer", "note", "close", "review", "false_alarm")
MIRRORED = ("accept", "confirm", "withdraw")
"""What the task does because its incident does: said once on the page, twice in the history."""
ACTIONS = 3
"""Rows for actions on the form of a review."""


@dataclass(frozen=True)
class View:
    """One incident before one viewer."""

    me: Actor
    incident: Any
    relations: frozenset[str]
    how: Reader
    now: datetime

    def may(self, verb: str) -> bool:
        """Whether the viewer may do a verb now."""
        return permits.allows(f"incident.{verb}", self.relations, self.incident.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at an incident. Raises NotFound."""
    incident = queries.get_incident(me, key)
    return View(me, incident, queries.relations(me, incident), how, now)


def reply_words(incident: Any, now: datetime, how: Reader) -> str:
    """The public answer in words: how long there is left, how late it is; nothing once it is there, or it is over."""
    if incident.answered_at is not None or incident.state not in OPEN:
        return ""
    return messages.countdown(incident.reply_due_at, now, how)


def reply_state(incident: Any, now: datetime) -> str:
    """`late` once the deadline is over, else `soon`: it is always soon."""
    return "late" if incident.answered_at is None and incident.reply_due_at < now else "soon"


def paged_names(incident: Any) -> list[Any]:
    """Everybody who was paged, each once."""
    named = queries.names(incident)
    return [named[member] for member in dict.fromkeys(one.member for one in queries.list_people(incident))]


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    row, how = view.incident, view.how
    named = queries.names(row)
    units = {unit.code: unit for unit in people.list_departments()}
    can = {verb: view.may(verb) for verb in VERBS}
    return {
        "row": row, "can": can, "open": row.state in OPEN, "unit": units[row.department_code],
        "raiser": named[row.raised_by_id], "taker": named.get(row.taken_by_id or 0), "answerer": named.get(row.answered_by_id or 0),
        "reply": reply_words(row, view.now, how), "reply_state": reply_state(row, view.now),
        "review_due": due_words(row.review_due_at, view.now, how) if row.state == "closed" else "",
        "review_state": due_state(row.review_due_at, view.now), "paged": _paged(view, named),
        "timeline": _timeline(queries.history(view.me, row.key), how), "related": list_related(view.me, row.key),
        "may_ask": permits.allows("task.show", view.me.roles | {"company_visible"}) and not view.me.is_partner,
        "departments": people.list_open_departments() if can["review"] else [], "action_rows": ACTIONS,
        "goals": goals.list_goals(view.me, live=True) if can["review"] else [],
        "may_set_goal": permits.allows("goal.create", view.me.roles),
    }  # fmt: skip


def _paged(view: View, named: dict[int, people.Named]) -> list[tuple[str, str, str]]:
    """Role, who, and instead of whom."""
    how = view.how
    return [
        (
            how.say(f"incident.field.{one.role}"), how.name(named[one.member]),
            how.say("incident.page.instead_of", who=named[one.instead_of]) if one.instead_of else "",
        )
        for one in queries.list_people(view.incident)
    ]  # fmt: skip


def _timeline(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    names = people.names_by_email({name for event in events for name in (event.actor, event.acting_for) if name})
    ours = {event.at for event in events if event.verb.startswith("incident.")}
    shown = [event for event in events if not (event.verb in (*MIRRORED, "ask") and event.at in ours)]
    return [_entry(event, names, how) for event in shown]


def _entry(event: Event, names: dict[str, people.Named], how: Reader) -> dict[str, Any]:
    def named(email: str | None) -> str:
        return how.name(names[email]) if email in names else (email or "")

    mine = event.verb.removeprefix("incident.")
    keys = (f"incident.verb.{mine}", f"task.verb.{event.verb}", f"escalation.verb.{event.verb}")
    known = next((key for key in keys if how.knows(key)), None)
    happened = (event.details or {}).get("happened_at")
    title = how.say(known) if known else event.verb
    if happened:
        title = how.say("incident.page.happened", title=title, at=datetime.fromisoformat(happened))
    said = event.reason or (event.after or {}).get("what_happened") or (event.after or {}).get("findings")
    return {
        "verb": _LOOKS.get(mine, mine), "title": title, "who": "" if event.actor == SYSTEM else named(event.actor),
        "acting_for": named(event.acting_for), "text": how.moment(event.at), "at": event.at.isoformat(), "comment": said,
        "system": event.actor == SYSTEM,
    }  # fmt: skip


_LOOKS = {
    "raise": "brand", "take": "accepted", "answer": "comment", "note": "comment", "close": "done", "review": "review",
    "false_alarm": "drop", "page": "escalation", "handover": "submit",
}  # fmt: skip
"""The look of each entry, by a code the components know."""
