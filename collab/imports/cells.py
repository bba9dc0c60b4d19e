"""Cells as people type them into spreadsheets: full width, Japanese dates, yes and no in either language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from marshmallow import ValidationError

from collab.kernel.errors import Text
from collab.kernel.fields import Day, OneOf, Words, YesNo
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.text import normal

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_BETWEEN = re.compile(r"[;；、,，/]")
_YES = frozenset({"はい", "有", "あり", "○", "◯", "y"})
_NO = frozenset({"いいえ", "無", "なし", "×", "✕", "n", "-"})
LONGEST_EMAIL = 200


def wrong(key: str) -> ValidationError:
    """A complaint in words of the catalogue."""
    return ValidationError(Text(key))  # type: ignore[arg-type]


def half_width(value: Any) -> str:
    """The cell in its plainest spelling."""
    return unicodedata.normalize("NFKC", str(value)).strip()


class AnyDay(Day):
    """A day as spreadsheets write it: 2026-04-01, 2026/4/1, 2026年4月1日, in any width."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> date:  # type: ignore[override]
        match = _DAY.fullmatch(half_width(value))
        try:
            return date(*map(int, match.groups())) if match else super()._deserialize(value, _attr, _data)
        except ValueError:
            raise ValidationError("field.not_a_day") from None


class Code(Words):
    """A code: letters, digits, - and _."""

    def __init__(self, **options: Any) -> None:
        super().__init__(40, **options)

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        code = half_width(value)
        if not _CODE.fullmatch(code):
            raise wrong("import.problem.bad_code")
        return code


class Codes(Words):
    """Several codes in one cell, separated by ; (or 、)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_EMAIL, **options)

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> Any:  # type: ignore[override]
        codes = [half_width(part) for part in _BETWEEN.split(str(value)) if part.strip()]
        if not codes or not all(map(_CODE.fullmatch, codes)) or len(set(codes)) != len(codes):
            raise wrong("import.problem.bad_codes")
        return tuple(codes)


class Email(Words):
    """An e-mail address, in lower case."""

    def __init__(self, **options: Any) -> None:
        super().__init__(LONGEST_EMAIL, **options)

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        email = half_width(value).lower()
        if len(email) > self.longest or not _EMAIL.fullmatch(email):
            raise wrong("import.problem.bad_email")
        return email


class Answer(YesNo):
    """Yes or no, in either language."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> bool:  # type: ignore[override]
        answer = half_width(value).lower()
        if answer in _YES | _NO:
            return answer in _YES
        return super()._deserialize(answer, _attr, _data)


class Choice(OneOf):
    """One of a few codes, or its word in either language (`words` is where the catalogue keeps them)."""

    def __init__(self, choices: Sequence[str], *, words: str, **options: Any) -> None:
        super().__init__(choices, **options)
        self.words = words

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        typed = normal(str(value))
        for choice in self.choices:
            if typed in {choice, *self._spoken(choice)}:
                return choice
        raise ValidationError(Text("field.not_a_choice", {"choices": ", ".join(self.choices)}))  # type: ignore[arg-type]

    def _spoken(self, choice: str) -> set[str]:
        key = f"{self.words}.{choice}"
        return {normal(Reader(locale).say(key)) for locale in LOCALES if Reader(locale).knows(key)}
