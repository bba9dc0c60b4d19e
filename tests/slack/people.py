"""What tests of the product in Slack do over and over."""

from __future__ import annotations

from collections.abc import Callable

from tests.slack_double import Message, Reply, SlackDouble, buttons

MIKA, CMO, CIO, CFO, KENJI = (f"{name}@example.com" for name in ("mika", "cmo", "cio", "cfo", "kenji"))
STRANGER = "stranger@elsewhere.example"
SMALL = {
    "title": "接客カメラ", "purpose": "来店のお客様の待ち時間を測る", "vendor": "青山電機", "category": "martech",
    "amount": "４８０，０００", "goal": "G-1",
}  # fmt: skip
Deliver = Callable[[], None]


def file(slack: SlackDouble, email: str = MIKA, **changes: object) -> Reply:
    """Fill in the form and send it."""
    modal = slack.play.slash(email, "/collab", "purchase new").view
    return slack.play.submit(email, modal, {**SMALL, **changes})


def labels(message: Message) -> list[str]:
    """The buttons to press."""
    return [button.label for button in buttons(message)]


def last_ephemeral(slack: SlackDouble, email: str) -> object:
    """What this person was whispered last."""
    return slack.record.ephemerals_to(email)[-1]
