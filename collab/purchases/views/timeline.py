"""The history of a request as its page tells it: who did what, for whom, in which words, where it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from collab.approvals.views.seats import stage_words
from collab.kernel.actor import SYSTEM
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.purchases.queries.history import CONVERSATION, Event


def entries(events: Sequence[Event], how: Reader) -> list[dict[str, Any]]:
    """Every event as a line; what was said in the conversation stands there."""
    named = {name for event in events for name in (event.actor, event.acting_for, *_towards(event)) if name}
    names = people.names_by_email(named)
    return [_entry(event, names, how) for event in events if event.verb not in CONVERSATION]


def _entry(event: Event, names: Mapping[str, people.Named], how: Reader) -> dict[str, Any]:
    def named(email: str | None) -> str:
        return how.name(names[email]) if email and email in names else (email or "")

    return {
        "verb": _verb(event), "title": _title(event, names, how), "who": "" if event.actor == SYSTEM else named(event.actor),
        "office": event.office or "", "acting_for": named(event.acting_for), "text": how.moment(event.at),
        "at": event.at.isoformat(), "comment": event.comment, "round": event.round, "system": event.actor == SYSTEM,
    }  # fmt: skip


def _verb(event: Event) -> str:
    return "resubmit" if event.verb == "submit" and (event.round or 1) > 1 else event.verb


def _title(event: Event, names: Mapping[str, people.Named], how: Reader) -> str:
    """What was done, and what goes with it: the opinion, where it was sent back to, until when it is on hold."""
    verb = _verb(event)
    step = event.step_name[how.locale == "ja"] if event.step_name else ""
    known = next((key for key in (f"purchase.verb.{verb}", f"approval.verb.{verb}") if how.knows(key)), None)
    said = how.say(known, step=step) if known else verb
    towards = how.say("list.comma").join(how.name(names[email]) for email in _towards(event) if email in names)
    more = _more(event, how) or towards
    return how.say("purchase.page.verb_more", verb=said, more=more) if more else said


def _towards(event: Event) -> list[str]:
    """Whom an event reaches, by e-mail: who is asked, who is to read it, whose earlier decision stands."""
    after = event.after if isinstance(event.after, Mapping) else {}
    match event.verb:
        case "step_started":
            return _members(after.get("seats", ()))
        case "carried":
            return list(dict.fromkeys(seat["by"] for seat in after["seats"] if seat.get("by")))
        case "add_step":
            return _members(after["step"]["seats"])
        case "circulate" | "view_after" | "after_review" | "share":
            return list(after.get("members", ()))
        case "ask" | "seat_moved":
            return [name for name in (after.get("member"), after.get("to")) if name]
    return []


def _members(seats: Iterable[Mapping[str, Any]]) -> list[str]:
    return [seat["member"] for seat in seats if seat.get("member")]


def _more(event: Event, how: Reader) -> str:
    details = event.details
    if opinion := details.get("opinion"):
        stage = stage_words(details.get("stage"), how)
        return " · ".join(part for part in (how.say(f"approval.view.{opinion}"), stage) if part)
    if event.verb == "return" and isinstance(details.get("to"), int):
        return how.say("purchase.page.back_to", n=details["to"])
    if event.verb == "hold" and event.after:
        return how.say("purchase.page.held_until", until=date.fromisoformat(event.after["until_on"]))
    if later := _later(event, how):
        return later
    return how.say("purchase.page.lifted_over") if details.get("lifted") and event.verb != "lift" else ""


def _later(event: Event, how: Reader) -> str:
    """What goes with a verb after the decision: which condition, which answer, which amendment, which order."""
    after = event.after or {}
    if event.details.get("condition"):
        return " ".join(part for part in (f"{event.details['condition']}.", after.get("text") or "") if part)
    match event.verb:
        case "answer_revocation":
            return how.say(f"purchase.page.said_{after['answer']}")
        case "amend":
            return str(after["amendment"])
        case "purchase":
            return " · ".join(
                part for part in (how.day(date.fromisoformat(after["on"])), after.get("reference")) if part
            )
    return ""
