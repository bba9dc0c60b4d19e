"""People in the API's shapes, and browsers as their owners call them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor

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


def person(actor: Actor) -> dict[str, Any]:
    """A member as others may know them."""
    return {
        "email": actor.email, "name_en": actor.name_en, "name_ja": actor.name_ja, "departments": list(actor.departments),
        "leads": list(actor.leads), "offices": list(actor.offices), "partner": actor.is_partner, "active": actor.active,
    }  # fmt: skip


def oneself(actor: Actor) -> dict[str, Any]:
    """A member as they know themselves."""
    habits = {"locale": actor.locale, "zone": actor.zone, "calendar": actor.calendar}
    return {**person(actor), **habits, "admin": actor.is_admin, "auditor": actor.is_auditor}


def absence(row: Any, emails: Mapping[int, str]) -> dict[str, Any]:
    """Days away, and who stands in."""
    return {
        "from_on": row.from_on.isoformat(), "until_on": row.until_on.isoformat(),
        "deputy": emails.get(row.deputy_id) if row.deputy_id else None,
    }  # fmt: skip


def session(row: Any, current: str | None = None) -> dict[str, Any]:
    """A signed-in browser; its id ends it and opens nothing."""
    return {
        "id": row.id_hash, "browser": browser(row.browser), "created_at": _iso(row.created_at), "seen_at": _iso(row.seen_at),
        "expires_at": _iso(row.expires_at), "current": row.id_hash == current,
    }  # fmt: skip


def token(row: Any) -> dict[str, Any]:
    """A token without its secret."""
    return {"id": row.id, "label": row.label, "created_at": _iso(row.created_at), "expires_at": _iso(row.expires_at)}


def unlinked(row: Any) -> dict[str, Any]:
    """A member without a Slack account; `why` is empty where none was looked for yet."""
    names = {"email": row.email, "name_en": row.name_en, "name_ja": row.name_ja}
    return {**names, "looked_at": _iso(row.looked_at), "why": row.why}


def stranger(row: Any) -> dict[str, Any]:
    """A Slack account that is no member's."""
    return {
        "team": row.team_id, "user": row.user_id, "name": row.name, "handle": row.handle, "email": row.email or None, "why": row.why,
        "times": row.times, "first_at": _iso(row.first_at), "last_at": _iso(row.last_at), "dismissed": row.dismissed_at is not None,
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
