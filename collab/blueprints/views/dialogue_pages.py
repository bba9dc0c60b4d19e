"""Pages of the dialogue and of the drift report. What was typed is shown again to whoever typed it, and to nobody else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.blueprints.queries.blueprints import find_row, get_initiative
from collab.blueprints.queries.drift import drift_now, get_drift
from collab.blueprints.rules.questions import QUESTIONS
from collab.blueprints.schemas.dialogue import DialogueAnswerIn, DifferenceIn
from collab.blueprints.service import answering, differing
from collab.blueprints.views import dialogue_paper as paper
from collab.kernel import clock
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.web.identity import current_member, reader

bp = Blueprint("dialogue", __name__, template_folder="../templates")
Answer = Response | tuple[str, int]


@bp.get("/initiatives/<key>/dialogue")
@permit("blueprint.show")
def show(key: str) -> str:
    """The four questions: mine to answer, waiting for the other side, or both answers side by side."""
    return _page(key)


@bp.post("/initiatives/<key>/dialogue")
@permit("blueprint.open_dialogue")
def ask(key: str) -> Answer:
    """Ask both sides this quarter's questions."""
    me = current_member()
    try:
        answering.open_dialogue(me, key, QUESTIONS, now=clock.now())
    except (NotNow, NotAllowed) as refused:
        return _page(key, refused), refused.status
    return _done(key, "opened")


@bp.post("/initiatives/<key>/answers")
@permit("blueprint.answer")
def answer(key: str) -> Answer:
    """Answer a question; nothing typed is lost."""
    me, typed = current_member(), _typed("question", "rating", "text")
    try:
        done = answering.answer(me, key, load(DialogueAnswerIn(), typed), now=clock.now())
    except (NotNow, NotAllowed, Invalid) as refused:
        return _page(key, refused, typed), refused.status
    return _done(key, "revealed" if done.revealed else "answered", done.question)


@bp.post("/initiatives/<key>/differences")
@permit("blueprint.differ")
def differ(key: str) -> Answer:
    """Make a task of a difference."""
    me, typed = current_member(), _typed("question", "quarter", "text")
    try:
        said = load(DifferenceIn(), {name: value for name, value in typed.items() if value})
        task = differing.differ(
            me, key, said["question"], quarter=said.get("quarter"), text=said.get("text"), now=clock.now()
        )
    except (NotNow, NotAllowed, Invalid) as refused:
        return _page(key, refused, {**typed, "differ": "yes"}), refused.status
    flash(reader().say("blueprint.dialogue.did.differ", task=task), "success")
    return redirect(f"/initiatives/{key}/dialogue#question-{said['question']}", 303)


@bp.get("/initiatives/<key>/drift")
@permit("blueprint.show")
def drift(key: str) -> str:
    """How the signed blueprint reads against today."""
    me = current_member()
    initiative = get_initiative(me, key)
    found = drift_now(me, key, clock.now()) if find_row(initiative.id) else None
    return render_template("blueprints/drift.html", **paper.report(me, initiative, found, reader()))


@bp.get("/initiatives/<key>/drift/<quarter>")
@permit("blueprint.show")
def kept(key: str, quarter: str) -> str:
    """The report of a quarter, as it was made."""
    me = current_member()
    initiative, found = get_initiative(me, key), get_drift(me, key, quarter)
    return render_template("blueprints/drift.html", **paper.report(me, initiative, found, reader()))


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _page(key: str, refused: DomainError | None = None, typed: dict[str, str] | None = None) -> str:
    me, how = current_member(), reader()
    errors: dict[str, Any] = (
        {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    )
    found = paper.page(me, get_initiative(me, key), how, clock.now())
    problem = how.say(refused.text) if refused else ""
    return render_template("blueprints/dialogue.html", **found, problem=problem, errors=errors, typed=typed or {})


def _done(key: str, what: str, number: int = 0) -> Response:
    flash(reader().say(f"blueprint.dialogue.did.{what}", key=key), "success")
    return redirect(f"/initiatives/{key}/dialogue{f'#question-{number}' if number else ''}", 303)
