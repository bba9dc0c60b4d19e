"""What stands beside a round in Slack: what is to be read, a question, an answer, and the forms for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.approvals.messages.card import buttons, line, standing, substance
from collab.approvals.messages.forms import LONGEST, MOST_PEOPLE, About
from collab.approvals.messages.picture import CardNow
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

READ, READ_ALL, OBJECT, CIRCULATE, ASK, ANSWER = (
    "approval.read", "approval.read_all", "approval.object", "approval.circulate", "approval.ask", "approval.answer",
)  # fmt: skip
OBJECTED, CIRCULATED, QUESTION, ANSWERED = (
    "approval.object_said", "approval.circulate_to", "approval.question", "approval.answer_said",
)  # fmt: skip
WORDS = 600


@dataclass(frozen=True)
class ToRead:
    """What somebody has to read: why in a word, from whom with which words, until when, and whether it is done or gone."""

    word: str
    who: str = ""
    note: str = ""
    confirm: bool = True
    review: bool = False
    due_at: datetime | None = None
    read_at: datetime | None = None
    gone: bool = False


@dataclass(frozen=True)
class Exchange:
    """A question and perhaps its answer; `over` when its round ended first."""

    id: int
    asker: str
    asked: str
    question: str
    due_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None
    over: bool = False


def reading_card(now: CardNow, paper: ToRead, reader: Reader) -> Rendered:
    """The card of something to read: why, what it is about, how it was decided, and one button."""
    head = reading_head(now, paper, reader)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_about(now)}")]
    if paper.note:
        shown.append(blocks.quotation(paper.note, WORDS))
    if paper.gone:
        return Rendered(f"{head} {now.face.title}", shown)
    shown += [*substance(now.face, reader), *standing(now, reader)]
    if paper.read_at:
        shown.append(blocks.context(blocks.escape(reader.say("approval.reading.done", at=paper.read_at))))
    elif paper.confirm:
        shown += _until(paper, reader)
        shown.append(blocks.actions(*reading_buttons(now.key, paper, reader)))
    return Rendered(f"{head} {now.face.title}", shown)


def reading_buttons(key: str, paper: ToRead, reader: Reader) -> list[Block]:
    """Confirm; after a sampled check, object."""
    made = [blocks.button(reader.say("approval.reading.button"), READ, key, style="primary")]
    return made + ([blocks.button(reader.say("approval.reading.object"), OBJECT, key)] if paper.review else [])


def read_all_button(keys: Sequence[str], reader: Reader) -> Block:
    """Confirm all of these circulated ones: the question names each, and nothing else is confirmed by the press."""
    yes, no = reader.say("approval.reading.button"), reader.say("approval.button.not_yet")
    text = reader.say("approval.reading.all_sure", keys=list(keys))
    sure = blocks.confirm(reader.say("approval.reading.all_title", n=len(keys)), text, yes, no)
    return blocks.button(reader.say("approval.reading.all", n=len(keys)), READ_ALL, " ".join(keys), confirm=sure)


def reading_head(now: CardNow, paper: ToRead, reader: Reader) -> str:
    """Why it is to be read, in one sentence."""
    return reader.say(
        "approval.reading.gone" if paper.gone else f"approval.reading.{paper.word}", key=now.key, who=paper.who
    )


def question_card(now: CardNow, asked: Exchange, reader: Reader) -> Rendered:
    """The card of whoever is asked: who asks what about which request, and where to answer."""
    head = reader.say("approval.question.head", who=asked.asker, key=now.key)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_about(now)}"), blocks.quotation(asked.question, WORDS)]
    if asked.answered_at:
        shown.append(blocks.context(blocks.escape(reader.say("approval.question.yours", at=asked.answered_at))))
        return Rendered(f"{head} {asked.question}", [*shown, blocks.quotation(asked.answer, WORDS)])
    if asked.over:
        over = reader.say("approval.question.over")
        return Rendered(f"{over} {now.key}", [*shown, blocks.context(blocks.escape(over))])
    shown += substance(now.face, reader)
    if asked.due_at:
        shown.append(blocks.context(blocks.escape(reader.say("approval.question.due", due=asked.due_at))))
    shown.append(blocks.actions(answer_button(now.key, asked, reader)))
    return Rendered(f"{head} {asked.question}", shown)


def answer_button(key: str, asked: Exchange, reader: Reader) -> Block:
    """Where to answer."""
    return blocks.button(reader.say("approval.question.button"), ANSWER, f"{key}:{asked.id}", style="primary")


def answer_card(now: CardNow, asked: Exchange, reader: Reader) -> Rendered:
    """The card of whoever asked: the answer, and their own buttons while it is still theirs to decide."""
    head = reader.say("approval.question.answered", who=asked.asked, key=now.key)
    shown = [
        blocks.section(f"{blocks.bold(head)}\n{_about(now)}"), blocks.context(blocks.escape(cut(asked.question, 300))),
        blocks.quotation(asked.answer, WORDS),
    ]  # fmt: skip
    if now.asked and now.asked.due_at:
        shown.append(blocks.context(blocks.escape(reader.say("approval.card.due", due=now.asked.due_at))))
    if now.asked:
        shown.append(buttons(now, now.asked, reader))
    return Rendered(f"{head} {asked.answer}", shown)


def objection_card(now: CardNow, who: str, words: str, reader: Reader) -> Rendered:
    """What a sampled check found, for whoever asked for it and whoever leads their department."""
    head = reader.say("approval.reading.objected", who=who, key=now.key)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_about(now)}"), blocks.quotation(words, WORDS)]
    shown.append(blocks.context(blocks.escape(reader.say("approval.reading.objected_next"))))
    return Rendered(f"{head} {words}", shown)


def in_a_line(head: str, now: CardNow, due_at: datetime | None, reader: Reader) -> str:
    """Any of these in few words."""
    return line(head, now, [reader.say("approval.card.due", due=due_at)] if due_at else [])


def object_form(about: About, reader: Reader) -> Block:
    """What is wrong with what nobody was asked about."""
    fields = [_lines("answer", "approval.reading.object_label", about, reader, hint="approval.reading.object_hint")]
    return _form(OBJECTED, "approval.reading.object_title", [*about.head(reader), *fields], about, reader)


def circulate_form(about: About, reader: Reader) -> Block:
    """Before whom it is put, whether they confirm, and a word to them."""
    tick = blocks.tick("confirm", "yes", reader.say("approval.circulating.confirm"))
    shown = [
        *about.head(reader, "approval.circulating.lead"), *_people(about, reader),
        blocks.entry("confirm", reader.say("approval.circulating.confirm_label"), tick, optional=True),
        _lines("note", "approval.circulating.note", about, reader, optional=True),
    ]  # fmt: skip
    return _form(CIRCULATED, "approval.circulating.title", shown, about, reader)


def ask_form(about: About, reader: Reader) -> Block:
    """Whom to ask what."""
    person = blocks.person("member", chosen=about.typed.get("member", ""))
    shown = [
        *about.head(reader, "approval.question.lead"), blocks.entry("member", reader.say("approval.question.member"), person),
        _lines("question", "approval.question.label", about, reader),
    ]  # fmt: skip
    return _form(QUESTION, "approval.question.title", shown, about, reader)


def answer_form(about: About, asked: Exchange, reader: Reader) -> Block:
    """The question, and room for its answer."""
    lead = blocks.context(blocks.escape(reader.say("approval.question.head", who=asked.asker, key=about.key)))
    shown = [
        *about.head(reader), lead, blocks.quotation(asked.question, WORDS),
        _lines("answer", "approval.question.answer", about, reader, hint="approval.question.seen"),
    ]  # fmt: skip
    return _form(ANSWERED, "approval.question.answer_title", shown, about, reader)


def sections(key: str, reader: Reader, *, ask: bool, circulate: bool) -> list[Block]:
    """Behind "more": ask somebody, put it before colleagues."""
    offered: Sequence[tuple[bool, str, str]] = ((ask, "ask", ASK), (circulate, "circulate", CIRCULATE))
    return [
        blocks.section(
            blocks.escape(reader.say(f"approval.more.{word}")),
            accessory=blocks.button(reader.say(f"approval.button.{word}"), action, key),
        )
        for open_, word, action in offered
        if open_
    ]


def own(words: str, *offered: Block) -> list[Block]:
    """What waits for the reader beside the decision, below a card they look up."""
    return [blocks.section(blocks.escape(words)), blocks.actions(*offered)]


def _about(now: CardNow) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.face.title}", 200))


def _until(paper: ToRead, reader: Reader) -> list[Block]:
    return [blocks.context(blocks.escape(reader.say("approval.reading.due", due=paper.due_at)))] if paper.due_at else []


def _people(about: About, reader: Reader) -> list[Block]:
    return [
        blocks.entry(
            f"members.{number}", reader.say("approval.extra.person", n=number + 1),
            blocks.person(f"members.{number}", chosen=about.typed.get(f"members.{number}", "")), optional=number > 0,
        )
        for number in range(MOST_PEOPLE)
    ]  # fmt: skip


def _lines(name: str, label: str, about: About, reader: Reader, *, optional: bool = False, hint: str = "") -> Block:
    written = blocks.text_input(name, value=about.typed.get(name, ""), longest=LONGEST, lines=True)
    return blocks.entry(name, reader.say(label), written, optional=optional, hint=reader.say(hint) if hint else "")


def _form(callback: str, title: str, shown: Sequence[Block], about: About, reader: Reader) -> Block:
    return blocks.modal(
        callback, reader.say(title), shown, close=reader.say("slack.cancel"), submit=reader.say("approval.button.send"),
        data={"key": about.key, **{name: value for name, value in about.typed.items() if name == "id"}},
    )  # fmt: skip
