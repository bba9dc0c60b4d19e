"""What initiatives lack today before both sides can sign for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collab.goals.queries.sight import involved
from collab.goals.rules import LIVE
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.queries.policy import policy
from collab.initiatives.rules.readiness import lacks
from collab.people import queries as people


def lacks_of(initiative: InitiativeView) -> tuple[str, ...]:
    """Codes of `rules.readiness.LACKS`; said as `initiative.lacks.CODE`. Its goals count whoever may see them."""
    return lacks_of_each([initiative])[initiative.id]


def lacks_of_each(initiatives: Sequence[InitiativeView]) -> Mapping[int, tuple[str, ...]]:
    """The same by initiative; two statements however many there are."""
    numbers = {goal for one in initiatives for goal in one.goals}
    live = {goal.id for goal in involved(numbers) if goal.state in LIVE} if numbers else set()
    sides, fewest = people.department_sides(), policy().fewest_departments
    return {
        one.id: lacks(
            led={held.slot: held.department for held in one.leads}, sides=sides, departments=one.departments,
            live_goals=len(live & set(one.goals)), fewest=fewest,
        )
        for one in initiatives
    }  # fmt: skip
