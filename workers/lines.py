"""Lines to Redis that break without taking the worker with them.

When Redis dies while a job is in hand, kombu 5.7 gives the job back, or acknowledges it, over a channel whose connection is
already gone, and meets an AttributeError. Celery takes that for a bug of its own and ends the worker (exit 1). It is a lost
connection, so that is what it is told; then it reconnects as it does otherwise.
"""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as LineLost


class Channel(redis.Channel):
    """kombu's channel, which says so when its connection is gone."""

    def _connparams(self, asynchronous: bool = False) -> Any:  # noqa: FBT001, FBT002 - kombu's signature
        if self.connection is None or self.connection.client is None:
            raise LineLost("the connection of this channel is closed")
        return super()._connparams(asynchronous=asynchronous)


redis.Transport.Channel = Channel
