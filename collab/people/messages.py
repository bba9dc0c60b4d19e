"""People in the API's shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.outbox.registry import Rendered
from collab.people.registry import categories
from collab.slack import blocks

CONFIRM, DECLINE = "delegation.confirm", "delegation.decline"
"""Buttons on the card of whoever must confirm a delegation."""


def person(actor: Actor) -> dict[str, Any]:
    """A member as others may know them."""
    return {
        "email": actor.email, "name_en": actor.name_en, "name_ja": actor.name_ja, "departments": list(actor.departments),
        "leads": list(actor.leads), "offices": list(actor.offices), "partner": actor.is_partner, "active": actor.active,
    }  # fmt: skip


def oneself(actor: Actor) -> dict[str, Any]:
    """A member as they know themselves."""
    habits = {"locale": actor.locale, "zone": actor.zone, "calendar": actor.calendar}
    return {**person(actor), **habits, "admin": actor.is_admin, "auditor": actor.is_auditor}


def absence(row: Any, emails: Mapping[int, str]) -> dict[str, Any]:
    """Days away, and who stands in."""
    return {
        "from_on": row.from_on.isoformat(), "until_on": row.until_on.isoformat(),
        "deputy": emails.get(row.deputy_id) if row.deputy_id else None,
    }  # fmt: skip


@dataclass(frozen=True)
class DelegationNow:
    """A delegation as one reader's card shows it; `to_me`: the reader would be the deputy; `asks`: they confirm it."""

    id: int
    state: str
    principal: str
    deputy: str
    proposer: str
    to_me: bool
    from_on: date
    until_on: date
    categories: tuple[Text, ...]
    limit: Money | None
    may_decide: bool
    reason: str
    asks: bool
    page: str


def delegation_now(
    found: Any, names: Mapping[int, Any], member: int, currency: str, page: str, reader: Reader
) -> DelegationNow:
    """A delegation as one member's card, or row, shows it."""
    limit = Money(found.limit_minor, currency) if found.limit_minor else None
    return DelegationNow(
        found.id, found.state, reader.name(names[found.principal]), reader.name(names[found.deputy]),
        reader.name(names[found.proposed_by]), found.deputy == member, found.from_on, found.until_on,
        tuple(categories[code] for code in found.categories if code in categories), limit, found.may_decide, found.reason or "",
        found.state == "proposed" and found.confirm_by == member, page,
    )  # fmt: skip


def delegation_card(now: DelegationNow, reader: Reader) -> Rendered:
    """What is delegated to whom, and where its reader must, the two buttons that confirm it or turn it down."""
    title = delegation_title(now, reader)
    facts = [(reader.say(label), value) for label, value in delegation_facts(now, reader)]
    shown = [blocks.section(blocks.bold(title)), blocks.facts(facts)]
    if now.reason:
        shown.append(blocks.quotation(now.reason, 500))
    if now.asks:
        value = str(now.id)
        shown.append(blocks.context(blocks.escape(reader.say("delegation.card.counts"))))
        shown.append(
            blocks.actions(
                blocks.button(reader.say("delegation.button.confirm"), CONFIRM, value, style="primary"),
                blocks.button(reader.say("delegation.button.decline"), DECLINE, value),
                blocks.button(reader.say("delegation.button.page"), "delegation.page", value, url=now.page),
            )
        )
    return Rendered(title, shown)


def delegation_title(now: DelegationNow, reader: Reader) -> str:
    """In a line: who may approve for whom, or would; seen from its reader."""
    names = {"principal": now.principal, "deputy": now.deputy, "proposer": now.proposer}
    side = "to_me" if now.to_me else "of_me"
    word = f"delegation.asked.{side}" if now.asks else f"delegation.state.{now.state}"
    return reader.say(word, **names)


def delegation_facts(now: DelegationNow, reader: Reader) -> Iterable[tuple[str, str]]:
    """Its terms with the keys of their labels."""
    categories = reader.say("list.comma").join(reader.say(name) for name in now.categories)
    limit = (
        reader.say("delegation.terms.below", amount=now.limit) if now.limit else reader.say("delegation.terms.no_limit")
    )
    yield "delegation.field.days", reader.say("delegation.terms.days", first=now.from_on, last=now.until_on)
    yield "delegation.field.categories", categories or reader.say("delegation.terms.every_category")
    yield "delegation.field.limit", limit
    yield "delegation.field.may_decide", reader.say(f"delegation.terms.decide_{'yes' if now.may_decide else 'no'}")


def delegation_told(now: DelegationNow, reader: Reader, *, what: str, by: str) -> Rendered:
    """News about a delegation: who did what to it, and its terms."""
    line = reader.say(f"delegation.told.{what}", who=by, principal=now.principal, deputy=now.deputy)
    facts = [(reader.say(label), value) for label, value in delegation_facts(now, reader)]
    return Rendered(
        line,
        [
            blocks.section(f"{blocks.bold(line)}\n{blocks.link(now.page, reader.say('delegation.button.page'))}"),
            blocks.facts(facts),
        ],
    )


def delegation(row: Any, emails: Mapping[int, str], limit: str | None) -> dict[str, Any]:
    """A delegation for the API; the limit as a decimal string in the company's currency."""
    return {
        "id": row.id, "state": row.state, "principal": emails.get(row.principal), "deputy": emails.get(row.deputy),
        "from_on": row.from_on.isoformat(), "until_on": row.until_on.isoformat(), "categories": list(row.categories),
        "limit": limit, "may_decide": row.may_decide, "reason": row.reason, "proposed_by": emails.get(row.proposed_by),
        "confirm_by": emails.get(row.confirm_by), "confirmed_at": _iso(row.confirmed_at), "ended_at": _iso(row.ended_at),
    }  # fmt: skip


def secretary(row: Any, emails: Mapping[int, str]) -> dict[str, Any]:
    """Who assists whom."""
    return {
        "id": row.id, "principal": emails.get(row.principal_id), "secretary": emails.get(row.secretary_id),
        "since": _iso(row.made_at),
    }  # fmt: skip


def unlinked(row: Any) -> dict[str, Any]:
    """A member without a Slack account; `why` is empty where none was looked for yet."""
    names = {"email": row.email, "name_en": row.name_en, "name_ja": row.name_ja}
    return {**names, "looked_at": _iso(row.looked_at), "why": row.why}


def stranger(row: Any) -> dict[str, Any]:
    """A Slack account that is no member's."""
    return {
        "team": row.team_id, "user": row.user_id, "name": row.name, "handle": row.handle, "email": row.email or None, "why": row.why,
        "times": row.times, "first_at": _iso(row.first_at), "last_at": _iso(row.last_at), "dismissed": row.dismissed_at is not None,
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
