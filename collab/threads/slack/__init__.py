"""Conversations in Slack: who is mentioned hears of it and answers there; `/collab comment KEY text`."""

from collab.threads.slack import news, writing

__all__ = ["install"]


def install() -> None:
    """Make messages, the command, the button and the modal known."""
    news.install()
    writing.install()
