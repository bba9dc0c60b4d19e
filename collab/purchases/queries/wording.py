"""A request's content in its reader's words, and what differs between two versions of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel.i18n import Reader
from collab.kernel.money import BadAmount, Money
from collab.people import queries as people
from collab.people.queries import Named
from collab.purchases import rules
from collab.purchases.rules import value_at

PEOPLE = ("on_behalf_of", "owners.business", "owners.technical", "owners.data")
AMOUNTS = ("amount", "benefit.amount")
DAYS = ("needed_by_on", "benefit.by_on", "after_the_fact.on")
CODES = ("category", "billing", "visibility")


@dataclass(frozen=True)
class Say:
    """How to say the values of a content; people and departments are looked up once."""

    how: Reader
    names: Mapping[str, Named] = field(default_factory=dict)
    departments: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def about(cls, contents: Sequence[Mapping[str, Any]], how: Reader) -> Say:
        """Ready for these contents."""
        emails = {value for content in contents for path in PEOPLE if (value := value_at(content, path))}
        return cls(how, people.names_by_email(emails), {row.code: row for row in people.list_departments()})

    def value(self, content: Mapping[str, Any], path: str) -> str:
        """The value at a path as its reader expects it; an empty one says nothing."""
        value = value_at(content, path)
        if value is None or value == "":
            return ""
        if path in PEOPLE:
            return self.how.name(self.names[value]) if value in self.names else str(value)
        if path in AMOUNTS:
            return self._money(str(value), str(content.get("currency")))
        return self._plain(path, value)

    def _plain(self, path: str, value: Any) -> str:
        if path in DAYS:
            return self.how.day(date.fromisoformat(value))
        if path in CODES:
            return self.how.say(f"purchase.{path}.{value}")
        if path == "goal":
            return self.how.show(goals.shown_key(str(value)))
        if path == "initiative":
            return self.how.show(initiatives.shown_key(str(value)))
        if path == "department":
            return self.how.name(self.departments[value]) if value in self.departments else str(value)
        if path == "term_months":
            return self.how.say("purchase.page.months", n=value)
        return self.how.say(f"purchase.page.{'yes' if value else 'no'}") if isinstance(value, bool) else str(value)

    def _money(self, written: str, currency: str) -> str:
        try:
            return self.how.show(Money.parse(written, currency))
        except BadAmount:
            return written


def changes(before: Mapping[str, Any], after: Mapping[str, Any], how: Reader) -> list[tuple[str, str, str]]:
    """Every field that differs: label, before, after."""
    say = Say.about([before, after], how)
    return [
        (how.say(f"purchase.field.{path}"), say.value(before, path), say.value(after, path))
        for path in rules.changed(before, after)
    ]
