"""Routes over the API: the authority table, a request tried on them, proposals of a change."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Decimal, Input, Several, Whole, Words, YesNo

CODE, LINE, REASON, FILE, MOST_FILES = 40, 200, 2000, 200_000, 20


class TrialIn(Input):
    """A request as far as routes ask about it. `requester` (e-mail) is the caller unless given, `department` theirs."""

    requester = Words(LINE, allow_none=True)
    department = Words(CODE, allow_none=True)
    category = Words(CODE, allow_none=True)
    total = Decimal(allow_none=True, metadata={"description": "all payments of its term"})
    currency = Words(3, allow_none=True)
    personal_data = YesNo(allow_none=True)
    after_the_fact = YesNo(allow_none=True)
    channels = Whole(0, 999, allow_none=True)
    units = Whole(0, 999, allow_none=True)
    regions = Whole(0, 999, allow_none=True)
    term_months = Whole(0, 120, allow_none=True)
    route = Words(CODE, allow_none=True)


class ProposeIn(Input):
    """Route files that are to be taken together, each as text (TOML), and why."""

    files = Several(Words(FILE, required=True), MOST_FILES, required=True)
    reason = Words(REASON, required=True)


class DeclineIn(Input):
    """Why not; whoever proposed it reads it."""

    comment = Words(REASON, required=True)


class TableStepOut(Schema):
    """A step in words: whose seats, and everything that is special about it."""

    name = fields.String()
    kind = fields.String()
    seats = fields.List(fields.String())
    due = fields.String()
    notes = fields.List(fields.String())


class TableRuleOut(Schema):
    """A route or an overlay in words; `auto` says how it decides itself, `place` where an overlay's steps go."""

    code = fields.String()
    name = fields.String()
    when = fields.String()
    notes = fields.List(fields.String())
    steps = fields.List(fields.Nested(TableStepOut))
    auto = fields.List(fields.String())
    place = fields.String()


class TableNoticeOut(Schema):
    """What is refused, or warned of, and in which words."""

    code = fields.String()
    when = fields.String()
    message = fields.String()
    dates = fields.String()


class TableOut(Schema):
    """The authority table (職務権限表) in the reader's language."""

    version = fields.Integer()
    currency = fields.String()
    routes = fields.List(fields.Nested(TableRuleOut))
    overlays = fields.List(fields.Nested(TableRuleOut))
    refusals = fields.List(fields.Nested(TableNoticeOut))
    warnings = fields.List(fields.Nested(TableNoticeOut))
    proxy = fields.String(metadata={"description": "what no deputy decides in an absence"})
    rates = fields.List(fields.String())


class TriedSeatOut(Schema):
    """Who would sit, for which office, instead of whom and why."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    instead_of = fields.String(allow_none=True)
    why = fields.String(allow_none=True)
    veto = fields.Boolean()


class TriedStepOut(Schema):
    """A step that would be asked, why, and how long it usually takes."""

    step = fields.Integer()
    name = fields.String()
    kind = fields.String()
    rule = fields.String()
    keys = fields.Boolean()
    due = fields.String()
    block = fields.Integer(metadata={"description": "steps of one block run side by side"})
    join = fields.String()
    why = fields.List(fields.String())
    usual_hours = fields.Float(allow_none=True)
    seats = fields.List(fields.Nested(TriedSeatOut))


class TrialOut(Schema):
    """The way a request would take; nothing is written. `refused` is a rule's code, or a reason of our own."""

    version = fields.Integer()
    route = fields.String(allow_none=True)
    route_name = fields.String(allow_none=True)
    overlays = fields.List(fields.String())
    auto = fields.String(allow_none=True, metadata={"enum": ["own_authority", "auto_approve", None]})
    steps = fields.List(fields.Nested(TriedStepOut))
    warnings = fields.List(fields.String())
    refused = fields.String(allow_none=True)
    refusal = fields.String(allow_none=True)


class DifferenceOut(Schema):
    """Submissions that would all have gone from one way to the same other one; `keys` are those the caller may see."""

    before = fields.String()
    after = fields.String()
    count = fields.Integer()
    keys = fields.List(fields.String())


class EffectOut(Schema):
    """What a change would have done to the submissions of the last 90 days, by the routes of the day `on`."""

    on = fields.Date()
    tried = fields.Integer()
    untried = fields.Integer()
    changed = fields.Integer()
    differences = fields.List(fields.Nested(DifferenceOut))


class RouteChangeOut(Schema):
    """An entry of the authority table that comes, goes or changes, line by line."""

    part = fields.String()
    code = fields.String()
    change = fields.String(metadata={"enum": ["added", "removed", "changed"]})
    gone = fields.List(fields.String())
    come = fields.List(fields.String())


class ProposalOut(Schema):
    """A proposed change of routes; `changes`, `notes` and `effect` only when one is asked for by its number."""

    id = fields.Integer()
    state = fields.String(metadata={"enum": ["open", "taken", "declined", "withdrawn"]})
    reason = fields.String()
    proposed_by = fields.String(metadata={"description": "e-mail"})
    proposed_at = fields.DateTime()
    based_on = fields.Integer(allow_none=True, metadata={"description": "the version it was written for"})
    current = fields.Boolean(metadata={"description": "whether that version is in force"})
    decided_by = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    comment = fields.String(allow_none=True)
    changes = fields.List(fields.Nested(RouteChangeOut))
    notes = fields.List(fields.String(), metadata={"description": "what to look at before it is taken"})
    effect = fields.Nested(EffectOut, allow_none=True)
