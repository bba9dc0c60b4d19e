"""Entries of the trail in the reader's words: who did what, what changed, whatever else was noted; never raw data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collab.audit.registry import registry
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader
from collab.subjects.queries import list_summaries
from collab.subjects.registry import registry as kinds

NEIGHBOURS = {
    "purchase": ("approval", "escalation", "signature"), "task": ("incident", "escalation"), "goal": ("escalation",),
    "initiative": ("blueprint", "signature", "escalation"), "agreement": ("escalation",),
}  # fmt: skip
"""Features that write into the trail of another one's things."""
EVERYWHERE = ("task", "goal", "approval", "incident", "initiative", "blueprint")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OPEN_PLACE = re.compile(r"\{\w+\}")
DEEPEST = 6
LONGEST = 2_000


@dataclass(frozen=True)
class Line:
    """One entry as a page shows it. `changes` are label, before, after; `notes` label and value; None: not for this reader."""

    row: AnyRow
    who: str
    acting_for: str
    what: str
    kind: str
    title: str
    path: str
    surface: str
    when: str
    changes: Sequence[tuple[str, str, str]] | None
    notes: Sequence[tuple[str, str]] | None


def lines(viewer: Actor, rows: Sequence[AnyRow], how: Reader) -> list[Line]:
    """Some entries. What was written about things of features is for auditors, who read everything; anybody else reads it on
    the page of the thing itself, as far as that page shows it to them. Two statements and those of the kinds."""
    known = {kind.prefix: kind.code for kind in kinds.kinds}
    seen = list_summaries(viewer, {row.subject_key for row in rows if _prefix(row.subject_key) in known})
    names = registry.names({one for row in rows for one in (row.actor, row.acting_for) if one})

    def line(row: AnyRow) -> Line:
        kind, about = kind_of(row.subject_key, known), seen.get(row.subject_key)
        whole = viewer.is_auditor or _prefix(row.subject_key) not in known
        return Line(
            row, name(row.actor, names, how), name(row.acting_for, names, how), verb_said(kind, row.verb, how),
            _word(f"audit.kind.{kind}", how) or kind, about.title if about else "", about.path if about else "",
            how.say(f"audit.surface.{row.surface}") if row.surface else "", how.moment(row.at),
            list(changes(row, kind, how)) if whole else None, list(_notes(row, kind, how)) if whole else None,
        )  # fmt: skip

    return [line(row) for row in rows]


def _prefix(key: str) -> str:
    return key.partition("-")[0]


def kind_of(key: str, known: Mapping[str, str] | None = None) -> str:
    """What sort of thing a key names."""
    features = {kind.prefix: kind.code for kind in kinds.kinds} if known is None else known
    if _prefix(key) in features and "-" in key:
        return features[_prefix(key)]
    return key.partition(":")[0].partition("-")[0]


def verb_said(kind: str, verb: str, how: Reader) -> str:
    """What was done, by the words of the feature that did it; the verb itself where nobody has words for it."""
    bare = verb.rpartition(".")[2]
    names = (verb, f"{verb}_open", bare)
    near = [f"{place}.verb.{name}" for place in (kind, *NEIGHBOURS.get(kind, ())) for name in names]
    far = [f"{place}.verb.{name}" for place in EVERYWHERE for name in names]
    keys = (*near, *(f"audit.verb.{name}" for name in names), *far)
    found = (_word(key, how) for key in keys)
    return next((word for word in found if word), bare.replace("_", " "))


def _word(key: str, how: Reader) -> str:
    """Words that need nothing filled in; empty where there are none."""
    if not how.knows(key):
        return ""
    said = how.say(key)
    return "" if _OPEN_PLACE.search(said) else said


def name(email: str | None, names: Mapping[str, Any], how: Reader) -> str:
    """Who is behind an address, the system included; empty for nobody."""
    if not email:
        return ""
    if email == SYSTEM:
        return how.say("audit.page.system")
    return how.name(names[email]) if email in names else email


def changes(row: AnyRow, kind: str, how: Reader) -> Iterator[tuple[str, str, str]]:
    """What an entry changed: label, before, after."""
    before, after = _flat(row.before), _flat(row.after)
    for path in dict.fromkeys((*before, *after)):
        yield label(kind, path, how), shown(before.get(path), how), shown(after.get(path), how)


def _notes(row: AnyRow, kind: str, how: Reader) -> Iterator[tuple[str, str]]:
    for path, value in _flat(row.details).items():
        if value is not None and value != "":
            yield label(kind, path, how), _coded(path, value, how) or shown(value, how)


def _coded(path: str, value: Any, how: Reader) -> str:
    """What was tried and why it was refused are kept as codes: their words, where there are any."""
    keys = {"act": "audit.act", "refusal": "error"}
    return _word(f"{keys[path]}.{value}", how) if path in keys else ""


def _flat(content: Any, at: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested content by dotted path."""
    if not isinstance(content, Mapping) or depth > DEEPEST:
        return {at: content} if at else {}
    found: dict[str, Any] = {}
    for name, value in content.items():
        found.update(_flat(value, f"{at}.{name}" if at else str(name), depth + 1))
    return found


def label(kind: str, path: str, how: Reader) -> str:
    """What a field is called."""
    bare = path.rpartition(".")[2]
    keys = (f"{kind}.field.{path}", f"{kind}.field.{bare}", f"audit.field.{bare}", f"export.column.{bare}")
    words = (_word(key, how) for key in keys)
    return next((word for word in words if word), path.replace("_", " ").replace(".", " · "))


def shown(value: Any, how: Reader) -> str:
    """A value as its kind asks."""
    match value:
        case None | "":
            return ""
        case bool():
            return how.say("audit.page.yes" if value else "audit.page.no")
        case str():
            return _text(value, how)
        case Mapping():
            pairs = ((label("", str(name), how), shown(inner, how)) for name, inner in value.items())
            return _joined((how.say("audit.page.pair", name=name, value=inner) for name, inner in pairs if inner), how)
        case list() | tuple():
            return _joined((shown(inner, how) for inner in value), how)
    return str(value)


def _joined(words: Iterable[str], how: Reader) -> str:
    return how.say("list.comma").join(word for word in words if word)[:LONGEST]


def _text(value: str, how: Reader) -> str:
    try:
        if _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            return how.moment(moment) if moment.tzinfo else value
        if _DAY.fullmatch(value):
            return how.day(date.fromisoformat(value))
    except ValueError:
        pass
    return value[:LONGEST]
