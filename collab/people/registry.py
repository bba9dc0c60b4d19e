"""What features above tell people at start-up: the categories of matters a delegation may be limited to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collab.kernel.errors import Text

categories: dict[str, Text] = {}
"""Codes with their names, in the order in which they are offered."""


Channels = Callable[[Sequence[str]], Mapping[str, str]]
"""The Slack channel of each of these departments, by code, where it has one."""


def _none(_codes: Sequence[str]) -> Mapping[str, str]:
    return {}


_channels: list[Channels] = [_none]


def know_channels(channels: Channels) -> None:
    """Let a feature above say which channel a department has."""
    _channels[:] = [channels]


def channels_of(codes: Sequence[str]) -> Mapping[str, str]:
    """The channels of these departments, by code."""
    return _channels[0](codes)


def offer_categories(named: Mapping[str, Text]) -> None:
    """Make the categories of a feature's matters known."""
    categories.update(named)
