"""Reading what a form or a program sends: words and files, and room for them."""

from __future__ import annotations

from contextlib import closing

from flask import request
from werkzeug.datastructures import FileStorage

from collab.threads.rules.limits import MEGABYTE, MOST_BYTES
from collab.threads.service import Upload

MOST_SENT = 120 * MEGABYTE
"""Of one request, for members: more than is taken, so that who sends too much is told what was too much and keeps their words."""


def make_room() -> None:
    """Let this request be larger than others may be. To be called before anybody reads it."""
    request.max_content_length = MOST_SENT


def uploads() -> list[Upload]:
    """The files of this request; an input nobody used sends one without a name and without content."""
    found = [_read(file) for file in request.files.getlist("files")]
    return [upload for upload in found if upload.name or upload.content]


def _read(file: FileStorage) -> Upload:
    with closing(file):
        return Upload(file.filename or "", file.stream.read(MOST_BYTES + 1))
