"""Pages of access reviews: who can do what today, the rounds, one round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.access.queries import reviewing as queries
from collab.access.queries.holders import facts, list_holders, names_in
from collab.access.rules.reviewing import FLAGS, moment_seen
from collab.access.service import reviewing as service
from collab.access.views import holders
from collab.access.views.holders import Names
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.kernel.text import storable
from collab.people import queries as people
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("access_review", __name__, template_folder="../templates", url_prefix=queries.PAGE)


@bp.get("")
@permit("access_review.list")
def index() -> str:
    """Everybody who can do something, what stands out first; the rounds so far."""
    me, how = current_member(), reader()
    permits.check("access_review.list", me.roles)
    flag = request.args.get("flag", "") if request.args.get("flag") in FLAGS else ""
    found = list_holders(clock.now())
    counts = {code: sum(code in one.flags for one in found) for code in FLAGS}
    shown = [one for one in found if not flag or flag in one.flags]
    known, names = Names.known(how), names_in(shown)
    rows = [_row(facts(one, names), one.flags, known, how) for one in sorted(shown, key=lambda one: -len(one.flags))]
    reviews = queries.list_reviews()
    return render_template(
        "access/reviews.html", rows=rows, counts=counts, flag=flag, total=len(found), rounds=_rounds(reviews, how),
        may_begin=queries.find_open() is None,
    )  # fmt: skip


def _row(about: Mapping[str, Any], flags: Any, known: Names, how: Reader) -> dict[str, Any]:
    return {
        "name": holders.name(about, how), "email": about["email"], "place": holders.place(about, known, how),
        "powers": holders.powers(about, known, how), "keys": holders.keys(about, how), "seen": holders.seen(about, how),
        "flags": holders.told(flags, how),
    }  # fmt: skip


def _rounds(reviews: Any, how: Reader) -> list[dict[str, Any]]:
    done = queries.progress(reviews)
    names = people.names_of(one for row in reviews for one in (row.begun_by_id, row.signed_by_id) if one)
    return [
        {
            "key": row.key, "title": queries.title_of(row, how.locale), "state": row.state, "lines": done[row.id][0],
            "judged": done[row.id][1], "gone": done[row.id][2], "by": how.name(names[row.begun_by_id]),
            "signed_by": how.name(names[row.signed_by_id]) if row.signed_by_id else "",
        }
        for row in reviews
    ]  # fmt: skip


@bp.post("")
@permit("access_review.begin")
def begin() -> Response:
    """Begin a round."""
    me, now = current_member(), clock.now()
    require_recent_proof(now)
    review = service.begin(me, now=now)
    flash(reader().say("access_review.page.begun"), "success")
    return redirect(queries.path_of(review), 303)


@bp.get("/<key>")
@permit("access_review.show")
def show(key: str) -> str:
    """One round: the lines its reader may see, and what they may say of them."""
    return _sheet(current_member(), key)


def _sheet(
    me: Actor, key: str, *, typed: Mapping[str, str] | None = None, refused: Invalid | None = None, problem: str = ""
) -> str:
    how = reader()
    review = queries.get_review(me, key)
    lines = queries.list_lines(me, review)
    ids = {one for line in lines for one in (line.member_id, line.reviewer_id, line.judged_by_id) if one}
    names, here = people.names_of(ids), people.list_active(ids)
    known = Names.known(how)
    rows = [
        {
            **_row(line.facts, line.flags, known, how), "id": line.id, "verdict": line.verdict or "", "note": line.note or "",
            "reviewer": how.name(names[line.reviewer_id]) if line.reviewer_id else how.say("access_review.page.any_admin"),
            "judged_by": how.name(names[line.judged_by_id]) if line.judged_by_id else "",
            "judged_at": line.judged_at.isoformat() if line.judged_at else "",
            "mine": queries.may_judge(me, review, line, here), "left": line.member_id not in here,
        }
        for line in lines
    ]  # fmt: skip
    total, judged, gone = queries.progress([review])[review.id]
    relations = queries.relations(me, review)
    return render_template(
        "access/review.html", review=review, title=queries.title_of(review, how.locale), rows=rows, total=total, judged=judged,
        gone=gone, typed=typed or {}, errors={path: how.say(text) for path, text in refused.fields.items()} if refused else {},
        may_sign=judged == total and permits.allows("access_review.sign", relations, review.state),
        second=permits.allows("access_review.sign", me.roles, "open") and me.id == review.begun_by_id,
        problem=problem, may_judge=any(row["mine"] for row in rows), everything=bool(me.roles & {"admin", "auditor"}),
        signed_by=people.names_of([review.signed_by_id])[review.signed_by_id] if review.signed_by_id else None,
        intact=review.hash is None or service.is_intact(review),
    )  # fmt: skip


@bp.post("/<key>/lines")
@permit("access_review.judge")
def judge(key: str) -> str | Response | tuple[str, int]:
    """Keep or remove, line by line; lines nothing was said about stay as they are."""
    me = current_member()
    typed = {name: value for name, value in request.form.items() if name.startswith(("verdict-", "note-"))}
    said = {
        int(number): (value, _note(typed.get(f"note-{number}", "")))
        for name, value in typed.items()
        if name.startswith("verdict-")
        and value
        and (number := name.removeprefix("verdict-")).isdecimal()
        and len(number) < 10
    }
    seen = {number: moment_seen(request.form.get(f"seen-{number}")) for number in said}
    try:
        changed = service.judge(me, key, said, seen=seen, now=clock.now())
    except Invalid as refused:
        return _sheet(me, key, typed=typed, refused=refused), refused.status
    except NotNow as refused:
        if refused.said_code != "access_review_judged":
            raise
        return _sheet(me, key, typed=typed, problem=reader().say(refused.text)), refused.status
    flash(reader().say("access_review.page.judged", n=changed), "success")
    return redirect(f"{queries.PAGE}/{key}", 303)


def _note(written: str) -> str | None:
    text = written.strip()
    return text if text and storable(text) else None


@bp.post("/<key>/sign")
@permit("access_review.sign")
def sign(key: str) -> Response:
    """Sign it off: it is frozen from here on."""
    me, now = current_member(), clock.now()
    require_recent_proof(now)
    review = service.sign(me, key, now=now)
    flash(reader().say("access_review.page.signed"), "success")
    return redirect(queries.path_of(review), 303)
