"""Read-only answers about conversations."""

from collab.threads.queries.comments import (
    CommentView,
    FileView,
    count_comments,
    get_comment,
    list_comments,
    relations,
    state_of,
    verbs,
)
from collab.threads.queries.files import File, address_in_use, bytes_kept, get_file
from collab.threads.queries.people import unknown_names, who_is_meant

__all__ = [
    "CommentView",
    "File",
    "FileView",
    "address_in_use",
    "bytes_kept",
    "count_comments",
    "get_comment",
    "get_file",
    "list_comments",
    "relations",
    "state_of",
    "unknown_names",
    "verbs",
    "who_is_meant",
]
