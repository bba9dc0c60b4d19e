"""How the product reaches Slack (with a token through Slack itself, without one on the console), and Slack us."""

from __future__ import annotations

from typing import Protocol

from flask import Flask

from collab.kernel.permits import permits
from collab.slack import commands
from collab.slack.client import SlackTransport
from collab.slack.console import ConsoleTransport
from collab.slack.home import Finder
from collab.slack.permits import PERMITS
from collab.slack.views import Door


class SlackSettings(Protocol):
    """What Slack needs to know of the settings."""

    @property
    def slack_bot_token(self) -> str | None: ...
    @property
    def slack_api_url(self) -> str: ...


def install(app: Flask, settings: SlackSettings) -> None:
    """Choose the transport and open the addresses."""
    permits.add(PERMITS)
    token = settings.slack_bot_token
    transport = SlackTransport(token, settings.slack_api_url) if token else ConsoleTransport()
    app.extensions["slack.transport"] = transport
    app.extensions["slack.home"] = Finder(transport, token)
    app.wsgi_app = Door(app)  # type: ignore[method-assign]
    commands.install()
