"""Revoking a decision in Slack: the question to those who took it, and the ways to ask for it and to take that back."""

from __future__ import annotations

from collections.abc import Sequence

from collab.approvals import service
from collab.approvals.messages import CardNow
from collab.approvals.queries import Chain
from collab.approvals.queries.revocations import NO, YES, RevocationView, find_open, list_revocations
from collab.approvals.service import Decision
from collab.approvals.service.voices import CARD
from collab.approvals.slack.cards import card_for, for_viewer
from collab.approvals.slack.more import add_lines, add_more
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.slack import answers, blocks
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.slack.wording import cut
from collab.subjects.queries import get_summary

ANSWER, SAY, SAID, WITHDRAW = (
    "approval.revocation_yes", "approval.revocation_say", "approval.revocation_said", "approval.revocation_withdraw",
)  # fmt: skip
LONGEST = 1000


def install() -> None:
    """Make the message, buttons, the form and words known."""
    add_kind(MessageKind(CARD, asked, repainted, line, must_arrive=True, name="approval.message.revocation"))
    add_more(section)
    add_lines(lines_of)
    edges.add_action(ANSWER, press_yes)
    edges.add_action(SAY, press_say)
    edges.add_action(WITHDRAW, press_withdraw)
    edges.add_modal(SAID, said)
    words = ("ask-to-revoke", "unapprove", "決裁取消依頼", "取消依頼")
    edges.vocabulary.add(Command("approval.ask_to_revoke", type_ask, words, takes=KEY, rank=45))


def asked(envelope: Envelope) -> Rendered | None:
    """The question, while this reader has not answered it."""
    now, revocation = _of(envelope)
    if (
        now is None
        or revocation is None
        or envelope.recipient is None
        or not revocation.voice_of(envelope.recipient.id)
    ):
        return None
    reader = envelope.reader
    sure = blocks.confirm(
        reader.say("approval.revocation.confirm"), f"{now.key} {cut(now.face.title, 200)}",
        reader.say("approval.revocation.yes"), reader.say("approval.button.not_yet"),
    )  # fmt: skip
    buttons = blocks.actions(
        blocks.button(reader.say("approval.revocation.yes"), ANSWER, now.key, style="danger", confirm=sure),
        blocks.button(reader.say("approval.revocation.no"), f"{SAY}:no", f"{now.key}:no"),
        blocks.button(reader.say("approval.button.page"), "approval.page", now.key, url=now.address),
    )
    return _card(now, revocation, reader, [buttons])


def repainted(envelope: Envelope) -> Rendered | None:
    """The same while it waits for this reader; afterwards how the request stands."""
    if still := asked(envelope):
        return still
    return for_viewer(envelope.subject_key, envelope.recipient, envelope.reader) if envelope.recipient else None


def line(envelope: Envelope) -> Line | None:
    """The question in one line of a bundle."""
    now, revocation = _of(envelope)
    if now is None or revocation is None:
        return None
    head = _head(revocation, envelope.reader)
    waits = envelope.recipient is not None and revocation.voice_of(envelope.recipient.id) is not None
    return Line(
        now.key,
        "\n".join([blocks.bold(head), blocks.link(now.address, cut(now.face.title, 150))]),
        waits,
        look="inbox.look",
    )


def _card(now: CardNow, revocation: RevocationView, reader: Reader, more: Sequence[Block]) -> Rendered:
    head = _head(revocation, reader)
    title = f"{now.key} {now.face.title}"
    amount = (
        [blocks.facts([(reader.say("approval.card.amount"), reader.show(now.face.amount))])] if now.face.amount else []
    )
    voices = [blocks.context(blocks.escape(text)) for text in _voices(revocation, reader)]
    shown = [
        blocks.section(f"{blocks.bold(head)}\n{blocks.link(now.address, cut(title, 200))}"), *amount,
        blocks.quotation(revocation.reason, LONGEST), *voices, *more,
    ]  # fmt: skip
    return Rendered(f"{head}: {title}", shown)


def _head(revocation: RevocationView, reader: Reader) -> str:
    by = people.names_of([revocation.requested_by])[revocation.requested_by]
    return reader.say("approval.revocation.asked", who=reader.name(by), key=revocation.subject)


def _voices(revocation: RevocationView, reader: Reader) -> list[str]:
    """Whose yes it takes; nothing to say where one alone is asked."""
    if len(revocation.voices) < 2:
        return []
    names = people.names_of(voice.member for voice in revocation.voices)
    said = [
        reader.say(f"approval.revocation.voice.{voice.answer or 'open'}", name=reader.name(names[voice.member]))
        for voice in revocation.voices
    ]
    return [reader.say("approval.revocation.takes", voices=said)]


