"""Where two answers differ, one tap asks the other side's department to work on it: one task for each question and quarter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.blueprints.models import Difference
from collab.blueprints.queries.blueprints import may_see
from collab.blueprints.queries.dialogue import DialogueView, dialogues_of
from collab.blueprints.rules.questions import LONGEST, across, rated
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.service.holding import locked
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.slack.wording import cut
from collab.tasks import service as tasks

_differences: Table = Difference.__table__  # type: ignore[assignment]
TITLE = 120


def differ(
    actor: Actor, key: str, question: int, *, quarter: str | None = None, text: str | None = None, now: datetime
) -> str:
    """Make a task of the difference between two revealed answers, for the other side's department; returns its key. Doing it again
    returns the same task. `quarter`: the newest revealed one unless given. `text` says in words where the sides differ; it is
    needed where the ratings do not.

    Raises:
        Invalid: (`text`) the ratings are close, and nobody said where the sides differ.
        NotNow: no such answers were revealed; a side has no lead; the initiative is closed.
        NotFound, NotAllowed.
    """
    with atomic():
        initiative = locked(key)
        if not may_see(actor, initiative):
            raise NotFound
        permits.check("blueprint.differ", relations_of(actor, initiative), initiative.state)
        found = _revealed(initiative, question, quarter)
        if found.task:
            return found.task
        if not found.differs and not text:
            raise Invalid({"text": Text("blueprint.problem.difference_in_words")})
        task = tasks.ask(actor, _asked(actor, initiative, found, text), now=now)
        said = text or rated(found.ratings)
        db.session.execute(
            insert(_differences).values(
                dialogue_id=found.id, text=said, task_key=task, noted_by_id=actor.id, noted_at=now
            )
        )
        about = {"question": question, "quarter": found.quarter, "task": task, "gap": found.gap}
        audit.record("blueprint_differ", key, actor=actor, at=now, reason=text, details=about)
        outbox.repaint(key, turn=f"difference:{found.id}", now=now)
        return task


def _revealed(initiative: InitiativeView, question: int, quarter: str | None) -> DialogueView:
    found = [
        one
        for one in dialogues_of(initiative.id, None)
        if one.question == question and one.revealed_at and quarter in (None, one.quarter)
    ]
    if not found:
        raise NotNow("dialogue_not_revealed", question=question)
    return found[-1]


def _asked(actor: Actor, initiative: InitiativeView, found: DialogueView, text: str | None) -> dict[str, Any]:
    """The task in the words of whoever asks: the question, both answers, what is to be worked on together."""
    side = initiative.slot_of(actor.id) or 1
    own, other = initiative.lead(side), initiative.lead(across(side))
    if own is None or other is None:
        raise NotNow("blueprint_lead_missing", key=initiative.key)
    how = Reader(actor.locale, actor.zone)
    question = how.say(f"blueprint.question.{found.question}.short")
    title = how.say("blueprint.difference.title", question=question, key=initiative.key)
    fields = {
        "title": cut(title, TITLE), "detail": cut(_detail(initiative, found, text, how), LONGEST),
        "to_department": other.department, "links": [initiative.key],
**_narrowed(initiative, actor),
    }  # fmt: skip
    return {**fields, **({"from_department": own.department} if own.department in actor.departments else {})}


def _narrowed(initiative: InitiativeView, actor: Actor) -> dict[str, Any]:
    """Of a narrowed initiative, the task is seen by both sides of it and by the leads alone."""
    if initiative.visibility == "company":
        return {}
    emails = people.emails_of(held.member for held in initiative.leads if held.member != actor.id)
    return {"visibility": "parties", "shared_with": sorted(emails.values())}


def _detail(initiative: InitiativeView, found: DialogueView, text: str | None, how: Reader) -> str:
    units = {row.code: how.name(row) for row in people.list_departments()}
    named = {side: units[held.department] for side in (1, 2) if (held := initiative.lead(side))}
    said = [
        how.say("blueprint.difference.said", who=named.get(one.side, ""), rating=one.rating, text=cut(one.text, 1200))
        for one in found.answers
    ]
    head = how.say(f"blueprint.question.{found.question}.text")
    return "\n\n".join([*([text] if text else []), head, *said, how.say("blueprint.difference.together")])
