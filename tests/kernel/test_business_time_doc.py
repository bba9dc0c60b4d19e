"""What docs/business-time.md promises, line by line."""

import re
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from collab.kernel.business_time import BusinessCalendar, parse, parse_span

PAGE = (Path(__file__).parents[2] / "docs" / "business-time.md").read_text()
CALENDARS = {
    found.code: found for found in map(parse, map(tomllib.loads, re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)))
}
EXAMPLE = re.compile(rf"\| ({'|'.join(CALENDARS)}) \| ([-0-9: ]+) \| ([^|]+) \| ([^|]+) \|")
EXAMPLES = [tuple(part.strip() for part in found) for found in EXAMPLE.findall(PAGE)]


def test_the_page_has_its_examples() -> None:
    assert sorted(CALENDARS) == ["london", "nights", "tokyo"]
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("code", "start", "ask", "answer"), EXAMPLES, ids=[" ".join(found) for found in EXAMPLES])
def test_every_example_of_the_page_is_true(code: str, start: str, ask: str, answer: str) -> None:
    site = CALENDARS[code]
    assert _answered(site, _at(site, start), ask) == answer


def _answered(site: BusinessCalendar, start: datetime, ask: str) -> str:
    if ask.startswith("minutes until "):
        return str(site.between(start, _at(site, ask.removeprefix("minutes until "))))
    return f"{_moment(site, start, ask).astimezone(site.zone):%Y-%m-%d %H:%M}"


def _moment(site: BusinessCalendar, start: datetime, ask: str) -> datetime:
    match ask.split():
        case ["add", amount, "minutes"]:
            return site.add(start, int(amount))
        case ["subtract", amount, "minutes"]:
            return site.subtract(start, int(amount))
        case ["add", amount, "days"]:
            return site.add_days(start, int(amount))
        case ["next", "opening"]:
            return site.next_opening(start)
        case ["previous", "closing"]:
            return site.previous_closing(start)
        case _:
            return parse_span(ask).due(start, site)


def _at(site: BusinessCalendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=site.zone)
