"""A running double with two people, and a way to serve a small product for it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from slack_sdk import WebClient
from werkzeug.serving import make_server

from tests.slack_double import SlackDouble
from tests.slack_double.product import Product
from tests.slack_double.settings import wall_clock

AIKO, KENJI = "aiko@example.com", "kenji@example.com"


class Clock:
    """Slack's clock in a test's hand; it starts at the real time, by which verifiers judge signatures."""

    def __init__(self) -> None:
        self.now = wall_clock()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackDouble]:
    with SlackDouble(clock=clock) as double:
        double.add_user(AIKO, "佐藤愛子")
        double.add_user(KENJI, "Kenji Mori", locale="en-US", tz="Europe/Berlin")
        yield double


@pytest.fixture
def client(slack: SlackDouble) -> WebClient:
    return web_client(slack)


def web_client(slack: SlackDouble, token: str | None = None) -> WebClient:
    return WebClient(token or slack.app.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serves an app on loopback until the test ends; the address."""
    servers = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def product(slack: SlackDouble, serve: Callable[[Flask], str]) -> Product:
    product = Product(slack.app.signing_secret)
    slack.product_url = serve(product.app())
    return product
