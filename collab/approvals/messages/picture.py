"""What a card, a form or a piece of news is made of: plain values, put together by the Slack room, and what buttons carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.errors import Text
from collab.subjects.registry import Face

APPROVE, RETURN, REJECT, MORE, LATER = (
    "approval.approve", "approval.return", "approval.reject", "approval.more", "approval.later",
)  # fmt: skip
AGREE, OPINION, ADVOCATE = "approval.agree", "approval.opinion", "approval.advocate"
CONDITIONS, HOLD, RELEASE, LIFT, ADD_STEP, UNDO, REVOKE = (
    "approval.conditions", "approval.hold", "approval.release", "approval.lift", "approval.add_step", "approval.undo",
    "approval.revoke",
)  # fmt: skip
TIME = "approval.more_time"
SIGNS = {"approved": "✓", "returned": "←", "rejected": "×", "waiting": "●", "answered": "✓", "lifted": "↑"}
"""Plain characters every font has; colour and emoji add nothing a word does not say."""
AGAINST, AGAINST_SIGN = ("disagree", "worse"), "▲"
"""Opinions whoever decides must have read."""


@dataclass(frozen=True)
class SeatLine:
    """A seat as a card names it: `name` is who decided or decides in person, `instead_of` whose seat it is."""

    name: str
    office: str
    state: str
    instead_of: str = ""
    due_at: datetime | None = None
    decided_at: datetime | None = None
    comment: str = ""
    opinion: str = ""
    stage: str = ""
    held_until: datetime | None = None
    held_reason: str = ""
    lifted_by: str = ""
    carried: bool = False
    kind: str = "approve"
    final: bool = False


@dataclass(frozen=True)
class StepLine:
    """A step as a card names it: who sits there, how many of them it needs, and whether it runs beside others."""

    name: str
    seats: tuple[SeatLine, ...]
    kind: str = "approve"
    rule: str = "all"
    beside: bool = False


@dataclass(frozen=True)
class Asked:
    """What the reader of a card is asked.

    `way` is approve, decide, key, review, consult or advocate; `last` when nobody is asked after them; `seen` the content version they look at, `seat` the seat
    (asked anew it is another one), `holder` whom they would decide for; `override` when a yes needs words.
    """

    way: str
    seen: int
    due_at: datetime | None
    seat: int | None = None
    holder: str = ""
    override: bool = False
    last: bool = False


@dataclass(frozen=True)
class Changes:
    """What is another since the reader last had a version before them: `verb` says what they did with it then."""

    round: int
    verb: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class CardNow:
    """Everything a card shows, as it stands; `asked` is None for whoever cannot act.

    `ways` are the further things this reader may do (`messages.WAYS`), `lines` what stands beside the round, `because`
    who sent it back here and with which words, `warnings` what the route says without stopping it.
    """

    key: str
    address: str
    face: Face
    state: str
    steps: tuple[StepLine, ...] = ()
    asked: Asked | None = None
    superseded: bool = False
    changes: Changes | None = None
    because: tuple[str, str] | None = None
    lines: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()
    ways: tuple[str, ...] = ()


def value_of(key: str, seen: int, seat: int | None = None) -> str:
    """What a button carries: the subject, the content version its presser looks at, and the seat they are asked on."""
    return f"{key}:{seen}" + (f":{seat}" if seat is not None else "")


def value_from(pressed: str) -> tuple[str, int | None]:
    """The subject and the seen version of a pressed button."""
    key, _, rest = pressed.partition(":")
    return key, _number(rest.partition(":")[0])


def seat_from(pressed: str) -> int | None:
    """The seat a pressed button was made for; None for one that names none."""
    parts = pressed.split(":")
    return _number(parts[2]) if len(parts) > 2 else None


def _number(written: str) -> int | None:
    """A number as we write them; None for anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 18 else None


def seats_of(steps: Sequence[StepLine]) -> list[SeatLine]:
    """Every seat, in order."""
    return [seat for step in steps for seat in step.seats]


def waiting_seats(steps: Sequence[StepLine]) -> list[SeatLine]:
    """Whoever is asked right now."""
    return [seat for seat in seats_of(steps) if seat.state == "waiting"]


def last_decision(steps: Sequence[StepLine]) -> SeatLine | None:
    """The newest decision."""
    done = [
        (seat.decided_at, number, seat) for number, seat in enumerate(seats_of(steps)) if seat.decided_at is not None
    ]
    return max(done, key=lambda row: row[:2])[2] if done else None
