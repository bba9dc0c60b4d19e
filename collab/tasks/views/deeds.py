"""Pressing a button on the page of a task. Each verb has an address of its own; a press that came too late is answered on the
page: who did what, and how it stands now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from collab.calendars.queries import calendar_or_default
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Stale, Text
from collab.kernel.permits import permit
from collab.kernel.text import storable
from collab.people import queries as people
from collab.tasks import queries, service
from collab.tasks.messages.days import moment_of
from collab.tasks.messages.receipts import too_late
from collab.tasks.rules.moves import MOVES
from collab.tasks.views import paper
from collab.tasks.views.pages import sheet
from collab.web.identity import current_member, reader

bp = Blueprint("task_deeds", __name__)
Answer = Response | tuple[str, int]
LONGEST = 5000
WORDS = {
    "accept": ("note",), "decline": ("reason",), "counter": ("scope", "note"), "ask_again": ("reason",), "question": ("text", "to"),
    "answer": ("text",), "block": ("reason", "lifter"), "done": ("note",), "reopen": ("reason",), "hand_over": ("to", "note"),
    "snooze": ("until",), "withdraw": ("reason",), "escalate": ("reason",), "agree": (), "unblock": (), "confirm": (), "start": (),
    "share": ("to",),
}  # fmt: skip
"""What each form says in words, by the names of the service."""
MUST = {"share": {"to"}, **{verb: {"reason", "text"} & set(move.must) for verb, move in MOVES.items()}}


def _deed(verb: str) -> Callable[[str], Answer]:
    @permit(f"task.{verb}")
    def deed(key: str) -> Answer:
        return _press(key, verb)

    deed.__doc__ = f"Do it: {verb}."
    return deed


for _verb in WORDS:
    bp.add_url_rule(f"/tasks/<key>/{_verb}", _verb, _deed(_verb), methods=["POST"])


def _press(key: str, verb: str) -> Answer:
    """Do it, say so and show the task; refused, show it with the reason and what was typed."""
    me, now = current_member(), clock.now()
    try:
        said = _said(me, verb, now)
        if verb == "share":
            return _shared(me, key, said["to"], now)
        seen = {} if verb == "escalate" else {"seen": _seen()}
        moved = getattr(service, verb)(me, key, **said, **seen, now=now)
    except (Invalid, NotAllowed, NotNow, Stale) as refused:
        return _refused(me, key, verb, refused), refused.status
    flash(_thanks(me, key, verb, moved, now), "success")
    return redirect(f"/tasks/{key}", 303)


def _shared(me: Actor, key: str, to: str, now: datetime) -> Response:
    """Let one more person see it. Raises as the service does."""
    service.share(me, key, members=[to], now=now)
    flash(reader().say("task.done.share", who=people.names_by_email([to]).get(to, to)), "success")
    return redirect(f"/tasks/{key}", 303)


def _seen() -> int | None:
    written = request.form.get("seen", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None


def _said(me: Actor, verb: str, now: datetime) -> dict[str, Any]:
    """The fields of the form as the service's arguments. Raises Invalid."""
    said: dict[str, Any] = {name: value for name in WORDS[verb] if (value := request.form.get(name, "").strip())}
    wrong = {name: Text("field.bad_text") for name, value in said.items() if not storable(value)}
    wrong |= {name: Text("field.too_long", {"n": LONGEST}) for name, value in said.items() if len(value) > LONGEST}
    wrong |= {name: Text("field.required") for name in MUST[verb] if name not in said}
    if verb in ("accept", "counter"):
        said["due"] = _due(me, now)
    if verb in ("hand_over", "snooze") and not said.get("to" if verb == "hand_over" else "until"):
        wrong["to" if verb == "hand_over" else "until"] = Text("field.required")
    if verb == "accept" and said["due"] is None:
        wrong["due"] = Text("task.problem.no_date")
    if verb == "block" and (cost := _cost()):
        said["cost"] = cost
    if wrong:
        raise Invalid(wrong)
    return said


def _due(me: Actor, now: datetime) -> datetime | None:
    """The moment of a chip, or the closing of the day that was chosen. Raises Invalid."""
    if chip := request.form.get("at", ""):
        try:
            at = datetime.fromisoformat(chip)
        except ValueError:
            raise Invalid({"due": Text("field.not_a_day")}) from None
        if at.tzinfo is None or at <= now:
            raise Invalid({"due": Text("task.problem.day_over")})
        return at
    written = request.form.get("due", "")
    if not written:
        return None
    try:
        found = moment_of(date.fromisoformat(written), calendar_or_default(me.calendar), now)
    except ValueError:
        raise Invalid({"due": Text("field.not_a_day")}) from None
    if found is None:
        raise Invalid({"due": Text("task.problem.past_day")})
    return found


def _cost() -> dict[str, str] | None:
    """What a delay costs, so far as it was said."""
    amount, text = request.form.get("cost_amount", "").strip(), request.form.get("cost_text", "").strip()
    if amount:
        per = "week" if request.form.get("cost_per") == "week" else "day"
        return {"amount": amount, "currency": request.form.get("cost_currency", "").strip(), "per": per}
    return {"text": text} if text else None


def _refused(me: Actor, key: str, verb: str, refused: DomainError) -> str:
    how = reader()
    errors = (
        {path.partition(".")[0]: how.say(text) for path, text in refused.fields.items()}
        if isinstance(refused, Invalid)
        else {}
    )
    typed = {**{name: value[:LONGEST] for name, value in request.form.items()}, "verb": verb}
    return sheet(paper.view_of(me, key, how, clock.now()), problem=why(key, refused), errors=errors, typed=typed)


def why(key: str, refused: DomainError) -> str:
    """Why nothing was done, in the reader's words."""
    how = reader()
    return too_late(refused, key, how) or how.say(refused.text)


def _thanks(me: Actor, key: str, verb: str, moved: Any, now: datetime) -> str:
    how = reader()
    task = queries.find_task(me, key, now)
    names = people.names_of([moved.waiting] if moved.waiting is not None else [])
    waiting: Any = names.get(moved.waiting)
    at = moved.due_at if task is None else task.snoozed_until if verb == "snooze" else task.promised_at
    plain = (verb == "agree" and at is None) or (verb == "block" and waiting is None)
    return how.say(
        f"task.done.{verb}{'_open' if plain else ''}", key=key, who=waiting or (task.asker if task else ""), at=at
    )
