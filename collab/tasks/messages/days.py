"""Days as people say them, and the moments they mean: read from a typed line, offered as one tap."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date

from collab.kernel.business_time import BusinessCalendar
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.kernel.text import normal

LEAST_LEFT = timedelta(hours=1)
"""So much of today must be left to offer today."""
_DAY = timedelta(days=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KANJI = "月火水木金土日"
_NAMED = {
    "today": 0, "eod": 0, "今日": 0, "本日": 0, "きょう": 0, "本日中": 0, "今日中": 0, "tomorrow": 1, "tmr": 1, "明日": 1, "あした": 1,
    "明日中": 1, "day after tomorrow": 2, "明後日": 2, "あさって": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A date one tap promises. `word` is today, tomorrow, needed (the day it was asked for) or other."""

    at: datetime
    day: date
    word: str

    def label(self, reader: Reader) -> str:
        """What stands on the button: always with its date, so that an old card never promises another day."""
        pattern = "M月d日（E）" if reader.locale == "ja" else "EEE d MMM"
        return reader.say(f"task.chip.{self.word}", day=format_date(self.day, pattern, locale=reader.locale))


def chips(calendar: BusinessCalendar, now: datetime, needed_by: datetime | None = None) -> tuple[Chip, ...]:
    """The dates to offer somebody of this calendar: today while there is enough of it, the next business day, the end of
    the week, and the day it is needed. Each means the closing of that day."""
    today = day_in(now, calendar.zone.key)
    found: dict[date, Chip] = {}
    if calendar.is_business_day(today) and _closing(calendar, today) - now >= LEAST_LEFT:
        found[today] = Chip(_closing(calendar, today), today, "today")
    following = _next_business_day(calendar, today)
    found[following] = Chip(
        _closing(calendar, following), following, "tomorrow" if following == today + _DAY else "other"
    )
    friday = _end_of_week(calendar, following)
    found[friday] = found.get(friday) or Chip(_closing(calendar, friday), friday, "other")
    if needed_by is not None and needed_by > now:
        day = day_in(needed_by, calendar.zone.key)
        found[day] = Chip(needed_by, day, "needed")
    return tuple(found[day] for day in sorted(found))


def moment_of(day: date, calendar: BusinessCalendar, now: datetime) -> datetime | None:
    """By when "on this day" means for somebody of this calendar: its closing; on a closed day the closing before it, if that
    is still ahead, else the next one after. None for a day that is over."""
    if calendar.is_business_day(day):
        at = _closing(calendar, day)
        return at if at > now else None
    midnight = datetime.combine(day + _DAY, time(), calendar.zone).astimezone(UTC)
    if midnight <= now:
        return None
    before = calendar.previous_closing(midnight)
    return before if before > now else _closing(calendar, _next_business_day(calendar, day))


def read_day(words: str, today: date, *, day_first: bool | None = None) -> date | None:
    """The day somebody names, in English or Japanese; None for what is no day, or could be two.

    `day_first` says how 3/4 is read (3 April, or in Japan 4 March); unknown, it is only read where it can be but one day.
    """
    said = normal(words).strip("。.、,() ")
    if said in _NAMED:
        return today + _NAMED[said] * _DAY
    for pattern, read in _PATTERNS:
        if match := pattern.fullmatch(said):
            try:
                return read(match, today)
            except (ValueError, OverflowError):
                return None
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})", said):
        return _slashed(int(match[1]), int(match[2]), today, day_first=day_first)
    return None


def read_wait(words: str) -> str:
    """A waiting time as spans are written (`2bd`, `8bh`), also 3営業日 and "3 business days"; empty for anything else."""
    said = normal(words).replace(" ", "")
    if re.fullmatch(r"\d{1,4}(bh|bd|h|d)", said):
        return said
    for unit, form in (
        ("bd", r"(\d{1,3})(?:営業日|businessdays?|workingdays?)(?:以内)?"),
        ("bh", r"(\d{1,3})(?:営業時間|businesshours?)(?:以内)?"),
    ):
        if match := re.fullmatch(form, said):
            return f"{match[1]}{unit}"
    return ""


def full_width(text: str) -> str:
    """Half-width forms of a captured word."""
    return unicodedata.normalize("NFKC", text)


def _closing(calendar: BusinessCalendar, day: date) -> datetime:
    return calendar.intervals(day)[-1].closes_at


def _next_business_day(calendar: BusinessCalendar, after: date) -> date:
    midnight = datetime.combine(after + _DAY, time(), calendar.zone)
    return day_in(calendar.next_opening(midnight), calendar.zone.key)


def _end_of_week(calendar: BusinessCalendar, following: date) -> date:
    """The last business day of a week: of that of `following`, or of the next one where that is `following` itself."""
    for week in range(60):
        sunday = following + timedelta(days=6 - following.weekday(), weeks=week)
        last = next((day for day in (sunday - n * _DAY for n in range(7)) if calendar.is_business_day(day)), following)
        if last > following:
            return last
    return following


def _weekday(match: re.Match[str], today: date) -> date:
    """A weekday's name means its next coming; with "next" (来週), that of the week after this one."""
    wanted = match["day"]
    number = _KANJI.index(wanted) if wanted in _KANJI else _WEEKDAYS.index(wanted[:3])
    monday = today - timedelta(days=today.weekday())
    if match["week"] in ("next", "来週"):
        return monday + timedelta(days=number, weeks=1)
    if match["week"] == "今週":
        return monday + timedelta(days=number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _yearless(month: int, day: int, today: date) -> date:
    """This year's, or next year's once it is over."""
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def _of_month(day: int, today: date) -> date:
    this = today.replace(day=day)
    return this if this >= today else (today.replace(day=1) + timedelta(days=32)).replace(day=day)


def _slashed(first: int, second: int, today: date, *, day_first: bool | None) -> date | None:
    readings = {True: (second, first), False: (first, second)}
    wanted = [readings[day_first]] if day_first is not None else list(dict.fromkeys(readings.values()))
    found = []
    for month, day in wanted:
        try:
            found.append(_yearless(month, day, today))
        except ValueError:
            continue
    return found[0] if len(found) == 1 else None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _end_of_month(_match: re.Match[str], today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - _DAY


_MONTH_NAME = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = (
    (re.compile(r"(?P<week>next|this)?\s?(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?"), _weekday),
    (re.compile(r"(?P<week>今週|来週)?\s?の?\s?(?P<day>[月火水木金土日])曜?日?"), _weekday),
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"), lambda found, _today: date(*map(int, found.groups()))),
    (re.compile(r"(\d{1,2})月(\d{1,2})日"), lambda found, today: _yearless(int(found[1]), int(found[2]), today)),
    (re.compile(r"(\d{1,2})日"), lambda found, today: _of_month(int(found[1]), today)),
    (re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{_MONTH_NAME}"), lambda found, today: _yearless(_month(found["month"]), int(found["day"]), today)),
    (re.compile(rf"{_MONTH_NAME}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"), lambda found, today: _yearless(_month(found["month"]), int(found["day"]), today)),
    (re.compile(r"(?:in )?(\d{1,3}) ?days?|(\d{1,3})日後"), lambda found, today: today + int(found[1] or found[2]) * _DAY),
    (re.compile(r"this week|end of (?:the )?week|eow|今週中?|今週末"), lambda _found, today: today + timedelta(days=(4 - today.weekday()) % 7)),
    (re.compile(r"next week|来週中?"), lambda _found, today: today - timedelta(days=today.weekday()) + timedelta(days=11)),
    (re.compile(r"end of (?:the )?month|eom|月末|今月中?|今月末"), _end_of_month),
)  # fmt: skip
