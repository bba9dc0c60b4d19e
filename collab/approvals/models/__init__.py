"""The tables of approvals: rounds and seats, the route book, and what stands beside a round."""

from collab.approvals.models.beside import Condition, Question, Reading, Revocation, RevocationVoice
from collab.approvals.models.rounds import UNCLOCKED, Round, Seat
from collab.approvals.models.routes import RouteProposal, RouteVersion

__all__ = [
    "UNCLOCKED",
    "Condition",
    "Question",
    "Reading",
    "Revocation",
    "RevocationVoice",
    "Round",
    "RouteProposal",
    "RouteVersion",
    "Seat",
]
