"""What the page of one request shows a viewer: the five-second summary, the way, the details, the history, the actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.queries import Chain
from collab.approvals.views import sheet as sheets
from collab.goals import queries as goals
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.i18n import Reader
from collab.kernel.keys import key_of
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.queries.details import find_chain
from collab.purchases.queries.history import Event
from collab.purchases.views import words
from collab.purchases.views.words import Say
from collab.web.moments import due_state, due_words

OWN_VERBS = ("edit", "submit", "withdraw", "drop", "copy")


@dataclass(frozen=True)
class View:
    """One request before one viewer."""

    me: Actor
    purchase: Any
    chain: Chain | None
    relations: frozenset[str]
    how: Reader
    now: datetime

    @property
    def open(self) -> bool:
        """Whether the viewer reads more than that the request exists."""
        return permits.allows("purchase.show_amount", self.relations, self.purchase.state)

    def may(self, verb: str) -> bool:
        """Whether the viewer may do one of the owner's verbs now."""
        if verb == "withdraw" and self.chain and self.purchase.state == "pending" and self.chain.decided():
            return False
        return permits.allows(f"purchase.{verb}", self.relations, self.purchase.state)

    def may_decide(self, verb: str) -> bool:
        """Whether the viewer may do one of the deciders' verbs now."""
        if self.chain is None:
            return False
        here = self.chain.relations_of(self.me.id) | self.me.roles
        return permits.allows(f"approval.{verb}", here, self.chain.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at a request. Raises NotFound."""
    purchase = queries.get_purchase(me, key)
    return View(me, purchase, find_chain(purchase), queries.relations(me, purchase), how, now)


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    purchase, how = view.purchase, view.how
    content = queries.content_of(purchase)
    sheet = (
        sheets.of_chain(view.chain, how, view.now, approvals.usual_times(view.now))
        if view.chain and view.open
        else None
    )
    events = (
        queries.history(view.me, purchase.key)
        if permits.allows("purchase.history", view.relations, purchase.state)
        else []
    )
    return {
        "purchase": purchase, "open": view.open, "ask": _ask(view), "sheet": sheet, "seat": _seat(view),
        "amount": how.show(purchase.total) if view.open and purchase.total else "", "amount_note": _amount_note(view),
        "requester": people.names_of([purchase.requester_id])[purchase.requester_id],
        "department": Say.about([content], how).value(content, "department"),
        "goal": goals.find_goal(key_of("G", purchase.goal_id)) if purchase.goal_id else None,
        "due": _due(view), "facts": _facts(view, content), "timeline": _timeline(events, how),
        "changed": words.between_rounds(events, how) if events else None, "same_vendor": same_vendor(view),
        "can": {verb: view.may(verb) for verb in OWN_VERBS}, "undo": _may_undo(view), "revoke": view.may_decide("revoke"),
        "note": _note(view, sheet.waiting if sheet else []), "refusal": _refusal(view),
    }  # fmt: skip


def _seat(view: View) -> dict[str, Any] | None:
    """The viewer's open seat: may they decide, is theirs the final yes, is it a key."""
    seat = view.chain.waiting_seat_of(view.me.id) if view.chain else None
    if seat is None or view.chain is None or not view.may_decide("approve"):
        return None
    return {"final": seat.step == len(view.chain.steps) - 1, "keys": view.chain.steps[seat.step]["keys"]}


def _ask(view: View) -> str:
    """The one sentence at the top, for this viewer."""
    seat, purchase = _seat(view), view.purchase
    if seat:
        word = "key" if seat["keys"] else "decide" if seat["final"] else "approve"
    elif view.may("submit"):
        word = "mend" if purchase.state == "returned" else "finish"
    else:
        return str(purchase.title)
    return view.how.say(f"purchase.headline.{word}", title=purchase.title)


def _amount_note(view: View) -> str:
    purchase, how = view.purchase, view.how
    if not view.open or purchase.amount is None:
        return ""
    tax = how.say("purchase.page.tax_in" if purchase.tax_included else "purchase.page.tax_out")
    if purchase.billing == "one_time":
        return tax
    return how.say(f"purchase.page.{purchase.billing}", amount=purchase.amount, n=purchase.term_months or 12, tax=tax)


def _due(view: View) -> dict[str, str]:
    """When the viewer's own answer is due, else the first one of anybody's."""
    if view.chain is None or not view.open:
        return {"text": "", "state": "ok"}
    mine = view.chain.waiting_seat_of(view.me.id)
    seats = [mine] if mine else view.chain.waiting()
    due_at = min((seat.due_at for seat in seats if seat.due_at), default=None)
    return {"text": due_words(due_at, view.now, view.how), "state": due_state(due_at, view.now)}


def _refusal(view: View) -> dict[str, str] | None:
    """Who sent it back or rejected it and why: what its requester wants to know first."""
    if view.chain is None or not view.open or view.purchase.state not in ("returned", "rejected"):
        return None
    seat = next((seat for seat in reversed(view.chain.decided()) if seat.state == view.purchase.state), None)
    if seat is None:
        return None
    who = people.names_of([seat.member])[seat.member]
    return {"title": view.how.say(f"purchase.page.{seat.state}_by", who=who), "comment": seat.comment or ""}


def _facts(view: View, content: dict[str, Any]) -> list[tuple[str, str]]:
    """The details, label and value; what a colleague may not read is left out."""
    say, how, purchase = Say.about([content], view.how), view.how, view.purchase
    paths = ["vendor", "category", "department", "on_behalf_of"]
    if view.open:
        paths += [
            "personal_data", "cx_impact", "no_goal_reason", "benefit.text", "benefit.amount", "benefit.by_on",
            "owners.business", "owners.technical", "owners.data", "needed_by_on", "after_the_fact.on", "after_the_fact.reason",
            "visibility", "route",
        ]  # fmt: skip
    rows = [(how.say(f"purchase.field.{path}"), say.value(content, path)) for path in paths]
    if view.open and (purchase.channels or purchase.units or purchase.regions):
        touched = {"channels": purchase.channels, "units": purchase.units, "regions": purchase.regions}
        rows.insert(3, (how.say("purchase.field.affected"), how.say("purchase.page.touches", **touched)))
    return [*rows, *([(how.say("purchase.page.copied_from"), purchase.copied_from)] if purchase.copied_from else [])]


SAID = frozenset({"comment", "comment_corrected", "comment_withdrawn"})
"""What the conversation beside it shows."""


def _timeline(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    names = people.names_by_email({name for event in events for name in (event.actor, event.acting_for) if name})
    return [_entry(event, names, how) for event in events if event.verb not in SAID]


def _entry(event: Event, names: dict[str, people.Named], how: Reader) -> dict[str, Any]:
    def named(email: str | None) -> str:
        return how.name(names[email]) if email in names else (email or "")

    again = event.verb == "submit" and (event.round or 1) > 1
    verb = "resubmit" if again else event.verb
    step = event.step_name[how.locale == "ja"] if event.step_name else ""
    known = next((key for key in (f"purchase.verb.{verb}", f"approval.verb.{verb}") if how.knows(key)), None)
    return {
        "verb": verb, "title": how.say(known, step=step) if known else verb, "who": "" if event.actor == SYSTEM else named(event.actor),
        "office": event.office or "", "acting_for": named(event.acting_for), "text": how.moment(event.at),
        "at": event.at.isoformat(), "comment": event.comment, "round": event.round, "system": event.actor == SYSTEM,
    }  # fmt: skip


@dataclass(frozen=True)
class SameVendor:
    """The same vendor's other requests of twelve months, and what those in one currency come to."""

    rows: list[dict[str, Any]]
    sum: str


def same_vendor(view: View) -> SameVendor | None:
    """For the page of a request; None when it names no vendor or the viewer may not know."""
    purchase = view.purchase
    if not purchase.vendor_normal or not view.open:
        return None
    return vendor_year(view.me, purchase.vendor_normal, view.how, view.now, besides=purchase.id or 0)


def vendor_year(me: Actor, vendor: str, how: Reader, now: datetime, *, besides: int = 0) -> SameVendor:
    """What else was asked for from this vendor within a year, as far as the viewer may see it."""
    found = queries.vendor_year(me, vendor, now, besides=besides)
    amounts = queries.amounts_visible(me, found)
    rows = [
        {
            "key": row.key, "title": row.title, "state": row.state, "on": how.moment(row.submitted_at) if row.submitted_at else "",
            "amount": how.show(row.total) if row.key in amounts and row.total else "",
        }
        for row in found
    ]  # fmt: skip
    totals = [
        row.total
        for row in found
        if row.key in amounts and row.total and row.state in ("pending", "approved", "purchased")
    ]
    whole = _sum(totals)
    return SameVendor(rows, how.say("purchase.page.same_vendor_sum", amount=whole) if whole and len(totals) > 1 else "")


def _sum(totals: Sequence[Money]) -> Money | None:
    """Together, if they are in one currency."""
    currencies = {total.currency for total in totals}
    return Money(sum(total.minor for total in totals), currencies.pop()) if len(currencies) == 1 else None


def _may_undo(view: View) -> bool:
    """One's own approval, while nobody acted after it."""
    if view.chain is None or view.chain.state != "pending" or not view.may_decide("undo"):
        return False
    return view.chain.decided()[-1].member == view.me.id


def _note(view: View, waiting: Sequence[str]) -> str:
    """The line above the buttons: what a press means, or why there is none."""
    how, seat, chain = view.how, _seat(view), view.chain
    if seat:
        return (
            how.say("purchase.page.two_keys")
            if seat["keys"]
            else how.say("purchase.page.final")
            if seat["final"]
            else ""
        )
    if view.purchase.state == "draft" and view.may("submit"):
        return how.say("purchase.page.nobody_yet")
    if chain is None or chain.state != "pending" or not view.open:
        return ""
    planned = any(other.member == view.me.id and other.state == "planned" for other in chain.seats)
    word = "your_turn_later" if planned else "waiting_for"
    said = how.say(f"purchase.page.{word}", names=list(waiting))
    return f"{said} {how.say('purchase.page.own')}" if view.me.id in chain.barred and not planned else said
