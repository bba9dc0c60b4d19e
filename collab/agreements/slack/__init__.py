"""Data-sharing agreements in Slack: the card, its buttons and modals, the lines."""

from collab.agreements.slack import lines, pressing

__all__ = ["install"]


def install() -> None:
    """Make nouns, commands, buttons and modals known."""
    lines.install()
    pressing.install()
