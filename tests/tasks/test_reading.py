"""A typed line: of whom, what, by when, how urgent. What cannot be read stays in the text, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from collab.tasks.slack.reading import nearest, read_line


class Side(NamedTuple):
    """A department as the directory lists it."""

    code: str
    name_en: str
    name_ja: str


SIDES = (
    Side("finance", "Finance", "経理部"), Side("it", "IT", "情報システム部"), Side("marketing", "Marketing", "マーケティング部"),
    Side("sales", "Sales", "営業部"), Side("service", "Customer service", "カスタマーサービス部"),
)  # fmt: skip
TODAY = date(2026, 11, 18)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("line", "department", "text", "day", "wait", "urgent"),
    [
        ("@Sales send the prices by friday urgent", "sales", "send the prices", "2026-11-20", "", True),
        ("@Sales urgent: send the prices", "sales", "urgent: send the prices", None, "", False),
        ("@営業部 見積をください　金曜まで　至急", "sales", "見積をください", "2026-11-20", "", True),
        ("＠カスタマーサービス部　返信をお願いします", "service", "返信をお願いします", None, "", False),
        ("営業部に見積をお願いします", "sales", "見積をお願いします", None, "", False),
        ("営業部御中 見積の件", "sales", "見積の件", None, "", False),
        ("@情報シス 直して 期限:3営業日", "it", "直して", None, "3bd", False),
        ("@Customer service please call back by 27 Nov", "service", "please call back", "2026-11-27", "", False),
        ("CUSTOMER please call", "service", "please call", None, "", False),
        ("it fix the printer due: 2bd", "it", "fix the printer", None, "2bd", False),
        ("@it read what to do by Friday and tell us", "it", "read what to do by Friday and tell us", None, "", False),
        ("@it stand by me", "it", "stand by me", None, "", False),
        ("@it restart it by 3/4", "it", "restart it by 3/4", None, "", False),
        ("@it urgent", "it", "urgent", None, "", False),
        ("<!subteam^S1|@営業部> 見積", "sales", "見積", None, "", False),
        ("@営業部", "sales", "", None, "", False),
    ],
)
def test_a_line_is_read(
    line: str,
    department: str,
    text: str,
    day: str | None,
    wait: str,
    urgent: bool,
) -> None:
    found = read_line(line, SIDES, TODAY, day_first=None)
    assert (found.department, found.text, found.wait) == (department, text, wait)
    assert (found.day and found.day.isoformat()) == day
    assert found.urgent == urgent


@pytest.mark.parametrize(
    ("word", "codes"), [("s", {"sales", "service"}), ("saels", {"sales"}), ("zzz", set()), ("it-team-of-tokyo", set())]
)
def test_what_fits_no_department_alone_is_offered_and_not_taken(word: str, codes: set[str]) -> None:
    assert set(nearest(word, SIDES)) == codes
    assert read_line(f"@{word} x", SIDES, TODAY, day_first=None).department is None


def test_somebody_can_be_named() -> None:
    found = read_line("<@U12ABC|kenji> do it by tomorrow", SIDES, TODAY, day_first=None)
    assert (found.account, found.text, str(found.day)) == ("U12ABC", "do it", "2026-11-19")
