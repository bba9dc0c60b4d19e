"""Changes of controls in the sample company: what an administrator has proposed and nobody has confirmed yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.controls import service as controls
from collab.home.service.demo.company import address
from collab.people import queries as people

AGO = timedelta(hours=5)


def propose_changes(data: Mapping[str, Any], *, now: datetime) -> None:
    """Propose each, some hours ago; `in_days` counts from the day of loading. Raises KeyError for an unknown proposer."""
    for entry in data.get("change", ()):
        at = now - AGO
        actor = people.find_actor_by_email(address(entry["by"]), at)
        if actor is None:
            raise KeyError(entry["by"])
        fields = {name: address(value) if name == "member" else value for name, value in entry["fields"].items()}
        from_on = people.today(now) + timedelta(days=entry["in_days"])
        if "lasts_days" in entry:
            fields["until_on"] = (from_on + timedelta(days=entry["lasts_days"])).isoformat()
        controls.propose(actor, entry["control"], fields, reason=entry["reason"], from_on=from_on, now=at)
