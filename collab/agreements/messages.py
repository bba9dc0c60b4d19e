"""What Slack shows of an agreement: one card for every occasion, the modals, the news, the list. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut
from collab.subjects.registry import Face

AGREE, DELIVER, POSTPONE, HANDOVER, CONFIRM, DISPUTE, LOOK = (
    "agreement.agree", "agreement.deliver", "agreement.postpone", "agreement.handover", "agreement.confirm",
    "agreement.dispute", "agreement.look",
)  # fmt: skip
PAGE = "agreement.page"
WHY, MOST_FACTS = 600, 6
_FIRST = ("agree", "deliver", "confirm")
"""What is one tap and stands out."""


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows, as it stands; `can` are the verbs its reader may do, `late` whether it was due already."""

    key: str
    address: str
    face: Face
    state: str
    due_on: date | None = None
    due_at: datetime | None = None
    late: bool = False
    last: Text | None = None
    can: frozenset[str] = field(default_factory=frozenset)


def card(now: CardNow, reader: Reader, *, ask: str = "") -> Rendered:
    """What is asked, what data, between whom, how often, until when, and the buttons its reader may press."""
    head = _headline(now, reader, ask)
    shown = [blocks.section(f"{blocks.bold(head)}\n{_link(now)}"), *_substance(now, reader)]
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{head}: {now.key} {now.face.title}", shown)


def _headline(now: CardNow, reader: Reader, ask: str) -> str:
    if ask and (ask in now.can or not now.can):
        return reader.say(f"agreement.card.{ask}") if ask in now.can else reader.say(f"agreement.state.{now.state}")
    first = next((verb for verb in _FIRST if verb in now.can), "")
    return reader.say(f"agreement.card.{first}") if first else reader.say(f"agreement.state.{now.state}")


def _substance(now: CardNow, reader: Reader) -> Iterable[Block]:
    facts = [(reader.say(label), cut(reader.show(value), 300)) for label, value in now.face.facts[:MOST_FACTS]]
    yield blocks.facts(facts)
    if now.face.why:
        yield blocks.quotation(now.face.why, WHY)
    lines = [reader.say(now.last)] if now.last else []
    if now.due_at:
        lines.append(reader.say(f"agreement.card.{'late' if now.late else 'due'}", due=now.due_at))
    if lines:
        yield blocks.context(blocks.escape(" · ".join(lines)))


def _buttons(now: CardNow, reader: Reader) -> Iterable[Block]:
    for verb in ("agree", "deliver", "confirm", "postpone", "dispute", "handover"):
        if verb in now.can:
            style = "primary" if verb in _FIRST and verb == _primary(now) else None
            yield blocks.button(
                reader.say(f"agreement.button.{verb}"), f"agreement.{verb}", value_of(now.key, now.due_on), style=style
            )  # fmt: skip


def _primary(now: CardNow) -> str:
    return next((verb for verb in _FIRST if verb in now.can), "")


def _link(now: CardNow) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.face.title}", 200))


def card_line(now: CardNow, reader: Reader, *, ask: str = "") -> str:
    """The card in few words."""
    facts = [reader.say("agreement.card.due", due=now.due_at)] if now.due_at else []
    return "\n".join([blocks.bold(_headline(now, reader, ask)), " · ".join([_link(now), *map(blocks.escape, facts)])])


@dataclass(frozen=True)
class News:
    """What somebody did: the verb, who (empty: nobody pressed it), what they said, and what came with it."""

    verb: str
    who: str = ""
    said: str = ""
    link: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def told(now: CardNow, news: News, reader: Reader) -> Rendered:
    """News for the other side, with the buttons that answer it."""
    line = _told(now, news, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if news.said:
        shown.append(blocks.quotation(news.said, WHY))
    if news.link:
        shown.append(blocks.context(blocks.link(news.link, cut(news.link, 150))))
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{line} {now.face.title}", shown)


def told_line(now: CardNow, news: News, reader: Reader) -> str:
    """The news in few words."""
    return f"{blocks.bold(_told(now, news, reader))}\n{_link(now)}"


def _told(now: CardNow, news: News, reader: Reader) -> str:
    word = news.verb if news.who else f"{news.verb}_by_itself"
    if news.verb == "agree" and now.state != "proposed":
        word = "active"
    return reader.say(f"agreement.told.{word}", who=news.who, key=now.key, **news.more)


def value_of(key: str, due_on: date | None) -> str:
    """What a button carries: the agreement, and which delivery its presser looks at."""
    return f"{key}:{due_on.isoformat() if due_on else ''}"


def value_from(pressed: str) -> tuple[str, date | None]:
    """The agreement and the delivery of a pressed button."""
    key, _, written = pressed.partition(":")
    try:
        return key, date.fromisoformat(written) if written else None
    except ValueError:
        return key, None


def reason_modal(verb: str, key: str, title: str, reader: Reader) -> Block:
    """Where what is wrong with a delivery is written."""
    entry = blocks.entry(
        "reason", reader.say(f"agreement.modal.{verb}_label"), blocks.text_input("reason", longest=2000, lines=True)
    )  # fmt: skip
    return _modal(verb, key, title, [entry], reader)


def postpone_modal(key: str, title: str, reader: Reader, *, day: date | None) -> Block:
    """A new date, and why."""
    picker = blocks.day_picker("on", value=day.isoformat() if day else "")
    fields = [
        blocks.entry("on", reader.say("agreement.modal.on"), picker),
        blocks.entry(
            "reason", reader.say("agreement.modal.reason"), blocks.text_input("reason", longest=2000, lines=True)
        ),
    ]
    return _modal("postpone", key, title, fields, reader)


def handover_modal(key: str, title: str, reader: Reader, *, sides: Sequence[str]) -> Block:
    """To whom."""
    fields = [blocks.entry("to", reader.say("agreement.modal.to"), blocks.person("to"))]
    if len(sides) > 1:
        choices = [(side, reader.say(f"agreement.field.{side}")) for side in sides]
        fields.append(blocks.entry("side", reader.say("agreement.modal.side"), blocks.menu("side", choices)))
    return _modal("handover", key, title, fields, reader)


def _modal(verb: str, key: str, title: str, fields: Sequence[Block], reader: Reader) -> Block:
    about = blocks.section(f"{blocks.bold(key)} {blocks.escape(cut(title, 200))}")
    return blocks.modal(
        f"agreement.{verb}", reader.say(f"agreement.modal.{verb}"), [about, *fields], close=reader.say("slack.cancel"),
        submit=reader.say("agreement.modal.send"), data={"key": key, "verb": verb},
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """An agreement in one line of the list."""

    key: str
    title: str
    address: str
    state: str
    due_at: datetime | None
    late: bool


def listed(rows: Sequence[Row], count: int, address: str, reader: Reader) -> Say:
    """What is due first, and where the rest is."""
    if not rows:
        text = reader.say("agreement.slack.none")
        return Say(text, [blocks.section(blocks.escape(text))])
    title = reader.say("agreement.slack.list", n=count)
    lines = "\n".join(_row(row, reader) for row in rows)
    every = blocks.button(reader.say("agreement.slack.all"), PAGE, "all", url=address)
    return Say(title, [blocks.section(f"{blocks.bold(title)}\n{lines}"), blocks.actions(every)])


def _row(row: Row, reader: Reader) -> str:
    facts = [reader.say(f"agreement.state.{row.state}")]
    if row.due_at:
        facts.append(reader.say(f"agreement.card.{'late' if row.late else 'due'}", due=row.due_at))
    return f"• {blocks.link(row.address, cut(f'{row.key} {row.title}', 120))}  {blocks.escape(' · '.join(facts))}"
