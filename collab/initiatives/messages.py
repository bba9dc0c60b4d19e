"""What Slack shows of an initiative: its card, the news, the list, the forms. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut
from collab.subjects.registry import Face

FINE, WORRY, START, LOOK = "initiative.fine", "initiative.worry", "initiative.start", "initiative.look"
HEALTH, NEW, CLOSE, PAGE = "initiative.health", "initiative.new", "initiative.close", "initiative.page"
WHY, MOST_FACTS, LINE, LONG, TITLE = 600, 6, 200, 2000, 120
HEALTHS = ("on_track", "at_risk", "off_track")
NAMED, ANSWERED = ("create", "lead"), ("diverge", "start", "pilot")
"""News to whoever leads it now; news the leads answer at once: how it goes for their side."""
RESULTS = ("achieved", "stopped", "dropped")
_TOLD_BELOW = ("initiative.field.leads", "initiative.field.state")
"""What a card need not say among the facts: the sides have lines of their own, the state is its headline."""
_MARKS = {"on_track": "🟢", "at_risk": "🟡", "off_track": "🔴"}


@dataclass(frozen=True)
class SideNow:
    """One side: its department, who leads for it, how they say it goes (None: nothing yet) and why."""

    department: str
    who: str
    health: str | None = None
    note: str = ""


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows, as it stands. `can` are the verbs its reader may do; a guest has no `sides`."""

    key: str
    address: str
    face: Face
    state: str
    sides: tuple[SideNow, ...] = ()
    apart: bool = False
    can: frozenset[str] = field(default_factory=frozenset)


def card(now: CardNow, reader: Reader) -> Rendered:
    """Where it stands, what it is for the customer, how both sides say it goes, and the buttons its reader may press."""
    head = reader.say(f"initiative.card.{now.state}")
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}"), *_substance(now, reader), *_buttons(now, reader)]
    return Rendered(f"{head}: {now.key} {now.face.title}", shown)


def _substance(now: CardNow, reader: Reader) -> Iterable[Block]:
    if now.face.why:
        yield blocks.quotation(now.face.why, WHY)
    told_below = _TOLD_BELOW if now.sides else ()
    shown = [(label, value) for label, value in now.face.facts if label.key not in told_below]
    facts = [(reader.say(label), cut(reader.show(value), 300)) for label, value in shown[:MOST_FACTS]]
    if facts:
        yield blocks.facts(facts)
    if now.sides:
        yield blocks.section("\n".join(_side(side, reader) for side in now.sides))
    if now.apart:
        yield blocks.context(blocks.escape(reader.say("initiative.page.apart")))


def _side(side: SideNow, reader: Reader) -> str:
    said = reader.say(f"web.status.{side.health}") if side.health else reader.say("initiative.page.unsaid")
    words = [
        f"{_MARKS.get(side.health or '', '⚪')} {blocks.bold(cut(side.department, 80))}",
        blocks.escape(f"{said} ({cut(side.who, 80)})"),
    ]
    if side.note:
        words.append(blocks.escape(cut(side.note, 200)))
    return "  ".join(words)


def _buttons(now: CardNow, reader: Reader) -> Iterable[Block]:
    found = []
    if "start" in now.can:
        found.append(blocks.button(reader.say("initiative.act.start"), START, now.key, style="primary"))
    if "health" in now.can:
        found.append(blocks.button(reader.say("initiative.button.fine"), FINE, now.key))
        found.append(blocks.button(reader.say("initiative.button.worry"), WORRY, now.key))
    if found:
        yield blocks.actions(*found)


def _link(now: CardNow) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.face.title}", 200))


