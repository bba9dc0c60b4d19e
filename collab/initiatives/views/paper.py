"""What the page of one initiative shows a viewer: what it is for the customer, where it stands, what is asked of them; who leads
it and how both sides say it goes; then its sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.goals.queries.goals import list_seen as list_seen_goals
from collab.goals.queries.stages import stage_names
from collab.goals.queries.standing import standings
from collab.goals.views.saying import judged, way
from collab.initiatives import queries
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.queries.guests import least_of
from collab.initiatives.queries.history import list_history
from collab.initiatives.registry import panels_for
from collab.initiatives.rules.moves import ACTIVE, CHARTERED, CLOSED, IDEA, SIDES, STATES
from collab.initiatives.views import lines
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects.registry import registry
from collab.web.moments import due_state, due_words

VERBS = ("edit", "start", "close", "learn", "follow")
BRIEF = 320
"""Signs of the problem shown before a fold."""


@dataclass(frozen=True)
class View:
    """One initiative before one viewer. A guest (`inside` False) reads the least."""

    me: Actor
    initiative: InitiativeView
    relations: frozenset[str]
    how: Reader
    now: datetime

    @property
    def inside(self) -> bool:
        """Whether they belong to the company."""
        return not self.me.is_partner

    def may(self, verb: str) -> bool:
        """Whether the viewer may do a verb in the state it is in."""
        return permits.allows(f"initiative.{verb}", self.relations, self.initiative.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at an initiative. Raises NotFound."""
    found = queries.get_initiative(me, key)
    return View(me, found, queries.relations_of(me, found), how, now)


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    row, how = view.initiative, view.how
    brief, rest = _brief(row.problem)
    asks = list(asked(view))
    return {
        "row": row, "initiative": row, "reader": how, "inside": view.inside, "brief": brief, "rest": rest, "stage": stage(row.journey_stage, how),
        "steps": [how.say(f"initiative.state.{one}") for one in STATES], "step": STATES.index(row.state) + 1,
        "asks": asks, "hint": None if asks else hint(view), "waits": [] if asks else waits(view), "sides": sides(view) if view.inside else [], "milestones": milestones(view), "apart": apart(view),
        "can": {verb: view.may(verb) for verb in VERBS}, "facts": facts(view), "people": people_rows(view), "mine": mine(view),
        "panels": panels_for(view.me, row, how, view.now), "related": related(view), "timeline": timeline(view),
        "wish": subjects.wish_of(view.me.id, row.key), **goal_rows(view),
    }  # fmt: skip


def _brief(problem: str) -> tuple[str, bool]:
    """What of the problem is read first, and whether there is more."""
    if len(problem) <= BRIEF:
        return problem, False
    return f"{problem[:BRIEF].rstrip()}…", True


def stage(code: str, how: Reader) -> str:
    """A journey stage's name."""
    return next((how.name(one) for one in stage_names() if one.code == code), code)


def asked(view: View) -> Sequence[dict[str, Any]]:
    """What is asked of the viewer about it, whoever asks: the rows of their inbox."""
    how, now, here = view.how, view.now, f"/initiatives/{view.initiative.key}"
    return [
        {
            "ask": how.say(row.ask), "href": row.path if row.path != here else f"{here}#leads", "due": due_words(row.due_at, now, how),
            "due_state": due_state(row.due_at, now), "acting_for": row.acting_for or "",
        }
        for row in subjects.inbox(view.me, now)
        if row.key == view.initiative.key
    ]  # fmt: skip


def hint(view: View) -> dict[str, str] | None:
    """What comes next, for the leads of both sides: nothing is asked of them yet, and nobody else can go on."""
    if "side_lead" not in view.relations:
        return None
    row, how = view.initiative, view.how
    here = f"/initiatives/{row.key}"
    if row.state == IDEA:
        said = charter_state([row.id]).get(row.id, "none")
        word = "charter" if said in ("none", "draft") else "charter_open"
        return _hint(how, word, href=f"{here}/charter")
    if row.state == CHARTERED and view.may("start"):
        return _hint(how, "start", verb="start")
    if row.state == ACTIVE:
        return _hint(how, "pilot", href="#pilot")
    return None


def _hint(how: Reader, word: str, **more: str) -> dict[str, str]:
    return {"text": how.say(f"initiative.next.{word}"), "label": how.say(f"initiative.next.{word}_do"), **more}


def waits(view: View) -> list[Any]:
    """For whom it waits, by name."""
    if not view.inside or view.initiative.state == CLOSED:
        return []
    awaited = registry.kind_of(view.initiative.key).awaited([view.initiative.key]).get(view.initiative.key, ())
    members = list(dict.fromkeys(one.member for one in awaited if one.member != view.me.id))
    names = people.names_of(members)
    return [names[member] for member in members if member in names]


