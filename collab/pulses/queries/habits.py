"""What the company's file of pulses says."""

from __future__ import annotations

from flask import current_app

from collab.pulses.rules.habits import Habits

NAME = "pulses.habits"


def habits() -> Habits:
    """`config/pulses.toml` of this installation."""
    found: Habits = current_app.extensions[NAME]
    return found
