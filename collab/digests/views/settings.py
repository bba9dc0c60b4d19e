"""The page on which a member says how their digest comes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.digests import queries, service
from collab.digests.messages import stands
from collab.digests.rules.content import SECTIONS
from collab.digests.rules.due import WEEKDAYS
from collab.digests.schemas import ChoiceIn
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.nudges.rules.times import said_time
from collab.web.identity import current_member, reader

bp = Blueprint("digest_settings", __name__, template_folder="../templates")
PAGE = "/me/digest"
OFFERED = tuple(code for code in SECTIONS if code != "insights")
"""Sections that can have something in them."""


@bp.get(PAGE)
@permit("digest.own")
def show() -> str:
    """How my digest comes."""
    me = current_member()
    permits.check("digest.own", me.roles)
    return _page(me, {}, _typed(me))


@bp.post(PAGE)
@permit("digest.own")
def change() -> Response | tuple[str, int]:
    """Choose it."""
    me, form = current_member(), request.form
    typed = {
        "wanted": "wanted" in form, "weekday": form.get("weekday", ""), "at": form.get("at", ""),
        "off": [code for code in SECTIONS if _is_off(code, me)],
    }  # fmt: skip
    try:
        service.choose(me, _change(me, load(ChoiceIn(), typed)), now=clock.now())
    except Invalid as refused:
        errors = {path: reader().say(text) for path, text in refused.fields.items()}
        return _page(me, errors, typed), refused.status
    flash(reader().say("digest.page.saved"), "success")
    return redirect(PAGE, 303)


def _is_off(code: str, me: Actor) -> bool:
    """Not ticked; what is not offered stays as it is."""
    return f"section_{code}" not in request.form if code in OFFERED else code in queries.get_choice(me).off


def _change(me: Actor, loaded: dict[str, Any]) -> dict[str, Any]:
    """What differs from how it stands: what is only confirmed goes on following the company."""
    kept = queries.get_choice(me)
    weekday = None if loaded.get("weekday") is None else WEEKDAYS.index(loaded["weekday"])
    chosen = {"wanted": loaded["wanted"], "weekday": weekday, "minute": loaded.get("at"), "off": loaded["off"]}
    stands_at = {
        "wanted": kept.wanted, "weekday": kept.when.weekday, "minute": kept.when.minute, "off": list(kept.off),
    }  # fmt: skip
    return {name: value for name, value in chosen.items() if value != stands_at[name]}


def _page(me: Actor, errors: dict[str, str], typed: dict[str, Any]) -> str:
    now, choice = clock.now(), queries.get_choice(me)
    return render_template(
        "digests/settings.html", errors=errors, typed=typed, zone=me.zone, weekdays=WEEKDAYS, sections=OFFERED,
        lines=stands.lines(me, choice, queries.next_issue(me, now), reader()),
    )  # fmt: skip


def _typed(me: Actor) -> dict[str, Any]:
    """What the form shows before anybody typed."""
    choice = queries.get_choice(me)
    return {
        "wanted": choice.wanted, "weekday": WEEKDAYS[choice.when.weekday], "at": said_time(choice.when.minute),
        "off": list(choice.off),
    }  # fmt: skip
