"""The buttons of a condition: it is met, do without it, please do without it."""

from __future__ import annotations

from flask import request

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.purchases.schemas import ReasonIn
from collab.purchases.schemas.after import MetIn
from collab.purchases.views.deeds.base import Answer, bp, press, said


@bp.post("/purchases/<key>/conditions/<int:number>/meet")
@permit("approval.meet")
def meet(key: str, number: int) -> Answer:
    """It is met."""

    def act(me: Actor) -> str:
        note = load(MetIn(), {"note": request.form.get("comment", "")}).get("note")
        return said("met", approvals.meet(key=key, number=number, actor=me, note=note, now=clock.now()))

    return press(key, act)


@bp.post("/purchases/<key>/conditions/<int:number>/waive")
@permit("approval.waive")
def waive(key: str, number: int) -> Answer:
    """Do without it, with a reason."""
    return press(
        key,
        lambda me: said("waived", approvals.waive(key=key, number=number, actor=me, reason=_reason(), now=clock.now())),
    )


@bp.post("/purchases/<key>/conditions/<int:number>/ask_to_waive")
@permit("approval.ask_to_waive")
def ask_to_waive(key: str, number: int) -> Answer:
    """Please do without it, with a reason."""

    def act(me: Actor) -> str:
        return said(
            "asked_to_waive",
            approvals.ask_to_waive(key=key, number=number, actor=me, reason=_reason(), now=clock.now()),
        )

    return press(key, act)


def _reason() -> str:
    return str(load(ReasonIn(), {"reason": request.form.get("comment", "")})["reason"])
