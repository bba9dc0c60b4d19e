"""What Slack shows of an incident: one card for everybody who was paged, the modals, the receipt, the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut

TAKE, ANSWER, NOTE, CLOSE, FALSE_ALARM, LOOK, PAGE = (
    "incident.take", "incident.answer", "incident.note", "incident.close", "incident.false_alarm", "incident.look",
    "incident.open",
)  # fmt: skip
ALERT = "incident.alert"
MARK = "■"
"""A plain character every font has."""
WHY, BUTTONS = 1000, ("take", "answer", "note", "close", "false_alarm")


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows, as it stands; `can` are the verbs its reader may do."""

    key: str
    address: str
    title: str
    text: str
    link: str
    state: str
    department: str
    raised_by: str
    since_at: datetime
    reply_due_at: datetime
    now: datetime
    taken_by: str = ""
    taken_at: datetime | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    people: Sequence[tuple[str, str]] = ()
    can: frozenset[str] = field(default_factory=frozenset)


def countdown(due_at: datetime, now: datetime, reader: Reader) -> str:
    """How long there is left, or how long it is over, in words."""
    word = "left" if due_at >= now else "over"
    span = max(abs(due_at - now), timedelta(minutes=1))
    said = format_timedelta(span, granularity="minute", threshold=2, locale=reader.locale)
    return reader.say(f"incident.card.{word}", due=due_at, time=said)


def card(now: CardNow, reader: Reader) -> Rendered:
    """What happened, where, since when, by when the public has an answer, whose it is, and what can be done."""
    head = reader.say(f"incident.card.{now.state}")
    link = blocks.link(now.address, cut(f"{now.key} {now.title}", 200))
    shown = [blocks.section(f"{MARK} {blocks.bold(head)}\n{link}")]
    if now.text != now.title:
        shown.append(blocks.quotation(now.text, WHY))
    shown += [_facts(now, reader), blocks.context(blocks.escape(_standing(now, reader)))]
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{head}: {now.key} {now.title}", shown)


def _facts(now: CardNow, reader: Reader) -> Block:
    facts = [
        ("department", now.department), ("raised_by", now.raised_by), ("since", reader.show(now.since_at)), ("link", now.link),
        *((role, name) for role, name in now.people),
    ]  # fmt: skip
    return blocks.facts([(reader.say(f"incident.field.{label}"), cut(value, 300)) for label, value in facts if value])


def _standing(now: CardNow, reader: Reader) -> str:
    if now.state in ("closed", "reviewed", "false_alarm"):
        return reader.say(f"incident.state.{now.state}")
    taken = (
        reader.say("incident.card.taken_by", who=now.taken_by, at=now.taken_at) if now.taken_by else reader.say("incident.nobody_yet")
    )  # fmt: skip
    public = (
        reader.say("incident.card.answered_by", who=now.answered_by, at=now.answered_at)
        if now.answered_by
        else countdown(now.reply_due_at, now.now, reader)
    )
    return f"{taken} · {public}"


def _buttons(now: CardNow, reader: Reader) -> Iterable[Block]:
    first = next((verb for verb in ("take", "answer", "close") if verb in now.can), "")
    for verb in BUTTONS:
        if verb in now.can:
            style = "primary" if verb == first else None
            yield blocks.button(reader.say(f"incident.button.{verb}"), f"incident.{verb}", now.key, style=style)
    yield blocks.button(reader.say("incident.button.open"), PAGE, now.key, url=now.address)


def card_line(now: CardNow, reader: Reader) -> str:
    """The card in few words."""
    about = blocks.link(now.address, cut(f"{now.key} {now.title}", 150))
    return f"{MARK} {blocks.bold(reader.say(f'incident.card.{now.state}'))}\n{about} · {blocks.escape(_standing(now, reader))}"


def told(now: CardNow, verb: str, who: str, said: str, reader: Reader) -> Rendered:
    """News for whoever raised it."""
    line = reader.say(f"incident.told.{verb}", who=who, key=now.key)
    about = blocks.link(now.address, cut(f"{now.key} {now.title}", 200))
    shown = [blocks.section(f"{blocks.bold(line)}\n{about}")]
    if said:
        shown.append(blocks.quotation(said, WHY))
    return Rendered(f"{line} {now.title}", shown)


