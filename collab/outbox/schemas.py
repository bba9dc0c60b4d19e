"""What comes in and goes out about delivery."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Input, OneOf, Words
from collab.outbox.rules.moves import MOVES, OPEN, SETTLED

REASON, ERROR = 300, 80
WHICH = ("broken", "stuck", "open")


class WhichIn(Input):
    """Which messages: given up, late although nothing stops them, or still to be sent."""

    state = OneOf(WHICH, load_default="broken")


class PauseIn(Input):
    """Why nothing is to be sent, for whoever finds it paused."""

    reason = Words(REASON, required=True)


class DismissIn(Input):
    """What was done instead, if it should be remembered."""

    reason = Words(REASON)


class ErrorIn(Input):
    """The error whose messages are meant, as a delivery names it."""

    error = Words(ERROR, required=True)


class AboutOut(Schema):
    """The subject of a message; without title and path where the caller may not see it."""

    key = fields.String()
    title = fields.String(allow_none=True)
    path = fields.String(allow_none=True)


class RecipientOut(Schema):
    """Whom a message is for: a member, several who read it together, or a channel."""

    member = fields.String(allow_none=True, metadata={"description": "e-mail"})
    channel = fields.String(allow_none=True)
    members = fields.List(
        fields.String(), metadata={"description": "e-mails, of those who read it in one conversation"}
    )


class DeliveryOut(Schema):
    """A message on its way, or given up; what it says is never shown. `error` is Slack's word (or ours), the others explain it."""

    id = fields.Integer()
    kind = fields.String()
    about = fields.Nested(AboutOut)
    to = fields.Nested(RecipientOut)
    state = fields.String(metadata={"enum": [*OPEN, *sorted(SETTLED)]})
    error = fields.String(allow_none=True)
    sort = fields.String(allow_none=True)
    cause = fields.String(allow_none=True)
    remedy = fields.String(allow_none=True)
    attempts = fields.Integer()
    created_at = fields.DateTime()
    due_at = fields.DateTime()
    settled_at = fields.DateTime(allow_none=True)
    last_try_at = fields.DateTime(allow_none=True)


class TryOut(Schema):
    """One call to Slack; `outcome` is sent, or the class of the error; null while nobody knows yet."""

    number = fields.Integer()
    started_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


class DeliveryDetailOut(DeliveryOut):
    """A message and every call made for it."""

    tries = fields.List(fields.Nested(TryOut))


class RetriedOut(Schema):
    """How many messages are tried again."""

    retried = fields.Integer()


class GateOut(Schema):
    """Why nothing is sent at all: an operator's pause, or a workspace that refuses us."""

    name = fields.String(metadata={"enum": ["operator", "workspace"]})
    reason = fields.String(metadata={"description": "theirs, or Slack's word"})
    cause = fields.String(allow_none=True)
    remedy = fields.String(allow_none=True)
    since = fields.DateTime()
    by = fields.String(allow_none=True, metadata={"description": "e-mail; null: the server's command line, or Slack"})
    asked_next_at = fields.DateTime(allow_none=True)


class OutboxOut(Schema):
    """Whether messages flow, and how many are in which state."""

    state = fields.String(metadata={"enum": ["flowing", "paused", "refused"]})
    gates = fields.List(fields.Nested(GateOut))
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "by state: " + ", ".join(sorted({*MOVES.table.values()}))},
    )
    stuck = fields.Integer()
    oldest_due_at = fields.DateTime(allow_none=True)
    last_sweep_at = fields.DateTime(allow_none=True)
