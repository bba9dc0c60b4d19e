"""How people spell the words of a command: any width, okurigana, polite endings, particles, quotes, marks nobody sees.

Whoever says that they do not, or asks whether, is never taken to have said it: only endings known here count.
"""

from __future__ import annotations

import re
from functools import lru_cache

from collab.kernel.keys import as_typed
from collab.kernel.text import normal

_KANJI = re.compile(r"[\u3400-\u9fff々]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"))
_EDGES = " \t\r\n\u3000\u00a0" + "".join(map(chr, _UNSEEN))
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"', "'": "'", "`": "`", "«": "»", "„": "“", "”": "”"}
_OPENING = "".join(_PAIRS)
_AGAIN = re.compile(r"^[/／]collab[\s\u3000]+", re.IGNORECASE)
_PLEASE = re.compile(r"^(?:please|pls|kindly)[,\s]+(?=\S)", re.IGNORECASE)
_KEY = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ]{1,3})[-‐‑‒–—―ー−－]([0-9０-９]+)(?![A-Za-z0-9０-９_-])")
_ASKED = re.compile(r"^(?:[?？/]|[.．][0-9０-９])")
_PARTICLE = re.compile(r"^[をはのにがへもで]|^[、。，,.．:：;；!！…）)」』”’\"'`]+")
_LONE = re.compile(r"^(?:[をはのにがへもで]|[、。，,:：;；—–-]+)(?=[\s\u3000])")
_STOP = re.compile(r'[、。，,:：；;」』”"`]')
_TRAILING = ".．!！…'’"
_NUMBER = re.compile(
    r"^[#＃]?([A-Za-zＡ-Ｚａ-ｚ]{1,3})?[\s\u3000]*[-ー－]?[\s\u3000]*([0-9０-９]{1,9})(?![0-9０-９:.])"
)
_WISH = (
    r"(?:を|で)?(?:どうか)?(?:よろしく|宜しく)?(?:お|御)願い?(?:し|いたし|致し|申し上げ)?(?:ます)?"
    r"|(?:を|で)?(?:よろしく|宜しく)(?:です)?"
)
_POLITE = re.compile(rf"(?:{_WISH}|please|pls)[。.!！]*", re.IGNORECASE)
_ENDING = (
    r"(?:する|す|る|です|を|ください|下さい"
    r"|(?:し|り|い)?(?:ます|て(?:ください|下さい|ほしい(?:です)?|(?:おいて|置いて)(?:ください|下さい)?)?)"
    rf"|{_WISH})?"
)
_DENIED = re.compile(r"^(?:は|を)?(?:し|でき|出来|いたし|致し)?(?:ない|ません|ずに|ず$|かねます|たくない)")
_ASKS = re.compile(
    r"^(?:し?ますか|し?て(?:も)?いい(?:です)?か|でしょうか|か)?[?？]+$|^(?:し?ますか|し?て(?:も)?いい(?:です)?か)$"
)
_BETWEEN = re.compile(r"[\s\u3000、,，/・&＆+]+|と|\band\b")


@lru_cache(maxsize=4096)
def compact(word: str) -> str:
    """A word for comparing: width, case, blanks and unseen marks gone."""
    return normal(word.translate(_UNSEEN)).replace(" ", "")


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """A word for looking for its like: without the okurigana of a kanji word (差し戻し = 差戻し = 差戻)."""
    tidy = compact(word)
    return _HIRAGANA.sub("", tidy) if _KANJI.search(tidy) else tidy


def is_kanji(sign: str) -> bool:
    """Whether one sign is a word's beginning that tells something."""
    return _KANJI.fullmatch(sign) is not None


def means(typed: str, form: str) -> bool:
    """Whether a typed word is this word: exactly, but for okurigana and a polite ending where it is a Japanese one."""
    said, known = compact(typed), compact(form)
    if not said or said == known:
        return bool(said)
    return not known.isascii() and not said.isascii() and _pattern(known).fullmatch(said) is not None


