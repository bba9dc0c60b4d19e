"""Changes of the organisation in words: what one is called, and what differs between before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from collab.imports.registry import registry as files
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.people.queries.actors import names_by_email
from collab.people.queries.directory import offices
from collab.people.queries.organisation import list_departments

_PEOPLE = ("holder", "acting_holder", "lead", "manager")
_DAYS = ("until_on", "closed_on")
Fields = Mapping[str, Any]
Row = tuple[str, str, str]


def title(code: str) -> Callable[[Fields], Text]:
    """How a change of this control is called in a line; its fields are shown by their names."""

    def titled(fields: Fields) -> Text:
        acting = "_acting" if fields.get("acting") else ""
        ended = "_ended" if fields.get("held") is False else ""
        args = {name: _named(name, value) for name, value in fields.items() if name not in ("rows", "acting", "held")}
        if fields.get("name_en"):
            args["name"] = SimpleNamespace(**{"name_ja": fields["name_en"], **fields})
        return Text(
            f"control.title.{code.replace('.', '_')}{acting}{ended}", {**args, "n": len(fields.get("rows", ()))}
        )

    return titled


def _named(name: str, value: Any) -> Any:
    if name in ("member", "manager"):
        return names_by_email([value]).get(value, value)
    if name == "office":
        return offices().get(value, value)
    if name == "department":
        return next((row for row in list_departments() if row.code == value), value)
    if name == "role":
        return Text(f"people.role.{value}")
    if name == "kind":
        return Text(f"import.{value}.title")
    return value


def describe(before: Mapping[str, Any], after: Mapping[str, Any], how: Reader) -> Sequence[Row]:
    """What differs: label, before, after."""
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return [
        (how.say(f"control.fact.{name}"), _shown(name, before.get(name), how), _shown(name, after.get(name), how))
        for name in names
    ]


def _shown(name: str, value: Any, how: Reader) -> str:
    if value is None:
        return ""
    if name in _PEOPLE:
        return how.show(names_by_email([value]).get(value, value))
    if name in _DAYS:
        return how.day(date.fromisoformat(value))
    if name == "side" and how.knows(f"people.side.{value}"):
        return how.say(f"people.side.{value}")
    return how.say(f"control.answer.{'yes' if value else 'no'}") if isinstance(value, bool) else str(value)


def describe_file(before: Mapping[str, Any], after: Mapping[str, Any], how: Reader) -> Sequence[Row]:
    """What a file's rows change, thing by thing; names of the facts are `thing.column@day`."""
    named = names_by_email(value for side in (before, after) for value in side.values() if isinstance(value, str))
    return [
        (_file_label(name, how), _file_value(before.get(name), named, how), _file_value(after.get(name), named, how))
        for name in dict.fromkeys([*before, *after])
    ]


def _file_label(name: str, how: Reader) -> str:
    what, _, day = name.partition("@")
    thing, _, column = what.rpartition(".")
    headers = {
        one: kind.header(one, how)
        for kind in files.kinds()
        for one in kind.columns
        if how.knows(f"import.{kind.code}.column.{one}")
    }
    said = how.say("import.report.added") if column == "added" else headers.get(column, column)
    label = how.say("control.fact_of", thing=thing, what=said)
    return how.say("import.report.from_day", what=label, day=date.fromisoformat(day)) if day else label


def _file_value(value: Any, named: Mapping[str, Any], how: Reader) -> str:
    if value is None:
        return ""
    return (
        how.say(f"control.answer.{'yes' if value else 'no'}")
        if isinstance(value, bool)
        else how.show(named.get(value, value))
    )
