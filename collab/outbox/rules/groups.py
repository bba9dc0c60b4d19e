"""Several people who read one message together: how such a group is written where a channel would stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEAD = "members:"
_MEMBER = re.compile(r"\[(\d+)\]")


def channel_of(members: Iterable[int]) -> str:
    """A group of exactly these members, the same however they are ordered: `members:[3][7]`."""
    return _HEAD + "".join(part_of(member) for member in sorted(set(members)))


def members_of(channel: str | None) -> tuple[int, ...]:
    """Who a group consists of; nobody for what is no group."""
    if channel is None or not channel.startswith(_HEAD):
        return ()
    return tuple(int(member) for member in _MEMBER.findall(channel))


def part_of(member: int) -> str:
    """How a group names one of its members: it stands in no other group's name."""
    return f"[{member}]"
