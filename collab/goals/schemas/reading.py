"""What comes in when goals are read."""

from __future__ import annotations

from collab.goals.queries.lists import OPEN_ONES
from collab.goals.rules import KINDS, STATES, STATUSES
from collab.kernel.fields import Day, Input, OneOf, Whole, Words, YesNo

KEY, LINE = 20, 200
FURTHEST = 1_000_000


class GoalQuery(Input):
    """How a list is narrowed; `state` may also be `open` (not closed), `mine` is what you answer for or help with."""

    mine = YesNo()
    state = OneOf((*STATES, OPEN_ONES))
    status = OneOf(STATUSES)
    department = Words(LINE)
    stage = Words(LINE)
    kind = OneOf(KINDS)
    q = Words(LINE)


class GoalTreeQuery(Input):
    """Which level of the tree: what hangs under a goal (a key), or the roots; `from` reads on."""

    under = Words(KEY)
    start = Whole(0, FURTHEST, data_key="from")


class GoalArithmeticQuery(Input):
    """A day of the period whose sum is wanted; by default the last period."""

    on = Day()


class GoalFollowIn(Input):
    """Hear everything (`follow`), nothing (`mute`), or what needs you (`none`)."""

    wish = OneOf(("follow", "mute", "none"), required=True)
