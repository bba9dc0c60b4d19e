"""What Slack shows of goals: the list, one goal, the form of a new one. Words and blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from collab.goals.messages import bars, life
from collab.goals.messages.checkins import CHECK_IN, NO_CHANGE
from collab.goals.rules.progress import shown
from collab.kernel.i18n import Reader
from collab.kernel.units import joined
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.talk import Say
from collab.slack.wording import cut

LIST_PAGE, SHOW, NEW = "goal.all", "goal.look", "goal.new"
TITLE, LONG, LINE = 120, 2000, 200
SIGNS = {"on_track": "●", "at_risk": "▲", "off_track": "▼"}
"""A status that is seen before it is read, and told apart without colours."""


@dataclass(frozen=True)
class Owned:
    """One who answers for a goal, in the reader's words; `confidence` in per cent, None where nothing was said (or it is not
    the reader's to know)."""

    department: str
    name: str
    confidence: int | None = None
    waits: bool = False
    declined: bool = False


@dataclass(frozen=True)
class CardNow:
    """A goal before one reader. `status` is None as long as it does not run. `asks_at` is when their next check-in is asked
    for, `due_at` until when an open one is wanted; `mark` what a yes would be said to. `claimed`: the status is the owners', not
    the figures'; `within` says of what a threshold judges whether it keeps it, None of anything else."""

    key: str
    title: str
    address: str
    state: str
    status: str | None = None
    result: str | None = None
    progress: Fraction | None = None
    expected: Fraction | None = None
    metric: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    now: Decimal | None = None
    target: Decimal | None = None
    due_on: date | None = None
    owners: tuple[Owned, ...] = ()
    apart: int | None = None
    notes: tuple[str, ...] = ()
    asks_at: datetime | None = None
    due_at: datetime | None = None
    late: bool = False
    accept: bool = False
    mark: str = ""
    check_in: bool = False
    claimed: bool = False
    within: bool | None = None


def card(now: CardNow, reader: Reader) -> Say:
    """How it stands in the first line, how far it is in the second; then who answers for it, and what is asked."""
    word = _word(now, reader)
    head = f"{blocks.bold(word)}  {blocks.link(now.address, cut(f'{now.key} {now.title}', LINE))}"
    shown_ = [blocks.section(f"{head}\n{blocks.escape(_far(now, reader))}")]
    if way := _way(now, reader):
        shown_.append(blocks.section(blocks.escape(way)))
    if now.owners:
        shown_.append(blocks.facts([_owner(one, reader) for one in now.owners]))
    lines = [*_asked(now, reader), *_marks(now, reader)]
    if lines:
        shown_.append(blocks.context(blocks.escape("\n".join(lines))))
    shown_.append(blocks.actions(*_buttons(now, reader), block_id=f"goal:{now.key}"))
    return Say(f"{now.key} {cut(now.title, TITLE)}: {word} {_figure(now, reader)}", shown_)


def _word(now: CardNow, reader: Reader) -> str:
    """The one word for how it stands."""
    if now.result:
        return reader.say(f"goal.result.{now.result}")
    if now.status and now.claimed:
        return reader.say("goal.see.word.claimed", status=reader.say(f"web.status.{now.status}"))
    return reader.say(f"web.status.{now.status}" if now.status else f"goal.state.{now.state}")


def _figure(now: CardNow, reader: Reader) -> str:
    if now.within is not None:
        return _kept(now, reader)
    figure = None if now.progress is None else f"{shown(now.progress, 0):f}"
    return reader.say("goal.slack.per_cent", n=figure) if figure else reader.say("goal.slack.unmeasured")


def _kept(now: CardNow, reader: Reader) -> str:
    """Whether it is where it has to stay: a bar would say nothing."""
    return reader.say("goal.see.word.within" if now.within else "goal.see.word.outside")


def _bar(now: CardNow, reader: Reader) -> str:
    return bars.said(now.progress, reader) if now.within is None else _kept(now, reader)


def _far(now: CardNow, reader: Reader) -> str:
    """The bar, where it should be by now, until when."""
    parts = [_bar(now, reader)]
    if now.status and now.expected is not None and now.within is None:
        parts.append(reader.say("goal.slack.expected", n=f"{shown(now.expected, 0):f}"))
    if now.due_on and now.state != "closed":
        parts.append(reader.say("goal.slack.due", day=now.due_on))
    return " · ".join(parts)


def _way(now: CardNow, reader: Reader) -> str:
    """From where, where now, to where."""
    if not now.metric:
        return ""
    ends = {
        name: joined(bars.figure(value), now.unit if name == "target" else "")
        if value is not None
        else reader.say("goal.slack.nothing")
        for name, value in (("baseline", now.baseline), ("now", now.now), ("target", now.target))
    }
    word = "way" if now.baseline is not None else "way_now"
    return reader.say(f"goal.slack.{word}", metric=cut(now.metric, LINE), **ends)


def _owner(one: Owned, reader: Reader) -> tuple[str, str]:
    said = ""
    if one.waits:
        said = reader.say("goal.slack.declined" if one.declined else "goal.slack.waits")
    elif one.confidence is not None:
        said = reader.say("goal.slack.confidence", n=one.confidence)
    return one.department, f"{one.name}\n{said}" if said else one.name


def _asked(now: CardNow, reader: Reader) -> Iterable[str]:
    """What is asked of the reader, and by when."""
    if now.accept:
        yield reader.say("goal.slack.ask_accept")
    elif now.due_at:
        yield reader.say("goal.slack.ask_late" if now.late else "goal.slack.ask", due=now.due_at)
    elif now.asks_at:
        yield reader.say("goal.slack.next", at=now.asks_at)


