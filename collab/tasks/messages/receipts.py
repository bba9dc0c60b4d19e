"""What is said back to whoever did something, and the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collab.kernel.errors import DomainError
from collab.kernel.i18n import Reader
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut
from collab.tasks.messages.cards import ASK, ASK_THEM, LOOK, PAGE

KEEPS = frozenset({"ask", "snooze", "question", "answer", "escalate", "share", "comment"})
"""What leaves a task where it stands: whoever did it last is not why something else is not possible."""


@dataclass(frozen=True)
class Receipt:
    """What was asked of whom: everything that was read out of the line is said back."""

    key: str
    title: str
    address: str
    who: str
    due_at: datetime | None = None
    needed_by_on: date | None = None
    urgent: bool = False
    serves: str = ""


def asked(now: Receipt, reader: Reader) -> Say:
    """T-n, who was asked, by when."""
    line = reader.say("task.done.ask", key=now.key, who=now.who)
    facts = [
        reader.say("task.done.ask_due", due=now.due_at) if now.due_at else "",
        reader.say("task.done.ask_needed", day=now.needed_by_on) if now.needed_by_on else "",
        reader.say("task.done.ask_urgent") if now.urgent else "",
        reader.say("task.done.ask_for", title=now.serves) if now.serves else "",
    ]
    said = " ".join(fact for fact in facts if fact)
    link = blocks.link(now.address, cut(f"{now.key} {now.title}", 200))
    shown = [blocks.section(f"{blocks.bold(line)}\n{link}"), *([blocks.context(blocks.escape(said))] if said else [])]
    return Say(f"{line} {said}".strip(), shown)


def which(word: str, choices: Sequence[tuple[str, str]], text: str, reader: Reader) -> Say:
    """Which department is meant: one tap asks it. Nothing was sent yet; a text too long for a button is typed again."""
    names = [name for _code, name in choices]
    if not choices:
        line = reader.say("task.problem.no_department", word=word)
    elif len(choices) > 1:
        line = reader.say("task.problem.which_department", word=word)
    else:
        line = reader.say("task.problem.did_you_mean", word=word, names=names)
    buttons = [
        blocks.button(reader.say("task.button.ask_them", department=name), f"{ASK_THEM}:{code}", f"{code}\n{text}")
        for code, name in choices
        if len(f"{code}\n{text}") <= blocks.VALUE
    ]
    buttons = buttons if text else []
    form = blocks.button(reader.say("task.button.ask"), ASK, cut(text, blocks.VALUE) or "-")
    return Say(line, [blocks.section(blocks.escape(line)), blocks.actions(*buttons, form)])


def too_late(refused: DomainError, key: str, reader: Reader) -> str:
    """Who acted first, and when; empty where that is not why."""
    said = refused.args_said
    last = str(said.get("last", ""))
    if last in KEEPS:
        return reader.say("task.problem.stands")
    if refused.said_code != "task_moved" or not reader.knows(f"task.told.{last}"):
        return ""
    word = f"{last}_open" if reader.knows(f"task.told.{last}_open") else last
    told = reader.say(f"task.told.{word}", who=said["name"], key=key)
    return reader.say("task.problem.moved", what=told, at=said["at"])


@dataclass(frozen=True)
class Row:
    """A task in one line of the list."""

    key: str
    title: str
    address: str
    state: str
    turn: str
    mine: bool
    due_at: datetime | None
    late: bool


def listed(groups: Sequence[tuple[str, int, Sequence[Row]]], address: str, reader: Reader) -> Say:
    """What I have to do and what I have asked for, each with whose move it is, and where the rest is."""
    every = blocks.button(reader.say("task.list.more"), PAGE, "all", url=address)
    full = [group for group in groups if group[1]]
    if not full:
        text = f"{reader.say('task.list.none.mine')}\n{reader.say('task.list.none_next')}"
        form = blocks.button(reader.say("task.button.ask"), ASK, "-")
        return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(form, every)])
    shown: list[Block] = []
    for name, count, rows in full:
        shown.append(blocks.header(f"{reader.say(f'task.list.{name}')} ({count})"))
        shown += [row(name, one, reader) for one in rows]
    title = reader.say("task.list.title", n=sum(count for _name, count, _rows in full))
    return Say(title, [*shown, blocks.actions(every)])


def row(group: str, one: Row, reader: Reader) -> Block:
    """A task in two lines: what it is, whose move it is and until when."""
    head = blocks.link(one.address, cut(f"{one.key} {one.title}", 120))
    facts = [reader.say(f"task.state.{one.state}")]
    if one.due_at and (one.mine or one.turn):
        late = "_late" if one.late else ""
        facts.append(reader.say(f"task.card.{'due' if one.mine else 'waiting'}{late}", who=one.turn, due=one.due_at))
    button = blocks.button(reader.say("task.button.look"), f"{LOOK}:{group}:{one.key}", one.key)
    return blocks.section(f"{head}\n{blocks.escape(' · '.join(facts))}", accessory=button)
