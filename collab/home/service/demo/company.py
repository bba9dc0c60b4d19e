"""The people of the sample company, from `config/demo/people.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.home.rules import begin
from collab.kernel.company import company
from collab.outbox.screen import TEAM
from collab.people import service as people
from collab.people.service import Newcomer
from collab.slack.identity import Stranger

UNITS = ("site", "partner", "department", "office", "group")
DATES = ("from", "until")


def address(name: str) -> str:
    """The address of somebody the files name briefly."""
    return f"{name}@example.com"


def found(data: Mapping[str, Any], *, now: datetime) -> int:
    """Set the organisation up; returns how many people it has."""
    newcomers = [_newcomer(entry) for entry in data["member"]]
    people.found({kind: data.get(kind, []) for kind in UNITS}, newcomers, by=None, now=now)
    return len(newcomers)


def meet_strangers(data: Mapping[str, Any], *, now: datetime) -> None:
    """Slack accounts that tried to use Collab and are no member's: what administrators do about them can be tried out."""
    days = calendar_or_default(company().calendar)
    for entry in data.get("stranger", ()):
        facts = {"name": entry["name"], "handle": entry["handle"], "email": entry["email"]}
        who = Stranger(TEAM, entry["email"], entry["why"], **facts, may_link=False)
        for spoke in entry["spoke"]:
            people.greet(who, now=begin(spoke, days, now))


def _newcomer(entry: Mapping[str, Any]) -> Newcomer:
    fields = {
        "email": address(entry["name"]), "name_en": entry["en"], "name_ja": entry["ja"], "locale": entry["locale"],
        "site_code": entry["site"], "partner_code": entry.get("partner"),
        "is_admin": entry.get("is_admin", False), "is_auditor": entry.get("is_auditor", False),
    }  # fmt: skip
    return Newcomer(
        fields, entry["since"], posts=entry.get("posts", ()), leads=entry.get("leads"), office=entry.get("office"),
        manager=address(entry["manager"]) if "manager" in entry else None, groups=entry.get("groups", ()),
    )  # fmt: skip
