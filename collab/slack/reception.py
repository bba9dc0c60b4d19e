"""What came in, by whichever way, once it is known that Slack speaks: whose it is, and what is answered.

A message comes to one of our addresses (`views`) or through a connection we opened ourselves (`socket`); from here on
there is no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from prometheus_client import Counter

from collab.kernel.permits import permit
from collab.kernel.surface import speaking_through
from collab.slack import dispatch, events, reading
from collab.slack.home import home
from collab.slack.reading import Incoming, Malformed
from collab.slack.verification import Forged

log = structlog.get_logger(__name__)
MESSAGES = Counter("collab_slack_messages_total", "Messages from Slack answered.", ["address", "status"])
PATIENCE = (
    2.3  # seconds for one statement: Slack waits three for the whole answer, a silent database is found out after 2.1
)
Answered = tuple[HTTPStatus, dict[str, Any]]


@permit("slack.speak")
def receive(read: Callable[[], Incoming]) -> Answered:
    """Read a message, check whose it is, then let the handler speak. Above 499 only for an event that could not be taken just
    now: Slack tells it again."""
    try:
        incoming = read()
        _check_ours(incoming)
        with speaking_through("slack"):
            return _event(incoming) if incoming.kind == reading.EVENT else (HTTPStatus.OK, dispatch.dispatch(incoming))
    except Forged:
        return HTTPStatus.UNAUTHORIZED, {}
    except Malformed:
        return HTTPStatus.BAD_REQUEST, {}


def _event(incoming: Incoming) -> Answered:
    if incoming.body["type"] == "url_verification":
        return HTTPStatus.OK, {"challenge": incoming.body["challenge"]}
    return events.hear(incoming), {}


def _check_ours(incoming: Incoming) -> None:
    """A signing secret (and an app token) is one app's, but an app may be in many workspaces: only our own may speak to us.
    While Slack does not say which that is, the credential alone must do."""
    ours = home()
    if ours is None:
        return
    if incoming.team and incoming.team != ours.team:
        log.warning("slack.foreign_team", team=incoming.team)
        raise Forged
    if ours.app and incoming.app_id and incoming.app_id != ours.app:
        log.warning("slack.foreign_app", app=incoming.app_id)
        raise Forged
