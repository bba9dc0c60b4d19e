"""Reading in Slack: the card of what is to be read with its one button, circulating by form or by a typed line."""

from __future__ import annotations

import re
from dataclasses import replace

from collab.approvals import queries, service
from collab.approvals.messages import About, CardNow, beside
from collab.approvals.messages.beside import ToRead
from collab.approvals.queries import Chain, ReadingView
from collab.approvals.service.circulating import OBJECTED, relations
from collab.approvals.service.reading import AFTER_REVIEW, CIRCULATED, TO_READ, VIEW_AFTER
from collab.approvals.slack.cards import card_for, find_chain
from collab.approvals.slack.more import add_mine, add_more
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, MessageKind, Rendered, add_kind
from collab.people import queries as people
from collab.slack import answers, identity, spelling
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects.queries import get_summary

_PEOPLE = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[\s、,]*")


def install() -> None:
    """Make cards, buttons, forms and words known."""
    card = MessageKind(
        TO_READ,
        to_read,
        repaint=repainted,
        line=line,
        must_arrive=True,
        newest_only=True,
        name="approval.message.to_read",
    )
    add_kind(card)
    add_kind(replace(card, code=CIRCULATED, must_arrive=False, name="approval.message.circulated"))
    add_kind(MessageKind(OBJECTED, objected, line=objected_line, name="approval.message.objected"))
    edges.add_action(beside.READ, press_read)
    edges.add_action(beside.READ_ALL, press_read_all)
    edges.add_action(beside.OBJECT, press_object)
    edges.add_action(beside.CIRCULATE, press_circulate)
    edges.add_modal(beside.OBJECTED, say_objection)
    edges.add_modal(beside.CIRCULATED, circulate)
    words = edges.vocabulary
    words.add(Command("approval.circulate", type_circulate, ("circulate", "回覧"), takes=KEY, rank=32))
    words.add(Command("approval.read", type_read, ("read", "後閲", "読了"), takes=KEY, rank=32, several=True))
    add_more(more)
    add_mine(mine)


def to_read(envelope: Envelope) -> Rendered | None:
    """The card; nothing when it need not be read any more, or was."""
    paper, now = _paper(envelope), _now(envelope)
    if paper is None or now is None or paper.gone or paper.read_at:
        return None
    return beside.reading_card(now, paper, envelope.reader)


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now: to be read, read, or not needed any more."""
    paper, now = _paper(envelope), _now(envelope)
    return beside.reading_card(now, paper, envelope.reader) if paper and now else None


def line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    paper, now = _paper(envelope), _now(envelope)
    if paper is None or now is None:
        return None
    said = beside.in_a_line(beside.reading_head(now, paper, envelope.reader), now, paper.due_at, envelope.reader)
    return Line(now.key, said, not paper.gone and paper.read_at is None, look="inbox.look")


def objected(envelope: Envelope) -> Rendered | None:
    """What a sampled check found."""
    row, now = _objection(envelope), _now(envelope)
    if row is None or now is None or not row.answer:
        return None
    who = envelope.reader.name(people.names_of([row.member])[row.member])
    return beside.objection_card(now, who, row.answer, envelope.reader)


def objected_line(envelope: Envelope) -> Line | None:
    """The same in one line of a bundle."""
    row, now = _objection(envelope), _now(envelope)
    if row is None or now is None:
        return None
    who = envelope.reader.name(people.names_of([row.member])[row.member])
    head = envelope.reader.say("approval.reading.objected", who=who, key=now.key)
    return Line(now.key, beside.in_a_line(head, now, None, envelope.reader), open=True)


@permit("approval.read")
def press_read(talk: Talk) -> Answer:
    """One tap."""
    return _read(talk, talk.pressed)


@permit("approval.read")
def press_read_all(talk: Talk) -> Answer:
    """The circulated ones the button named."""
    return _read_several(talk, talk.pressed.split())


@permit("approval.read")
def type_read(talk: Talk) -> Answer:
    """`read PR-1`, or several circulated ones in one line: `read PR-1 PR-2`."""
    others = spelling.other_keys(talk.typed.rest)
    return _read_several(talk, [talk.typed.key, *others]) if others else _read(talk, talk.typed.key)


@permit("approval.read")
def press_object(talk: Talk) -> Answer:
    """Ask what is wrong."""
    return Open(beside.object_form(_about(talk, talk.pressed), talk.reader))


@permit("approval.read")
def say_objection(talk: Talk) -> Answer:
    """The objection was written."""
    key, words = str(talk.data["key"]), str(talk.entered.get("answer") or "")
    service.read(key=key, actor=talk.actor, answer=words, now=talk.now)
    return answers.say(talk.reader, "approval.reading.thanks_objected", key=key)


@permit("approval.circulate")
def press_circulate(talk: Talk) -> Answer:
    """Ask before whom it is put."""
    return Open(beside.circulate_form(_about(talk, talk.pressed), talk.reader))


@permit("approval.circulate")
def circulate(talk: Talk) -> Answer:
    """The form was sent."""
    named = [str(value) for name, value in sorted(talk.entered.items()) if name.startswith("members.") and value]
    confirm, note = bool(talk.entered.get("confirm")), str(talk.entered.get("note") or "")
    try:
        return _circulate(talk, str(talk.data["key"]), named, note, confirm=confirm)
    except Invalid as refused:
        fields = {"members.0" if path == "members" else path: text for path, text in refused.fields.items()}
        raise Invalid(fields, refused.said_code, **refused.args_said) from refused


@permit("approval.circulate")
def type_circulate(talk: Talk) -> Answer:
    """`circulate PR-1 @who [@who] [note]`; without anybody named, the form."""
    accounts, rest = [], talk.typed.rest
    while person := _PEOPLE.match(rest):
        accounts.append(person[1])
        rest = rest[person.end() :]
    if not accounts:
        about = _about(talk, talk.typed.key)
        return Open(beside.circulate_form(replace(about, typed={"note": rest}), talk.reader))
    return _circulate(talk, talk.typed.key, accounts, rest, confirm=False)


def more(now: CardNow, chain: Chain, actor: Actor, reader: Reader) -> list[Block]:
    """Behind "more": ask somebody, put it before colleagues, as far as this person may."""
    here = relations(chain, actor)
    may = {verb: permits.allows(f"approval.{verb}", here, chain.state) for verb in ("ask", "circulate")}
    return beside.sections(now.key, reader, **may)


def mine(key: str, viewer: Actor, reader: Reader) -> list[Block]:
    """The button of what this person has yet to read, for wherever they look the request up."""
    found = [row for row in queries.list_readings(key) if row.member == viewer.id and row.waits]
    if not found:
        return []
    paper = _told(found[-1], viewer, find_chain(key), reader)
    return beside.own(reader.say(f"approval.ask.{found[-1].why}"), *beside.reading_buttons(key, paper, reader))


def email_of(talk: Talk, account: str, field: str) -> str:
    """The address of a Slack account's member. Raises Invalid."""
    member = identity.member_of(talk.team, account)
    if member is None:
        raise Invalid({field: Text("approval.problem.unknown_member")})
    return member.email


