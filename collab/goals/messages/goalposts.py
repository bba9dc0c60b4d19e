"""What was moved, in the reader's words: on the page of moved goalposts, in its file, and in the news of a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from collab.kernel.i18n import Reader


def said(value: Any, how: Reader) -> str:
    """What a goalpost was or is: "Target 80, Due 31 Mar 2027"."""
    if isinstance(value, Mapping):
        parts = [
            how.say("goal.report.named", name=field(str(name), how), value=_single(inner, how))
            for name, inner in value.items()
        ]
        return how.say("list.comma").join(part for part in parts if part)
    return _single(value, how)


def field(name: str, how: Reader) -> str:
    """What a field that moved is called."""
    word = f"goal.report.field.{name}"
    return how.say(word) if how.knows(word) else name


def _single(value: Any, how: Reader) -> str:
    if value is None or value == "":
        return how.say("goal.report.nothing")
    if isinstance(value, list):
        return how.say("list.comma").join(said(one, how) for one in value)
    word = f"goal.report.value.{value}"
    if isinstance(value, str) and how.knows(word):
        return how.say(word)
    try:
        return how.day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
