"""The buttons after a decision: ordered, amend, ask to revoke and answer that."""

from __future__ import annotations

from flask import flash, redirect, request

from collab.approvals import service as approvals
from collab.approvals.service import Decision
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.purchases import service
from collab.purchases.schemas import ReasonIn
from collab.purchases.schemas.after import OrderIn, RevocationAnswerIn
from collab.purchases.views.deeds.base import Answer, bp, press, refused_page, said
from collab.web.identity import current_member, reader


@bp.post("/purchases/<key>/purchased")
@permit("purchase.purchase")
def purchased(key: str) -> Answer:
    """It was ordered."""

    def act(me: Actor) -> str:
        sent = {name: request.form.get(name, "") for name in ("on", "reference")}
        wanted = load(OrderIn(), sent)
        service.purchase(me, key, on=wanted["on"], reference=wanted.get("reference"), now=clock.now())
        return reader().say("purchase.page.ordered")

    return press(key, act)


@bp.post("/purchases/<key>/amend")
@permit("purchase.amend")
def amend(key: str) -> Answer:
    """A new draft with the same content opens, to be changed."""
    me = current_member()
    try:
        fresh = service.amend(me, key, now=clock.now())
    except (NotNow, NotAllowed) as refused:
        return refused_page(me, key, refused), refused.status
    flash(reader().say("purchase.page.amending", key=key), "success")
    return redirect(f"/purchases/{fresh.key}/edit", 303)


@bp.post("/purchases/<key>/revocation")
@permit("approval.ask_to_revoke")
def ask_to_revoke(key: str) -> Answer:
    """Ask those who took the decision to revoke it."""

    def act(me: Actor) -> str:
        reason = load(ReasonIn(), {"reason": request.form.get("comment", "")})["reason"]
        return _done(approvals.ask_to_revoke(key=key, actor=me, reason=reason, now=clock.now()))

    return press(key, act)


@bp.post("/purchases/<key>/revocation/answer")
@permit("approval.answer_revocation")
def answer_revocation(key: str) -> Answer:
    """Yes or no to its being revoked."""

    def act(me: Actor) -> str:
        wanted = load(RevocationAnswerIn(), {name: request.form.get(name, "") for name in ("answer", "comment")})
        answer, words = wanted["answer"], wanted.get("comment")
        done = approvals.answer_revocation(key=key, actor=me, answer=answer, comment=words, now=clock.now())
        return reader().say("purchase.page.revocation_declined") if answer == "no" else _done(done)

    return press(key, act)


@bp.post("/purchases/<key>/revocation/withdraw")
@permit("approval.withdraw_revocation")
def withdraw_revocation(key: str) -> Answer:
    """Ask for it no more."""
    return press(
        key,
        lambda me: said("revocation_withdrawn", approvals.withdraw_revocation(key=key, actor=me, now=clock.now())),
    )


def _done(done: Decision) -> str:
    word = {"revoke": "revoked", "ask_to_revoke": "asked_to_revoke"}.get(done.verb, "revocation_answered")
    return reader().say(f"purchase.page.{word}")
