"""A request that was sent back, as its mender hears of it: before anybody above does, or when it is left to them."""

from __future__ import annotations

from collab.approvals.slack import card_for, for_viewer, kindly
from collab.kernel.permits import permit
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.purchases import messages, queries, service
from collab.purchases.messages import Mending
from collab.purchases.queries import ToMend
from collab.slack import answers, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Talk


def install() -> None:
    """Make the buttons known."""
    edges.add_action(messages.MORE_TIME, press_time)
    edges.add_action(messages.DROP, press_drop)


@permit("purchase.more_time")
def press_time(talk: Talk) -> Answer:
    """One business day more."""
    due_at = service.more_time(talk.actor, talk.pressed, now=talk.now)
    return answers.say(talk.reader, "approval.time.done", key=talk.pressed, due=due_at)


@permit("purchase.drop")
def press_drop(talk: Talk) -> Answer:
    """Give it up for good."""
    service.drop(talk.actor, talk.pressed, now=talk.now)
    return answers.say(talk.reader, "purchase.mend.dropped", key=talk.pressed)


def last_chance(envelope: Envelope) -> Rendered | None:
    """The card before any superior hears; nothing once it is submitted again, taken back or given up."""
    request = _mine(envelope)
    if request is None:
        return None
    return messages.mend(_now(request, envelope, "last", kindly(request.since, envelope)), envelope.reader)


def passed_on(envelope: Envelope) -> Rendered | None:
    """It was sent back to somebody who has left: theirs to mend now."""
    request = _mine(envelope)
    if request is None:
        return None
    name = people.names_of([request.requester])[request.requester]
    kind = envelope.reader.say("purchase.mend.left", who=envelope.reader.name(name))
    return messages.mend(_now(request, envelope, "passed_on", kind), envelope.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The same while it matters; afterwards the plain card, as whoever reads it may see it."""
    if still := (last_chance(envelope) if "wait" in envelope.args else passed_on(envelope)):
        return still
    if envelope.recipient is None:
        return None
    return for_viewer(envelope.subject_key, envelope.recipient, envelope.reader)


def line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    face = queries.face(envelope.subject_key)
    if face is None:
        return None
    text = messages.mend_line(envelope.subject_key, face.title, identity.address(face.path), envelope.reader)
    return Line(envelope.subject_key, text, _mine(envelope) is not None, look="inbox.look")


def _mine(envelope: Envelope) -> ToMend | None:
    return queries.find_to_mend(envelope.recipient, envelope.subject_key) if envelope.recipient else None


def _now(request: ToMend, envelope: Envelope, word: str, kind: str) -> Mending:
    now = card_for(request.key, envelope.recipient, envelope.reader)
    due_at = queries.mending_due([request.key]).get(request.key)
    address = identity.address(request.path)
    return Mending(request.key, request.title, address, word, kind, due_at, now.steps if now else (), request.more_time)
