"""User text on its way into Slack: shown as it was written, with nothing built from it and nothing around it disturbed.

Slack reads mrkdwn in three ways: `<...>` is a link or a mention, `* _ ~` and backticks around words format them, `:name:`
is an emoji, `>` at the start of a line a quotation. The first is escaped as Slack asks. For the others there is no
escape, so a sign that could begin or end something is replaced by its twin, which looks the same and means nothing, or
kept apart by a character that takes no room. `plain_text` and rich text need none of this.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

_TWINS = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
# Between two letters a star, line or wave formats nothing (`SKU_A`, `5*3`): it stays. A backtick never does.
_SIGN = re.compile(r"`|(?<![^\W_])[*_~]|[*_~](?![^\W_])")
# Most texts hold no sign that could format anything; one look spares them three.
_MAY_FORMAT = re.compile(r"[*_~`:>]")
_EMOJI = re.compile(r":(?=[^\s:]{1,100}:)")
_QUOTED = re.compile(r"^(?=[ \t]*&gt;)", re.MULTILINE)
_APART = "\u2060"
"""Word joiner: takes no room, breaks no line, and no pattern of Slack's goes through it."""
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_MORE = "…"
_ISOLATE, _END = "\u2068", "\u2069"
_OPENERS = "\u2066\u2067\u2068"
_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Where Unicode keeps the signs written from right to left; one look spares most texts a look at every sign.
_MAY_TURN = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_CLINGING = ("Mn", "Me", "Mc")
_JOINER = "\u200d"


def escaped(text: str) -> str:
    """Exactly the three signs Slack names: no mention and no link is ever built from it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tamed(text: str) -> str:
    """Escaped, and without anything that Slack would format."""
    if not _MAY_FORMAT.search(text):
        return escaped(text)
    text = _SIGN.sub(lambda sign: sign[0].translate(_TWINS), escaped(text))
    return _QUOTED.sub(_APART, _EMOJI.sub(f":{_APART}", text))


def isolated(text: str) -> str:
    """Writing from right to left kept to itself, so that it neither turns round nor moves what stands beside it.

    An end nobody began would end our isolation instead; such a one is left out.
    """
    if not _MAY_TURN.search(text) or not (
        _CONTROLS.search(text) or any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text)
    ):
        return text
    return "\n".join(f"{_ISOLATE}{_balanced(line)}{_END}" if line else line for line in text.split("\n"))


def _balanced(line: str) -> str:
    """Every isolation begun in a line ended in it, no other end kept."""
    kept, depth = [], 0
    for sign in line:
        if sign == _END and not depth:
            continue
        depth += (sign in _OPENERS) - (sign == _END)
        kept.append(sign)
    return "".join(kept) + _END * depth


def one_line(text: str) -> str:
    """Line breaks as blanks, where there is room for one line only."""
    return " ".join(text.split()) if text.splitlines()[1:] or "\t" in text else text


def cut(text: str, longest: int) -> str:
    """At most so many characters, the end marked; what is drawn as one sign is not cut in two."""
    if len(text) <= longest:
        return text
    end = longest - len(_MORE)
    while end and (_clings(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return (text[:end] or text[: longest - len(_MORE)]) + _MORE


def _clings(sign: str) -> bool:
    return sign == _JOINER or unicodedata.category(sign) in _CLINGING or "\U0001f3fb" <= sign <= "\U0001f3ff"


def cut_markup(text: str, longest: int) -> str:
    """The same for mrkdwn: neither an escaped sign nor a link is cut in two."""
    if len(text) <= longest:
        return text
    kept = text[: longest - len(_MORE)]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    return _HALF_ENTITY.sub("", kept) + _MORE


def even_share(lengths: list[int], most: int) -> int:
    """The length to which the longest have to be cut so that all together come to at most `most`."""
    rising = sorted(lengths)
    for number, (length, before) in enumerate(zip(rising, accumulate(rising, initial=0), strict=False)):
        left = len(rising) - number
        if before + length * left > most:
            return max((most - before) // left, 0)
    return most
