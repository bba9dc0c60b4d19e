"""The people of the workspace, as Slack describes them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack_double.errors import SlackError


@dataclass(frozen=True)
class Person:
    """One account. A deactivated one stays listed, marked `deleted`; `more` is what else Slack says of this one, such as
    `is_restricted` (a guest), `is_stranger` with another `team_id` (in a shared channel), `is_email_confirmed` false."""

    id: str
    email: str
    name: str
    locale: str = "ja-JP"
    tz: str = "Asia/Tokyo"
    deleted: bool = False
    is_bot: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def handle(self) -> str:
        """The short name payloads carry."""
        return self.email.partition("@")[0]

    def as_json(self, *, team_id: str, with_email: bool, with_locale: bool) -> dict[str, Any]:
        """The user object; the address needs a scope of its own, the language has to be asked for."""
        now = datetime.now(ZoneInfo(self.tz))
        profile = {"real_name": self.name, "display_name": self.handle, "team": team_id}
        body = {
            "id": self.id,
            "team_id": team_id,
            "name": self.handle,
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_restricted": False,
            "is_ultra_restricted": False,
            **({} if self.deleted or self.is_bot else {"is_email_confirmed": True}),
            "tz": self.tz,
            "tz_offset": int((now.utcoffset() or now - now).total_seconds()),
            "profile": {**profile, "email": self.email} if with_email else profile,
            **self.more,
        }
        return {**body, "locale": self.locale} if with_locale else body


class People:
    """Everyone, found by address or by id."""

    def __init__(self, bot: Person) -> None:
        self._by_id: dict[str, Person] = {bot.id: bot}

    def add(self, email: str, name: str, locale: str, tz: str) -> Person:
        """A new account. The id is derived from the address, so that failures read the same in every run."""
        person = Person(f"U{zlib.crc32(email.lower().encode()):08X}", email, name, locale, tz)
        self._by_id[person.id] = person
        return person

    def deactivate(self, email: str) -> None:
        """What an admin does when somebody leaves."""
        self.put(replace(self.with_email(email), deleted=True))

    def put(self, person: Person) -> None:
        """The next state of an account."""
        self._by_id[person.id] = person

    def all(self) -> list[Person]:
        """Everyone, in the order they joined."""
        return list(self._by_id.values())

    def get(self, user_id: str) -> Person:
        """The account with this id."""
        if user_id not in self._by_id:
            raise SlackError("user_not_found")
        return self._by_id[user_id]

    def with_email(self, email: str) -> Person:
        """The account with this address, active or not; tests name people by it."""
        found = next((one for one in self._by_id.values() if one.email.lower() == email.lower()), None)
        if found is None:
            raise AssertionError(f"nobody with the address {email} in this workspace; add_user first")
        return found

    def look_up(self, email: str) -> Person:
        """As `users.lookupByEmail` finds them: deactivated accounts and bots are not found."""
        for one in self._by_id.values():
            if one.email.lower() == email.lower() and not one.deleted and not one.is_bot:
                return one
        raise SlackError("users_not_found")
