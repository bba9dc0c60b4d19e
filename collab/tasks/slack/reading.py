"""What a typed line asks: of whom, what, and the words at its end that say by when and how urgent. Nothing is guessed:
whatever is taken out of the text is said back, and whatever cannot be read stays in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from collab.kernel.text import normal
from collab.tasks.messages.days import full_width, read_day, read_wait

_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^[A-Z0-9]+(?:\|@?([^<>]*))?>|<#[A-Z0-9]+(?:\|([^<>]*))?>")
_URGENT = re.compile(
    r"(?:^|[\s、。,.!！])(?:urgent(?:ly)?|asap|至急|大至急|緊急|急ぎ)(?:で|です)?[。.!！]*$", re.IGNORECASE
)
_MARKED = re.compile(r"(?:^|[\s、,])(?:due|期限|納期|〆切|締切)\s*[:：=＝]\s*(.{1,24})$", re.IGNORECASE)
_BY = re.compile(r"(?:^|[\s,])(?:by|until)\s+(.{2,24})$", re.IGNORECASE)
_MADE = re.compile(r"(?:^|[\s、。,])([^\s、。,]{1,12})まで(?:に)?(?:お願いします|お願い致します|お願い)?[。.]*$")
_CLOSE = 0.5
_ENDS = re.compile(r"さん$|御中$")


@dataclass(frozen=True)
class Line:
    """A line read: `day` by when it is needed, `wait` by when an answer is wanted (such as 2bd), `account` a Slack account named
    in place of a department, `raw` what follows the name as it was typed."""

    text: str
    department: str | None = None
    near: tuple[str, ...] = ()
    named: str = ""
    account: str = ""
    day: date | None = None
    wait: str = ""
    urgent: bool = False
    raw: str = ""


@dataclass(frozen=True)
class Wanted:
    """What the end of a text says about it."""

    text: str
    day: date | None = None
    wait: str = ""
    urgent: bool = False


def read_line(rest: str, departments: Sequence[Any], today: date, *, day_first: bool | None) -> Line:
    """`@営業部 text [by friday] [urgent]`. Without a department, `near` names those it may be: none, one or several."""
    rest = rest.strip()
    if person := _PERSON.match(rest):
        return _with_end(Line("", account=person[1], named=person[0]), rest[person.end() :], today, day_first=day_first)
    rest = _GROUP.sub(lambda group: f"@{group[1] or group[2] or ''} ", rest, count=1) if _GROUP.match(rest) else rest
    body = rest[1:].lstrip() if rest[:1] in ("@", "＠") else rest
    code, length = _exactly(body, departments)
    if code:
        return _with_end(Line("", department=code, named=body[:length]), body[length:], today, day_first=day_first)
    word, _, after = body.partition(" ") if " " in body else body.partition("\u3000")
    near = nearest(word, departments)
    begun = len(near) == 1 and _begins(word, near[0], departments)
    line = Line("", department=near[0] if begun else None, near=() if begun else near, named=word)
    return _with_end(line, after, today, day_first=day_first)


def read_end(text: str, today: date, *, day_first: bool | None) -> Wanted:
    """The words at the end of a text that say by when and how urgent, taken out of it, in any order, each once."""
    found = Wanted(text.strip())
    while (less := _shorter(found, today, day_first=day_first)) != found:
        found = less
    return found


def nearest(word: str, departments: Sequence[Any]) -> tuple[str, ...]:
    """The departments a word may mean, at most three: those whose name it begins, else those written alike."""
    wanted = _tidy(word)
    names = {name: row.code for row in departments for name in _names(row)}
    begun = {code for name, code in names.items() if wanted and name.startswith(wanted)}
    inside = begun or {code for name, code in names.items() if len(wanted) > 1 and wanted in name}
    alike = inside or {names[name] for name in get_close_matches(wanted, list(names), n=3, cutoff=_CLOSE)}
    return tuple(row.code for row in departments if row.code in alike)[:3]


def account_in(word: str) -> str:
    """The Slack account a word mentions, empty if it is none."""
    found = _PERSON.fullmatch(word.strip())
    return found[1] if found else ""


def _with_end(line: Line, text: str, today: date, *, day_first: bool | None) -> Line:
    wanted = read_end(text.lstrip(" \t\u3000、,:："), today, day_first=day_first)
    if not wanted.text:  # nothing is asked but the words of the end: they are what is asked
        wanted = Wanted(text.strip())
    return replace(line, text=wanted.text, day=wanted.day, wait=wanted.wait, urgent=wanted.urgent, raw=text.strip())


def _exactly(body: str, departments: Sequence[Any]) -> tuple[str, int]:
    """The department whose name the line begins with, and how long the name is as it was written; the longest wins."""
    found = ("", 0)
    for row in departments:
        for name in (row.code, row.name_en, row.name_ja):
            length = _begun_with(body, name)
            if length > found[1]:
                found = (row.code, length)
    return found


def _begun_with(body: str, name: str) -> int:
    """How many characters of the line are this name, in any width; 0 if it does not end there. に and へ end a name."""
    for length in range(max(len(name) - 2, 1), len(name) + 3):
        if _tidy(body[:length]) == _tidy(name) and not body[:length].endswith((" ", "\u3000")):
            ending = re.match(r"(?:さん|御中)?(?:[にへ](?=\S)|[\s\u3000、,:：]|$)", body[length:])
            if ending:
                return length + (ending.end() if ending[0].strip() else 0)
    return 0


def _begins(word: str, code: str, departments: Sequence[Any]) -> bool:
    """Whether a word of some length is how this department's name begins: short for it, not like it."""
    wanted = _tidy(word)
    row = next(one for one in departments if one.code == code)
    least = 2
    return len(wanted) >= least and any(name.startswith(wanted) for name in _names(row))


def _names(row: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_tidy(name) for name in (row.code, row.name_en, row.name_ja)))


def _tidy(name: str) -> str:
    return _ENDS.sub("", normal(name).replace(" ", ""))


def _shorter(found: Wanted, today: date, *, day_first: bool | None) -> Wanted:
    if not found.urgent and (match := _URGENT.search(found.text)):
        return Wanted(_cut(found.text, match), found.day, found.wait, urgent=True)
    if found.day or found.wait:
        return found
    for pattern in (_MARKED, _BY, _MADE):
        if match := pattern.search(found.text):
            said = full_width(match[1])
            wait, day = read_wait(said), read_day(said, today, day_first=day_first)
            if wait or day:
                return Wanted(_cut(found.text, match), None if wait else day, wait, found.urgent)
    return found


def _cut(text: str, match: re.Match[str]) -> str:
    return text[: match.start()].rstrip(" \t\u3000、,")
