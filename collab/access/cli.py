"""Tokens, for whoever runs the installation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from collab.access.rules.keys import LIVES, MEASUREMENTS
from collab.access.service import tokens
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.permits import permit
from collab.people import queries as people

MOST_DAYS = max(LIVES)
"""None lives longer, a machine's neither: its owner hears a week before it ends and makes the next one."""


@click.group("token")
def token() -> None:
    """Bearer tokens for the API."""


@token.command("create")
@click.argument("email")
@click.option("--label", default="command line", help="What the token is for, shown to its owner.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=MOST_DAYS, show_default=True, help="How long it is good."
)
@click.option(
    "--machine",
    help="What the machine calls itself: such a token measures goals in its owner's name, and nothing else.",
)
@click.option(
    "--goal",
    "goals",
    multiple=True,
    help="A goal the machine may measure (several times); all its owner may, unless given.",
)
@permit("operate.people")
def create_token(email: str, label: str, days: int, machine: str | None, goals: tuple[str, ...]) -> None:
    """Make a token for the member EMAIL and print nothing else."""
    now = clock.now()
    owner = _active(email)
    if goals and not machine:
        raise click.UsageError("--goal belongs to --machine: anybody else's token opens what its owner may do.")
    scoped: dict[str, Any] = (
        {"label": machine, "scope": MEASUREMENTS, "limited_to": goals} if machine else {"label": label}
    )
    try:
        secret = tokens.create_token(owner, **scoped, by=None, now=now, lives=timedelta(days=days))
    except Invalid:
        raise click.UsageError(f"There is no such goal: {', '.join(goals)}.") from None
    click.echo(secret)


def _active(email: str) -> Actor:
    found = people.find_actor_by_email(email, clock.now())
    if found is None:
        raise NotNow("no_such_member", email=email)
    if not found.active:
        raise NotNow("member_inactive", email=email)
    return found


COMMANDS = (token,)
