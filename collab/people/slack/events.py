"""What Slack tells of accounts: somebody joined, was deactivated, or has another e-mail."""

from __future__ import annotations

from collab.kernel.atomic import current
from collab.kernel.permits import permit
from collab.people import service
from collab.slack import accounts, identity
from collab.slack.registry import edges
from collab.slack.talk import News


def install() -> None:
    """Hear of accounts."""
    for kind in ("user_change", "team_join"):
        edges.add_event(kind, account_changed)


@permit("slack.speak")
def account_changed(news: News) -> None:
    """An account is there, or is another now."""
    user = news.event.get("user")
    if not isinstance(user, dict):
        return
    account = accounts.read(user)
    service.account_changed(account, news.team, now=news.now)
    current().after_commit(f"forget:{account.id}", lambda: identity.forget(news.team, account.id))
