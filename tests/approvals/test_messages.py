"""The card as a pure picture: what it shows at each stage, and that nothing a person writes breaks Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from collab.approvals import messages
from collab.approvals.messages import About, Asked, CardNow, Changes, News, SeatLine, StepLine, forms
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
        "2. 経理: ● CFO 原（代 青木）",
        "3. 社長決裁: CEO 青木",
        "'text': '良い'",
        "11月18日（水） 10:00",
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


def everything(now: CardNow, text: str) -> CardNow:
    """A card on which people have written wherever they can."""
    seats = (
        SeatLine(text, text, "answered", text, decided_at=AT, comment=text, opinion="worse", stage=text),
        SeatLine(text, text, "waiting", text, held_until=AT, held_reason=text, lifted_by=text),
    )
    changes = Changes(1, "approved", ((text, text, text),) * 40)
    steps = (*now.steps, *(StepLine(text, seats, "consult", "quorum:1", beside=True),) * 6)
    return replace(now, steps=steps, changes=changes, because=(text, text), lines=(text,) * 10)


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
        messages.card(everything(now, text), reader),
    ):
        check_message(rendered.as_payload(), text_limit=4000)
        assert not [text for text in marked_up(rendered.blocks) if "<!" in text]
    for view in (
        messages.more_modal(now, 3, reader),
        *every_form(About("PR-1", text, 3, 7, typed(text)), text, reader),
    ):
        check_view({**view, "private_metadata": "{}"}, "modal")


def typed(text: str) -> dict[str, str]:
    return dict.fromkeys(("comment", "reason", "stage_other", "opinion", "stage", "kind", "return_to"), text)


def every_form(about: About, text: str, reader: Reader) -> list[Any]:
    day = date(2026, 12, 5)
    return [
        *(forms.reason(verb, about, reader, steps=[(1, text)]) for verb in ("return", "reject", "approve", "revoke")),
        forms.with_conditions(about, reader, first_due=day), forms.opinion(about, reader), forms.advocacy(about, reader),
        forms.hold(about, reader, until=day), forms.lift(about, [text], reader), forms.add_step(about, reader),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pressed", "read"),
    [("PR-1:3", ("PR-1", 3)), ("PR-1", ("PR-1", None)), ("PR-1:x", ("PR-1", None)), ("", ("", None))],
)
def test_a_button_carries_what_its_presser_looks_at(pressed: str, read: tuple[str, int | None]) -> None:
    assert messages.value_from(pressed) == read


def buttons(way: str, **more: Any) -> list[str]:
    return [label for label, _twice in styles(messages.card(card(Asked(way, 3, AT, 7, **more)), JA))]


def test_each_kind_of_step_asks_its_own_question_with_three_buttons_at_most() -> None:
    assert buttons("review") == ["審査を通す", "差し戻し", "その他…"]
    assert buttons("consult") == ["同意", "意見を書く…", "その他…"]
    assert buttons("advocate") == ["回答する…", "その他…"]
    for way in ("approve", "decide", "key", "review", "consult", "advocate"):
        for reader in (JA, EN):
            rendered = messages.card(card(Asked(way, 3, AT, 7)), reader)
            assert rendered.text.startswith(reader.say(f"approval.ask.{way}"))
            assert len(styles(rendered)) <= 3


def test_the_last_review_is_asked_for_twice_too_and_a_yes_that_needs_words_asks_for_them_instead() -> None:
    assert styles(messages.card(card(Asked("review", 3, AT, last=True)), JA))[0] == ("審査を通す", True)
    assert styles(messages.card(card(Asked("decide", 3, AT, override=True, last=True)), JA))[0] == ("決裁…", False)


def test_somebodys_deputy_reads_for_whom() -> None:
    assert messages.card(card(Asked("approve", 3, AT, holder="原 恵美")), JA).text.startswith(
        "承認をお願いします（代 原 恵美）"
    )
    assert messages.card(card(Asked("approve", 3, AT, holder="Emi Hara")), EN).text.startswith(
        "Approve or send back (for Emi Hara)"
    )


def test_what_was_said_against_it_stands_on_the_card_in_words() -> None:
    steps = (
        StepLine("法務", (SeatLine("小野", "", "answered", decided_at=AT, opinion="agree"),), "consult"),
        StepLine(
            "品質",
            (SeatLine("上田", "", "answered", decided_at=AT, opinion="disagree", comment="まだ早い"),),
            "consult",
        ),
        StepLine(
            "お客様代表",
            (SeatLine("前田", "", "answered", decided_at=AT, opinion="worse", stage="support", comment="窓口が減る"),),
            "advocate",
        ),
        StepLine("決裁", (SeatLine("原", "CFO", "waiting", due_at=AT),)),
    )
    shown = words(messages.card(replace(card(Asked("decide", 3, AT)), steps=steps), JA))
    for part in (
        "1. 法務: ✓ 小野（同意）",
        "2. 品質: ▲ 上田（不同意）",
        "上田: 不同意",
        "まだ早い",
        "「お客様にとって悪くなる」",
        "窓口が減る",
    ):
        assert part in shown
    shown = words(messages.card(replace(card(Asked("decide", 3, AT)), steps=steps[2:]), EN))
    assert "worse for the customer" in shown


def test_a_deputy_a_hold_a_lifted_seat_and_a_quorum_are_named() -> None:
    steps = (
        StepLine("部門長", (SeatLine("石井", "", "lifted", lifted_by="原"),)),
        StepLine(
            "三者",
            (SeatLine("森", "", "approved", instead_of="青木", decided_at=AT), SeatLine("酒井", "CIO", "waiting"),
             SeatLine("上田", "", "waiting", held_until=AT, held_reason="監査待ち")),
            rule="quorum:2", beside=True,
        ),
    )  # fmt: skip
    shown = words(messages.card(replace(card(), steps=steps), JA))
    for part in (
        "石井（原さんが引上げ承認）",
        "三者［並行、3名中2名の承認が必要］",
        "✓ 森（代 青木）",
        "上田（保留中）",
        "監査待ち",
        "11月18日（水） 10:00",
    ):
        assert part in shown
    shown = words(messages.card(replace(card(), steps=steps), EN))
    for part in ("did not wait", "side by side, 2 of 3 needed", "for 青木", "on hold"):
        assert part in shown


def test_what_changed_since_and_why_it_is_here_again() -> None:
    changes = Changes(2, "approved", (("金額", "￥480,000", "￥450,000"), ("取引先", "", "青山電機")))
    now = replace(card(Asked("approve", 3, AT)), changes=changes, because=("酒井", "もう一度お願いします"))
    shown = words(messages.card(now, JA))
    for part in (
        "第2回で承認された後の変更",
        "金額: ￥480,000 → ￥450,000",
        "取引先: （なし） → 青山電機",
        "酒井さんから差し戻されました",
        "もう一度お願いします",
    ):
        assert part in shown
    assert "第2回" not in words(messages.card(replace(now, asked=None), JA))


SAID = {
    "approve": "", "decide": "", "review": "", "return": "", "reject": "", "lift": "", "undo": "", "revoke": "", "hold": "", "release": "",
    "add_step": "", "consult": "disagree", "advocate": "worse",
}  # fmt: skip


@pytest.mark.parametrize("reader", [JA, EN], ids=["ja", "en"])
def test_every_verb_is_told_in_words_of_its_own(reader: Reader) -> None:
    told = {
        messages.news_line(
            card(), reader, News(verb, "森", opinion=opinion, stage="support", step="2", until="12月5日")
        )
        for verb, opinion in SAID.items()
    }
    assert len(told) == len(SAID)
    assert not [line for line in told if "{" in line or "approval." in line]


def test_behind_more_stands_what_one_may_do_and_nothing_else() -> None:
    ways = ("conditions", "reject", "hold", "later", "more_time", "add_step")
    view = messages.more_modal(replace(card(Asked("approve", 3, AT, 7)), ways=ways), 3, JA)
    labels = [block["accessory"]["action_id"] for block in view["blocks"] if "accessory" in block]
    assert labels == [
        "approval.page", "approval.conditions", "approval.hold", "approval.add_step", "approval.more_time", "approval.later",
        "approval.reject",
    ]  # fmt: skip
    assert len(messages.more_modal(card(), 3, JA)["blocks"]) == 2


@pytest.mark.parametrize(
    ("pressed", "seat"),
    [
        ("PR-1:3:41", 41),
        ("PR-1:3", None),
        ("PR-1:3:2h", None),
        ("PR-1:3:41:2h", 41),
        ("PR-1:3:" + "9" * 40, None),
        ("", None),
    ],
)
def test_a_button_names_the_seat_it_was_made_for(pressed: str, seat: int | None) -> None:
    assert messages.seat_from(pressed) == seat
