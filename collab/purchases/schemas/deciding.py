"""What comes in from whoever is asked to decide, from any edge."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from collab.approvals.rules.progress import AGAIN, HERE
from collab.approvals.rules.verbs import ON_SEATS, OPINIONS
from collab.approvals.service.conditions import MOST as MOST_CONDITIONS
from collab.approvals.service.deciding import REQUESTER
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Input, OneOf, Part, Several, Whole, Words, YesNo
from collab.kernel.words import LONGEST

LINE, MOST_STEPS, MOST_ITEMS, MOST_PEOPLE = 200, 999, 100, 50


class ReturnTo(fields.Field[str | int]):
    """Where a request goes back to: `requester`, or the number of an earlier step, from 1."""

    default_error_messages = {"null": "field.required"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, **options: Any) -> None:
        super().__init__(
            metadata={"type": ["string", "integer"], "description": "`requester`, or a step from 1"}, **options
        )

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str | int:  # type: ignore[override]
        if value == REQUESTER:
            return REQUESTER
        try:
            return Whole(1, MOST_STEPS).deserialize(value)
        except ValidationError:
            choices = {"choices": f"{REQUESTER}, 1, 2, ..."}
            raise ValidationError(Text("field.not_a_choice", choices)) from None  # type: ignore[arg-type]


class ConditionIn(Input):
    """A condition of a yes: what must be done, by whom (e-mail), until when, and whether ordering waits for it."""

    text = Words(LONGEST, required=True)
    owner = Words(LINE, required=True)
    due_on = Day(required=True)
    before_order = YesNo(load_default=False)


class DecisionIn(Input):
    """What the caller says on the seat they hold now, or decide on for its holder (`acting_for`, e-mail)."""

    verb = OneOf(ON_SEATS, required=True)
    comment = Words(LONGEST, allow_none=True)
    return_to = ReturnTo(allow_none=True)
    resume = OneOf((HERE, AGAIN), allow_none=True)
    opinion = OneOf(tuple(word for words in OPINIONS.values() for word in words), allow_none=True)
    stage = Words(LINE, allow_none=True)
    conditions = Several(Part(ConditionIn), MOST_CONDITIONS)
    seen_version = Whole(1, 10**9, allow_none=True)
    acting_for = Words(LINE, allow_none=True)


class LiftIn(Input):
    """Approving over those who wait before the caller's own seat."""

    comment = Words(LONGEST, allow_none=True)
    seen_version = Whole(1, 10**9, allow_none=True)


class HoldIn(Input):
    """Putting one's seat on hold: why, and until the close of which day."""

    reason = Words(LONGEST, required=True)
    until_on = Day(required=True)


class StepIn(Input):
    """More people to be asked, by e-mail, before or after the caller's own step."""

    members = Several(Words(LINE, required=True), MOST_PEOPLE, required=True)
    reason = Words(LONGEST, required=True)
    kind = OneOf(("approve", "consult", "review"))
    name = Words(LINE, allow_none=True)
    before = YesNo()
    rule = Words(20, allow_none=True)
    due = Words(10, allow_none=True)
    seen_version = Whole(1, 10**9, allow_none=True)


class ItemIn(Input):
    """One of several: its key, and the content version it was looked at in."""

    key = Words(20, required=True)
    seen_version = Whole(1, 10**9, required=True)


class TogetherIn(Input):
    """Several to approve at once, all at a step of the same name."""

    items = Several(Part(ItemIn), MOST_ITEMS, required=True)
    comment = Words(LONGEST, allow_none=True)
