"""What the viewer of a request is asked: on which seat, in which way, for whom, and what stands behind each button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from collab.approvals.queries import Chain, SeatView, proxies
from collab.approvals.rules import progress
from collab.approvals.rules.asking import way_of
from collab.approvals.rules.progress import APPROVED, LIFTED, MOST_EXTENSIONS, NotLiftable
from collab.approvals.rules.verbs import OPINIONS
from collab.approvals.service import proxying
from collab.approvals.service.deciding import overruled
from collab.approvals.service.holding import LONGEST_DAYS
from collab.approvals.service.lifting import later_seat
from collab.approvals.views import seats as shown
from collab.approvals.views.seats import Known
from collab.kernel.clock import day_in
from collab.kernel.errors import NotAllowed, Text
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.purchases.views.looking import View


@dataclass(frozen=True)
class Mine:
    """The seat the viewer decides on: their own, or one of `principal` under a delegation. `refused`: why they may not."""

    seat: SeatView
    way: str
    principal: int | None = None
    refused: Text | None = None


@dataclass(frozen=True)
class Lift:
    """Approving over those who wait before: who they are, or why it cannot be done."""

    over: list[str]
    final: bool = False
    refused: Text | None = None


def find_mine(view: View) -> Mine | None:
    """The seat the viewer is asked on now, None when they are not asked."""
    chain = view.chain
    if chain is None or chain.state != "pending":
        return None
    seat = chain.waiting_seat_of(view.me.id)
    if seat is not None:
        refused = _barred(chain, seat, view)
        return Mine(seat, way_of(chain.route, seat.step), refused=refused) if view.may_decide("approve") else None
    seat = proxies.find_proxied(chain, view.me, view.now)
    if seat is None or not view.may_decide("approve", proxy=True):
        return None
    return Mine(seat, way_of(chain.route, seat.step), seat.member, _barred(chain, seat, view))


def _barred(chain: Chain, seat: SeatView, view: View) -> Text | None:
    """Why the viewer may not take this decision for its holder, if they may not."""
    try:
        proxying.check_final(chain, seat, view.me, now=view.now)
    except NotAllowed as refused:
        return refused.text
    return None


def faces(view: View, chain: Chain, mine: Mine) -> dict[str, Any]:
    """The viewer's seat as the template wants it."""
    seat = mine.seat
    principal = people.names_of([mine.principal])[mine.principal] if mine.principal else None
    final, today = chain.is_final(seat.step), day_in(view.now, view.me.zone)
    return {
        "way": mine.way, "kind": chain.kind(seat), "final": final and chain.kind(seat) in ("approve", "review"),
        "keys": chain.steps[seat.step]["keys"], "override": final and bool(overruled(chain)),
        "acting_for": people.emails_of([mine.principal])[mine.principal] if mine.principal else None,
        "holder": view.how.name(principal) if principal else "", "opinions": OPINIONS.get(chain.kind(seat), ()),
        "held": {"until": seat.held_until, "reason": seat.held_reason} if seat.held_until else None,
        "back": _earlier(chain, seat, view.how), "hold": mine.principal is None and view.may_decide("hold"),
        "time": mine.principal is None and seat.extensions < MOST_EXTENSIONS and not seat.held_until and view.may_decide("more_time"),
        "hold_days": [today + timedelta(days=1), today + timedelta(days=LONGEST_DAYS)],
        "ask": mine.principal is None and view.may_decide("ask"), "circulate": view.may_decide("circulate"),
        "extra": mine.principal is None and chain.route.get("extra", True) and view.may_decide("add_step"),
    }  # fmt: skip


def _earlier(chain: Chain, seat: SeatView, how: Reader) -> list[tuple[int, str]]:
    """The steps it may be sent back to, the nearest first."""
    numbers = progress.earlier(chain.spec, seat.step)
    return [(number + 1, f"{number + 1}. {shown.named(chain.steps[number], how)}") for number in reversed(numbers)]


def find_lift(view: View) -> Lift | None:
    """Whom the viewer could approve over from a later seat of theirs; None without one, or where nobody waits before it."""
    chain = view.chain
    if chain is None or chain.state != "pending" or not view.may_decide("lift"):
        return None
    seat = later_seat(chain, view.me.id)
    if seat is None:
        return None
    try:
        change = progress.lift(chain.spec, chain.now(), seat.id)
    except NotLiftable as refused:
        name = shown.named(chain.steps[refused.step], view.how)
        return Lift([], refused=Text("error.not_liftable", {"step": name}))
    skipped = [row.member for row in chain.seats if change.seats.get(row.id) == LIFTED]
    names = people.names_of(skipped)
    over = [view.how.name(names[member]) for member in dict.fromkeys(skipped)]
    return Lift(over, final=change.ends == APPROVED and bool(overruled(chain)))


def opinions(chain: Chain, how: Reader) -> list[dict[str, Any]]:
    """What was said by those asked for their view, objections first: it stands before whoever decides."""
    said = [seat for seat in chain.seats if seat.opinion]
    if not said:
        return []
    known = Known.of(shown.people_of(chain), how, chain.opened_at)
    rows = [
        {
            "who": known.name(seat.decider), "acting_for": known.name(seat.acted_for), "comment": seat.comment or "",
            "office": seat.office or shown.named(chain.steps[seat.step], how), "opinion": seat.opinion,
            "word": how.say(f"approval.view.{seat.opinion}"), "stage": shown.stage_words(seat.stage, how),
            "objects": seat.opinion in shown.OBJECTIONS, "at": how.moment(seat.decided_at) if seat.decided_at else "",
        }
        for seat in said
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row["objects"])
