"""Tasks in Slack: asking in a line, from a message or in a form; the card with its date chips; every verb as a typed line."""

from collab.tasks.slack import asking, doing
from collab.tasks.slack import lines as lines  # said again: the checker loses it in a circle

__all__ = ["install"]


def install() -> None:
    """Make nouns, commands, shortcuts, buttons and modals known."""
    asking.install()
    doing.install()
    lines.install()
