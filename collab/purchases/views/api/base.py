"""What the API modules of purchase requests share: the blueprint, one request as an answer, one decision as an answer."""

from __future__ import annotations

from flask import Response, jsonify, url_for

from collab.approvals import service as approvals
from collab.kernel import clock
from collab.purchases import queries
from collab.purchases.queries.details import details
from collab.web.api import blueprint, tagged
from collab.web.identity import bearer, reader

bp = blueprint("purchases", "Purchase requests (購買稟議)")


def one(key: str, status: int = 200) -> Response:
    """The request as the caller may see it now, with its tag."""
    caller, now = bearer(), clock.now()
    purchase = queries.get_purchase(caller, key)
    how = reader()
    body = details(caller, purchase, how, now)
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_purchases.show", key=key)
    return tagged(response, f"{purchase.version}.{queries.round_version(purchase)}.{how.locale}.{caller.id}")


def decision(done: approvals.Decision) -> Response:
    """What a decision did."""
    return jsonify(
        {
            "subject": done.subject, "verb": done.verb, "round": done.round, "step": done.step, "state": done.state,
            "at": done.at.isoformat(),
        }
    )  # fmt: skip
