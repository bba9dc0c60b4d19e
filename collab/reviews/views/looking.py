"""One review before one viewer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.audit.queries import list_entries
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.clock import day_in
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.reviews import queries
from collab.reviews.rules import OFFICES
from collab.reviews.views.sections import Teller


def page(me: Actor, review: Any, how: Reader, now: datetime) -> dict[str, Any]:
    """Everything its templates need; figures of what the viewer may not see are not among it."""
    before = queries.find_before(review)
    seen = queries.seen_by(me, *([review, before] if before else [review]))
    sections = Teller(review.content, seen[0], seen[1] if before else None, how).sections()
    return {
        "how": how, "locale": how.locale, "review": review, "title": queries.title_of(review, how.locale), "sections": sections,
        "before": before, "before_title": queries.title_of(before, how.locale) if before else "",
        "hidden": sum(seen[0].hidden.values()), "holds": queries.holds(review), "words": _words(me, review, how),
        "can": {verb: permits.allows(f"review.{verb}", me.roles, review.state) for verb in ("write", "retake", "freeze")},
        "frozen": _frozen(review, how), "timeline": _timeline(review, how), "moment": now,
    }  # fmt: skip


def _words(me: Actor, review: Any, how: Reader) -> list[dict[str, Any]]:
    """What both sides wrote; `mine`: the viewer writes it, as long as it is a draft."""
    names = people.names_of(who for who in (review.cmo_by_id, review.cio_by_id) if who)
    rows = []
    for office in OFFICES:
        side = office.lower()
        by, at = getattr(review, f"{side}_by_id"), getattr(review, f"{side}_at")
        mine = office in me.offices and permits.allows("review.write", me.roles, review.state)
        rows.append(
            {
                "office": office, "text": getattr(review, f"{side}_words") or "", "mine": mine,
                "by": how.name(names[by]) if by else "", "at": how.day(day_in(at, how.zone)) if at else "",
            }
        )  # fmt: skip
    return rows


def _timeline(review: Any, how: Reader) -> list[dict[str, Any]]:
    """Who opened it, wrote in it, closed it. Comments are read in the conversation, where they stand."""
    entries = [entry for entry in list_entries(review.key) if how.knows(f"review.verb.{entry.verb}")]
    names = people.names_by_email({entry.actor for entry in entries if entry.actor != SYSTEM})
    return [
        {
            "verb": entry.verb, "title": how.say(f"review.verb.{entry.verb}"), "text": how.moment(entry.at), "at": entry.at.isoformat(),
            "who": how.name(names[entry.actor]) if entry.actor in names else "", "system": entry.actor == SYSTEM,
        }
        for entry in entries
    ]  # fmt: skip


def _frozen(review: Any, how: Reader) -> str:
    if review.frozen_at is None:
        return how.say("review.page.closes", at=review.freezes_at)
    who = people.names_of([review.frozen_by_id])[review.frozen_by_id] if review.frozen_by_id else None
    key = "frozen_by" if who else "frozen_alone"
    return how.say(
        f"review.page.{key}", at=how.day(day_in(review.frozen_at, how.zone)), **({"who": who} if who else {})
    )
