"""`/collab follow KEY` and `/collab mute KEY`, of any kind of thing, in both languages."""

from __future__ import annotations

import pytest

from collab.subjects import queries
from tests.factories import Company
from tests.factories.goals import goal
from tests.slack.people import KENJI
from tests.slack_double import SlackDouble


@pytest.mark.parametrize(
    ("line", "wish", "said"),
    [
        ("follow {key}", "follow", "をフォローしました"), ("{key} フォロー", "follow", "をフォローしました"),
        ("ミュート {key}", "mute", "の通知を停止しました"), ("mute {key}", "mute", "の通知を停止しました"),
        ("unfollow {key}", None, "ご対応が必要なことだけをお知らせします"),
    ],
)  # fmt: skip
def test_a_line_is_enough(served: SlackDouble, company: Company, line: str, wish: str | None, said: str) -> None:
    for key, title in (
        (goal(company, "<!channel> sold out"), "&lt;!channel&gt; sold out"),
        (company.filed("kenji", title="Mail"), "Mail"),
    ):
        answer = served.play.slash(KENJI, "/collab", line.format(key=key)).ephemeral
        assert said in answer
        assert title in answer
        with company.indoors():
            assert queries.wish_of(company.id("kenji"), key) == wish


def test_nobody_learns_of_what_is_hidden(served: SlackDouble, company: Company) -> None:
    hidden = goal(company, "Secret", visibility="involved")
    answer = served.play.slash(KENJI, "/collab", f"follow {hidden}").ephemeral
    assert "Secret" not in answer
    with company.indoors():
        assert queries.wish_of(company.id("kenji"), hidden) is None
