"""What a page shows of a goal's life and the people round it: `panels(...)` fills `goals/_life.html` and `goals/_people.html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.audit.queries import Event
from collab.goals.queries import GoalView
from collab.goals.queries.accepting import mark_of, missing_of
from collab.goals.queries.face import persons_of
from collab.goals.queries.owning import Answering, Stop, answering, find_part, list_parts, stop_of
from collab.goals.queries.paper import Paper
from collab.goals.queries.sight import Help, contributors_of, relations, told_of
from collab.goals.rules import RESULTS, RUNNING
from collab.goals.rules.moves import MOVES
from collab.goals.rules.progress import shown
from collab.goals.views.changed import since_yes
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people

MOST_PARTS = 5
ORDER = ("accept", "decline", "plan", "activate", "resume", "pause", "close")
"""Verbs as the page offers them: what is asked first."""


@dataclass(frozen=True)
class Known:
    """What is read of a goal for both partials; `helpers` are those the reader is told of, `departments` rows by code."""

    relations: frozenset[str]
    owners: Sequence[Answering]
    helpers: Sequence[Help]
    stop: Stop
    names: Mapping[int, people.Named]
    departments: Mapping[str, Any]


def known_of(paper: Paper) -> Known:
    """What the page of a goal has read already."""
    life = paper.life
    stop = Stop(
        life.paused_at, life.pause_reason, life.closed_at, paper.goal.result, life.lesson, life.final_progress
    )  # fmt: skip
    owners = [side.held for side in paper.sides]
    return Known(paper.relations, owners, paper.helpers, stop, paper.names, paper.departments)


def _know(me: Actor, goal: GoalView) -> Known:
    every = contributors_of([goal.id]).get(goal.id, ())
    here = relations(me, visibility=goal.visibility, creator=goal.creator, owners=goal.owners, helpers=every)
    owners, helpers = answering([goal.id]).get(goal.id, ()), told_of(me, every)
    names = people.names_of([*(one.member for one in owners), *(one.member for one in helpers)])
    units = {row.code: row for row in people.list_departments()}
    return Known(here, owners, helpers, stop_of(goal.id), names, units)


def panels(
    me: Actor, goal: GoalView, how: Reader, now: datetime, *, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None, choices: bool = False, known: Known | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The context of both partials, under `life`. With `choices` the forms that name people stand there, with everybody who
    may be named; without, the way to the page that has them. `typed` and `errors` say what became of a form that was refused (`typed`
    names its `verb`). `known` is what the page has read of it already."""
    known = known or _know(me, goal)
    here, owners = known.relations, known.owners
    may = {verb: permits.allows(f"goal.{verb}", here, goal.state) for verb in ("name_owners", "share", "take_part")}
    lacks = missing_of(goal) if goal.state in ("draft", "accepted") else ()
    do = [
        verb for verb in ORDER if permits.allows(f"goal.{verb}", here, goal.state) and (verb != "activate" or not lacks)
    ]
    life = {
        "key": goal.key, "state": goal.state, "runs": goal.state in RUNNING, "do": do, "mark": mark_of(goal) if "accept" in do else "",
        "results": RESULTS, "typed": dict(typed or {}), "errors": dict(errors or {}), "may": may,
        **_standing(me, goal, known, lacks, how), **_people(me, known, how, now), **_parts(me, goal, how),
    }  # fmt: skip
    if choices and (may["name_owners"] or may["share"]):
        life |= _choices(owners, now, how)
    return {"life": life}


def _standing(me: Actor, goal: GoalView, known: Known, lacks: Iterable[str], how: Reader) -> dict[str, Any]:
    """How it stands: whose yes is missing, what else, when it begins, how it ended; a guest reads no words about that."""
    inside = not me.is_partner
    stop, names, owners = known.stop, known.names, known.owners
    waits = [how.name(names[one.member]) for one in owners if one.state == "asked" and one.member != me.id]
    missing = [code for code in lacks if code not in ("acceptance", "owner")]
    return {
        "waits": waits if goal.state != "candidate" else [],
        "missing": [how.say(f"goal.life.missing.{code}") for code in missing],
        "begins": goal.starts_on if goal.state == "accepted" and not missing and not waits else None,
        "asked_with": (asked := _asked_with(me, goal, names, how)),
        "changed": since_yes(me, goal, how) if asked and inside else [],
        "gone": [how.name(names[one.member]) for one in owners if one.state == "gone" and goal.state != "closed"],
        "paused": (stop.paused_at, stop.pause_reason if inside else "") if goal.state == "paused" else None,
        "ended": (stop.closed_at, how.say(f"goal.result.{stop.result}")) if stop.result else None,
        "lesson": stop.lesson if inside else None,
        "final": how.say("goal.see.chart.per_cent", n=f"{shown(stop.final_progress):f}") if stop.final_progress is not None else "",
    }  # fmt: skip


