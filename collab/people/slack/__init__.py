"""People in Slack: what one can type about oneself, whose an account is, and what Slack tells of accounts."""

from collab.people.slack import commands, events, standing_in
from collab.people.slack.matching import account_of, meet

__all__ = ["account_of", "install", "meet"]


def install() -> None:
    """Make commands and events known."""
    commands.install()
    events.install()
    standing_in.install()
