"""Readers', askers' and answerers' buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.purchases.schemas.beside import CirculateIn, QuestionAnswerIn, QuestionIn, ReadIn
from collab.purchases.views.deeds.base import Answer, bp, press
from collab.subjects.queries import list_summaries
from collab.subjects.registry import Summary
from collab.web.identity import current_member, reader

LONGEST_KEY = 20


@bp.post("/purchases/<key>/circulate")
@permit("approval.circulate")
def circulate(key: str) -> Answer:
    """Put it before colleagues to read."""
    named = [email for email in request.form.getlist("members") if email.strip()]
    sent = {"members": named, "confirm": bool(request.form.get("confirm")), "note": _sent("note")}

    def act(me: Actor) -> str:
        wanted = load(CirculateIn(), sent)
        done = service.circulate(
            key=key, actor=me, members=wanted["members"], confirm=wanted["confirm"], note=wanted.get("note"), now=clock.now()
        )  # fmt: skip
        names = people.names_of(done.told)
        word = "circulated" if done.told else "circulated_already"
        return reader().say(f"purchase.page.{word}", names=list(names.values()))

    return press(key, act)


@bp.post("/purchases/<key>/read")
@permit("approval.read")
def read(key: str) -> Answer:
    """Confirm that one read it, or object after a sampled check."""

    def act(me: Actor) -> str:
        words = load(ReadIn(), {"answer": _sent("answer")}).get("answer")
        service.read(key=key, actor=me, answer=words, now=clock.now())
        return reader().say("purchase.page.objected" if words else "purchase.page.read")

    return press(key, act)


@bp.post("/purchases/read")
@permit("approval.read")
def read_together() -> str | tuple[str, int]:
    """Confirm what was ticked in the inbox or in the list; what became of every one of them is shown. Refused, the form again."""
    me, how = current_member(), reader()
    keys = [key for key in request.form.getlist("item") if len(key) <= LONGEST_KEY]
    back = "/" if _sent("from") == "inbox" else "/purchases?circulated=yes"
    try:
        outcomes = service.read_together(keys, actor=me, now=clock.now())
    except Invalid as refused:
        problem = how.say("purchase.together.none") if not keys else how.say(next(iter(refused.fields.values())))
        left = _left(me, keys)
        return render_template("purchases/read_together.html", rows=[], problem=problem, left=left, back=back), refused.status  # fmt: skip
    found = list_summaries(me, {one.key for one in outcomes})
    return render_template(
        "purchases/read_together.html", rows=[_result(one, found.get(one.key), how) for one in outcomes],
        done=sum(one.done for one in outcomes), back=back,
    )  # fmt: skip


def _left(me: Actor, ticked: Sequence[str]) -> list[dict[str, Any]]:
    """What could still be confirmed together."""
    keys = approvals.list_read_together(me.id)
    seen = list_summaries(me, keys)
    return [{"key": key, "title": seen[key].title, "href": seen[key].path, "ticked": key in ticked} for key in keys if key in seen]  # fmt: skip


def _result(one: service.ReadOutcome, subject: Summary | None, how: Reader) -> dict[str, Any]:
    return {
        "key": one.key, "title": subject.title if subject else "", "href": subject.path if subject else "", "done": one.done,
        "why": how.say(one.refusal.text) if one.refusal else "",
    }  # fmt: skip


@bp.post("/purchases/<key>/questions")
@permit("approval.ask")
def ask(key: str) -> Answer:
    """Ask somebody without a seat."""

    def act(me: Actor) -> str:
        wanted = load(QuestionIn(), {"member": _sent("member"), "question": _sent("question")})
        asked = service.ask(key=key, actor=me, member=wanted["member"], question=wanted["question"], now=clock.now())
        return reader().say("purchase.page.question_sent", who=people.names_of([asked.member])[asked.member])

    return press(key, act)


@bp.post("/purchases/<key>/questions/<int:number>/answer")
@permit("approval.answer")
def answer(key: str, number: int) -> Answer:
    """Answer a question one was asked."""

    def act(me: Actor) -> str:
        words = load(QuestionAnswerIn(), {"answer": _sent("answer")})["answer"]
        said = service.answer(key=key, actor=me, question=number, answer=words, now=clock.now())
        return reader().say("purchase.page.answered", who=people.names_of([said.asker])[said.asker])

    return press(key, act)


def _sent(name: str) -> str:
    return request.form.get(name, "")
