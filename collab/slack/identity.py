"""Which Slack account is whom: asked here, answered by people/, which fills in the loaders at start-up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from collab.kernel.actor import Actor
from collab.kernel.atomic import beginning_with
from collab.kernel.company import company
from collab.kernel.i18n import Reader

REMEMBERED_SECONDS, MOST_REMEMBERED = 60.0, 10_000


@dataclass(frozen=True)
class Stranger:
    """An account that is no member's: `why` not, and what Slack said about it, if it was asked.

    `may_link` is whether a member may make it their own; `locale` the language its profile asks for, if we know it.
    """

    team: str
    user: str
    why: str
    name: str = ""
    handle: str = ""
    email: str = ""
    may_link: bool = True
    locale: str = ""


@dataclass(frozen=True)
class Loaders:
    """How to find members: by their id, by their Slack account, and their Slack address for sending.

    `meet` says whose an account is and writes nothing down about strangers. `greet` writes down that one spoke, and gives
    a single-use code with which a member makes the account their own; no code where nobody may.
    """

    actor_of: Callable[[int], Actor | None]
    meet: Callable[[str, str], Actor | Stranger]
    greet: Callable[[Stranger], str]
    account_of: Callable[[Actor], str | None]
    everybody: Callable[[], list[Actor]]


def actor_of(member_id: int) -> Actor | None:
    """The member with this id."""
    return _loaders().actor_of(member_id)


def meet(team_id: str, user_id: str) -> Actor | Stranger:
    """The member a Slack account belongs to, or the stranger it is. Always asked afresh: it decides what one may do."""
    who = _loaders().meet(team_id, user_id)
    memory = _memory()
    if len(memory) > MOST_REMEMBERED:
        memory.clear()
    memory.pop((team_id, user_id), None)
    if isinstance(who, Actor):
        memory[team_id, user_id] = (time.monotonic(), who)
    return who


def member_of(team_id: str, user_id: str) -> Actor | None:
    """The member a Slack account belongs to, None for a stranger. Learning whose it is is no effect of what is being done:
    a form that is sent back afterwards may be sent again."""
    with beginning_with(lambda: None):
        who = meet(team_id, user_id)
    return who if isinstance(who, Actor) else None


def recently(team_id: str, user_id: str) -> Actor | None:
    """The member as last seen within a minute: enough to choose the language of a help text, never to permit anything."""
    seen_at, actor = _memory().get((team_id, user_id), (0.0, None))
    return actor if actor is not None and time.monotonic() - seen_at < REMEMBERED_SECONDS else None


def forget(team_id: str, user_id: str) -> None:
    """Ask afresh next time: something about the member changed."""
    _memory().pop((team_id, user_id), None)


def greet(stranger: Stranger) -> str:
    """Write down that a stranger spoke; the web address with which a member makes the account their own, if one may."""
    code = _loaders().greet(stranger)
    return address(f"/link/{code}") if code else ""


def address(path: str) -> str:
    """The whole address of one of our pages."""
    return f"{current_app.extensions['settings'].base_url}{path}"


def everybody() -> list[Actor]:
    """Every member, for the preview."""
    return _loaders().everybody()


def account_of(actor: Actor) -> str | None:
    """The Slack user id to send to; None when this member cannot be reached in Slack."""
    return _loaders().account_of(actor)


def recipient_of(member_id: int | None) -> tuple[Actor | None, Reader]:
    """The member to speak to and how they read; a channel reads as the company does."""
    actor = actor_of(member_id) if member_id is not None else None
    if actor is None:
        return None, Reader(company().locale, company().zone)
    return actor, Reader(actor.locale, actor.zone)


def _memory() -> dict[tuple[str, str], tuple[float, Actor]]:
    found: dict[tuple[str, str], tuple[float, Actor]] = current_app.extensions.setdefault("slack.remembered", {})
    return found


def _loaders() -> Loaders:
    found: Loaders = current_app.extensions["slack.identity"]
    return found
