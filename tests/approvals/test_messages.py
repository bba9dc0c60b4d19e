"""The card as a pure picture: what it shows at each stage, and that nothing a person writes breaks Slack's limits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from collab.approvals import messages
from collab.approvals.messages import Asked, CardNow, SeatLine, StepLine
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.subjects.registry import Face
from tests.slack_double.rules import check_message, check_view

AT = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
JA, EN = Reader("ja", "Asia/Tokyo"), Reader("en", "Europe/London")
HOSTILE = [
    "<!channel>", "*_~`", "&amp;&lt;", "\u202eright to left", "🙂" * 5000, "x" * 100_000, "<" * 100_000, "&" * 100_000,
    "\n" * 9000, "|>", " ",
]  # fmt: skip


def face(**changes: Any) -> Face:
    facts = ((Text("purchase.field.vendor"), changes.pop("vendor", "青山電機")),)
    return Face(
        **{
            "title": "カメラ",
            "path": "/x",
            "by_en": "Mika",
            "by_ja": "美香",
            "amount": Money(480000, "JPY"),
            "why": "測る",
            "facts": facts,
            **changes,
        }
    )


def card(asked: Asked | None = None, *, comment: str = "", face_: Face | None = None, **changes: Any) -> CardNow:
    steps = (
        StepLine("部門長", (SeatLine("森", "", "approved", decided_at=AT, comment=comment),)),
        StepLine("経理", (SeatLine("原", "CFO", "waiting", instead_of="青木", due_at=AT),)),
        StepLine("社長決裁", (SeatLine("青木", "CEO", "planned"),)),
    )
    return CardNow("PR-1", "https://collab.example/x", face_ or face(), "pending", steps, asked, **changes)


def words(rendered: Any) -> str:
    return str([block for block in rendered.blocks if block["type"] != "actions"])


def styles(rendered: Any) -> list[tuple[str, bool]]:
    buttons = [element for block in rendered.blocks if block["type"] == "actions" for element in block["elements"]]
    return [(button["text"]["text"], "confirm" in button) for button in buttons]


@pytest.mark.parametrize(
    ("way", "label", "twice"), [("approve", "承認", False), ("decide", "決裁", True), ("key", "決裁（共同）", True)]
)
def test_a_final_yes_takes_two_taps_and_an_earlier_one_takes_one(way: str, label: str, twice: bool) -> None:
    shown = styles(messages.card(card(Asked(way, 3, AT)), JA))
    assert shown == [(label, twice), ("差し戻し", False), ("その他…", False)]


def test_it_says_where_it_stands_who_else_decides_and_until_when_in_the_readers_zone() -> None:
    shown = words(messages.card(card(Asked("approve", 3, AT), comment="良い"), JA))
    for part in (
        "1. 部門長: ✓ 森",
        "2. 経理: ● 原（CFO）（代 青木）",
        "3. 社長決裁: 青木（CEO）",
        "'text': '良い'",
        "11月18日(水) 10:00",
    ):
        assert part in shown
    assert "Wed 18 Nov, 01:00" in words(messages.card(card(Asked("approve", 3, AT)), EN))


def test_whoever_cannot_act_sees_no_button_but_whom_it_waits_for() -> None:
    rendered = messages.card(card(), EN)
    assert styles(rendered) == []
    assert "Waiting for 原 (CFO) for 青木" in words(rendered)


def test_a_card_of_an_earlier_round_points_to_the_newest() -> None:
    rendered = messages.card(card(superseded=True), JA)
    assert rendered.text.startswith("前の回次のカードです")


def marked_up(part: object) -> list[str]:
    """Every text Slack reads as markup; what stands in rich text is shown as it is."""
    if isinstance(part, list):
        return [text for each in part for text in marked_up(each)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for each in part.values() for text in marked_up(each)]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:8]))
@pytest.mark.parametrize("reader", [JA, EN], ids=["ja", "en"])
def test_whatever_people_write_slack_takes_it_and_reads_it_as_text(text: str, reader: Reader) -> None:
    marked = face(
        title=text, why=text, vendor=text, by_en=text, by_ja=text, marks=(Text("purchase.mark.personal_data"),)
    )
    now = card(Asked("key", 3, AT), comment=text, face_=marked)
    for rendered in (
        messages.card(now, reader),
        messages.told(now, reader, verb="return", by=text[:200], comment=text),
    ):
        check_message(rendered.as_payload(), text_limit=4000)
        assert not [text for text in marked_up(rendered.blocks) if "<!" in text]
    for view in (
        messages.more_modal(now, 3, reader),
        messages.reason_modal("return", "PR-1", text, 3, reader, typed=text),
    ):
        check_view({**view, "private_metadata": "{}"}, "modal")


@pytest.mark.parametrize(
    ("pressed", "read"),
    [("PR-1:3", ("PR-1", 3)), ("PR-1", ("PR-1", None)), ("PR-1:x", ("PR-1", None)), ("", ("", None))],
)
def test_a_button_carries_what_its_presser_looks_at(pressed: str, read: tuple[str, int | None]) -> None:
    assert messages.value_from(pressed) == read
