"""A request's way through Slack: filed in the modal, decided on cards, told, repainted; every payload judged by the double."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import Company
from tests.slack_double import Reply, SlackDouble, buttons, text_of

MIKA, CMO, CIO, CFO = (f"{name}@example.com" for name in ("mika", "cmo", "cio", "cfo"))
SMALL = {
    "title": "接客カメラ", "purpose": "来店のお客様の待ち時間を測る", "vendor": "青山電機", "category": "martech",
    "amount": "４８０，０００", "goal": "G-1",
}  # fmt: skip
Deliver = Callable[[], None]


def file(slack: SlackDouble, email: str = MIKA, **changes: object) -> Reply:
    modal = slack.play.slash(email, "/collab", "purchase new").view
    return slack.play.submit(email, modal, {**SMALL, **changes})


def labels(message: object) -> list[str]:
    return [button.label for button in buttons(message)]


def test_a_request_is_filed_decided_by_both_keys_and_told(served: SlackDouble, company: Company, deliver: Deliver) -> None:
    reply = file(served)
    assert reply.body == {"response_action": "clear"}
    assert "PR-1 を申請しました" in reply.ephemeral
    deliver()

    card = served.record.last_to(CMO)
    assert text_of(card).startswith("承認または差し戻しをお願いします")
    assert "森 由紀" in text_of(card)
