"""How the product reaches Slack: with a token through Slack itself, without one on the console."""

from __future__ import annotations

from typing import Protocol

from flask import Flask

from collab.slack.client import ConsoleTransport, SlackTransport


class SlackSettings(Protocol):
    """What Slack needs to know of the settings."""

    @property
    def slack_bot_token(self) -> str | None: ...
    @property
    def slack_api_url(self) -> str: ...


def install(app: Flask, settings: SlackSettings) -> None:
    """Choose the transport."""
    token = settings.slack_bot_token
    app.extensions["slack.transport"] = SlackTransport(token, settings.slack_api_url) if token else ConsoleTransport()
