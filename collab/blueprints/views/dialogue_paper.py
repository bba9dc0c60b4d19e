"""What the pages of the dialogue and of the drift report show one reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.blueprints.messages.dialogue import finding_words, gap_words, rating, stars
from collab.blueprints.queries.blueprints import may_see
from collab.blueprints.queries.dialogue import DialogueView, Given, Question, dialogues_of, questions
from collab.blueprints.queries.quarters import quarter_of
from collab.blueprints.queries.saying import findings_said
from collab.blueprints.rules.drift import KINDS
from collab.blueprints.rules.questions import RATINGS, SIDES, across
from collab.initiatives.queries import InitiativeView, relations_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.web.moments import due_state, due_words

BAD = ("promise_overdue", "promise_unmet", "point_owner_left", "source_without_owner", "goal_missed")


def page(me: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any]:
    """The four questions before a reader."""
    found = questions(dialogues_of(initiative.id, me.id), now)
    here = relations_of(me, initiative)
    may = {
        verb: permits.allows(f"blueprint.{verb}", here, initiative.state)
        for verb in ("answer", "open_dialogue", "differ")
    }
    side = initiative.slot_of(me.id) if may["answer"] else None
    units = _units(initiative, how)
    return {
        "key": initiative.key, "title": initiative.title, "quarter": quarter_of(now), "ratings": _ratings(how),
        "rows": [_row(one, side, units, may, how, now) for one in found], "side": side,
        "may_open": may["open_dialogue"] and any(one.state == "unopened" for one in found),
        "waiting": sum(one.state == "open" and one.newest is not None and one.newest.waits_for(side or 0) for one in found),
        "other": units.get(across(side), "") if side else "",
    }  # fmt: skip


def _row(
    one: Question, side: int | None, units: Mapping[int, str], may: Mapping[str, bool], how: Reader, now: datetime
) -> dict[str, Any]:
    newest = one.newest if one.state != "unopened" else None
    mine = next((given for given in newest.given if given.side == side), None) if newest and side else None
    answered = newest.answered if newest else frozenset()
    return {
        "number": one.number, "short": how.say(f"blueprint.question.{one.number}.short"),
        "text": how.say(f"blueprint.question.{one.number}.text"), "hint": how.say(f"blueprint.question.{one.number}.hint"),
        "state": one.state, "mine": {"rating": mine.rating, "text": mine.text} if mine else None,
        "answer": bool(side and one.state != "revealed"), "other_answered": bool(side and across(side) in answered),
        "sides": [{"unit": units.get(number, ""), "answered": number in answered} for number in SIDES],
        "late": newest.quarter if newest and not one.current else "",
        "trend": _trend(one), **_due(newest, side, how, now), **_revealed(one.newest, units, may, how),
    }  # fmt: skip


def _due(newest: DialogueView | None, side: int | None, how: Reader, now: datetime) -> dict[str, str]:
    waits = newest is not None and side is not None and newest.waits_for(side)
    due = newest.due[side] if newest and side and waits else None
    return {"due": due_words(due, now, how) if due else "", "due_state": due_state(due, now)}


def _revealed(
    newest: DialogueView | None, units: Mapping[int, str], may: Mapping[str, bool], how: Reader
) -> dict[str, Any]:
    if newest is None or not newest.revealed_at:
        return {"answers": []}
    names = people.names_of(one.member for one in newest.answers)
    return {
        "answers": [_given(one, names, units, how) for one in newest.answers], "gap": newest.gap, "quarter": newest.quarter,
        "gap_words": gap_words(newest.gap, how), "differs": newest.differs, "difference": newest.in_words,
        "task": newest.task, "may_differ": may["differ"] and not newest.task,
    }  # fmt: skip


def _given(one: Given, names: Mapping[int, people.Named], units: Mapping[int, str], how: Reader) -> dict[str, Any]:
    return {
        "who": how.name(names[one.member]), "unit": units.get(one.side, ""), "rating": one.rating,
        "stars": stars(one.rating), "words": rating(one.rating, how), "text": one.text,
    }  # fmt: skip


def _trend(one: Question) -> list[dict[str, Any]]:
    """The last quarters in which both answered; a single one is no trend."""
    points = one.trend[-6:]
    return [
        {"quarter": point.quarter, "first": point.ratings[1], "second": point.ratings[2], "gap": point.gap}
        for point in points
    ] if len(points) > 1 else []  # fmt: skip


def _ratings(how: Reader) -> list[tuple[int, str]]:
    return [(one, rating(one, how)) for one in RATINGS]


def _units(initiative: InitiativeView, how: Reader) -> dict[int, str]:
    """The departments of the two sides, by side."""
    names = {row.code: how.name(row) for row in people.list_departments()}
    return {held.slot: names[held.department] for held in initiative.leads if held.slot in SIDES}


def report(me: Actor, initiative: InitiativeView, found: Mapping[str, Any] | None, how: Reader) -> dict[str, Any]:
    """A drift report, kept or of now, grouped by kind; None: nobody opened the blueprint."""
    groups = []
    if found:
        said = findings_said(me, initiative, found["findings"], how)
        for kind in KINDS:
            rows = [
                {"text": finding_words(one, how, **words), "task": one.get("task")}
                for one, words in said
                if one["kind"] == kind
            ]
            if rows:
                groups.append({"kind": kind, "title": how.say(f"blueprint.drift.group.{kind}"), "rows": rows,
                               "tone": "bad" if kind in BAD else "warn"})  # fmt: skip
    made_at = found["made_at"] if found else None
    return {
        "key": initiative.key, "title": initiative.title, "found": found, "groups": groups,
        "made_at": datetime.fromisoformat(made_at) if made_at else None,
    }  # fmt: skip


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> Mapping[str, Any] | None:
    """The dialogue's section on the paper of its initiative; nothing to a guest, nothing before anybody was asked, but for leads."""
    if not may_see(viewer, initiative):
        return None
    shown = page(viewer, initiative, how, now)
    if not shown["may_open"] and all(row["state"] == "unopened" for row in shown["rows"]):
        return None
    return {**shown, "n": sum(row["state"] == "revealed" for row in shown["rows"])}
