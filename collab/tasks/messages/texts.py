"""A typed text as a task keeps it: a title of one line, and the rest."""

from __future__ import annotations

from collab.slack.wording import cut

LONGEST_TITLE = 120


def title_and_detail(text: str) -> tuple[str, str | None]:
    """The first line is the title; one that is too long for it is kept whole in the detail."""
    first, _, rest = text.strip().partition("\n")
    first = " ".join(first.split())
    if len(first) <= LONGEST_TITLE:
        return first, rest.strip() or None
    return cut(first, LONGEST_TITLE), text.strip()
