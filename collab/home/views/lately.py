"""A line on the latest quarterly review: open, or closed."""

from __future__ import annotations

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.reviews.queries import find_quarterly, path_of, title_of


def review(viewer: Actor, how: Reader, *, executives: bool = False) -> dict[str, str] | None:
    """Where it is and how it stands; None where there is none, or none of the viewer's business. `executives`: only for whoever
    holds an office."""
    found = find_quarterly(viewer) if viewer.offices or not executives else None
    if found is None:
        return None
    said = how.say(f"review.last.{found.state}", title=title_of(found, how.locale), at=found.freezes_at)
    return {"href": path_of(found), "said": said}
