"""Single values of a calendar file. Each reader returns what it means or raises `ValueError` saying what is wanted."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collab.kernel.business_time.timetable import (
    MINUTES_PER_DAY,
    Closure,
    MonthDay,
    Shift,
    YearlyClosure,
    knows_holidays,
)
from collab.kernel.business_time.zones import within_reach

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SHIFT = re.compile(r"([0-9]{2}:[0-5][0-9])-([0-9]{2}:[0-5][0-9])")
_YEARLY = re.compile(r"[0-9]{2}-[0-9]{2}")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NO_HOLIDAYS = "none"
_LEAP_YEAR = 2000  # so that "02-29" is a day of the year


def read_code(value: object) -> str:
    """The name of the calendar, as it stands in addresses: `tokyo`."""
    if not _CODE.fullmatch(text := _text(value)):
        raise ValueError(f"{text!r} is not a code: letters, digits, - and _, starting with a letter or a digit")
    return text


def read_zone(value: object) -> ZoneInfo:
    """A zone of the IANA database: `Asia/Tokyo`."""
    name = _text(value)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a key at all, a folder of the database
        raise ValueError(f"{name!r} is not a time zone; write one such as Asia/Tokyo") from None


def read_holidays(value: object) -> tuple[str, ...]:
    """A code of the `holidays` package, a list of such codes, or the word none. Their order means nothing."""
    if value == NO_HOLIDAYS:
        return ()
    codes = [_text(item) for item in value] if isinstance(value, list | tuple) else [_text(value)]
    for code in codes:
        if not knows_holidays(code):
            raise ValueError(
                f"{code!r} has no known holidays; write a country (JP), a part of one (GB-ENG), an exchange (XJPX), "
                "a list of such codes, or none"
            )
    return tuple(sorted(set(codes)))


def read_shift(value: object) -> Shift:
    """`09:00-12:00`; an end before the start lies on the next day, `24:00` is allowed as an end."""
    text = _text(value)
    if not (parts := _SHIFT.fullmatch(text)):
        raise ValueError(f"{text!r} is not an interval; write HH:MM-HH:MM")
    start, end = _minutes(parts[1]), _minutes(parts[2])
    if start == MINUTES_PER_DAY:
        raise ValueError(f"{text!r} starts at 24:00; that is 00:00 of the next day")
    if start == end:
        raise ValueError(f"{text!r} starts and ends at the same time; a whole day is 00:00-24:00")
    return Shift(start, end if end > start else end + MINUTES_PER_DAY)


def read_closure(value: object) -> Closure | YearlyClosure:
    """A day or a range FIRST/LAST, of one year (`2026-12-29/2027-01-03`) or of every year (`12-29/01-03`)."""
    first, slash, last = _text(value).partition("/")
    last = last if slash else first
    if _YEARLY.fullmatch(first) and _YEARLY.fullmatch(last):
        return YearlyClosure(_month_day(first), _month_day(last))
    if _DATED.fullmatch(first) and _DATED.fullmatch(last):
        return _closure(read_day(first), read_day(last))
    raise ValueError(f"{value!r} is not a day or range; write 2026-05-01, 2026-12-29/2027-01-03, 12-31 or 12-29/01-03")


def read_day(value: object) -> date:
    """One day of one year: `2026-12-26`."""
    text = _text(value)
    if not _DATED.fullmatch(text):
        raise ValueError(f"{text!r} is not a day; write YYYY-MM-DD")
    day = _existing(text, text)
    within_reach(day)
    return day


def _closure(first: date, last: date) -> Closure:
    if last < first:
        raise ValueError(f"{first}/{last} ends before it begins")
    return Closure(first, last)


def _month_day(text: str) -> MonthDay:
    day = _existing(f"{_LEAP_YEAR}-{text}", text)
    return MonthDay(day.month, day.day)


def _existing(text: str, shown: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {shown}") from None


def _minutes(text: str) -> int:
    """Minutes after midnight of a time from 00:00 to 24:00."""
    total = int(text[:2]) * 60 + int(text[3:])
    if total > MINUTES_PER_DAY:
        raise ValueError(f"there is no time {text}; times go from 00:00 to 24:00")
    return total


def _text(value: object) -> str:
    """A string; TOML also has bare dates, which mean what their text says."""
    if isinstance(value, str):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise ValueError(f"{value!r} is not a text")
