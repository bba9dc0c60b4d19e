"""What Slack shows of the dialogue: the card that asks, the modal in which a side answers, both answers side by side, the drift
report in brief. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.blueprints.rules.questions import LONGEST, RATINGS
from collab.goals.rules import fiscal
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut

ANSWER, DIFFER, LOOK = "blueprint.answer", "blueprint.differ", "blueprint.dialogue_look"
SHOWN = 900
MOST_FINDINGS = 5


@dataclass(frozen=True)
class Waiting:
    """A question that waits for the reader's side: that the other side has answered, never what."""

    number: int
    other_answered: bool = False
    quarter: str = ""


@dataclass(frozen=True)
class AskNow:
    """What a lead is asked; nothing waiting: it is answered."""

    key: str
    title: str
    address: str
    waiting: Sequence[Waiting] = ()
    due_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Spoken:
    """One side's revealed answer, with who said it and for which department, in the reader's words."""

    who: str
    side: str
    rating: int
    text: str


@dataclass(frozen=True)
class RevealNow:
    """Both answers of a question. `can` holds `differ` where the reader may make a task of the difference."""

    key: str
    title: str
    address: str
    number: int
    quarter: str
    spoken: Sequence[Spoken] = ()
    gap: int = 0
    differs: bool = False
    task: str = ""
    task_address: str = ""
    can: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class DriftNow:
    """The report of a quarter in brief; `findings` are said already."""

    key: str
    title: str
    address: str
    quarter: str
    findings: Sequence[str] = ()


def ask_card(now: AskNow, reader: Reader) -> Rendered:
    """The questions that wait, each with its button; what is asked is in the first line."""
    head = _ask_head(now, reader)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}")]
    for one in now.waiting:
        text = blocks.escape(reader.say(f"blueprint.question.{one.number}.text"))
        shown.append(blocks.section(f"{blocks.bold(_name(one.number, reader))}\n{text}"))
        if one.other_answered:
            shown.append(blocks.context(blocks.escape(reader.say("blueprint.dialogue.other_answered"))))
        shown.append(blocks.actions(_answer_button(now.key, one, reader)))
    if now.waiting:
        shown.append(blocks.context(blocks.escape(_ask_foot(now, reader))))
    return Rendered(f"{head}: {now.title}", shown)


def ask_line(now: AskNow, reader: Reader) -> str:
    """The same in few words."""
    return f"{blocks.bold(_ask_head(now, reader))}\n{_link(now)}"


def _ask_head(now: AskNow, reader: Reader) -> str:
    if not now.waiting:
        return reader.say("blueprint.dialogue.card.done")
    return reader.say("blueprint.dialogue.card.ask", n=len(now.waiting))


def _ask_foot(now: AskNow, reader: Reader) -> str:
    blind = reader.say("blueprint.dialogue.blind")
    if now.due_at is None:
        return blind
    return f"{blind} {reader.say('blueprint.dialogue.late' if now.late else 'blueprint.dialogue.due', due=now.due_at)}"


def _answer_button(key: str, one: Waiting, reader: Reader) -> Block:
    label = reader.say("blueprint.dialogue.button.answer")
    return blocks.button(label, f"{ANSWER}:{one.number}", value_of(key, one.number), style="primary")


def reveal_card(now: RevealNow, reader: Reader) -> Rendered:
    """Both answers below each other, how far they are apart, and the one tap that makes a task of it."""
    head = reader.say("blueprint.dialogue.card.revealed")
    shown = [
        blocks.section(f"{blocks.bold(head)}\n{_link(now)}"),
        blocks.section(blocks.bold(_name(now.number, reader))),
    ]
    for one in now.spoken:
        said = f"{blocks.bold(one.side)} {blocks.escape(one.who)}  {stars(one.rating)} {blocks.escape(rating(one.rating, reader))}"
        shown += [blocks.section(said), blocks.quotation(one.text, SHOWN)]
    shown.append(blocks.context(blocks.escape(gap_words(now.gap, reader))))
    if now.task:
        shown.append(blocks.section(_task(now, reader)))
    elif now.differs and "differ" in now.can:
        label = reader.say("blueprint.dialogue.button.differ")
        press = blocks.button(label, DIFFER, value_of(now.key, now.number, now.quarter), style="primary")
        shown.append(blocks.actions(press))
    return Rendered(f"{head}: {_name(now.number, reader)}", shown)


def reveal_line(now: RevealNow, reader: Reader) -> str:
    """The same in few words: no answer."""
    head = reader.say("blueprint.dialogue.card.revealed")
    return f"{blocks.bold(head)} {blocks.escape(_name(now.number, reader))}\n{_link(now)}"


def _task(now: RevealNow, reader: Reader) -> str:
    return f"{blocks.escape(reader.say('blueprint.dialogue.is_task'))} {blocks.link(now.task_address, now.task)}"


