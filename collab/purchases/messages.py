"""What Slack shows of a purchase request: the form, the receipt, the list. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta

from collab.approvals.messages import StepLine, decided_line, last_decision
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut

FORM, FILE, NONE = "purchase.form", "purchase.file", "none"
TICKS = ("personal_data", "after_the_fact")


@dataclass(frozen=True)
class Field:
    """One field of the form; `path` is its name everywhere: block id, schema, complaint."""

    path: str
    kind: str
    longest: int = 200
    optional: bool = False
    reacts: bool = False


FIELDS = (
    Field("title", "line", 120),
    Field("purpose", "lines", 3000),
    Field("vendor", "line"),
    Field("category", "menu", reacts=True),
    Field("amount", "line", 40),
    Field("currency", "menu"),
    Field("billing", "menu", reacts=True),
    Field("term_months", "line", 3),
    Field("goal", "menu", reacts=True),
    Field("no_goal_reason", "lines", 3000),
    Field("personal_data", "tick", optional=True, reacts=True),
    Field("after_the_fact", "tick", optional=True, reacts=True),
    Field("after_the_fact.on", "day"),
    Field("after_the_fact.reason", "lines", 3000),
    Field("cx_impact", "lines", 3000),
    Field("benefit.text", "lines", 3000),
    Field("benefit.amount", "line", 40),
    Field("benefit.by_on", "day"),
    Field("owners.business", "person"),
    Field("owners.technical", "person"),
    Field("owners.data", "person"),
    Field("affected.channels", "line", 3, optional=True),
    Field("affected.units", "line", 3, optional=True),
    Field("affected.regions", "line", 3, optional=True),
    Field("initiative", "menu", optional=True),
    Field("needed_by_on", "day", optional=True),
    Field("department", "menu", optional=True),
    Field("visibility", "menu", optional=True),
)
ALWAYS = (
    "title", "purpose", "vendor", "category", "amount", "currency", "billing", "goal", "personal_data", "after_the_fact",
)  # fmt: skip
RARE = (
    "initiative",
    "affected.channels",
    "affected.units",
    "affected.regions",
    "needed_by_on",
    "department",
    "visibility",
)
KNOWN = frozenset(field.path for field in FIELDS)


@dataclass(frozen=True)
class Way:
    """What would happen if it were submitted now: the steps in order, how long it usually takes, what it comes to."""

    steps: Sequence[str] = ()
    usual: timedelta | None = None
    total: Money | None = None
    refusal: str = ""
    auto: str = ""
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """The form in one state: what is filled in, which fields show, what the menus offer."""

    values: Mapping[str, Any]
    shown: frozenset[str]
    menus: Mapping[str, Sequence[tuple[str, str]]]
    notice: str = ""
    way: Way | None = None


def form(state: Form, reader: Reader) -> Block:
    """The modal to file a request."""
    top = [blocks.section("※ " + blocks.escape(state.notice), block_id="notice")] if state.notice else []
    offered = state.shown - {field.path for field in FIELDS if field.kind == "menu" and not state.menus.get(field.path)}
    fields = [_field(field, state, reader) for field in FIELDS if field.path in offered]
    more = [] if state.shown.issuperset(RARE) else [_more(reader)]
    foot = [blocks.context(blocks.escape(line)) for line in _foot(state.way, reader)] if state.way else []
    return blocks.modal(
        FILE, reader.say("purchase.slack.title"), [*top, *fields, *more, *foot], close=reader.say("slack.cancel"),
        submit=reader.say("purchase.slack.submit"),
    )  # fmt: skip


def _more(reader: Reader) -> Block:
    return blocks.actions(blocks.button(reader.say("purchase.slack.more"), f"{FORM}:more", "more"), block_id="more")


def _field(field: Field, state: Form, reader: Reader) -> Block:
    label = reader.say(f"purchase.field.{field.path}")
    element = _element(field, state.values.get(field.path), state.menus.get(field.path, ()), label)
    hint_key = f"purchase.slack.hint.{field.path}"
    hint = reader.say(hint_key) if reader.knows(hint_key) else ""
    return blocks.entry(field.path, label, element, optional=field.optional, hint=hint, reacts=field.reacts)


def _element(field: Field, value: Any, choices: Sequence[tuple[str, str]], label: str) -> Block:
    action = f"{FORM}:{field.path}"
    match field.kind:
        case "menu":
            return blocks.menu(action, choices, chosen=str(value or ""))
        case "tick":
            return blocks.tick(action, "yes", label, on=bool(value))
        case "day":
            return blocks.day_picker(action, value=str(value or ""))
        case "person":
            return blocks.person(action, chosen=str(value or ""))
    return blocks.text_input(action, value=str(value or ""), longest=field.longest, lines=field.kind == "lines")


def _foot(way: Way, reader: Reader) -> list[str]:
    """The plan, and what the company's rules warn of."""
    return [_way(way, reader), *(f"※ {warning}" for warning in way.warnings)]


