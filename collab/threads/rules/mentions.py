"""Who is meant by an @: an address, the part before its @, a name in either language, a department.

The longest name known wins, in any width and case. Japanese needs no blank after it (`@小野さん`, `@営業部の皆さん`); a Latin
name ends where its word ends, so that `@kenji` is not found in `@kenjiro`. An @ inside an address names nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from collab.kernel.text import normal

_AT = re.compile(r"(?<![a-z0-9._%+@-])@(?=\S)")
_WORD = re.compile(r"[^\s@、。，．,;:!?！？()（）「」\"']{1,60}")
_CJK = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Department(Protocol):
    """A department that may be named."""

    @property
    def code(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_ja(self) -> str: ...


class Person(Protocol):
    """Somebody who may be named."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_ja(self) -> str: ...


@dataclass(frozen=True)
class Target:
    """What a name stands for: a member by id, or a department by code."""

    member: int | None = None
    department: str | None = None


@dataclass(frozen=True)
class Named:
    """An @ that means something: the name as it is known, and everything it may mean."""

    word: str
    targets: frozenset[Target]


@dataclass(frozen=True)
class Found:
    """What stands behind the @ of a text; `unknown` are words that name nobody."""

    named: tuple[Named, ...] = ()
    unknown: tuple[str, ...] = ()


Handles = Mapping[str, frozenset[Target]]


def handles(people: Iterable[Person], departments: Iterable[Department]) -> Handles:
    """Every name, in normal form, with what it may mean."""
    known: dict[str, set[Target]] = defaultdict(set)
    for person in people:
        for name in (person.email, person.email.partition("@")[0], person.name_en, person.name_ja):
            _add(known, name, Target(member=person.id))
    for department in departments:
        for name in (department.code, department.name_en, department.name_ja):
            _add(known, name, Target(department=department.code))
    return {name: frozenset(targets) for name, targets in known.items()}


def _add(known: dict[str, set[Target]], name: str, target: Target) -> None:
    tidy = normal(name)
    forms = {tidy, tidy.replace(" ", "")} if _CJK.search(tidy) else {tidy}
    for form in forms - {""}:
        known[form].add(target)


def find(body: str, known: Handles) -> Found:
    """Who and what a text names, each once, in its order."""
    text = normal(body)
    longest = max(map(len, known), default=0)
    named: dict[str, Named] = {}
    unknown: dict[str, None] = {}
    for start in _starts(text):
        word = _longest(text, start, known, longest)
        if word:
            named.setdefault(word, Named(word, known[word]))
        elif missed := _WORD.match(text, start):
            unknown.setdefault(missed[0])
    return Found(tuple(named.values()), tuple(unknown))


def has_any(body: str) -> bool:
    """Whether a text can name anybody at all: spares a look at the directory."""
    return next(_starts(normal(body)), None) is not None


def _starts(text: str) -> Iterator[int]:
    return (match.end() for match in _AT.finditer(text))


def _longest(text: str, start: int, known: Handles, longest: int) -> str:
    for end in range(min(start + longest, len(text)), start, -1):
        word = text[start:end]
        if word in known and _ends(text, end):
            return word
    return ""


def _ends(text: str, end: int) -> bool:
    """Whether a name that ends here is whole."""
    last, following = text[end - 1], text[end : end + 2]
    if not following or _CJK.match(last) or _CJK.match(following):
        return True
    if following[0].isalnum() or following[0] in "_-":
        return False
    return not (following[0] in ".+@" and following[1:].isalnum())
