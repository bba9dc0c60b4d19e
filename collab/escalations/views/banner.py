"""The second path: when nobody looks at the clocks, people read it on every page."""

from __future__ import annotations

from datetime import datetime

from collab.escalations import standing
from collab.escalations.queries.health import count_late, is_silent, last_swept
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.permits import permits
from collab.kernel.remember import Remembered
from collab.web.pages import Banner

REMEMBERED_SECONDS = 5.0


def banner(member: Actor) -> Banner | None:
    """That reminders stand still: to administrators with what to look at, to everybody else that they are late. None while
    somebody looks; before anybody ever did, only once something is late."""
    if not permits.allows("escalation.show", member.roles):
        return None
    silent, swept_at = _silence()
    if not silent:
        return None
    if permits.allows("status.show", member.roles):
        said = Text("escalation.banner.silent", {"at": swept_at}) if swept_at else Text("escalation.banner.never")
        return Banner(said, standing.PAGE, Text("escalation.banner.look"))
    return Banner(Text("escalation.banner.late"), standing.PAGE, Text("escalation.banner.late_look"))


def forget() -> None:
    """Ask again: between tests."""
    _silence.forget()


def _ask() -> tuple[bool, datetime | None]:
    now, swept_at = clock.shared(), last_swept()
    silent = is_silent(swept_at, now)
    return silent and (swept_at is not None or count_late(now) > 0), swept_at


_silence = Remembered(_ask, seconds=REMEMBERED_SECONDS)
