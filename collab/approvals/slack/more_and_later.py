"""The two buttons of a card that decide nothing: "more", with everything else one may do, and being asked again later."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from collab.approvals import messages, service
from collab.approvals.slack.cards import card_for, find_chain
from collab.approvals.slack.more import more_sections
from collab.approvals.slack.pressing import pressed
from collab.calendars.queries import calendar_or_default
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects.queries import get_summary


def install() -> None:
    """Make the buttons known."""
    edges.add_action(messages.MORE, press_more)
    edges.add_action(messages.LATER, ask_later)


@permit("approval.approve")
def press_more(talk: Talk) -> Answer:
    """The rarer ways on, as far as they are this member's."""
    seen = pressed(talk)
    get_summary(talk.actor, seen.key)
    now, chain = card_for(seen.key, talk.actor, talk.reader), find_chain(seen.key)
    if now is None:
        raise NotFound
    sections = more_sections(now, chain, talk.actor, talk.reader) if chain else []
    return Open(messages.more_modal(now, seen.version, talk.reader, sections))


@permit("approval.ask_later")
def ask_later(talk: Talk) -> Answer:
    """Put the card before me again later; the deadline stays what it is."""
    key, when = pressed(talk).key, talk.pressed.rpartition(":")[2]
    at = _later(talk, when)
    service.ask_later(key=key, actor=talk.actor, at=at, now=talk.now)
    return answers.say(talk.reader, "approval.later.done", key=key, at=at)


def _later(talk: Talk, when: str) -> datetime:
    """In two hours, or when my next working day opens after today."""
    if when == messages.SOON:
        return talk.now + timedelta(hours=2)
    zone = ZoneInfo(talk.actor.zone)
    tomorrow = talk.now.astimezone(zone).date() + timedelta(days=1)
    return calendar_or_default(talk.actor.calendar).next_opening(datetime.combine(tomorrow, time(), zone))
