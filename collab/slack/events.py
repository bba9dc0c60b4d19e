"""What Slack tells without being asked: each event has its effect once, and is acknowledged only when that is written.

Slack waits three seconds and asks up to three times more, also while the first is still at work: the event's own row is
written in the transaction of its effect, so whoever comes second waits for the first and then has nothing to do.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.slack import service
from collab.slack.reading import Incoming
from collab.slack.registry import edges
from collab.slack.talk import News

log = structlog.get_logger(__name__)


def hear(incoming: Incoming) -> HTTPStatus:
    """Let the listener of this kind of event act. Anything but 200 makes Slack tell it again."""
    event = incoming.body.get("event")
    if not isinstance(event, dict):
        log.warning("slack.notice", kind=incoming.body["type"])  # such as app_rate_limited: events were dropped
        return HTTPStatus.OK
    kind = str(event["type"])
    listener = edges.events.get(kind)
    if listener is None:
        return HTTPStatus.OK
    try:
        with atomic():
            now = clock.now()
            if service.is_first(incoming.key, kind, now=now):
                listener(News(incoming.team, event, now, incoming.body.get("is_ext_shared_channel") is True))
    except Exception:
        log.exception("slack.event_not_heard", kind=kind, event_id=incoming.key)
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK
