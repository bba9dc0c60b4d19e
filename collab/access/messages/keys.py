"""Sessions and tokens in the API's shapes, and browsers as their owners call them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 40


def browser(agent: str) -> str:
    """`Firefox · Windows`: enough to recognise one's own machine; the beginning of what we do not know."""
    known = [next((name for mark, name in table if mark in agent), None) for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in known if name) or agent[:LONGEST] or "–"


def session(row: Any, current: str | None = None) -> dict[str, Any]:
    """A signed-in browser; its id ends it and opens nothing."""
    return {
        "id": row.id_hash, "browser": browser(row.browser), "created_at": _iso(row.created_at), "seen_at": _iso(row.seen_at),
        "expires_at": _iso(row.expires_at), "current": row.id_hash == current,
    }  # fmt: skip


def token(row: Any) -> dict[str, Any]:
    """A token without its secret; one with a scope does that only."""
    return {
        "id": row.id, "label": row.label, "scope": row.scope, "limited_to": row.limited_to, "created_at": _iso(row.created_at),
        "expires_at": _iso(row.expires_at), "used_on": _iso(row.used_on),
    }  # fmt: skip


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
