"""What comes in about an initiative, from any edge."""

from __future__ import annotations

from collab.initiatives.queries.lists import OPEN_ONES, SORTS
from collab.initiatives.rules.moves import STATES
from collab.initiatives.service.content import KINDS, LONG, MEASURE, TITLE, VISIBLE
from collab.initiatives.service.linking import MOST
from collab.initiatives.service.living import BY_HAND
from collab.initiatives.service.seats import AREAS, SLOTS
from collab.initiatives.service.taking_part import PART
from collab.kernel.fields import Day, Input, OneOf, Part, Several, Whole, Words, YesNo

LINE = 200


class InitiativeLeadIn(Input):
    """Who leads: slots 1 and 2 for the two sides, slot 3 for an `area`. Without a department the first of the member's."""

    slot = Whole(SLOTS[0], SLOTS[-1], required=True)
    department = Words(LINE, allow_none=True)
    member = Words(LINE, allow_none=True)
    area = OneOf(AREAS, allow_none=True)


class InitiativePatchIn(Input):
    """What changes of an initiative. Title, problem and journey stage are never empty."""

    title = Words(TITLE, allow_none=True)
    kind = OneOf(KINDS)
    problem = Words(LONG, allow_none=True)
    journey_stage = Words(LINE, allow_none=True)
    hypothesis = Words(LONG, allow_none=True)
    measured_by = Words(MEASURE, allow_none=True)
    stops_on = Day(allow_none=True)
    visibility = OneOf(VISIBLE)


class InitiativeIn(InitiativePatchIn):
    """A new one: the customer's problem and journey stage, a lead of either side, at least one goal."""

    title = Words(TITLE, required=True)
    problem = Words(LONG, required=True)
    journey_stage = Words(LINE, required=True)
    goals = Several(Words(LINE, required=True), MOST, required=True)
    leads = Several(Part(InitiativeLeadIn), len(SLOTS), required=True)


class InitiativeLeadsIn(Input):
    """Who leads for the slots that are named; the others stay. Slot 3 without a member is given up."""

    leads = Several(Part(InitiativeLeadIn), len(SLOTS), required=True)


class InitiativeParticipantIn(Input):
    """Who takes part, by e-mail; a guest has no department. `part` is what they do."""

    member = Words(LINE, required=True)
    department = Words(LINE, allow_none=True)
    part = Words(PART, allow_none=True)


class InitiativeGoalIn(Input):
    """A goal by its key."""

    goal = Words(LINE, required=True)


class InitiativeCloseIn(Input):
    """How it ended, what came of it for customers, what was learnt."""

    result = OneOf(BY_HAND, required=True)
    outcome = Words(LONG, required=True)
    lesson = Words(LONG, required=True)


class InitiativeLessonIn(Input):
    """What was learnt from one that a vote or silence closed; `outcome` counts only where none was said."""

    lesson = Words(LONG, required=True)
    outcome = Words(LONG)


class InitiativeQuery(Input):
    """How a list is narrowed and sorted; `state` may be `open`. Guests narrow by `state` and `mine` alone."""

    state = OneOf((*STATES, OPEN_ONES))
    mine = YesNo()
    department = Words(LINE)
    side = Words(LINE)
    cross_silo = YesNo()
    sort = OneOf(SORTS)
