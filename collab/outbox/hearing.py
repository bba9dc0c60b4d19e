"""What Slack tells about our being there at all: without the app or its token nothing may be sent."""

from __future__ import annotations

from collab.kernel.permits import permit
from collab.outbox import service
from collab.slack.registry import edges
from collab.slack.talk import News

BOT, REVOKED = "bot", "token_revoked"
"""Taking the app out of a workspace revokes its token: the next call would be refused with this word."""


def install() -> None:
    """Hear of it."""
    edges.add_event("tokens_revoked", tokens_revoked)
    edges.add_event("app_uninstalled", app_uninstalled)


@permit("slack.speak")
def tokens_revoked(news: News) -> None:
    """Somebody took a token back; ours is the bot's, people's own tokens are none of our concern."""
    tokens = news.event.get("tokens")
    if isinstance(tokens, dict) and tokens.get(BOT):
        service.close_workspace(REVOKED, now=news.now)


@permit("slack.speak")
def app_uninstalled(news: News) -> None:
    """The app was taken out of the workspace."""
    service.close_workspace(REVOKED, now=news.now)
