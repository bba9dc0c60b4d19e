"""What entries hold, in the reader's words: what each field is called and what stands in it. Free text and keys stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from collab.audit.registry import registry
from collab.kernel.company import company
from collab.kernel.i18n import Reader, from_json
from collab.kernel.money import BadAmount, Money

CODES = {
    "about": ("goal.form.abouts",), "answer": ("control.answer",), "categories": ("purchase.category",),
    "changed": ("initiative.charter.field",), "choice": ("initiative.pilot.choice",), "digest_weekday": ("channel.weekday",),
    "error": ("outbox.problem.sort",), "health": ("web.status",), "join": ("approval.extra.rule",),
    "kind": ("goal.form.kinds", "goal.form.ways", "goal.form.ties", "initiative.log.kind", "initiative.constraint.kind",
             "approval.kind"),
    "locale": ("invitation.locale",), "off": ("digest.section",), "opinion": ("approval.opinion",),
    "per": ("goal.form.spans", "goal.form.pers"), "period": ("goal.form.spans",), "progress_from": ("goal.form.froms",),
    "purpose": ("channel.whose",), "refusal": ("error",), "resume": ("approval.resume",),
    "role": ("incident.field", "goal.form.roles"), "rule": ("approval.extra.rule",), "scope": ("access.token.scope",),
    "side": ("agreement.field", "people.side"), "skipped": ("escalation.skipped",), "source": ("audit.surface",),
    "status": ("web.status",), "suggested": ("web.status",), "to": ("approval.to",), "type": ("goal.form.types",),
    "verdict": ("access_review.verdict", "initiative.result", "initiative.pilot.choice"), "visibility": ("goal.form.visibilities",),
    "watch": ("{}.waits",), "weekday": ("agreement.weekday", "channel.weekday"),
    "weight": ("initiative.log.weight",), "what": ("export.{}.title",),
    "why": ("purchase.why", "signature.void", "escalation.skipped", "access.refused.{}.what"),
}  # fmt: skip
"""Where the words for codes are, by the name of the field, beside `audit.value.<field>` and those of the feature (`task.state`); the
code goes to the end, or where the braces are."""
AMOUNTS = frozenset({"amount", "cap", "limit"})
OF_THE_COMPANY = "limit"
"""The amount that is always in the company's own currency."""
MINUTES = frozenset({"minute", "digest_minute"})
IN_BOTH = frozenset({"step_name"})
"""Names kept as English and Japanese beside each other."""
AS_WRITTEN = frozenset({"email"})
LONGEST = 2_000
DEEPEST = 6
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIGURE = re.compile(r"[0-9]{1,16}(\.[0-9]{1,4})?")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,60}")
_OPEN_PLACE = re.compile(r"\{\w+\}")


def word(key: str, how: Reader) -> str:
    """Words that need nothing filled in; empty where there are none."""
    if not how.knows(key):
        return ""
    said = how.say(key)
    return "" if _OPEN_PLACE.search(said) else said


def addresses(content: Any) -> Iterator[str]:
    """Every address somebody is named by in some content."""
    match content:
        case str() if _ADDRESS.fullmatch(content):
            yield content
        case Mapping():
            for inner in content.values():
                yield from addresses(inner)
        case list() | tuple():
            for inner in content:
                yield from addresses(inner)


def _is_kept(content: Mapping[str, Any]) -> bool:
    """Whether it is a text, an amount or a moment, kept to be said later in anybody's language."""
    match dict(content):
        case {"say": str(), "args": dict(), **more} | {"money": [int(), str()], **more} | {"moment": str(), **more}:
            return not more
    return False


