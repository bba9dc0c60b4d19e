"""The guests of the sample company, from `config/demo/people.toml`: who stays until when, and who was asked to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.access.service import inviting, staying
from collab.home.service.demo.company import address
from collab.kernel.atomic import atomic
from collab.people import queries as people


def set_guests(data: Mapping[str, Any], *, now: datetime) -> None:
    """Let guests stay, and leave invitations open. Raises KeyError for somebody who is no member."""
    ids = people.members_by_email(address(entry[name]) for entry in data.get("stay", ()) for name in ("who", "by"))
    with atomic():
        for entry in data.get("stay", ()):
            until_on = people.today(now) + timedelta(days=entry["days"])
            staying.begin(ids[address(entry["who"])], until_on, ids[address(entry["by"])], now)
    for entry in data.get("invitation", ()):
        at = now - timedelta(hours=entry["hours_ago"])
        inviter = people.get_actor(people.members_by_email([address(entry["by"])])[address(entry["by"])], at)
        fields = {name: entry.get(name) for name in ("email", "name", "partner", "locale", "keys")}
        inviting.invite(inviter, fields, now=at)
