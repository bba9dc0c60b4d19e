"""The log of an initiative: risks with weight and owner, decisions with their reason, releases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Entry
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.work import EntryView, get_entry
from collab.initiatives.service import holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason, checked_words
from collab.people import queries as people

_entries: Table = Entry.__table__  # type: ignore[assignment]
RISK, DECISION, RELEASE = "risk", "decision", "release"
KINDS = (RISK, DECISION, RELEASE)
WEIGHTS = ("low", "medium", "high")


def add_entry(actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime) -> EntryView:
    """Write a line: kind and text; a risk with its weight (and owner, else whoever writes), a decision with its reason; `on` is
    the day, today if not said.

    Raises:
        Invalid: what the kind needs is missing, an owner who has nothing to do with it, a day to come.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.log")
        values = _columns(held.initiative, actor, fields, now)
        row = {"initiative_id": held.initiative.id, "written_by_id": actor.id, "written_at": now, **values}
        number = db.session.scalar(insert(_entries).values(**row).returning(_entries.c.id))
        found = get_entry(held.initiative.id, number or 0)
        audit.record(
            f"log_{found.kind}", key, actor=actor, at=now, after=content_of(found), details={"entry": found.id}
        )
        changed = settling.keep(held.initiative, now=now)
        if found.owner is not None:
            telling.told(changed, "risk", actor, now=now, whom=[found.owner], said=found.text)
        return found


def close_risk(actor: Actor, key: str, number: int, *, note: str | None, now: datetime) -> EntryView:
    """A risk is over: said by its owner or a lead, in words. Raises Invalid, NotFound, NotAllowed, NotNow."""
    with atomic():
        held = holding.hold(actor, key, "initiative.show")
        found = get_entry(held.initiative.id, number)
        here = held.relations | ({"owner"} if found.owner == actor.id else set())
        permits.check("initiative.log_close", here, held.initiative.state)
        words = checked_reason(note, "note")
        if not found.open:
            raise NotNow("risk_over" if found.kind == RISK else "no_risk", at=found.closed_at)
        change = {"closed_at": now, "close_note": words}
        db.session.execute(update(_entries).where(_entries.c.id == number).values(**change))
        audit.record(
            "risk_closed", key, actor=actor, at=now, after={"text": found.text}, reason=words, details={"entry": number}
        )
        settling.keep(held.initiative, now=now)
        return get_entry(held.initiative.id, number)


def _columns(initiative: InitiativeView, actor: Actor, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    kind, today = fields.get("kind"), people.today(now)
    given = {name: checked_words(name, fields.get(name)) for name in ("text", "reason")}
    on = fields.get("on") or today
    problems = _gaps(kind, given, fields.get("weight"))
    if on > today:
        problems["on"] = Text("initiative.problem.day_to_come")
    owner = _owner(initiative, actor, fields, problems, now) if kind == RISK else None
    if problems:
        raise Invalid(problems)
    weight = fields.get("weight") if kind == RISK else None
    return {"kind": kind, **given, "weight": weight, "owner_id": owner, "on": on}


def _gaps(kind: Any, given: Mapping[str, str | None], weight: Any) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if kind not in KINDS:
        problems["kind"] = Text("field.not_a_choice", {"choices": ", ".join(KINDS)})
    if not given["text"]:
        problems["text"] = Text("field.required")
    if kind == DECISION and not given["reason"]:
        problems["reason"] = Text("error.reason_needed")
    if kind == RISK and weight not in WEIGHTS:
        problems["weight"] = Text("field.not_a_choice", {"choices": ", ".join(WEIGHTS)})
    return problems


def _owner(
    initiative: InitiativeView, actor: Actor, fields: Mapping[str, Any], problems: dict[str, Text], now: datetime
) -> int | None:
    if not fields.get("owner"):
        return actor.id
    member = people.find_actor_by_email(fields["owner"], now)
    near = {held.member for held in initiative.leads} | {part.member for part in initiative.parts}
    if (
        member is None
        or member.is_partner
        or not ({member.id} & near or initiative.departments & set(member.departments))
    ):
        problems["owner"] = Text("initiative.problem.owner_takes_part")
        return None
    return member.id


def content_of(found: EntryView, emails: Mapping[int, str] | None = None) -> dict[str, Any]:
    """One as the API writes it and an audit entry keeps it; `emails` are those of everybody, where many are read."""
    owner = (emails.get(found.owner) if emails else people.email_of(found.owner)) if found.owner else None
    return {
        "kind": found.kind, "text": found.text, "reason": found.reason, "weight": found.weight, "owner": owner,
        "on": found.on.isoformat(),
    }  # fmt: skip
