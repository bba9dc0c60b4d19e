"""What of an issue its reader may still see, and still wants to hear: looked at each time it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collab.digests.rules.content import Content, Item, Section
from collab.digests.rules.needs import Needs
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.subjects.queries import list_summaries, list_wishes
from collab.subjects.registry import Summary, registry
from collab.subjects.rules import all_of

PAUSED = frozenset({"paused", "held"})
AMOUNT, WITH_AMOUNT = "amount", "_of"
"""What an amount is called in an item, and how the words that say it end."""


@dataclass(frozen=True)
class Readable:
    """What is left of an issue, and how many things are left out."""

    content: Content
    needs: Needs | None
    left_out: int


def readable(content: Content, needs: Needs | None, viewer: Actor, *, silent: bool) -> Readable:
    """An issue without what the viewer may not see; `silent`: also without what is paused, or they want to hear nothing about."""
    keys = {item.key for section in content.sections for item in section.items if item.key}
    keys |= {need.key for need in needs.items} if needs else set()
    known = {key for key in keys if _is_known(key)}
    seen = list_summaries(viewer, known)
    gone = known - seen.keys()
    if silent:
        gone |= {key for key, summary in seen.items() if _is_paused(summary)} | _muted(viewer.id, keys)
    sections = tuple(_without(section, gone, seen) for section in content.sections)
    kept = Content(tuple(section for section in sections if section.items))
    asked = replace(needs, items=tuple(need for need in needs.items if need.key not in gone)) if needs else None
    return Readable(kept, asked, _count(content, needs) - _count(kept, asked))


def _is_known(key: str) -> bool:
    """Whether it is a subject at all: what else stands in an inbox is its owner's by itself."""
    try:
        return bool(registry.kind_of(key))
    except NotFound:
        return False


def _is_paused(summary: Summary) -> bool:
    return summary.state.key.rpartition(".")[2] in PAUSED


def _muted(member: int, keys: set[str]) -> set[str]:
    """What they want to hear nothing about: muted itself, or its whole kind without being followed."""
    wishes = {row.key: row.wish for row in list_wishes(member)}
    return {key for key in keys if wishes.get(key, wishes.get(all_of(key))) == "mute"}


def _without(section: Section, gone: set[str], seen: Mapping[str, Summary]) -> Section:
    return replace(section, items=tuple(_less(item, seen) for item in section.items if item.key not in gone))


def _less(item: Item, seen: Mapping[str, Summary]) -> Item:
    """An amount is said only to whoever still sees it."""
    if AMOUNT not in item.args or item.key not in seen or seen[item.key].amount is not None:
        return item
    args = {name: value for name, value in item.args.items() if name != AMOUNT}
    return replace(item, what=item.what.removesuffix(WITH_AMOUNT), args=args)


def _count(content: Content, needs: Needs | None) -> int:
    return sum(len(section.items) for section in content.sections) + (len(needs.items) if needs else 0)


def visible(content: Content, viewer: Actor) -> Content:
    """A content without what the viewer may not see."""
    return readable(content, None, viewer, silent=False).content
