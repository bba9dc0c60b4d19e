"""What the page of one request shows a viewer: the five-second summary, the way, the details, the history, the actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.messages.forms import STAGES
from collab.approvals.queries.turns import has_decided, sent_back
from collab.approvals.views import sheet as sheets
from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader, from_json
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Present
from collab.purchases import queries
from collab.purchases.views import after, asked, plans, timeline, words
from collab.purchases.views.asked import Mine
from collab.purchases.views.looking import View, view_of
from collab.purchases.views.words import Say
from collab.subjects.traces import look
from collab.web.moments import due_state, due_words

__all__ = ["View", "page", "same_vendor", "vendor_year", "view_of"]
OWN_VERBS = ("edit", "submit", "withdraw", "drop", "copy", "more_time")


def page(view: View) -> dict[str, Any]:
    """Everything the template needs."""
    look(view.purchase.key)
    purchase, how, mine = view.purchase, view.how, asked.find_mine(view)
    members = _choices() if mine else []  # first: they bring every name along
    content = queries.content_of(purchase)
    sheet = (
        sheets.of_chain(view.chain, how, view.now, approvals.usually(view.now)) if view.chain and view.open else None
    )
    events = (
        queries.history(view.me, purchase.key)
        if permits.allows("purchase.history", view.relations, purchase.state)
        else []
    )
    return {
        **_deciding(view, mine), "members": members, "purchase": purchase, "open": view.open, "ask": _ask(view, mine), "sheet": sheet,
        "amount": how.show(purchase.total) if view.open and purchase.total else "", "amount_note": _amount_note(view),
        "requester": people.names_of([purchase.requester_id])[purchase.requester_id],
        "department": Say.about([content], how).value(content, "department"),
        "goal": goals.find_tied(view.me, purchase.goal_id), "initiative": initiatives.find_tied(view.me, purchase.initiative_id),
        "due": _due(view, mine), "facts": _facts(view, content), "timeline": timeline.entries(events, how),
        "changed": words.between_rounds(events, how, view.me.email) if events else None, "same_vendor": same_vendor(view),
        "can": {verb: view.may(verb) for verb in OWN_VERBS}, "undo": _may_undo(view), "after": after.panel(view),
        "note": _note(view, mine, sheet.waiting if sheet else []), "refusal": _refusal(view), "plan": plans.of_draft(view),
    }  # fmt: skip


def _ask(view: View, mine: Mine | None) -> str:
    """The one sentence at the top, for this viewer."""
    purchase = view.purchase
    if mine:
        word = "held" if mine.seat.held_until else mine.way
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


def _deciding(view: View, mine: Mine | None) -> dict[str, Any]:
    """What the viewer is asked, whom they could approve over, and what those heard before them said."""
    said = asked.opinions(view.chain, view.how) if view.chain and view.open else []
    return {
        "seat": asked.faces(view, view.chain, mine) if view.chain and mine and not mine.refused else None, "lift": asked.find_lift(view),
        "opinions": said, "warnings": _warnings(view), "sent_back": _sent_back(view), "stages": STAGES if mine else (),
        "welcome": mine is not None and not mine.refused and not has_decided(view.me.id),
    }  # fmt: skip


def _sent_back(view: View) -> dict[str, str] | None:
    """Who sent it back to an earlier step and why: what those asked anew want to know first."""
    back = sent_back(view.chain) if view.chain and view.chain.state == "pending" and view.open else None
    if back is None:
        return None
    title = view.how.say("purchase.page.returned_by", who=people.names_of([back.by])[back.by])
    return {"title": title, "comment": back.comment}


def _warnings(view: View) -> list[str]:
    """What the routes said when it was submitted."""
    return (
        [view.how.say(from_json(text)) for text in view.chain.route.get("warnings", ())]
        if view.chain and view.open
        else []
    )


def _choices() -> Sequence[Present]:
    """Whom a decider may name: colleagues, by e-mail."""
    here = (one for one in people.list_present() if not one.is_partner and not one.is_auditor)
    return sorted(here, key=attrgetter("email"))


def _due(view: View, mine: Mine | None) -> dict[str, str]:
    """When the viewer's own answer is due, else the first one of anybody's."""
    if view.chain is None or not view.open:
        return {"text": "", "state": "ok"}
    seats = [mine.seat] if mine else view.chain.waiting()
    due_at = min((seat.due_at for seat in seats if seat.due_at), default=None)
    return {"text": due_words(due_at, view.now, view.how), "state": due_state(due_at, view.now)}


def _refusal(view: View) -> dict[str, str] | None:
    """Who sent it back or rejected it and why: what its requester wants to know first."""
    if view.chain is None or not view.open or view.purchase.state not in ("returned", "rejected"):
        return None
    seat = next((seat for seat in reversed(view.chain.decided()) if seat.state == view.purchase.state), None)
    if seat is None:
        return None
    who = people.names_of([seat.decider])[seat.decider]
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
    last = view.chain.decided()[-1]
    return last.decider == view.me.id and last.carried_from is None


def _note(view: View, mine: Mine | None, waiting: Sequence[str]) -> str:
    """The line above the buttons: what a press means, or why there is none."""
    how, chain = view.how, view.chain
    if mine:
        return _note_asked(view, mine)
    if view.purchase.state == "draft" and view.may("submit"):
        return how.say("purchase.page.nobody_yet")
    if chain is None or chain.state != "pending" or not view.open:
        return ""
    planned = any(other.member == view.me.id and other.state == "planned" for other in chain.seats)
    word = "your_turn_later" if planned else "waiting_for"
    said = how.say(f"purchase.page.{word}", names=list(waiting))
    return f"{said} {how.say('purchase.page.own')}" if view.me.id in chain.barred and not planned else said


def _aim(view: View) -> list[str]:
    """What both keys are for: the goal, or why none fits."""
    face = queries.face(view.purchase.key, view.me)
    return [view.how.say("purchase.page.keys_for", aim=face.aim)] if face and face.aim else []


def _note_asked(view: View, mine: Mine) -> str:
    """For whom the viewer decides, and what their yes does."""
    how = view.how
    if mine.refused:
        return how.say(mine.refused)
    if mine.principal:
        return how.say("purchase.page.decides_for", name=people.names_of([mine.principal])[mine.principal])
    if mine.way == "key":
        return " ".join([how.say("purchase.page.two_keys"), *_aim(view)])
    return how.say("purchase.page.final") if mine.way == "decide" else ""
