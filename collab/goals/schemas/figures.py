"""Measurements as they come in, from the API, a form or a file, and go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from collab.goals.queries.figures import MeasurementView
from collab.goals.rules.progress import shown
from collab.goals.schemas.outgoing import written
from collab.goals.service.measuring import MOST, SOURCE
from collab.imports.cells import AnyDay, half_width
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import Day, Decimal, Input, Whole, Words, as_texts

LINE = 120
MOST_SAMPLE = 2**31 - 1


class Amount(Decimal):
    """A figure: decimal text as everywhere, or a JSON number as it is written."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        return super()._deserialize(repr(value) if isinstance(value, float) else value, attr, data, **options)


class Cell(Words):
    """A figure as a spreadsheet shows it: full width, thousands separated, with a percent sign."""

    def __init__(self, **options: Any) -> None:
        super().__init__(60, **options)

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        return half_width(value).replace(",", "").replace(" ", "").replace("−", "-").removesuffix("%")


class MeasurementIn(Input):
    """What a metric was on a day: its value, or of a ratio the two numbers it is made of. The same day and source replace."""

    on = Day(required=True)
    value = Amount(allow_none=True)
    numerator = Amount(allow_none=True)
    denominator = Amount(allow_none=True)
    source = Words(SOURCE, allow_none=True)
    sample = Whole(1, MOST_SAMPLE, allow_none=True)


class MeasurementRow(Input):
    """The same as one row of a file: which goal, and which of its metrics (by name; the main one without)."""

    goal = Words(LINE, required=True)
    metric = Words(LINE)
    on = AnyDay(required=True)
    value = Cell()
    numerator = Cell()
    denominator = Cell()
    source = Words(SOURCE)
    sample = Whole(1, MOST_SAMPLE)


class MetricQuery(Input):
    """Which metric of the goal (its id); the main one, or all, without."""

    metric = Whole(1, 2**31 - 1, allow_none=True)


class MeasurementQuery(MetricQuery):
    """Which metric, and which page of the list."""

    page = Whole(1, 10**6, allow_none=True)
    page_size = Whole(1, 100, allow_none=True)


class MeasuredOut(Schema):
    """What a call came to, and the goal's progress after it (per cent, one decimal)."""

    goal = fields.String(metadata={"example": "G-3"})
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    progress = fields.Float(allow_none=True)


class MeasurementOut(Schema):
    """One measurement. `figure` is the value as people read it; of one gathered from children (source `children`) `parts` of
    `parts_of` have measured."""

    metric = fields.Integer()
    on = fields.String(metadata={"format": "date"})
    source = fields.String()
    value = fields.String(allow_none=True)
    numerator = fields.String(allow_none=True)
    denominator = fields.String(allow_none=True)
    figure = fields.String(allow_none=True)
    sample = fields.Integer(allow_none=True)
    parts = fields.Integer(allow_none=True)
    parts_of = fields.Integer(allow_none=True)
    recorded_by = fields.String(allow_none=True, metadata={"description": "e-mail"})
    recorded_at = fields.String(metadata={"format": "date-time"})


def read_measurements(data: Any) -> tuple[list[dict[str, Any]], bool]:
    """The entries of a body, which holds one or a list of them, and whether it held a list. Raises Invalid."""
    several = isinstance(data, list)
    if not several and not isinstance(data, dict):
        raise Invalid({"_": Text("field.not_an_object")})
    if several and len(data) > MOST:
        raise Invalid({"_": Text("field.too_many", {"n": MOST})})
    try:
        loaded = MeasurementIn(many=several).load(data)
    except ValidationError as error:
        raise Invalid(as_texts(error.normalized_messages())) from error
    return (loaded if several else [loaded]), several


def measurement_row(one: MeasurementView, emails: Mapping[int, str]) -> dict[str, Any]:
    """A measurement as the API writes it."""
    amount = one.figure.amount(one.metric.per)
    figures = {name: getattr(one, name) for name in ("value", "numerator", "denominator")}
    return {
        "metric": one.metric.id, "on": one.on.isoformat(), "source": one.source,
        **{name: written(figure) for name, figure in figures.items()},
        "figure": None if amount is None else written(shown(amount, one.metric.places)), "sample": one.sample,
        "parts": one.parts, "parts_of": one.parts_of, "recorded_by": emails.get(one.by) if one.by else None,
        "recorded_at": one.at.isoformat(),
    }  # fmt: skip
