"""`/collab digest` in both languages: what is chosen holds, and the answer says how things stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from collab.digests import queries
from collab.digests.rules.habits import Choice, parse, parse_when
from tests.factories import Company
from tests.parts.in_slack import serving
from tests.slack_double import SlackDouble

EMMA, MIKA = "emma@example.com", "mika@example.com"


@pytest.fixture
def served(app: Flask, slack: SlackDouble, travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    with serving(app, slack):
        yield slack


def choice(company: Company, name: str) -> Choice:
    with company.indoors():
        return queries.get_choice(company.member(name))


def typed(slack: SlackDouble, who: str, text: str) -> str:
    return slack.play.slash(who, "/collab", text).ephemeral


@pytest.mark.parametrize(
    "line",
    [
        "digest at fri 17:30", "digest friday 17:30", "digest fri 17:30", "週次まとめ 金 17:30", "週次まとめ　金曜日　１７：３０",
        "まとめ 毎週金曜の17時半に",
    ],
)  # fmt: skip
def test_weekday_and_hour(served: SlackDouble, company: Company, line: str) -> None:
    said = typed(served, EMMA, line)
    assert "every Friday at 17:30 (" in said
    assert "The next one: Fri 20 Nov, 17:30" in said
    when = choice(company, "emma").when
    assert (when.weekday, when.minute) == (4, 1050)


def test_a_day_alone_keeps_the_hour_and_an_hour_alone_the_day(served: SlackDouble, company: Company) -> None:
    typed(served, EMMA, "digest at 8:15")
    assert "every Tuesday at 08:15" in typed(served, EMMA, "digest tue")
    assert (choice(company, "emma").own_weekday, choice(company, "emma").own_minute) == (1, 495)


def test_off_and_on_again(served: SlackDouble, company: Company) -> None:
    assert "still in your inbox" in typed(served, EMMA, "digest off")
    assert choice(company, "emma").wanted is False
    assert "every Monday at 09:00" in typed(served, EMMA, "digest on")
    assert "届きません" in typed(served, MIKA, "週次まとめ オフ")
    assert "毎週月曜日 09:00" in typed(served, MIKA, "週次まとめ オン")


@pytest.mark.parametrize("line", ["digest", "週次まとめ"])
def test_alone_it_says_how_things_stand_and_changes_nothing(served: SlackDouble, company: Company, line: str) -> None:
    before = choice(company, "emma")
    assert "every Monday at 09:00" in typed(served, EMMA, line)
    assert choice(company, "emma") == before


@pytest.mark.parametrize(
    "line", ["digest at someday", "digest 25:00", "digest mon tue", "digest pleese", "週次まとめ 明日"]
)
def test_what_is_not_understood_changes_nothing(served: SlackDouble, company: Company, line: str) -> None:
    before = choice(company, "emma")
    assert "digest at mon 9:00" in typed(served, EMMA, line)
    assert choice(company, "emma") == before


@pytest.mark.parametrize(
    ("who", "line", "said"),
    [
        (EMMA, "digest preview", "Your next digest, as it would be now"),
        (MIKA, "週次まとめ プレビュー", "次に届く週次まとめ"),
    ],
)
def test_a_preview_writes_nothing(served: SlackDouble, company: Company, who: str, line: str, said: str) -> None:
    company.filed()
    answer = served.play.slash(who, "/collab", line)
    words = f"{answer.ephemeral}"
    assert words
    with company.indoors():
        assert queries.find_latest(company.member(who.partition("@")[0]).id) is None
    assert said in words or "so far" in words or "いまのところ" in words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon 9:00", (0, 540)), ("at mon 09:00", (0, 540)), ("Fridays 17:30", (4, 1050)), ("9:00", (None, 540)), ("thurs", (3, None)),
        ("月曜9時", (0, 540)), ("毎週月曜の9時に", (0, 540)), ("土", (5, None)), ("日曜日", (6, None)), ("水曜に 8時半", (2, 510)),
        ("mon tue", (None, None)), ("9:00 10:00", (None, None)), ("", (None, None)), ("m", (None, None)), ("24:00", (None, None)),
        ("日本", (None, None)), ("moonday", (None, None)),
    ],
)  # fmt: skip
def test_times_as_people_type_them(text: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_when(text) == expected


@pytest.mark.parametrize(
    "data", [{"at": "noon"}, {"at": 9}, {"at": "mon"}, {"off": ["needs"]}, {"off": "risks"}, {"on": True}]
)
def test_a_company_file_with_a_mistake_is_refused_by_name(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"digests.toml: .*{next(iter(data))}"):
        parse(data)
