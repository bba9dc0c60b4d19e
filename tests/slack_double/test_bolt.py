"""A real Bolt app as the product: it parses, routes and answers everything the double sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler

from tests.slack_double import SlackDouble, buttons, text_of
from tests.slack_double.conftest import AIKO, KENJI, web_client
from tests.slack_double.examples import actions, button, entry, home, modal, plain, section


def purchases(slack: SlackDouble) -> App:
    """Files a purchase by command, modal and card, with a Home tab and a message shortcut."""
    app = App(client=web_client(slack), signing_secret=slack.app.signing_secret)
    form = modal(
        {**entry(label="Title"), "block_id": "title"},
        {**entry("number_input", "Amount", is_decimal_allowed=False), "block_id": "amount"},
        {**entry("users_select", "Approver"), "block_id": "approver"},
        callback_id="file",
    )

    @app.command("/collab")
    def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        if body["text"] == "purchase new":
            client.views_open(trigger_id=body["trigger_id"], view=form)
            ack()
        else:
            ack("I know `purchase new`")

    @app.view("file")
    def file(ack: Any, view: dict[str, Any], client: Any) -> None:
        values = {name: next(iter(fields.values())) for name, fields in view["state"]["values"].items()}
        if int(values["amount"]["value"]) > 1_000_000:
            ack(response_action="errors", errors={"amount": "over the limit"})
            return
        ack()
        approve = button("Approve", action_id="approve", value="PR-1", style="primary")
        words = f"*PR-1* {values['title']['value']}"
        approver = values["approver"]["selected_user"]
        client.chat_postMessage(channel=approver, text="PR-1", blocks=[section(words), actions(approve)])

    @app.action("approve")
    def approve(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        ack()
        done = f"*PR-1* approved by <@{body['user']['id']}>"
        container = body["container"]
        client.chat_update(
            channel=container["channel_id"], ts=container["message_ts"], text="PR-1", blocks=[section(done)]
        )
        respond(text="thank you", replace_original=False)

    @app.shortcut("ask")
    def ask(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        ack()
        title = plain(f"Ask: {shortcut['message']['text']}"[:24])
        client.views_open(trigger_id=shortcut["trigger_id"], view=modal(title=title))

    @app.event("app_home_opened")
    def home_opened(event: dict[str, Any], client: Any) -> None:
        client.views_publish(user_id=event["user"], view=home(section("Nothing waits for you")))

    return app


@pytest.fixture
def slack(serve: Callable[[Flask], str]) -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        double.add_user(AIKO, "佐藤愛子")
        double.add_user(KENJI, "Kenji Mori")
        handler, flask = SlackRequestHandler(purchases(double)), Flask(__name__)
        flask.add_url_rule("/slack/<kind>", view_func=lambda **_kind: handler.handle(request), methods=["POST"])
        double.product_url = serve(flask)
        yield double


def test_a_purchase_is_filed_and_approved(slack: SlackDouble) -> None:
    form = slack.play.slash(AIKO, "/collab", "purchase new").view
    answers = {"Title": "Camera", "Amount": 1_200_000, "Approver": KENJI}
    assert slack.play.submit(AIKO, form, answers).errors == {"amount": "over the limit"}
    slack.play.submit(AIKO, form, {**answers, "Amount": 120_000})
    card = slack.record.wait_for(lambda record: record.messages_to(KENJI))[0]
    assert (text_of(card), buttons(card)[0].value) == ("*PR-1* Camera", "PR-1")
    reply = slack.play.click(KENJI, card, "Approve")
    slack.record.wait_for(lambda _: reply.ephemeral == "thank you")
    assert "approved by @U" in text_of(slack.record.now(card))


def test_bolt_answers_words_to_the_sender(slack: SlackDouble) -> None:
    assert slack.play.slash(AIKO, "/collab", "help").ephemeral == "I know `purchase new`"


def test_bolt_knows_the_message_shortcut_and_the_event(slack: SlackDouble) -> None:
    reply = slack.play.shortcut(AIKO, "ask", slack.say(KENJI, "a printer?"))
    assert slack.record.wait_for(lambda _: reply.view).text == "Ask: a printer?"
    slack.play.event("app_home_opened", AIKO, tab="home")
    tab = slack.record.wait_for(lambda record: record.home_of(AIKO))
    assert text_of(tab).strip() == "Nothing waits for you"


def test_bolt_refuses_a_forgery(slack: SlackDouble) -> None:
    assert slack.play.raw("/slack/events", b"{}", secret="guessed").status == 401
