"""Pages about people: the directory by department, with what changes soon."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from collab.imports.registry import registry
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.permits import permit, permits
from collab.people import queries, service
from collab.people.queries import Upcoming
from collab.web.identity import current_member, reader

bp = Blueprint("people", __name__, template_folder="../templates")


@bp.get("/people")
@permit("people.list")
def directory() -> str:
    """Who works where, who leads, who holds which office, who is away, and what changes from which day."""
    me, now = current_member(), clock.now()
    permits.check("people.list", me.roles)
    active = [actor for actor in queries.list_actors(now) if actor.active]
    departments = queries.list_departments()
    upcoming = queries.list_upcoming(now)
    waiting = queries.list_unconfirmed() if permits.allows("office.confirm", me.roles) else []
    may_see_accounts = permits.allows("access.unlinked", me.roles)
    here = queries.presence([actor.id for actor in active], now)
    return render_template(
        "people/directory.html", departments=departments, by_code={row.code: row for row in departments}, members=_by_department(active, {one.member for one in upcoming}), here=here,
        names={actor.id: actor for actor in active}, deputies=queries.names_of(one.deputy for one in here.values() if one.deputy),
        upcoming=_by_person(upcoming), acting=queries.list_acting(now), offices=queries.offices(), waiting=waiting, may_import=any(permits.allows(kind.verb, me.roles) for kind in registry.kinds()),
        may_see_accounts=may_see_accounts, strangers=queries.count_strangers() if may_see_accounts else 0,
    )  # fmt: skip


@bp.post("/people/terms/<int:term_id>/confirm")
@permit("office.confirm")
def confirm_office(term_id: int) -> Response:
    """Say yes to an office somebody gave themselves."""
    service.confirm_office(current_member(), term_id, now=clock.now())
    flash(reader().say("people.page.confirmed"), "success")
    return redirect("/people", 303)


def _by_person(upcoming: list[Upcoming]) -> list[dict[str, Any]]:
    """What begins for one person on one day stands together."""
    found: dict[tuple[date, int], dict[str, Any]] = {}
    for one in upcoming:
        found.setdefault((one.on, one.member), {"on": one.on, "member": one.member, "changes": []})["changes"].append(
            one
        )
    return list(found.values())


def _by_department(active: list[Actor], coming: set[int]) -> dict[str, list[Actor]]:
    """Members under each of their departments, whoever leads it first; guests and others under none.

    Whoever joins only on a day to come stands with the coming changes alone.
    """
    found: dict[str, list[Actor]] = {}
    for actor in active:
        for code in actor.departments or (() if actor.id in coming else ("",)):
            found.setdefault(code, []).append(actor)
    return {
        code: sorted(here, key=lambda actor: (code not in actor.leads, actor.email)) for code, here in found.items()
    }
