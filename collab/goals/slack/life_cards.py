"""The card of a goal's life as it stands now for one reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.goals.messages import goalposts, life
from collab.goals.messages.life import Asking, News
from collab.goals.queries import GoalView, find_goal, relations_of
from collab.goals.queries.accepting import mark_of, missing_of
from collab.goals.queries.face import days_of, persons_of, way_of
from collab.goals.queries.metrics import metrics_of
from collab.goals.queries.owning import answering
from collab.goals.rules.moves import MOVES
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import blocks, identity


def asked(envelope: Envelope) -> Rendered | None:
    """The ask; nothing once they said yes, or are not asked any more."""
    now = _of(envelope)
    return life.asked(now, envelope.reader) if now and now.asked else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The ask as it stands now, answered or not."""
    now = _of(envelope)
    return life.asked(now, envelope.reader) if now else None


def asked_line(envelope: Envelope) -> Line | None:
    """The ask in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, life.asked_line(now, envelope.reader), now.asked, look=life.LOOK) if now else None


def told(envelope: Envelope) -> Rendered | None:
    """News; whoever may not see the goal any more hears only that they were removed."""
    now = _of(envelope)
    return life.told(now, _news(envelope), envelope.reader) if now else _farewell(envelope)


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    if now is not None:
        return Line(now.key, life.told_line(now, _news(envelope), envelope.reader), open=True)
    said = _farewell(envelope)
    return Line(envelope.subject_key, said.blocks[0]["text"]["text"], open=True) if said else None


def _farewell(envelope: Envelope) -> Rendered | None:
    """Who was removed from a goal they do not see any more is told so without a word of what it is about."""
    if envelope.args.get("verb") not in ("removed", "unshared"):
        return None
    text = envelope.reader.say("goal.told.farewell", key=envelope.subject_key)
    return Rendered(text, [blocks.section(blocks.escape(text))])


def _news(envelope: Envelope) -> News:
    args, reader = envelope.args, envelope.reader
    came, went = list(args.get("came") or ()), list(args.get("went") or ())
    named = people.names_of([one for one in (args.get("by"), *came, *went) if one])
    by = named.get(args.get("by") or 0)
    more: dict[str, Any] = {
        word: [named[one] for one in ids if one in named] for word, ids in (("came", came), ("went", went))
    }
    if args.get("result"):
        more["result"] = reader.say(f"goal.result.{args['result']}")
    guest = (
        envelope.recipient is not None and envelope.recipient.is_partner
    )  # reads what happened, not the words about it
    said = "" if guest else args.get("said") or ""
    return News(_verb(args, came, went), reader.name(by) if by else "", said, _changes(args, reader), more)


def _changes(args: Mapping[str, Any], reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """What was moved from where to where, in the words the page of goalposts uses."""
    return tuple(
        (goalposts.field(str(name), reader), goalposts.said(before, reader), goalposts.said(after, reader))
        for name, before, after in args.get("changes") or ()
    )


def _verb(args: Mapping[str, Any], came: list[int], went: list[int]) -> str:
    """The words of an owner's coming differ from those of a going, and of both."""
    if args["verb"] != "owners" or (came and went):
        return str(args["verb"])
    return "owners_came" if came else "owners_went"


def _of(envelope: Envelope) -> Asking | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader)


def card_for(key: str, viewer: Actor | None, reader: Reader) -> Asking | None:
    """What a card about a goal shows `viewer`; nothing to whoever may not see it."""
    goal = find_goal(key)
    if goal is None or viewer is None or not permits.allows("goal.show", relations_of(viewer, goal)):
        return None
    here = relations_of(viewer, goal)
    mine = next((held for held in goal.owners if held.member == viewer.id), None)
    can = frozenset(verb for verb in MOVES if permits.allows(f"goal.{verb}", here, goal.state))
    metrics = metrics_of([goal.id]).get(goal.id, ())
    return Asking(
        goal.key, identity.address(f"/goals/{goal.key}"), goal.title, goal.state, goal.outcome, metric=metrics[0].name if metrics else "",
        way=reader.show(way_of(goal, metrics[0] if metrics else None) or ""), days=reader.show(days_of(goal) or ""),
        asked=mine is not None and not mine.accepted and "accept" in can, mark=mark_of(goal, metrics),
        missing=_missing(goal, reader), can=can, **_people(goal, viewer, reader),
    )  # fmt: skip


def _people(goal: GoalView, viewer: Actor, reader: Reader) -> dict[str, Any]:
    """The other sides, one's own, and whose yes is missing."""
    names = people.names_of(held.member for held in goal.owners)
    said = zip(goal.owners, persons_of(goal, names), strict=True)
    mine = next((held for held in goal.owners if held.member == viewer.id), None)
    units = {row.code: row for row in people.list_departments()} if mine else {}
    declined = {one.member for one in answering([goal.id]).get(goal.id, ()) if one.state == "declined"}
    return {
        "others": tuple(reader.say(words) for held, words in said if held is not mine),
        "department": reader.name(units[mine.department]) if mine else "",
        "waits": tuple(
            reader.name(names[held.member]) for held in goal.owners if not held.accepted and held.member not in declined
        ),
        "declined": tuple(reader.name(names[held.member]) for held in goal.owners if held.member in declined),
    }


def _missing(goal: GoalView, reader: Reader) -> tuple[str, ...]:
    if goal.state != "accepted":
        return ()
    return tuple(reader.say(f"goal.life.missing.{code}") for code in missing_of(goal))
