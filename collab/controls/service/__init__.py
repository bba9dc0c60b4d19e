"""Use-cases on changes of controls: proposed by one person, confirmed by another, written on their day, never backwards."""

from collab.controls.service.deciding import confirm, decline, withdraw
from collab.controls.service.leaving import leave
from collab.controls.service.proposing import propose
from collab.controls.service.sweeping import sweep
from collab.controls.service.telling import ASKED, LAST_CHANCE, TOLD, ChangeAsked, ChangeOver, ChangeWaits, ask_others

__all__ = [
    "ASKED",
    "LAST_CHANCE",
    "TOLD",
    "ChangeAsked",
    "ChangeOver",
    "ChangeWaits",
    "ask_others",
    "confirm",
    "decline",
    "leave",
    "propose",
    "sweep",
    "withdraw",
]
