"""What the company's file of goals says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from collab.goals.rules.habits import Habits
from collab.kernel.company import company

NAME = "goals.habits"


def habits() -> Habits:
    """`config/goals.toml` of this installation."""
    found: Habits = current_app.extensions[NAME]
    return found


def today(now: datetime) -> date:
    """Which day it is for the company's goals: their days are the company's."""
    return now.astimezone(ZoneInfo(company().zone)).date()
