"""What may be said, and until when it may be put right."""

from __future__ import annotations

from datetime import datetime, timedelta

from collab.kernel.errors import Text
from collab.kernel.text import storable

LONGEST = 5000
MOST_MENTIONED = 20
CORRECTED_FOR = timedelta(minutes=15)
FRESH, SETTLED, WITHDRAWN = "fresh", "settled", "withdrawn"
STATES = (FRESH, SETTLED, WITHDRAWN)
BODY = "body"


def state_of(created_at: datetime, withdrawn_at: datetime | None, now: datetime) -> str:
    """Whether a comment may still be put right (`fresh`), stands as it is (`settled`), or is gone (`withdrawn`).

    The last moment of the fifteen minutes still counts.
    """
    if withdrawn_at is not None:
        return WITHDRAWN
    return FRESH if now - created_at <= CORRECTED_FOR else SETTLED


def tidy(body: str) -> str:
    """A text as it is kept: one kind of line break, no blank edges."""
    return body.replace("\r\n", "\n").replace("\r", "\n").strip()


def problems(body: str, *, files: int) -> dict[str, Text]:
    """What is wrong with a text that was tidied; a comment with files may be without words."""
    if not body and not files:
        return {BODY: Text("field.required")}
    if len(body) > LONGEST:
        return {BODY: Text("field.too_long", {"n": LONGEST})}
    return {} if storable(body) else {BODY: Text("field.bad_text")}