@dataclass(frozen=True)
class News:
    """What somebody did: the verb, who (empty: nobody pressed it), what they said, and the names and words that came with it."""

    verb: str
    who: str = ""
    said: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def told(now: CardNow, news: News, reader: Reader) -> Rendered:
    """News, with what it is about."""
    line = _told(now, news, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if news.said:
        shown.append(blocks.quotation(news.said, WHY))
    if news.verb in NAMED:
        shown += _first(now, reader)
    elif news.verb in ANSWERED:
        shown += _buttons(now, reader)
    return Rendered(f"{line} {now.face.title}", shown)


def _first(now: CardNow, reader: Reader) -> Iterable[Block]:
    """What whoever was named a lead reads first, and does first."""
    if now.face.why:
        yield blocks.quotation(now.face.why, WHY)
    yield blocks.context(blocks.escape(reader.say("initiative.next.charter")))
    open_it = blocks.button(reader.say("initiative.next.charter_do"), PAGE, now.key, url=f"{now.address}/charter")
    yield blocks.actions(open_it)


def told_line(now: CardNow, news: News, reader: Reader) -> str:
    """The news in few words."""
    return f"{blocks.bold(_told(now, news, reader))}\n{_link(now)}"


def _told(now: CardNow, news: News, reader: Reader) -> str:
    word = f"initiative.told.{news.verb}"
    by_itself = f"{word}_by_itself"
    if not news.who and reader.knows(by_itself):
        word = by_itself
    return reader.say(word, who=news.who, key=now.key, **news.more)


@dataclass(frozen=True)
class Row:
    """An initiative in one line of the list."""

    key: str
    title: str
    address: str
    state: str
    healths: tuple[str | None, ...] = ()
    apart: bool = False


def listed(rows: Sequence[Row], count: int, address: str, reader: Reader, *, may_create: bool) -> Say:
    """What needs attention first, and where the rest is."""
    new = [blocks.button(reader.say("initiative.page.new"), NEW, "new")] if may_create else []
    if not rows:
        text = reader.say("initiative.slack.none")
        return Say(text, [blocks.section(blocks.escape(text)), *([blocks.actions(*new)] if new else [])])
    title = reader.say("initiative.slack.list", n=count)
    lines = "\n".join(_row(row, reader) for row in rows)
    every = blocks.button(reader.say("initiative.slack.all"), PAGE, "all", url=address)
    return Say(title, [blocks.section(f"{blocks.bold(title)}\n{lines}"), blocks.actions(every, *new)])


def _row(row: Row, reader: Reader) -> str:
    facts = [reader.say(f"initiative.state.{row.state}")]
    if row.apart:
        facts.append(reader.say("initiative.page.apart"))
    marks = "".join(_MARKS.get(one or "", "⚪") for one in row.healths)
    link = blocks.link(row.address, cut(f"{row.key} {row.title}", TITLE))
    return f"• {link}  {marks} {blocks.escape(' · '.join(facts))}"


def health_modal(key: str, title: str, reader: Reader, *, health: str = "at_risk", text: str = "") -> Block:
    """How it goes for one's side, and why."""
    choices = [(one, reader.say(f"web.status.{one}")) for one in HEALTHS]
    why = blocks.text_input("note", value=text, longest=LONG, lines=True)
    fields = [
        blocks.entry(
            "health", reader.say("initiative.modal.health_label"), blocks.menu("health", choices, chosen=health)
        ),
        blocks.entry(
            "note",
            reader.say("initiative.modal.note"),
            why,
            optional=True,
            hint=reader.say("initiative.modal.note_hint"),
        ),
    ]
    return _modal(HEALTH, key, title, fields, reader)


def close_modal(key: str, title: str, reader: Reader, *, result: str = "", text: str = "") -> Block:
    """What came of it, and what was learnt."""
    choices = [(one, reader.say(f"initiative.result.{one}")) for one in RESULTS]
    fields = [
        blocks.entry("result", reader.say("initiative.field.result"), blocks.menu("result", choices, chosen=result))
    ]
    for name in ("outcome", "lesson"):
        written = text if name == "outcome" else ""
        element = blocks.text_input(name, value=written, longest=LONG, lines=True)
        fields.append(blocks.entry(name, reader.say(f"initiative.field.{name}"), element))
    return _modal(CLOSE, key, title, fields, reader)


@dataclass(frozen=True)
class Writing:
    """What the form of a new one offers: journey stages and live goals as (code, name); what was typed already."""

    stages: Sequence[tuple[str, str]]
    goals: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]
    values: Mapping[str, str] = field(default_factory=dict)


def new_modal(now: Writing, reader: Reader) -> Block:
    """The customer first, then the goal, then what it is called and who leads it for the other side."""
    values = now.values
    given: list[tuple[str, Block, bool]] = [
        ("problem", blocks.text_input("problem", value=values.get("problem", ""), longest=LONG, lines=True), False),
        ("journey_stage", blocks.menu("journey_stage", now.stages, chosen=values.get("journey_stage", "")), False),
        ("goal", blocks.menu("goal", now.goals, chosen=values.get("goal", "")), False),
        ("title", blocks.text_input("title", value=values.get("title", ""), longest=LINE), False),
        ("other", blocks.person("other", chosen=values.get("other", "")), False),
        ("department", blocks.menu("department", now.departments, chosen=values.get("department", "")), True),
    ]
    entries = [
        blocks.entry(name, reader.say(f"initiative.modal.{name}"), element, optional=optional, hint=_hint(name, reader))
        for name, element, optional in given
    ]
    return blocks.modal(
        NEW, reader.say("initiative.modal.new"), [blocks.context(blocks.escape(reader.say("initiative.modal.new_note"))), *entries],
        close=reader.say("slack.cancel"), submit=reader.say("initiative.form.write"),
    )  # fmt: skip


def _hint(name: str, reader: Reader) -> str:
    key = f"initiative.modal.{name}_hint"
    return reader.say(key) if reader.knows(key) else ""


def _modal(callback: str, key: str, title: str, fields: Sequence[Block], reader: Reader) -> Block:
    about = blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}")
    return blocks.modal(
        callback, reader.say(f"{callback.replace('initiative.', 'initiative.modal.')}"), [about, *fields],
        close=reader.say("slack.cancel"), submit=reader.say("initiative.modal.send"), data={"key": key},
    )  # fmt: skip
