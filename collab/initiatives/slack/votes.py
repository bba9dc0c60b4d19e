"""The vote on a pilot in Slack: what it was to find out, what it cost, what the other side said; scale or stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collab.initiatives import queries, service
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charters import is_chartered
from collab.initiatives.queries.pilots import PilotView, VoteView, find_pilot
from collab.initiatives.queries.spending import find_spent
from collab.initiatives.rules.moves import PILOT, SIDES
from collab.initiatives.rules.pilots import SCALE, STOP
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.slack import answers, blocks, identity
from collab.slack.blocks import Block
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk
from collab.slack.wording import cut

SCALE_IT, STOP_IT, LOOK = "initiative.scale", "initiative.stop", "initiative.vote_look"
LONGEST, QUESTION = 2000, 600


@dataclass(frozen=True)
class VoteNow:
    """Everything a card about a vote shows its reader, as it stands."""

    initiative: InitiativeView
    pilot: PilotView
    side: int | None
    over: bool
    chartered: bool
    spent: str

    @property
    def mine(self) -> VoteView | None:
        """What the reader said."""
        return self.pilot.vote_of(self.side) if self.side else None

    @property
    def open(self) -> bool:
        """Whether the reader may still say something."""
        return self.side is not None and self.pilot.running and not self.over


def install() -> None:
    """Make buttons and forms known."""
    edges.add_action(SCALE_IT, press_scale)
    edges.add_action(STOP_IT, press_stop)
    edges.add_action(LOOK, look)
    edges.add_modal(STOP_IT, send_stop)


def asked(envelope: Envelope) -> Rendered | None:
    """To vote; nothing once they have, or it is over, or somebody else's to say."""
    now = _of(envelope)
    return _card(now, envelope.reader) if now and now.open and not _spoke(now, envelope) else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return _card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    if now is None:
        return None
    words = f"{blocks.bold(_headline(now, envelope.reader))}\n{_link(now.initiative)}"
    return Line(now.initiative.key, words, now.open and not _spoke(now, envelope), look=LOOK)


def _spoke(now: VoteNow, envelope: Envelope) -> bool:
    return bool(now.mine and envelope.recipient and now.mine.member == envelope.recipient.id)


def _of(envelope: Envelope) -> VoteNow | None:
    reads = envelope.recipient
    return find_vote(envelope.subject_key, reads, envelope) if reads else None


def find_vote(key: str, viewer: Actor, at: Envelope | Talk) -> VoteNow | None:
    """What a card about an initiative's pilot shows somebody; nothing to a guest, or to whoever may not see it."""
    found = queries.find_initiative(key)
    if found is None or not permits.allows("initiative.show_work", queries.relations_of(viewer, found)):
        return None
    pilot = find_pilot(found.id)
    if pilot is None:
        return None
    slot = found.slot_of(viewer.id)
    spent = find_spent(viewer, found, pilot)
    over = found.state != PILOT or at.now >= pilot.ends_at
    return VoteNow(
        found, pilot, slot if slot in SIDES else None, over, is_chartered(found), at.reader.show(spent) if spent else ""
    )


def _card(now: VoteNow, reader: Reader) -> Rendered:
    head = _headline(now, reader)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now.initiative)}"), *_substance(now, reader)]
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{head}: {now.initiative.key} {now.initiative.title}", shown)


def _headline(now: VoteNow, reader: Reader) -> str:
    if now.pilot.verdict:
        return reader.say(f"initiative.pilot.ended.{now.pilot.verdict}")
    if not now.open:
        return reader.say("initiative.pilot.card.over")
    if now.mine:
        return reader.say(f"initiative.pilot.card.said_{now.mine.choice}")
    return reader.say("initiative.pilot.card.ask", at=now.pilot.ends_at)


