"""A message somebody used a shortcut on, as we may keep it: its words as people read them, and the way back to it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from collab.kernel.text import storable
from collab.slack.talk import Quoted

LONGEST = 3000
_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
_PLACE = re.compile(r"[A-Z0-9]{2,40}")
_MOMENT = re.compile(r"(\d{1,12})\.(\d{1,8})")


def quoted(body: Mapping[str, Any]) -> Quoted:
    """What a `message_action` is about. Whatever is not of Slack's shape is left out rather than built from."""
    message = body["message"]
    return Quoted(_plain(message.get("text")), _link(body, message), _word(message.get("user")))


def _plain(text: Any) -> str:
    """Slack's markup as its reader sees it: the label of a link, else its address; no mark is left to mean something."""
    if not isinstance(text, str):
        return ""
    said = html.unescape(_MARKED.sub(lambda mark: mark[2] or mark[1], text)).strip()[:LONGEST]
    return said if storable(said) else ""


def _link(body: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """The permalink, as Slack writes it; empty where a part of it is missing (a workspace we know no name of)."""
    team, channel = _word(body["team"].get("domain")), _word(body["channel"].get("id"))
    at = _MOMENT.fullmatch(_word(message.get("ts")))
    if not (at and _NAME.fullmatch(team) and _PLACE.fullmatch(channel)):
        return ""
    thread = _word(message.get("thread_ts"))
    inside = f"?thread_ts={thread}&cid={channel}" if thread != at[0] and _MOMENT.fullmatch(thread) else ""
    return f"https://{team}.slack.com/archives/{channel}/p{at[1]}{at[2]}{inside}"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
