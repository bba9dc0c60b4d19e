"""The charter: written, laid out, signed by both leads; changed, it is signed by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Charter, Initiative
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charter_sheets import content_now
from collab.initiatives.queries.charters import PAPER, CharterView, differences, find_charter, mark_of
from collab.initiatives.queries.standing import lacks_of
from collab.initiatives.rules.chartering import TEXTS, lacking
from collab.initiatives.rules.moves import CHARTERED, IDEA, SIDES
from collab.initiatives.service.events import InitiativeClosed
from collab.initiatives.service.holding import hold, locked, move
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Stale, Text
from collab.signatures import queries as signatures
from collab.signatures import service as signing
from collab.signatures.service import SheetValid, SheetVoided, Signed, Signer
from collab.signatures.service.voiding import void_open

_charters: Table = Charter.__table__  # type: ignore[assignment]
_initiatives: Table = Initiative.__table__  # type: ignore[assignment]


def write(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: str | None = None, now: datetime) -> CharterView:
    """Write on the charter: in place as long as it was not laid out, else its next version, and both signatures are void.

    `fields` are any of `TEXTS`; what is not named stays. `seen` is the mark of what the writer read. Writing the same again changes nothing, and voids nothing.

    Raises:
        Stale: somebody wrote on it since.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        initiative = _hold(actor, key, "initiative.charter_write")
        latest = find_charter(initiative.id)
        if seen is not None and seen != mark_of(latest):
            raise Stale
        texts = {name: str(fields.get(name, latest.texts[name] if latest else "") or "") for name in TEXTS}
        if latest is not None and texts == dict(latest.texts):
            return latest
        version = _next_version(initiative, latest)
        fresh = _written(initiative, latest, version, texts, actor, now)
        changed = [name for name, _before, _after in differences(latest, fresh)]
        audit.record("charter_written", key, actor=actor, at=now, after={"version": version, "changed": changed})
        touched(initiative, "charter", actor, now)
        move(locked(key), {})
        return fresh


def lay(actor: Actor, key: str, *, seen: str | None = None, now: datetime) -> int:
    """Put the charter before both leads; returns the number of the sheet. `seen` as in `write`.

    Raises:
        Invalid: something that must be on it is missing, by field.
        Stale: it was written on since the actor looked.
        NotNow: this version is laid out already.
        NotFound, NotAllowed.
    """
    with atomic():
        initiative = _hold(actor, key, "initiative.charter_lay")
        charter = find_charter(initiative.id)
        if seen is not None and seen != mark_of(charter):
            raise Stale
        if charter is None:
            raise Invalid({"vision": Text("field.required")})
        _check_complete(initiative, charter)
        sheet = signatures.find_sheet(key, PAPER)
        if sheet is not None and sheet.version == charter.version:
            if sheet.state != "void":
                raise NotNow("paper_laid_already", n=sheet.version)
            charter = _written(initiative, charter, charter.version + 1, charter.texts, actor, now)
        signers = [Signer(held.slot, held.member, held.department) for held in initiative.leads if held.slot in SIDES]
        content = content_now(initiative, charter)
        return signing.lay(key, PAPER, charter.version, content, signers=signers, laid_by=actor, now=now)


def sign(actor: Actor, key: str, *, version: int, source: str, now: datetime) -> Signed:
    """Sign the version of the charter one saw. Raises what `signatures.service.sign` raises; NotNow where no such version was
    laid out."""
    with atomic():
        sheet = signatures.find_sheet(locked(key).key, PAPER)
        if not signatures.may_see_paper(actor, key):
            raise NotFound
        if sheet is None:
            raise NotNow("charter_not_laid")
        return signing.sign(actor, sheet.id, seen_version=version, source=source, now=now)


def touched(initiative: InitiativeView, reason: str, actor: Actor | None, now: datetime) -> None:
    """Something the charter's sheet shows has changed (`reason`: charter, content, leads, goals): whoever signed it signed
    something else, so that both signatures are void. Under the lock, in the transaction of the change, before or after it."""
    signing.void(initiative.key, PAPER, reason=reason, actor=actor, now=now)


def on_valid(event: SheetValid) -> None:
    """Both leads signed the charter: an idea is chartered (registered at start-up)."""
    if event.paper != PAPER:
        return
    initiative = locked(event.subject_key)
    to = CHARTERED if initiative.state == IDEA else initiative.state
    details = {"version": event.version}
    audit.record(
        "chartered", initiative.key, actor=None, at=event.at, before={"state": initiative.state}, after={"state": to},
        details=details,
    )  # fmt: skip
    move(initiative, {"state": to})


def on_voided(event: SheetVoided) -> None:
    """The charter's signatures are void: what was chartered is an idea again; work that has begun goes on (registered at
    start-up)."""
    if event.paper != PAPER or not event.was_valid:
        return
    initiative = locked(event.subject_key)
    if initiative.state == CHARTERED:
        audit.record(
            "charter_lost", initiative.key, actor=event.actor, at=event.at, before={"state": CHARTERED},
            after={"state": IDEA}, details={"why": event.reason},
        )  # fmt: skip
        # no new version: whoever caused it holds this one, and moves it on
        db.session.execute(update(_initiatives).where(_initiatives.c.id == initiative.id).values(state=IDEA))


def on_closed(event: InitiativeClosed) -> None:
    """Nobody is asked to sign for what is over; what was signed is kept as it was (registered at start-up)."""
    void_open(event.initiative.key, None, reason="closed", actor=event.actor, now=event.at)


def _hold(actor: Actor, key: str, verb: str) -> InitiativeView:
    """The initiative, locked, once the verb is permitted; for whoever may not read the charter (a guest who takes part) there is
    none to write on. Raises what `hold` raises."""
    if not signatures.may_see_paper(actor, key):
        raise NotFound
    return hold(actor, key, verb).initiative


def _next_version(initiative: InitiativeView, latest: CharterView | None) -> int:
    """The version that may be written: the latest, until it was laid out."""
    if latest is None:
        return 1
    laid = signatures.find_sheet(initiative.key, PAPER)
    return latest.version + 1 if laid is not None and laid.version >= latest.version else latest.version


def _written(
    initiative: InitiativeView, latest: CharterView | None, version: int, texts: Mapping[str, str], actor: Actor,
    now: datetime,
) -> CharterView:  # fmt: skip
    values = {**texts, "written_by_id": actor.id, "written_at": now}
    if latest is not None and latest.version == version:
        at = (_charters.c.initiative_id == initiative.id) & (_charters.c.version == version)
        db.session.execute(update(_charters).where(at).values(**values))
    else:
        db.session.execute(insert(_charters).values(initiative_id=initiative.id, version=version, **values))
    return CharterView(initiative.id, version, dict(texts), actor.id, now)


def _check_complete(initiative: InitiativeView, charter: CharterView) -> None:
    """Raise Invalid with everything that is missing on the sheet."""
    problems = {name: Text("field.required") for name in lacking(charter.texts)}
    third = initiative.lead(3)
    if third is not None and not charter.texts["brings_3"].strip():
        problems["brings_3"] = Text("field.required")
    problems.update({_FIELD_OF.get(code, "leads"): Text(f"initiative.lacks.{code}") for code in lacks_of(initiative)})
    if problems:
        raise Invalid(problems)


_FIELD_OF = {"goal": "goals", "departments": "participants"}
