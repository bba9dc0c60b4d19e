"""Entries of the trail in the reader's words: who did what, what changed, whatever else was noted; never raw data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from collab.audit.registry import registry
from collab.audit.views.values import Words, addresses, flat, word
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
NOBODY: Mapping[str, Any] = MappingProxyType({})


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
    names = names_in(rows)

    def line(row: AnyRow) -> Line:
        kind, about = kind_of(row.subject_key, known), seen.get(row.subject_key)
        whole = viewer.is_auditor or _prefix(row.subject_key) not in known
        return Line(
            row, name(row.actor, names, how), name(row.acting_for, names, how), verb_said(kind, row.verb, how),
            word(f"audit.kind.{kind}", how) or kind, about.title if about else "", about.path if about else "",
            how.say(f"audit.surface.{row.surface}") if row.surface else "", how.moment(row.at),
            list(changes(row, kind, how, names)) if whole else None,
            list(_notes(row, kind, how, names)) if whole else None,
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
    found = (word(key, how) for key in keys)
    return next((word for word in found if word), bare.replace("_", " "))


def name(email: str | None, names: Mapping[str, Any], how: Reader) -> str:
    """Who is behind an address, the system included; empty for nobody."""
    if not email:
        return ""
    if email == SYSTEM:
        return how.say("audit.page.system")
    return how.name(names[email]) if email in names else email


def changes(
    row: AnyRow, kind: str, how: Reader, people: Mapping[str, Any] = NOBODY
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    """What an entry changed: label, before, after; `people` are names by address."""
    before, after = flat(row.before), flat(row.after)
    words = _words(row, kind, how, people).within(row.after, row.before)
    for path in dict.fromkeys((*before, *after)):
        change = words.label(path), words.shown(before.get(path), path), words.shown(after.get(path), path)
        if change[1] or change[2]:
            yield change


def _notes(row: AnyRow, kind: str, how: Reader, people: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    words = _words(row, kind, how, people).within(row.details)
    for path, value in flat(row.details).items():
        if said := words.shown(value, path):
            yield words.label(path), said


def _words(row: AnyRow, kind: str, how: Reader, people: Mapping[str, Any]) -> Words:
    """The words of whoever wrote the entry come first: `incident.raise` of a task, `blueprint_ask` of an initiative."""
    writers = (place for place in NEIGHBOURS.get(kind, ()) if row.verb.startswith(place))
    return Words(how, (*writers, kind), row.verb, people)


def names_in(rows: Sequence[AnyRow]) -> Mapping[str, Any]:
    """The names of everybody who acted in some entries or is named in them, by address; one statement."""
    acted = {one for row in rows for one in (row.actor, row.acting_for) if one}
    return registry.names({*acted, *addresses([[row.before, row.after, row.details] for row in rows])})
