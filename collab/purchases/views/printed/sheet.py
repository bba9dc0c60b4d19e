"""What stands on the printed sheet of a request, for whoever prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app

from collab.approvals import queries as approvals
from collab.approvals.queries import Chain
from collab.approvals.queries.conditions import ConditionView, list_conditions
from collab.approvals.rules.progress import RETURNED
from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.papers import qr_svg
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.queries.after import find_amended, list_visible_amendments
from collab.purchases.queries.marks import mark_of
from collab.purchases.service import preview
from collab.purchases.views.looking import View
from collab.purchases.views.printed.boxes import STAMPED, Box, Maker, named, planned
from collab.purchases.views.words import Say
from collab.web.printed import exactly, short_day, short_name

OVERPRINTED = ("rejected", "dropped", "revoked")
"""Ends that must be seen on every page: the paper gives no right any more."""
UNDECIDED = ("draft", "pending", "returned")
READ_AFTER = "view_after"


def page(view: View) -> dict[str, Any]:
    """Everything the template needs. What a colleague may not read is left out, as on the page of the request."""
    purchase, how = view.purchase, view.how
    mark = mark_of(purchase)
    address = f"{current_app.extensions['settings'].base_url.rstrip('/')}/purchases/{purchase.key}?paper={mark}"
    chain = view.chain if purchase.state != "draft" else None
    boxes = _boxes(view, chain) if view.open else []
    return {
        "how": how, "purchase": purchase, "open": view.open, "locale": how.locale, "mark": mark, "address": address,
        "qr": qr_svg(address, title=how.say("purchase.paper.qr")), "over": _over(purchase.state, how),
        "undecided": purchase.state in UNDECIDED, "heads": _heads(view, chain), "amount": _amount(view),
        "texts": _texts(view), "boxes": boxes, "to_come": chain is None and len(boxes) > 1, "comments": _comments(view, chain),
        "conditions": _conditions(view, chain), "rounds": _rounds(view), "related": _related(view), "ends": _ends(view),
        "auto": chain.route.get("auto") if chain and view.open else None,
        "printed": how.say("purchase.paper.printed", who=view.me, at=exactly(view.now, how)),
    }  # fmt: skip


def _over(state: str, how: Reader) -> str:
    return how.say(f"purchase.state.{state}") if state in OVERPRINTED else ""


def _heads(view: View, chain: Chain | None) -> list[tuple[str, str]]:
    """The short rows at the top: number, days, who, for whom, from whom."""
    purchase, how = view.purchase, view.how
    say = Say.about([content := queries.content_of(purchase)], how)
    names = people.names_of([purchase.requester_id])
    decided = chain.ended_at if chain and chain.state in ("approved", "revoked") else None
    rows = [
        ("number", purchase.key), ("state", how.say(f"purchase.state.{purchase.state}")),
        ("filed_on", _day(chain.opened_at if chain else None, how)), ("decided_on", _day(decided, how)),
        ("department", say.value(content, "department")), ("requester", how.name(names[purchase.requester_id])),
        ("on_behalf_of", say.value(content, "on_behalf_of")), ("vendor", purchase.vendor or ""),
        ("category", say.value(content, "category")),
    ]  # fmt: skip
    if view.open:
        rows += [
            ("needed_by_on", say.value(content, "needed_by_on")),
            ("personal_data", say.value(content, "personal_data")),
        ]
    return [(how.say(f"purchase.paper.head.{name}"), value) for name, value in rows if value]


def _day(moment: Any, how: Reader) -> str:
    return how.day(day_in(moment, how.zone)) if moment else ""


def _amount(view: View) -> dict[str, str] | None:
    """The total in figures, and what it is made of: one payment, tax, term."""
    purchase, how = view.purchase, view.how
    if not view.open or purchase.total is None:
        return None
    tax = how.say("purchase.page.tax_in" if purchase.tax_included else "purchase.page.tax_out")
    note = tax
    if purchase.billing != "one_time":
        months = purchase.term_months or 12
        note = how.say(f"purchase.page.{purchase.billing}", amount=purchase.amount, n=months, tax=tax)
    return {"total": how.show(purchase.total), "note": note}


def _texts(view: View) -> list[tuple[str, str]]:
    """The long rows: purpose, what it serves, what it brings, who answers for it."""
    purchase, how = view.purchase, view.how
    rows = [("purpose", purchase.purpose or "")]
    if view.open:
        say = Say.about([content := queries.content_of(purchase)], how)
        rows += [("goal", _aim(view)), ("initiative", _initiative(view))]
        rows += [(path, say.value(content, path)) for path in ("no_goal_reason", "cx_impact")]
        benefit = (say.value(content, "benefit.text"), _beside(say, content, "benefit"))
        rows += [("benefit", "\n".join(filter(None, benefit))), ("owners", _beside(say, content, "owners"))]
        if purchase.after_the_fact_on:
            rows.append(("after_the_fact.reason", purchase.after_the_fact_reason or ""))
    return [(how.say(f"purchase.field.{path}"), value) for path, value in rows if value]


_PARTS = {"benefit": ("amount", "by_on"), "owners": ("business", "technical", "data")}


def _beside(say: Say, content: Mapping[str, Any], path: str) -> str:
    """What is short enough to stand in one line, each with its label."""
    found = ((part, say.value(content, f"{path}.{part}")) for part in _PARTS[path])
    return " · ".join(f"{say.how.say(f'purchase.field.{path}.{part}')} {value}" for part, value in found if value)


def _aim(view: View) -> str:
    goal = goals.find_tied(view.me, view.purchase.goal_id)
    if goal is None:
        return view.how.say("goal.hidden") if view.purchase.goal_id else ""
    return f"{goal.key} {goal.title}"


def _initiative(view: View) -> str:
    found = initiatives.find_tied(view.me, view.purchase.initiative_id)
    if found is None:
        return view.how.say("initiative.hidden") if view.purchase.initiative_id else ""
    return f"{found.key} {found.title}"


def _boxes(view: View, chain: Chain | None) -> list[Box]:
    purchase, how = view.purchase, view.how
    names = named(chain) if chain else dict(people.names_of([purchase.requester_id]))
    filed = _filed(view, chain, names[purchase.requester_id])
    if chain is None:
        return [*_to_come(view), filed]
    after = {row.member: row.read_at for row in approvals.list_readings(purchase.key)
             if row.why == READ_AFTER and row.round_id == chain.id}  # fmt: skip
    return Maker(chain, how, names, after).boxes(filed)


def _to_come(view: View) -> list[Box]:
    """Who would be asked if the draft were submitted now; nobody while it cannot be planned."""
    if not view.may("plan"):
        return []
    try:
        plan = preview(view.me, {}, now=view.now, old=view.purchase).plan
    except Invalid:
        return []
    return planned(plan, view.how) if plan else []


def _filed(view: View, chain: Chain | None, who: Any) -> Box:
    how, other = view.how, view.purchase.on_behalf_of_id
    notes = [how.say("purchase.paper.note.filed_for", who=people.names_of([other])[other])] if other else []
    if chain is None:
        return Box(
            how.say("purchase.paper.post.filed"), "empty", seal=short_name(who, how), name=how.name(who), notes=notes
        )
    return Box(
        how.say("purchase.paper.post.filed"), STAMPED, how.say("purchase.paper.seal.filed"), short_day(chain.opened_at, how),
        short_name(who, how), how.name(who), notes=notes,
    )  # fmt: skip


def _comments(view: View, chain: Chain | None) -> list[dict[str, str]]:
    """What deciders and those consulted wrote with their decision, in order."""
    if chain is None or not view.open:
        return []
    names, how = named(chain), view.how
    maker = Maker(chain, how, names, {})
    return [
        {
            "day": short_day(seat.decided_at, how), "who": how.name(names[seat.decider]), "text": seat.comment,
            "word": maker.word(seat),
        }
        for seat in chain.decided()
        if seat.comment
    ]  # fmt: skip


def _conditions(view: View, chain: Chain | None) -> list[dict[str, Any]]:
    """Those of this round and those that were met or waived before it."""
    if chain is None or not view.open:
        return []
    found = [one for one in list_conditions(view.purchase.key) if one.state != "void" or one.round_id == chain.id]
    names = people.names_of(member for one in found for member in (one.owner, one.set_by))
    return [_condition(one, names, view.how) for one in found]


def _condition(one: ConditionView, names: Mapping[int, people.Named], how: Reader) -> dict[str, Any]:
    return {
        "number": one.number, "text": one.text, "kind": how.say(f"approval.condition.{'before_order' if one.before_order else 'dated'}"),
        "owner": how.name(names[one.owner]), "set_by": how.name(names[one.set_by]), "due": how.day(one.due_on),
        "state": how.say(f"purchase.condition.{one.state}"), "ended": short_day(one.ended_at, how), "note": one.note or "",
    }  # fmt: skip


def _rounds(view: View) -> list[dict[str, Any]]:
    """Every earlier round and every return inside this one: since when, to which end, by whom, in which words."""
    if view.chain is None or not view.open:
        return []
    chains = approvals.list_chains(view.purchase.key)
    last = [] if view.purchase.state == "draft" else [chains.pop()]
    ends = [(one.number, one.opened_at, one.ended_at, one.state, *_ended_by(one)) for one in chains]
    for one in last:
        back = (row for row in approvals.list_earlier_turns(one) if row.state == RETURNED)
        ends += [
            (one.number, one.opened_at, row.decided_at, "sent_back", row.decided_by_id or row.member_id, row.comment)
            for row in back
        ]
    names, how = people.names_of(row[4] for row in ends if row[4]), view.how
    return [
        {
            "number": number, "since": short_day(since, how), "until": short_day(until, how), "comment": comment or "",
            "word": how.say(f"purchase.paper.round.{state}"), "who": how.name(names[by]) if by else "",
        }
        for number, since, until, state, by, comment in ends
    ]  # fmt: skip


def _ended_by(chain: Chain) -> tuple[int | None, str | None]:
    seat = next((seat for seat in reversed(chain.decided()) if seat.state == chain.state), None)
    return (seat.decider, seat.comment) if seat and chain.state != "approved" else (None, None)


def _related(view: View) -> list[str]:
    """The decided request it changes, and the requests that change it (変更稟議)."""
    if not view.open:
        return []
    how, original = view.how, find_amended(view.me, view.purchase)
    return [
        *([how.say("purchase.paper.amends", key=original.key, title=original.title)] if original else []),
        *(
            how.say("purchase.paper.amended_by", key=row.key, state=how.say(f"purchase.state.{row.state}"))
            for row in list_visible_amendments(view.me, view.purchase)
        ),
    ]


_TOLD: Mapping[str, Sequence[str]] = {
    "revoked": ("revoke",), "dropped": ("drop",), "rejected": ("reject",), "purchased": ("purchase",),
}  # fmt: skip


def _ends(view: View) -> list[str]:
    """By whom, when and why it was revoked, dropped or rejected; when it was ordered."""
    verbs = _TOLD.get(view.purchase.state, ())
    if not verbs or not view.open:
        return []
    how = view.how
    found = [event for event in queries.history(view.me, view.purchase.key) if event.verb in verbs][-1:]
    names = people.names_by_email({event.actor for event in found})
    said = how.say(f"purchase.state.{view.purchase.state}")
    return [
        how.say(
            "purchase.paper.ended", state=said, day=short_day(event.at, how),
            who=how.name(names[event.actor]) if event.actor in names else "",
            why=event.comment or view.purchase.order_reference or "",
        ).strip(" ・·:：")
        for event in found
    ]  # fmt: skip
