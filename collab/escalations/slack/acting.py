"""What a superior does with a card: see to it, look at it, ask the next above."""

from __future__ import annotations

from collab.escalations import messages, service, standing
from collab.escalations.queries import ACKNOWLEDGED, EscalationView, get_escalation, list_of_many, list_put_before
from collab.escalations.slack.cards import LOOK
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.keys import LARGEST_NUMBER
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack import answers
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk
from collab.subjects.queries import get_summary

LONGEST_NUMBER = len(str(LARGEST_NUMBER))
WORDS = ("escalate", "エスカレーション", "エスカレ", "上位者へ共有", "上位者に相談")


def install() -> None:
    """Make buttons and words known."""
    edges.add_action(messages.TAKE, press_take)
    edges.add_action(LOOK, look)
    edges.vocabulary.add(Command("escalation.escalate", type_escalate, WORDS, takes=KEY, rank=60))


@permit("escalation.acknowledge")
def press_take(talk: Talk) -> Answer:
    """I see to it. Whoever is second reads who was first."""
    view = _meant(talk)
    try:
        service.acknowledge(actor=talk.actor, escalation_id=view.id, now=talk.now)
    except NotNow:
        return _too_late(talk, get_escalation(view.id))
    after = get_escalation(view.id)
    return answers.say(talk.reader, "escalation.slack.taken", key=view.subject, until=after.acknowledged_until)


@permit("escalation.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    views = [view for view in list_put_before(talk.actor.id) if view.subject == talk.pressed]
    if not views:
        get_summary(talk.actor, talk.pressed)
        return answers.say(talk.reader, "escalation.slack.not_running", key=talk.pressed)
    cards = [_card(view, talk) for view in views]
    return Say(cards[0].text, [block for card in cards for block in card.blocks])


@permit("escalation.escalate")
def type_escalate(talk: Talk) -> Answer:
    """`escalate KEY reason`, for anything that is waited for."""
    key, reason = talk.typed.key, talk.typed.rest
    get_summary(talk.actor, key)
    if not reason:
        return answers.say(talk.reader, "escalation.slack.reason_first", key=key)
    view = service.running_of(key)
    if view is None:
        return answers.say(talk.reader, "escalation.slack.not_running", key=key)
    service.escalate(actor=talk.actor, escalation_id=view.id, reason=reason, now=talk.now)
    return answers.say(talk.reader, "escalation.slack.escalated", key=key)


def _card(view: EscalationView, talk: Talk) -> Say:
    known = standing.look_up([view], [talk.actor], talk.now)
    notice = standing.notice_of(view, talk.actor.id, None, None)
    why = standing.why(view, notice, talk.actor, known, talk.now)
    made = messages.card(standing.as_it_stands(view, known, talk.now), [talk.reader], why=why)
    return Say(made.text, made.blocks)


def _meant(talk: Talk) -> EscalationView:
    """A card names its wait; a row of the inbox names the subject, of which what was put before the presser is meant."""
    if talk.pressed.isascii() and talk.pressed.isdigit():
        if len(talk.pressed) > LONGEST_NUMBER or int(talk.pressed) > LARGEST_NUMBER:
            raise NotFound
        return get_escalation(int(talk.pressed))
    mine = [view for view in list_put_before(talk.actor.id) if view.subject == talk.pressed]
    found = mine or list_of_many([talk.pressed]).get(talk.pressed, [])
    if not found:
        raise NotFound
    return found[-1]


def _too_late(talk: Talk, view: EscalationView) -> Answer:
    """Who was faster, or what became of it meanwhile."""
    if view.state == ACKNOWLEDGED and view.acknowledged_by is not None:
        who = people.names_of([view.acknowledged_by])[view.acknowledged_by]
        return answers.say(
            talk.reader, "escalation.slack.taken_before", who=who, key=view.subject, until=view.acknowledged_until
        )
    (now,) = standing.stalled([view], [talk.actor], talk.now)
    return answers.plainly(_said(now, talk.reader))


def _said(now: messages.Stalled, reader: Reader) -> str:
    return reader.say(messages.standing(now) or messages.headline(now))
