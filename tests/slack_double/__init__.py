"""A local stand-in for Slack that validates like Slack, remembers everything and plays people.

    with SlackDouble() as slack:
        slack.add_user("aiko@example.com", "佐藤愛子")
        slack.product_url = start_product(SLACK_API_URL=slack.api_url, SLACK_BOT_TOKEN=slack.app.bot_token, ...)
        modal = slack.play.slash("aiko@example.com", "/collab", "purchase new").view
        slack.play.submit("aiko@example.com", modal, {"Title": "Camera", "Amount": 120000})
        card = slack.record.wait_for(lambda record: record.cards_about("PR-1"))[0]
        slack.play.click("kenji@example.com", card, "Approve")

It imports nothing of the product: it speaks HTTP, signs what it sends and records what it receives.

It can also be a bad day at Slack, all of it off until asked for:

    slack.answer_next("chat.postMessage", ConnectionResetError(), done_first=True)   # one call
    slack.faults.lose(0.10, how="reset")            # a share of all calls: see faults.Faults for kinds and places
    slack.rates = Rates(per_minute=120)             # what exceeds is answered 429: see rates.Rates
    slack.revoke("account_inactive"); slack.restore(); slack.scopes = DEFAULT_SCOPES | HISTORY_SCOPES
    slack.events.send({"type": "tokens_revoked"}, times=2)   # signed, and again until it is taken: see events.Events
    assert slack.record.duplicates() == {} and slack.record.calls_during_pause() == []

`python -m tests.slack_double` is the same as a process of its own, driven over `/_double/` (see control.serve); a test
does so with `tests.slack_double.remote.started()`. `rules/refusals.py` lists every error Slack documents.
"""

from tests.slack_double.double import SlackDouble
from tests.slack_double.faults import Faults, How
from tests.slack_double.forms import Impossible
from tests.slack_double.rates import Rates
from tests.slack_double.reading import Button, buttons, text_of
from tests.slack_double.settings import DEFAULT_SCOPES, HISTORY_SCOPES, App
from tests.slack_double.things import Call, Ephemeral, Message, View
from tests.slack_double.wire import Reply

__all__ = [
    "DEFAULT_SCOPES",
    "HISTORY_SCOPES",
    "App",
    "Button",
    "Call",
    "Ephemeral",
    "Faults",
    "How",
    "Impossible",
    "Message",
    "Rates",
    "Reply",
    "SlackDouble",
    "View",
    "buttons",
    "text_of",
]
