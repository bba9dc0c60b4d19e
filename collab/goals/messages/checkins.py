"""What Slack shows of check-ins: the card that asks, the last chance, the one form, what two owners see differently. Words and
blocks, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab.goals.rules import STATUSES
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

CHECK_IN, NO_CHANGE, ACKNOWLEDGE, DISCUSS, PAGE = (
    "goal.checkin", "goal.no_change", "goal.acknowledge", "goal.discuss", "goal.checkin_page",
)  # fmt: skip
"""Buttons. The first two carry the keys they are about, `all` for whatever is asked."""
FORM, TALK = "goal.checkin_form", "goal.discuss"
"""Modals."""
ALL, FOLLOW = "all", "-"
MOST = 8
"""Goals of one modal: Slack shows a hundred blocks."""
MOST_LINES, NOTE, TITLE = 12, 2000, 150


@dataclass(frozen=True)
class Row:
    """One goal to check in on. `written` is its last value as typed, None where it is not to be entered; `suggested` the code of
    the status the figures suggest; `was` what is said of the last value; `gap` how far the other owner is, too far only."""

    key: str
    title: str
    address: str
    metric: str = ""
    unit: str = ""
    is_ratio: bool = False
    written: str | None = None
    was: str = ""
    confidence: int | None = 70
    suggested: str = "on_track"
    owner: bool = True
    asked: bool = False
    due_at: datetime | None = None
    gap: int | None = None


def asked(rows: Sequence[Row], page: str, reader: Reader) -> Rendered:
    """Check in on so many goals until then: each in a line, and three buttons."""
    title = reader.say("goal.checkin.slack.asked", n=len(rows))
    due = min((row.due_at for row in rows if row.due_at), default=None)
    until = reader.say("goal.checkin.slack.asked_until", at=due) if due else ""
    return _card(title, until, rows, page, reader, ALL)


def last_chance(rows: Sequence[Row], page: str, reader: Reader) -> Rendered:
    """Before any superior hears: the same, about what is late."""
    keys = [row.key for row in rows]
    title = reader.say("goal.checkin.slack.last_chance", key=keys)
    due = min((row.due_at for row in rows if row.due_at), default=None)
    was = reader.say("goal.checkin.slack.was_due", at=due) if due else ""
    return _card(
        title, f"{was} {reader.say('goal.checkin.slack.last_chance_why')}".strip(), rows, page, reader, ",".join(keys)
    )


def answered(page: str, reader: Reader) -> Rendered:
    """Nothing is asked any more."""
    text = reader.say("goal.checkin.slack.answered")
    return Rendered(text, [blocks.section(blocks.escape(text)), blocks.actions(_open(page, reader))])


def _card(title: str, lead: str, rows: Sequence[Row], page: str, reader: Reader, about: str) -> Rendered:
    lines = "\n".join(_line(row, reader) for row in rows[:MOST_LINES])
    head = blocks.bold(title) + (f"\n{blocks.escape(lead)}" if lead else "")
    buttons = [
        blocks.button(reader.say("goal.checkin.slack.no_change"), NO_CHANGE, about, style="primary"),
        blocks.button(reader.say("goal.checkin.slack.check_in"), CHECK_IN, about),
        _open(page, reader),
    ]
    more = [blocks.context(blocks.escape(reader.say("goal.checkin.slack.more", n=len(rows) - MOST_LINES)))]
    return Rendered(
        f"{title}. {lead}",
        [
            blocks.section(head),
            blocks.section(lines),
            *(more if len(rows) > MOST_LINES else []),
            blocks.actions(*buttons),
        ],
    )


def _line(row: Row, reader: Reader) -> str:
    facts = _facts(row, reader)
    return f"• {blocks.link(row.address, cut(f'{row.key} {row.title}', 120))}\n    {blocks.escape(' · '.join(facts))}"


def _facts(row: Row, reader: Reader) -> list[str]:
    """What stands now: the value, one's own confidence, what the figures suggest."""
    said = ([_value(row, reader)] if row.metric else []) + _standing(row, reader)
    if row.confidence is not None:
        said.insert(
            len(said) - 1 - (row.gap is not None), reader.say("goal.checkin.slack.confidence", n=row.confidence)
        )
    return said


def _value(row: Row, reader: Reader) -> str:
    name = cut(row.metric, 60)
    if not row.was:
        return reader.say("goal.checkin.slack.no_value", name=name)
    return reader.say("goal.checkin.slack.value", name=name, value=row.was)


def _standing(row: Row, reader: Reader) -> list[str]:
    """What the figures suggest, and how far the other owner is, if too far."""
    said = [reader.say("goal.checkin.slack.suggested", status=Text(f"web.status.{row.suggested}"))]
    return said if row.gap is None else [*said, reader.say("goal.checkin.slack.apart", n=row.gap)]


def _open(page: str, reader: Reader) -> Block:
    return blocks.button(reader.say("goal.checkin.slack.open"), PAGE, "page", url=page)


def form(rows: Sequence[Row], page: str, reader: Reader, *, move: int) -> Block:
    """One form for all of them, filled in; past eight, a link. A `move` of confidence by so many points needs a note."""
    shown = rows[:MOST]
    head = [
        blocks.actions(
            blocks.button(reader.say("goal.checkin.slack.no_change"), NO_CHANGE, ",".join(row.key for row in shown)),
            _open(page, reader),
        )
    ]
    body = [block for row in shown for block in _fields(row, reader, move, alone=len(shown) == 1)]
    if len(rows) > MOST:
        more = blocks.link(page, reader.say("goal.checkin.slack.more", n=len(rows) - MOST))
        body.append(blocks.context(f"{blocks.escape(reader.say('goal.checkin.slack.more_text'))} {more}"))
    was = {row.key: [row.written, row.confidence, int(row.asked)] for row in shown}
    return blocks.modal(
        FORM, reader.say("goal.checkin.slack.modal"), [*head, *body], close=reader.say("slack.cancel"),
        submit=reader.say("goal.checkin.slack.save"), data={"goals": was},
    )  # fmt: skip


