"""A Slack account as Slack describes it, and whether its e-mail proves whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from collab.kernel.i18n import best_locale
from collab.kernel.text import storable

LONGEST = 80

UNKNOWN, OUTSIDE, BOT, DEACTIVATED = "unknown", "outside", "bot", "deactivated"
NO_EMAIL, UNCONFIRMED = "no_email", "unconfirmed"


@dataclass(frozen=True)
class Account:
    """An account; `teams` are the workspaces it is a member of, its own and those of its organization. `locale` is the
    language of ours its profile asks for, `zone` its IANA time zone; both empty where Slack does not say, or nothing we know.
    """

    id: str
    teams: frozenset[str]
    name: str = ""
    handle: str = ""
    email: str = ""
    confirmed: bool = False
    deleted: bool = False
    bot: bool = False
    stranger: bool = False
    guest: bool = False
    locale: str = ""
    zone: str = ""

    def why_not_in(self, team: str) -> str:
        """Why this is not the account of a person of our own workspace; empty if it is."""
        if self.stranger or team not in self.teams:
            return OUTSIDE
        if self.bot:
            return BOT
        return DEACTIVATED if self.deleted else ""

    def why_no_proof(self, team: str) -> str:
        """Why its e-mail does not say whose it is; empty for a confirmed address of a person of our own workspace.

        A guest of our workspace (`is_restricted`, `is_ultra_restricted`) was let in by us and counts.
        """
        if why := self.why_not_in(team):
            return why
        if not self.email:
            return NO_EMAIL
        return "" if self.confirmed else UNCONFIRMED


def read(user: Mapping[str, Any]) -> Account:
    """Slack's user object (users.info, users.lookupByEmail, user_change).

    Slack leaves `is_email_confirmed` out for accounts that cannot be written to; only an explicit yes counts.
    """
    profile = _object(user, "profile")
    organization = _object(user, "enterprise_user")
    teams = organization.get("teams")
    own = (
        {_word(user, "team_id"), *(str(team) for team in teams if team)}
        if isinstance(teams, list)
        else {_word(user, "team_id")}
    )
    return Account(
        id=_word(user, "id"), teams=frozenset(own - {""}),
        name=_name(_word(profile, "display_name"), _word(profile, "real_name") or _word(user, "real_name")),
        handle=_word(user, "name"), email=_word(profile, "email", longest=320).lower(),
        confirmed=user.get("is_email_confirmed") is True, deleted=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT", stranger=bool(user.get("is_stranger")),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        locale=best_locale(_word(user, "locale")) if _word(user, "locale") else "", zone=_zone(_word(user, "tz")),
    )  # fmt: skip


def _name(shown: str, real: str) -> str:
    """What people see of somebody, and what else they are called."""
    return f"{shown} ({real})" if shown and real and shown.casefold() != real.casefold() else shown or real


def _zone(name: str) -> str:
    return name if name in _zones() else ""


@cache
def _zones() -> frozenset[str]:
    """Every zone this machine can reckon with; a name from outside is never looked for among files."""
    return frozenset(available_timezones())


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _word(of: Mapping[str, Any], name: str, *, longest: int = LONGEST) -> str:
    """Text a person may have chosen: cut, and without what no database keeps."""
    found = of.get(name)
    return "".join(filter(storable, found))[:longest].strip() if isinstance(found, str) else ""
