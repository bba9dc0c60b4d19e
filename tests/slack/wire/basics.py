"""What the tests of single calls write, to whom, and when."""

from __future__ import annotations

from datetime import UTC, datetime

AIKO = "aiko@example.com"
PAYLOAD = {"text": "x", "blocks": []}


def now() -> datetime:
    return datetime.now(UTC)
