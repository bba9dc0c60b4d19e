"""What comes in and goes out about changes of controls."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from collab.controls.rules import STATES
from collab.kernel.fields import Day, Input, Whole, Words
from collab.kernel.words import LONGEST

CODE = 60


class ChangeIn(Input):
    """A change: which control, its fields (docs/controls.md lists them), why, and from which day (none: at once)."""

    control = Words(CODE, required=True)
    fields_ = fields.Dict(
        keys=fields.String(), data_key="fields", required=True, metadata={"description": "by control"}
    )
    reason = Words(LONGEST, required=True)
    from_on = Day(allow_none=True)


class ChangeConfirmIn(Input):
    """Which version of it was looked at."""

    seen_version = Whole(1, 10**6, required=True)


class ControlDeclineIn(Input):
    """Why not."""

    reason = Words(LONGEST, required=True)


class ChangeQuery(Input):
    """Which changes: those that wait (for a second person, or for their day), or those that are over."""

    waiting = fields.Boolean(load_default=None, allow_none=True)


class ControlDifferenceOut(Schema):
    """One thing that differs, in the caller's language."""

    what = fields.String()
    before = fields.String()
    after = fields.String()


class ControlChangeOut(Schema):
    """A change of a control. `moved`, `effects` and `obstacles` say, while it waits, how it stands today."""

    key = fields.String()
    control = fields.String()
    title = fields.String()
    subject = fields.String()
    fields_: Any = fields.Dict(data_key="fields")
    state = fields.String(validate=validate.OneOf(STATES))
    version = fields.Integer()
    reason = fields.String()
    from_on = fields.Date(allow_none=True)
    differences = fields.List(fields.Nested(ControlDifferenceOut))
    effects = fields.List(fields.String())
    obstacles = fields.List(fields.String())
    moved = fields.List(fields.String())
    problem = fields.String(allow_none=True)
    favours = fields.List(fields.String())
    proposed_by = fields.String()
    proposed_at = fields.DateTime()
    expires_at = fields.DateTime()
    confirmed_by = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    comment = fields.String(allow_none=True)
    taken_at = fields.DateTime(allow_none=True)
    may_confirm = fields.List(fields.String())
    can = fields.List(fields.String())
