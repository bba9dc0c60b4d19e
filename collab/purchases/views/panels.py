"""Parts of a request's page: whom the draft was shown to, and every round with what changed in it."""

from __future__ import annotations

from typing import Any

from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.queries import Version
from collab.purchases.queries.wording import changes
from collab.purchases.rules import PENDING
from collab.purchases.views.paper import View


def panels(view: View) -> dict[str, Any]:
    """What the page shows beside the request itself; nothing to whoever only sees that it exists."""
    if not permits.allows("purchase.history", view.relations, view.purchase.state):
        return {"sharing": None, "rounds": [], "ask_to_return": []}
    return {"sharing": _sharing(view), "rounds": _rounds(view), "ask_to_return": _whom_to_ask(view)}


def _sharing(view: View) -> dict[str, Any] | None:
    """Whom it was shown to, and whom it may be shown to now."""
    found, may = queries.list_shared(view.purchase), view.may("share")
    if not found and not may:
        return None
    how = view.how
    known = {row.member.id for row in found} | view.purchase.barred
    people_here = people.list_actors(view.now) if may else []
    return {
        "shown": [{"name": how.name(row.member), "at": how.moment(row.at), "note": row.note or ""} for row in found],
        "choices": [
            [actor.email, how.say("purchase.page.guest", name=actor) if actor.is_partner else f"{how.name(actor)} · {actor.email}"]
            for actor in people_here
            if actor.active and actor.id not in known
        ],
        "may": may,
    }  # fmt: skip


def _rounds(view: View) -> list[dict[str, Any]]:
    """Every submission, the newest first; nothing while there is only one."""
    found = queries.list_versions(view.me, view.purchase.key) if view.purchase.round > 1 else []
    return [_round(version, view.how) for version in reversed(found)]


def _round(version: Version, how: Reader) -> dict[str, Any]:
    return {
        "number": version.round, "state": version.state, "word": how.say(f"purchase.round.{version.state}"),
        "at": how.moment(version.submitted_at), "first": version.before is None, "material": version.material,
        "changes": changes(version.before, version.content, how) if version.before is not None else [],
    }  # fmt: skip


def _whom_to_ask(view: View) -> list[str]:
    """Who may be asked to send it back: once somebody decided, its requester cannot take it back any more."""
    chain, purchase = view.chain, view.purchase
    if chain is None or purchase.state != PENDING or not chain.acted():
        return []
    if not permits.allows("purchase.withdraw", view.relations, purchase.state):
        return []
    names = people.names_of(seat.member for seat in chain.waiting())
    return [view.how.name(names[seat.member]) for seat in chain.waiting()]