def sides(view: View) -> list[dict[str, Any]]:
    """Who leads it, for which department, and how they say it goes."""
    row, how = view.initiative, view.how
    names = people.names_of(held.member for held in row.leads)
    units = {unit.code: unit for unit in people.list_departments()}
    there = people.presence([held.member for held in row.leads], view.now)
    return [
        {
            "slot": held.slot, "name": how.name(names[held.member]), "department": how.name(units[held.department]),
            "area": how.say(f"initiative.area.{held.area}") if held.area else "", "health": held.health, "note": held.health_note,
            "at": how.day(day_in(held.health_at, how.zone)) if held.health_at else "",
            "absent": held.member in there and there[held.member].away,
        }
        for held in row.leads
    ]  # fmt: skip


def milestones(view: View) -> list[dict[str, str]]:
    """For a guest, what is to be reached by when; whoever belongs to the company has a section of their own."""
    if view.inside:
        return []
    (least,) = least_of(view.me, [view.initiative])
    return [{"title": title, "due": view.how.day(due_on)} for title, due_on in least.milestones]


def apart(view: View) -> str:
    """In words, that both sides see it differently; nothing where they agree, or to a guest."""
    row, how = view.initiative, view.how
    if not view.inside or not lines.apart(row):
        return ""
    names = people.names_of(held.member for held in row.leads)
    one, two = (row.lead(slot) for slot in SIDES)
    if one is None or two is None:
        return ""
    return how.say(
        "initiative.page.apart_long", one=names[one.member], two=names[two.member],
        says_one=how.say(f"web.status.{one.health}"), says_two=how.say(f"web.status.{two.health}"),
    )  # fmt: skip


def goal_rows(view: View) -> dict[str, Any]:
    """The goals it serves, as far as the viewer may see them, with how each stands; how many more there are."""
    row, how = view.initiative, view.how
    if not view.inside:
        return {"goals": [], "goals_hidden": 0}
    seen = list(list_seen_goals(view.me, [key_of("G", number) for number in row.goals]).values()) if row.goals else []
    stands = standings(seen, now=view.now)
    found = [
        {
            "key": goal.key, "title": goal.title, "state": goal.state, "words": way(goal, stands[goal.id], how),
            "status": stands[goal.id].status if judged(goal, stands[goal.id]) else "",
        }
        for goal in seen
    ]  # fmt: skip
    return {"goals": found, "goals_hidden": len(row.goals) - len(found)}


def facts(view: View) -> list[tuple[str, str]]:
    """Label and value."""
    row, how = view.initiative, view.how
    names = people.names_of([row.creator])
    rows = [
        ("kind", how.say(f"initiative.kind.{row.kind}")), ("journey_stage", stage(row.journey_stage, how)),
        ("created", how.say("initiative.page.created_by", who=names.get(row.creator, ""), on=row.created_at)),
        ("started", how.day(day_in(row.started_at, how.zone)) if row.started_at else ""),
        ("visibility", how.say(f"initiative.visibility.{row.visibility}") if view.inside else ""),
    ]  # fmt: skip
    shown = [name for name, _value in rows] if view.inside else ["journey_stage"]
    return [(how.say(f"initiative.page.fact.{name}"), value) for name, value in rows if name in shown]


def people_rows(view: View) -> list[dict[str, Any]]:
    """Who else takes part; a guest reads nobody's part but their own."""
    if not view.inside:
        return []
    how = view.how
    names = people.names_of(one.member for one in view.initiative.parts)
    units = {unit.code: unit for unit in people.list_departments()}
    return [
        {
            "name": how.name(names[one.member]), "email": names[one.member].email, "part": one.part, "guest": one.department is None,
            "department": how.name(units[one.department]) if one.department in units else "",
        }
        for one in view.initiative.parts
        if one.member in names
    ]  # fmt: skip


def mine(view: View) -> str:
    """The viewer's own part, in words."""
    return next((one.part or "" for one in view.initiative.parts if one.member == view.me.id), "")


def related(view: View) -> list[Any]:
    """What else is tied to it; its goals have a section of their own."""
    found = subjects.list_related(view.me, view.initiative.key)
    return [one for one in found if not one.key.startswith("G-")]


def timeline(view: View) -> list[dict[str, Any]]:
    """What happened to it; nothing to a guest."""
    if not permits.allows("initiative.history", view.relations):
        return []
    how = view.how
    events = list_history(view.me, view.initiative.key)
    names = people.names_by_email({name for event in events for name in (event.actor, event.acting_for) if name})

    def named(email: str | None) -> str:
        return how.name(names[email]) if email in names else (email or "")

    return [
        {
            "verb": event.verb, "who": "" if event.actor == SYSTEM else named(event.actor), "acting_for": named(event.acting_for),
            "title": deed(event.verb, how), "text": how.moment(event.at), "at": event.at.isoformat(), "comment": event.reason,
            "system": event.actor == SYSTEM,
        }
        for event in events
    ]  # fmt: skip


def deed(verb: str, how: Reader) -> str:
    """A verb of the trail in words."""
    bare = verb.rpartition(".")[2]
    words = (f"initiative.verb.{bare}", f"blueprint.verb.{bare}", f"signature.verb.{bare}", f"escalation.verb.{bare}")
    return next((how.say(word) for word in words if how.knows(word)), bare)


def emails_of(initiative: InitiativeView) -> dict[int, str]:
    """The addresses of its leads, by member."""
    return people.emails_of(held.member for held in initiative.leads)
