"""What beat starts, and how often, as data.

Intervals only: local-time schedules ("Monday nine o'clock in Tokyo") are rows whose due moment we compute ourselves,
and a sweep finds them. Every job here may run twice or late: what must happen once is a unique key in the database.
None expires: with clocks that disagree by more than the expiry, a worker would drop every sweep without a word.

Beat counts on the steady clock. On the wall clock, as it comes, one that is set back an hour silences it for that hour
(`beat_max_loop_interval` wakes it, but then it finds nothing due), and one that jitters keeps silencing it (ADR 12).
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.schedules import schedule

from config.settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the schedule."""

    job: str
    seconds: int
    why: str


def entries(settings: Settings) -> list[Entry]:
    """The schedule of an installation."""
    return [
        Entry("outbox.sweep", settings.sweep_seconds, "finds what no bell announced, and leases that ran out"),
        Entry("slack.sweep", settings.sweep_seconds, "Home tabs and link previews that no bell announced"),
        Entry("outbox.watch", 60, "a message that is late although nothing stops it must not stay unseen"),
        Entry("outbox.tidy", 3600, "once a day by a claimed period; asked often, so a restart never skips a day"),
        Entry("imports.sweep", 30, "a file whose worker died is taken up again"),
        Entry("subjects.index", 15, "search shows a change soon; a request never waits for its indexing"),
        Entry("access.post", 15, "links to sign in with that no bell announced, or that a busy mail server put off"),
        Entry(
            "access.guests",
            60,
            "a guest whose last day is over is out, at most a minute late; inviters hear a week before",
        ),
        Entry("access.sweep", 3600, "owners hear a week before a token ends; each is told once"),
        Entry("people.sweep", 60, "absences and offices that begin or end today move open seats"),
        Entry("controls.sweep", 60, "a confirmed change counts from its day, an unanswered one expires"),
        Entry("approvals.sweep", 60, "a seat that could fall to nobody is looked at again: never stuck"),
        Entry(
            "goals.sweep",
            60,
            "check-ins are asked for at everybody's own hour, goals begin on their day; at most a minute late",
        ),
        Entry(
            "channels.sweep",
            10,
            "shared channels hear what happened some seconds later; nobody who decides waits for it",
        ),
        Entry("blueprints.sweep", 3600, "once a quarter, blueprints are held against reality; asked often, made once"),
        Entry(
            "initiatives.sweep",
            60,
            "a pilot whose last day is over ends by silence; votes are asked for on their day; at most a minute late",
        ),
        Entry("nudges.sweep", 60, "daily reminders come at everybody's own time of day; at most a minute late"),
        Entry("pulses.sweep", 60, "a pulse closes, reminds and opens by itself; at most a minute late"),
        Entry("digests.sweep", 60, "issues come at everybody's own weekday and hour; at most a minute late"),
        Entry(
            "escalations.sweep",
            settings.sweep_seconds,
            "waits whose moment has come climb; due moments are columns, never timers",
        ),
        Entry("threads.sweep", 3600, "files left behind by a comment that was never made are dropped after a day"),
        Entry(
            "reviews.sweep", 3600, "a quarter that is over gets its review, an old draft closes; asked often, done once"
        ),
        Entry("web.sweep", 3600, "forms nobody went on with for a month are forgotten"),
        Entry(
            "escalations.audit",
            60,
            "proof that clocks run: trouble is told within a minute, and a clean look leaves word",
        ),
        Entry("audit.check", 15, "a check of the trail that somebody asked for goes on, five seconds at a time"),
        Entry("audit.anchor", 900, "once a day by a unique key; asked often, so a restart never skips a day"),
    ]


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """The same in Celery's words."""
    return {
        entry.job: {"task": entry.job, "schedule": schedule(timedelta(seconds=entry.seconds), nowfun=steady)}
        for entry in entries(settings)
    }


def steady() -> datetime:
    """A moment on the clock that nobody sets, in the shape Celery wants: right for spans, and no date at all."""
    return EPOCH + timedelta(seconds=time.monotonic())
