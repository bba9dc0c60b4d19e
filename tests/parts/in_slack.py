"""A company in Slack: everybody has an account in the double, and the application answers it over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from tests.factories.company import PEOPLE, address, profile
from tests.slack_double import SlackDouble


@contextmanager
def company_in_slack() -> Iterator[SlackDouble]:
    """The double, with an account for everybody in the small company."""
    with SlackDouble() as double:
        for person in PEOPLE:
            double.add_user(address(person.name), person.name_ja, **profile(person))
        yield double


def settings_of(slack: SlackDouble) -> dict[str, str]:
    """What an installation is told to have the double as its Slack."""
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@contextmanager
def serving(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    """Serve the application to what people do in the double."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    slack.product_url = f"http://127.0.0.1:{server.server_port}"
    yield slack
    server.shutdown()
    server.server_close()