def _asked_with(me: Actor, goal: GoalView, names: Mapping[int, people.Named], how: Reader) -> str:
    """The question to whoever is asked for their yes."""
    mine = next((held for held in goal.owners if held.member == me.id and not held.accepted), None)
    if mine is None or goal.state not in MOVES["accept"].states:
        return ""
    others = [words for held, words in zip(goal.owners, persons_of(goal, names), strict=True) if held is not mine]
    return how.say("goal.life.asked_with", others=others) if others else how.say("goal.life.asked_alone")


def _people(me: Actor, known: Known, how: Reader, now: datetime) -> dict[str, Any]:
    owners, helpers, names = known.owners, known.helpers, known.names
    units = {code: how.name(row) for code, row in known.departments.items()}
    guests = (
        {one.id for one in people.list_actors(now, ids=[one.member for one in helpers]) if one.is_partner}
        if helpers
        else set()
    )
    return {
        "owners": [
            {"who": how.name(names[one.member]), "department": units[one.department], "state": one.state, "means": None if me.is_partner else one.means,
             "reason": one.decline_reason if not me.is_partner else None, "value": f"{one.department} {names[one.member].email}"}
            for one in owners
        ],
        "contributors": [
            {"who": how.name(names[one.member]), "email": names[one.member].email, "may": one.may_check_in,
             "guest": one.member in guests}
            for one in helpers
        ],
    }  # fmt: skip


def _parts(me: Actor, goal: GoalView, how: Reader) -> dict[str, Any]:
    """What people say their part is; a guest does not read what members say among themselves."""
    parts = [] if me.is_partner else list_parts(goal.id)
    names = people.names_of(one.member for one in parts)
    mine = find_part(goal.id, me.id) if me.is_partner else next((one.part for one in parts if one.member == me.id), "")
    told = [{"who": how.name(names[one.member]), "part": one.part} for one in parts]
    return {
        "my_part": mine or "", "parts": told[:MOST_PARTS], "more_parts": told[MOST_PARTS:],
        "parts_n": len(told),
    }  # fmt: skip


def _choices(owners: Iterable[Answering], now: datetime, how: Reader) -> dict[str, Any]:
    """Whom one may name: for a side, each member in each department of theirs; to help, members and guests."""
    units = {row.code: how.name(row) for row in people.list_departments()}
    everybody = people.list_actors(now)
    sides = [
        (f"{code} {one.email}", how.say("goal.life.person_of", who=one.name(how.locale), department=units[code]))
        for one in everybody
        if "member" in one.roles
        for code in dict.fromkeys((*one.departments, *one.leads))
    ]
    taken = {one.member for one in owners}
    guest = how.say("goal.life.page.guest")
    helpers = [
        (one.email, how.say("goal.life.person_of", who=one.name(how.locale), department=guest) if one.is_partner else one.name(how.locale))
        for one in everybody
        if {"member", "partner"} & one.roles and one.id not in taken
    ]  # fmt: skip
    return {"sides": sorted(sides, key=lambda one: one[1]), "helpers": helpers}


def timeline(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    """A goal's history as the component shows it."""
    names = people.names_by_email({event.actor for event in events})
    return [
        {
            "verb": event.verb, "who": how.name(names[event.actor]) if event.actor in names else "",
            "title": how.say(word) if how.knows(word := f"goal.verb.{event.verb}") else event.verb,
            "text": how.moment(event.at), "at": event.at.isoformat(), "comment": event.reason or "",
            "system": event.actor == SYSTEM,
        }
        for event in events
    ]  # fmt: skip
