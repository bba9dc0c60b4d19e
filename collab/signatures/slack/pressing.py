"""The button of a card and the modal that asks once more. Pressed on an old card, it says what is new instead."""

from __future__ import annotations

from collab.kernel.errors import NotFound
from collab.kernel.permits import permit
from collab.signatures import messages, queries, service
from collab.signatures.slack.cards import card_for
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk


def install() -> None:
    """Make them known."""
    edges.add_action(messages.SIGN, press_sign)
    edges.add_action(messages.LOOK, look)
    edges.add_modal(messages.SIGN, send_sign)


@permit("signature.sign")
def press_sign(talk: Talk) -> Answer:
    """Show what would be signed, and ask once more. Nobody reads a modal in vain: whoever cannot sign is told at once."""
    number, version = messages.value_from(talk.pressed)
    service.check(talk.actor, number, seen_version=version)
    sheet = queries.get_sheet(talk.actor, number)
    card = card_for(sheet, talk.actor, talk.reader, talk.now)
    if card is None:
        raise NotFound
    if not card.mine:
        return answers.say(
            talk.reader, f"signature.done.{'valid' if sheet.state == 'valid' else 'signed'}", **card.args
        )
    return Open(messages.modal(card, talk.reader))


@permit("signature.show")
def look(talk: Talk) -> Answer:
    """The cards behind a line of a bundle: whatever of this subject waits for its presser's signature."""
    asked = [one for one in queries.list_of_signer(talk.actor.id) if one.subject_key == talk.pressed]
    cards = [card_for(one, talk.actor, talk.reader, talk.now) for one in asked if queries.may_sign(talk.actor, one)]
    found = [messages.card(one, talk.reader) for one in cards if one]
    if not found:
        return answers.say(talk.reader, "signature.done.nothing")
    return Say(found[0].text, [block for one in found for block in one.blocks])


@permit("signature.sign")
def send_sign(talk: Talk) -> Answer:
    """It was read and confirmed."""
    number, version = int(talk.data.get("sheet") or 0), int(talk.data.get("version") or 0)
    signed = service.sign(talk.actor, number, seen_version=version, source="slack", now=talk.now)
    sheet = queries.get_sheet(talk.actor, number)
    args = messages.said_of(sheet.paper, sheet.version, sheet.subject_key)
    return answers.say(talk.reader, f"signature.done.{'valid' if signed.valid else 'signed'}", **args)
