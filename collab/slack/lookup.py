"""Looking at accounts of our workspace from elsewhere than a message of Slack's."""

from __future__ import annotations

from collab.kernel.errors import Busy, NotFound, NotNow
from collab.slack.accounts import Account
from collab.slack.client import transport
from collab.slack.home import home
from collab.slack.problems import SlackProblem


def connected() -> bool:
    """Whether there is a Slack at all; without one everybody is reached under their address."""
    return transport().name != "console"


def our_team() -> str | None:
    """The workspace whose accounts count, None while it is unknown."""
    ours = home()
    return ours.team if ours else None


def peek(user_id: str) -> Account | None:
    """An account as Slack shows it now, None where it does not."""
    try:
        return transport().account(user_id)
    except SlackProblem:
        return None


def fetch(team_id: str, user_id: str) -> Account:
    """An account of our workspace as Slack shows it now.

    Raises:
        NotNow: there is no Slack.
        NotFound: there is no such account in our workspace.
        Busy: Slack does not answer.
    """
    if not connected():
        raise NotNow("slack_not_connected")
    try:
        account = transport().account(user_id) if our_team() == team_id else None
    except SlackProblem as problem:
        raise Busy("slack_away") from problem
    if account is None:
        raise NotFound
    return account