def _way(way: Way, reader: Reader) -> str:
    """The plan in a line: who decides, in order, and how long it usually takes."""
    if way.refusal:
        return way.refusal
    parts = [reader.say("purchase.slack.total", total=way.total)] if way.total else []
    parts.append(way.auto or reader.say("purchase.slack.way", steps=" → ".join(way.steps)))
    if way.usual is not None:
        parts.append(
            reader.say("purchase.slack.usual", time=format_timedelta(way.usual, threshold=1.2, locale=reader.locale))
        )
    return " · ".join(parts)


def receipt(key: str, title: str, address: str, way: Way, reader: Reader) -> Say:
    """What was filed, who decides it now, how long it usually takes."""
    line = reader.say("purchase.slack.filed", key=key)
    link = blocks.link(address, cut(f"{key} {title}", 200))
    shown = [blocks.section(f"{blocks.bold(line)}\n{link}"), blocks.context(blocks.escape(_way(way, reader)))]
    return Say(line, shown)


@dataclass(frozen=True)
class Line:
    """A request in one line."""

    key: str
    title: str
    state: str
    address: str
    total: Money | None = None


def listed(lines: Sequence[Line], count: int, address: str, reader: Reader) -> Say:
    """The newest requests, and where the rest is."""
    if not lines:
        text = reader.say("purchase.slack.none")
        return Say(text, [blocks.section(blocks.escape(text))])
    title = reader.say("purchase.slack.list", n=count)
    rows = "\n".join(_row(line, reader) for line in lines)
    everything = blocks.button(reader.say("purchase.slack.all"), "purchase.page", "all", url=address)
    return Say(title, [blocks.section(f"{blocks.bold(title)}\n{rows}"), blocks.actions(everything)])


def _row(line: Line, reader: Reader) -> str:
    facts = [reader.say(f"purchase.state.{line.state}"), *([reader.show(line.total)] if line.total else [])]
    return f"• {blocks.link(line.address, cut(f'{line.key} {line.title}', 120))}  {blocks.escape(' · '.join(facts))}"


MORE_TIME, DROP, ASK_TO_RETURN = "purchase.more_time", "purchase.drop", "purchase.ask_to_return"


@dataclass(frozen=True)
class Mending:
    """A request that was sent back, for whoever mends it: why they hear (`word`, `kind`), until when, what was said."""

    key: str
    title: str
    address: str
    word: str
    kind: str
    due_at: datetime | None
    steps: tuple[StepLine, ...]
    more_time: bool


def mend(now: Mending, reader: Reader) -> Rendered:
    """The card: what was said when it was sent back, and the three ways on."""
    line = reader.say(f"purchase.mend.{now.word}", key=now.key)
    last = last_decision(now.steps)
    shown = [blocks.section(f"{blocks.bold(line)}\n{blocks.link(now.address, cut(f'{now.key} {now.title}', 200))}")]
    shown.append(blocks.section(blocks.escape(now.kind)))
    if last:
        shown.append(blocks.section(blocks.escape(decided_line(last, reader))))
        shown += [blocks.quotation(last.comment, 500)] if last.comment else []
    if now.due_at:
        shown.append(blocks.context(blocks.escape(reader.say("approval.card.due", due=now.due_at))))
    return Rendered(f"{line} {now.title}", [*shown, _ways(now, reader)])


def _ways(now: Mending, reader: Reader) -> Block:
    mending = blocks.button(
        reader.say("approval.button.mend"), "purchase.page", now.key, url=now.address, style="primary"
    )
    later = [blocks.button(reader.say("approval.time.button"), MORE_TIME, now.key)] if now.more_time else []
    return blocks.actions(mending, *later, _drop(now.key, now.title, reader))


def _drop(key: str, title: str, reader: Reader) -> Block:
    """The button that gives a request up, once one is sure."""
    yes, no = reader.say("purchase.mend.drop"), reader.say("approval.button.not_yet")
    question = blocks.confirm(reader.say("purchase.mend.sure"), f"{key} {cut(title, 120)}", yes, no)
    return blocks.button(yes, DROP, key, confirm=question)


def sure_to_drop(key: str, title: str, reader: Reader) -> Say:
    """Before a request is given up for good: which one, and the button that does it."""
    text = reader.say("purchase.slack.sure_to_drop", key=key, title=title)
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(_drop(key, title, reader))])


def too_late(key: str, refusal: str, reader: Reader) -> Say:
    """Somebody decided already: why it cannot be taken back, and the one tap that asks for it back."""
    ask = blocks.button(reader.say("purchase.act.ask_to_return"), ASK_TO_RETURN, key, style="primary")
    return Say(refusal, [blocks.section(blocks.escape(refusal)), blocks.actions(ask)])


def mend_line(key: str, title: str, address: str, reader: Reader) -> str:
    """The card in few words."""
    head = blocks.bold(reader.say("purchase.mend.last", key=key))
    return f"{head}\n{blocks.link(address, cut(f'{key} {title}', 150))}"
