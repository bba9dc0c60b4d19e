"""The API of delivery: what is stuck or broken and why, try again or let go, pause and resume."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.outbox import queries, service
from collab.outbox.schemas import (
    DeliveryDetailOut,
    DeliveryOut,
    DismissIn,
    ErrorIn,
    OutboxOut,
    PauseIn,
    RetriedOut,
    WhichIn,
)  # fmt: skip
from collab.outbox.views import banner, rows
from collab.web.api import blueprint, paged, repeatable, window
from collab.web.identity import bearer, reader

bp = blueprint("outbox", "Delivery: what is on its way, what is stuck or broken, pause and resume")
ONE = "/deliveries/<int:message_id>"


@bp.get("/deliveries")
@bp.arguments(WhichIn, location="query")
@bp.response(200, DeliveryOut(many=True))
@permit("outbox.watch")
def index(wanted: dict[str, Any]) -> Response:
    """Messages that are broken, stuck or still to be sent."""
    caller = bearer()
    permits.check("outbox.watch", caller.roles)
    offset, size = window()
    found, total = rows.find(wanted["state"], clock.now(), offset, size)
    return paged(jsonify(DeliveryOut(many=True).dump(rows.deliveries(found, caller, reader()))), total)


@bp.get(ONE)
@bp.response(200, DeliveryDetailOut)
@permit("outbox.watch")
def show(message_id: int) -> Response:
    """One message, with every call that was made for it."""
    permits.check("outbox.watch", bearer().roles)
    return _detail(message_id)


@bp.post(f"{ONE}/retry")
@bp.response(200, DeliveryDetailOut)
@permit("outbox.operate")
@repeatable
def retry(message_id: int) -> Response:
    """Try a broken message once more. 409 when it is not broken (any more)."""
    service.retry(message_id, by=bearer(), now=clock.now())
    return _detail(message_id)


@bp.post(f"{ONE}/dismiss")
@bp.arguments(DismissIn)
@bp.response(200, DeliveryDetailOut)
@permit("outbox.operate")
@repeatable
def dismiss(body: dict[str, Any], message_id: int) -> Response:
    """Let a broken message go. 409 when it is not broken (any more)."""
    service.dismiss(message_id, by=bearer(), reason=body.get("reason"), now=clock.now())
    return _detail(message_id)


@bp.post("/deliveries/retry")
@bp.arguments(ErrorIn)
@bp.response(200, RetriedOut)
@permit("outbox.operate")
@repeatable
def retry_all(body: dict[str, Any]) -> Response:
    """Try every message that broke with this error once more, at most 500 at a time."""
    return jsonify({"retried": service.retry_all(body["error"], by=bearer(), now=clock.now())})


@bp.get("/outbox")
@bp.response(200, OutboxOut)
@permit("outbox.watch")
def state() -> Response:
    """Whether messages flow, and if not, why."""
    permits.check("outbox.watch", bearer().roles)
    return _outbox()


@bp.post("/outbox/pause")
@bp.arguments(PauseIn)
@bp.response(200, OutboxOut)
@permit("outbox.operate")
@repeatable
def pause(body: dict[str, Any]) -> Response:
    """Send nothing until `resume`; messages are kept. Pausing what is paused changes nothing."""
    service.pause(body["reason"], by=bearer(), now=clock.now())
    banner.forget()
    return _outbox()


@bp.post("/outbox/resume")
@bp.response(200, OutboxOut)
@permit("outbox.operate")
@repeatable
def resume() -> Response:
    """Send again; a workspace that refused us is asked at once."""
    service.resume(by=bearer(), now=clock.now())
    banner.forget()
    return _outbox()


def _detail(message_id: int) -> Response:
    (row,) = rows.deliveries([queries.get_delivery(message_id)], bearer(), reader())
    tries = [{**vars(one), "error": one.problem} for one in queries.list_tries(message_id)]
    return jsonify(DeliveryDetailOut().dump({**row, "tries": tries}))


def _outbox() -> Response:
    return jsonify(OutboxOut().dump(rows.outbox(clock.now(), reader())))
