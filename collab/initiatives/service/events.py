"""What initiatives tell the rest of the house, inside the transaction in which it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.sight import Held
from collab.kernel.actor import Actor


@dataclass(frozen=True)
class LeadsChanged:
    """Somebody else leads: `initiative` is as it stands afterwards, `went` led before, `actor` None is that they left."""

    initiative: InitiativeView
    went: tuple[Held, ...]
    actor: Actor | None
    at: datetime


@dataclass(frozen=True)
class InitiativeClosed:
    """It is over: nothing of it is waited for any more. `initiative` is as it stands afterwards."""

    initiative: InitiativeView
    actor: Actor | None
    at: datetime
