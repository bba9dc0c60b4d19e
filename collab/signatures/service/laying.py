"""Laying a version of a paper out for its two signers: frozen, hashed, both asked, both clocks started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import Wait, watch
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import Span, parse_span
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.people import queries as people
from collab.signatures import rules
from collab.signatures.models import Sheet, Signature
from collab.signatures.queries.sheets import SheetView, find_by_id, find_sheet
from collab.signatures.queries.waiting import WATCH, wait_key
from collab.signatures.registry import paper_of
from collab.signatures.rules import Signer
from collab.signatures.service import telling
from collab.signatures.service.voiding import void_open
from collab.subjects import service as subjects

SETTING = "signatures.due"
REPLACED = "replaced"
_sheets: Table = Sheet.__table__  # type: ignore[assignment]
_seats: Table = Signature.__table__  # type: ignore[assignment]


def lay(
    subject_key: str,
    paper: str,
    version: int,
    content: Mapping[str, Any],
    *,
    signers: Sequence[Signer],
    laid_by: Actor | None,
    now: datetime,
) -> int:
    """Put a version of a paper before its two signers; returns the number of the sheet. The caller has checked who may.

    An older version that still waits for a signature is void from now on. `content` must be JSON.

    Raises:
        Invalid: (`signers`) not two people of two departments, somebody who has left, a guest or an auditor, somebody who is
            not of the department (any more), somebody who may not read what stands on it.
        NotNow: this version, or a later one, was laid out already.
        NotFound: no such subject.
    """
    with atomic():
        subjects.lock(subject_key)
        actors = _seated(signers, paper, content, now)
        newest = find_sheet(subject_key, paper)
        if newest is not None and newest.version >= version:
            raise NotNow("paper_laid_already", n=newest.version)
        void_open(subject_key, paper, reason=REPLACED, actor=laid_by, now=now)
        sheet = _written(subject_key, paper, version, content, signers, actors, laid_by, now)
        audit.record(
            "paper_laid", subject_key, actor=laid_by, at=now,
            after={
                "paper": paper, "version": version, "hash": sheet.hash, "sheet": sheet.id,
                "signers": [actors[one.member].email for one in signers],
            },
        )  # fmt: skip
        watch(*_waits(sheet), now=now)
        telling.ask(sheet, now=now)
        return sheet.id


def _seated(signers: Sequence[Signer], paper: str, content: Mapping[str, Any], now: datetime) -> Mapping[int, Actor]:
    """The signers by member id. Raises Invalid."""
    problem = rules.why_not_seated(signers)
    actors = {one.id: one for one in people.list_actors(now, ids=sorted({one.member for one in signers}))}
    shown = paper_of(paper).shown
    for one in signers:
        actor = actors.get(one.member)
        if actor is None or "member" not in actor.roles:
            problem = problem or Text("signature.problem.cannot_sign", {"who": actor} if actor else {"who": "-"})
        elif not rules.stands_for(actor, one.department):
            problem = problem or Text("signature.problem.moved_away", {"who": actor})
        elif shown(actor, content) != content:
            problem = problem or Text("signature.problem.cannot_read", {"who": actor})
    if problem:
        raise Invalid({"signers": problem})
    return actors


def _written(
    subject_key: str, paper: str, version: int, content: Mapping[str, Any], signers: Sequence[Signer],
    actors: Mapping[int, Actor], laid_by: Actor | None, now: datetime,
) -> SheetView:  # fmt: skip
    seats = [(one.side, actors[one.member].email, one.department) for one in signers]
    row = {
        "subject_key": subject_key, "paper": paper, "version": version, "state": rules.OPEN, "content": dict(content),
        "hash": rules.seal(subject_key, paper, version, content, seats), "laid_by_id": laid_by.id if laid_by else None,
        "laid_at": now,
    }  # fmt: skip
    number = db.session.scalar(insert(_sheets).values(**row).returning(_sheets.c.id))
    due = {one.member: due_for(actors[one.member], now) for one in signers}
    db.session.execute(
        insert(_seats),
        [
            {
                "sheet_id": number, "side": one.side, "member_id": one.member, "department_code": one.department,
                "due_at": due[one.member],
            }
            for one in signers
        ],
    )  # fmt: skip
    sheet = find_by_id(int(number or 0))
    if sheet is None:
        raise NotFound
    return sheet


def due_for(signer: Actor, now: datetime) -> datetime:
    """By when a signature is asked of somebody, on their own calendar."""
    span: Span = current_app.extensions[SETTING]
    return span.due(now, calendar_or_default(signer.calendar))


def read_due(data: Mapping[str, Any]) -> Span:
    """How long a signature may take, as `config/signatures.toml` says it. Raises ValueError."""
    unknown = sorted(set(data) - {"due"})
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not known")
    return parse_span(str(data.get("due", "3bd")))


def _waits(sheet: SheetView) -> list[Wait]:
    """One clock per seat: it runs on whoever is to sign, and the other signer waits for it."""
    found = []
    for seat in sheet.seats:
        other = sheet.other_than(seat.member)
        found.append(
            Wait(
                wait_key(sheet, seat.side), sheet.subject_key, WATCH, seat.due_at, late=seat.member,
                other=other.member if other else None, department=seat.department,
                other_department=other.department if other else None,
            )
        )  # fmt: skip
    return found
