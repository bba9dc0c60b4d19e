"""What comes in and goes out about conversations."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from collab.kernel.fields import Input, Whole, Words
from collab.kernel.keys import LARGEST_NUMBER
from collab.threads.rules.comments import LONGEST


class CommentIn(Input):
    """What is to be said; `reply_to` is the id of the comment it answers. With files the words may be left out."""

    body = Words(LONGEST, load_default=None, allow_none=True)
    reply_to = Whole(1, LARGEST_NUMBER, load_default=None, allow_none=True)


class CommentForm(CommentIn):
    """The whole form, files included (field `files`, up to five times), as the API's document shows it."""

    files = fields.List(Upload())


class CorrectionIn(Input):
    """The words as they should have been."""

    body = Words(LONGEST, load_default=None, allow_none=True)


class FileOut(Schema):
    """A file of a comment; `path` below `/api/v1` serves it to a bearer token."""

    id = fields.Integer()
    name = fields.String()
    type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    path = fields.String()


class CommentOut(Schema):
    """One comment; of a withdrawn one `body` is null, and nobody is mentioned."""

    id = fields.Integer()
    subject = fields.String()
    author = fields.String()
    body = fields.String(allow_none=True)
    at = fields.DateTime()
    edited_at = fields.DateTime(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
    reply_to = fields.Integer(allow_none=True)
    mentioned = fields.List(fields.String())
    files = fields.List(fields.Nested(FileOut))
    version = fields.Integer()
