"""Messages for the last owner, for administrators, and after a time in which nobody looked at the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.escalations.messages.cards import about_line, before_lines, buttons, facts, line, standing_lines
from collab.escalations.messages.stalled import DONE, MOST_LINES, PAGE, TAKE, Stalled, headline
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Rendered
from collab.slack import blocks
from collab.slack.blocks import Block


def nobody(now: Stalled, reader: Reader, *, skipped: Sequence[tuple[Any, Text]], again_at: datetime | None) -> Rendered:
    """For administrators: nobody can be told, why each was passed over, and what helps."""
    said = reader.say("escalation.nobody.title")
    if not now.is_open:
        return _over(now, reader)
    why = [reader.say("escalation.nobody.skipped", who=who, why=reason) for who, reason in skipped]
    lines = [*why, reader.say("escalation.nobody.helps")]
    if again_at is not None:
        lines.append(reader.say("escalation.nobody.again", at=again_at))
    head = f"{blocks.bold(said)}\n{blocks.link(now.address, about_line(now, reader))}\n{blocks.escape(reader.say(headline(now)))}"
    shown = [
        blocks.section(head),
        blocks.section("\n".join(blocks.escape(text) for text in lines)),
        *standing_lines(now, [reader]),
    ]
    return Rendered(f"{said}: {about_line(now, reader)}", [*shown, buttons(now, [reader])])


def exhausted(now: Stalled, reader: Reader, *, mine: bool) -> Rendered:
    """For the last named owner (and who else must know): nobody will be reminded any more."""
    if not now.is_open:
        return _over(now, reader)
    said = reader.say("escalation.exhausted.yours" if mine else "escalation.exhausted.title")
    head = f"{blocks.bold(said)}\n{blocks.link(now.address, about_line(now, reader))}\n{blocks.escape(reader.say(headline(now)))}"
    note = reader.say("escalation.exhausted.note")
    shown = [blocks.section(head), blocks.facts(facts(now, [reader])), *before_lines(now, reader)]
    return Rendered(
        f"{said}: {about_line(now, reader)}", [*shown, blocks.context(blocks.escape(note)), buttons(now, [reader])]
    )


def _over(now: Stalled, reader: Reader) -> Rendered:
    said = f"{DONE} {reader.say(headline(now))}"
    shown = blocks.section(f"{blocks.bold(said)}\n{blocks.link(now.address, about_line(now, reader))}")
    return Rendered(f"{said}: {about_line(now, reader)}", [shown])


def catch_up(waits: Sequence[Stalled], reader: Reader, page: str) -> Rendered:
    """One message instead of many after a time in which nobody looked at the clocks."""
    still = [one for one in waits if one.is_open]
    said = reader.say("escalation.catch_up.title", n=len(still)) if still else reader.say("escalation.catch_up.done")
    shown = [blocks.header(said), blocks.context(blocks.escape(reader.say("escalation.catch_up.why")))]
    shown += [_take_line(one, reader) for one in waits[:MOST_LINES]]
    more = len(waits) - MOST_LINES
    label = reader.say("escalation.catch_up.more", n=more) if more > 0 else reader.say("escalation.catch_up.page")
    shown.append(blocks.actions(blocks.button(label, PAGE, "all", url=page)))
    return Rendered(said, shown)


def _take_line(one: Stalled, reader: Reader) -> Block:
    if not one.is_open:
        return blocks.context(f"{DONE} {line(one, reader)}")
    take = (
        blocks.button(reader.say("escalation.button.take"), f"{TAKE}:{one.id}", str(one.id)) if one.may_take else None
    )
    return blocks.section(line(one, reader), accessory=take)


def alarm(found: Sequence[tuple[str, str]], count: int, reader: Reader, page: str) -> Rendered:
    """For administrators: which clocks are in trouble and how; what could be mended was mended."""
    said = reader.say("escalation.alarm.title", n=count)
    lines = [reader.say(f"escalation.trouble.{code}", key=key) for code, key in found[:MOST_LINES]]
    if count > len(lines):
        lines.append(reader.say("escalation.alarm.more", n=count - len(lines)))
    text = "\n".join(f"• {blocks.escape(one)}" for one in lines)
    shown = [
        blocks.section(f"{blocks.bold(said)}\n{blocks.escape(reader.say('escalation.alarm.lead'))}\n{text}"),
        blocks.context(blocks.escape(reader.say("escalation.alarm.mended"))),
        blocks.actions(blocks.button(reader.say("escalation.alarm.look"), PAGE, "all", url=page)),
    ]
    return Rendered(said, shown)