def flat(content: Any, at: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested content by dotted path; a text with its arguments stays one value."""
    if not isinstance(content, Mapping) or depth > DEEPEST or _is_kept(content):
        return {at: content} if at else {}
    found: dict[str, Any] = {}
    for name, value in content.items():
        found.update(flat(value, f"{at}.{name}" if at else str(name), depth + 1))
    return found


@dataclass(frozen=True)
class Words:
    """The words for the content of one entry. `places` are the features whose words are looked for, the nearest first; `verb` is
    what was done, `people` are names by address, `currency` is that of its amounts."""

    how: Reader
    places: Sequence[str] = ()
    verb: str = ""
    people: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""

    def within(self, *contents: Any) -> Words:
        """The same, amounts in the currency that stands beside them."""
        found = (one.get("currency") for one in contents if isinstance(one, Mapping))
        return replace(self, currency=next((one for one in found if isinstance(one, str)), ""))

    def label(self, path: str) -> str:
        """What a field is called: by its whole path, else part by part; the name itself where nobody has words for it."""
        whole = self._called(path)
        if whole:
            return whole
        front, _, last = path.rpartition(".")
        name, _, day = last.partition("@")
        said = self._called(name) or name.replace("_", " ")
        said = self.how.say("list.aside", what=said, more=self._text(day)) if day else said
        return f"{front if '@' in front else self.label(front)} · {said}" if front else said

    def _called(self, name: str) -> str:
        near = (f"{place}.field.{name}" for place in self.places)
        own = (f"audit.field_of.{place}.{name}" for place in (self.verb, *self.places))
        keys = (*own, *near, f"audit.field.{name}", f"control.fact.{name}", f"export.column.{name}")
        return self._first(keys)

    def _first(self, keys: Iterable[str]) -> str:
        return next((said for key in keys if (said := word(key, self.how))), "")

    def shown(self, value: Any, path: str = "") -> str:
        """A value as its field and its kind ask."""
        name = path.rpartition(".")[2].partition("@")[0]
        match value:
            case Mapping():
                return self.how.show(from_json(value)) if _is_kept(value) else self._paired(value)
            case list() | tuple():
                return self._listed(value, name)
            case str():
                words = (self._named, self._coded, self._amount)
                return next((said for ask in words if (said := ask(name, value))), "") or self._text(value)
            case bool():
                return self.how.say("audit.page.yes" if value else "audit.page.no")
            case int() if name in MINUTES:
                return f"{value // 60}:{value % 60:02}"
            case int():
                return self._coded(name, value) or str(value)
        return "" if value is None else str(value)

    def _paired(self, content: Mapping[str, Any]) -> str:
        inside = self.within(content)
        pairs = ((inside.label(str(name)), inside.shown(value, str(name))) for name, value in content.items())
        return self._joined(self.how.say("audit.page.pair", name=name, value=said) for name, said in pairs if said)

    def _listed(self, values: Sequence[Any], name: str) -> str:
        if name in IN_BOTH and len(values) == 2:
            return str(values[self.how.locale == "ja"])
        parts = any(isinstance(one, Mapping) for one in values)
        return self._joined((self._item(one, name) for one in values), "audit.page.between" if parts else "list.comma")

    def _item(self, value: Any, name: str) -> str:
        """One of a list; of a pair the second says more about the first."""
        if isinstance(value, list | tuple) and len(value) == 2:
            what, more = (self.shown(one, name) for one in value)
            return self.how.say("list.aside", what=what, more=more) if what and more else what or more
        return self.shown(value, name)

    def _joined(self, said: Iterable[str], between: str = "list.comma") -> str:
        return self.how.say(between).join(one for one in said if one)[:LONGEST]

    def _named(self, name: str, value: str) -> str:
        """Who or what is meant by an address or a code, by name."""
        if name in AS_WRITTEN:
            return ""
        things = registry.things.get(name)
        found = self.people.get(value) or (things().get(value) if things and _CODE.fullmatch(value) else None)
        return self.how.name(found) if found else ""

    def _coded(self, name: str, value: str | int) -> str:
        if isinstance(value, str) and not _CODE.fullmatch(value):
            return ""
        near = (f"{place}.{name}.{value}" for place in self.places if isinstance(value, str))
        far = (each.format(value) if "{}" in each else f"{each}.{value}" for each in CODES.get(name, ()))
        return self._first((f"audit.value.{name}.{value}", *near, *far))

    def _amount(self, name: str, value: str) -> str:
        currency = company().currency if name == OF_THE_COMPANY else self.currency
        if name not in AMOUNTS or not _FIGURE.fullmatch(value):
            return ""
        if not currency:
            return f"{Decimal(value):,f}"
        try:
            return Money.parse(value, currency).said(self.how.locale)
        except BadAmount:
            return ""

    def _text(self, value: str) -> str:
        try:
            if _MOMENT.fullmatch(value):
                moment = datetime.fromisoformat(value)
                return self.how.moment(moment) if moment.tzinfo else value
            if _DAY.fullmatch(value):
                return self.how.day(date.fromisoformat(value))
        except ValueError:
            pass
        return value[:LONGEST]
