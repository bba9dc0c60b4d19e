"""How pages say when: due, late, how long it has waited, how long it usually takes."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader

SOON = timedelta(hours=24)
FRESH = timedelta(minutes=2)


def due_state(due_at: datetime | None, now: datetime) -> str:
    """`late`, `soon` (within a day) or `ok`."""
    if due_at is None:
        return "ok"
    if due_at < now:
        return "late"
    return "soon" if due_at - now <= SOON else "ok"


def due_words(due_at: datetime | None, now: datetime, how: Reader) -> str:
    """When something is due, as its reader's clock shows it; how late it is once it is."""
    if due_at is None:
        return ""
    if due_at < now:
        return how.say("web.due.late", time=how.ago(due_at, now))
    said = how.moment(due_at)
    if day_in(due_at, how.zone) == day_in(now, how.zone):
        return how.say("web.due.today", time=said.rpartition(" ")[2])
    return how.say("web.due.by", at=said)


def age_words(since: datetime | None, now: datetime, how: Reader) -> str:
    """How long something has waited."""
    if since is None:
        return ""
    return how.say("web.age.fresh") if now - since < FRESH else how.say("web.age.since", time=how.ago(since, now))


def span_words(span: timedelta | None, how: Reader) -> str:
    """A length of time in one unit: "2 days"."""
    return format_timedelta(span, threshold=1.2, locale=how.locale) if span else ""
