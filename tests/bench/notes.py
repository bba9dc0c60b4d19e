"""Plain messages, each to a channel of its own, so that no recipient's pace is in the way."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import Flask

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.outbox.service import Note, enqueue

WORD = "bench.word"
AT_ONCE = 500


def note(channel: str, text: str = "Something happened that you may want to know.") -> Note:
    """One message."""
    return Note(WORD, f"B-{channel}", f"bench:{uuid.uuid4().hex}", channel=channel, args={"text": text})


def fill(app: Flask, channels: Iterable[str]) -> None:
    """Put one message for each channel into the outbox, numbered; nobody is woken."""
    notes = [note(channel, f"number {number}") for number, channel in enumerate(channels)]
    with app.app_context():
        for first in range(0, len(notes), AT_ONCE):
            with atomic():
                enqueue(*notes[first : first + AT_ONCE], now=clock.now())


def new_channels(count: int) -> list[str]:
    """Names of channels nobody ever wrote to."""
    return [f"C{uuid.uuid4().hex[:10].upper()}" for _ in range(count)]
