"""Sides that have not answered a question of the dialogue: the clocks that ought to run, the inbox, what superiors read. None of it
holds a word of an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.blueprints.queries.dialogue import BLIND, DialogueView, list_blind
from collab.blueprints.rules.questions import SIDES, across
from collab.initiatives.queries import PREFIX
from collab.initiatives.queries.running import open_among
from collab.initiatives.queries.sight import Held, leads_of
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import only_where

WATCH = "blueprint.answer"


def wait_key(key: str, side: int) -> str:
    """The name of a side's clock: `I-7:answer:1`, one for all questions it has not answered."""
    return f"{key}:answer:{side}"


def _awaited(initiatives: Collection[int] | None = None) -> dict[tuple[Held, int], list[DialogueView]]:
    """What each lead is asked, oldest first, with the side; only of initiatives that are not over."""
    blind = list_blind(initiatives)
    running = open_among({one.initiative for one in blind})
    leads = leads_of({one.initiative for one in blind} & set(running))
    found: dict[tuple[Held, int], list[DialogueView]] = {}
    for one in blind:
        for held in leads.get(one.initiative, ()):
            if held.slot in SIDES and one.waits_for(held.slot):
                found.setdefault((held, held.slot), []).append(one)
    return found


def expected(_now: datetime | None) -> Collection[str]:
    """Every clock that ought to be running."""
    return [wait_key(key_of(PREFIX, held.initiative), side) for held, side in _awaited()]


def still_awaited(waits: Sequence[str]) -> frozenset[str]:
    """Those of these clocks whose side has still not answered."""
    numbers = {number for wait in waits if (number := _number(wait)) is not None}
    here = {wait_key(key_of(PREFIX, held.initiative), side) for held, side in _awaited(numbers)}
    return frozenset(waits) & here


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read: which questions wait."""
    numbers = {number for wait in waits if (number := _number(wait)) is not None}
    found = {
        wait_key(key_of(PREFIX, held.initiative), side): asked for (held, side), asked in _awaited(numbers).items()
    }
    return {wait: _facts(found[wait]) for wait in waits if wait in found}


def _facts(asked: Sequence[DialogueView]) -> list[tuple[Text, Any]]:
    return [(Text("blueprint.dialogue.question"), Text(f"blueprint.question.{one.question}.short")) for one in asked]


@only_where(BLIND)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:  # noqa: ARG001 - as sources are asked
    """One row for each initiative whose questions wait for a member's side."""
    ids = {member.id for member in members}
    wanted = [
        (held.member, key_of(PREFIX, held.initiative), (side, asked))
        for (held, side), asked in _awaited().items()
        if held.member in ids
    ]
    names = people.names_of(asked[0].opened_by for _member, _key, (_side, asked) in wanted)

    def row(about: tuple[int, list[DialogueView]], summary: Summary) -> InboxRow:
        side, asked = about
        return _row(side, asked, summary, names)

    return subjects.rows_about(members, wanted, row)


def _row(side: int, asked: list[DialogueView], summary: Summary, names: Mapping[int, people.Named]) -> InboxRow:
    by, other = names[asked[0].opened_by], any(across(side) in one.answered for one in asked)
    word = "answer_other" if other else "answer"
    return InboxRow(
        key=summary.key, ask=Text(f"blueprint.dialogue.ask.{word}", {"n": len(asked)}), title=summary.title,
        path=f"{path_of(summary.key)}#question-{asked[0].question}", since=min(one.opened_at for one in asked),
        due_at=min(one.due[side] for one in asked), by_en=by.name_en, by_ja=by.name_ja, actions=("answer",),
    )  # fmt: skip


def path_of(key: str) -> str:
    """Where the dialogue of an initiative stands."""
    return f"/initiatives/{key}/dialogue"


def _number(wait: str) -> int | None:
    try:
        return number_of(PREFIX, wait.partition(":")[0])
    except NotFound:
        return None
