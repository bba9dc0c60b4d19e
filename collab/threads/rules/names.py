"""What a file is called: the last part of whatever name it came with, without signs that could mislead."""

from __future__ import annotations

import re
import unicodedata

from collab.threads.rules.limits import LONGEST_NAME

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, marks that turn the direction of writing, halves of signs: nobody sees them, and some make `exe.png` of `gnp.exe`."""
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def clean(written: str) -> str:
    """The name as it is kept and shown; empty when nothing of it can be used."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", written))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _HIDDEN)
    name = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(". ")
    name = f"_{name}" if _RESERVED.fullmatch(name) else name
    return _shortened(name)


def extension(name: str) -> str:
    """What stands after the last dot, in small letters of half width; empty without one."""
    stem, dot, last = name.rpartition(".")
    return unicodedata.normalize("NFKC", last).casefold() if dot and stem else ""


def _shortened(name: str) -> str:
    """At most so long, the extension kept."""
    if len(name) <= LONGEST_NAME:
        return name
    stem, _, last = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(last) - 1]}.{last}" if stem and len(last) < 10 else name[:LONGEST_NAME]
