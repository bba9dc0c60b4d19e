"""What stands behind "more": the rarer ways on, in the order in which they are wanted, each with what it does."""

from __future__ import annotations

from collections.abc import Sequence

from collab.approvals.messages.picture import (
    ADD_STEP,
    CONDITIONS,
    HOLD,
    LATER,
    LIFT,
    REJECT,
    RELEASE,
    REVOKE,
    TIME,
    UNDO,
    CardNow,
    value_of,
)
from collab.kernel.i18n import Reader
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

SOON, TOMORROW = "2h", "tomorrow"
_LATER = ((SOON, "soon"), (TOMORROW, "tomorrow"))
WAYS = {
    "lift": LIFT, "conditions": CONDITIONS, "hold": HOLD, "release": RELEASE, "add_step": ADD_STEP, "more_time": TIME,
    "later": LATER, "reject": REJECT, "undo": UNDO, "revoke": REVOKE,
}  # fmt: skip
"""What a card may offer behind "more", by the name it has in `CardNow.ways`, in this order."""
_LAST = ("later", "reject", "undo", "revoke")
"""These stand below what other parts of the engine offer."""
_ASKS = {"reject": "danger", "revoke": "danger"}


def more_modal(now: CardNow, seen: int | None, reader: Reader, sections: Sequence[Block] = ()) -> Block:
    """The rarer ways on for this reader, and what other parts offer (`sections`)."""
    seat = now.asked.seat if now.asked else None
    value = value_of(now.key, seen or 0, seat)
    page = blocks.button(reader.say("approval.button.page"), "approval.page", now.key, url=now.address)
    shown = [
        blocks.section(f"{blocks.bold(now.key)} {blocks.escape(cut(now.face.title, 200))}"),
        blocks.section(blocks.escape(reader.say("approval.more.page")), accessory=page),
    ]
    ways = [way for way in WAYS if way in now.ways]
    shown += [_section(way, value, reader) for way in ways if way not in _LAST]
    shown += sections
    shown += [_section(way, value, reader) for way in ways if way in _LAST]
    return blocks.modal("approval.more", reader.say("approval.more.title"), shown, close=reader.say("slack.close"))


def _section(way: str, value: str, reader: Reader) -> Block:
    if way == "later":
        choices = [(f"{value}:{when}", reader.say(f"approval.later.{word}")) for when, word in _LATER]
        element = blocks.menu(LATER, choices, hint=reader.say("approval.later.choose"))
    else:
        element = blocks.button(reader.say(f"approval.button.{way}"), WAYS[way], value, style=_ASKS.get(way))
    return blocks.section(blocks.escape(reader.say(f"approval.more.{way}")), accessory=element)


def undo_offer(key: str, seen: int, reader: Reader) -> Block:
    """The way back, beside the thanks for a decision."""
    return blocks.actions(blocks.button(reader.say("approval.button.undo"), UNDO, value_of(key, seen)))
