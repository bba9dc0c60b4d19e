"""Pages of alignment pulses: where we stand and how that moved, the form of the open one, the results of one that closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.pulses import messages, queries, service
from collab.pulses.rules.hiding import RATINGS
from collab.pulses.schemas import AnswersIn, PulseCancelIn
from collab.pulses.views import chart, files, saying
from collab.web.identity import current_member, reader

bp = Blueprint("pulses", __name__, template_folder="../templates")
Answer = str | AnyResponse | tuple[str, int]
PAST = 12


@bp.get("/pulses")
@permit("pulse.list")
def index() -> str:
    """Where we stand, how that moved, and the one that is open."""
    return _list(current_member())


def _list(me: Actor, **more: Any) -> str:
    how = reader()
    permits.check("pulse.list", me.roles)
    results, named, running = queries.trend(), saying.names(how), queries.find_open()
    moved = len(results) > 1
    return render_template(
        "pulses/list.html", running=running, mine=_mine(me, running), may_open=running is None and permits.allows("pulse.open", me.roles),
        latest=saying.page(results[-1], how) if results else None, past=saying.past(results[::-1][:PAST], how), moved=moved,
        alt=chart.sentences(results, named, how) if moved else [], table=chart.table(results, named, how) if results else None,
        seconds=messages.SECONDS, **more,
    )  # fmt: skip


def _mine(me: Actor, running: Any) -> str:
    """How the reader stands to the open one: waits, answered, or not asked."""
    if running is None or "asked" not in queries.relations(me, running):
        return ""
    return "answered" if queries.has_answered(me.id, running) else "waits"


@bp.post("/pulses")
@permit("pulse.open")
def create() -> Answer:
    """Ask everybody."""
    me = current_member()
    try:
        made = service.open_pulse(me, now=clock.now())
    except (NotNow, NotAllowed) as refused:
        return _list(me, problem=reader().say(refused.text)), refused.status
    flash(reader().say("pulse.page.opened"), "success")
    return redirect(f"/pulses/{made.key}", 303)


@bp.get("/pulses/trend.svg")
@permit("pulse.list")
def trend() -> Response:
    """How the gaps moved, drawn; `?narrow=1` for a phone."""
    me, how = current_member(), reader()
    permits.check("pulse.list", me.roles)
    results, narrow = queries.trend(), request.args.get("narrow") == "1"
    if len(results) < 2:
        raise NotFound
    response = make_response(chart.image(results, saying.names(how), how, narrow=narrow))
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.content_type = "image/svg+xml; charset=utf-8"
    response.headers["Cache-Control"] = "private, no-cache"
    answer: Response = response.make_conditional(request)  # type: ignore[assignment]
    return answer


@bp.get("/pulses/<key>")
@permit("pulse.show")
def show(key: str) -> AnyResponse:
    """The form while it is open, the results afterwards. A browser keeps neither."""
    response = make_response(_sheet(current_member(), key))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/pulses/<key>/answers")
@permit("pulse.answer")
def answer(key: str) -> Answer:
    """All answers at once."""
    typed = {name.removeprefix("q."): value for name, value in request.form.items() if name.startswith("q.")}

    def act(me: Actor) -> object:
        return service.answer(me, key, load(AnswersIn(), {"answers": typed})["answers"], now=clock.now())

    return _press(key, act, "sent", typed)


@bp.post("/pulses/<key>/close")
@permit("pulse.close")
def close(key: str) -> Answer:
    """Before its time."""
    return _press(key, lambda me: service.close(me, key, now=clock.now()), "closed")


@bp.post("/pulses/<key>/cancel")
@permit("pulse.cancel")
def cancel(key: str) -> Answer:
    """Destroy every answer."""
    typed = {"reason": request.form.get("reason", "")}

    def act(me: Actor) -> object:
        return service.cancel(me, key, **load(PulseCancelIn(), typed), now=clock.now())

    return _press(key, act, "cancelled", typed)


@bp.get("/pulses/<key>/export.csv")
@permit("pulse.export")
def export(key: str) -> Response:
    """What is published, as a file."""
    return files.download(current_member(), key)


def _press(key: str, act: Callable[[Actor], object], said: str, typed: Mapping[str, str] | None = None) -> Answer:
    """Do it and say so; refused, show the page with the reason and what was chosen."""
    me, how = current_member(), reader()
    try:
        act(me)
    except (NotNow, NotAllowed, Invalid) as refused:
        return _sheet(
            me, key, problem=how.say(refused.text), errors=_errors(refused), typed=typed or {}
        ), refused.status
    flash(how.say(f"pulse.page.{said}"), "success")
    return redirect(f"/pulses/{key}", 303)


def _errors(refused: DomainError) -> dict[str, str]:
    how = reader()
    fields = refused.fields if isinstance(refused, Invalid) else {}
    return {path.removeprefix("answers."): how.say(text) for path, text in fields.items()}


def _sheet(me: Actor, key: str, *, typed: Mapping[str, str] | None = None, **more: Any) -> str:
    how = reader()
    pulse = queries.get_pulse(me, key)
    here = queries.relations(me, pulse)
    own = queries.find_own(me, pulse)
    found = queries.results_of([pulse])
    return render_template(
        "pulses/show.html", pulse=pulse, title=queries.title_of(pulse, how.locale), questions=queries.questions_of(pulse),
        can={verb: permits.allows(f"pulse.{verb}", here, pulse.state) for verb in ("answer", "close", "cancel", "export")},
        chosen={**(own or {}), **(typed or {})}, answered=own is not None, ratings=RATINGS, seconds=messages.SECONDS,
        results=saying.page(found[0], how) if found else None, **{"errors": {}, **more},
    )  # fmt: skip
