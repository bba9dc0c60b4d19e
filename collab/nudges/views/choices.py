"""What somebody chose, on whichever page, as the services take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.nudges import queries, service
from collab.nudges.rules.times import Window


def choose(member: Actor, wanted: Mapping[str, Any], now: datetime) -> None:
    """Keep both choices together; what is not named stays as it is. Raises Invalid, NotAllowed."""
    window = _window(wanted.get("quiet"))
    with atomic():
        if "reminder" in wanted:
            kept = queries.get_habits(member)
            chosen = {"daily": kept.daily, "at": kept.own_at, **wanted["reminder"]}
            service.choose_reminder(member, daily=chosen["daily"], at=chosen["at"], now=now)
        if "quiet" in wanted:
            service.choose_quiet(member, window, now=now)
        if "by_mail" in wanted and wanted["by_mail"] is not queries.get_habits(member).by_mail:
            service.choose_mail(member, wanted["by_mail"], now=now)


def _window(quiet: Mapping[str, int] | None) -> Window | None:
    if quiet is None:
        return None
    if quiet["starts"] == quiet["ends"]:
        raise Invalid({"quiet.until": Text("nudge.page.no_end")})
    return Window(quiet["starts"], quiet["ends"])
