"""Pages of the rhythm of check-ins: every department's, and changing one; beside it the goals that went dark."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.goals.queries.dark import list_dark
from collab.goals.queries.rhythm import RhythmView, get_rhythm, list_rhythms
from collab.goals.rules.habits import WEEKDAYS
from collab.goals.schemas.rhythms import RhythmIn, as_cadence
from collab.goals.service import rhythm
from collab.goals.views.forms import seen_version
from collab.goals.views.pages.base import bp
from collab.kernel import clock
from collab.kernel.errors import Invalid, NotAllowed, Stale
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.web.identity import current_member, reader

PAGE = "/goals/rhythm"
MOST_DARK = 50
"""How many dark goals the page shows; the API has all."""


@bp.get(PAGE)
@permit("rhythm.show")
def rhythms() -> str:
    """Every department's rhythm, and of which goals nobody knows how they stand."""
    me, how, now = current_member(), reader(), clock.now()
    found, dark = list_rhythms(me), list_dark(me, now)
    units = {row.code: row for row in people.list_departments()}
    names = people.names_of({one.set_by for one in found if one.set_by} | {one.member for one in dark})
    return render_template(
        "goals/rhythms.html", rows=[(one, said(one, how)) for one in found], units=units, names=names,
        dark=dark[:MOST_DARK], more=len(dark) - MOST_DARK,
    )  # fmt: skip


@bp.get(f"{PAGE}/<department>")
@permit("rhythm.set")
def rhythm_form(department: str) -> str:
    """The form for one department."""
    found = get_rhythm(current_member(), department)
    if not found.may_set:
        raise NotAllowed
    typed = {**vars(found.cadence), "weekday": found.weekday, "version": found.version}
    return _form(found, typed, {})


@bp.post(f"{PAGE}/<department>")
@permit("rhythm.set")
def keep_rhythm(department: str) -> Response | tuple[str, int]:
    """Keep it; a form somebody else was faster than is shown with what holds now."""
    me, form = current_member(), request.form.to_dict()
    try:
        wanted = as_cadence(load(RhythmIn(), {name: form[name] for name in rhythm.FIELDS if name in form}))
        rhythm.set_rhythm(me, department, wanted, now=clock.now(), version=seen_version())
    except Invalid as refused:
        errors = {path: reader().say(text) for path, text in refused.fields.items()}
        return _form(get_rhythm(me, department), form, errors), refused.status
    except Stale as late:
        flash(reader().say(late.text), "error")
        return redirect(f"{PAGE}/{department}", 303)
    flash(reader().say("goal.rhythm.page.saved"), "success")
    return redirect(PAGE, 303)


def _form(found: RhythmView, typed: dict[str, Any], errors: dict[str, str]) -> str:
    how = reader()
    unit = next(row for row in people.list_departments() if row.code == found.department)
    days = [(code, how.say(f"goal.rhythm.weekday.{code}")) for code in WEEKDAYS]
    return render_template(
        "goals/rhythm_form.html", one=found, unit=unit, typed=typed, errors=errors, days=days,
        hours=[(hour, f"{hour}:00") for hour in range(24)],
    )  # fmt: skip


def said(one: RhythmView, how: Reader) -> str:
    """When a department is asked, in words."""
    weeks = one.cadence.every_weeks
    every = how.say("goal.rhythm.page.every", n=weeks) if weeks > 1 else how.say("goal.rhythm.page.weekly")
    weekday = how.say(f"goal.rhythm.weekday.{one.weekday}")
    return how.say("goal.rhythm.page.said", weekday=weekday, hour=f"{one.cadence.hour}:00", every=every)
