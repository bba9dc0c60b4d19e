"""What the app asks of a workspace, and why: the one table behind the manifest, `doctor` and docs/slack.md.

Nothing here lets us read what people write in channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NEEDED, USEFUL, OPTIONAL = "needed", "useful", "optional"
"""Nothing works without it; one thing does not work without it; a convenience that the manifest only mentions."""


@dataclass(frozen=True)
class Scope:
    """One permission: what for, and what is missing without it."""

    name: str
    rank: str
    purpose: str
    without: str
    events: tuple[str, ...] = ()


SCOPES = (
    Scope("chat:write", NEEDED, "send cards and news, and keep every card up to date", "no message can be sent"),
    Scope("commands", NEEDED, "/collab and the shortcuts", "nobody can type /collab or use a shortcut"),
    Scope("users:read", NEEDED, "know whose account is speaking", "nobody is recognised", ("team_join", "user_change")),
    Scope(
        "users:read.email", NEEDED, "match an account with a member by verified address",
        "accounts cannot be looked up, so everybody must connect theirs by hand with /collab link",
    ),
    Scope(
        "im:write", USEFUL, "open the direct message a card stands in", "a lost answer in a direct message is not looked up",
    ),
    Scope(
        "mpim:write", USEFUL, "one conversation for the superiors of both sides when something stalls",
        "superiors of both sides get a card each instead of one in a shared conversation",
    ),
    Scope(
        "links:read", USEFUL, "hear that somebody shared a link to one of our pages", "links to our pages stay bare",
        ("link_shared",),
    ),
    Scope("links:write", USEFUL, "show what stands behind such a link", "links to our pages stay bare"),
    Scope(
        "im:history", OPTIONAL, "look in the app's own direct messages whether one whose answer was lost is there",
        "a request to decide may come twice after a lost answer (it says so then), and a notice may not come at all",
    ),
    Scope(
        "mpim:history", OPTIONAL, "the same look in shared conversations, which hold only what the app posted and answers",
        "the same in shared conversations",
    ),
)  # fmt: skip
WITHOUT_SCOPE = frozenset({"app_home_opened", "app_uninstalled", "tokens_revoked"})
"""Events that every app may hear."""
METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "apps.connections.open": (), "auth.test": (), "bots.info": ("users:read",),
    "chat.postMessage": ("chat:write",), "chat.update": ("chat:write",), "chat.unfurl": ("links:write",),
    "conversations.history": ("im:history", "mpim:history"), "conversations.open": ("im:write", "mpim:write"),
    "conversations.replies": ("im:history", "mpim:history"),
    "users.info": ("users:read",), "users.lookupByEmail": ("users:read.email",),
    "views.open": (), "views.publish": (), "views.push": (), "views.update": (),
})  # fmt: skip
"""What each method we call takes; of several, the one for the kind of conversation. (`apps.connections.open` takes the app
token's own `connections:write`.)"""


def named(*ranks: str) -> frozenset[str]:
    """The names of the scopes of these ranks."""
    return frozenset(scope.name for scope in SCOPES if scope.rank in ranks)
