"""The dialogue in the API's shape. What is not loaded for a reader cannot be said to them: see `queries.dialogue`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.blueprints.queries.dialogue import DialogueView, Given, Question, get_questions
from collab.blueprints.queries.quarters import quarter_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.people import queries as people


def dialogue(viewer: Actor, key: str, how: Reader, now: datetime) -> dict[str, Any]:
    """All four questions. Raises NotFound."""
    found = get_questions(viewer, key, now)
    emails = people.emails_of(one.member for question in found if question.newest for one in question.newest.given)
    return {
        "initiative": key, "quarter": quarter_of(now),
        "questions": [_question(one, viewer, emails, how) for one in found],
    }  # fmt: skip


def _question(one: Question, viewer: Actor, emails: Mapping[int, str], how: Reader) -> dict[str, Any]:
    newest = one.newest if one.state != "unopened" else None
    trend = [
        {"quarter": point.quarter, "ratings": [point.ratings[1], point.ratings[2]], "gap": point.gap}
        for point in one.trend
    ]
    said = {"question": one.number, "text": how.say(f"blueprint.question.{one.number}.text"), "state": one.state}
    return {**said, **_newest(newest, viewer, emails), "trend": trend}


def _newest(one: DialogueView | None, viewer: Actor, emails: Mapping[int, str]) -> dict[str, Any]:
    if one is None:
        return {
            "quarter": None, "due_at": None, "answered": [], "mine": None, "answers": [], "revealed_at": None, "gap": None,
            "differs": False, "difference": None, "task": None,
        }  # fmt: skip
    mine = one.given_by(viewer.id)
    return {
        "quarter": one.quarter, "due_at": {str(side): due.isoformat() for side, due in one.due.items()},
        "answered": sorted(one.answered), "mine": _given(mine, emails) if mine else None,
        "answers": _answers(one.answers, emails), "revealed_at": one.revealed_at.isoformat() if one.revealed_at else None,
        "gap": one.gap if one.revealed_at else None, "differs": one.differs, "difference": one.difference, "task": one.task,
    }  # fmt: skip


def _answers(answers: Sequence[Given], emails: Mapping[int, str]) -> list[dict[str, Any]]:
    return [_given(one, emails) for one in answers]


def _given(one: Given, emails: Mapping[int, str]) -> dict[str, Any]:
    return {**vars(one), "member": emails[one.member], "answered_at": one.answered_at.isoformat()}
