"""The card before any superior hears: the approval card, kindly, with more time as a way on. Afterwards it is the plain card."""

from __future__ import annotations

from datetime import datetime

from collab.approvals import messages, service
from collab.approvals.messages import Asked, CardNow
from collab.approvals.queries import SeatView
from collab.approvals.rules.progress import MOST_EXTENSIONS
from collab.approvals.service.clocks import seat_of
from collab.approvals.slack.cards import card_for, find_chain
from collab.escalations.service import foresee
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import answers, blocks
from collab.slack.blocks import Block
from collab.slack.talk import Answer, Talk
from collab.slack.wording import cut

KIND, TIME = "approval.last_chance", "approval.more_time"


def last_chance(envelope: Envelope) -> Rendered | None:
    """The card; nothing when the seat was decided on, or is somebody else's by now."""
    seat, now = _seat(envelope), _now(envelope)
    if seat is None or now is None or now.asked is None:
        return None
    reader = envelope.reader
    line = reader.say("approval.last.title", key=now.key)
    shown = [
        blocks.section(f"{blocks.bold(line)}\n{blocks.link(now.address, cut(f'{now.key} {now.face.title}', 200))}"),
        blocks.section(blocks.escape(kindly(seat.opened_at, envelope))),
        *messages.substance(now.face, reader),
        *messages.standing(now, reader),
        _buttons(now, now.asked, seat, reader),
    ]
    return Rendered(f"{line} {now.face.title}", shown)


def repainted(envelope: Envelope) -> Rendered | None:
    """The same while it matters; afterwards the plain card."""
    still = last_chance(envelope)
    now = None if still else _now(envelope)
    return messages.card(now, envelope.reader) if now else still


def line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now = _now(envelope)
    if now is None:
        return None
    head = envelope.reader.say("approval.last.title", key=now.key)
    return Line(now.key, messages.card_line(now, envelope.reader, head), _seat(envelope) is not None, look="inbox.look")


@permit("approval.more_time")
def press_time(talk: Talk) -> Answer:
    """One business day more."""
    key, _seen = messages.value_from(talk.pressed)
    due_at = service.more_time(key=key, actor=talk.actor, now=talk.now)
    return answers.say(talk.reader, "approval.time.done", key=key, due=due_at)


def kindly(since: datetime | None, envelope: Envelope) -> str:
    """Thanks, how long it has waited, and who would hear otherwise, by today's organisation."""
    reader = envelope.reader
    lines = [reader.say("approval.last.thanks", since=since)] if since else []
    following = foresee(str(envelope.args["wait"]), envelope.now)
    if following and following.members:
        named = people.names_of(following.members)
        names = [reader.name(named[member]) for member in following.members]
        word = "next_both" if following.together else "next_one"
        lines.append(reader.say(f"approval.last.{word}", at=following.at, names=names))
    return "\n".join(lines)


def _buttons(now: CardNow, asked: Asked, seat: SeatView, reader: Reader) -> Block:
    """The three of the card; more time stands before the rarer ways while there is any left."""
    row = messages.buttons(now, asked, reader)
    left = MOST_EXTENSIONS - seat.extensions
    if left > 0:
        label = reader.say("approval.time.button")
        row["elements"].insert(2, blocks.button(label, TIME, messages.value_of(now.key, asked.seen)))
    return row


def _now(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader)


def _seat(envelope: Envelope) -> SeatView | None:
    """The seat this card warns of, while its reader is asked on it."""
    chain = find_chain(envelope.subject_key)
    seat = chain.waiting_seat_of(envelope.recipient.id) if chain and envelope.recipient else None
    return seat if seat and seat.id == seat_of(str(envelope.args["wait"])) else None
