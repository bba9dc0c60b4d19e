"""Shared channels of the sample company: marketing's, IT's and that of the leaders of both sides, with what happened lately."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.audit import service as audit
from collab.channels import service as channels
from collab.channels.rules import Settings
from collab.channels.service.connecting import Place
from collab.home.service.demo.company import address
from collab.people import queries as people

TEAM = "console"
LATELY = timedelta(days=3)
"""So far back they have heard of things."""


def connect_channels(data: Mapping[str, Any], *, now: datetime) -> None:
    """Connect them as of some days ago, and tell them what happened since. Raises KeyError for somebody nobody knows."""
    since = now - LATELY
    for one in data.get("channel", ()):
        actor = people.find_actor_by_email(address(one["by"]), now)
        if actor is None:
            raise KeyError(one["by"])
        purpose, department = ("department", one["department"]) if "department" in one else ("leaders", None)
        wanted = Settings(purpose, department, one["locale"], one["zone"])
        channels.connect(actor, Place(TEAM, one["id"], one["name"]), wanted, now=since)
    audit.write_waiting()
    channels.sweep(now=now)
