"""The ways in of this installation, from its settings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from collab.access.provider import Knowledge, knowledge_of
from collab.access.rules.doors import Door
from collab.access.rules.refusals import SignInRefused
from collab.kernel.actor import Actor
from config.settings import Provider, SignIn

COMPANY, GUESTS = "company", "guests"


@dataclass(frozen=True)
class Way:
    """A door and the provider behind it."""

    door: Door
    provider: Provider

    @property
    def knowledge(self) -> Knowledge:
        """What the provider says about itself. Raises SignInRefused."""
        return knowledge_of(self.provider)


def sign_in_settings() -> SignIn:
    """What the settings say of getting in."""
    found: SignIn = current_app.extensions["settings"].sign_in
    return found


def redirect_uri() -> str:
    """Where a provider sends browsers back to: never taken from a request."""
    return f"{base_url()}/sign-in/callback"


def base_url() -> str:
    """The address of this installation."""
    return str(current_app.extensions["settings"].base_url)


def list_ways(member: Actor | None = None) -> list[Way]:
    """The doors there are; for somebody known, the one they come in by."""
    ways = [find_way(name) for name in sign_in_settings().providers]
    found = [way for way in ways if way is not None]
    return found if member is None else [way for way in found if way.door.for_guests == member.is_partner]


def find_way(name: str) -> Way | None:
    """A door by its name."""
    settings = sign_in_settings()
    provider = settings.providers.get(name)
    if provider is None:
        return None
    ours = name == COMPANY
    door = Door(
        name, provider.issuer, provider.client_id, domains=settings.domains if ours else (),
        members_join=ours and settings.members_join,
    )  # fmt: skip
    return Way(door, provider)


def get_way(name: str) -> Way:
    """A door by its name. Raises SignInRefused (closed)."""
    found = find_way(name)
    if found is None:
        raise SignInRefused("closed")
    return found
