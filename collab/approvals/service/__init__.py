"""Use-cases of the engine, one transaction each: opening a round, deciding, moving seats, taking routes."""

from collab.approvals.service.deciding import Decision, RoundEnded, decide, end_round, revoke, undo
from collab.approvals.service.moving import hand_over, move_seats, sweep
from collab.approvals.service.opening import Subject, open_round, preview
from collab.approvals.service.reminding import ask_later
from collab.approvals.service.routes import take

__all__ = [
    "Decision",
    "RoundEnded",
    "Subject",
    "ask_later",
    "decide",
    "end_round",
    "hand_over",
    "move_seats",
    "open_round",
    "preview",
    "revoke",
    "sweep",
    "take",
    "undo",
]