def lines_of(chain: Chain, _viewer: Actor | None, reader: Reader) -> list[str]:
    """An open request to revoke stands on every card of what was decided."""
    revocation = find_open(chain.subject) if chain.state == "approved" else None
    return [_head(revocation, reader), *_voices(revocation, reader)] if revocation else []


def section(now: CardNow, chain: Chain, actor: Actor, reader: Reader) -> list[Block]:
    """Behind "more" of a decided request: ask for it to be revoked, or ask no more."""
    if chain.state != "approved":
        return []
    revocation = find_open(chain.subject)
    if revocation is not None and revocation.requested_by == actor.id:
        button = blocks.button(reader.say("approval.revocation.withdraw"), WITHDRAW, now.key)
        return [blocks.section(blocks.escape(reader.say("approval.revocation.more_withdraw")), accessory=button)]
    if revocation is not None and revocation.voice_of(actor.id):
        yes = blocks.button(reader.say("approval.revocation.yes"), ANSWER, now.key, style="danger")
        no = blocks.button(reader.say("approval.revocation.no"), f"{SAY}:no", f"{now.key}:no")
        return [blocks.section(blocks.escape(_head(revocation, reader))), blocks.actions(yes, no)]
    here = service.revocation_relations(chain, actor)
    if revocation or "final_decider" in here or not permits.allows("approval.ask_to_revoke", here, chain.state):
        return []
    button = blocks.button(reader.say("approval.revocation.ask"), f"{SAY}:ask", f"{now.key}:ask")
    return [blocks.section(blocks.escape(reader.say("approval.revocation.more_ask")), accessory=button)]


@permit("approval.answer_revocation")
def press_yes(talk: Talk) -> Answer:
    """It may be revoked."""
    done = service.answer_revocation(key=talk.pressed, actor=talk.actor, answer=YES, now=talk.now)
    return _thanks(talk, done)


@permit("approval.ask_to_revoke")
def press_say(talk: Talk) -> Answer:
    """Ask for the words: of a no, or of a request; the verb's own permit is checked by the service."""
    key, _, what = talk.pressed.partition(":")
    if what not in ("no", "ask"):
        raise NotFound
    return Open(_form(talk, key, what))


@permit("approval.ask_to_revoke")
def said(talk: Talk) -> Answer:
    """The words were given: now it counts."""
    key, words = str(talk.data["key"]), str(talk.entered.get("comment") or "")
    if talk.data["what"] == "no":
        done = service.answer_revocation(key=key, actor=talk.actor, answer=NO, comment=words, now=talk.now)
        return _thanks(talk, done, declined=True)
    return _thanks(talk, service.ask_to_revoke(key=key, actor=talk.actor, reason=words, now=talk.now))


@permit("approval.withdraw_revocation")
def press_withdraw(talk: Talk) -> Answer:
    """Ask no more."""
    return _thanks(talk, service.withdraw_revocation(key=talk.pressed, actor=talk.actor, now=talk.now))


@permit("approval.ask_to_revoke")
def type_ask(talk: Talk) -> Answer:
    """`ask-to-revoke PR-1 reason`; without the reason, a form asks for it."""
    key, reason = talk.typed.key, talk.typed.rest
    if not reason:
        return Open(_form(talk, key, "ask"))
    return _thanks(talk, service.ask_to_revoke(key=key, actor=talk.actor, reason=reason, now=talk.now))


def _form(talk: Talk, key: str, what: str) -> Block:
    reader, title = talk.reader, get_summary(talk.actor, key).title
    shown = [blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}")]
    if what == "ask":
        shown.append(blocks.section(blocks.escape(reader.say("approval.revocation.form.lead"))))
    field = blocks.text_input("comment", longest=2000, lines=True)
    hint = reader.say("approval.reason.seen")
    shown.append(blocks.entry("comment", reader.say(f"approval.revocation.form.{what}"), field, hint=hint))
    return blocks.modal(
        SAID, reader.say("approval.revocation.form.title"), shown, close=reader.say("slack.cancel"),
        submit=reader.say("approval.revocation.form.send"), data={"key": key, "what": what},
    )  # fmt: skip


def _thanks(talk: Talk, done: Decision, *, declined: bool = False) -> Answer:
    word = "declined" if declined else done.verb
    waiting = next((one for one in list_revocations(done.subject)[-1:]), None)
    names = people.names_of(voice.member for voice in waiting.asked()) if waiting else {}
    said_of = [talk.reader.name(name) for name in names.values()]
    word = f"{word}_waits" if said_of and word in ("ask_to_revoke", "answer_revocation") else word
    return answers.say(talk.reader, f"approval.revocation.done.{word}", key=done.subject, names=said_of)


def _of(envelope: Envelope) -> tuple[CardNow | None, RevocationView | None]:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader), find_open(envelope.subject_key)
