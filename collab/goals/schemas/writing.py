"""What comes in when goals are written and changed, from any edge; and what journey stages look like."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from collab.goals.rules import KINDS
from collab.goals.rules.figures import PLACES, WHOLE_DIGITS, read
from collab.goals.rules.progress import KINDS as WAYS
from collab.goals.rules.shape import ABOUT, PER, PERIODS, ROLES
from collab.goals.rules.tree import CONTRIBUTE, SUPPORT
from collab.goals.rules.types import TYPES
from collab.goals.schemas.life import GoalSideIn
from collab.goals.service.metrics import MOST
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Input, OneOf, Part, Several, Whole, Words, YesNo
from collab.kernel.fields import Decimal as Written
from collab.kernel.words import LONGEST

TITLE, LINE, CODE, UNIT = 200, 200, 40, 20
PARENTS = 20
VISIBLE = ("company", "involved")
FROM = ("metric", "children")
PLANNED = ("candidate", "draft")
OLDEST = 3660
"""Days after which a figure may be called old at the latest."""


class Figure(Written):
    """An exact figure, as a decimal string."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # type: ignore[override]
        written = super()._deserialize(value, attr, data, **kwargs)
        try:
            return read(written)
        except ValueError:
            said = Text("goal.figures.not_a_figure", {"whole": WHOLE_DIGITS, "places": PLACES})
            raise ValidationError(said) from None  # type: ignore[arg-type]


class Per(Whole):
    """What a ratio is multiplied by."""

    def __init__(self, **options: Any) -> None:
        super().__init__(PER[0], PER[-1], **options)
        self.metadata = {"enum": list(PER)}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        number = super()._deserialize(value, attr, data, **kwargs)
        if number not in PER:
            raise ValidationError("field.invalid")
        return number


class GoalMetricPatchIn(Input):
    """What changes of a metric; `position` 1 makes it the main one. `reason` is needed on a running goal."""

    name = Words(LINE, allow_none=True)
    type = OneOf(tuple(TYPES), allow_none=True)
    unit = Words(UNIT, allow_none=True)
    kind = OneOf(WAYS, allow_none=True)
    role = OneOf(ROLES, allow_none=True)
    baseline = Figure(allow_none=True)
    baseline_on = Day(allow_none=True)
    target = Figure(allow_none=True)
    floor = Figure(allow_none=True)
    ceiling = Figure(allow_none=True)
    is_ratio = YesNo(allow_none=True)
    per = Per(allow_none=True)
    gathers = YesNo(allow_none=True)
    period = OneOf(PERIODS, allow_none=True)
    about = OneOf(ABOUT, allow_none=True)
    places = Whole(0, 6, allow_none=True)
    stale_after_days = Whole(1, OLDEST, allow_none=True)
    position = Whole(1, MOST, allow_none=True)
    reason = Words(LONGEST, allow_none=True)


class GoalMetricIn(GoalMetricPatchIn):
    """What a goal is measured by. What is left open is as its `type` suggests."""

    name = Words(LINE, required=True)


class GoalNewMetricIn(GoalMetricIn):
    """The same of a goal that is just being written."""

    class Meta(GoalMetricIn.Meta):
        """There is no place to take and nothing to explain yet."""

        exclude = ("position", "reason")


class GoalParentIn(Input):
    """A parent: what contributes has a share of this goal in per cent (100 if none is named), what supports has none."""

    goal = Words(LINE, required=True)
    kind = OneOf((CONTRIBUTE, SUPPORT), allow_none=True)
    share = Whole(1, 100, allow_none=True)


class GoalParentsIn(Input):
    """All parents of a goal: those not named are parents no more. `reason` is needed where a running goal counts otherwise by
    it."""

    parents = Several(Part(GoalParentIn), PARENTS)
    reason = Words(LONGEST, allow_none=True)


class GoalPatchIn(Input):
    """What changes of a goal. `period` (FY2026, FY2026-H2, FY2026-Q3) stands for both days; `reason` is needed on a running
    goal."""

    kind = OneOf(KINDS)
    title = Words(TITLE)
    outcome = Words(LONGEST, allow_none=True)
    journey_stage = Words(CODE, allow_none=True)
    starts_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    period = Words(CODE, allow_none=True)
    visibility = OneOf(VISIBLE)
    progress_from = OneOf(FROM)
    reason = Words(LONGEST, allow_none=True)


class GoalIn(GoalPatchIn):
    """A new goal. `metric` is the main one, `metrics` those after it; without `accountable` you answer for it yourself."""

    class Meta(GoalPatchIn.Meta):
        """Nothing has to be explained yet."""

        exclude = ("reason",)

    title = Words(TITLE, required=True)
    state = OneOf(PLANNED, allow_none=True)
    parents = Several(Part(GoalParentIn), PARENTS)
    metric = Part(GoalNewMetricIn, allow_none=True)
    metrics = Several(Part(GoalNewMetricIn), MOST)
    accountable = Several(Part(GoalSideIn), 2)


class GoalWhyQuery(Input):
    """Why."""

    reason = Words(LONGEST, allow_none=True)


class JourneyStagePatchIn(Input):
    """What changes of a journey stage: `hands_over` says what goes to the stage `hands_to`."""

    name_en = Words(LINE)
    name_ja = Words(LINE)
    department = Words(CODE, allow_none=True)
    hands_to = Words(CODE, allow_none=True)
    hands_over = Words(LONGEST, allow_none=True)
    position = Whole(1, 1000, allow_none=True)


class JourneyStageIn(JourneyStagePatchIn):
    """A new journey stage (顧客接点段階)."""

    code = Words(CODE, required=True)
    name_en = Words(LINE, required=True)
    name_ja = Words(LINE, required=True)


class JourneyStageOut(Schema):
    """A journey stage with the keys of open goals there that the caller may see (a dozen at most) and their number."""

    code = fields.String()
    position = fields.Integer()
    name_en = fields.String()
    name_ja = fields.String()
    department = fields.String(allow_none=True)
    hands_to = fields.String(allow_none=True)
    hands_over = fields.String(allow_none=True)
    goals = fields.List(fields.String())
    total = fields.Integer()
    version = fields.Integer()
