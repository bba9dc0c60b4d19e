"""What the page of a request shows after its decision: conditions, requests to revoke, amendments either way, the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collab.approvals import service as approvals
from collab.approvals.queries.conditions import ConditionView, list_conditions
from collab.approvals.queries.revocations import RevocationView, list_revocations
from collab.approvals.service import meeting
from collab.approvals.service.voices import list_voices
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named
from collab.purchases.queries import content_of
from collab.purchases.queries.after import OPEN, TAKEN, find_amended, list_visible_amendments
from collab.purchases.queries.wording import changes
from collab.purchases.views.looking import View


def panel(view: View) -> dict[str, Any]:
    """Everything its templates need; nothing to somebody who only sees that the request exists."""
    if not view.open:
        return {}
    revocations = list_revocations(view.purchase.key) if view.purchase.round else []
    conditions = list_conditions(view.purchase.key) if view.purchase.round else []
    unmet = [found for found in conditions if found.is_open and found.before_order and found.binding]
    return {
        "conditions": _conditions(view, conditions), "unmet": len(unmet), "revocations": _revocations(view, revocations),
        "amends": _amends(view), "amendments": _amendments(view), "can": _can(view, revocations, len(unmet)),
        "today": people.today(view.now).isoformat(), "together": _together(view),
        "order": _order(view),
    }  # fmt: skip


def _can(view: View, revocations: list[RevocationView], unmet: int) -> dict[str, bool]:
    """What the viewer may do now. An order that something stands against is not offered; the page says what does."""
    asked = any(found.is_open for found in revocations)
    standing = list_visible_amendments(view.me, view.purchase)
    replaced = any(row.state in TAKEN for row in standing)
    amended = replaced or any(row.state in OPEN for row in standing)
    return {
        "order": view.may("purchase") and not (asked or unmet or replaced),
        "amend": view.may("amend") and not amended,
        "revoke": view.may_decide("revoke") and not asked and view.purchase.state == "approved",
        "ask_to_revoke": _may_ask(view) and not asked,
    }


def _may_ask(view: View) -> bool:
    if view.chain is None or view.purchase.state != "approved" or view.may_decide("revoke"):
        return False
    here = approvals.revocation_relations(view.chain, view.me)
    return permits.allows("approval.ask_to_revoke", here, view.chain.state)


def _together(view: View) -> bool:
    """Whether the viewer's own yes would not be enough to revoke it."""
    if view.chain is None or not view.may_decide("revoke"):
        return False
    return [voice.member for voice in list_voices(view.chain, view.now)] != [view.me.id]


def _conditions(view: View, found: list[ConditionView]) -> list[dict[str, Any]]:
    """Those that count, and those that did; what became void with a round nobody remembers is left to the history."""
    shown = [one for one in found if one.state != "void" or (view.chain is not None and one.round_id == view.chain.id)]
    names = people.names_of(member for one in shown for member in (one.owner, one.set_by, one.ended_by) if member)
    return [_condition(view, one, names) for one in shown]


def _condition(view: View, one: ConditionView, names: Mapping[int, Named]) -> dict[str, Any]:
    how = view.how
    here = meeting.relations_to(one, view.me, view.now)
    live = one.is_open and one.binding
    ended = how.say(
        "purchase.page.condition_ended", state=how.say(f"purchase.condition.{one.state}"),
        at=how.moment(one.ended_at), who=names[one.ended_by],
    ) if one.ended_at and one.ended_by else ""  # fmt: skip
    return {
        "number": one.number, "text": one.text, "state": one.state, "word": how.say(f"purchase.condition.{one.state}"),
        "kind": how.say(f"approval.condition.{'before_order' if one.before_order else 'dated'}"),
        "of": how.say("purchase.page.condition_of", owner=names[one.owner], due=one.due_on),
        "set_by": how.say("purchase.page.condition_set_by", who=names[one.set_by]), "ended": ended, "note": one.note or "",
        "late": live and one.due_on < people.today(view.now),
        "meet": live and permits.allows("approval.meet", here, "approved"),
        "waive": live and permits.allows("approval.waive", here, "approved"),
        "ask": live and "setter" not in here and permits.allows("approval.ask_to_waive", here, "approved"),
    }  # fmt: skip


def _revocations(view: View, found: list[RevocationView]) -> list[dict[str, Any]]:
    """The newest first."""
    names = people.names_of(member for one in found for member in (one.requested_by, *(v.member for v in one.voices)))
    return [_revocation(view, one, names) for one in reversed(found)]


def _revocation(view: View, one: RevocationView, names: Mapping[int, Named]) -> dict[str, Any]:
    how, here = view.how, one.relations_of(view.me.id) | view.me.roles
    said = {"who": names[one.requested_by], "at": how.moment(one.requested_at)}
    state = how.say(f"purchase.revocation.{one.state}")
    head = (
        how.say("purchase.page.revocation_by", **said)
        if one.is_open
        else how.say("purchase.page.revocation_was", **said, state=state)
    )
    voices = [
        {"text": how.say(f"approval.revocation.voice.{voice.answer or 'open'}", name=names[voice.member]), "comment": voice.comment or ""}
        for voice in one.voices
    ]  # fmt: skip
    return {
        "head": head, "reason": one.reason, "open": one.is_open, "voices": voices,
        "answer": permits.allows("approval.answer_revocation", here, "approved"),
        "withdraw": permits.allows("approval.withdraw_revocation", here, "approved"),
    }  # fmt: skip


def _amends(view: View) -> dict[str, Any] | None:
    original = find_amended(view.me, view.purchase)
    if original is None:
        return None
    said = changes(content_of(original), content_of(view.purchase), view.how)
    return {"key": original.key, "title": original.title, "changes": said, "revoked": original.state == "revoked"}


def _amendments(view: View) -> list[dict[str, Any]]:
    """Those that may change it and the one that did; those that came to nothing last and small."""
    how = view.how
    return [
        {
            "key": row.key, "state": row.state, "word": how.say(f"purchase.state.{row.state}"),
            "text": how.say("purchase.page.amended_taken", key=row.key) if row.state in TAKEN
            else how.say("purchase.page.amended_open", key=row.key) if row.state in OPEN else "",
        }
        for row in reversed(list_visible_amendments(view.me, view.purchase))
    ]  # fmt: skip


def _order(view: View) -> list[tuple[str, str]]:
    purchase, how = view.purchase, view.how
    if purchase.purchased_on is None:
        return []
    return [
        (how.say("purchase.page.ordered_on"), how.day(purchase.purchased_on)),
        (how.say("purchase.page.order_reference"), purchase.order_reference or ""),
    ]
