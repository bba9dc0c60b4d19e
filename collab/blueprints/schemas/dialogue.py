"""What comes in and goes out about the dialogue, its differences, and the drift report."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.blueprints.rules.questions import LONGEST, QUESTIONS, RATINGS
from collab.kernel.fields import Input, Several, Whole, Words

_MOMENT = {"format": "date-time"}
LINE = 200


class DialogueOpenIn(Input):
    """Which of the four questions to ask both sides this quarter; all unless said."""

    questions = Several(Whole(QUESTIONS[0], QUESTIONS[-1]), len(QUESTIONS))


class DialogueAnswerIn(Input):
    """One side's answer. Nobody but its author reads it until the other side has answered too."""

    question = Whole(QUESTIONS[0], QUESTIONS[-1], required=True)
    rating = Whole(RATINGS[0], RATINGS[-1], required=True)
    text = Words(LONGEST, required=True)


class DifferenceIn(Input):
    """Where the sides see it differently; `text` is needed where their ratings are close. The newest revealed quarter unless said."""

    question = Whole(QUESTIONS[0], QUESTIONS[-1], required=True)
    quarter = Words(LINE, allow_none=True)
    text = Words(LONGEST, allow_none=True)


class DialogueAnswerOut(Schema):
    """A revealed answer, or one's own."""

    side = fields.Integer()
    member = fields.String(metadata={"description": "e-mail"})
    rating = fields.Integer()
    text = fields.String()
    answered_at = fields.String(metadata=_MOMENT)


class DialoguePointOut(Schema):
    """One quarter of a question: what either side rated."""

    quarter = fields.String()
    ratings = fields.List(fields.Integer(), metadata={"description": "of side 1 and side 2"})
    gap = fields.Integer()


class DialogueQuestionOut(Schema):
    """One question: whether it is asked, who has answered, and both answers once both have."""

    question = fields.Integer()
    text = fields.String(metadata={"description": "in the caller's language"})
    state = fields.String(metadata={"enum": ["unopened", "open", "revealed"]})
    quarter = fields.String(allow_none=True)
    due_at = fields.Dict(metadata={"description": 'by when each side ("1", "2") is asked to answer'}, allow_none=True)
    answered = fields.List(fields.Integer(), metadata={"description": "sides that have answered"})
    mine = fields.Nested(DialogueAnswerOut, allow_none=True)
    answers = fields.List(fields.Nested(DialogueAnswerOut), metadata={"description": "empty until both have answered"})
    revealed_at = fields.String(allow_none=True, metadata=_MOMENT)
    gap = fields.Integer(allow_none=True)
    differs = fields.Boolean()
    difference = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    trend = fields.List(fields.Nested(DialoguePointOut))


class DialogueOut(Schema):
    """The four questions of an initiative this quarter."""

    initiative = fields.String()
    quarter = fields.String()
    questions = fields.List(fields.Nested(DialogueQuestionOut))


class DialogueAnsweredOut(Schema):
    """That an answer was kept. It holds no word of it: it may be repeated to whoever holds the caller's key."""

    question = fields.Integer()
    quarter = fields.String()
    revealed = fields.Boolean()


class DialogueDifferenceOut(Schema):
    """The task that works on a difference."""

    question = fields.Integer()
    task = fields.String()


class DriftFindingOut(Schema):
    """One thing that is not as it was signed. `title` says which; what else there is hangs on the kind."""

    kind = fields.String()
    title = fields.String()
    goal = fields.String(allow_none=True)
    days = fields.Integer(allow_none=True)
    member = fields.String(allow_none=True, metadata={"description": "e-mail"})
    side = fields.Integer(allow_none=True)
    task = fields.String(allow_none=True)
    what = fields.String(metadata={"description": "of an unsigned change: added, changed or removed"})
    item = fields.String(metadata={"description": "of an unsigned change: what kind of thing"})
    state = fields.String(metadata={"description": "of a promise that is not met: where it stands"})
    goals = fields.List(fields.String(), metadata={"description": "of a word not agreed: goals that use it"})
    question = fields.Integer()
    quarter = fields.String(metadata={"description": "of a difference still open: in which quarter it was seen"})


class DriftOut(Schema):
    """The signed blueprint against reality. `made_at` is null for a look at today: kept reports do not change."""

    initiative = fields.String()
    quarter = fields.String()
    from_on = fields.String(metadata={"format": "date"})
    until_on = fields.String(metadata={"format": "date"})
    version = fields.Integer(allow_none=True, metadata={"description": "the newest version both sides signed"})
    made_at = fields.String(allow_none=True, metadata=_MOMENT)
    findings = fields.List(fields.Nested(DriftFindingOut))
    kept = fields.List(
        fields.String(), metadata={"description": "quarters of which a report is kept, the newest first"}
    )
