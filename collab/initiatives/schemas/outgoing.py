"""What the API says about an initiative. A guest's view is a schema of its own: nothing gets into it by being added here."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.audit.schemas import HistoryEventOut
from collab.initiatives.rules.moves import HEALTHS, RESULTS, STATES
from collab.initiatives.rules.readiness import LACKS

_MOMENT = {"format": "date-time"}
_DAY = {"format": "date"}


class InitiativeLeadOut(Schema):
    """Who leads for a slot; `side` is that of the department today, `health` how they said it goes, last."""

    slot = fields.Integer()
    area = fields.String(allow_none=True)
    department = fields.String()
    side = fields.String(allow_none=True)
    member = fields.String(metadata={"description": "e-mail"})
    health = fields.String(allow_none=True, metadata={"enum": [*HEALTHS, None]})
    health_note = fields.String(allow_none=True)
    health_at = fields.String(allow_none=True, metadata=_MOMENT)


class InitiativeParticipantOut(Schema):
    """Who else takes part; a guest has no department."""

    member = fields.String(metadata={"description": "e-mail"})
    department = fields.String(allow_none=True)
    part = fields.String(allow_none=True)


class InitiativeOut(Schema):
    """An initiative: what it is for, who leads it, where it stands, what it still lacks, what you may do with it."""

    key = fields.String(metadata={"example": "I-7"})
    state = fields.String(metadata={"enum": list(STATES)})
    version = fields.Integer()
    kind = fields.String()
    title = fields.String()
    problem = fields.String()
    journey_stage = fields.String()
    hypothesis = fields.String(allow_none=True)
    measured_by = fields.String(allow_none=True)
    stops_on = fields.String(allow_none=True, metadata=_DAY)
    visibility = fields.String()
    creator = fields.String(metadata={"description": "e-mail"})
    created_at = fields.String(metadata=_MOMENT)
    started_at = fields.String(allow_none=True, metadata=_MOMENT)
    closed_at = fields.String(allow_none=True, metadata=_MOMENT)
    result = fields.String(allow_none=True, metadata={"enum": [*RESULTS, None]})
    outcome = fields.String(allow_none=True)
    lesson = fields.String(allow_none=True)
    leads = fields.List(fields.Nested(InitiativeLeadOut))
    participants = fields.List(fields.Nested(InitiativeParticipantOut))
    goals = fields.List(fields.String(), metadata={"description": "keys of the goals you may see"})
    goals_hidden = fields.Boolean(metadata={"description": "it serves a goal that you may not see"})
    charter = fields.String(metadata={"enum": ["none", "draft", "open", "valid"]})
    lacks = fields.List(fields.String(metadata={"enum": list(LACKS)}))
    can = fields.List(fields.String(), metadata={"description": "what you may do with it now"})


class InitiativeMilestoneLeastOut(Schema):
    """What a guest sees of a milestone."""

    title = fields.String()
    due_on = fields.String(metadata=_DAY)


class InitiativeGuestOut(Schema):
    """What a guest who takes part sees, and nothing more."""

    key = fields.String(metadata={"example": "I-7"})
    state = fields.String(metadata={"enum": list(STATES)})
    title = fields.String()
    problem = fields.String()
    journey_stage = fields.String()
    part = fields.String(allow_none=True, metadata={"description": "what you do"})
    milestones = fields.List(fields.Nested(InitiativeMilestoneLeastOut))


class InitiativeEventOut(HistoryEventOut):
    """One line of the history."""
