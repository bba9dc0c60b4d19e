"""Reading, circulating, asking and answering over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.approvals import queries, service
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.purchases.queries import beside
from collab.purchases.schemas.beside import (
    CirculateIn,
    QuestionAnswerIn,
    QuestionIn,
    QuestionOut,
    ReadIn,
    ReadingOut,
    ReadingsQuery,
    ReadOut,
    ReadTogetherIn,
    ReadTogetherOut,
)
from collab.purchases.views.api.base import bp
from collab.web.api import repeatable
from collab.web.identity import bearer, reader


@bp.get("/purchases/<key>/readings")
@bp.arguments(ReadingsQuery, location="query")
@bp.response(200, ReadingOut(many=True))
@permit("purchase.readings")
def readings(wanted: dict[str, Any], key: str) -> Response:
    """Who has it to read (後閲, 回覧, sampled checks), and who has read it."""
    return jsonify(beside.readings(bearer(), key, unread=bool(wanted.get("unread"))))


@bp.post("/purchases/<key>/circulate")
@bp.arguments(CirculateIn)
@bp.response(200, ReadingOut(many=True))
@permit("approval.circulate")
@repeatable
def circulate(body: dict[str, Any], key: str) -> Response:
    """Put it before colleagues to read (回覧); they see all of it from then on. Nobody is told twice."""
    caller = bearer()
    confirm, note = bool(body.get("confirm")), body.get("note")
    service.circulate(
        key=key,
        actor=caller,
        members=[email or "" for email in body["members"]],
        confirm=confirm,
        note=note,
        now=clock.now(),
    )
    return jsonify(beside.readings(caller, key))


@bp.post("/purchases/<key>/read")
@bp.arguments(ReadIn)
@bp.response(200, ReadOut)
@permit("approval.read")
@repeatable
def read(body: dict[str, Any], key: str) -> Response:
    """Confirm that you read it; again is no harm. After a sampled check you may object in words."""
    done = service.read(key=key, actor=bearer(), answer=body.get("answer"), now=clock.now())
    return jsonify({"subject": done.subject, "why": list(done.whys), "at": done.at.isoformat()})


@bp.post("/readings")
@bp.arguments(ReadTogetherIn)
@bp.response(200, ReadTogetherOut(many=True))
@permit("approval.read")
def read_together(body: dict[str, Any]) -> Response:
    """Confirm that you read several requests that were circulated to you (回覧); each answers for itself. What is to be read for
    another reason (後閲, a sampled check) is refused here and confirmed alone. Again is no harm."""
    outcomes = service.read_together(body["items"], actor=bearer(), now=clock.now())
    return jsonify([_outcome(one) for one in outcomes])


def _outcome(one: service.ReadOutcome) -> dict[str, Any]:
    done, refused = one.read, one.refusal
    return {
        "key": one.key, "result": "done" if one.done else "refused", "why": list(done.whys) if done else [],
        "at": done.at.isoformat() if done else None, "code": refused.said_code if refused else None,
        "detail": reader().say(refused.text) if refused else None,
    }  # fmt: skip


@bp.post("/purchases/<key>/questions")
@bp.arguments(QuestionIn)
@bp.response(201, QuestionOut)
@permit("approval.ask")
@repeatable
def ask(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Ask somebody without a seat (相談) while it is your turn; your own clock keeps running."""
    asked = service.ask(key=key, actor=bearer(), member=body["member"], question=body["question"], now=clock.now())
    return jsonify(next(row for row in beside.questions(key) if row["id"] == asked.id)), 201


@bp.post("/purchases/<key>/questions/<int:number>/answer")
@bp.arguments(QuestionAnswerIn)
@bp.response(200, QuestionOut)
@permit("approval.answer")
@repeatable
def answer(body: dict[str, Any], key: str, number: int) -> Response:
    """Answer a question you were asked; whoever asked hears at once."""
    said: queries.QuestionView = service.answer(
        key=key, actor=bearer(), question=number, answer=body["answer"], now=clock.now()
    )
    return jsonify(beside.asked([said])[0])
