"""An agreement as one row of a file: the fields of the API laid flat."""

from __future__ import annotations

from collab.agreements.rules import LAST_DAY, MOST_OFTEN, MOST_RARELY, UNITS, WEEKDAYS
from collab.agreements.schemas.incoming import LINE, LONG, TITLE
from collab.imports.cells import AnyDay, Choice, Code, Email
from collab.kernel.fields import Input, Whole, Words


class AgreementRow(Input):
    """One proposal."""

    title = Words(TITLE, required=True)
    data = Words(LONG, required=True)
    giver_department = Code(required=True)
    giver = Email()
    receiver_department = Code(required=True)
    receiver = Email()
    unit = Choice(UNITS, words="agreement.unit", required=True)
    every = Whole(MOST_OFTEN, MOST_RARELY)
    weekday = Choice(WEEKDAYS, words="agreement.weekday")
    day = Whole(1, LAST_DAY)
    starts_on = AnyDay()
    ends_on = AnyDay()
    purpose = Words(LONG)
    goal = Words(LINE)
