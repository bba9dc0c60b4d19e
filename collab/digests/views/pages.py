"""Pages: my issues, one issue as it was said, a channel's issue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from collab.channels import queries as channels
from collab.digests import queries, service
from collab.digests.messages.titles import title
from collab.digests.queries import Edition
from collab.digests.queries.pages import count_issues, page_of
from collab.digests.service import reading
from collab.digests.service.reading import Read
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

bp = Blueprint("digests", __name__, template_folder="../templates")
PAGE = 20
ELSEWHERE = {
    "risks": "/goals", "decisions": "/purchases", "moved": "/goals", "tasks": "/tasks", "obligations": "/",
    "divergence": "/goals", "goals": "/goals",
}  # fmt: skip
"""Where everything of a section stands, by its code."""


@bp.get("/digests")
@permit("digest.own")
def index() -> str:
    """My issues, the newest first."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("digest.own", me.roles)
    page = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 4 else 1)
    found, total = page_of(me.id, offset=(page - 1) * PAGE, limit=PAGE), count_issues(me.id)
    coming = queries.next_issue(me, now)
    return render_template(
        "digests/list.html", rows=[_line(one, how, now) for one in found], page=page, pages=-(-total // PAGE), total=total,
        coming=coming[1] if coming else None,
    )  # fmt: skip


@bp.get("/digests/<week>")
@permit("digest.own")
def show(week: str) -> str:
    """One issue as it was said; what I may not see any more is left out."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("digest.own", me.roles)
    edition = queries.find_issue(week=week, member=me.id)
    if edition is None:
        raise NotFound
    needs = service.open_issue(edition, me, now)
    read = reading.own(edition, needs, me, how, now, address=_here, silent=False)
    return _page(edition, read, own=True)


@bp.get("/digests/channels/<int:number>/<week>")
@permit("digest.channel")
def show_channel(number: int, week: str) -> str:
    """A channel's issue: facts the whole company may see."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("digest.channel", me.roles)
    edition = queries.find_issue(week=week, channel=number) if channels.find_channel(number) else None
    if edition is None:
        raise NotFound
    return _page(edition, reading.of_channel(edition, me, how, now, address=_here), own=False)


def latest(member: Actor, how: Reader, now: datetime) -> dict[str, Any] | None:
    """The last issue of a member in a line, for the page that shows what needs them."""
    edition = queries.find_latest(member.id)
    return _line(edition, how, now) if edition else None


def _page(edition: Edition, read: Read, *, own: bool) -> str:
    return render_template(
        "digests/issue.html", edition=edition, issue=read.issue, left_out=read.left_out, elsewhere=ELSEWHERE, own=own,
        at=edition.said_at or edition.made_at,
    )  # fmt: skip


def _line(edition: Edition, how: Reader, now: datetime) -> dict[str, Any]:
    """An issue in the list: its week, and what it was about."""
    needs = [how.say("digest.needs", n=edition.needs.count)] if edition.needs and edition.needs.count else []
    counts = [
        how.say("digest.glance", section=how.say(f"digest.section.{one.code}"), n=len(one.items) + one.more)
        for one in edition.content.sections
    ]
    return {
        "title": title(edition.week, how, day_in(now, how.zone).year), "href": f"/digests/{edition.week}",
        "about": " · ".join([*needs, *counts]), "new": edition.opened_at is None,
    }  # fmt: skip


def _here(path: str) -> str:
    return path
