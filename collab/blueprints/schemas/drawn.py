"""What the API says about a blueprint."""

from __future__ import annotations

from marshmallow import Schema, fields

_MOMENT = {"format": "date-time"}
_DAY = {"format": "date"}
_EMAIL = {"description": "e-mail"}


class _JustifiedOut(Schema):
    id = fields.Integer()
    journey_stage = fields.String(allow_none=True)
    goal = fields.String(allow_none=True)
    goal_hidden = fields.Boolean(metadata={"description": "it serves a goal that you may not see"})
    unjustified_reason = fields.String(allow_none=True, metadata={"description": "why it serves no customer directly"})


class BlueprintPointOut(_JustifiedOut):
    """A process meets a system."""

    process = fields.String()
    system = fields.String()
    detail = fields.String(allow_none=True)
    owner_1 = fields.String(metadata=_EMAIL)
    owner_2 = fields.String(metadata=_EMAIL)
    owner_left = fields.Boolean(metadata={"description": "an owner has left the company"})


class BlueprintRequirementOut(_JustifiedOut):
    """What one side needs, and the other side's answer."""

    side = fields.Integer(metadata={"description": "the side that asks"})
    title = fields.String()
    detail = fields.String(allow_none=True)
    needed_by_on = fields.String(allow_none=True, metadata=_DAY)
    state = fields.String()
    asker = fields.String(metadata=_EMAIL)
    asked_at = fields.String(metadata=_MOMENT)
    waits_for = fields.String(allow_none=True, metadata=_EMAIL)
    due_at = fields.String(allow_none=True, metadata=_MOMENT)
    overdue = fields.Boolean()
    answerer = fields.String(allow_none=True, metadata=_EMAIL)
    answer = fields.String(allow_none=True)
    promised_on = fields.String(allow_none=True, metadata=_DAY)
    answered_at = fields.String(allow_none=True, metadata=_MOMENT)
    met_at = fields.String(allow_none=True, metadata=_MOMENT)


class BlueprintSourceOut(_JustifiedOut):
    """A data source."""

    name = fields.String()
    detail = fields.String(allow_none=True)
    department = fields.String()
    owner = fields.String(metadata=_EMAIL)
    owner_left = fields.Boolean()
    used_by = fields.List(fields.String())
    personal_data = fields.Boolean()
    individual = fields.Boolean(metadata={"description": "joined at the level of one customer"})


class BlueprintDefinitionOut(Schema):
    """What a word means."""

    id = fields.Integer()
    term = fields.String()
    meaning = fields.String()
    version = fields.Integer()
    ratified_version = fields.Integer(allow_none=True)
    ratified = fields.Boolean()
    goals = fields.List(fields.String())


class BlueprintCoverageOut(Schema):
    """What is known at a stage of the customer's way."""

    journey_stage = fields.String()
    points = fields.Integer()
    sources = fields.Integer()


class BlueprintChangeOut(Schema):
    """One item that differs."""

    what = fields.String(metadata={"enum": ["added", "changed", "removed"]})
    kind = fields.String(metadata={"enum": ["points", "requirements", "sources", "definitions"]})
    id = fields.Integer()
    title = fields.String()
    fields_ = fields.List(fields.Raw(), data_key="fields", metadata={"description": "name, before, after"})


class BlueprintCitationOut(Schema):
    """What rests on a version."""

    version = fields.Integer()
    subject = fields.String()
    title = fields.String()
    by = fields.String(metadata=_EMAIL)
    at = fields.String(metadata=_MOMENT)


class BlueprintVersionOut(Schema):
    """One version as it was laid before both leads."""

    version = fields.Integer()
    state = fields.String(metadata={"enum": ["open", "valid", "void"]})
    sheet = fields.Integer(metadata={"description": "number of its sheet: GET /signatures/{sheet}"})
    hash = fields.String()
    laid_at = fields.String(metadata=_MOMENT)
    valid_at = fields.String(allow_none=True, metadata=_MOMENT)
    signers = fields.List(fields.Raw())
    content = fields.Raw()
    changes = fields.List(
        fields.Nested(BlueprintChangeOut), metadata={"description": "since the version signed before it"}
    )


class BlueprintOut(Schema):
    """The blueprint of an initiative as it stands."""

    key = fields.String(metadata={"example": "I-7"})
    version = fields.Integer(metadata={"description": "the one being written"})
    signed_version = fields.Integer(allow_none=True)
    revision = fields.Integer()
    counts = fields.Raw()
    points = fields.List(fields.Nested(BlueprintPointOut))
    requirements = fields.List(fields.Nested(BlueprintRequirementOut))
    sources = fields.List(fields.Nested(BlueprintSourceOut))
    definitions = fields.List(fields.Nested(BlueprintDefinitionOut))
    coverage = fields.List(fields.Nested(BlueprintCoverageOut))
    citations = fields.List(fields.Nested(BlueprintCitationOut))
    since_signed = fields.List(fields.Nested(BlueprintChangeOut))
