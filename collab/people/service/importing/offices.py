"""Offices: who holds which from which day, acting holders too. An office one gave oneself waits for somebody else's yes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from collab.audit import service as audit
from collab.imports.registry import CHANGED, Change, Fields
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotAllowed, NotFound, Text
from collab.kernel.permits import permits
from collab.people.queries.snapshot import snapshot
from collab.people.rules import Held, succeed
from collab.people.service.importing.base import Problems, Rows, new_needs
from collab.people.service.importing.writing import write_snapshot
from collab.subjects import service as subjects


class OfficeRows(Rows):
    """A file of offices and their holders."""

    subject = "office"
    controls = frozenset({"email", "acting", "until_on"})

    def identity(self, fields: Fields) -> tuple[Any, ...]:
        """One holder for each office and day; acting ones stand beside."""
        acting = fields.get("acting", False)
        return (fields["code"], fields.get("from_on"), acting, fields.get("email") if acting else None)

    def problems(self, fields: Fields) -> Problems:
        needed = new_needs(self.org.offices, fields["code"], fields, "name_en", "name_ja")
        return needed | self.need_active(fields, "email") | self.may_decide(fields, "email")

    def apply(self, fields: Fields, from_on: date) -> list[Change]:
        code, email = fields["code"], fields.get("email")
        changes = self.put(self.org.offices, code, {name: fields.get(name) for name in ("name_en", "name_ja")})
        if not email:
            return changes
        if fields.get("acting") or self._to_oneself(code, email, from_on):
            return changes + self._beside(code, email, from_on, fields)
        turn = succeed(self.org.terms[code], email, from_on, fields.get("until_on"), acting=False, confirmed=True)
        return changes + self.turned(code, "email", turn)

    def _to_oneself(self, code: str, email: str, from_on: date) -> bool:
        """Whether the importer takes an office they do not hold already."""
        holds = any(row.holder == email and row.runs_on(from_on) for row in self.org.terms[code])
        return self.actor is not None and self.actor.email == email and not holds

    def _beside(self, code: str, email: str, from_on: date, fields: Fields) -> list[Change]:
        """A term that ends nobody else's: acting, or waiting for confirmation."""
        acting, until_on = bool(fields.get("acting")), fields.get("until_on")
        confirmed = self.actor is None or self.actor.email != email
        held = self.org.side_terms[code]
        known = next(
            (row for row in held if row.holder == email and row.runs_on(from_on) and row.extra["acting"] == acting),
            None,
        )
        if known is not None and until_on in (None, known.until_on):
            return []
        if known is not None:
            known.end(until_on)
            return [Change(code, CHANGED, "until_on", email, until_on, on=known.from_on)]
        held.append(Held(email, from_on, until_on, extra={"acting": acting, "confirmed": confirmed}, touched=True))
        mark = Text("import.mark.acting") if confirmed else Text("import.mark.unconfirmed")
        return [Change(code, CHANGED, "email", None, email, on=from_on, mark=mark)]


def confirm_office(actor: Actor, term_id: int, *, now: datetime) -> None:
    """Say yes to an office somebody gave themselves: from its day it counts, and ends the term before it.

    Raises:
        NotAllowed: it is one's own.
        NotFound: nothing waits under this number.
    """
    permits.check("office.confirm", actor.roles)
    with atomic():
        org = snapshot()
        code, term = _waiting(org.side_terms, term_id)
        if term.holder == actor.email:
            raise NotAllowed("own_office")
        subjects.lock_or_introduce(f"office:{code}", "office")
        after = {"holder": term.holder, "from_on": term.from_on.isoformat()}
        audit.record("office_confirmed", f"office:{code}", actor=actor, at=now, after=after)
        if term.extra["acting"]:
            term.extra["confirmed"], term.touched = True, True
        else:
            term.void = term.touched = True
            succeed(org.terms[code], term.holder, term.from_on, term.until_on, acting=False, confirmed=True)
        write_snapshot(org, now)


def _waiting(terms: dict[str, list[Held]], term_id: int) -> tuple[str, Held]:
    for code, held in terms.items():
        for term in held:
            if term.id == term_id and not term.extra["confirmed"]:
                return code, term
    raise NotFound
