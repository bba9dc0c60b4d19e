"""Conditions of a decision over the API: met, waived, asked to be waived."""

from __future__ import annotations

from typing import Any

from flask import Response

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.purchases.schemas import PurchaseOut, ReasonIn
from collab.purchases.schemas.after import MetIn
from collab.purchases.views.api.base import bp, one
from collab.web.api import repeatable
from collab.web.identity import bearer


@bp.post("/purchases/<key>/conditions/<int:number>/meet")
@bp.arguments(MetIn)
@bp.response(200, PurchaseOut)
@permit("approval.meet")
@repeatable
def meet(body: dict[str, Any], key: str, number: int) -> Response:
    """Say that a condition you must meet is met; whoever set it hears, and ordering waits for it no more."""
    approvals.meet(key=key, number=number, actor=bearer(), note=body.get("note"), now=clock.now())
    return one(key)


@bp.post("/purchases/<key>/conditions/<int:number>/waive")
@bp.arguments(ReasonIn)
@bp.response(200, PurchaseOut)
@permit("approval.waive")
@repeatable
def waive(body: dict[str, Any], key: str, number: int) -> Response:
    """Do without a condition you set (or that was set for the office you hold), with a reason."""
    approvals.waive(key=key, number=number, actor=bearer(), reason=body["reason"], now=clock.now())
    return one(key)


@bp.post("/purchases/<key>/conditions/<int:number>/ask_to_waive")
@bp.arguments(ReasonIn)
@bp.response(200, PurchaseOut)
@permit("approval.ask_to_waive")
@repeatable
def ask_to_waive(body: dict[str, Any], key: str, number: int) -> Response:
    """Ask whoever set a condition you must meet to do without it; until they say so it stands, and its day too."""
    approvals.ask_to_waive(key=key, number=number, actor=bearer(), reason=body["reason"], now=clock.now())
    return one(key)
