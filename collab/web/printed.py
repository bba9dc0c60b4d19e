"""What everything that is printed shares: its style sheet, and how a moment is written on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from collab.kernel.i18n import Reader


def styles() -> str:
    """As text, for whoever sets a page without fetching anything."""
    return (Path(str(current_app.static_folder)) / "paper.css").read_text(encoding="utf-8")


def short_day(moment: datetime | None, how: Reader) -> str:
    """A day as a date stamp writes it: `26.11.22`, in the reader's zone."""
    return moment.astimezone(ZoneInfo(how.zone)).strftime("%y.%m.%d") if moment else ""


def short_name(who: Any, how: Reader) -> str:
    """What of somebody's name fits into a seal: the family name (the last word of an English name, the first of a Japanese one)."""
    name = how.name(who)
    if how.locale == "ja" and "・" in name:
        return name.rpartition("・")[2]
    parts = name.split()
    return (parts[0] if how.locale == "ja" else parts[-1]) if parts else ""


def exactly(moment: datetime, how: Reader) -> str:
    """A moment with its year and zone: a paper is looked at years later and far away."""
    return moment.astimezone(ZoneInfo(how.zone)).strftime("%Y-%m-%d %H:%M %Z")
