"""Use-cases of data-sharing agreements, one transaction each."""

from __future__ import annotations

from collab.agreements.service.agreeing import agree, end, hand_over, leave, pause, resume
from collab.agreements.service.delivering import confirm, deliver, dispute, postpone
from collab.agreements.service.proposing import propose

__all__ = [
    "agree",
    "confirm",
    "deliver",
    "dispute",
    "end",
    "hand_over",
    "leave",
    "pause",
    "postpone",
    "propose",
    "resume",
]
