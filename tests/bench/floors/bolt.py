"""The same command through Bolt's own Flask adapter in its fast mode."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult


def authorize(**_who: Any) -> AuthorizeResult:
    """One workspace, no call to Slack."""
    return AuthorizeResult(enterprise_id=None, team_id="T0BENCH00", bot_token="xoxb-measured", bot_user_id="B0BENCH00")


bolt = App(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=authorize, process_before_response=True)
app = Flask(__name__)
handler = SlackRequestHandler(bolt)


@bolt.command("/collab")
def heard(ack: Ack, command: dict[str, Any]) -> None:
    """Say that it was heard."""
    ack(response_type="ephemeral", text=f"heard: {command['text']}")


@app.post("/slack/commands")
def commands() -> Any:
    """Hand the request to Bolt."""
    return handler.handle(request)
