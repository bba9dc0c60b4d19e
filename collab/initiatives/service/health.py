"""How it goes, as each lead says it: on track, at risk or off track; trouble is put into words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Health, Lead
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.work import divergences, healths_of
from collab.initiatives.rules.health import Said
from collab.initiatives.rules.moves import HEALTHS
from collab.initiatives.service import holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, Text
from collab.kernel.words import checked_words

_health: Table = Health.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
ON_TRACK = HEALTHS[0]


def say_health(actor: Actor, key: str, health: str, *, note: str | None = None, now: datetime) -> Said:
    """Say how it goes, as one of its leads and in person. Saying the same again counts as said today.

    When the two sides begin to differ by it, the other leads hear.

    Raises:
        Invalid: no such health, or trouble without words.
        NotFound, NotAllowed, NotNow.
    """
    words = checked_words("note", note)
    if health not in HEALTHS:
        raise Invalid({"health": Text("field.not_a_choice", {"choices": ", ".join(HEALTHS)})})
    if health != ON_TRACK and words is None:
        raise Invalid({"note": Text("error.reason_needed")}, "reason_needed")
    with atomic():
        held = holding.hold(actor, key, "initiative.health")
        mine = next((one for one in held.initiative.leads if one.member == actor.id), None)
        if mine is None or actor.machine is not None:
            raise NotAllowed("health_in_person")
        apart = bool(divergences([held.initiative.id], now))
        said = Said(mine.slot, actor.id, health, words, now)
        _write(held.initiative, mine.id, said)
        audit.record(
            "health", key, actor=actor, at=now, before={"health": mine.health}, after={"health": health}, reason=words,
            details={"slot": mine.slot},
        )  # fmt: skip
        changed = settling.keep(held.initiative, now=now)
        if not apart and divergences([held.initiative.id], now):
            telling.told(changed, "diverge", actor, now=now, whom=telling.leads(changed), said=words, health=health)
        return said


def _write(initiative: InitiativeView, lead: int, said: Said) -> None:
    row = {"slot": said.slot, "member_id": said.member, "health": said.health, "note": said.note, "at": said.at}
    db.session.execute(insert(_health).values(initiative_id=initiative.id, **row))
    values = {"health": said.health, "health_note": said.note, "health_at": said.at}
    db.session.execute(update(_leads).where(_leads.c.id == lead).values(**values))


def history(initiative: int) -> list[Said]:
    """Everything that was said of it, the oldest first."""
    return healths_of([initiative]).get(initiative, [])
