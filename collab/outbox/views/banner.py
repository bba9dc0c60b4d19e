"""The second path: administrators read on every page that nothing goes out, wherever they are and whether Slack works or not."""

from __future__ import annotations

from datetime import datetime

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.permits import permits
from collab.kernel.remember import Remembered
from collab.outbox import messages, queries
from collab.web.pages import Banner

REMEMBERED_SECONDS = 5.0


def banner(member: Actor) -> Banner | None:
    """Why messages stand still, for those who can do something about it; None while they flow."""
    if not permits.allows("outbox.operate", member.roles):
        return None
    gates, stuck = _standstill()
    if gates or stuck:
        said = _refused(gates[-1]) if gates else Text("outbox.banner.stuck", {"n": stuck})
        return Banner(said, messages.DELIVERY, Text("outbox.banner.look"))
    return None


def standing_still(_member: Actor, _now: datetime) -> int:
    """How many things stop messages, or are late: what the page of administrators counts."""
    gates, stuck = _standstill()
    return len(gates) + stuck


def forget() -> None:
    """Somebody here just changed it."""
    _standstill.forget()


_standstill = Remembered(lambda: queries.standstill(clock.now()), seconds=REMEMBERED_SECONDS)


def _refused(gate: queries.Barrier) -> Text:
    if gate.name == "operator":
        return Text("outbox.banner.paused")
    return Text("outbox.banner.refused", {"cause": messages.explained(gate.reason).cause})
