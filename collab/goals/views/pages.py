"""Pages of goals: the list, and one goal with everything that serves it."""

from __future__ import annotations

from flask import Blueprint, render_template

from collab.goals import queries
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.subjects.queries import list_related
from collab.web.identity import current_member

bp = Blueprint("goals", __name__, template_folder="../templates")


@bp.get("/goals")
@permit("goal.list")
def index() -> str:
    """Every goal the member may see."""
    found = queries.list_goals(current_member())
    return render_template("goals/list.html", goals=found, names=people.names_of(goal.owner for goal in found))


@bp.get("/goals/<key>")
@permit("goal.show")
def show(key: str) -> str:
    """One goal, and what serves it."""
    me = current_member()
    goal = queries.get_goal(me, key)
    departments = {row.code: row for row in people.list_departments()}
    return render_template(
        "goals/show.html", goal=goal, owner=people.names_of([goal.owner])[goal.owner],
        department=departments.get(goal.department), related=list_related(me, key),
    )  # fmt: skip
