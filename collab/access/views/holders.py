"""What somebody can do here, in the reader's words: from the living list, or as a round kept it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collab.kernel.i18n import Reader
from collab.people import queries as people


@dataclass(frozen=True)
class Names:
    """Departments, offices and groups by code."""

    departments: Mapping[str, str]
    offices: Mapping[str, str]
    groups: Mapping[str, str]

    @classmethod
    def known(cls, how: Reader) -> Names:
        """All of them, in the reader's language."""
        units = {row.code: how.name(row) for row in people.list_departments()}
        offices, groups = people.offices(), people.group_names()
        return cls(units, *({code: how.name(row) for code, row in known.items()} for known in (offices, groups)))


def name(facts: Mapping[str, Any], how: Reader) -> str:
    """Whose line it is."""
    return str(facts["name_ja"] if how.locale == "ja" else facts["name_en"])


def powers(facts: Mapping[str, Any], names: Names, how: Reader) -> list[str]:
    """Everything they may do by role, office, lead, arrangement; the weightiest first."""
    found = [] if facts["role"] == "member" else [how.say(f"access_review.role.{facts['role']}")]
    for code in facts["offices"]:
        acting = "acting" if code in facts["acting"] else "office"
        found.append(how.say(f"access_review.holds.{acting}", office=names.offices.get(code, code)))
    found += [
        how.say("access_review.holds.lead", department=names.departments.get(code, code)) for code in facts["leads"]
    ]
    groups = [names.groups.get(code, code) for code in facts["groups"]]
    told = (("acts_for", facts["acts_for"]), ("secretary_of", facts["secretary_of"]), ("groups", groups))
    return [*found, *(how.say(f"access_review.holds.{word}", who=list(who)) for word, who in told if who)]


def place(facts: Mapping[str, Any], names: Names, how: Reader) -> str:
    """Where they belong."""
    if facts["partner"]:
        until = how.say("access_review.until", on=date.fromisoformat(facts["until_on"])) if facts["until_on"] else ""
        return " · ".join(filter(None, (facts["partner_ja" if how.locale == "ja" else "partner_en"], until)))
    return how.show([names.departments.get(code, code) for code in facts["departments"]])


def keys(facts: Mapping[str, Any], how: Reader) -> list[str]:
    """What opens the door for them."""
    found = [how.say("access_review.sessions", n=facts["sessions"])] if facts["sessions"] else []
    found += [_token(token, how) for token in facts["tokens"]]
    return [*found, *([how.say("access_review.slack")] if facts["slack"] else [])]


def _token(token: Mapping[str, Any], how: Reader) -> str:
    used = date.fromisoformat(token["used_on"]) if token["used_on"] else how.say("access_review.never")
    scope = token["scope"] or how.say("access_review.any_scope")
    return how.say("access_review.token", label=token["label"], scope=scope, used=used)


def seen(facts: Mapping[str, Any], how: Reader) -> str:
    """When there was last a sign of them."""
    return (
        how.day(datetime.fromisoformat(facts["seen_at"]).date()) if facts["seen_at"] else how.say("access_review.never")
    )


def told(flags: Sequence[str], how: Reader) -> list[str]:
    """What stands out."""
    return [how.say(f"access_review.flag.{flag}") for flag in flags]
