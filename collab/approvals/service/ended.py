"""The news that a round has come to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor


@dataclass(frozen=True)
class RoundEnded:
    """Told inside the transaction to whoever the subject belongs to; `actor` is None where nobody was asked."""

    subject: str
    state: str
    actor: Actor | None
    at: datetime
