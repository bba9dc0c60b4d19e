"""A local stand-in for Slack that validates like Slack, remembers everything and plays people.

    with SlackDouble() as slack:
        slack.add_user("aiko@example.com", "佐藤愛子")
        slack.product_url = start_product(SLACK_API_URL=slack.api_url, SLACK_BOT_TOKEN=slack.app.bot_token, ...)
        modal = slack.play.slash("aiko@example.com", "/collab", "purchase new").view
        slack.play.submit("aiko@example.com", modal, {"Title": "Camera", "Amount": 120000})
        card = slack.record.wait_for(lambda record: record.cards_about("PR-1"))[0]
        slack.play.click("kenji@example.com", card, "Approve")

It imports nothing of the product: it speaks HTTP, signs what it sends and records what it receives.
"""

from tests.slack_double.double import SlackDouble
from tests.slack_double.forms import Impossible
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
    "Impossible",
    "Message",
    "Reply",
    "SlackDouble",
    "View",
    "buttons",
    "text_of",
]
