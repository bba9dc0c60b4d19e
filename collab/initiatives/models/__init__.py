"""Tables of joint initiatives."""

from collab.initiatives.models.charters import Charter
from collab.initiatives.models.initiatives import PREFIX, Initiative, InitiativeGoal, Lead, Participant
from collab.initiatives.models.pilots import Pilot, Vote
from collab.initiatives.models.work import Constraint, Entry, Health, Milestone

__all__ = [
    "PREFIX",
    "Charter",
    "Constraint",
    "Entry",
    "Health",
    "Initiative",
    "InitiativeGoal",
    "Lead",
    "Milestone",
    "Participant",
    "Pilot",
    "Vote",
]
