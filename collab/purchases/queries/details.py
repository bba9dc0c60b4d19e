"""Everything there is to know about one request, as a viewer may see it and in their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.queries import Chain, SeatView, Usual
from collab.approvals.rules.asking import numbered
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.progress import count_needed
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader, from_json
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.models import Purchase
from collab.purchases.queries.after import after_details
from collab.purchases.queries.beside import questions
from collab.purchases.queries.hiding import without_hidden
from collab.purchases.queries.requests import content_of, emails_in, relations


def find_chain(purchase: Purchase) -> Chain | None:
    """The latest round, None before the first submission."""
    return find_latest(purchase.key) if purchase.round else None


def find_latest(key: str) -> Chain | None:
    """The same of a request nobody has read."""
    try:
        return approvals.get_chain(key)
    except NotFound:
        return None


def details(viewer: Actor, purchase: Purchase, how: Reader, now: datetime) -> dict[str, Any]:
    """A request in the API's shape: content, where it stands, its route with reasons."""
    chain = find_chain(purchase)
    (content,) = without_hidden(viewer, [content_of(purchase, emails_in([purchase]))])
    shown = permits.allows("purchase.show_amount", relations(viewer, purchase), purchase.state)
    head = line(purchase, people.emails_of([purchase.requester_id]), amounts=shown)
    return {
        **head,
        **{name: value for name, value in content.items() if name not in _HIDDEN or shown},
        "goal_hidden": content["goal"] is None and purchase.goal_id is not None,
        "initiative_hidden": content["initiative"] is None and purchase.initiative_id is not None,
        **after_details(viewer, purchase, shown=shown),
        "seen_version": purchase.content_version, "copied_from": purchase.copied_from,
        "questions": questions(purchase.key) if chain and shown else [],
        "waiting_for": waiting_for(chain) if shown else [], "route": steps(chain, how, now) if chain and shown else [],
        "warnings": [how.say(from_json(text)) for text in chain.route.get("warnings", ())] if chain and shown else [],
    }  # fmt: skip


_HIDDEN = frozenset({"amount", "benefit", "cx_impact", "no_goal_reason", "after_the_fact"})
"""What a colleague who only sees that a request exists does not read."""


def line(purchase: Purchase, emails: Mapping[int, str], *, amounts: bool) -> dict[str, Any]:
    """A request in one line of a list."""
    return {
        "key": purchase.key, "status": purchase.state, "round": purchase.round, "version": purchase.version,
        "title": purchase.title, "vendor": purchase.vendor, "category": purchase.category,
        "department": purchase.department_code, "requester": emails.get(purchase.requester_id),
        "total": str(purchase.total) if amounts and purchase.total else None, "currency": purchase.currency,
        "created_at": _moment(purchase.created_at), "submitted_at": _moment(purchase.submitted_at),
        "ended_at": _moment(purchase.ended_at),
    }  # fmt: skip


def waiting_for(chain: Chain | None) -> list[dict[str, Any]]:
    """Who is asked right now, since when, until when."""
    seats = chain.waiting() if chain else []
    emails = people.emails_of(seat.member for seat in seats)
    return [
        {
            "member": emails[seat.member], "office": seat.office, "step": seat.step + 1,
            "since": _moment(seat.opened_at), "due_at": _moment(seat.due_at), "kind": chain.kind(seat) if chain else None,
            "held_until": _moment(seat.held_until), "held_reason": seat.held_reason,
        }
        for seat in seats
    ]  # fmt: skip


def steps(chain: Chain, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """The frozen route of a round with what became of each seat."""
    emails = people.emails_of(
        member for seat in chain.seats for member in (seat.member, seat.instead_of, seat.decided_by) if member
    )
    usual = approvals.usual_times(now)
    return [
        {
            **_frozen(number, step, how),
            "usual_hours": _hours(usual.of(step["kind"], step["name_en"])),
            "needed": count_needed(step["rule"], len(seats)),
            "state": _step_state(seats),
            "seats": [_seat(seat, step, emails, how) for seat in seats],
        }
        for number, step in enumerate(chain.steps)
        for seats in [[seat for seat in chain.seats if seat.step == number]]
    ]


def planned(plan: Plan, how: Reader, usual: Usual) -> list[dict[str, Any]]:
    """A plan that has not happened yet, in the same shape as `steps`."""
    emails = people.emails_of(
        member for step in plan.steps for seat in step.seats for member in (seat.member, seat.instead_of) if member
    )
    return [
        {
            "step": number + 1, "name": how.name(step), "kind": step.kind, "rule": step.rule, "keys": step.keys, "due": step.due,
            "usual_hours": _hours(usual.of(step.kind, step.name_en, *(seat.office for seat in step.seats))),
            "needed": count_needed(step.rule, len(step.seats)), "branch": step.branch, "join": step.join, "lift": step.lift,
            "block": block, "why": [how.say(text) for text in step.why], "state": "planned",
            "seats": [
                {
                    "member": emails[seat.member], "office": seat.office, "state": "planned", "decided_at": None,
                    "instead_of": emails.get(seat.instead_of or 0), "why": how.say(seat.why) if seat.why else None,
                    "veto": seat.veto,
                }
                for seat in step.seats
            ],
        }
        for step, number, block in numbered(plan.steps)
    ]  # fmt: skip


def _frozen(number: int, step: Mapping[str, Any], how: Reader) -> dict[str, Any]:
    return {
        "step": number + 1, "name": step["name_ja" if how.locale == "ja" else "name_en"], "kind": step["kind"],
        "rule": step["rule"], "keys": step["keys"], "due": step["due"], "block": step.get("block", number),
        "branch": step.get("branch", ""), "join": step.get("join", "all"), "lift": step.get("lift", True),
        "why": [how.say(from_json(text)) for text in step["why"]],
    }  # fmt: skip


def _seat(seat: SeatView, step: Mapping[str, Any], emails: Mapping[int, str], how: Reader) -> dict[str, Any]:
    frozen = step["seats"][seat.position] if seat.position < len(step["seats"]) else {}
    why, owner = frozen.get("why"), seat.acted_for
    return {
        "member": emails[seat.member], "office": seat.office, "instead_of": emails.get(seat.instead_of or 0),
        "why": how.say(from_json(why)) if why else None, "state": seat.state, "decided_at": _moment(seat.decided_at),
        "decided_by": emails.get(seat.decided_by or 0), "acting_for": emails.get(owner or 0), "opinion": seat.opinion,
        "stage": seat.stage, "comment": seat.comment, "turn": seat.turn, "carried": seat.carried_from is not None,
        "veto": bool(frozen.get("veto")), "due_at": _moment(seat.due_at) if seat.state == "waiting" else None,
        "held_until": _moment(seat.held_until), "held_reason": seat.held_reason,
    }  # fmt: skip


def _step_state(seats: Sequence[SeatView]) -> str:
    """The one word for a step: a refusal tells most, then what is open, then what has come of it."""
    states = {seat.state for seat in seats}
    told = ("returned", "rejected", "waiting", "closed", "planned", "approved", "answered", "lifted")
    return next((state for state in told if state in states), "passed")


def _hours(usual: timedelta | None) -> float | None:
    return round(usual.total_seconds() / 3600, 1) if usual is not None else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
