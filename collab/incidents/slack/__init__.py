"""Brand incidents in Slack: raising one, the card, its buttons and modals."""

from collab.incidents.slack import lines, pressing

__all__ = ["install"]


def install() -> None:
    """Make nouns, commands, buttons, modals and the shortcut known."""
    lines.install()
    pressing.install()
