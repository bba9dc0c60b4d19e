"""Business time: when a site is open, and what "in eight business hours" or "in two business days" means there.

Pure arithmetic on aware moments: no database, no clock, no framework. `parse` makes a `BusinessCalendar` from the
TOML of `config/calendars`, `parse_span` makes a `Span` such as "8bh" whose `due` is asked with a calendar.

The conventions:

- **Which day.** A shift that passes midnight belongs to the day it starts on; a holiday or a closure empties only
  the shifts that start on it. A single opening (`open`) overrides weekly hours, closures and holidays.
  Substitute holidays are holidays, and so is every day that any of several holiday codes names.
- **Ends.** It is open at the opening moment and no longer open at the closing moment. Yet a deadline that falls
  exactly at a closing stays there: `add` returns the closing, not the next opening.
  `next_opening` answers the moment itself while it is open, `previous_closing` the moment itself at a closing.
- **Nothing to add.** `add(start, 0)` is the start if open or exactly at a closing, else the next opening.
  `subtract` is the mirror: `subtract(end, 0)` is the end if open or exactly at a closing, else the last closing.
- **Minutes** are minutes that really pass, across clock changes too. `between` counts whole ones, rounds towards
  zero, and is negative when the moments are reversed.
- **Clock changes.** An opening or closing at a wall time that comes twice means its first coming; at one that never
  comes, the jump of the clock. A shift swallowed whole by the jump does not take place.
- **Business days.** From a day that is closed, `add_days` first rolls forward to the next business day (its
  opening), then counts. The result keeps the local wall time, held inside the hours of its day: before opening
  becomes the opening, in a break the next opening of that day, after the last closing that closing. The hours after
  midnight of a night shift count for the day of the shift. No days are no minutes: `add_days(start, 0)` is
  `add(start, 0)`.
- **Spans.** "bh" and "bd" pass only in business time. "h" and "m" pass on any clock. "d" is the same wall time so
  many days later in the calendar's zone, open or not.
- **Reach.** No question looks further than twenty years: `NeverOpens` for a search that finds too little open time.
"""

from collab.kernel.business_time.calendars import BusinessCalendar, Interval
from collab.kernel.business_time.errors import (
    BadCalendar,
    BadSpan,
    BusinessTimeError,
    NaiveMoment,
    NeverOpens,
    OutOfReach,
    Problem,
)
from collab.kernel.business_time.parsing import parse
from collab.kernel.business_time.spans import Span, parse_span

__all__ = [
    "BadCalendar",
    "BadSpan",
    "BusinessCalendar",
    "BusinessTimeError",
    "Interval",
    "NaiveMoment",
    "NeverOpens",
    "OutOfReach",
    "Problem",
    "Span",
    "parse",
    "parse_span",
]
