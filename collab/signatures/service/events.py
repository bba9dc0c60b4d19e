"""What signatures tell the features above, inside the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor


@dataclass(frozen=True)
class SheetValid:
    """Both have signed this version."""

    subject_key: str
    paper: str
    version: int
    at: datetime


@dataclass(frozen=True)
class SheetVoided:
    """A sheet counts no more; `was_valid` when both had signed it. `actor` None: nobody pressed it."""

    subject_key: str
    paper: str
    version: int
    was_valid: bool
    reason: str
    actor: Actor | None
    at: datetime
