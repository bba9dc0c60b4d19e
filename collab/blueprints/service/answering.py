"""The dialogue: a lead opens questions, each side's lead answers without seeing the other, and the second answer reveals both in
its own transaction. Of an answer nothing is written anywhere but in its own table: not its words, nor its rating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from collab.audit import service as audit
from collab.blueprints.models import Answer, Dialogue
from collab.blueprints.queries.blueprints import may_see
from collab.blueprints.queries.dialogue import DialogueView, find_newest, list_blind
from collab.blueprints.queries.quarters import quarter_of
from collab.blueprints.rules.questions import QUESTIONS, SIDES, across
from collab.blueprints.service import prompting
from collab.blueprints.service.opening import open_blueprint
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.service.events import InitiativeClosed, LeadsChanged
from collab.initiatives.service.holding import locked
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.kernel.permits import permits

_dialogues: Table = Dialogue.__table__  # type: ignore[assignment]
_answers: Table = Answer.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Answered:
    """What an answer did. `again`: it took the place of one the same person gave before."""

    question: int
    quarter: str
    revealed: bool
    again: bool


def open_dialogue(actor: Actor, key: str, questions: Iterable[int] = QUESTIONS, *, now: datetime) -> list[int]:
    """Ask both sides these questions for this quarter; returns those that were opened. One that waits for a side already, from an
    earlier quarter perhaps, or was answered by both this quarter, is left as it is.

    Raises:
        NotNow: the initiative is closed, or a side has no lead.
        NotFound, NotAllowed.
    """
    with atomic():
        initiative = _held(actor, key, "open_dialogue")
        wanted = [number for number in QUESTIONS if number in set(questions)]
        opened = [number for number in wanted if _may_open(initiative, number, now)]
        if opened:
            _open(initiative, opened, actor, now)
            prompting.ask(initiative, SIDES, now=now)
        return opened


def answer(actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime) -> Answered:
    """Answer a question for one's side: {question, rating (1 to 5), text}. Until the other side has answered too it may be said
    differently; then both are revealed together and stay as they are. A question nobody opened this quarter is opened by it.

    Raises:
        NotNow: both have answered it this quarter; the initiative is closed; a side has no lead.
        NotAllowed: not the lead of a side in person, or somebody who answered for the other side.
        NotFound.
    """
    with atomic():
        initiative, number = _held(actor, key, "answer"), fields["question"]
        side = initiative.slot_of(actor.id) or 0
        found = find_newest(initiative.id, number, actor.id)
        fresh = found is None or bool(found.revealed_at and found.quarter != quarter_of(now))
        if fresh:
            _open(initiative, [number], actor, now)
            found = find_newest(initiative.id, number, actor.id)
        assert found is not None  # noqa: S101 - just opened
        if found.revealed_at:
            raise NotNow("dialogue_revealed", question=number, at=found.revealed_at)
        again = _write(found, side, actor, fields, now)
        revealed = across(side) in found.answered and _reveal(initiative, found, now)
        if not again:
            audit.record("blueprint_answer", key, actor=actor, at=now, details=_about(found, side=side))
            prompting.answered(initiative, found, side, revealed=revealed, now=now)
        if fresh:
            prompting.ask(initiative, [across(side)], now=now)
        return Answered(number, found.quarter, revealed, again)


def change_leads(event: LeadsChanged) -> None:
    """Somebody else leads a side: what their predecessor answered and nobody has read goes with them, and the new lead is asked
    (registered at start-up)."""
    initiative, gone = event.initiative, {held.slot: held.member for held in event.went if held.slot in SIDES}
    blind = list_blind([initiative.id])
    for slot, member in gone.items():
        mine = _answers.c.dialogue_id.in_([one.id for one in blind]) & (_answers.c.member_id == member)
        db.session.execute(delete(_answers).where(mine, _answers.c.side == slot))
    if blind and gone:
        prompting.begin_again(initiative, sorted(gone), now=event.at)


def close(event: InitiativeClosed) -> None:
    """Nobody is asked any more; what was never revealed stays unread (registered at start-up)."""
    prompting.stop(event.initiative, reason="closed", now=event.at)


def _held(actor: Actor, key: str, verb: str) -> InitiativeView:
    """The initiative, locked, once the verb is permitted."""
    initiative = locked(key)
    if not may_see(actor, initiative):
        raise NotFound
    permits.check(f"blueprint.{verb}", relations_of(actor, initiative), initiative.state)
    return initiative


def _may_open(initiative: InitiativeView, number: int, now: datetime) -> bool:
    newest = find_newest(initiative.id, number, None)
    return newest is None or (newest.revealed_at is not None and newest.quarter != quarter_of(now))


def _open(initiative: InitiativeView, numbers: Iterable[int], actor: Actor, now: datetime) -> None:
    numbers, quarter = list(numbers), quarter_of(now)
    open_blueprint(actor, initiative.key, now=now)
    due = prompting.due_of(initiative, now)
    base = {"initiative_id": initiative.id, "quarter": quarter, "opened_at": now, "opened_by_id": actor.id,
            "due_1_at": due[1], "due_2_at": due[2]}  # fmt: skip
    db.session.execute(insert(_dialogues), [{**base, "question": number} for number in numbers])
    audit.record(
        "blueprint_dialogue", initiative.key, actor=actor, at=now, details={"quarter": quarter, "questions": numbers}
    )
    prompting.start(initiative, now=now)


def _write(found: DialogueView, side: int, actor: Actor, fields: Mapping[str, Any], now: datetime) -> bool:
    """Keep an answer; whether it takes the place of an earlier one of the same person."""
    said = {"rating": fields["rating"], "text": fields["text"], "answered_at": now}
    mine = _answers.c.dialogue_id == found.id
    before = db.session.scalar(select(_answers.c.side).where(mine, _answers.c.member_id == actor.id))
    if before is not None and before != side:
        raise NotAllowed("dialogue_other_side", verb="blueprint.answer")
    if before is not None:
        db.session.execute(update(_answers).where(mine, _answers.c.member_id == actor.id).values(**said))
        return True
    if side in found.answered:  # whoever led this side before answered; `change_leads` takes such an answer away
        db.session.execute(delete(_answers).where(mine, _answers.c.side == side))
    db.session.execute(insert(_answers).values(dialogue_id=found.id, side=side, member_id=actor.id, **said))
    return False


def _reveal(initiative: InitiativeView, found: DialogueView, now: datetime) -> bool:
    """Both have answered: from here on both are read by whoever sees the blueprint, and neither changes."""
    blind = (_dialogues.c.id == found.id) & _dialogues.c.revealed_at.is_(None)
    done = db.session.execute(update(_dialogues).where(blind).values(revealed_at=now))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    audit.record("blueprint_reveal", initiative.key, actor=None, at=now, details=_about(found))
    return True


def _about(found: DialogueView, **more: Any) -> dict[str, Any]:
    return {"question": found.question, "quarter": found.quarter, **more}
