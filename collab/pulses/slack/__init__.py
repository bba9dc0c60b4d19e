"""Alignment pulses in Slack: the card, its form, the results, the lines."""

from collab.pulses.slack import lines, pressing

__all__ = ["install"]


def install() -> None:
    """Make the noun, commands, buttons and the form known."""
    lines.install()
    pressing.install()
