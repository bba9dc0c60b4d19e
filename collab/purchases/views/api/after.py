"""After the decision, over the API: ordered, amended, asked to be revoked."""

from __future__ import annotations

from typing import Any

from flask import Response

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.purchases import service
from collab.purchases.schemas import DecisionOut, PurchaseOut, ReasonIn
from collab.purchases.schemas.after import OrderIn, RevocationAnswerIn
from collab.purchases.views.api.base import bp, decision, one
from collab.web.api import repeatable
from collab.web.identity import bearer


@bp.post("/purchases/<key>/purchased")
@bp.arguments(OrderIn)
@bp.response(200, PurchaseOut)
@permit("purchase.purchase")
@repeatable
def purchased(body: dict[str, Any], key: str) -> Response:
    """Say that it was ordered (発注済み). 409 `conditions_unmet` names what must be met before."""
    service.purchase(bearer(), key, on=body["on"], reference=body.get("reference"), now=clock.now())
    return one(key)


@bp.post("/purchases/<key>/amend")
@bp.response(201, PurchaseOut)
@permit("purchase.amend")
@repeatable
def amend(key: str) -> Response:
    """A new draft that changes this decided request (変更稟議), with all of its content. 409 names the one that is open."""
    return one(service.amend(bearer(), key, now=clock.now()).key, 201)


@bp.post("/purchases/<key>/revocation")
@bp.arguments(ReasonIn)
@bp.response(201, DecisionOut)
@permit("approval.ask_to_revoke")
@repeatable
def ask_to_revoke(body: dict[str, Any], key: str) -> tuple[Response, int]:
    """Ask those who took the decision to revoke it; once all of them say yes it is revoked."""
    return decision(
        approvals.ask_to_revoke(key=key, actor=bearer(), reason=body["reason"], now=clock.now())
    ), 201  # fmt: skip


@bp.post("/purchases/<key>/revocation/answer")
@bp.arguments(RevocationAnswerIn)
@bp.response(200, DecisionOut)
@permit("approval.answer_revocation")
@repeatable
def answer_revocation(body: dict[str, Any], key: str) -> Response:
    """Say whether the decision may be revoked: the last yes revokes it, one no declines it."""
    said = {"answer": body["answer"], "comment": body.get("comment")}
    return decision(approvals.answer_revocation(key=key, actor=bearer(), now=clock.now(), **said))


@bp.post("/purchases/<key>/revocation/withdraw")
@bp.response(200, DecisionOut)
@permit("approval.withdraw_revocation")
@repeatable
def withdraw_revocation(key: str) -> Response:
    """Take back your request to revoke the decision."""
    return decision(approvals.withdraw_revocation(key=key, actor=bearer(), now=clock.now()))
