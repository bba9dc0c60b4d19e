"""Pages where a change of routes is proposed, looked at and taken by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.approvals import service
from collab.approvals.queries import proposals as known
from collab.approvals.queries.proposals import PAGE
from collab.approvals.service.proposing import LONGEST_FILES, MOST_FILES
from collab.approvals.views import routes as shown
from collab.kernel import clock
from collab.kernel.db import AnyRow
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.identity import current_member, reader

bp = Blueprint("route_proposals", __name__)
ONE, PER_PAGE = f"{PAGE}/<int:number>", 20
Answer = Response | tuple[str, int]


@bp.get(PAGE)
@permit("routes.proposals")
def index() -> str:
    """Proposed changes, open ones first."""
    return _list({})


@bp.post(PAGE)
@permit("routes.propose")
def propose() -> Answer:
    """Propose the files that were handed in, together."""
    try:
        files = _handed_in()
        number = service.propose(files, actor=current_member(), reason=request.form.get("reason", ""), now=clock.now())
    except Invalid as refused:
        return _list({path: reader().say(text) for path, text in refused.fields.items()}), refused.status
    return _back(number, reader().say("routes.proposal.page.proposed"))


@bp.get(ONE)
@permit("routes.proposals")
def show(number: int) -> str:
    """One proposal: what it changes, what it would have done, and what can be done with it."""
    return _page(number, {})


@bp.post(f"{ONE}/take")
@permit("routes.take")
def take(number: int) -> Answer:
    """Bring it in force."""
    try:
        version = service.take_proposal(number, actor=current_member(), now=clock.now())
    except (NotNow, Invalid) as late:
        return _back(number, reader().say(late.text), "warning")
    return _back(number, reader().say("routes.proposal.page.taken", n=version))


@bp.post(f"{ONE}/decline")
@permit("routes.decline")
def decline(number: int) -> Answer:
    """Turn it down."""
    comment = request.form.get("comment", "")
    try:
        service.decline_proposal(number, actor=current_member(), comment=comment, now=clock.now())
    except Invalid as refused:
        return _page(number, {path: reader().say(text) for path, text in refused.fields.items()}), refused.status
    except NotNow as late:
        return _back(number, reader().say(late.text), "warning")
    return _back(number, reader().say("routes.proposal.page.declined"))


@bp.post(f"{ONE}/withdraw")
@permit("routes.withdraw")
def withdraw(number: int) -> Answer:
    """Take it back."""
    try:
        service.withdraw_proposal(number, actor=current_member(), now=clock.now())
    except NotNow as late:
        return _back(number, reader().say(late.text), "warning")
    return _back(number, reader().say("routes.proposal.page.withdrawn"))


def _handed_in() -> list[str]:
    """The files as text, in the order of their names. Raises Invalid."""
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads:
        raise Invalid({"files": Text("field.required")})
    texts = []
    for upload in sorted(uploads, key=lambda one: one.filename or "")[: MOST_FILES + 1]:
        with closing(upload):
            content = upload.stream.read(LONGEST_FILES + 1)
        try:
            texts.append(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            problem = f"{upload.filename}: {error.reason}"
            raise Invalid({"files": Text("error.bad_routes", {"problem": problem})}) from error
    return texts


def _list(errors: dict[str, str]) -> str:
    me, page = current_member(), min(max(request.args.get("page", 1, type=int), 1), 10**6)
    found, total = known.list_proposals(me, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    return render_template(
        "approvals/proposals.html", rows=shown.proposals(found), names=_names(found), total=total, page=page,
        pages=-(-total // PER_PAGE), errors=errors, typed=request.form.get("reason", ""),
        may_propose=permits.allows("routes.propose", me.roles),
    )  # fmt: skip


def _page(number: int, errors: dict[str, str]) -> str:
    me, how = current_member(), reader()
    row = known.get_proposal(me, number)
    return render_template(
        "approvals/proposal.html", row=shown.proposal(me, row, how, clock.now()), names=_names([row]), may=shown.may(me, row),
        errors=errors, typed=request.form.get("comment", ""),
    )  # fmt: skip


def _names(rows: Sequence[AnyRow]) -> dict[str, str]:
    """Everybody named, by address."""
    ids = {member for row in rows for member in (row.proposed_by_id, row.decided_by_id) if member}
    named, emails = people.names_of(ids), people.emails_of(ids)
    return {emails[member]: reader().name(named[member]) for member in ids}


def _back(number: int, said: str, kind: str = "success") -> Response:
    flash(said, kind)
    return redirect(f"{PAGE}/{number}", 303)
