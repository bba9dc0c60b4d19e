"""The one company this installation serves: its name, and the habits where a member has none of their own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

MOST_HOPS = 5


@dataclass(frozen=True)
class Company:
    """From `config/company.toml`. `zone` decides which day it is for offices, posts and routes; `delegation_hops` is how often
    a seat may be handed on from deputy to deputy."""

    name_en: str = "Our company"
    name_ja: str = "当社"
    zone: str = "Asia/Tokyo"
    currency: str = "JPY"
    locale: str = "ja"
    calendar: str = "tokyo"
    delegation_hops: int = 1


def read(folder: Path) -> Company:
    """Read the file, if there is one. Raises ValueError for an entry we do not know, or hops that are not 1 to 5."""
    file = folder / "company.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    unknown = sorted(data.keys() - Company.__dataclass_fields__.keys())
    if unknown:
        raise ValueError(f"company.toml: unknown: {', '.join(unknown)}")
    hops = data.get("delegation_hops", 1)
    if isinstance(hops, bool) or not isinstance(hops, int) or not 1 <= hops <= MOST_HOPS:
        raise ValueError(f"company.toml: delegation_hops: a whole number from 1 to {MOST_HOPS}, not {hops!r}")
    return Company(**data)


def company() -> Company:
    """The company of the running application."""
    found = current_app.extensions["company"]
    assert isinstance(found, Company)  # noqa: S101 - put there by create_app
    return found
