"""Read-only answers about business reviews; `gathering` takes the figures of a new one."""

from collab.reviews.models import PREFIX
from collab.reviews.queries.reviews import (
    find_before,
    find_latest,
    find_quarterly,
    find_review,
    get_review,
    holds,
    is_opened,
    list_drafts,
    list_reviews,
    list_to_freeze,
    seen_by,
)
from collab.reviews.queries.subject import asked_of, face, inbox, news, path_of, summaries, title_of, words

__all__ = [
    "PREFIX", "asked_of", "face", "find_before", "find_latest", "find_quarterly", "find_review", "get_review", "holds", "inbox",
    "is_opened", "list_drafts", "list_reviews", "list_to_freeze", "news", "path_of", "seen_by", "summaries", "title_of", "words",
]  # fmt: skip
