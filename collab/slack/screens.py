"""What Slack shows that is no message: somebody's Home tab, what stands behind a link. Showing it twice is harmless, and an
older state of it is worth nothing: a row says that it is wanted, a worker shows it as it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from collab.slack import fitting, service
from collab.slack.client import transport
from collab.slack.home import home

HOME = "home"


class Showing(Protocol):
    """Something to show now, and the method of Slack's that does; `show` raises SlackProblem."""

    @property
    def method(self) -> str: ...
    def show(self) -> None: ...


Render = Callable[[Mapping[str, Any], datetime], Showing | None]
"""How a screen with these arguments looks at a moment; None: there is nothing to show."""


@dataclass(frozen=True)
class HomeTab:
    """Somebody's Home tab."""

    user: str
    blocks: list[dict[str, Any]]

    method: ClassVar[str] = "views.publish"

    @property
    def view(self) -> dict[str, Any]:
        """As Slack takes it, within its limits."""
        return {"type": "home", "blocks": fitting.view(self.blocks)}

    def show(self) -> None:
        """Put it before them."""
        transport().publish_home(self.user, self.view)


@dataclass(frozen=True)
class Previews:
    """What stands behind the links of one message, by address."""

    place: Mapping[str, str]
    blocks: Mapping[str, list[dict[str, Any]]]

    method: ClassVar[str] = "chat.unfurl"

    def show(self) -> None:
        """Put it below the message."""
        transport().unfurl(
            self.place, {link: {"blocks": fitting.message(shown)} for link, shown in self.blocks.items()}
        )


def want_home(team: str, user: str, *, now: datetime) -> None:
    """Have somebody's Home tab shown afresh."""
    service.want(_home_slot(team, user), HOME, {"team": team, "user": user}, now=now)


def refresh_home(user: str, *, now: datetime) -> None:
    """The same, if they looked at it within the day: something has changed for them."""
    ours = home(0)
    if ours is not None:
        service.want_again(_home_slot(ours.team, user), now=now)


def _home_slot(team: str, user: str) -> str:
    return f"{HOME}:{team}:{user}"
