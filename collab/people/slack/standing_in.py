"""Delegations in Slack: the card of whoever must confirm one, its buttons, news for everybody else it concerns."""

from __future__ import annotations

from typing import Any

from collab.kernel.company import company
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import messages, queries, service
from collab.people.messages import DelegationNow
from collab.people.queries import DelegationView
from collab.slack import answers, blocks, identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

PAGE = "/me/standing-in"


def install() -> None:
    """Make the buttons known."""
    edges.add_action(messages.CONFIRM, press_confirm)
    edges.add_action(messages.DECLINE, press_decline)


@permit("delegation.confirm")
def press_confirm(talk: Talk) -> Answer:
    """One tap by the second person; the service checks that it is theirs."""
    return _pressed(talk, service.confirm_delegation)


@permit("delegation.end")
def press_decline(talk: Talk) -> Answer:
    """Turn it down."""
    return _pressed(talk, service.end_delegation)


def _pressed(talk: Talk, act: Any) -> Answer:
    if not talk.pressed.isascii() or not talk.pressed.isdigit():
        raise NotFound
    try:
        found = act(talk.actor, int(talk.pressed), now=talk.now)
    except NotNow as refused:
        found = queries.get_delegation(int(talk.pressed))
        card = messages.delegation_card(now_for(found, talk.actor.id, talk.reader), talk.reader)
        line = talk.reader.say(refused.text)
        return Say(line, [blocks.section(blocks.escape(line)), *card.blocks])
    now = now_for(found, talk.actor.id, talk.reader)
    return answers.plainly(messages.delegation_title(now, talk.reader))


def asked(envelope: Envelope) -> Rendered | None:
    """The card of whoever must confirm; nothing when they need not any more."""
    now = _of(envelope)
    return messages.delegation_card(now, envelope.reader) if now and now.asks else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.delegation_card(now, envelope.reader) if now else None


def told(envelope: Envelope) -> Rendered | None:
    """News for the others it concerns."""
    now = _of(envelope)
    if now is None:
        return None
    by = queries.names_of([envelope.args["by"]] if envelope.args.get("by") else [])
    who = next((envelope.reader.name(one) for one in by.values()), "")
    return messages.delegation_told(now, envelope.reader, what=str(envelope.args["what"]), by=who)


def line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    now, shown = _of(envelope), told(envelope) if envelope.args.get("what") != "asked" else asked(envelope)
    if now is None or shown is None:
        return None
    return Line(envelope.subject_key, f"{blocks.bold(shown.text)}\n{blocks.link(now.page, now.page)}", open=True)


def _of(envelope: Envelope) -> DelegationNow | None:
    if envelope.recipient is None:
        return None
    found = queries.get_delegation(int(envelope.args["id"]))
    return now_for(found, envelope.recipient.id, envelope.reader)


def now_for(found: DelegationView, member: int, reader: Reader) -> DelegationNow:
    """A delegation as a member's card shows it."""
    names = queries.names_of([found.principal, found.deputy, found.proposed_by])
    return messages.delegation_now(found, names, member, company().currency, identity.address(PAGE), reader)
