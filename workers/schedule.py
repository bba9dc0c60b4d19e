"""What beat starts, and how often, as data.

Intervals only: local-time schedules ("Monday nine o'clock in Tokyo") are rows whose due moment we compute ourselves,
and a sweep finds them. Every job here may run twice or late: what must happen once is a unique key in the database.
None expires: with clocks that disagree by more than the expiry, a worker would drop every sweep without a word.
"""

from dataclasses import dataclass
from typing import Any

from config.settings import Settings


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
        Entry("imports.sweep", 30, "a file whose worker died is taken up again"),
        Entry("subjects.index", 15, "search shows a change soon; a request never waits for its indexing"),
        Entry("people.sweep", 60, "absences and offices that begin or end today move open seats"),
        Entry("approvals.sweep", 60, "a seat that could fall to nobody is looked at again: never stuck"),
        Entry("audit.anchor", 900, "once a day by a unique key; asked often, so a restart never skips a day"),
    ]


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """The same in Celery's words."""
    return {entry.job: {"task": entry.job, "schedule": float(entry.seconds)} for entry in entries(settings)}
