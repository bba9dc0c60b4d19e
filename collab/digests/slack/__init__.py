"""The digest in Slack: the message of an issue, and what one can type about it."""

from collab.digests.slack import commands

__all__ = ["install"]


def install() -> None:
    """Make the commands known."""
    commands.install()
