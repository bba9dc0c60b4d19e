"""A request as one row of a file: the fields of the API laid flat."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from collab.imports.cells import Answer, AnyDay, Choice, Code, Email
from collab.kernel.fields import Decimal, Input, Whole, Words
from collab.kernel.keys import as_typed
from collab.purchases.rules import BILLINGS, CATEGORIES, VISIBILITIES
from collab.purchases.schemas.incoming import LINE, LONG, TITLE

COUNT = 999


class Key(Words):
    """A key as people type it: `G-1`, in any width or case."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        key = as_typed(str(value))
        if key is None:
            raise ValidationError("field.invalid")
        return key


class PurchaseRow(Input):
    """One draft; a title is enough, as on the form."""

    title = Words(TITLE, required=True)
    requester = Email()
    on_behalf_of = Email()
    department = Code()
    purpose = Words(LONG)
    vendor = Words(LINE)
    category = Choice(CATEGORIES, words="purchase.category")
    amount = Decimal()
    currency = Code()
    tax_included = Answer()
    billing = Choice(BILLINGS, words="purchase.billing")
    term_months = Whole(1, 120)
    channels = Whole(0, COUNT)
    units = Whole(0, COUNT)
    regions = Whole(0, COUNT)
    personal_data = Answer()
    goal = Key(LINE)
    initiative = Key(LINE)
    no_goal_reason = Words(LONG)
    cx_impact = Words(LONG)
    benefit_text = Words(LONG)
    benefit_amount = Decimal()
    benefit_by_on = AnyDay()
    business_owner = Email()
    technical_owner = Email()
    data_owner = Email()
    after_the_fact_on = AnyDay()
    after_the_fact_reason = Words(LONG)
    needed_by_on = AnyDay()
    visibility = Choice(VISIBILITIES, words="purchase.visibility")
    route = Code()
