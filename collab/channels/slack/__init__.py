"""Shared channels in Slack: their cards and news (`cards`), connecting one (`connecting`), what it wants (`wishing`)."""

from collab.channels.slack import cards, connecting

__all__ = ["install"]


def install() -> None:
    """Make the kinds of message, the command and the modal known."""
    cards.install()
    connecting.install()
