"""What needs somebody, as Slack shows it: rows, order, count and buttons in one place, for `/collab me` and the Home tab."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from collab.approvals.messages.beside import read_all_button
from collab.approvals.queries import list_read_together
from collab.goals.queries.rhythm import next_ask
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.nudges.rules.presses import press_of
from collab.slack import blocks, identity
from collab.slack.blocks import Block
from collab.slack.wording import cut
from collab.subjects.registry import InboxRow


def title(rows: Sequence[InboxRow], reader: Reader) -> str:
    """How many things wait."""
    return reader.say("home.waiting", n=len(rows)) if rows else reader.say("home.nothing")


def listed(rows: Sequence[InboxRow], reader: Reader, now: datetime, *, most: int) -> list[Block]:
    """The most pressing ones, each with what is asked, about what, since when, until when, and its button; where the rest is."""
    shown = [block for row in rows[:most] for block in _row(row, reader, now)]
    if len(rows) > most:
        more = reader.say("home.more", n=len(rows) - most)
        shown.append(blocks.actions(blocks.button(more, "inbox.page", "all", url=identity.address("/"))))
    return shown


def circulated(member: Actor, rows: Sequence[InboxRow], reader: Reader, *, most: int) -> list[Block]:
    """One button to confirm the circulated ones among the rows shown, where there are several: nobody confirms what they were
    not shown."""
    here = {row.key for row in rows[:most] if "read" in row.actions}
    keys = [key for key in list_read_together(member.id) if key in here] if len(here) > 1 else []
    return [blocks.actions(read_all_button(keys, reader))] if len(keys) > 1 else []


def read(rows: Sequence[InboxRow], seen: Collection[str], reader: Reader, now: datetime, *, most: int) -> list[Block]:
    """What waits for somebody else, to be read only; `seen` are the keys the reader may follow."""
    shown = [block for row in rows[:most] for block in _line(row, reader, now, linked=row.key in seen)]
    rest = blocks.escape(reader.say("home.more_of", n=len(rows) - most))
    return [*shown, blocks.context(rest)] if len(rows) > most else shown


def _line(row: InboxRow, reader: Reader, now: datetime, *, linked: bool) -> list[Block]:
    """One row without a button."""
    said = cut(f"{row.key} {row.title}", 200)
    about = blocks.link(identity.address(row.path), said) if linked else blocks.escape(said)
    facts = blocks.escape(_facts(row, reader, now))
    return [blocks.section(f"{blocks.bold(reader.say(row.ask))}\n{about}"), blocks.context(facts)]


def what_next(member: Actor, reader: Reader) -> str:
    """What comes next where nothing waits."""
    asked = next_ask(member.id)
    soon = reader.say("home.next_check_in", key=asked[0], at=asked[1]) if asked else ""
    return f"{soon}\n{reader.say('home.nothing_next')}".strip()


def _row(row: InboxRow, reader: Reader, now: datetime) -> list[Block]:
    section, facts = _line(row, reader, now, linked=True)
    return [{**section, "accessory": _button(row, reader)}, facts]


def _button(row: InboxRow, reader: Reader) -> Block:
    press = press_of(row.key, row.actions)
    if press.here:
        return blocks.button(reader.say(press.word), press.action, press.value, style="primary")
    return blocks.button(reader.say(press.word), press.action, press.value, url=identity.address(row.path))


def _facts(row: InboxRow, reader: Reader, now: datetime) -> str:
    facts = [
        row.by_ja if reader.locale == "ja" else row.by_en,
        reader.show(row.amount) if row.amount else "",
        reader.say("inbox.slack.age", age=reader.ago(row.since, now)),
        reader.say("inbox.slack.due", due=row.due_at) if row.due_at else "",
        reader.say("inbox.slack.late") if row.due_at and row.due_at < now else "",
    ]
    return " · ".join(fact for fact in facts if fact)
