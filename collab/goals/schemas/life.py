"""What comes in about a goal's life and the people around it, from any edge; and what its history says."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.audit.schemas import HistoryEventOut
from collab.goals.rules import RESULTS
from collab.kernel.fields import Input, OneOf, Part, Several, Words, YesNo
from collab.kernel.words import LONGEST

LINE, SIDES = 200, 2


class GoalAcceptIn(Input):
    """What it means for one's side. `seen` is the mark of what was looked at; without it, what is asked now counts."""

    means = Words(LONGEST, required=True)
    seen = Words(20)


class GoalReasonIn(Input):
    """A reason that must be given."""

    reason = Words(LONGEST, required=True)


class GoalCloseIn(Input):
    """How it ended and what was learnt."""

    result = OneOf(RESULTS, required=True)
    lesson = Words(LONGEST, required=True)


class GoalSideIn(Input):
    """A department and the person who answers for its side; by default the person's first department."""

    department = Words(LINE, allow_none=True)
    member = Words(LINE, required=True)


class GoalOwnersIn(Input):
    """Who answers for it: one, or two from two departments; why, on a running goal."""

    accountable = Several(Part(GoalSideIn), SIDES, required=True)
    reason = Words(LONGEST, allow_none=True)


class GoalContributorIn(Input):
    """Who helps, by e-mail."""

    member = Words(LINE, required=True)
    may_check_in = YesNo()


class GoalPartIn(Input):
    """What one's part is."""

    part = Words(LONGEST, required=True)


class GoalEventOut(HistoryEventOut):
    """One line of a goal's history."""


class GoalSideOut(Schema):
    """Somebody who answers for a goal."""

    side = fields.Integer()
    department = fields.String()
    member = fields.String(metadata={"description": "e-mail"})
    state = fields.String(metadata={"enum": ["asked", "accepted", "declined", "gone"]})
    means = fields.String(allow_none=True, metadata={"description": "what it means for their side, in their words"})
    accepted_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    decline_reason = fields.String(allow_none=True)


class GoalContributorOut(Schema):
    """Somebody who helps."""

    member = fields.String(metadata={"description": "e-mail"})
    may_check_in = fields.Boolean()


class GoalPartOut(Schema):
    """What somebody's part is."""

    member = fields.String(metadata={"description": "e-mail"})
    part = fields.String()
    at = fields.String(metadata={"format": "date-time"})


class GoalPeopleOut(Schema):
    """Everybody round a goal. `asked_mark` changes when what owners are asked to accept does."""

    asked_mark = fields.String()
    accountable = fields.List(fields.Nested(GoalSideOut))
    contributors = fields.List(fields.Nested(GoalContributorOut))
    parts = fields.List(fields.Nested(GoalPartOut))
