"""How long guests may stay, what state an invitation is in, whose domain an address is of."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Protocol

from collab.kernel.errors import Text

CODE_LASTS, LINK_LASTS = timedelta(hours=72), timedelta(minutes=10)
"""How long the code of an invitation, and the link of a guest who comes back, may be used."""
USUAL, LONGEST, WARNED_BEFORE = timedelta(days=90), timedelta(days=365), timedelta(days=7)
"""How long a guest stays unless somebody says otherwise, at most, and how long before the end the inviter hears of it."""
MOST_KEYS, MOST_LINKS_AN_HOUR = 20, 5
OPEN, ACCEPTED, REVOKED, EXPIRED = "open", "accepted", "revoked", "expired"
STATES = (OPEN, ACCEPTED, REVOKED, EXPIRED)
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)


class Dated(Protocol):
    """What an invitation says of its end."""

    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime: ...


def state_of(invitation: Dated, now: datetime) -> str:
    """`open`, `accepted`, `revoked` or `expired`."""
    if invitation.accepted_at is not None:
        return ACCEPTED
    if invitation.revoked_at is not None:
        return REVOKED
    return OPEN if now < invitation.expires_at else EXPIRED


def usual_end(today: date) -> date:
    """The last day of a guest's stay, if nobody says otherwise."""
    return today + USUAL


def end_problem(until_on: date, today: date) -> Text | None:
    """What is wrong with a last day: it is over, or further than a guest may stay."""
    if until_on < today:
        return Text("invitation.problem.over_already")
    if until_on > today + LONGEST:
        return Text("invitation.problem.too_long", {"days": LONGEST.days})
    return None


def extended(until_on: date, today: date) -> date:
    """The last day after one more usual stay: counted from the last day so far, and never further than a guest may stay."""
    return min(max(until_on, today) + USUAL, today + LONGEST)


def is_to_warn(until_on: date, warned_on: date | None, today: date) -> bool:
    """Whether the inviter is to be told now that a stay ends: once for each last day."""
    return warned_on != until_on and today <= until_on <= today + WARNED_BEFORE


def is_over(until_on: date, today: date) -> bool:
    """Whether a stay is over: its last day counts in full."""
    return until_on < today


def address_problem(email: str, ours: Collection[str]) -> Text | None:
    """What is wrong with a guest's address: no address, or one of the company's own domains."""
    if not _ADDRESS.fullmatch(email):
        return Text("people.problem.bad_address")
    domain = email.rpartition("@")[2]
    if any(domain == own or domain.endswith(f".{own}") for own in ours):
        return Text("invitation.problem.own_domain", {"domain": domain})
    return None
