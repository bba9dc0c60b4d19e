"""Marshmallow fields whose complaints are catalogue keys or Text, so that every edge says them in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from collab.kernel.errors import Invalid, Text
from collab.kernel.text import storable

_COMMON: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "field.required",
    "null": "field.required",
    "validator_failed": "field.invalid",
}


class Words(fields.Field[str | None]):
    """Text of at most `longest` characters, trimmed; blank counts as not given."""

    default_error_messages = _COMMON

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(metadata={"maxLength": longest}, **options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if not isinstance(value, str):
            raise ValidationError("field.not_text")
        text = value.strip()
        if len(text) > self.longest:
            raise ValidationError(Text("field.too_long", {"n": self.longest}))  # type: ignore[arg-type]
        if not storable(text):
            raise ValidationError("field.bad_text")
        if not text and self.required:
            raise ValidationError("field.required")
        return text or None


class OneOf(fields.Field[str]):
    """One of a few codes."""

    default_error_messages = _COMMON

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(metadata={"enum": list(choices)}, **options)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if value not in self.choices:
            raise ValidationError(Text("field.not_a_choice", {"choices": ", ".join(self.choices)}))  # type: ignore[arg-type]
        return str(value)


class Decimal(fields.Field[str]):
    """An amount as a decimal string (a whole number is fine too); full-width digits and thousands commas are read."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValidationError("field.not_a_number")
        return plain_number(str(value)) if isinstance(value, str) else str(value)


class Day(fields.Field[date]):
    """A day, YYYY-MM-DD."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError("field.not_a_day") from None
        if value != day.isoformat():  # Python also reads 20261121 and 2026-W47-6
            raise ValidationError("field.not_a_day")
        return day

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class Whole(fields.Field[int]):
    """A whole number within bounds; digits as text are fine, as forms send them."""

    default_error_messages = _COMMON

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(metadata={"minimum": least, "maximum": most}, **options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        text = plain_number(value) if isinstance(value, str) else value
        if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < len(str(2**63)):
            text = int(text)
        if isinstance(text, bool) or not isinstance(text, int) or not self.least <= text <= self.most:
            raise ValidationError(Text("field.out_of_range", {"least": self.least, "most": self.most}))  # type: ignore[arg-type]
        return text


class YesNo(fields.Field[bool]):
    """True or false; forms send `yes`/`on`/`true`/`no`/`false`."""

    default_error_messages = _COMMON
    _WRITTEN = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in self._WRITTEN:
            return self._WRITTEN[value.strip().lower()]
        raise ValidationError("field.not_a_boolean")


def plain_number(text: str) -> str:
    """Digits as ASCII, without thousands separators, currency sign or blanks: ￥１，２００ is 1200."""
    return unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").lstrip("¥$€£")


class Input(Schema):
    """A schema for what comes in: unknown fields are refused, and an empty string means "not given"."""

    class Meta:
        """Refuse what we do not know."""

        unknown = RAISE

    error_messages = {"unknown": "field.unknown", "type": "field.not_an_object"}  # noqa: RUF012 - as marshmallow declares it

    @pre_load
    def _blank_is_absent(self, data: Any, **_options: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {name: (None if value == "" else value) for name, value in data.items()}


class Several(fields.List[Any]):
    """A list of at most `most` of one kind of thing; one that must be given must hold something."""

    default_error_messages = {**_COMMON, "invalid": "field.invalid"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, inner: fields.Field[Any], most: int, **options: Any) -> None:
        super().__init__(inner, metadata={"maxItems": most}, **options)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("field.invalid")
        if len(value) > self.most:
            raise ValidationError(Text("field.too_many", {"n": self.most}))  # type: ignore[arg-type]
        if self.required and not value:
            raise ValidationError("field.required")
        return super()._deserialize(value, attr, data, **kwargs)


class Part(fields.Nested):
    """A nested object."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow declares it
        **_COMMON,
        "type": "field.not_an_object",
    }


_made = cache(lambda kind: kind())
"""Schemas are made of copies of all their fields; they keep nothing of what they load, so one of each kind will do."""


def load(schema: Schema | type[Schema], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """Load outside data. Raises Invalid with one Text per dotted field."""
    made: Schema = _made(schema) if isinstance(schema, type) else schema
    try:
        loaded: dict[str, Any] = made.load(data, partial=partial)
    except ValidationError as error:
        raise Invalid(as_texts(error.normalized_messages())) from error  # type: ignore[no-untyped-call]
    return loaded


def as_texts(messages: Any, at: str = "") -> dict[str, Text]:
    """Marshmallow's nested messages as one Text per dotted path; the first complaint about a field wins."""
    if isinstance(messages, Mapping):
        found: dict[str, Text] = {}
        for name, inner in messages.items():
            path = at if name == "_schema" else f"{at}.{name}" if at else str(name)
            found.update(as_texts(inner, path))
        return found
    first = messages[0] if isinstance(messages, list) and messages else messages
    if isinstance(first, Mapping):
        return as_texts(first, at)
    return {
        at or "_": first
        if isinstance(first, Text)
        else Text(str(first) if str(first).startswith("field.") else "field.invalid")
    }
