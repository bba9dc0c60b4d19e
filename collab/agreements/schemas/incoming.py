"""What comes in about an agreement, from any edge."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from collab.agreements.rules import LAST_DAY, MOST_OFTEN, MOST_RARELY, STATES, UNITS, WEEKDAYS
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Input, OneOf, Part, Whole, Words, YesNo

TITLE, LINE, LONG, REASON = 120, 200, 4000, 2000


class Address(Words):
    """A link that a browser can open: http or https, nothing else."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str | None:
        text = super()._deserialize(value, attr, data, **options)
        if text and not text.lower().startswith(("https://", "http://")):
            raise ValidationError(Text("agreement.problem.not_a_link"))  # type: ignore[arg-type]
        return text


class AgreementSideIn(Input):
    """A department and the person who stands for it; nobody named is its lead."""

    department = Words(LINE, required=True)
    member = Words(LINE, allow_none=True)


class CadenceIn(Input):
    """Every so many days, weeks (on a weekday) or months (on a day, 31 is the last one)."""

    every = Whole(MOST_OFTEN, MOST_RARELY)
    unit = OneOf(UNITS, required=True)
    weekday = OneOf(WEEKDAYS, allow_none=True)
    day = Whole(1, LAST_DAY, allow_none=True)


class AgreementIn(Input):
    """Who gives what to whom, how often."""

    title = Words(TITLE, required=True)
    data = Words(LONG, required=True)
    giver = Part(AgreementSideIn, required=True)
    receiver = Part(AgreementSideIn, required=True)
    purpose = Words(LONG, allow_none=True)
    goal = Words(LINE, allow_none=True)
    cadence = Part(CadenceIn, required=True)
    starts_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)


class AgreementDeliveryIn(Input):
    """The data is there; `due_on` names the delivery that is meant."""

    note = Words(REASON, allow_none=True)
    link = Address(2000, allow_none=True)
    rows = Whole(0, 10**9, allow_none=True)
    due_on = Day(allow_none=True)


class NewDateIn(Input):
    """A new date for what is awaited, and why."""

    on = Day(required=True)
    reason = Words(REASON, required=True)


class AgreementHandoverIn(Input):
    """To whom, by e-mail; which side, where one stands on both."""

    to = Words(LINE, required=True)
    side = OneOf(("giver", "receiver"), allow_none=True)


class AgreementReasonIn(Input):
    """A reason that must be given."""

    reason = Words(REASON, required=True)


class AgreementQuery(Input):
    """How a list is narrowed."""

    state = OneOf(STATES)
    mine = YesNo()
    department = Words(LINE)
    late = YesNo()