def _circulate(talk: Talk, key: str, accounts: list[str], note: str, *, confirm: bool) -> Answer:
    emails = [email_of(talk, account, "members") for account in accounts]
    done = service.circulate(key=key, actor=talk.actor, members=emails, confirm=confirm, note=note, now=talk.now)
    names = list(people.names_of(done.told or done.already).values())
    word = "done" if done.told else "already"
    return answers.say(talk.reader, f"approval.circulating.{word}", key=key, names=names)


def _read(talk: Talk, key: str) -> Answer:
    done = service.read(key=key, actor=talk.actor, now=talk.now)
    word = "thanks" if done.fresh else "thanks_before"
    return answers.say(talk.reader, f"approval.reading.{word}", key=key, at=done.at)


def _read_several(talk: Talk, keys: list[str]) -> Answer:
    """What became of each, in a line of its own."""
    outcomes = service.read_together(list(dict.fromkeys(keys)), actor=talk.actor, now=talk.now)
    lines = [
        f"{one.key}: {talk.reader.say(one.refusal.text)}"
        if one.refusal
        else talk.reader.say("approval.reading.thanks", key=one.key)
        for one in outcomes
    ]
    return answers.plainly("\n".join(lines))


def _about(talk: Talk, key: str) -> About:
    return About(key, get_summary(talk.actor, key).title, None)


def _now(envelope: Envelope) -> CardNow | None:
    return card_for(envelope.subject_key, envelope.recipient, envelope.reader)


def _objection(envelope: Envelope) -> ReadingView | None:
    rows = queries.list_readings(envelope.subject_key)
    return next((row for row in rows if row.id == envelope.args["reading"]), None)


def _paper(envelope: Envelope) -> ToRead | None:
    """What its recipient has to read, by the round and the reason the card was sent for."""
    if envelope.recipient is None:
        return None
    of, why = envelope.args["round"], envelope.args["why"]
    rows = queries.list_readings(envelope.subject_key)
    row = next((row for row in rows if (row.round, row.member, row.why) == (of, envelope.recipient.id, why)), None)
    if row is None:
        return ToRead(why, gone=True)
    chain = find_chain(envelope.subject_key)
    return _told(row, envelope.recipient, chain if chain and chain.number == of else None, envelope.reader)


def _told(row: ReadingView, member: Actor, chain: Chain | None, reader: Reader) -> ToRead:
    word, by = row.why, row.asked_by
    if row.why == VIEW_AFTER and chain is not None:
        word, by = _what_happened(chain, member.id)
    name = reader.name(people.names_of([by])[by]) if by else ""
    if row.why == "circulate" and not by:
        word = "circulate_step"
    return ToRead(
        word, name, row.note or "", row.confirm, row.why == AFTER_REVIEW, row.due_at, row.read_at
    )  # fmt: skip


def _what_happened(chain: Chain, member: int) -> tuple[str, int | None]:
    """Approved over, or decided for, and by whom."""
    for seat in chain.seats:
        if seat.state == "lifted" and seat.member == member:
            return "lifted", seat.decided_by
    for seat in chain.decided():
        if seat.decider != member and member in (seat.member, seat.instead_of):
            return "decided_for", seat.decider
    return VIEW_AFTER, None
