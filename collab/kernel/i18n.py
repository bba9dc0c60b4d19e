"""Words in the reader's language.

Catalogues are `collab/<feature>/words/{en,ja}.toml`: nested tables whose path is the key. A company lays its own
words over them (`config/words/{en,ja}.toml`): display words only, never a code. A table with `one`/`other` is a
plural, chosen on `n` by CLDR's rules. Placeholders are `{name}`; a value is shown as its kind asks: money, moments
in the reader's zone, days, nested Text.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta

from collab.kernel.errors import Text
from collab.kernel.money import Money

log = structlog.get_logger(__name__)
LOCALES = ("en", "ja")
_PACKAGE = Path(__file__).parent.parent
_overrides: dict[str, dict[str, Any]] = {}

Entry = str | dict[str, str]
_PLURALS = {"zero", "one", "two", "few", "many", "other"}


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Entry]:
    """Nested tables as dotted keys; a table of plural forms stays one entry."""
    flat: dict[str, Entry] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            flat[key] = value
        elif value.keys() <= _PLURALS and "other" in value:
            flat[key] = dict(value)
        else:
            flat.update(flatten(value, f"{key}."))
    return flat


@cache
def catalogue(locale: str) -> dict[str, Entry]:
    """Every word of the product in one language, the company's own words laid over."""
    return {**_words_of_ours(locale), **_overrides.get(locale, {})}


@cache
def _words_of_ours(locale: str) -> dict[str, Entry]:
    words: dict[str, Entry] = {}
    for file in sorted(_PACKAGE.glob(f"*/words/{locale}.toml")):
        words.update(flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    return words


def use_company_words(folder: Path) -> None:
    """Lay a company's words over the product's. Raises ValueError for a key the product does not know."""
    for locale in LOCALES:
        file = folder / f"{locale}.toml"
        _overrides.pop(locale, None)
        catalogue.cache_clear()
        if not file.exists():
            continue
        own = flatten(tomllib.loads(file.read_text(encoding="utf-8")))
        unknown = sorted(own.keys() - catalogue(locale).keys())
        if unknown:
            raise ValueError(f"{file.name}: no such word: {', '.join(unknown)}")
        _overrides[locale] = own
        catalogue.cache_clear()
    for locale in LOCALES:
        catalogue(locale)  # now: threads of a fresh process that all need words at once would each read every file


def has_own_words() -> bool:
    """Whether the company calls anything by another name."""
    return bool(_overrides)


def own_words(key: str) -> list[str]:
    """What the company itself calls something, in whichever languages it has a word of its own for it."""
    found = (_overrides.get(locale, {}).get(key) for locale in LOCALES)
    return [word for word in found if isinstance(word, str)]


def best_locale(wanted: str | None) -> str:
    """One of ours for a language tag like `ja-JP`; English when unknown."""
    return "ja" if (wanted or "").lower().startswith("ja") else "en"


@dataclass(frozen=True)
class Reader:
    """Somebody who reads: a language and a zone."""

    locale: str = "en"
    zone: str = "UTC"

    def say(self, what: str | Text, /, **args: Any) -> str:
        """The words for a key or a Text. A missing word is a bug that tests find; a person then reads the key itself."""
        key, args = (what.key, {**what.args, **args}) if isinstance(what, Text) else (what, args)
        entry = catalogue(self.locale).get(key)
        if entry is None:
            log.error("i18n.missing_word", key=key, locale=self.locale)
            return key
        template = entry if isinstance(entry, str) else self._plural(entry, args)
        return (
            template
            if not args
            else "".join(part if name is None else self.show(args[name]) for part, name in _parsed(template))
        )

    def knows(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in catalogue(self.locale)

    def moment(self, moment: datetime) -> str:
        """Day and time in the reader's zone: "Mon 23 Nov, 14:00" / 「11月23日（月） 14:00」."""
        return _moment(moment, self.zone, self.locale)

    def day(self, day: date) -> str:
        """A day with its year: "23 Nov 2026" / 「2026年11月23日」."""
        return _day(day, self.locale)

    def ago(self, since: datetime, now: datetime) -> str:
        """How long ago, in one unit: "3 days" / 「3日」."""
        return format_timedelta(now - since, threshold=1.2, locale=self.locale)

    def name(self, named: Any) -> str:
        """The name of anything with `name_en` and `name_ja`."""
        return str(named.name_ja if self.locale == "ja" else named.name_en)

    def show(self, value: Any) -> str:
        """A value as its kind asks."""
        match value:
            case Text():
                return self.say(value)
            case Money():
                return value.said(self.locale)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case _ if hasattr(value, "name_ja"):
                return self.name(value)
            case list() | tuple():
                return self.say("list.comma").join(self.show(item) for item in value)
        return str(value)

    def _plural(self, forms: dict[str, str], args: dict[str, Any]) -> str:
        return forms.get(_locale(self.locale).plural_form(args.get("n", 0)), forms["other"])


def as_json(value: Any) -> Any:
    """A Text and its arguments as JSON, to be kept and said later in anybody's language."""
    match value:
        case Text():
            return {"say": value.key, "args": {name: as_json(item) for name, item in value.args.items()}}
        case Money():
            return {"money": [value.minor, value.currency]}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
    return value


def from_json(value: Any) -> Any:
    """What `as_json` wrote."""
    match value:
        case {"say": key, "args": args}:
            return Text(key, {name: from_json(item) for name, item in args.items()})
        case {"money": [minor, currency]}:
            return Money(minor, currency)
        case {"moment": written}:
            return datetime.fromisoformat(written)
        case {"day": written}:
            return date.fromisoformat(written)
    return value


@lru_cache(maxsize=4)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@lru_cache(maxsize=4096)
def _moment(moment: datetime, zone: str, locale: str) -> str:
    """The same moments are said to many readers, each a dear formatting."""
    local = moment.astimezone(ZoneInfo(zone))
    return format_datetime(local, "M月d日（E） HH:mm" if locale == "ja" else "EEE d MMM, HH:mm", locale=_locale(locale))


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    return format_date(day, "y年M月d日" if locale == "ja" else "d MMM y", locale=_locale(locale))


@lru_cache(maxsize=8192)
def _parsed(template: str) -> tuple[tuple[str, str | None], ...]:
    """What stands in a template: words, and names without attribute or index access: user text in an argument stays text."""
    parts: list[tuple[str, str | None]] = []
    for words, name, _spec, _conversion in string.Formatter().parse(template):
        parts += [(words, None)] if words else []
        parts += [("", name)] if name is not None else []
    return tuple(parts)
