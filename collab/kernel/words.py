"""Words somebody typed, as they are kept: trimmed, bounded, without characters no database keeps."""

from __future__ import annotations

from collab.kernel.errors import Invalid, Text
from collab.kernel.text import storable

LONGEST = 2000


def checked_words(field: str, words: str | None, *, longest: int = LONGEST) -> str | None:
    """Words that can be kept, None for none; `longest` is in characters. Raises Invalid for `field`."""
    words = (words or "").strip() or None
    if words and len(words) > longest:
        raise Invalid({field: Text("field.too_long", {"n": longest})})
    if words and not storable(words):
        raise Invalid({field: Text("field.bad_text")})
    return words


def needed_words(field: str, words: str | None) -> str:
    """Words that must be there. Raises Invalid for `field`."""
    found = checked_words(field, words)
    if found is None:
        raise Invalid({field: Text("field.required")})
    return found


def checked_reason(words: str | None, field: str = "reason") -> str:
    """Why somebody does what nobody may do without saying why. Raises Invalid (`reason_needed`)."""
    found = checked_words(field, words)
    if found is None:
        raise Invalid({field: Text("error.reason_needed")}, "reason_needed")
    return found
