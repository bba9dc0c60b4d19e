"""What superiors read when something stalls: one card for those of both sides, cards for one, in their languages. No I/O."""

from collab.escalations.messages.cards import card, line
from collab.escalations.messages.others import alarm, catch_up, exhausted, nobody
from collab.escalations.messages.stalled import (
    PAGE,
    TAKE,
    Before,
    Stalled,
    Waited,
    ask,
    headline,
    side_of,
    span,
    standing,
    waited_line,
)  # fmt: skip

__all__ = [
    "PAGE", "TAKE", "Before", "Stalled", "Waited", "alarm", "ask", "card", "catch_up", "exhausted", "headline", "line", "nobody",
    "side_of", "span", "standing", "waited_line",
]  # fmt: skip
