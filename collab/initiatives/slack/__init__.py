"""Joint initiatives in Slack: the card, its buttons and forms, the lines."""

from collab.initiatives.slack import limits, lines, pressing, votes

__all__ = ["install"]


def install() -> None:
    """Make nouns, commands, buttons and forms known."""
    lines.install()
    pressing.install()
    votes.install()
    limits.install()
