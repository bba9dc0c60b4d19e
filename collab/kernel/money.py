"""Money: integer minor units inside, decimal strings with an ISO 4217 currency outside.

SQLite keeps NUMERIC as float and changes large amounts; integers are exact everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency

LARGEST = 10**15
"""Minor units: far above any purchase, safely inside a 64-bit integer even when multiplied by a term."""

_WRITTEN = re.compile(r"[0-9]{1,16}(\.[0-9]{1,4})?")
_FRACTIONS: dict[str, tuple[int, ...]] = dict(get_global("currency_fractions"))
_CURRENCIES = frozenset(get_global("all_currencies"))


class BadAmount(ValueError):
    """Not an amount we can take; `reason` is one of unknown_currency, not_a_number, too_fine, too_large, not_positive."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def digits(currency: str) -> int:
    """How many decimal places a currency has (JPY 0, USD 2). Raises BadAmount for an unknown one."""
    if currency not in _CURRENCIES:
        raise BadAmount("unknown_currency")
    return _FRACTIONS.get(currency, _FRACTIONS["DEFAULT"])[0]


def is_currency(code: str) -> bool:
    """Whether ISO 4217 knows a code."""
    return code in _CURRENCIES


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (yen, cents) of a currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, written: str, currency: str) -> Money:
        """Read a decimal string. Raises BadAmount: never rounds what a person wrote."""
        places = digits(currency)
        if not _WRITTEN.fullmatch(written):
            raise BadAmount("too_large" if re.fullmatch(r"[0-9]{17,}(\.[0-9]*)?", written) else "not_a_number")
        scaled = Decimal(written).scaleb(places)
        if scaled != scaled.to_integral_value():
            raise BadAmount("too_fine")
        if scaled > LARGEST:
            raise BadAmount("too_large")
        if scaled <= 0:
            raise BadAmount("not_positive")
        return cls(int(scaled), currency)

    def __str__(self) -> str:
        """The decimal string of the API: "1200.50", "980000"."""
        return str(Decimal(self.minor).scaleb(-digits(self.currency)))

    def said(self, locale: str) -> str:
        """As a reader of `locale` writes it: ¥980,000 / 980,000円 style by CLDR."""
        return _said(self, locale)

    def times(self, periods: int) -> Money:
        """The sum of so many equal payments."""
        return Money(self.minor * periods, self.currency)


@lru_cache(maxsize=4096)
def _said(money: Money, locale: str) -> str:
    """The same amounts are said on many lines, each a dear formatting."""
    return format_currency(Decimal(str(money)), money.currency, locale=locale)
