"""The double's own endpoints, for tests and demonstrations that run it as a separate process: see `serve`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.slack_double.rates import Rates

if TYPE_CHECKING:
    from tests.slack_double.double import SlackDouble

Wish = dict[str, Any]
PLANS = ("fail", "limit", "lose", "refuse")


def serve(double: SlackDouble, verb: str, what: str, body: bytes) -> tuple[int, Any]:
    """Status and answer.

    `GET record` reads everything, `tally` the numbers, `deliveries` how often each was accepted, `messages` each in few
    words. `POST` adds `users`, `channels`, `faults` (`{"kind": "lose", "share": 0.1, ...}`), sends `events`, and
    `DELETE faults` ends them all. `PUT` sets `product`, `rates`, `scopes`, and `token` (`{"error": ""}` is a good one).
    """
    deed = _DEEDS.get((verb, what))
    if deed is None:
        return 404, {"error": f"no {verb} {what} here"}
    try:
        return (201 if verb == "POST" else 200), deed(double, json.loads(body or b"{}"))
    except (KeyError, TypeError, ValueError) as slip:
        return 400, {"error": repr(slip)}


def _add_user(double: SlackDouble, wish: Wish) -> Any:
    return {"id": double.add_user(**wish)}


def _add_channel(double: SlackDouble, wish: Wish) -> Any:
    return {"id": double.add_channel(**wish)}


def _add_fault(double: SlackDouble, wish: Wish) -> Any:
    if "seed" in wish:
        double.faults.seed(wish.pop("seed"))
    if wish["kind"] not in PLANS:
        raise ValueError(wish["kind"])
    getattr(double.faults, wish.pop("kind"))(**wish)
    return {}


def _clear_faults(double: SlackDouble, _wish: Wish) -> Any:
    double.faults.clear()
    return {}


def _send_event(double: SlackDouble, wish: Wish) -> Any:
    delivery = double.events.send(**wish)
    return {"event_id": delivery.event_id, "statuses": delivery.statuses}


def _set_product(double: SlackDouble, wish: Wish) -> Any:
    double.product_url = wish["url"]
    return {}


def _set_rates(double: SlackDouble, wish: Wish) -> Any:
    double.rates = None if wish.pop("off", False) else Rates(**wish)
    return {}


def _set_scopes(double: SlackDouble, wish: Wish) -> Any:
    double.scopes = frozenset(wish["scopes"])
    return {}


def _set_token(double: SlackDouble, wish: Wish) -> Any:
    double.revoke(wish["error"])
    return {}


_DEEDS: dict[tuple[str, str], Callable[[SlackDouble, Wish], Any]] = {
    ("GET", "record"): lambda double, _wish: double.record.as_json(),
    ("GET", "tally"): lambda double, _wish: double.record.tally(),
    ("GET", "deliveries"): lambda double, _wish: double.record.deliveries(),
    ("GET", "messages"): lambda double, _wish: double.record.listed(),
    ("POST", "users"): _add_user,
    ("POST", "channels"): _add_channel,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "events"): _send_event,
    ("PUT", "product"): _set_product,
    ("PUT", "rates"): _set_rates,
    ("PUT", "scopes"): _set_scopes,
    ("PUT", "token"): _set_token,
}
