"""Whose a session or a token is that a request carries; its use is noted."""

from __future__ import annotations

from contextlib import suppress

from collab.access.queries.keys import find_session, find_token
from collab.access.rules.keys import TOUCHED_EVERY, is_touched
from collab.access.service.sessions import touch_session
from collab.access.service.tokens import touch_token
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Busy
from collab.web.identity import Entered


def by_session(session_id: str) -> Entered | None:
    """Who is signed in with a session's secret id, asked of the database each time: what ended a moment ago opens nothing."""
    now = clock.now()
    found = find_session(session_id, now)
    if found is None:
        return None
    if now - found.seen_at > TOUCHED_EVERY:
        with suppress(Busy):  # whoever only reads is not kept out by a database that takes no write just now
            touch_session(session_id, now=now)
    return Entered(found.actor, found.proved_at)


def by_token(token: str) -> Actor | None:
    """Whose a bearer token is."""
    now = clock.now()
    found = find_token(token, now)
    if found is None:
        return None
    if not is_touched(found.used_on, now):
        with suppress(Busy):
            touch_token(found.id, now=now)
    return found.actor
