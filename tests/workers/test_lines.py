"""A line to Redis that broke is a lost connection to whoever still holds a channel of it, and nothing worse."""

from collections.abc import Callable

import pytest
from kombu import Connection

from config.settings import Settings
from workers import embedded
from workers.app import celery


@pytest.mark.parametrize("gone", ["connection", "client"])
def test_a_channel_whose_connection_is_gone_raises_what_celery_reconnects_after(
    settings: Settings, ensure: Callable[[], embedded.Broker | None], gone: str
) -> None:
    """A worker acknowledges over it what it did while the broker was away."""
    ensure()
    line = Connection(settings.broker_url)
    channel = line.channel()
    channel._disconnect_pools()
    if gone == "connection":
        channel.connection = None
    else:
        channel.connection.client = None
    with pytest.raises(line.connection_errors), channel.conn_or_acquire():
        pass


def test_workers_use_such_channels() -> None:
    with celery.connection_for_read() as line:
        assert line.transport.Channel.__module__ == "workers.lines"
