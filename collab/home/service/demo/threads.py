"""What people of the sample company say about requests, with small files of text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.threads import service
from collab.threads.service import Upload


def say(actor: Actor, key: str, body: str, content: Mapping[str, Any], *, now: datetime) -> None:
    """One comment; `content` may hold `files`: what they are called, and the text in them."""
    files = [Upload(name, text.encode()) for name, text in content.get("files", {}).items()]
    service.comment(actor, key, body, files=files, now=now)