def _fields(row: Row, reader: Reader, move: int, *, alone: bool) -> Iterable[Block]:
    head = f"{blocks.link(row.address, cut(f'{row.key} {row.title}', TITLE))}\n{blocks.escape(' · '.join(_standing(row, reader)))}"
    yield blocks.section(head)
    if row.written is not None:
        hint = "ratio_hint" if row.is_ratio else "figure_hint"
        last = row.was or reader.say("goal.checkin.slack.none")
        yield blocks.entry(
            f"{row.key}.value", reader.say("goal.checkin.slack.figure", name=cut(row.metric, 80)),
            blocks.text_input("value", value=row.written, longest=80), optional=True,
            hint=reader.say(f"goal.checkin.slack.{hint}", value=last),
        )  # fmt: skip
    if row.owner:
        tens = [(str(n), reader.say("goal.checkin.page.per_cent", n=n)) for n in range(100, -10, -10)]
        yield blocks.entry(
            f"{row.key}.confidence", reader.say("goal.checkin.page.confidence"), blocks.menu("confidence", tens, chosen=str(row.confidence))
        )  # fmt: skip
    hint = reader.say("goal.checkin.page.note_hint", n=move) if row.owner else ""
    note = blocks.text_input("note", longest=NOTE, lines=True)
    yield blocks.entry(f"{row.key}.note", reader.say("goal.checkin.page.note"), note, optional=True, hint=hint)
    if alone and row.owner:
        yield from _status(row, reader)


def _status(row: Row, reader: Reader) -> Iterable[Block]:
    """Where there is room: a status against the figures, and why."""
    follow = reader.say("goal.checkin.page.as_figures", status=Text(f"web.status.{row.suggested}"))
    choices = [(FOLLOW, follow), *((code, reader.say(f"web.status.{code}")) for code in STATUSES)]
    menu = blocks.menu("status", choices, chosen=FOLLOW)
    yield blocks.entry(f"{row.key}.status", reader.say("goal.checkin.page.status"), menu)
    reason = blocks.text_input("reason", longest=NOTE, lines=True)
    yield blocks.entry(f"{row.key}.reason", reader.say("goal.checkin.page.reason"), reason, optional=True)


@dataclass(frozen=True)
class Apart:
    """Two owners who see a goal too differently, told to one of them."""

    key: str
    title: str
    address: str
    who: str
    points: int = 0
    mine: int | None = None
    theirs: int | None = None
    note: str = ""
    can: frozenset[str] = field(default_factory=frozenset)


def diverged(now: Apart, reader: Reader) -> Rendered:
    """How far apart, what each says, and what to do about it."""
    title = reader.say("goal.checkin.slack.diverged", key=now.key, n=now.points, who=now.who)
    both = reader.say("goal.checkin.slack.diverged_both", mine=now.mine, who=now.who, theirs=now.theirs)
    text = f"{both} {reader.say('goal.checkin.sides.diverged_next')}"
    buttons = [
        blocks.button(reader.say("goal.checkin.slack.discuss"), DISCUSS, now.key, style="primary"),
        blocks.button(reader.say("goal.checkin.slack.check_in"), CHECK_IN, now.key),
    ]
    shown = [blocks.section(f"{blocks.bold(title)}\n{_titled(now)}\n{blocks.escape(text)}")]
    return Rendered(f"{title}. {text}", [*shown, blocks.actions(*buttons)] if "discuss" in now.can else shown)


def diverged_line(now: Apart, reader: Reader) -> str:
    """The same in few words."""
    return f"{blocks.bold(reader.say('goal.checkin.slack.diverged', key=now.key, n=now.points, who=now.who))}\n{_titled(now)}"


def discussed(now: Apart, reader: Reader) -> Rendered:
    """What the other owner wrote down."""
    title = reader.say("goal.checkin.slack.discussed", who=now.who, key=now.key)
    return Rendered(title, [blocks.section(f"{blocks.bold(title)}\n{_titled(now)}"), blocks.quotation(now.note, NOTE)])


def discussed_line(now: Apart, reader: Reader) -> str:
    """The same in few words."""
    return f"{blocks.bold(reader.say('goal.checkin.slack.discussed', who=now.who, key=now.key))}\n{_titled(now)}"


def _titled(now: Apart) -> str:
    return blocks.link(now.address, cut(f"{now.key} {now.title}", TITLE))


def talk_modal(now: Apart, reader: Reader) -> Block:
    """Where what was made of it is written down."""
    about = blocks.section(
        f"{_titled(now)}\n{blocks.escape(reader.say('goal.checkin.slack.diverged_both', mine=now.mine, who=now.who, theirs=now.theirs))}"
    )
    note = blocks.text_input("note", longest=NOTE, lines=True)
    return blocks.modal(
        TALK, reader.say("goal.checkin.slack.discuss_modal"),
        [about, blocks.entry("note", reader.say("goal.checkin.slack.discuss_label"), note)],
        close=reader.say("slack.cancel"), submit=reader.say("goal.checkin.slack.save"), data={"key": now.key},
    )  # fmt: skip