@lru_cache(maxsize=1024)
def _pattern(form: str) -> re.Pattern[str]:
    if not _KANJI.search(form):
        return re.compile(re.escape(form) + _ENDING)
    loose = (
        f"{re.escape(sign)}[ぁ-ん]?" if _KANJI.match(sign) else f"{sign}?" if _HIRAGANA.match(sign) else re.escape(sign)
        for sign in form
    )  # fmt: skip
    return re.compile(
        "".join(loose)[: -len("[ぁ-ん]?")] + _ENDING if _KANJI.match(form[-1]) else "".join(loose) + _ENDING
    )


def tidy(line: str) -> str:
    """A whole line without what was copied with it: quotes around it, `/collab` once more; and without "please"."""
    line = line.strip(_EDGES)
    if len(line) > 1 and _PAIRS.get(line[0]) == line[-1] and line.count(line[-1]) <= 1 + (line[0] == line[-1]):
        line = line[1:-1].strip(_EDGES)
    return _PLEASE.sub("", _AGAIN.sub("", line))


def cut(line: str) -> tuple[str, str]:
    """The first word, or the key the line begins with, and what follows as it was written."""
    line = line.strip(_EDGES)
    token = re.split(r"[\s\u3000]", line, maxsplit=1)[0]
    rest, clean = line[len(token) :], token.translate(_UNSEEN)
    found = _KEY.match(clean.lstrip(_OPENING))
    if found and as_typed(found[0]):
        tail = clean.lstrip(_OPENING)[found.end() :]
        if not _ASKED.match(tail):
            return found[0], _bare(_PARTICLE.sub("", tail, count=1) + rest)
        return clean, rest.strip(_EDGES)
    word, tail = _word(clean)
    return word, _bare(tail + rest)


def _word(token: str) -> tuple[str, str]:
    """The word a token without blanks begins with: up to a comma, a closing quote, or a key that clings to it."""
    token = token.lstrip(_OPENING) or token
    stop = _STOP.search(token, 1)
    if stop:
        return token[: stop.start()].rstrip(_TRAILING), token[stop.end() :]
    clinging = next((one for one in _KEY.finditer(token) if one.start() and not token[one.start() - 1].isascii()), None)
    if clinging:
        word = token[: clinging.start()]
        return (word[:-1] if word.endswith(("を", "の", "は")) and len(word) > 1 else word), token[clinging.start() :]
    return token.rstrip(_TRAILING) or token, ""


def _bare(rest: str) -> str:
    """What follows, without a particle or comma standing alone before it."""
    return _LONE.sub("", rest.strip(_EDGES), count=1).strip(_EDGES)


def said_no(rest: str) -> bool:
    """Whether what follows a verb takes it back, or asks whether: 承認 しない, approve PR-1 ?"""
    return bool(_DENIED.match(rest.strip(_EDGES)) or _ASKS.match(rest.strip(_EDGES)))


def courtesy(rest: str) -> bool:
    """Whether what follows is nothing but politeness."""
    return _POLITE.fullmatch(rest.strip(_EDGES)) is not None


def other_keys(rest: str) -> list[str]:
    """The keys what follows consists of, none if there is anything else in it."""
    words = [word for word in _BETWEEN.split(rest.strip(_EDGES)) if word]
    keys = [as_typed(word.translate(_UNSEEN)) for word in words]
    return [key for key in keys if key] if all(keys) else []


def guessed_key(text: str, prefix: str, known: frozenset[str]) -> str:
    """The key somebody may have meant by `12`, `#12`, `PR12` or `PR 12`; empty if it looks like none."""
    found = _NUMBER.match(text.strip(_EDGES))
    if found is None:
        return ""
    said = normal(found[1]).upper() if found[1] else prefix
    return (as_typed(f"{said}-{found[2]}") or "") if said in known else ""
