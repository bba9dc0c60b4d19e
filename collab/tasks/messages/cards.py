"""The card of a task: what is asked, by whom, why, by when; whose move it is; one tap for each way on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.tasks.messages.days import Chip

ACCEPT, DO, FORM, MORE, SNOOZE, LOOK, PAGE, ASK, ASK_THEM = (
    "task.accept", "task.do", "task.form", "task.more", "task.snooze", "task.look", "task.page", "task.ask", "task.ask_them",
)  # fmt: skip
TITLE, SAID, LINKS = 200, 900, 3
AT_ONCE = frozenset({"agree", "done", "unblock", "confirm", "start", "withdraw"})
"""Verbs one tap does; the others ask for something first."""
FACES: dict[str, tuple[str, ...]] = {
    "answer": ("decline", "question"),
    "counter": ("agree", "ask_again", "question"),
    "question": ("answer",),
    "promise": ("done", "more_time", "question"),
    "blocked": ("unblock", "question"),
    "confirm": ("confirm", "reopen"),
}
"""The buttons of whoever has the next move, by what is waited for."""
RARE = ("start", "counter", "hand_over", "block", "escalate", "withdraw")
"""What stands behind "more"."""
VERB_OF = {"more_time": "counter", "other_date": "accept"}


@dataclass(frozen=True)
class Said:
    """Words somebody wrote, under a label."""

    label: str
    text: str


@dataclass(frozen=True)
class Next:
    """The next rung: who would see it when, or that somebody would."""

    at: datetime
    names: tuple[str, ...] = ()
    together: bool = False


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows one reader, as it stands. Names are in the reader's language, `wait` is what is waited for,
    `asks` the same where it is wanted of the reader, `can` the verbs they may do now."""

    key: str
    version: int
    address: str
    title: str
    state: str
    wait: str
    asks: str
    asker: str
    department: str
    responsible: str
    turn: str
    can: frozenset[str]
    actor: str = ""
    detail: str = ""
    severity: str = "normal"
    due_at: datetime | None = None
    late: bool = False
    promised_at: datetime | None = None
    proposed_at: datetime | None = None
    needed_by_on: date | None = None
    serves: tuple[tuple[str, str], ...] = ()
    said: tuple[Said, ...] = ()
    question_open: bool = False
    permalink: str = ""
    chips: tuple[Chip, ...] = ()


def card(now: CardNow, reader: Reader) -> Rendered:
    """The card as it stands for this reader."""
    line = headline(now, reader)
    shown = [blocks.section(_head(line, now)), *_substance(now, reader), *_buttons(now, reader)]
    return Rendered(f"{line}: {now.key} {cut(now.title, TITLE)}", shown)


def news(now: CardNow, reader: Reader, line: str, note: str) -> Rendered:
    """What somebody did, what they said about it, how it stands, and what the reader can do."""
    shown = [blocks.section(_head(line, now)), *_quoted(note), *_standing(now, reader), *_buttons(now, reader)]
    return Rendered(f"{line}: {cut(now.title, TITLE)}", shown)


def last_chance(now: CardNow, reader: Reader, following: Next | None) -> Rendered:
    """The card before any superior hears: kind, with the ways on, and what would happen otherwise."""
    line = reader.say("task.last.promise" if now.asks == "promise" else "task.last.title", key=now.key)
    kind = [blocks.escape(reader.say("task.last.thanks"))]
    if following:
        kind.append(blocks.escape(_following(following, reader)))
    shown = [
        blocks.section(_head(line, now)), blocks.section("\n".join(kind)), *_substance(now, reader), *_buttons(now, reader, last=True),
    ]  # fmt: skip
    return Rendered(f"{line} {cut(now.title, TITLE)}", shown)


def _following(following: Next, reader: Reader) -> str:
    word = "next_someone" if not following.names else "next_both" if following.together else "next_one"
    return reader.say(f"task.last.{word}", at=following.at, names=list(following.names))


def line_of(now: CardNow, reader: Reader, head: str = "") -> str:
    """The card in few words, for a bundle."""
    about = blocks.link(now.address, cut(f"{now.key} {now.title}", 150))
    facts = [reader.say("task.card.due", due=now.due_at)] if now.asks and now.due_at else []
    return "\n".join(
        [blocks.bold(head or headline(now, reader)), " · ".join([about, *(blocks.escape(fact) for fact in facts)])]
    )


def headline(now: CardNow, reader: Reader) -> str:
    """One line: what the reader is asked to do, else how it stands."""
    if now.asks == "promise":
        return reader.say(
            "task.card.ask.promise_late" if now.late else "task.card.ask.promise", at=now.promised_at or now.due_at
        )
    if now.asks:
        word = "counter_scope" if now.asks == "counter" and now.proposed_at is None else now.asks
        return reader.say(f"task.card.ask.{word}", who=now.actor or now.asker)
    return stands(now, reader)


def stands(now: CardNow, reader: Reader) -> str:
    """How it stands, for somebody who has not the next move."""
    who = now.responsible or now.department
    if now.state in ("accepted", "started"):
        dated = "" if now.promised_at else "_open"
        return reader.say(f"task.card.stands.{now.state}{dated}", who=who, at=now.promised_at)
    return reader.say(f"task.card.stands.{now.state}", who=who)


def _head(line: str, now: CardNow) -> str:
    return f"{blocks.bold(line)}\n{blocks.link(now.address, cut(f'{now.key} {now.title}', TITLE))}"


