"""Which Slack account is whom: asked here, answered by people/, which fills in the loaders at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class Loaders:
    """How to find members: by their id, by their Slack account, and their Slack address for sending."""

    actor_of: Callable[[int], Actor | None]
    member_of: Callable[[str, str], Actor | None]
    account_of: Callable[[Actor], str | None]


def actor_of(member_id: int) -> Actor | None:
    """The member with this id."""
    return _loaders().actor_of(member_id)


def member_of(team_id: str, user_id: str) -> Actor | None:
    """The member a Slack account belongs to, None for a stranger."""
    return _loaders().member_of(team_id, user_id)


def account_of(actor: Actor) -> str | None:
    """The Slack user id to send to; None when this member cannot be reached in Slack."""
    return _loaders().account_of(actor)


def recipient_of(member_id: int | None) -> tuple[Actor | None, Reader]:
    """The member to speak to and how they read; a channel reads as the company does."""
    actor = actor_of(member_id) if member_id is not None else None
    if actor is None:
        return None, Reader(company().locale, company().zone)
    return actor, Reader(actor.locale, actor.zone)


def _loaders() -> Loaders:
    found: Loaders = current_app.extensions["slack.identity"]
    return found
