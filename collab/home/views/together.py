"""Approving several requests of one step from the inbox: which could go together, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.service import Outcome
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.subjects.queries import inbox, list_summaries
from collab.subjects.registry import InboxRow, Summary
from collab.web.identity import current_member, reader
from collab.web.moments import due_state, due_words

bp = Blueprint("together", __name__)
LONGEST_KEY, LONGEST_COMMENT = 20, 5000


def batches(member: Actor, rows: Sequence[InboxRow], how: Reader) -> list[dict[str, Any]]:
    """What could be approved in one go, by step, with the rows of the inbox it stands in."""
    known = {row.key: row for row in rows if "approve" in row.actions}
    found = approvals.list_batches(member.id) if len(known) > 1 else []
    shown = [
        {
            "step": batch.step[how.locale == "ja"],
            "rows": [_row(known[key], f"{key}:{seen}", how) for key, seen in batch.items if key in known],
        }
        for batch in found
    ]
    return [batch for batch in shown if len(batch["rows"]) > 1]


def circulated(member: Actor, rows: Sequence[InboxRow], how: Reader) -> list[dict[str, Any]]:
    """Circulated requests of the inbox that could be confirmed as read in one go; fewer than two are not."""
    known = {row.key: row for row in rows if "read" in row.actions}
    keys = approvals.list_read_together(member.id) if len(known) > 1 else []
    found = [_row(known[key], key, how) for key in keys if key in known]
    return found if len(found) > 1 else []


def _row(row: InboxRow, value: str, how: Reader) -> dict[str, Any]:
    now = clock.now()
    return {
        "value": value, "key": row.key, "title": row.title, "href": row.path,
        "who": row.by_ja if how.locale == "ja" else row.by_en, "amount": how.show(row.amount) if row.amount else "",
        "due": due_words(row.due_at, now, how), "due_state": due_state(row.due_at, now),
    }  # fmt: skip


@bp.post("/inbox/approve")
@permit("approval.decide")
def approve() -> str | tuple[str, int]:
    """Approve what was ticked; what became of every one of them is shown. Nothing ticked: the form again, with what was written."""
    me, how = current_member(), reader()
    sent = request.form.getlist("item")
    items = [item for value in sent if (item := _item(value))]
    comment = request.form.get("comment", "").strip() or None
    try:
        outcomes = service.approve_together(items, actor=me, comment=comment, now=clock.now())
    except Invalid as refused:
        return _again(me, how, refused, sent if items else []), refused.status
    found = list_summaries(me, {outcome.key for outcome in outcomes})
    return render_template(
        "home/together.html", rows=[_result(outcome, found, how) for outcome in outcomes], total=len(outcomes),
        done=sum(outcome.done for outcome in outcomes),
    )  # fmt: skip


def _again(me: Actor, how: Reader, refused: Invalid, ticked: Sequence[str]) -> str:
    """The form that was refused, as far as there is still something to tick, with the reason beside what is to be mended."""
    found = batches(me, inbox(me, clock.now()), how)
    asked = [batch for batch in found if batch["step"] == request.form.get("step")]
    errors = {"item" if path == "items" else path: how.say(text) for path, text in refused.fields.items()}
    if not ticked:
        errors["item"] = how.say("home.together.none")
    again = {"errors": errors, "ticked": ticked, "comment": request.form.get("comment", "")[:LONGEST_COMMENT]}
    return render_template("home/together.html", batches=asked or found, again=again)


def _item(value: str) -> tuple[str, int] | None:
    """A ticked row: its key, and the version of the content it showed."""
    key, _, seen = value.partition(":")
    return (key, int(seen)) if len(key) < LONGEST_KEY and seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def _result(outcome: Outcome, found: Mapping[str, Summary], how: Reader) -> dict[str, Any]:
    subject = found.get(outcome.key)
    return {
        "key": outcome.key, "title": subject.title if subject else "", "href": subject.path if subject else "",
        "done": outcome.done, "why": how.say(outcome.refusal.text) if outcome.refusal else "",
    }  # fmt: skip
