"""Who the double pretends to be: one workspace with one installed app.

Nothing here is a secret; the product under test is given the same values.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

DEFAULT_SCOPES = frozenset(
    [
        "channels:read",
        "chat:write",
        "commands",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "users:read",
        "users:read.email",
    ]
)
HISTORY_SCOPES = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})


@dataclass(frozen=True)
class App:
    """The installation the product must be configured with."""

    bot_token: str = "xoxb-double-bot"
    app_token: str = "xapp-double-app"
    signing_secret: str = "double-signing-secret"
    verification_token: str = "double-verification"
    team_id: str = "T0DOUBLE"
    team_domain: str = "double"
    app_id: str = "A0DOUBLE"
    bot_user_id: str = "U0DOUBLEBOT"
    bot_id: str = "B0DOUBLE"
    bot_name: str = "collab"

    @property
    def tokens(self) -> dict[str, str]:
        """The tokens Slack gave out, by kind."""
        return {"bot": self.bot_token, "app": self.app_token}


def wall_clock() -> float:
    """The time of day; tests that let hours pass give the double another clock."""
    return datetime.now(UTC).timestamp()
