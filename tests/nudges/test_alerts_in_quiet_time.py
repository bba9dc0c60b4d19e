"""A brand incident passes whatever keeps other messages back: quiet time, a night, an absence."""

from __future__ import annotations

from datetime import datetime

from collab.nudges import service
from collab.nudges.rules.times import parse_window
from tests.factories.incidents import alerted
from tests.factories.nudges import Days
from tests.parts.databases import on_both

SUNDAY_NIGHT = datetime.fromisoformat("2026-11-22T03:00+09:00")


@on_both
def test_a_page_in_quiet_time_at_night_comes_at_once_to_whoever_stands_in_too(days: Days) -> None:
    company = days.company
    company.away("cmo", deputy="nao")
    for name in ("cmo", "nao", "service-lead"):
        with company.indoors():
            service.choose_quiet(company.member(name), parse_window("00:00-23:59"), now=company.now)
    company.now = SUNDAY_NIGHT
    key = alerted(company, "mika")
    days.deliver()
    for name in ("nao", "service-lead"):
        (page,) = days.messages(name)
        assert key in page.text
    assert days.messages("cmo") == []
