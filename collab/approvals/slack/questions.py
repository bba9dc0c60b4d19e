"""Questions (相談) in Slack: a form behind "more", the card of whoever is asked, the answer in front of whoever asked."""

from __future__ import annotations

import re
from dataclasses import replace

from collab.approvals import queries, service
from collab.approvals.messages import About, CardNow, beside
from collab.approvals.messages.beside import Exchange
from collab.approvals.queries import Chain, QuestionView
from collab.approvals.service.asking import ANSWERED, QUESTION
from collab.approvals.slack.cards import card_for
from collab.approvals.slack.more import add_lines, add_mine
from collab.approvals.slack.reading import email_of
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.slack import answers
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.slack.wording import cut
from collab.subjects.queries import get_summary

SHOWN = 3
"""Answers a card shows, the newest; the page has them all."""
_PERSON = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>\s*")


def install() -> None:
    """Make cards, buttons, forms and words known."""
    question, answers_ = "approval.message.question", "approval.message.answered"
    add_kind(MessageKind(QUESTION, asked, repaint=repainted, line=asked_line, must_arrive=True, name=question))
    add_kind(
        MessageKind(
            ANSWERED, answered, repaint=answered, line=answered_line, must_arrive=True, asks=False, name=answers_
        )
    )
    edges.add_action(beside.ASK, press_ask)
    edges.add_action(beside.ANSWER, press_answer)
    edges.add_modal(beside.QUESTION, ask)
    edges.add_modal(beside.ANSWERED, answer)
    edges.vocabulary.add(Command("approval.ask", type_ask, ("question", "相談"), takes=KEY, rank=31))
    add_lines(lines)
    add_mine(mine)


def asked(envelope: Envelope) -> Rendered | None:
    """The card of whoever is asked; nothing once it is answered or over."""
    one, now = _exchange(envelope), _now(envelope)
    if one is None or now is None or one.over or one.answered_at:
        return None
    return beside.question_card(now, one, envelope.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The same as it stands now: open, answered, or over."""
    one, now = _exchange(envelope), _now(envelope)
    return beside.question_card(now, one, envelope.reader) if one and now else None


def asked_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    one, now = _exchange(envelope), _now(envelope)
    if one is None or now is None:
        return None
    head = envelope.reader.say("approval.question.head", who=one.asker, key=now.key)
    is_open = not one.over and one.answered_at is None
    return Line(now.key, beside.in_a_line(head, now, one.due_at, envelope.reader), is_open, look="inbox.look")


def answered(envelope: Envelope) -> Rendered | None:
    """The answer, in front of whoever asked."""
    one, now = _exchange(envelope), _now(envelope)
    return beside.answer_card(now, one, envelope.reader) if one and now and one.answered_at else None


def answered_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    one, now = _exchange(envelope), _now(envelope)
    if one is None or now is None:
        return None
    head = envelope.reader.say("approval.question.answered", who=one.asked, key=now.key)
    return Line(now.key, beside.in_a_line(head, now, None, envelope.reader), open=True, look="inbox.look")


@permit("approval.ask")
def press_ask(talk: Talk) -> Answer:
    """Ask whom and what."""
    return Open(beside.ask_form(_about(talk, talk.pressed), talk.reader))


@permit("approval.ask")
def ask(talk: Talk) -> Answer:
    """The form was sent."""
    entered = talk.entered
    return _ask(talk, str(talk.data["key"]), str(entered.get("member") or ""), str(entered.get("question") or ""))


@permit("approval.ask")
def type_ask(talk: Talk) -> Answer:
    """`PR-1 相談 @who words`; as far as anything is missing, the form."""
    key, rest = talk.typed.key, talk.typed.rest
    person = _PERSON.match(rest)
    words = rest[person.end() :] if person else rest
    if person and words:
        return _ask(talk, key, person[1], words)
    typed = {"member": person[1] if person else "", "question": words}
    return Open(beside.ask_form(replace(_about(talk, key), typed=typed), talk.reader))


@permit("approval.answer")
def press_answer(talk: Talk) -> Answer:
    """Room for the answer; what is wrong with one that comes too late is said when it is sent."""
    key, _, number = talk.pressed.partition(":")
    about = replace(_about(talk, key), typed={"id": number})
    row = next((row for row in queries.list_questions(key) if str(row.id) == number), None)
    if row is None:
        raise NotFound
    return Open(beside.answer_form(about, _told(row, talk.reader), talk.reader))


@permit("approval.answer")
def answer(talk: Talk) -> Answer:
    """The answer was written."""
    key, number, words = str(talk.data["key"]), int(str(talk.data["id"])), str(talk.entered.get("answer") or "")
    done = service.answer(key=key, actor=talk.actor, question=number, answer=words, now=talk.now)
    return answers.say(talk.reader, "approval.question.thanks", who=people.names_of([done.asker])[done.asker])


def lines(chain: Chain, _viewer: Actor | None, reader: Reader) -> list[str]:
    """On every card of the round: who was asked, and what they answered."""
    rows = [
        row for row in queries.list_questions(chain.subject) if row.round_id == chain.id and (row.open or row.answer)
    ]
    return [
        reader.say("approval.question.said", who=one.asked, answer=cut(one.answer, 400))
        if one.answer
        else reader.say("approval.question.open", who=one.asked, question=cut(one.question, 200))
        for one in (_told(row, reader) for row in rows[-SHOWN:])
    ]


def mine(key: str, viewer: Actor, reader: Reader) -> list[Block]:
    """What this person was asked and has yet to answer, for wherever they look the request up."""
    found = [_told(row, reader) for row in queries.list_questions(key) if row.asked == viewer.id and row.open][-SHOWN:]
    shown: list[Block] = []
    for one in found:
        words = reader.say("approval.question.asks", who=one.asker, question=cut(one.question, 300))
        shown += beside.own(words, beside.answer_button(key, one, reader))
    return shown


def _ask(talk: Talk, key: str, account: str, words: str) -> Answer:
    if not account:
        raise Invalid({"member": Text("field.required")})
    email = email_of(talk, account, "member")
    done = service.ask(key=key, actor=talk.actor, member=email, question=words, now=talk.now)
    return answers.say(talk.reader, "approval.question.sent", key=key, who=people.names_of([done.member])[done.member])


def _about(talk: Talk, key: str) -> About:
    return About(key, get_summary(talk.actor, key).title, None)


def _now(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader)


def _exchange(envelope: Envelope) -> Exchange | None:
    rows = queries.list_questions(envelope.subject_key)
    row = next((row for row in rows if row.id == envelope.args["question"]), None)
    return _told(row, envelope.reader) if row else None


def _told(row: QuestionView, reader: Reader) -> Exchange:
    names = people.names_of([row.asker, row.asked])
    return Exchange(
        row.id, reader.name(names[row.asker]), reader.name(names[row.asked]), row.question, row.due_at, row.answer or "",
        row.answered_at, over=not row.open and row.answered_at is None,
    )  # fmt: skip