def _substance(now: CardNow, reader: Reader) -> Iterable[Block]:
    """What five seconds of reading must tell."""
    yield from _quoted(now.detail)
    pairs = [
        ("asker", now.asker), ("department", now.department), ("responsible", now.responsible),
        ("needed_by", reader.day(now.needed_by_on) if now.needed_by_on else ""),
        ("promised", reader.moment(now.promised_at) if now.promised_at and now.asks != "promise" else ""),
        ("proposed", reader.moment(now.proposed_at) if now.proposed_at else ""),
    ]  # fmt: skip
    yield blocks.facts([(reader.say(f"task.card.{label}"), cut(value, 300)) for label, value in pairs if value])
    yield from _standing(now, reader)


def _standing(now: CardNow, reader: Reader) -> Iterable[Block]:
    """Why it is asked for, what was said on the way, whose move it is until when."""
    if now.serves:
        lines = " · ".join(blocks.link(address, cut(title, 100)) for title, address in now.serves[:LINKS])
        yield blocks.section(f"{blocks.bold(reader.say('task.card.serves'))}\n{lines}")
    for said in now.said:
        yield blocks.section(blocks.bold(said.label))
        yield from _quoted(said.text)
    small = [reader.say(f"task.card.{now.severity}")] if now.severity != "normal" else []
    if now.question_open and now.asks != "question":
        small.append(reader.say("task.card.question_open", who=now.turn))
    small += _clock(now, reader)
    notes = [blocks.escape(" · ".join(small))] if small else []
    if now.permalink:
        notes.append(blocks.link(now.permalink, reader.say("task.card.from_message")))
    if notes:
        yield blocks.context("\n".join(notes))


def _clock(now: CardNow, reader: Reader) -> list[str]:
    if now.due_at is None or now.asks == "promise":
        return []
    late = "_late" if now.late else ""
    if now.asks:
        return [reader.say(f"task.card.due{late}", due=now.due_at)]
    return [reader.say(f"task.card.waiting{late}", who=now.turn, due=now.due_at)] if now.turn else []


def _quoted(text: str) -> list[Block]:
    return [blocks.quotation(text, SAID)] if text else []


def _buttons(now: CardNow, reader: Reader, *, last: bool = False) -> Iterable[Block]:
    """Date chips in a row of their own, then the other ways; whoever cannot do anything sees none."""
    value = value_of(now)
    if now.wait == "answer" and "accept" in now.can:
        chips = [
            blocks.button(
                chip.label(reader),
                f"{ACCEPT}:{number}",
                f"{value}:{_stamp(chip.at)}",
                style="primary" if not number else None,
            )
            for number, chip in enumerate(now.chips)
        ]
        yield blocks.actions(*chips, _form("other_date", value, reader), block_id=f"dates:{now.key}")
    named = [
        name
        for name in FACES.get(now.wait, ())
        if VERB_OF.get(name, name) in now.can and (now.asks or name != "question")
    ]
    if last and "hand_over" in now.can:
        named.append("hand_over")
    row = [_button(name, value, reader, first=number == 0) for number, name in enumerate(named)]
    if any(verb in now.can for verb in (*RARE, "snooze")):
        row.append(blocks.button(reader.say("task.button.more"), MORE, value))
    if row:
        yield blocks.actions(*row, block_id=f"ways:{now.key}")


def _button(name: str, value: str, reader: Reader, *, first: bool) -> Block:
    if name not in AT_ONCE:
        return _form(name, value, reader)
    style = "primary" if first else None
    return blocks.button(reader.say(f"task.button.{name}"), f"{DO}:{name}", f"{value}:{name}", style=style)


def _form(name: str, value: str, reader: Reader) -> Block:
    return blocks.button(reader.say(f"task.button.{name}"), f"{FORM}:{name}", f"{value}:{name}")


def value_of(now: CardNow) -> str:
    """What a button carries: the task, and the version its presser looks at."""
    return f"{now.key}:{now.version}"


def parts_of(pressed: str) -> tuple[str, int | None, str]:
    """The task, the version seen, and what else a button carried."""
    key, _, rest = pressed.partition(":")
    seen, _, more = rest.partition(":")
    return key, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None, more


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))


def more_modal(now: CardNow, presets: Sequence[str], reader: Reader) -> Block:
    """The rarer ways on."""
    value = value_of(now)
    page = blocks.button(reader.say("task.button.page"), PAGE, now.key, url=now.address)
    shown = [
        blocks.section(f"{blocks.bold(now.key)} {blocks.escape(cut(now.title, TITLE))}"),
        blocks.section(blocks.escape(reader.say("task.more.page")), accessory=page),
    ]
    if "snooze" in now.can and presets:
        choices = [(f"{value}:{preset}", reader.say(f"task.snooze.{preset}")) for preset in presets]
        later = blocks.menu(SNOOZE, choices, hint=reader.say("task.snooze.choose"))
        shown.append(blocks.section(blocks.escape(reader.say("task.more.snooze")), accessory=later))
    for verb in (*RARE, "question"):
        if verb in now.can:
            button = _button(verb, value, reader, first=False)
            shown.append(blocks.section(blocks.escape(reader.say(f"task.more.{verb}")), accessory=button))
    title = reader.say("task.more.title", key=now.key)
    return blocks.modal("task.more", title, shown, close=reader.say("slack.close"))
