"""The week in words."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from collab.digests.rules.bars import cut_wide
from collab.kernel.i18n import Reader

NAME = 40
"""Columns of a department's name in a title."""
_PATTERNS = {"en": ("d", "d MMM", "d MMM y"), "ja": ("d日", "M月d日", "y年M月d日")}


def span(week: str, reader: Reader, this_year: int) -> str:
    """The days of a week ("2026-W47"): "16–22 Nov" / 「11月16日〜22日」, with the year where it is not this one."""
    year, _, number = week.partition("-W")
    monday, sunday = (date.fromisocalendar(int(year), int(number), day) for day in (1, 7))
    if monday.year != sunday.year:
        return _between(monday, sunday, (2, 2), reader)
    last = 1 if sunday.year == this_year else 2
    first = 1 if monday.month != sunday.month else 0
    if reader.locale == "ja":  # the larger unit stands first, so it is said once at the beginning
        return _between(monday, sunday, (last, first), reader)
    return _between(monday, sunday, (first, last), reader)


def _between(monday: date, sunday: date, said: tuple[int, int], reader: Reader) -> str:
    patterns = _PATTERNS[reader.locale]
    starts, ends = (
        format_date(day, patterns[index], locale=reader.locale)
        for day, index in zip((monday, sunday), said, strict=True)
    )
    return reader.say("digest.span_long" if " " in starts else "digest.span", starts=starts, ends=ends)


def title(week: str, reader: Reader, this_year: int, channel: str = "") -> str:
    """What an issue is called: a member's, or that of a channel of this name."""
    days = span(week, reader, this_year)
    if channel:
        return reader.say("digest.channel_title", name=cut_wide(channel, NAME), span=days)
    return reader.say("digest.title", span=days)
