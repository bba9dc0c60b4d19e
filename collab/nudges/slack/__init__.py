"""Reminders in Slack: the daily message, and what one can type about it."""

from collab.nudges.slack import commands

__all__ = ["install"]


def install() -> None:
    """Make the commands known."""
    commands.install()
