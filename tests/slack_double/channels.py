"""Conversations: channels, direct messages, and how a target named in a call is found."""

from dataclasses import dataclass, field
from typing import Any

from tests.slack_double.errors import SlackError
from tests.slack_double.people import People, Person

# Which permission to read a conversation of this kind, and its history, is called what.
_FAMILY = {"im": "im", "mpim": "mpim", "channel": "channels"}


@dataclass
class Channel:
    """One conversation; `im` ones belong to a single person and the bot."""

    id: str
    kind: str
    name: str = ""
    members: set[str] = field(default_factory=set)
    has_bot: bool = True
    archived: bool = False

    def scope(self, right: str) -> str:
        """The scope a right on this kind of conversation needs, as in `im:history`."""
        return f"{_FAMILY[self.kind]}:{right}"

    def as_json(self) -> dict[str, Any]:
        """The conversation object."""
        body: dict[str, Any] = {"id": self.id, "is_archived": self.archived, "is_im": self.kind == "im"}
        if self.kind == "im":
            return {**body, "user": next(iter(self.members))}
        return {**body, "name": self.name, "is_channel": self.kind == "channel", "is_member": self.has_bot}


class Channels:
    """Every conversation of the workspace."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._by_id: dict[str, Channel] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, name: str, *, has_bot: bool = True) -> Channel:
        """A public channel that everyone may speak in."""
        channel = Channel(f"C{len(self._by_id):08d}", "channel", name, has_bot=has_bot)
        self._by_id[channel.id] = channel
        return channel

    def find(self, target: str) -> Channel:
        """A conversation by id, or a channel by name with or without `#`."""
        if target in self._by_id:
            return self._by_id[target]
        wanted = target.removeprefix("#")
        for channel in self._by_id.values():
            if channel.name and channel.name == wanted:
                return channel
        raise SlackError("channel_not_found")

    def known(self, target: str) -> Channel:
        """As `find`, and a person's direct message where it was opened before; nothing is opened."""
        for channel in self._by_id.values() if target.startswith("U") else ():
            if channel.members == {target}:
                return channel
        return self.find(target)

    def direct_with(self, *people: Person) -> Channel:
        """The direct message with these people, opened when there is none yet."""
        members = {person.id for person in people}
        kind = "im" if len(people) == 1 else "mpim"
        for channel in self._by_id.values():
            if channel.kind == kind and channel.members == members:
                return channel
        if any(person.deleted for person in people):
            raise SlackError("user_disabled")
        if any(person.is_bot for person in people):
            raise SlackError("cannot_dm_bot")
        channel = Channel(f"{'D' if kind == 'im' else 'G'}{len(self._by_id):08d}", kind, members=members)
        self._by_id[channel.id] = channel
        return channel

    def to_post_in(self, target: str, *, anywhere: bool) -> Channel:
        """Where a message lands.

        A user id means the direct message; when it was opened before, even one with somebody now deactivated.
        """
        channel = self._direct(target) if target.startswith("U") else self.find(target)
        if channel.archived:
            raise SlackError("is_archived")
        if not channel.has_bot and not anywhere:
            raise SlackError("not_in_channel")
        return channel

    def _direct(self, user_id: str) -> Channel:
        try:
            return self.direct_with(self._people.get(user_id))
        except SlackError as refusal:
            # Posting knows no `user_disabled`: without an open conversation there is simply no channel.
            raise SlackError("cannot_dm_bot" if refusal.code == "cannot_dm_bot" else "channel_not_found") from None
