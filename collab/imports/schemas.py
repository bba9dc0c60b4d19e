"""What comes in and goes out about imports."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from collab.kernel.fields import Input, Words, YesNo


class ImportIn(Input):
    """Which kind of file, and whether to stop at the preview."""

    kind = Words(40, required=True)
    preview_only = YesNo(load_default=False)


class ImportForm(ImportIn):
    """The whole form, file included, as the API's document shows it."""

    file = Upload(required=True)


class ProblemOut(Schema):
    """A problem with its place; `row` as the spreadsheet shows it, null for the file as a whole."""

    row = fields.Integer(allow_none=True)
    field = fields.String()
    problem = fields.String()


class ChangeOut(Schema):
    """What one row would change (or has changed): `field` null means the thing itself is new."""

    row = fields.Integer()
    subject = fields.String()
    what = fields.String(metadata={"enum": ["added", "changed"]})
    field = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    on = fields.Date(allow_none=True)
    mark = fields.String(allow_none=True)


class ChangesOut(Schema):
    """Counts of things, and the first few hundred changes."""

    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    list = fields.List(fields.Nested(ChangeOut))


class ImportOut(Schema):
    """Where an import stands. Final states are previewed (until confirmed), done and refused."""

    id = fields.Integer()
    kind = fields.String()
    file_name = fields.String()
    preview_only = fields.Boolean()
    state = fields.String(metadata={"enum": ["waiting", "checking", "previewed", "writing", "done", "refused"]})
    done = fields.Integer()
    total = fields.Integer()
    errors = fields.List(fields.Nested(ProblemOut))
    changes = fields.Nested(ChangesOut)
    created_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
