"""Use-cases of the engine, one transaction each: opening a round, deciding, moving seats, taking routes."""

from collab.approvals.service.deciding import Decision, RoundEnded, decide, end_round, revoke, undo
from collab.approvals.service.moving import come_home, hand_over, move_seats
from collab.approvals.service.opening import Subject, open_round, preview
from collab.approvals.service.reminding import ask_later, more_time
from collab.approvals.service.routes import take
from collab.approvals.service.sweeping import sweep

__all__ = [
    "Decision",
    "RoundEnded",
    "Subject",
    "ask_later",
    "come_home",
    "decide",
    "end_round",
    "hand_over",
    "more_time",
    "move_seats",
    "open_round",
    "preview",
    "revoke",
    "sweep",
    "take",
    "undo",
]
