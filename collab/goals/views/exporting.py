"""Goals as a file: what the list shows with the same filters, and the latest figure of the main metric of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from collab.exports.registry import Export, every
from collab.goals.queries import lists
from collab.goals.queries.branches import Branch
from collab.goals.rules.progress import shown
from collab.goals.views.lines import Names, names_for
from collab.goals.views.pages.seeing import NARROWED, filter_of
from collab.goals.views.saying import judged
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell


def goals(me: Actor, filters: Mapping[str, str], now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The goals of the list, what runs first."""
    narrowed = filter_of(filters)
    for some in every(lambda offset, limit: lists.find_goals(me, narrowed, now=now, offset=offset, limit=limit)[0]):
        names = names_for(some)
        yield from (_row(one, names, how) for one in some)


def _row(one: Branch, names: Names, how: Reader) -> Sequence[Cell]:
    goal, standing = one.goal, one.standing
    main = standing.main
    owners = [f"{names.member(held.member, how)} ({names.department(held.department, how)})" for held in goal.owners]
    return [
        goal.key, goal.title, goal.outcome, how.say(f"goal.state.{goal.state}"),
        how.say(f"web.status.{standing.status}") if judged(goal, standing) else "", "; ".join(owners),
        None if standing.progress is None else shown(standing.progress), main.name if main else "", main.unit if main else "",
        main.course.baseline if main else None, main.course.target if main else None, main.shown if main else None,
        main.measured_on if main else None, goal.starts_on, goal.due_on,
    ]  # fmt: skip


COLUMNS = (
    "key", "title", "outcome", "state", "status", "owners", "progress", "metric", "unit", "baseline", "target", "latest",
    "measured_on", "starts_on", "due_on",
)  # fmt: skip
EXPORTS = (Export("goals", "goal.list", COLUMNS, goals, NARROWED),)
