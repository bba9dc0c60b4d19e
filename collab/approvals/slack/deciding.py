"""Deciding in Slack: by a button on the card, in the modal that asks why, or by a typed line."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from collab.approvals import messages, queries, service
from collab.approvals.service import Decision
from collab.approvals.slack import last_chance
from collab.approvals.slack.cards import card_for, for_viewer
from collab.calendars.queries import calendar_or_default
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permit
from collab.kernel.text import storable
from collab.outbox import queries as outbox
from collab.slack import answers, blocks
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk
from collab.subjects.queries import get_summary


def install() -> None:
    """Make buttons, modals and words known."""
    edges.add_action(messages.APPROVE, press_approve)
    edges.add_action(messages.RETURN, press_return)
    edges.add_action(messages.REJECT, press_reject)
    edges.add_action(messages.MORE, press_more)
    edges.add_action(messages.LATER, ask_later)
    edges.add_action(last_chance.TIME, last_chance.press_time)
    edges.add_modal("approval.reason", give_reason)
    for code, handler, words in _TYPED:
        edges.vocabulary.add(Command(f"approval.{code}", handler, words, takes=KEY, rank=30))


@permit("approval.approve")
def press_approve(talk: Talk) -> Answer:
    """One tap."""
    key, seen = messages.value_from(talk.pressed)
    return _decide(talk, key, "approve", None, seen)


@permit("approval.return")
def press_return(talk: Talk) -> Answer:
    """Ask for the reason first."""
    return _ask_why(talk, "return")


@permit("approval.reject")
def press_reject(talk: Talk) -> Answer:
    """Ask for the reason first."""
    return _ask_why(talk, "reject")


@permit("approval.return")
def give_reason(talk: Talk) -> Answer:
    """The reason was given: now it counts. The verb's own permit is checked by the service."""
    comment = talk.entered.get("comment") or ""
    return _decide(talk, str(talk.data["key"]), str(talk.data["verb"]), str(comment), talk.data.get("seen"))


@permit("approval.approve")
def press_more(talk: Talk) -> Answer:
    """The rarer ways on."""
    key, seen = messages.value_from(talk.pressed)
    get_summary(talk.actor, key)
    now = card_for(key, talk.actor, talk.reader)
    if now is None:
        raise NotFound
    return Open(messages.more_modal(now, seen, talk.reader))


@permit("approval.ask_later")
def ask_later(talk: Talk) -> Answer:
    """Put the card before me again later; the deadline stays what it is."""
    key, _seen, when = talk.pressed.split(":")[:3]
    at = _later(talk, when)
    service.ask_later(key=key, actor=talk.actor, at=at, now=talk.now)
    return answers.say(talk.reader, "approval.later.done", key=key, at=at)


@permit("approval.approve")
def type_approve(talk: Talk) -> Answer:
    """`approve PR-1 [note]`."""
    return _typed(talk, "approve")


@permit("approval.return")
def type_return(talk: Talk) -> Answer:
    """`return PR-1 reason`; without the reason, a modal asks for it."""
    return _typed(talk, "return")


@permit("approval.reject")
def type_reject(talk: Talk) -> Answer:
    """`reject PR-1 reason`; without the reason, a modal asks for it."""
    return _typed(talk, "reject")


_TYPED = (
    ("approve", type_approve, ("approve", "approved", "ok", "decide", "承認", "決裁")),
    ("return", type_return, ("return", "sendback", "send-back", "差し戻し", "さしもどし")),
    ("reject", type_reject, ("reject", "却下", "否認", "否決")),
)


def _typed(talk: Talk, verb: str) -> Answer:
    """What the sender last saw is what their card shows; if the content is another by now, they get the card to press."""
    key, comment = talk.typed.key, talk.typed.rest
    get_summary(talk.actor, key)
    seen = _last_seen(talk, key)
    asked = _asked_version(talk, key)
    if asked is None:
        return _not_asked(talk, key, verb)
    if asked != seen:
        return _fresh_card(talk, key, "approval.slack.read_first")
    if verb != "approve" and not comment:
        return _reason_modal(talk, key, verb, seen)
    return _decide(talk, key, verb, comment or None, seen)


def _not_asked(talk: Talk, key: str, verb: str) -> Answer:
    """Let the service say why not and who decided. No content has version 0: should the seat open in this very moment,
    nothing is decided and the card is shown."""
    return _decide(talk, key, verb, "-", 0)


def _asked_version(talk: Talk, key: str) -> int | None:
    """The content version this member is asked about right now, None if they are not asked."""
    try:
        chain = queries.get_chain(key)
    except NotFound:
        return None
    return chain.content_version if chain.state == "pending" and chain.waiting_seat_of(talk.actor.id) else None


def _last_seen(talk: Talk, key: str) -> int | None:
    """The newest content version among the buttons on this member's cards."""
    shown = outbox.list_shown(key, talk.actor.id)
    pressed = [
        messages.value_from(element["value"])[1]
        for payload in shown
        for block in payload["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == messages.APPROVE
    ]
    return max((version for version in pressed if version is not None), default=None)


def _decide(talk: Talk, key: str, verb: str, comment: str | None, seen: int | None) -> Answer:
    if comment and not storable(comment):
        raise Invalid({"comment": Text("field.bad_text")})
    try:
        done = service.decide(key=key, actor=talk.actor, verb=verb, comment=comment, seen_version=seen, now=talk.now)
    except NotNow as refusal:
        if refusal.said_code != "content_changed":
            raise
        return _fresh_card(talk, key, "error.content_changed")
    return _thanks(talk, done)


def _thanks(talk: Talk, done: Decision) -> Say:
    """What the decision did, and who is next."""
    line = talk.reader.say(f"approval.slack.done.{done.verb}", key=done.subject)
    now = card_for(done.subject, talk.actor, talk.reader)
    waiting = messages.waiting_seats(now.steps) if now else []
    following = f"\n{messages.waiting_line(waiting, talk.reader)}" if waiting else ""
    return answers.plainly(line + following)


def _fresh_card(talk: Talk, key: str, why: str) -> Say:
    card = for_viewer(key, talk.actor, talk.reader)
    line = talk.reader.say(why)
    return Say(line, [blocks.section(blocks.escape(line)), *(card.blocks if card else [])])


def _ask_why(talk: Talk, verb: str) -> Answer:
    key, seen = messages.value_from(talk.pressed)
    if _asked_version(talk, key) is None:
        return _not_asked(talk, key, verb)
    return _reason_modal(talk, key, verb, seen)


def _reason_modal(talk: Talk, key: str, verb: str, seen: int | None) -> Open:
    title = get_summary(talk.actor, key).title
    return Open(messages.reason_modal(verb, key, title, seen, talk.reader))


def _later(talk: Talk, when: str) -> datetime:
    """In two hours, or when my next working day opens after today."""
    if when == messages.SOON:
        return talk.now + timedelta(hours=2)
    zone = ZoneInfo(talk.actor.zone)
    tomorrow = talk.now.astimezone(zone).date() + timedelta(days=1)
    return calendar_or_default(talk.actor.calendar).next_opening(datetime.combine(tomorrow, time(), zone))
