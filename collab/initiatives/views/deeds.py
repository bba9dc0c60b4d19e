"""Pressing a button on the page of an initiative, or sending a form of its edit page. What is refused is said on that page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.initiatives import service
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.schemas.incoming import (
    InitiativeCloseIn,
    InitiativeGoalIn,
    InitiativeLeadsIn,
    InitiativeLessonIn,
    InitiativeParticipantIn,
    InitiativePatchIn,
)
from collab.initiatives.views import forms, paper
from collab.initiatives.views.pages import sheet
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.subjects import service as subjects
from collab.web.identity import current_member, reader

bp = Blueprint("initiative_deeds", __name__)
Answer = str | Response | tuple[str, int]
Act = Callable[[Actor], object]
WISHES = ("follow", "mute", "none")


@bp.get("/initiatives/<key>/edit")
@permit("initiative.edit")
def edit(key: str) -> str:
    """Its words, goals, leads and participants, a form each."""
    view = paper.view_of(current_member(), key, reader(), clock.now())
    permits.check("initiative.edit", view.relations, view.initiative.state)
    return _edit_page(view)


@bp.post("/initiatives/<key>/edit")
@permit("initiative.edit")
def save(key: str) -> Answer:
    """Change what it says; nothing typed is lost."""
    typed = {name: request.form[name] for name in (*forms.WORDS, "seen_version") if name in request.form}
    version = typed.get("seen_version", "")
    seen = int(version) if version.isdecimal() else None

    def act(me: Actor) -> object:
        fields = load(InitiativePatchIn(), forms.words(typed))
        return service.change(me, key, fields, now=clock.now(), version=seen)

    return _change(key, "edit", act, values=typed)


@bp.post("/initiatives/<key>/leads")
@permit("initiative.name_leads")
def leads(key: str) -> Answer:
    """Say who leads it."""
    typed = {name: request.form.get(name, "") for name in forms.LEADS}

    def act(me: Actor) -> object:
        view = paper.view_of(me, key, reader(), clock.now())
        permits.check("initiative.name_leads", view.relations, view.initiative.state)  # before what was typed is judged
        wanted = load(InitiativeLeadsIn(), {"leads": forms.leads(typed)})["leads"]
        third = {"slot": 3, "member": None}
        given = wanted if typed["lead.3"] else [*wanted, third] if view.initiative.lead(3) else wanted
        return service.name_leads(me, key, given, now=clock.now())

    return _change(key, "leads", act, values=typed)


@bp.post("/initiatives/<key>/participants")
@permit("initiative.share")
def join(key: str) -> Answer:
    """Somebody takes part."""
    typed = {name: request.form.get(name, "").strip() for name in ("member", "part")}

    def act(me: Actor) -> object:
        fields = load(InitiativeParticipantIn(), {name: value for name, value in typed.items() if value})
        return service.add_participant(me, key, fields.get("member"), part=fields.get("part"), now=clock.now())

    return _change(key, "join", act, typed=typed)


@bp.post("/initiatives/<key>/participants/remove")
@permit("initiative.share")
def leave(key: str) -> Answer:
    """Somebody takes part no more."""
    member = request.form.get("member", "")
    return _change(key, "leave", lambda me: service.remove_participant(me, key, member, now=clock.now()))


@bp.post("/initiatives/<key>/goals")
@permit("initiative.edit")
def link(key: str) -> Answer:
    """It serves another goal too."""
    typed = {"goal": request.form.get("goal", "").strip()}

    def act(me: Actor) -> object:
        return service.link_goal(me, key, load(InitiativeGoalIn(), typed)["goal"], now=clock.now())

    return _change(key, "link", act, typed=typed)


@bp.post("/initiatives/<key>/goals/remove")
@permit("initiative.edit")
def unlink(key: str) -> Answer:
    """It serves a goal no more."""
    goal = request.form.get("goal", "").strip()
    return _change(key, "unlink", lambda me: service.unlink_goal(me, key, goal, now=clock.now()))


@bp.post("/initiatives/<key>/start")
@permit("initiative.start")
def start(key: str) -> Answer:
    """The work begins."""
    return _press(key, "start", {}, lambda me: service.start(me, key, now=clock.now()))


@bp.post("/initiatives/<key>/close")
@permit("initiative.close")
def close(key: str) -> Answer:
    """It is over, with what came of it and what was learnt."""
    typed = {name: request.form.get(name, "") for name in ("result", "outcome", "lesson")}
    return _press(
        key, "close", typed, lambda me: service.close(me, key, **load(InitiativeCloseIn(), typed), now=clock.now())
    )


@bp.post("/initiatives/<key>/lesson")
@permit("initiative.learn")
def learn(key: str) -> Answer:
    """What was learnt from one that a vote or silence closed."""
    typed = {name: request.form.get(name, "") for name in ("lesson", "outcome")}
    return _press(
        key, "learn", typed, lambda me: service.learn(me, key, **load(InitiativeLessonIn(), typed), now=clock.now())
    )


@bp.post("/initiatives/<key>/follow")
@permit("initiative.follow")
def follow(key: str) -> Answer:
    """Hear everything about it, nothing, or what needs me."""
    view = paper.view_of(current_member(), key, reader(), clock.now())
    permits.check("initiative.follow", view.relations)
    sent = request.form.get("wish", "")
    wish = sent if sent in WISHES else "none"
    subjects.wish(view.me, view.initiative.key, None if wish == "none" else wish, now=clock.now())
    flash(reader().say(f"initiative.follow.done_{wish}", key=view.initiative.key), "success")
    return redirect(f"/initiatives/{view.initiative.key}#follow", 303)


def _press(key: str, verb: str, typed: Mapping[str, str], act: Act) -> Answer:
    """Do it, say so and show the initiative; refused, show it with the reason and what was typed."""
    me, how = current_member(), reader()
    try:
        act(me)
    except (NotNow, NotAllowed, Invalid) as refused:
        view = paper.view_of(me, key, how, clock.now())
        told = {"problem": how.say(refused.text), "errors": _said(refused), "typed": {**typed, "verb": verb}}
        return sheet(view, **told), refused.status
    flash(how.say(f"initiative.page.did.{verb}"), "success")
    return redirect(f"/initiatives/{key}", 303)


def _change(key: str, verb: str, act: Act, **typed: Mapping[str, str]) -> Answer:
    """Change a part of it and go back to that part; refused, show the page with the reason and what was typed."""
    me, how = current_member(), reader()
    try:
        act(me)
    except (NotNow, NotAllowed, Invalid, Stale) as refused:
        if isinstance(refused, NotFound):
            raise
        return _edit_page(paper.view_of(me, key, how, clock.now()), refused=refused, **typed), refused.status
    flash(how.say(f"initiative.page.did.{verb}"), "success")
    parts = {"leads": "#leads", "join": "#participants", "leave": "#participants", "link": "#goals", "unlink": "#goals"}
    return redirect(f"/initiatives/{key}" + (f"/edit{parts[verb]}" if verb in parts else ""), 303)


def _said(refused: DomainError) -> dict[str, str]:
    fields = refused.fields if isinstance(refused, Invalid) else {}
    return {path: reader().say(text) for path, text in fields.items()}


def _edit_page(
    view: paper.View, *, refused: DomainError | None = None, values: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Everything as it is, with what was typed over it."""
    row, how = view.initiative, view.how
    shown: dict[str, Any] = {**_values(view), **(values or {})}
    found = forms.context(view.me, shown, refused if isinstance(refused, Invalid) else None)
    words = [(path, text) for path, text in found["errors"].items() if path in forms.WORDS]
    linked = paper.goal_rows(view)["goals"]
    return render_template(
        "initiatives/edit.html", **{**found, "listed": words}, row=row, typed=typed or {}, linked=linked,
        people=paper.people_rows(view), everybody=forms.everybody(), signed=charter_state([row.id]).get(row.id) in ("open", "valid"),
        problem="" if refused is None or words else how.say(refused.text),
    )  # fmt: skip


def _values(view: paper.View) -> dict[str, Any]:
    """What the forms show before anything is typed."""
    row = view.initiative
    emails = paper.emails_of(row)
    words = {name: getattr(row, name) for name in forms.WORDS}
    led = {f"lead.{held.slot}": emails.get(held.member, "") for held in row.leads}
    homes = {f"home.{held.slot}": held.department for held in row.leads}
    area = next((held.area for held in row.leads if held.area), "")
    stops_on = row.stops_on.isoformat() if row.stops_on else ""
    return {**words, "stops_on": stops_on, **led, **homes, "area": area, "seen_version": row.version}
