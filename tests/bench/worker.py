"""The product's worker, beside its own kinds of message with a plain one; jobs and calls to Slack are marked on the stopwatch.

`celery -A tests.bench.worker worker`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from celery.signals import worker_process_init

from collab.outbox.registry import Envelope, MessageKind, Rendered, add_kind
from collab.slack import blocks
from collab.slack.client import Posted
from collab.slack.console import ConsoleTransport
from tests.bench.notes import WORD
from tests.bench.stopwatch import CALLED, PIPE, mark, mark_jobs
from workers.app import celery
from workers.context import flask_app

__all__ = ["celery"]


class Timed(ConsoleTransport):
    """The console: nothing leaves the machine, so a call costs nothing but its mark."""

    def post(self, channel: str, payload: Mapping[str, Any], delivery_id: str, **place: Any) -> Posted:
        """Post nowhere."""
        mark(CALLED)
        return super().post(channel, payload, delivery_id, **place)


def word(envelope: Envelope) -> Rendered:
    """One line; nothing is looked up for it."""
    text = str(envelope.args["text"])
    return Rendered(text, [blocks.section(blocks.escape(text))])


@worker_process_init.connect
def _mark_calls(**_newer: Any) -> None:
    if PIPE in os.environ:
        flask_app().extensions["slack.transport"] = Timed()


add_kind(MessageKind(WORD, word))
mark_jobs()
