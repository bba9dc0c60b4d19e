"""What stands on our papers, as (label, text) in the reader's words: for the sheet, the card that asks to sign, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from collab.kernel.i18n import Reader

Content = Mapping[str, Any]
NameOf = Callable[[str, Reader], str]
LABELS = {
    "points": "point", "requirements": "requirement", "sources": "source", "definitions": "definition",
}  # fmt: skip
_TITLES = {"points": "process", "requirements": "title", "sources": "name", "definitions": "term"}
_LEFT_OUT = frozenset({"id", "goal_hidden", "unjustified_reason"})


def _as_it_is(value: str, _how: Reader) -> str:
    return value


@dataclass(frozen=True)
class Said:
    """Says contents of a blueprint: how a stage of the customer's way, somebody (by e-mail), a department (by code), a goal (by key)
    and a side (by number) are called."""

    stage: NameOf = _as_it_is
    person: NameOf = _as_it_is
    unit: NameOf = _as_it_is
    goal: NameOf = _as_it_is
    side: NameOf = lambda number, how: how.say(f"blueprint.side.{number}")

    def rows(self, content: Content, how: Reader) -> Sequence[tuple[str, str]]:
        """One row per item, what it is first; two items of one name are told apart by their number."""
        return [
            (how.say(f"blueprint.paper.{LABELS[kind]}", n=item["id"], title=item[_TITLES[kind]]), self.item(kind, item, how))
            for kind in LABELS
            for item in content.get(kind, ())
        ]  # fmt: skip

    def item(self, kind: str, item: Content, how: Reader) -> str:
        """One item in lines."""
        return "\n".join(self._lines(kind, item, how))

    def _lines(self, kind: str, item: Content, how: Reader) -> Iterable[str]:
        for name, value in item.items():
            if name in _LEFT_OUT or name == _TITLES[kind] or value in (None, "", [], False):
                continue
            yield f"{how.say(f'blueprint.field.{name}')}: {self.value(name, value, how)}"
        if item.get("unjustified_reason"):
            yield f"{how.say('blueprint.unjustified')}: {item['unjustified_reason']}"

    def value(self, name: str, value: Any, how: Reader) -> str:
        """One field as people read it; nothing is a dash."""
        if value is None or value in ("", []):
            return "–"
        if isinstance(value, bool):
            return how.say("blueprint.yes" if value else "blueprint.no")
        if isinstance(value, list):
            return how.say("list.comma").join(self._one(name, str(one), how) for one in value)
        return self._one(name, str(value), how)

    def _one(self, name: str, value: str, how: Reader) -> str:
        if name == "state":
            return how.say(f"blueprint.state.{value}")
        if name.endswith("_on"):
            return how.day(date.fromisoformat(value))
        named = {
            "journey_stage": self.stage, "side": self.side, "owner_1": self.person, "owner_2": self.person, "owner": self.person,
            "department": self.unit, "used_by": self.unit, "goal": self.goal, "goals": self.goal,
        }  # fmt: skip
        return named.get(name, _as_it_is)(value, how)


def definition_rows(content: Content, how: Reader) -> Sequence[tuple[str, str]]:
    """A word and what it means."""
    return [(how.say(f"blueprint.field.{name}"), str(content.get(name) or "")) for name in ("term", "meaning")]
