"""Where members' clocks run, for what happens at a time of everybody's own day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel.company import company
from collab.kernel.db import AnySelect, db
from collab.people.models import Absence, Member, Post, Site


def list_places() -> list[tuple[str, str]]:
    """Each pair of zone and calendar that an active member lives by, once."""
    places = _placed(_zone().label("zone"), _calendar().label("calendar")).distinct().order_by("zone", "calendar")
    return [(row.zone, row.calendar) for row in db.session.execute(places)]


def select_members_at(zone: str, calendar: str, day: date) -> AnySelect:
    """The `id` and main `department` of the active members of one place who are not away that day; for use inside another
    statement."""
    away = select(Absence.member_id).where(
        Absence.member_id == Member.id, Absence.ended_at.is_(None), Absence.from_on <= day, Absence.until_on >= day
    )
    in_effect = (Post.from_on <= day) & or_(Post.until_on.is_(None), Post.until_on >= day)
    main = select(Post.department_code).where(Post.member_id == Member.id, in_effect).order_by(Post.rank, Post.id)
    here = _placed(Member.id, main.limit(1).scalar_subquery().label("department"))
    return here.where(_zone() == zone, _calendar() == calendar, ~away.exists())


def select_zones() -> AnySelect:
    """The `id` and `zone` of every member; for use inside another statement."""
    return select(Member.id, _zone().label("zone")).outerjoin(Site, Site.code == Member.site_code)


def _placed(*columns: Any) -> AnySelect:
    joined = select(*columns).select_from(Member).outerjoin(Site, Site.code == Member.site_code)
    return joined.where(Member.deactivated_at.is_(None))


def _zone() -> ColumnElement[str]:
    return func.coalesce(Member.zone, Site.zone, company().zone)


def _calendar() -> ColumnElement[str]:
    return func.coalesce(Site.calendar, company().calendar)
