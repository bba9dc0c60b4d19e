"""Checking in on all one's goals in one form, and what two owners make of seeing one differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.goals.queries.checkin_form import Turn, list_turns
from collab.goals.queries.checkin_inbox import FORM
from collab.goals.queries.goals import get_goal
from collab.goals.queries.habits import habits
from collab.goals.rules import STATUSES
from collab.goals.rules.confidence import TENS
from collab.goals.schemas.checkins import NOTE, CheckInIn, DiscussionIn
from collab.goals.service import acknowledging, discussing
from collab.goals.service import checking_in as service
from collab.goals.service.checking_in import CheckedIn
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Text
from collab.kernel.fields import load, plain_number
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.identity import current_member, reader
from collab.web.moments import due_state

Answer = Response | tuple[str, int]
ALL = "all"
MOST = 200
SAID = ("confidence", "note", "status", "reason", "value", "numerator", "denominator")


@dataclass(frozen=True)
class Sent:
    """What came of one goal in the form: `typed` as it was sent, `fields` what of it is meant, `touched` whether that is
    anything but what was filled in."""

    key: str
    typed: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    touched: bool = False
    asked: bool = False


@bp.get(FORM)
@permit("goal.check_in")
def checkin() -> str:
    """All my goals, those that are asked for first; `?goal=G-3` shows one."""
    return _sheet(current_member(), _only(request.args.get("goal", "")))


@bp.post(FORM)
@permit("goal.check_in")
def check_in() -> Answer:
    """Save all of them or, where something is wrong, none; "no change" saves what it is about and loses nothing of the rest."""
    me = current_member()
    service.turn_away(me)  # before what was typed is judged
    only = _only(request.form.get("only", ""))
    sent = [_sent(key) for key in list(dict.fromkeys(request.form.getlist("goal")))[:MOST]]
    pressed = request.form.get("no_change", "")
    try:
        if pressed:
            return _no_change(me, sent, pressed, only)
        wanted = [one for one in sent if one.touched or one.asked] or sent
        done = service.check_in_all(me, _loaded(wanted), now=clock.now())
    except Invalid as refused:
        return _refused(me, sent, refused, only), refused.status
    _thank(me, done)
    return redirect(f"/goals/{only}" if only else "/", 303)


@bp.post("/goals/<key>/acknowledge")
@permit("goal.acknowledge")
def acknowledge(key: str) -> Response:
    """I have read what the other side said."""
    try:
        acknowledging.acknowledge(current_member(), key, now=clock.now())
        flash(reader().say("goal.checkin.done.acknowledged"), "success")
    except NotNow as refused:
        flash(reader().say(refused.text), "error")
    return redirect(f"/goals/{key}#checkins", 303)


@bp.post("/goals/<key>/discuss")
@permit("goal.discuss")
def discuss(key: str) -> Answer:
    """What both made of it; refused, it is shown with what was typed."""
    me = current_member()
    try:
        said = load(DiscussionIn(), {"note": request.form.get("note", "")})
        discussing.discuss(me, key, said["note"], now=clock.now())
    except (Invalid, NotAllowed, NotNow) as refused:
        return _not_discussed(me, key, refused), refused.status
    flash(reader().say("goal.checkin.done.discussed"), "success")
    return redirect(f"/goals/{key}#checkins", 303)


def _not_discussed(me: Actor, key: str, refused: DomainError) -> str:
    how = reader()
    why = refused.fields.get("note", refused.text) if isinstance(refused, Invalid) else refused.text
    return render_template(
        "goals/discuss.html", goal=get_goal(me, key), typed=request.form.get("note", "")[:NOTE], error=how.say(why)
    )


def _only(key: str) -> str:
    """The one goal the form is about, if it is about one."""
    return key if key[:20] == key and key.startswith("G-") and key[2:].isascii() and key[2:].isdigit() else ""


def _sent(key: str) -> Sent:
    typed = {name: request.form.get(f"{key}.{name}", "").strip() for name in SAID}
    was = {
        name: request.form.get(f"{key}.was_{name}", "") for name in ("confidence", "value", "numerator", "denominator")
    }
    said = {name: value for name, value in typed.items() if value}
    figures = ("value", "numerator", "denominator")
    if all(plain_number(typed[name]) == was[name] for name in figures):  # what was filled in is no new measurement
        said = {name: value for name, value in said.items() if name not in figures}
    changed = any(name in said for name in (*figures, "note", "status", "reason"))
    touched = changed or typed["confidence"] != was["confidence"]
    return Sent(key, typed, said, touched, asked=f"{key}.asked" in request.form)


def _loaded(sent: Sequence[Sent]) -> dict[str, dict[str, Any]]:
    """As the service reads it. Raises Invalid by goal and field."""
    problems: dict[str, Text] = {}
    found: dict[str, dict[str, Any]] = {}
    for one in sent:
        try:
            found[one.key] = load(CheckInIn(), dict(one.fields))
        except Invalid as error:
            problems |= {f"goals.{one.key}.{path}": text for path, text in error.fields.items()}
    if problems:
        raise Invalid(problems)
    return found


def _no_change(me: Actor, sent: Sequence[Sent], pressed: str, only: str) -> Answer:
    """What nothing changed of is saved; what was typed for other goals stays in the form, not yet saved."""
    rest = [one for one in sent if one.touched and pressed != one.key]
    quiet = [one for one in sent if not one.touched]
    meant = (
        [one for one in quiet if one.asked] or quiet if pressed == ALL else [one for one in sent if one.key == pressed]
    )
    if not meant:
        return _sheet(me, only, {one.key: one.typed for one in rest}), 200
    done = service.check_in_all(me, {one.key: {"no_change": True} for one in meant}, now=clock.now())
    _thank(me, done)
    if rest:
        return _sheet(me, only, {one.key: one.typed for one in rest}), 200
    return redirect(FORM if pressed != ALL and not only else "/", 303)


def _refused(me: Actor, sent: Sequence[Sent], refused: Invalid, only: str) -> str:
    how = reader()
    errors = {path.removeprefix("goals."): how.say(text) for path, text in refused.fields.items()}
    return _sheet(me, only, {one.key: one.typed for one in sent}, errors)


def _sheet(
    me: Actor, only: str, typed: Mapping[str, Mapping[str, str]] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    """The form. A goal that is not mine to check in on is not in it, whatever the address says."""
    now = clock.now()
    turns = [turn for turn in list_turns(me, now) if not only or turn.key == only]
    names = people.names_of(one.member for turn in turns for one in turn.standing.said)
    first = [turn for turn in turns if turn.asked]
    shown, others = (first, [turn for turn in turns if not turn.asked]) if first else (turns, [])
    return render_template(
        "goals/checkin.html", turns=shown, others=others, only=only, typed=typed or {}, errors=errors or {}, names=names,
        tens=[str(n) for n in reversed(TENS)], statuses=STATUSES, move=habits().move, start=habits().start, longest=NOTE,
        due={turn.key: due_state(turn.due_at, now) for turn in turns},
        figures={turn.key: _figures(turn) for turn in turns},
    )  # fmt: skip


def _figures(turn: Turn) -> dict[str, str]:
    """What is filled in for the value, by field."""
    if turn.metric is None:
        return {}
    if not turn.metric.is_ratio:
        return {"value": turn.written}
    numerator, _, denominator = turn.written.partition("/")
    return {"numerator": numerator, "denominator": denominator}


def _thank(me: Actor, done: Sequence[CheckedIn]) -> None:
    how = reader()
    flash(how.say("goal.checkin.page.saved", n=len(done)), "success")
    for one in done:
        if one.points:
            other = next(held.member for held in get_goal(me, one.key).owners if held.member != me.id)
            who = people.names_of([other])[other]
            flash(f"{one.key}: {how.say('goal.checkin.done.diverged', n=one.points, who=who)}", "warning")
