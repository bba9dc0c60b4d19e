"""The pilot on the paper of an initiative: what it may cost, until when, what both sides say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.approvals.queries import current_book
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.queries.charters import is_chartered
from collab.initiatives.queries.pilots import PilotView, counting, find_pilot
from collab.initiatives.queries.spending import find_spent
from collab.initiatives.rules.moves import PILOT, SIDES
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people

TEMPLATE = "initiatives/parts/pilot.html"
_TONES = {"scale": "ok", "stop": "bad", "silence": "bad"}


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """Nothing to guests, and nothing where there is no pilot and the viewer can begin none."""
    here = relations_of(viewer, initiative)
    if not permits.allows("initiative.show_work", here):
        return None
    found = find_pilot(initiative.id)
    may_begin = permits.allows("initiative.pilot", here, initiative.state) and is_chartered(initiative)
    if found is None:
        return {"may_begin": True, "pilot": None, **_form(how)} if may_begin else None
    over = now >= found.ends_at
    side = initiative.slot_of(viewer.id)
    may_vote = (
        found.running and not over and side in SIDES and permits.allows("initiative.vote", here, initiative.state)
    )
    mine = found.vote_of(side or 0)
    return {
        "may_begin": False, "pilot": found, "over": over and found.running, "ends": how.moment(found.ends_at),
        "unsigned": found.running and initiative.state == PILOT and not is_chartered(initiative),
        "ended": how.say(f"initiative.pilot.ended.{found.verdict}") if found.verdict else "", "tone": _TONES.get(found.verdict or "", ""),
        "votes": _votes(found, initiative, how), "may_vote": may_vote,
        "choice": mine.choice if mine and mine.member == viewer.id else "", "reason": (mine.reason or "") if mine else "",
        **_money(viewer, found, initiative, how),
    }  # fmt: skip


def _form(how: Reader) -> dict[str, Any]:
    _version, book = current_book()
    currencies = sorted({company().currency, book.currency, *(rate.currency for rate in book.rates)})
    return {"currencies": currencies, "home": company().currency, "how": how.locale}


def _money(viewer: Actor, found: PilotView, initiative: InitiativeView, how: Reader) -> dict[str, Any]:
    """What it may cost, and while it runs, for whoever may know, what is taken and what is left."""
    cap = how.show(found.cap)
    spent = find_spent(viewer, initiative, found)
    if spent is None:
        return {"cap": cap, "spent": "", "left": "", "part": 0}
    left = Money(max(0, found.cap.minor - spent.minor), found.cap.currency)
    return {"cap": cap, "spent": how.show(spent), "left": how.show(left), "part": 100 * spent.minor // found.cap.minor}


def _votes(found: PilotView, initiative: InitiativeView, how: Reader) -> list[dict[str, Any]]:
    """Of each side what its present lead said."""
    said = counting(found, initiative)
    names = people.names_of(held.member for held in initiative.leads)
    units = {row.code: row for row in people.list_departments()}
    rows = []
    for held in initiative.leads:
        if held.slot not in SIDES:
            continue
        vote = found.vote_of(held.slot) if held.slot in said else None
        choice = vote.choice if vote else "none"
        rows.append(
            {
                "name": how.name(names[held.member]), "unit": how.name(units[held.department]), "reason": vote.reason if vote else "",
                "choice": how.say(f"initiative.pilot.choice.{choice}"), "tone": _TONES.get(choice, "waiting"),
            }
        )  # fmt: skip
    return rows
