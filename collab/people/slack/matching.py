"""Whose a Slack account is, and which account is a member's: the tied one first, then the confirmed e-mail, as Slack
knows it now. On the console accounts are addresses, and nothing is tied that would outlive the day a token is set."""

from __future__ import annotations

from dataclasses import replace

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.people import queries, service
from collab.people.rules import LEFT, NO_MEMBER
from collab.slack.accounts import OUTSIDE, Account
from collab.slack.client import transport
from collab.slack.home import JOB_SECONDS, home
from collab.slack.identity import Stranger
from collab.slack.lookup import peek
from collab.slack.problems import Later

UNKNOWN_HOME_WAIT = 30
"""Seconds until we try again to learn which workspace is ours."""


def meet(team_id: str, user_id: str) -> Actor | Stranger:
    """The member an account belongs to, or the stranger it is. Raises SlackProblem while Slack does not say."""
    now = clock.now()
    if transport().name == "console":
        return _on_the_console(team_id, user_id)
    known = queries.find_actor_by_slack(team_id, user_id, now)
    if known is not None:
        return known
    ours = home()
    if ours is None:
        raise Later("home_unknown", retry_after=UNKNOWN_HOME_WAIT)
    if ours.team != team_id:
        return Stranger(team_id, user_id, OUTSIDE, may_link=False)
    return service.recognise(transport().account(user_id), team_id, user_id, now=now)


def _on_the_console(team_id: str, user_id: str) -> Actor | Stranger:
    actor = queries.find_actor_by_email(user_id, clock.now())
    if actor is not None and actor.active:
        return actor
    return Stranger(team_id, user_id, LEFT if actor else NO_MEMBER, handle=user_id.partition("@")[0], email=user_id)


def account_of(actor: Actor) -> str | None:
    """Where to write to a member: Slack is asked once, and after a no only when hours have passed or an account changed.

    Raises SlackProblem.
    """
    if transport().name == "console":
        return actor.email
    ours = home(JOB_SECONDS)
    if ours is None:
        transport().check()  # says what is wrong, if it is the workspace that refuses us
        raise Later("home_unknown", retry_after=UNKNOWN_HOME_WAIT)
    known, now = queries.find_slack_account(actor.id, ours.team), clock.now()
    if known is not None or queries.was_sought(actor.id, now):
        return known
    return service.find_by_email(actor, _account_with(actor), ours.team, now=now)


def _account_with(actor: Actor) -> Account | None:
    """The account under a member's address. Slack says its language only where it is asked for by its id."""
    account = transport().account_with(actor.email)
    if account is None or account.locale or queries.chose_language(actor.id):
        return account
    asked = peek(account.id)
    return replace(account, locale=asked.locale) if asked else account