def told_line(now: CardNow, verb: str, who: str, reader: Reader) -> str:
    """The news in few words."""
    about = blocks.link(now.address, cut(f"{now.key} {now.title}", 150))
    return f"{blocks.bold(reader.say(f'incident.told.{verb}', who=who, key=now.key))}\n{about}"


def receipt(now: CardNow, reader: Reader) -> Say:
    """It was heard: who was paged, by when the public has an answer."""
    line = reader.say("incident.slack.raised", key=now.key)
    names = list(dict.fromkeys(name for _role, name in now.people))
    paged = reader.say("incident.slack.paged", names=names) if names else reader.say("incident.slack.nobody")
    about = blocks.link(now.address, cut(f"{now.key} {now.title}", 200))
    foot = f"{paged} {countdown(now.reply_due_at, now.now, reader)}"
    return Say(line, [blocks.section(f"{MARK} {blocks.bold(line)}\n{about}"), blocks.context(blocks.escape(foot))])


def answer_modal(key: str, title: str, reader: Reader) -> Block:
    """What the public was told, and where."""
    return _modal("answer", key, title, [_words("text", reader, "answer"), _link(reader)], reader)


def note_modal(key: str, title: str, reader: Reader) -> Block:
    """A free entry of the timeline."""
    return _modal("note", key, title, [_words("text", reader, "note")], reader)


def false_alarm_modal(key: str, title: str, reader: Reader) -> Block:
    """Why it was none."""
    return _modal("false_alarm", key, title, [_words("reason", reader, "false_alarm")], reader)


def close_modal(key: str, title: str, reader: Reader, *, answered: bool) -> Block:
    """What happened, why, and why the public was not answered where it was not."""
    fields = [_words("what_happened", reader, "what_happened"), _words("root_cause", reader, "root_cause")]
    if not answered:
        fields.append(_words("no_answer_reason", reader, "no_answer_reason"))
    return _modal("close", key, title, fields, reader)


def alert_modal(values: Mapping[str, str], departments: Sequence[tuple[str, str]], reader: Reader) -> Block:
    """The form of an alert, for whoever typed nothing or used it on a message."""
    text = blocks.text_input("text", value=values.get("text", ""), lines=True)
    menu = blocks.menu("department", departments, chosen=values.get("department", ""))
    link = blocks.text_input("link", value=values.get("link", ""), longest=2000)
    fields = [
        blocks.entry("text", reader.say("incident.modal.text"), text),
        blocks.entry("department", reader.say("incident.field.department"), menu, optional=True),
        blocks.entry("link", reader.say("incident.field.link"), link, optional=True),
    ]
    return blocks.modal(
        ALERT, reader.say("incident.modal.alert"), fields, close=reader.say("slack.cancel"), submit=reader.say("incident.modal.raise"),
    )  # fmt: skip


def _words(block: str, reader: Reader, label: str) -> Block:
    return blocks.entry(block, reader.say(f"incident.modal.{label}_label"), blocks.text_input(block, lines=True))


def _link(reader: Reader) -> Block:
    return blocks.entry(
        "link", reader.say("incident.field.link"), blocks.text_input("link", longest=2000), optional=True
    )


def _modal(verb: str, key: str, title: str, fields: Sequence[Block], reader: Reader) -> Block:
    about = blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}")
    return blocks.modal(
        f"incident.{verb}", reader.say(f"incident.modal.{verb}"), [about, *fields], close=reader.say("slack.cancel"),
        submit=reader.say("incident.modal.send"), data={"key": key},
    )  # fmt: skip


def listed(rows: Sequence[Mapping[str, Any]], count: int, address: str, reader: Reader) -> Say:
    """Open ones first, and where the rest is."""
    if not rows:
        text = reader.say("incident.slack.none")
        return Say(text, [blocks.section(blocks.escape(text))])
    title = reader.say("incident.slack.list", n=count)
    lines = "\n".join(
        f"• {blocks.link(row['address'], cut(row['title'], 120))}  {blocks.escape(reader.say('incident.state.' + row['state']))}"
        for row in rows
    )
    every = blocks.button(reader.say("incident.slack.all"), PAGE, "all", url=address)
    return Say(title, [blocks.section(f"{blocks.bold(title)}\n{lines}"), blocks.actions(every)])
