"""A company in Slack: everybody has an account in the double, and the application answers it over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from tests.factories.company import PEOPLE, address, profile
from tests.slack_double import SlackDouble
from tests.slack_double.waited import ANSWERING


@contextmanager
def company_in_slack(**options: Any) -> Iterator[SlackDouble]:
    """The double, with an account for everybody in the small company."""
    with SlackDouble(**options) as double:
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
    server = _Server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    slack.product_url = f"http://127.0.0.1:{server.server_port}"
    yield slack
    server.shutdown()
    server.server_close()


class _Server(ThreadedWSGIServer):
    """Its threads outlive their request, so that the double can ask how long they stood in line for a processor."""

    def __init__(self, host: str, port: int, app: Flask) -> None:
        super().__init__(host, port, app)
        self._pool = ThreadPoolExecutor(32, thread_name_prefix=ANSWERING)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in one of them."""
        self._pool.submit(self.process_request_thread, request, client_address)

    def server_close(self) -> None:
        """Take nothing more."""
        super().server_close()
        self._pool.shutdown(wait=False)
