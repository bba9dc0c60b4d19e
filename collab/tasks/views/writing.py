"""Asking on the web: two fields, and a fold with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.goals import queries as goals
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotAllowed, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import storable
from collab.people import queries as people
from collab.subjects.queries import list_summaries
from collab.tasks import queries, service
from collab.tasks.messages.days import read_wait
from collab.tasks.messages.texts import title_and_detail
from collab.tasks.rules.moves import VISIBILITIES
from collab.web.identity import current_member, reader

bp = Blueprint("task_writing", __name__)
FIELDS = ("department", "text", "needed_by", "person", "severity", "link", "visibility", "due")
LONGEST = 5000
_BACK = {
    "to_department": "department", "title": "text", "detail": "text", "needed_by_on": "needed_by", "assignee": "person",
    "links": "link",
}  # fmt: skip


@bp.get("/tasks/new")
@permit("task.ask")
def new() -> str:
    """An empty form, or one that names what a link named: `?department=it&text=…&link=G-1&person=…`."""
    me = current_member()
    permits.check("task.ask", me.roles)
    given = {name: request.args[name][:LONGEST] for name in FIELDS if request.args.get(name)}
    return _form(me, {"severity": "normal", "visibility": "company", **given})


@bp.post("/tasks")
@permit("task.ask")
def create() -> Response | tuple[str, int]:
    """Ask. Refused, everything typed stays."""
    me, now = current_member(), clock.now()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        key = service.ask(me, _fields(typed), source="web", now=now)
    except (Invalid, NotAllowed) as refused:
        return _form(me, typed, refused), refused.status
    task = queries.get_task(me, key, now)
    who = task.responsible or task.assignee
    how = reader()
    flash(how.say("task.page.filed", who=who, due=task.due_at) if who else how.say("task.page.filed_plain"), "success")
    return redirect(f"/tasks/{key}", 303)


def _fields(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as the service takes it. Raises Invalid."""
    wrong = {name: Text("field.bad_text") for name, value in typed.items() if not storable(value)}
    wrong |= {name: Text("field.too_long", {"n": LONGEST}) for name, value in typed.items() if len(value) > LONGEST}
    title, detail = title_and_detail(typed["text"])
    fields: dict[str, Any] = {
        "title": title, "detail": detail, "to_department": typed["department"], "assignee": typed["person"],
        "severity": typed["severity"], "visibility": typed["visibility"], "due": read_wait(typed["due"]) or typed["due"],
    }  # fmt: skip
    if typed["severity"] not in ("", "normal", "urgent"):
        wrong["severity"] = Text("field.invalid")
    if typed["visibility"] not in ("", *VISIBILITIES):
        wrong["visibility"] = Text("field.invalid")
    if typed["needed_by"]:
        try:
            fields["needed_by_on"] = date.fromisoformat(typed["needed_by"])
        except ValueError:
            wrong["needed_by"] = Text("field.not_a_day")
    if typed["link"]:
        fields["links"] = [typed["link"]]
    if wrong:
        raise Invalid(wrong)
    return {name: value for name, value in fields.items() if value}


def _form(me: Actor, values: Mapping[str, str], refused: Invalid | NotAllowed | None = None) -> str:
    how = reader()
    wrong = refused.fields if isinstance(refused, Invalid) else {}
    errors = {_BACK.get(path.partition(".")[0], path): how.say(text) for path, text in wrong.items()}
    return render_template(
        "tasks/form.html", values=values, errors=errors, problem=how.say(refused.text) if refused and not wrong else "",
        departments=people.list_open_departments(keep=values.values()), members=_members(), links=_links(me, values), visibilities=VISIBILITIES,
    )  # fmt: skip


def _members() -> list[Actor]:
    return [actor for actor in people.list_actors(clock.now()) if actor.active and not actor.is_auditor]


def _links(me: Actor, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Live goals, and whatever a link named."""
    found = [(goal.key, f"{goal.key} {goal.title}") for goal in goals.list_goals(me, live=True)]
    named = values.get("link", "")
    if named and named not in dict(found):
        found += [(one.key, f"{one.key} {one.title}") for one in list_summaries(me, [named]).values()]
    return found