def drift_card(now: DriftNow, reader: Reader) -> Rendered:
    """How many things are not as they were signed, and the first of them."""
    head = _drift_head(now, reader)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}")]
    if now.findings:
        first = "\n".join(f"• {blocks.escape(cut(one, 200))}" for one in now.findings[:MOST_FINDINGS])
        shown.append(blocks.section(first))
    left = len(now.findings) - MOST_FINDINGS
    if left > 0:
        shown.append(blocks.context(blocks.escape(reader.say("blueprint.drift.more", n=left))))
    return Rendered(f"{head}: {now.title}", shown)


def drift_line(now: DriftNow, reader: Reader) -> str:
    """The same in few words."""
    return f"{blocks.bold(_drift_head(now, reader))}\n{_link(now)}"


def _drift_head(now: DriftNow, reader: Reader) -> str:
    word = "blueprint.drift.card" if now.findings else "blueprint.drift.card_none"
    return reader.say(word, quarter=fiscal.said(now.quarter), n=len(now.findings))


def finding_words(found: Mapping[str, Any], reader: Reader, *, goal: str = "", who: str = "", unit: str = "") -> str:
    """One finding as people read it; the goal and the person are said by whoever knows the reader."""
    args = {**found, "n": found.get("days", 0), "goal": goal, "who": who, "unit": unit}
    if "quarter" in found:
        args["quarter"] = fiscal.said(found["quarter"])
    if "item" in found:
        args["item"] = reader.say(f"blueprint.drift.item.{found['item']}")
    if "question" in found:
        args["question"] = reader.say(f"blueprint.question.{found['question']}.short")
    if "state" in found:
        args["state"] = reader.say(f"blueprint.state.{found['state']}")
    word = f"{found['kind']}_{found['what']}" if found["kind"] == "unsigned_change" else found["kind"]
    return reader.say(f"blueprint.drift.kind.{word}", **args)


def answer_modal(now: AskNow, number: int, reader: Reader, *, chosen: str = "", text: str = "") -> Block:
    """Where a side answers. `chosen` and `text` are what the same person said before."""
    question = reader.say(f"blueprint.question.{number}.text")
    about = blocks.section(f"{blocks.bold(_name(number, reader))}\n{blocks.escape(question)}")
    choices = [(str(one), f"{one}  {rating(one, reader)}") for one in RATINGS]
    fields = [
        blocks.entry("rating", reader.say("blueprint.dialogue.field.rating"), blocks.radios("rating", choices, chosen=chosen)),
        blocks.entry(
            "text", reader.say("blueprint.dialogue.field.text"),
            blocks.text_input("text", value=text, longest=min(LONGEST, 3000), lines=True),
        ),
    ]  # fmt: skip
    note = blocks.context(blocks.escape(reader.say("blueprint.dialogue.blind")))
    return blocks.modal(
        ANSWER, reader.say("blueprint.dialogue.modal.title"), [about, *fields, note], close=reader.say("slack.cancel"),
        submit=reader.say("blueprint.dialogue.modal.send"), data={"key": now.key, "question": number},
    )  # fmt: skip


def listed(now: AskNow, rows: Iterable[tuple[int, Text]], reader: Reader) -> Say:
    """Where the four questions stand, in a line each, and buttons for those that wait for the reader."""
    lines = [f"• {blocks.escape(_name(number, reader))}: {blocks.escape(reader.say(state))}" for number, state in rows]
    head = reader.say("blueprint.dialogue.title")
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}"), blocks.section("\n".join(lines))]
    if now.waiting:
        pressed = [
            blocks.button(
                reader.say("blueprint.dialogue.button.answer_n", n=one.number), f"{ANSWER}:{one.number}",
                value_of(now.key, one.number),
            )
            for one in now.waiting
        ]  # fmt: skip
        shown.append(blocks.actions(*pressed))
    return Say(f"{head}: {now.title}", shown)


def rating(number: int, reader: Reader) -> str:
    """What a rating means."""
    return reader.say(f"blueprint.rating.{number}")


def stars(number: int) -> str:
    """A rating to be seen at once."""
    return "●" * number + "○" * (RATINGS[-1] - number)


def gap_words(gap: int, reader: Reader) -> str:
    """How far two ratings are apart."""
    return reader.say("blueprint.dialogue.gap" if gap else "blueprint.dialogue.no_gap", n=gap)


def value_of(key: str, number: int, quarter: str = "") -> str:
    """What a button carries."""
    return f"{key}:{number}:{quarter}"


def value_from(pressed: str) -> tuple[str, int, str | None]:
    """The initiative, the question and the quarter of a pressed button; question 0 is none."""
    key, _, rest = pressed.partition(":")
    number, _, quarter = rest.partition(":")
    return key, int(number) if number.isdecimal() and len(number) == 1 else 0, quarter or None


def _name(number: int, reader: Reader) -> str:
    return reader.say("blueprint.question.numbered", n=number, short=reader.say(f"blueprint.question.{number}.short"))


def _link(now: AskNow | RevealNow | DriftNow) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.title}", 200))
