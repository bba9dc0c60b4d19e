"""What comes in and goes out about pilots, milestones, the log, constraints and health."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.initiatives.rules.moves import HEALTHS
from collab.initiatives.rules.pilots import CHOICES
from collab.initiatives.service.constraints import KINDS as LIMITS
from collab.initiatives.service.log_entries import KINDS, WEIGHTS
from collab.initiatives.service.milestones import TITLE
from collab.kernel.fields import Day, Decimal, Input, OneOf, Several, Whole, Words

LINE, LONG = 200, 2000
_MOMENT = {"format": "date-time"}
_DAY = {"format": "date"}
_EMAIL = {"description": "e-mail"}


class PilotIn(Input):
    """What a pilot may cost at most, in which currency (the company's if not said), until which day, what it is to find out."""

    cap = Decimal(required=True)
    currency = Words(3, allow_none=True)
    ends_on = Day(required=True)
    question = Words(LONG, required=True)


class VoteIn(Input):
    """Scale or stop; a stop says why. `pilot` is the one you looked at."""

    choice = OneOf(CHOICES, required=True)
    reason = Words(LONG, allow_none=True)
    pilot = Whole(1, 2**31 - 1, allow_none=True)


class MilestoneIn(Input):
    """What will be there, by which day, and who owns it for side 1 and side 2 (the leads, if not said)."""

    title = Words(TITLE, required=True)
    due_on = Day(required=True)
    owners = Several(Words(LINE, allow_none=True), 2)


class MilestonePatchIn(Input):
    """What changes of a milestone."""

    title = Words(TITLE)
    due_on = Day()
    owners = Several(Words(LINE, allow_none=True), 2)


class SteeringNoteIn(Input):
    """Words that may be said."""

    note = Words(LONG, allow_none=True)


class LogIn(Input):
    """A risk (with its weight), a decision (with its reason) or a release; `on` is today if not said."""

    kind = OneOf(KINDS, required=True)
    text = Words(LONG, required=True)
    reason = Words(LONG, allow_none=True)
    weight = OneOf(WEIGHTS, allow_none=True)
    owner = Words(LINE, allow_none=True)
    on = Day(allow_none=True)


class ConstraintIn(Input):
    """A limit the work runs into, and who can lift it, by e-mail."""

    kind = OneOf(LIMITS, required=True)
    text = Words(LONG, required=True)
    lifter = Words(LINE, required=True)


class HealthIn(Input):
    """How it goes for your side; trouble is put into words."""

    health = OneOf(HEALTHS, required=True)
    note = Words(LONG, allow_none=True)


class VoteOut(Schema):
    """What a side said of a pilot; `counts` is false once somebody else leads that side."""

    side = fields.Integer()
    member = fields.String(metadata=_EMAIL)
    choice = fields.String(metadata={"enum": list(CHOICES)})
    reason = fields.String(allow_none=True)
    at = fields.String(metadata=_MOMENT)
    counts = fields.Boolean()


class PilotOut(Schema):
    """A pilot: what it may cost and has taken so far, until when, who has said what, how it ended."""

    id = fields.Integer()
    cap = fields.String()
    spent = fields.String(
        allow_none=True,
        metadata={
            "description": "asked, decided or ordered, while it runs, for its leads, the leads of their departments, executives and auditors"
        },
    )
    currency = fields.String()
    question = fields.String()
    started_at = fields.String(metadata=_MOMENT)
    started_by = fields.String(metadata=_EMAIL)
    ends_on = fields.String(metadata=_DAY)
    ends_at = fields.String(metadata=_MOMENT)
    vote_due_at = fields.String(metadata=_MOMENT)
    ended_at = fields.String(allow_none=True, metadata=_MOMENT)
    verdict = fields.String(allow_none=True, metadata={"enum": ["scale", "stop", "silence", None]})
    votes = fields.List(fields.Nested(VoteOut))


class MilestoneOut(Schema):
    """A milestone; a guest reads title, day and state."""

    id = fields.Integer()
    title = fields.String()
    due_on = fields.String(metadata=_DAY)
    state = fields.String(metadata={"enum": ["open", "reached", "dropped"]})
    late = fields.Boolean()
    owners = fields.List(fields.String(metadata=_EMAIL))
    note = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True, metadata=_MOMENT)


class LogOut(Schema):
    """A line of the log."""

    id = fields.Integer()
    kind = fields.String(metadata={"enum": list(KINDS)})
    text = fields.String()
    reason = fields.String(allow_none=True)
    weight = fields.String(allow_none=True, metadata={"enum": [*WEIGHTS, None]})
    owner = fields.String(allow_none=True, metadata=_EMAIL)
    on = fields.String(metadata=_DAY)
    by = fields.String(metadata=_EMAIL)
    at = fields.String(metadata=_MOMENT)
    closed_at = fields.String(allow_none=True, metadata=_MOMENT)
    close_note = fields.String(allow_none=True)


class ConstraintOut(Schema):
    """A limit and who can lift it, or did."""

    id = fields.Integer()
    kind = fields.String(metadata={"enum": list(LIMITS)})
    text = fields.String()
    lifter = fields.String(metadata=_EMAIL)
    by = fields.String(metadata=_EMAIL)
    at = fields.String(metadata=_MOMENT)
    lifted_at = fields.String(allow_none=True, metadata=_MOMENT)
    lifted_by = fields.String(allow_none=True, metadata=_EMAIL)
    lift_note = fields.String(allow_none=True)


class HealthSaidOut(Schema):
    """What one lead said, when."""

    slot = fields.Integer()
    member = fields.String(metadata=_EMAIL)
    health = fields.String(metadata={"enum": list(HEALTHS)})
    note = fields.String(allow_none=True)
    at = fields.String(metadata=_MOMENT)


class DivergenceOut(Schema):
    """How many steps apart the two sides are, since when, and whether either spoke long ago."""

    steps = fields.Integer()
    since = fields.String(metadata=_MOMENT)
    stale = fields.Boolean()


class HealthOut(Schema):
    """How it goes: what was said, the oldest first, and where the two sides differ now."""

    said = fields.List(fields.Nested(HealthSaidOut))
    divergence = fields.Nested(DivergenceOut, allow_none=True)
