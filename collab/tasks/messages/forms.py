"""What Slack asks for in a modal: a new task, a date, a reason, a person. Filled in beforehand as far as anything is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from collab.kernel.i18n import Reader
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.tasks.messages.cards import TITLE

NEW, SAY = "task.new", "task.say"
"""Callback ids: asking anew, and whatever is said to do something with a task."""
LONG, SHORT = 3000, 200
REASONS = ("decline", "ask_again", "reopen", "escalate")


@dataclass(frozen=True)
class Asking:
    """The form to ask, in one state: what is filled in, what the menus offer, what to say above."""

    departments: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str]]
    values: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    permalink: str = ""


def ask_modal(now: Asking, reader: Reader) -> Block:
    """Two fields must be filled in; the others may be."""
    values = now.values
    top = [blocks.section("※ " + blocks.escape(now.notice))] if now.notice else []
    if now.permalink:
        where = blocks.link(now.permalink, reader.say("task.card.from_message"))
        top.append(blocks.context(where))
    department = blocks.menu(
        "task.field:department",
        now.departments,
        chosen=values.get("department", ""),
        hint=reader.say("web.form.choose"),
    )
    text = blocks.text_input(
        "task.field:text",
        value=values.get("text", ""),
        longest=LONG,
        lines=True,
        hint=reader.say("task.form.text_hint"),
    )
    severity = [(code, reader.say(f"task.severity.{code}")) for code in ("normal", "urgent")]
    fields = [
        _entry("department", department, reader),
        _entry("text", text, reader),
        _entry(
            "needed_by",
            blocks.day_picker("task.field:needed_by", value=values.get("needed_by", "")),
            reader,
            optional=True,
        ),
        _entry("person", blocks.person("task.field:person", chosen=values.get("person", "")), reader, optional=True),
        _entry(
            "severity",
            blocks.menu("task.field:severity", severity, chosen=values.get("severity", "normal")),
            reader,
            optional=True,
        ),
    ]
    if now.links:
        link = blocks.menu("task.field:link", now.links, chosen=values.get("link", ""))
        fields.append(_entry("link", link, reader, optional=True))
    return blocks.modal(
        NEW, reader.say("task.form.ask_title"), [*top, *fields], close=reader.say("slack.cancel"), submit=reader.say("task.form.send"),
        data={"permalink": now.permalink},
    )  # fmt: skip


def _entry(name: str, element: Block, reader: Reader, *, optional: bool = False) -> Block:
    hint = f"task.form.{name}_hint"
    said = reader.say(hint) if reader.knows(hint) and name != "text" else ""
    return blocks.entry(name, reader.say(f"task.form.{name}"), element, optional=optional, hint=said)


@dataclass(frozen=True)
class Saying:
    """The form of one verb about one task: `day` and `text` are filled in, `person` an account."""

    verb: str
    key: str
    title: str
    seen: int | None
    text: str = ""
    day: date | None = None
    earliest: date | None = None
    person: str = ""
    notice: str = ""


def say_modal(now: Saying, reader: Reader) -> Block:
    """What this verb asks for."""
    top = [blocks.section(f"{blocks.bold(now.key)} {blocks.escape(cut(now.title, TITLE))}")]
    if now.notice:
        top.append(blocks.context(blocks.escape(now.notice)))
    return blocks.modal(
        SAY, reader.say(f"task.form.title.{now.verb}"), [*top, *_fields(now, reader)], close=reader.say("slack.cancel"),
        submit=reader.say(f"task.form.send_verb.{now.verb}"), data={"key": now.key, "verb": now.verb, "seen": now.seen},
    )  # fmt: skip


def _fields(now: Saying, reader: Reader) -> list[Block]:
    """Block ids are the arguments of the service's verb, so that a complaint stands under its field."""
    match now.verb:
        case "accept":
            return [_day(now, reader), _text("note", now, reader, label="note", optional=True)]
        case "counter":
            return [
                _day(now, reader, optional=True), _text("scope", now, reader, optional=True),
                _text("note", now, reader, label="note", optional=True),
            ]  # fmt: skip
        case "hand_over":
            return [
                _person("to", now, reader, label="to_person"),
                _text("note", now, reader, label="note", optional=True),
            ]
        case "question":
            return [
                _text("text", now, reader, label="question"),
                _person("to", now, reader, label="to_asked", optional=True),
            ]
        case "block":
            return [
                _text("reason", now, reader, label="reason.block"),
                _person("lifter", now, reader, label="lifter", optional=True),
            ]
        case "answer":
            return [_text("text", now, reader, label="answer")]
    return [_text("reason", now, reader, label=f"reason.{now.verb}")]


def _day(now: Saying, reader: Reader, *, optional: bool = False) -> Block:
    picker = blocks.day_picker("task.field:due", value=now.day.isoformat() if now.day else "")
    return blocks.entry("due", reader.say("task.form.date"), picker, optional=optional)


def _text(name: str, now: Saying, reader: Reader, *, label: str = "", optional: bool = False) -> Block:
    typed = now.text if not optional else ""
    element = blocks.text_input(f"task.field:{name}", value=typed, longest=LONG if not optional else 1000, lines=True)
    hint = reader.say("task.form.scope_hint") if name == "scope" else "" if optional else reader.say("task.form.seen")
    return blocks.entry(name, reader.say(f"task.form.{label or name}"), element, optional=optional, hint=hint)


def _person(name: str, now: Saying, reader: Reader, *, label: str, optional: bool = False) -> Block:
    element = blocks.person(f"task.field:{name}", chosen=now.person)
    return blocks.entry(name, reader.say(f"task.form.{label}"), element, optional=optional)
