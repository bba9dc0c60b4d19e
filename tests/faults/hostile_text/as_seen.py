"""A message as a person sees it in Slack, read by Slack's rules as strictly as they can be read: whatever Slack might make
of a text, it makes of it here. Formatting eats its signs, `:name:` becomes a picture, `<...>` becomes what it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"<([^<>]*)>")
_FORMATS = (
    re.compile(r"```(.+?)```", re.DOTALL),
    re.compile(r"`([^`\n]+)`"),
    re.compile(r"(?<![^\W_])\*(\S(?:[^*\n]*\S)?)\*(?![^\W_])"),
    re.compile(r"(?<![^\W_])_(\S(?:[^_\n]*\S)?)_(?![^\W_])"),
    re.compile(r"(?<![^\W_])~(\S(?:[^~\n]*\S)?)~(?![^\W_])"),
)
_EMOJI = re.compile(r":[\w+'-]+:")
_QUOTE = re.compile(r"^[ \t]*(?:&gt;|>)", re.MULTILINE)
_AUTO_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+")
_AUTO_MENTION = re.compile(r"(?<!\S)[@#][\w-]+")
_SAME = str.maketrans({"∗": "*", "ˍ": "_", "∼": "~", "ˋ": "`", "¦": "|"})
_UNSEEN = re.compile("[\u2060\u2066-\u2069\u202a-\u202e]")


@dataclass
class Seen:
    """What is to be seen: texts as they read, where links lead, and whatever notifies or names somebody."""

    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Everything, in the form in which two texts are compared."""
        return plainly("\n".join(self.texts))


def plainly(text: str) -> str:
    """A text as the eye compares it: signs that look the same are the same, what takes no room is not there."""
    return " ".join(_UNSEEN.sub("", text).translate(_SAME).split())


def see(payload: Mapping[str, Any]) -> Seen:
    """A message or a view."""
    seen = Seen()
    if payload.get("text"):
        seen.texts.append(_marked(payload["text"], seen, formatted=payload.get("mrkdwn") is not False, bare=False))
    for holder in _texts([payload.get("blocks"), payload.get("title"), payload.get("submit"), payload.get("close")]):
        seen.texts.append(_one(holder, seen))
    return seen


def _one(holder: Mapping[str, Any], seen: Seen) -> str:
    match holder["type"]:
        case "mrkdwn":
            return _marked(holder["text"], seen, formatted=True, bare=not holder.get("verbatim"))
        case "plain_text":
            return _EMOJI.sub("(picture)", holder["text"]) if holder.get("emoji", True) else holder["text"]
        case "text":  # of rich text
            return holder["text"]
    seen.mentions.append(str(holder))
    return ""


def _marked(text: str, seen: Seen, *, formatted: bool, bare: bool) -> str:
    """Mrkdwn as it reads. `bare`: Slack also makes links and mentions of plain words in it."""
    if bare:
        rest = _TOKEN.sub(" ", text)
        seen.links += _AUTO_LINK.findall(rest)
        seen.mentions += _AUTO_MENTION.findall(rest)
    text = _TOKEN.sub(lambda token: _named(token[1], seen), text)
    if re.search(r"<|(?<![^\s])>", text):
        seen.mentions.append(f"half a link: {text[-80:]}")
    if formatted:
        text = _QUOTE.sub("", text)
        for sign in _FORMATS:
            text = sign.sub(r"\1", text)
        text = _EMOJI.sub("(picture)", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _named(inside: str, seen: Seen) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#", "!")):
        seen.mentions.append(target)
    else:
        seen.links.append(target)
    return label or target


def _texts(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Everything that holds a text, and every piece of rich text that holds something else."""
    if isinstance(tree, dict):
        if isinstance(tree.get("text"), str) or tree.get("type") in (
            "user",
            "channel",
            "usergroup",
            "broadcast",
            "emoji",
        ):
            yield tree
        if isinstance(tree.get("url"), str):
            yield {"type": "mrkdwn", "text": f"<{tree['url']}>", "verbatim": True}
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _texts(branch)
