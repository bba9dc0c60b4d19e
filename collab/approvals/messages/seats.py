"""Seats and steps in words: who, for whom, what they said, whom it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collab.approvals.messages.picture import AGAINST, AGAINST_SIGN, SIGNS, SeatLine, StepLine, seats_of
from collab.kernel.i18n import Reader
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

COMMENT, MOST_OPINIONS = 500, 4
_PLAIN = ("planned", "waiting", "approved", "returned", "rejected")
"""States their sign, or their place in the list, says already."""


def step_line(step: StepLine, reader: Reader) -> str:
    """A step in a line: its name, how many it needs, who sits there."""
    seats = reader.say("list.comma").join(_seat(seat, reader) for seat in step.seats)
    notes = [*([reader.say("approval.card.beside")] if step.beside else []), *_needed(step, reader)]
    name = reader.say("approval.card.step", name=step.name, notes=notes) if notes else step.name
    return f"{blocks.escape(name)}: {blocks.escape(seats)}"


def _needed(step: StepLine, reader: Reader) -> list[str]:
    """How many must say yes, where that is not everybody."""
    word, _, number = step.rule.partition(":")
    if len(step.seats) < 2 or word == "all":
        return []
    if word == "any":
        return [reader.say("approval.card.any")]
    return [reader.say(f"approval.card.{word}", needed=number, all=len(step.seats))]


def _seat(seat: SeatLine, reader: Reader) -> str:
    words = list(_words(seat, reader))
    name = reader.say("approval.card.noted", name=who(seat, reader), notes=words) if words else who(seat, reader)
    return f"{sign_of(seat)}{name}"


def sign_of(seat: SeatLine) -> str:
    """How a seat stands, in one character; nothing for one that is only planned."""
    sign = AGAINST_SIGN if seat.opinion in AGAINST else SIGNS.get(seat.state, "")
    return f"{sign} " if sign else ""


def _words(seat: SeatLine, reader: Reader) -> Iterable[str]:
    if seat.opinion:
        yield reader.say(f"approval.opinion.{seat.opinion}")
    elif seat.lifted_by:
        yield reader.say("approval.card.lifted_by", who=seat.lifted_by)
    elif seat.state not in _PLAIN:
        yield reader.say(f"approval.seat.{seat.state}")
    if seat.held_until and seat.state == "waiting":
        yield reader.say("approval.card.on_hold")
    if seat.carried:
        yield reader.say("approval.card.carried")


def who(seat: SeatLine, reader: Reader) -> str:
    """A seat's holder with office, and whom they stand in for."""
    name = reader.say("approval.card.seat", name=seat.name, office=seat.office) if seat.office else seat.name
    return reader.say("approval.card.instead", name=name, other=seat.instead_of) if seat.instead_of else name


def decided_line(seat: SeatLine, reader: Reader) -> str:
    """Who decided what and when."""
    verb = reader.say(f"approval.done.{_deed(seat)}")
    return reader.say("approval.card.decided", who=who(seat, reader), verb=verb, at=seat.decided_at)


def _deed(seat: SeatLine) -> str:
    if seat.state == "approved" and not seat.opinion:
        return "reviewed" if seat.kind == "review" else "decided" if seat.final else "approved"
    return seat.opinion or seat.state


def waiting_line(seats: Sequence[SeatLine], reader: Reader) -> str:
    """Whom it waits for, until when."""
    names = reader.say("list.comma").join(who(seat, reader) for seat in seats)
    due = min((seat.due_at for seat in seats if seat.due_at), default=None)
    key = "approval.card.waiting_due" if due else "approval.card.waiting"
    return reader.say(key, names=names, **({"due": due} if due else {}))


def opinions(steps: Sequence[StepLine], reader: Reader, *, but: SeatLine | None = None) -> Iterable[Block]:
    """What was said against it, and what else was said with an opinion, each in its own words; `but` is said elsewhere."""
    said = [seat for seat in seats_of(steps) if seat.opinion and seat.comment and seat is not but]
    for seat in sorted(said, key=lambda seat: seat.opinion not in AGAINST)[:MOST_OPINIONS]:
        yield blocks.section(blocks.escape(opinion_line(seat, reader)))
        yield blocks.quotation(seat.comment, COMMENT)


def opinion_line(seat: SeatLine, reader: Reader) -> str:
    """Who thinks what, and an advocate at which stage."""
    opinion = reader.say(f"approval.opinion.{seat.opinion}")
    if seat.stage:
        return reader.say(
            "approval.card.thinks_at", who=who(seat, reader), opinion=opinion, stage=stage_words(seat.stage, reader)
        )
    return reader.say("approval.card.thinks", who=who(seat, reader), opinion=opinion)


def stage_words(stage: str, reader: Reader) -> str:
    """A stage of the customer's way: one we have words for, or what somebody wrote."""
    known = f"approval.stage.{stage}"
    return reader.say(known) if reader.knows(known) else cut(stage, 80)


def holds(steps: Sequence[StepLine], reader: Reader) -> Iterable[str]:
    """What is on hold, until when and why."""
    for seat in seats_of(steps):
        if seat.held_until and seat.state == "waiting":
            said = {"who": who(seat, reader), "until": seat.held_until, "reason": cut(seat.held_reason, 300)}
            yield reader.say("approval.card.hold", **said)
