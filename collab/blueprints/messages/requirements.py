"""What Slack shows of a requirement: the card that asks for an answer, the modals, the news. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.blueprints.rules.requirements import ASKED, COMMITTED, COUNTERED
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

VERBS = ("commit", "counter", "decline", "agree", "met", "withdraw")
FIRST = {"commit", "agree", "met"}
"""What stands out, one per state."""
LOOK = "blueprint.look"
WHY = 600


@dataclass(frozen=True)
class RequirementNow:
    """Everything a card shows, as it stands; `can` are the verbs its reader may do, `sides` who asks whom, in the reader's words
    of departments; `mine` whether it waits for the reader."""

    key: str
    number: int
    address: str
    initiative: str
    title: str
    state: str
    side: int
    asker: Any
    sides: tuple[Any, Any]
    facts: Sequence[tuple[Text, Any]] = ()
    due_at: datetime | None = None
    late: bool = False
    can: frozenset[str] = field(default_factory=frozenset)
    mine: bool = False


def card(now: RequirementNow, reader: Reader) -> Rendered:
    """What is needed, by whom, for what, until when, and the buttons its reader may press."""
    head = _head(now, reader)
    about = f"{blocks.bold(head)}\n{_link(now)}\n{blocks.escape(_from_to(now, reader))}"
    shown = [blocks.section(about)]
    facts = [(reader.say(_label(label, now.state)), cut(reader.show(value), 300)) for label, value in now.facts]
    if facts:
        shown.append(blocks.facts(facts))
    if now.due_at:
        shown.append(blocks.context(blocks.escape(_due(now, reader))))
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{head}: {now.title}", shown)


def _label(label: Text, state: str) -> Text:
    """What a fact is called: what is only offered is not promised yet."""
    if state != COUNTERED:
        return label
    offered = {"blueprint.field.answer": "offer", "blueprint.field.promised_on": "offered_on"}.get(label.key)
    return Text(f"blueprint.card.{offered}") if offered else label


def card_line(now: RequirementNow, reader: Reader) -> str:
    """The card in few words."""
    due = f" · {blocks.escape(_due(now, reader))}" if now.due_at else ""
    return f"{blocks.bold(_head(now, reader))}\n{_link(now)}{due}"


def told(now: RequirementNow, verb: str, who: str, said: str, reader: Reader) -> Rendered:
    """News of it, with the buttons that answer it."""
    line = _told(now, verb, who, reader)
    shown = [blocks.section(f"{blocks.bold(line)}\n{_link(now)}")]
    if said:
        shown.append(blocks.quotation(said, WHY))
    buttons = list(_buttons(now, reader))
    if buttons:
        shown.append(blocks.actions(*buttons))
    return Rendered(f"{line} {now.title}", shown)


def told_line(now: RequirementNow, verb: str, who: str, reader: Reader) -> str:
    """The news in few words."""
    return f"{blocks.bold(_told(now, verb, who, reader))}\n{_link(now)}"


def _told(now: RequirementNow, verb: str, who: str, reader: Reader) -> str:
    on = next((value for label, value in now.facts if label.key == "blueprint.field.promised_on"), None)
    dated = verb in ("commit", "counter", "agree") and on is not None
    return reader.say(f"blueprint.told.{verb}", who=who, **({"on": on} if dated else {}))


def _head(now: RequirementNow, reader: Reader) -> str:
    asks = {ASKED: "answer", COUNTERED: "agree", COMMITTED: "deliver"}
    if now.mine and now.state in asks:
        return reader.say(f"blueprint.card.{asks[now.state]}")
    return reader.say(f"blueprint.state.{now.state}")


def _from_to(now: RequirementNow, reader: Reader) -> str:
    return reader.say(
        "blueprint.card.from_to", who=now.asker, asking=now.sides[0], answering=now.sides[1], initiative=now.initiative
    )


def _due(now: RequirementNow, reader: Reader) -> str:
    return reader.say(f"blueprint.card.{'late' if now.late else 'due'}", due=now.due_at)


def _link(now: RequirementNow) -> str:
    return blocks.link(now.address, cut(now.title, 200))


def _buttons(now: RequirementNow, reader: Reader) -> Iterable[Block]:
    for verb in VERBS:
        if verb in now.can and not (verb == "withdraw" and not now.mine):
            style = "primary" if verb in FIRST else None
            yield blocks.button(
                reader.say(f"blueprint.button.{verb}"), f"blueprint.{verb}", value_of(now.key, now.number), style=style
            )  # fmt: skip


def value_of(key: str, number: int) -> str:
    """What a button carries."""
    return f"{key}:{number}"


def value_from(pressed: str) -> tuple[str, int]:
    """The initiative and the requirement of a pressed button."""
    key, _, number = pressed.partition(":")
    return key, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def answer_modal(verb: str, now: RequirementNow, reader: Reader, *, day: str = "") -> Block:
    """Where a commit gets its date, a decline its reason, a counter both."""
    fields = []
    if verb in ("commit", "counter"):
        fields.append(blocks.entry("on", reader.say(f"blueprint.modal.{verb}_on"), blocks.day_picker("on", value=day)))
    words = blocks.text_input("text", longest=2000, lines=True)
    fields.append(blocks.entry("text", reader.say(f"blueprint.modal.{verb}_text"), words, optional=verb == "commit"))
    about = blocks.section(f"{blocks.bold(now.key)} {blocks.escape(cut(now.title, 200))}")
    return blocks.modal(
        f"blueprint.{verb}", reader.say(f"blueprint.modal.{verb}"), [about, *fields], close=reader.say("slack.cancel"),
        submit=reader.say("blueprint.modal.send"), data={"key": now.key, "number": now.number},
    )  # fmt: skip