def _marks(now: CardNow, reader: Reader) -> Iterable[str]:
    if now.apart is not None:
        yield reader.say("goal.slack.apart", n=now.apart)
    yield from (reader.say(f"goal.slack.note.{note}") for note in now.notes)


def _buttons(now: CardNow, reader: Reader) -> Iterable[Block]:
    """At most three: what is asked, if anything, and the page."""
    if now.accept:
        yield blocks.button(reader.say("goal.life.do.accept"), life.ACCEPT, f"{now.key}:{now.mark}", style="primary")
        yield blocks.button(reader.say("goal.life.do.decline"), life.DECLINE, f"{now.key}:{now.mark}")
    elif now.check_in:
        style = "primary" if now.due_at else None
        yield blocks.button(reader.say("goal.checkin.slack.check_in"), CHECK_IN, now.key, style=style)
        if now.due_at:
            yield blocks.button(reader.say("goal.checkin.slack.no_change"), NO_CHANGE, now.key)
    yield blocks.button(reader.say("goal.life.do.open"), life.PAGE, now.key, url=now.address)


@dataclass(frozen=True)
class Listed:
    """The list: the reader's own goals first, then others; `others_in_all` counts those that may be seen beside one's own."""

    mine: Sequence[CardNow]
    others: Sequence[CardNow]
    mine_in_all: int
    others_in_all: int
    address: str
    may_write: bool = False


def listed(now: Listed, reader: Reader) -> Say:
    """Each in two lines: what it is, how far and how it stands, when I say something next."""
    every = blocks.button(reader.say("goal.slack.all"), LIST_PAGE, "all", url=now.address)
    new = [blocks.button(reader.say("goal.slack.new"), NEW, "-")] if now.may_write else []
    if not now.mine and not now.others:
        text = reader.say("goal.slack.none")
        return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(*new, every)])
    shown_: list[Block] = []
    for name, cards, n in (("mine", now.mine, now.mine_in_all), ("others", now.others, now.others_in_all)):
        if cards:
            shown_.append(blocks.header(reader.say(f"goal.slack.list.{name}", n=n)))
            shown_ += [_row(name, one, reader) for one in cards]
    title = reader.say("goal.slack.list.title", n=now.mine_in_all)
    return Say(title, [*shown_, blocks.actions(*new, every)])


def _row(group: str, now: CardNow, reader: Reader) -> Block:
    facts = [_bar(now, reader), _word(now, reader), *_asked(now, reader)]
    text = f"{blocks.link(now.address, cut(f'{now.key} {now.title}', TITLE))}\n{blocks.escape(' · '.join(facts))}"
    button = blocks.button(reader.say("goal.slack.look"), f"{SHOW}:{group}:{now.key}", now.key)
    return blocks.section(text, accessory=button)


def home_row(group: str, now: CardNow, reader: Reader) -> Block:
    """A row of a Home tab: its status in a sign and a word, how far it is, what is asked; one tap to check in."""
    facts = [f"{SIGNS.get(now.status or '', '')} {_word(now, reader)}".strip(), _bar(now, reader), *_asked(now, reader)]
    text = f"{blocks.link(now.address, cut(f'{now.key} {now.title}', TITLE))}\n{blocks.escape(' · '.join(facts))}"
    if now.check_in:
        style = "primary" if now.due_at else None
        button = blocks.button(
            reader.say("goal.checkin.slack.check_in"), f"{CHECK_IN}:{group}:{now.key}", now.key, style=style
        )
    else:
        button = blocks.button(reader.say("goal.slack.look"), f"{SHOW}:{group}:{now.key}", now.key)
    return blocks.section(text, accessory=button)


@dataclass(frozen=True)
class Writing:
    """The form of a new goal: what is typed already, and what it will be: `candidate` is planned ahead, nobody is asked."""

    kinds: Sequence[str]
    values: Mapping[str, str] = field(default_factory=dict)
    candidate: bool = False


def new_form(now: Writing, reader: Reader) -> Block:
    """Two fields must be filled in; what begins, where it is to go and who shares it may follow on its page."""
    values = now.values
    note = reader.say("goal.slack.form.candidate" if now.candidate else "goal.slack.form.draft")
    kinds = [(kind, reader.say(f"goal.slack.kind.{kind}")) for kind in now.kinds]
    fields = [
        ("title", blocks.text_input("title", value=values.get("title", ""), longest=LINE), False),
        ("outcome", blocks.text_input("outcome", value=values.get("outcome", ""), longest=LONG, lines=True), False),
        ("person", blocks.person("person", chosen=values.get("person", "")), True),
        ("due_on", blocks.day_picker("due_on", value=values.get("due_on", "")), True),
        ("metric", blocks.text_input("metric", value=values.get("metric", ""), longest=LINE), True),
        ("kind", blocks.menu("kind", kinds, chosen=values.get("kind", now.kinds[0])), True),
        ("baseline", blocks.text_input("baseline", value=values.get("baseline", ""), longest=40), True),
        ("target", blocks.text_input("target", value=values.get("target", ""), longest=40), True),
    ]
    shown_ = [
        blocks.entry(
            name, reader.say(f"goal.slack.form.{name}"), element, optional=optional,
            hint=reader.say(f"goal.slack.form.{name}_hint") if reader.knows(f"goal.slack.form.{name}_hint") else "",
        )
        for name, element, optional in fields
    ]  # fmt: skip
    return blocks.modal(
        NEW, reader.say("goal.slack.form.title_of"), [blocks.context(blocks.escape(note)), *shown_],
        close=reader.say("slack.cancel"), submit=reader.say("goal.slack.form.send"),
    )  # fmt: skip
