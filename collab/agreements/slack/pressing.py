"""Buttons and modals of the card."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from collab.agreements import messages, queries, service
from collab.agreements.schemas import AgreementHandoverIn, AgreementReasonIn, NewDateIn
from collab.agreements.service.content import SIDES
from collab.agreements.slack.cards import for_viewer
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.slack import answers, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk


def install() -> None:
    """Make buttons and modals known."""
    for name, press in _BUTTONS.items():
        edges.add_action(name, press)
    for name, send in _MODALS.items():
        edges.add_modal(name, send)


@permit("agreement.agree")
def press_agree(talk: Talk) -> Answer:
    """One tap."""
    key, _day = messages.value_from(talk.pressed)
    row = service.agree(talk.actor, key, now=talk.now)
    return answers.say(talk.reader, f"agreement.done.{'active' if row.state == 'active' else 'agree'}", key=key)


@permit("agreement.deliver")
def press_deliver(talk: Talk) -> Answer:
    """One tap; the button knows which delivery it meant."""
    key, day = messages.value_from(talk.pressed)
    service.deliver(talk.actor, key, {}, due_on=day, now=talk.now)
    return thanks(talk, key)


@permit("agreement.confirm")
def press_confirm(talk: Talk) -> Answer:
    """One tap."""
    key, _day = messages.value_from(talk.pressed)
    service.confirm(talk.actor, key, now=talk.now)
    return answers.say(talk.reader, "agreement.done.confirm", key=key)


@permit("agreement.dispute")
def press_dispute(talk: Talk) -> Answer:
    """Ask what is wrong first."""
    key, title, _here = _allowed(talk, "dispute")
    return Open(messages.reason_modal("dispute", key, title, talk.reader))


@permit("agreement.dispute")
def send_dispute(talk: Talk) -> Answer:
    """What is wrong was said: the clock goes back to the giver."""
    reason = load(AgreementReasonIn(), {"reason": talk.entered.get("reason") or ""})["reason"]
    service.dispute(talk.actor, str(talk.data["key"]), reason=reason, now=talk.now)
    return answers.say(talk.reader, "agreement.done.dispute", key=str(talk.data["key"]))


@permit("agreement.postpone")
def press_postpone(talk: Talk) -> Answer:
    """Ask for the day and the reason."""
    key, title, _here = _allowed(talk, "postpone")
    return Open(messages.postpone_modal(key, title, talk.reader, day=_tomorrow(talk)))


@permit("agreement.postpone")
def send_postpone(talk: Talk) -> Answer:
    """The new date."""
    given = {name: talk.entered.get(name) or "" for name in ("on", "reason")}
    fields = load(NewDateIn(), given)
    row = service.postpone(talk.actor, str(talk.data["key"]), **fields, now=talk.now)
    return answers.say(talk.reader, "agreement.done.postpone", key=row.key, due=row.due_at)


@permit("agreement.handover")
def press_handover(talk: Talk) -> Answer:
    """Ask to whom."""
    key, title, here = _allowed(talk, "handover")
    own = [side for side in SIDES if side in here] or [side for side in SIDES if f"{side}_lead" in here]
    return Open(messages.handover_modal(key, title, talk.reader, sides=own))


@permit("agreement.handover")
def send_handover(talk: Talk) -> Answer:
    """Into other hands."""
    member = identity.member_of(talk.team, str(talk.entered.get("to") or ""))
    if member is None:
        raise Invalid({"to": Text("agreement.problem.unknown_member")})
    side = talk.entered.get("side") or None
    fields = load(AgreementHandoverIn(), {"to": member.email, "side": side})
    row = service.hand_over(talk.actor, str(talk.data["key"]), to=fields["to"], side=fields.get("side"), now=talk.now)
    return answers.say(talk.reader, "agreement.done.handover", key=row.key, who=talk.reader.name(member))


@permit("agreement.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    key, _day = messages.value_from(talk.pressed)
    return shown(talk, key)


def shown(talk: Talk, key: str) -> Say:
    """The card as it stands. Raises NotFound."""
    queries.get_agreement(talk.actor, key)
    card = for_viewer(key, talk.actor, talk.reader, talk.now)
    if card is None:
        raise NotFound
    return Say(card.text, card.blocks)


def thanks(talk: Talk, key: str) -> Say:
    """It came; when the next is due."""
    row = queries.get_agreement(talk.actor, key)
    if row.due_at is None:
        return answers.say(talk.reader, "agreement.done.deliver_last", key=key)
    return answers.say(talk.reader, "agreement.done.deliver", key=key, due=row.due_at)


def _allowed(talk: Talk, verb: str) -> tuple[str, str, frozenset[str]]:
    """Key, title and relations, once the verb is permitted: nobody fills a modal in vain."""
    key, _day = messages.value_from(talk.pressed)
    row = queries.get_agreement(talk.actor, key)
    here = queries.relations(talk.actor, row, talk.now)
    permits.check(f"agreement.{verb}", here, row.state)
    return key, row.title, here


def _tomorrow(talk: Talk) -> date:
    return talk.now.astimezone(ZoneInfo(talk.actor.zone)).date() + timedelta(days=1)


_BUTTONS = {
    messages.AGREE: press_agree, messages.DELIVER: press_deliver, messages.CONFIRM: press_confirm,
    messages.DISPUTE: press_dispute, messages.POSTPONE: press_postpone, messages.HANDOVER: press_handover,
    messages.LOOK: look,
}  # fmt: skip
_MODALS = {messages.DISPUTE: send_dispute, messages.POSTPONE: send_postpone, messages.HANDOVER: send_handover}