def _substance(now: VoteNow, reader: Reader) -> Iterable[Block]:
    yield blocks.quotation(now.pilot.question, QUESTION)
    facts = [(reader.say("initiative.pilot.field.cap"), reader.show(now.pilot.cap))]
    if now.spent:
        facts.append((reader.say("initiative.pilot.field.spent"), now.spent))
    facts += _said(now, reader)
    yield blocks.facts(facts)
    if now.open:
        words = "initiative.pilot.silence_stops" if now.chartered else "initiative.pilot.unsigned"
        yield blocks.context(blocks.escape(reader.say(words)))


def _said(now: VoteNow, reader: Reader) -> list[tuple[str, str]]:
    """What each side has said so far, under the name of its lead."""
    names = people.names_of(held.member for held in now.initiative.leads)
    rows = []
    for held in now.initiative.leads:
        if held.slot not in SIDES:
            continue
        vote = now.pilot.vote_of(held.slot)
        counts = vote is not None and vote.member == held.member
        word = f"initiative.pilot.choice.{vote.choice}" if vote and counts else "initiative.pilot.choice.none"
        reason = f": {cut(vote.reason, 200)}" if vote and counts and vote.reason else ""
        rows.append((cut(reader.name(names[held.member]), 80), reader.say(word) + reason))
    return rows


def _buttons(now: VoteNow, reader: Reader) -> Iterable[Block]:
    if not now.open:
        return
    value = f"{now.initiative.key}:{now.pilot.id}"
    chosen = now.mine.choice if now.mine else ""
    if now.chartered and chosen != SCALE:
        style = None if chosen else "primary"
        yield blocks.button(reader.say("initiative.pilot.button.scale"), SCALE_IT, value, style=style)
    if chosen != STOP:
        yield blocks.button(reader.say("initiative.pilot.button.stop"), STOP_IT, value)


def _link(initiative: InitiativeView) -> str:
    address = identity.address(f"/initiatives/{initiative.key}#pilot")
    return blocks.link(address, cut(f"{initiative.key} {initiative.title}", 200))


@permit("initiative.vote")
def press_scale(talk: Talk) -> Answer:
    """One tap; the button knows which pilot it meant."""
    key, pilot = _value(talk.pressed)
    return _voted(talk, service.vote(talk.actor, key, SCALE, seen_pilot=pilot, now=talk.now), SCALE)


@permit("initiative.vote")
def press_stop(talk: Talk) -> Answer:
    """Ask why first, once it is theirs to say."""
    key, _pilot = _value(talk.pressed)
    found = queries.get_initiative(talk.actor, key)
    permits.check("initiative.vote", queries.relations_of(talk.actor, found), found.state)
    about = blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(found.title, 200))}")
    entry = blocks.entry(
        "reason", talk.reader.say("initiative.pilot.field.reason"), blocks.text_input("reason", longest=LONGEST, lines=True)
    )  # fmt: skip
    modal = blocks.modal(
        STOP_IT, talk.reader.say("initiative.pilot.modal"), [about, entry], close=talk.reader.say("slack.cancel"),
        submit=talk.reader.say("initiative.pilot.button.stop"), data={"value": talk.pressed},
    )  # fmt: skip
    return Open(modal)


@permit("initiative.vote")
def send_stop(talk: Talk) -> Answer:
    """Why was said."""
    key, pilot = _value(str(talk.data["value"]))
    reason = str(talk.entered.get("reason") or "")
    return _voted(talk, service.vote(talk.actor, key, STOP, reason=reason, seen_pilot=pilot, now=talk.now), STOP)


@permit("initiative.show_work")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    key, _pilot = _value(talk.pressed)
    now = find_vote(key, talk.actor, talk)
    if now is None:
        raise NotFound
    card = _card(now, talk.reader)
    return Say(card.text, card.blocks)


def _voted(talk: Talk, initiative: InitiativeView, choice: str) -> Answer:
    word = choice if initiative.state == PILOT else f"ended_{initiative.state}"
    return answers.say(talk.reader, f"initiative.pilot.did.{word}", key=initiative.key)


def _value(pressed: str) -> tuple[str, int | None]:
    key, _, number = pressed.partition(":")
    if number and not (number.isdecimal() and len(number) < 10):
        raise NotNow("conflict")
    return key, int(number) if number else None
