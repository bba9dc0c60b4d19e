"""From the stories of `config/demo` to acts at moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from collab.home.rules import Wait, begin, day_from, unfold
from collab.home.service.demo.acts import Act
from collab.kernel.business_time import BusinessCalendar

CalendarOf = Callable[[str], BusinessCalendar]
_TOLD = ("filed", "by", "as", "story")
_SETTLED = timedelta(minutes=10)


def purchase_acts(stories: Sequence[Mapping[str, Any]], calendar_of: CalendarOf, *, now: datetime) -> list[Act]:
    """All acts of all requests, in the order they happened; the files' order is the order of filing."""
    acts: list[Act] = []
    numbers = {story["title"]: number for number, story in enumerate(stories) if "title" in story}
    following: datetime | None = None
    for number in reversed(range(len(stories))):
        mine = _story(number, stories[number], calendar_of, numbers, until=now - _SETTLED, before=following)
        following = mine[0].at
        acts += mine
    return sorted(acts, key=lambda act: (act.at, act.story))


def people_acts(data: Mapping[str, Any], calendar_of: CalendarOf, *, today: date, now: datetime) -> list[Act]:
    """Who left, and who is away and since when it is known."""
    left = [
        Act(begin(entry["left"], calendar_of(entry["name"]), now), entry["name"], "leave")
        for entry in data["member"]
        if "left" in entry
    ]
    away = [
        Act(begin(entry["told"], calendar_of(entry["who"]), now), entry["who"], "be_away", content=_days(entry, today))
        for entry in data.get("absence", ())
    ]
    begun = [Act(_midnight(act, calendar_of, now), act.who, "absence_begins") for act in away]
    return [*left, *away, *begun]


def _midnight(away: Act, calendar_of: CalendarOf, now: datetime) -> datetime:
    """When the nightly look finds that an absence begins."""
    zone = calendar_of(away.who).zone
    return max(away.at, min(now, datetime.combine(away.content["from"], time(0, 1), zone)))


def _story(
    number: int,
    story: Mapping[str, Any],
    calendar_of: CalendarOf,
    numbers: Mapping[str, int],
    *,
    until: datetime,
    before: datetime | None,
) -> list[Act]:
    later = story.get("story", ())
    waits = [Wait(act["after"], calendar_of(act["who"])) for act in later]
    moments = unfold(story["filed"], waits, calendar=calendar_of(story["by"]), until=until, before=before)
    content = {name: value for name, value in story.items() if name not in _TOLD}
    source = content.get("copy_of") or content.get("amends")
    if source:
        content = {"story": numbers[source]}
    first = Act(moments[0], story["by"], story.get("as", "file"), number, content=content)
    return [first, *(_act(number, act, at) for act, at in zip(later, moments[1:], strict=True))]


def _act(number: int, act: Mapping[str, Any], at: datetime) -> Act:
    return Act(
        at, act["who"], act["does"], number, says=act.get("says"), content=act.get("change") or act.get("with", {})
    )


def _days(entry: Mapping[str, Any], today: date) -> dict[str, Any]:
    days = {name: day_from(entry[name], today) for name in ("from", "until")}
    return {**days, "deputy": entry["deputy"]}
