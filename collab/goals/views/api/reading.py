"""Reading goals over the API: lists, the tree, one goal, how its progress came about; and following one."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify

from collab.access.rules.keys import MEASUREMENTS
from collab.goals import queries
from collab.goals.queries import lists, tree
from collab.goals.queries.arithmetic import get_arithmetic
from collab.goals.queries.lists import Filter
from collab.goals.queries.paper import get_paper
from collab.goals.schemas import arithmetic as sums
from collab.goals.schemas.outgoing import GoalBriefOut, GoalFollowOut, GoalOut, GoalTreeOut, body, brief, tree_line
from collab.goals.schemas.reading import GoalArithmeticQuery, GoalFollowIn, GoalQuery, GoalTreeQuery
from collab.goals.views.api.base import bp
from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.web.api import paged, repeatable, tagged, window
from collab.web.identity import bearer, open_to_machines, reader

__all__ = ["GoalOut", "show"]


@bp.get("/goals")
@bp.arguments(GoalQuery, location="query")
@bp.response(200, GoalBriefOut(many=True))
@permit("goal.list")
def index(wanted: dict[str, Any]) -> Response:
    """The goals you may see, what runs first."""
    offset, size = window()
    chosen = Filter(**{name: value for name, value in wanted.items() if value is not None})
    found, total = lists.find_goals(bearer(), chosen, now=clock.now(), offset=offset, limit=size)
    emails = people.emails_of(held.member for one in found for held in one.goal.owners)
    return paged(jsonify([brief(one, emails) for one in found]), total)


@bp.get("/goals/tree")
@bp.arguments(GoalTreeQuery, location="query")
@bp.response(200, GoalTreeOut)
@bp.alt_response(404, response="NOT_FOUND")
@permit("goal.list")
def show_tree(wanted: dict[str, Any]) -> Response:
    """One level of the goal tree: visions and promises at the root, or what hangs under a goal; 50 at a time. Goals hidden
    from you are neither named nor counted."""
    me, now, start = bearer(), clock.now(), wanted.get("start") or 0
    above = queries.get_goal(me, wanted["under"]) if wanted.get("under") else None
    if above is None:
        level = tree.list_roots(me, now=now, offset=start)
    else:
        level = tree.list_children(me, above.id, now=now, offset=start)
    emails = people.emails_of(held.member for one in level.lines for held in one.goal.owners)
    return jsonify(
        {
            "under": above.key if above else None,
            "path": [step.key for step in tree.path_to(me, above.id)] if above else [],
            "goals": [tree_line(one, emails) for one in level.lines],
            "more": level.more,
            "next": level.next if level.more else None,
        }
    )


@bp.get("/goals/<key>")
@bp.response(200, GoalOut)
@permit("goal.show")
@open_to_machines(MEASUREMENTS)
def show(key: str) -> Response:
    """One goal: where it stands and where it should be, who answers for it, what it serves, what you may do. The tag begins
    with the version that `If-Match` asks for."""
    me = bearer()
    paper = get_paper(me, key, clock.now())
    near = [held.member for held in paper.goal.owners] + [one.member for one in paper.helpers]
    said = body(paper, people.emails_of(near), reader())
    return tagged(jsonify(said), f"{paper.goal.version}.{paper.seq}.{hash_of(said)}")


@bp.get("/goals/<key>/arithmetic")
@bp.arguments(GoalArithmeticQuery, location="query")
@bp.response(200, sums.GoalArithmeticOut)
@permit("goal.show")
def arithmetic(wanted: dict[str, Any], key: str) -> Response:
    """How its progress came about: every metric's formula, every child's share and figure, what was left out and why."""
    return jsonify(sums.body(get_arithmetic(bearer(), key, on=wanted.get("on"))))


@bp.put("/goals/<key>/follow")
@bp.arguments(GoalFollowIn)
@bp.response(200, GoalFollowOut)
@permit("goal.follow")
@repeatable
def follow(said: dict[str, Any], key: str) -> Response:
    """Hear everything about it, nothing, or what needs you."""
    me = bearer()
    goal = queries.get_goal(me, key)
    permits.check("goal.follow", queries.relations_of(me, goal))
    wish = None if said["wish"] == "none" else said["wish"]
    subjects.wish(me, goal.key, wish, now=clock.now())
    return jsonify({"key": goal.key, "wish": wish})


def hash_of(said: dict[str, Any]) -> str:
    """What changes whenever anything of it does: figures move with the day, and with what hangs below."""
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:16]
