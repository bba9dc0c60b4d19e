"""`/collab nudge` and `/collab quiet`, in both languages: what is chosen holds, and the answer says what still comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from collab.nudges import queries
from collab.nudges.rules.habits import Habits
from collab.nudges.rules.times import Window
from tests.factories import Company
from tests.parts.in_slack import serving
from tests.slack_double import SlackDouble

EMMA, MIKA = "emma@example.com", "mika@example.com"


@pytest.fixture
def served(app: Flask, slack: SlackDouble, travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    with serving(app, slack):
        yield slack


def habits(company: Company, name: str) -> Habits:
    with company.indoors():
        return queries.get_habits(company.member(name))


def typed(slack: SlackDouble, who: str, text: str) -> str:
    return slack.play.slash(who, "/collab", text).ephemeral


@pytest.mark.parametrize(
    "line", ["nudge at 08:30", "nudge 8:30", "reminder 8:30", "確認のお願い 8:30", "リマインド 毎朝8時半に"]
)
def test_the_hour_of_the_daily_reminder(served: SlackDouble, company: Company, line: str) -> None:
    assert "08:30" in typed(served, EMMA, line)
    assert habits(company, "emma").own_at == 510


def test_off_and_on_again_at_the_hour_one_had_chosen(served: SlackDouble, company: Company) -> None:
    typed(served, EMMA, "nudge at 08:30")
    assert "still come" in typed(served, EMMA, "nudge off")
    assert habits(company, "emma").daily is False
    assert "08:30" in typed(served, EMMA, "nudge on")
    assert "停止" in typed(served, MIKA, "リマインド オフ")


@pytest.mark.parametrize(
    "line", ["quiet 20:00-08:00", "おやすみ 20時〜8時", "静かな時間 ２０：００－８：００", "quiet 20:00 to 8:00"]
)
def test_quiet_time_and_what_still_comes(served: SlackDouble, company: Company, line: str) -> None:
    said = typed(served, EMMA, line)
    assert "20:00 to 08:00 (Europe/London)" in said
    assert "brand incidents" in said
    assert habits(company, "emma").quiet == Window(1200, 480)


def test_quiet_time_off(served: SlackDouble, company: Company) -> None:
    typed(served, MIKA, "おやすみ 20:00-8:00")
    assert "ブランド緊急対応" in typed(served, MIKA, "おやすみ")
    assert "時間帯にかかわらず届きます" in typed(served, MIKA, "おやすみ オフ")
    assert habits(company, "mika").quiet is None


@pytest.mark.parametrize(
    "line", ["nudge sometimes", "nudge 25:00", "quiet", "quiet 20:00", "quiet 9:00-9:00", "quiet please"]
)
def test_what_is_not_understood_changes_nothing(served: SlackDouble, company: Company, line: str) -> None:
    before = habits(company, "emma")
    assert typed(served, EMMA, line)
    assert habits(company, "emma") == before
