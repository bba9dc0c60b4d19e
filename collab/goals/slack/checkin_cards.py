"""The cards of check-ins as they stand now for one reader: what is asked and asked once more (one card for all their goals), and
what two owners see too differently."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from collab.goals.messages import checkins
from collab.goals.messages.checkins import Apart, Row
from collab.goals.queries.checkin_form import Turn
from collab.goals.queries.checkin_form import list_asked as list_turns
from collab.goals.queries.checkin_inbox import FORM
from collab.goals.queries.divergence import Gap, open_gaps
from collab.goals.queries.goals import GoalView, get_goal, relations_of
from collab.goals.queries.rhythm import Asked, late_together, list_asked
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.kernel.units import joined
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import blocks, identity


def asked(envelope: Envelope) -> Rendered | None:
    """Everything this member is asked to check in on now; nothing once all of it is answered."""
    turns = list_turns(envelope.recipient, envelope.now) if envelope.recipient else []
    return checkins.asked(rows(turns), page(), envelope.reader) if turns else None


def asked_again(envelope: Envelope) -> Rendered | None:
    """The card as it stands now: what is still open, or that nothing is."""
    return asked(envelope) or checkins.answered(page(), envelope.reader)


def asked_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    reader, mine = envelope.reader, list_asked(envelope.recipient.id) if envelope.recipient else []
    if not mine:
        return None
    text = reader.say("goal.rhythm.line.asked", n=len(mine), until=min(one.due_at for one in mine))
    return Line(mine[0].key, blocks.escape(text), open=True)


def last_chance(envelope: Envelope) -> Rendered | None:
    """Before any superior hears: all goals that became dark for this member in the same moment. Five clocks that run out
    together are five messages, of which the first speaks for all and the others have nothing to say."""
    return _late(envelope, {one.key for one in _speaks(envelope)})


def last_chance_again(envelope: Envelope) -> Rendered | None:
    """The card as it stands now: what is still overdue, or that nothing is."""
    if envelope.recipient is None:
        return None
    overdue = {one.key for one in list_asked(envelope.recipient.id) if one.due_at <= envelope.now}
    return _late(envelope, overdue) or checkins.answered(page(), envelope.reader)


def last_chance_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    late = _speaks(envelope)
    if not late:
        return None
    text = envelope.reader.say("goal.rhythm.line.last", n=len(late), keys=", ".join(one.key for one in late))
    return Line(late[0].key, blocks.escape(text), open=True)


def _speaks(envelope: Envelope) -> list[Asked]:
    """All check-ins the card speaks of; none if another card does, or it is answered."""
    wait = str(envelope.args.get("wait", ""))
    late = late_together(wait)
    return late if late and late[0].wait == wait else []


def _late(envelope: Envelope, keys: Collection[str]) -> Rendered | None:
    """The card of these check-ins, as far as they are still asked for."""
    turns = list_turns(envelope.recipient, envelope.now) if envelope.recipient and keys else []
    late = [turn for turn in turns if turn.key in keys]
    return checkins.last_chance(rows(late), page(), envelope.reader) if late else None


def page() -> str:
    """Where the one form is."""
    return identity.address(FORM)


def rows(turns: Sequence[Turn]) -> list[Row]:
    """Goals as cards and the form show them."""
    return [_row(turn) for turn in turns]


def _row(turn: Turn) -> Row:
    main, metric = turn.standing.main, turn.metric
    was = "" if main is None or main.shown is None else joined(f"{main.shown:f}", main.unit)
    return Row(
        turn.key, turn.goal.title, identity.address(f"/goals/{turn.key}"), metric=main.name if main else "",
        unit=main.unit if main else "", is_ratio=bool(main and main.is_ratio), written=turn.written if metric else None, was=was,
        confidence=turn.confidence if turn.mine else None, suggested=turn.standing.suggested, owner=turn.mine is not None,
        asked=turn.asked, due_at=turn.due_at, gap=turn.gap.points if turn.gap and turn.gap.open else None,
    )  # fmt: skip


def diverged(envelope: Envelope) -> Rendered | None:
    """Both see it too differently; nothing once they do not, or have talked it over."""
    now = _apart_now(envelope)
    return checkins.diverged(now, envelope.reader) if now else None


def diverged_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now = _apart_now(envelope)
    return (
        Line(now.key, checkins.diverged_line(now, envelope.reader), open=True, look=checkins.DISCUSS) if now else None
    )


def discussed(envelope: Envelope) -> Rendered | None:
    """What the other owner wrote down."""
    now = _noted(envelope)
    return checkins.discussed(now, envelope.reader) if now else None


def discussed_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now = _noted(envelope)
    return Line(now.key, checkins.discussed_line(now, envelope.reader), open=True) if now else None


def _apart_now(envelope: Envelope) -> Apart | None:
    goal = _seen(envelope)
    gap = open_gaps([goal.id]).get(goal.id) if goal else None
    if goal is None or gap is None or envelope.recipient is None or envelope.recipient.id not in gap.said:
        return None
    return apart(goal, gap, envelope.recipient, envelope.reader)


def apart(goal: GoalView, gap: Gap, viewer: Actor, reader: Reader) -> Apart:
    """What a divergence is, told to one of both owners."""
    other = gap.other(viewer.id)
    can = permits.allows("goal.discuss", relations_of(viewer, goal), goal.state)
    return Apart(
        goal.key, goal.title, identity.address(f"/goals/{goal.key}"), reader.name(people.names_of([other])[other]), gap.points,
        gap.said[viewer.id], gap.said[other], can=frozenset({"discuss"} if can else ()),
    )  # fmt: skip


def _noted(envelope: Envelope) -> Apart | None:
    goal, by = _seen(envelope), int(envelope.args["by"])
    if goal is None:
        return None
    who = envelope.reader.name(people.names_of([by])[by])
    return Apart(goal.key, goal.title, identity.address(f"/goals/{goal.key}"), who, note=str(envelope.args["note"]))


def _seen(envelope: Envelope) -> GoalView | None:
    try:
        return get_goal(envelope.recipient, envelope.subject_key) if envelope.recipient else None
    except NotFound:
        return None
