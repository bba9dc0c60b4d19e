"""What a channel may want (`choices`), and what it shows (`shown`): plain values."""

from collab.channels.rules.choices import (
    BOTH,
    DEPARTMENT,
    DETAILS,
    FOLLOW,
    KINDS,
    LEADERS,
    LEADERS_OFFICES,
    MUTE,
    NOTHING,
    THREAD,
    UNREACHABLE,
    Listener,
    Settings,
)
from collab.channels.rules.shown import ChannelView, Happened, Shown

__all__ = [
    "BOTH",
    "DEPARTMENT",
    "DETAILS",
    "FOLLOW",
    "KINDS",
    "LEADERS",
    "LEADERS_OFFICES",
    "MUTE",
    "NOTHING",
    "THREAD",
    "UNREACHABLE",
    "ChannelView",
    "Happened",
    "Listener",
    "Settings",
    "Shown",
]
