"""What the organisation files share: one picture of the organisation that rows change in memory, written at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import func, select

from collab.controls import service as controls
from collab.controls.service.proposing import plain
from collab.imports.registry import ADDED, CHANGED, Change, Fields, Verdict
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.i18n import Reader
from collab.people.queries.actors import today
from collab.people.queries.organisation import forget
from collab.people.queries.snapshot import Snapshot, Thing, Things, snapshot
from collab.people.rules import Turn
from collab.people.service.importing.writing import record_changes, write_snapshot

Problems = dict[str, Text]
FILE = "organisation.file"
"""The control under which a file's changes of controls wait."""
ONE_AT_A_TIME = 0x636F6C6C
"""The number of the lock organisation files share on PostgreSQL; SQLite has one writer anyway."""


class Rows:
    """One file of one kind. `about` names the column that says which thing a row is about, and its audit subject."""

    about: ClassVar[str] = "code"
    subject: ClassVar[str]
    controls: ClassVar[frozenset[str]] = frozenset()
    """The columns whose change needs a second person."""
    new_is_control: ClassVar[bool] = False
    """Whether a thing that is not there yet needs one, too."""

    def __init__(self, actor: Actor | None, rows: Sequence[Fields], now: datetime) -> None:
        self.actor, self.rows, self.now = actor, rows, now
        self.today = today(now)
        self.org = self.load()
        self.seen: set[tuple[Any, ...]] = set()
        self.done: list[Change] = []
        self.free: list[Fields] = []
        self.held: list[Fields] = []

    def load(self) -> Snapshot:
        """The organisation as it is; inside a transaction, nobody else may import until it ends."""
        if db.session().info.get("unit") and db.engine.dialect.name == "postgresql":
            db.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        return snapshot()

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row; a good one changes the picture, so that later rows build on it."""
        problems = self.twice(fields) | self.days(fields) | self.problems(fields)
        if problems:
            return Verdict(problems)
        changes = self.apply(fields, fields.get("from_on") or self.today)
        self.done += changes
        if self.actor is None or not any(map(self.is_control, changes)):
            self.free.append(fields)
            return Verdict(changes=changes)
        if (fields.get("from_on") or self.today) < self.today:
            return Verdict({"from_on": Text("control.problem.not_backwards")})
        self._hold(fields, changes)
        return Verdict(changes=[self._marked(change) for change in changes])

    def is_control(self, change: Change) -> bool:
        """Whether a change needs a second person when somebody hands it in; the operator's own door needs none."""
        return change.field in self.controls if change.field else self.new_is_control

    def _hold(self, fields: Fields, changes: Sequence[Change]) -> None:
        """Part a row: what waits for a second person, and what does not."""
        if any(change.field is None and self.is_control(change) for change in changes):
            self.held.append(fields)
            return
        with_it = {self.about, "from_on"} | self.controls
        self.held.append({name: value for name, value in fields.items() if name in with_it})
        self.free.append({name: value for name, value in fields.items() if name not in self.controls})

    def _marked(self, change: Change) -> Change:
        return replace(change, mark=Text("import.mark.second")) if self.is_control(change) else change

    def write(self) -> None:
        """Write what the rows changed; what needs a second person is put before one instead, together."""
        if self.actor is None or not self.held:
            self.write_all()
            return
        rest = type(self)(self.actor, self.free, self.now)
        for fields in self.free:
            rest.done += rest.apply(fields, fields.get("from_on") or rest.today)
        rest.write_all()
        self._propose(self.actor)

    def _propose(self, actor: Actor) -> None:
        kind = f"{self.subject}s"
        reason = Reader(company().locale).say(
            "control.file.reason", n=len(self.held), kind=Text(f"import.{kind}.title")
        )
        try:
            controls.propose(actor, FILE, {"kind": kind, "rows": plain(self.held)}, reason=reason, now=self.now)
        except NotNow as refused:
            raise Invalid({"file": refused.text}) from refused

    def write_all(self, verb: str = "imported") -> None:
        """Write what the rows changed, with an audit entry for each thing."""
        record_changes(self.subject, self.done, verb=verb, actor=self.actor, now=self.now)
        write_snapshot(self.org, self.now)
        forget()

    def problems(self, fields: Fields) -> Problems:
        """What forbids this row."""
        raise NotImplementedError

    def apply(self, fields: Fields, from_on: date) -> list[Change]:
        """What this row changes."""
        raise NotImplementedError

    def identity(self, fields: Fields) -> tuple[Any, ...]:
        """A second row with the same one is a mistake: which of them counts?"""
        return (fields[self.about], fields.get("from_on"))

    def twice(self, fields: Fields) -> Problems:
        """A row that says something about what an earlier row settled already."""
        identity = self.identity(fields)
        if identity in self.seen:
            return {self.about: Text("import.problem.twice")}
        self.seen.add(identity)
        return {}

    def days(self, fields: Fields) -> Problems:
        """A last day before the first."""
        until_on = fields.get("until_on")
        if until_on and until_on < (fields.get("from_on") or self.today):
            return {"until_on": Text("people.problem.days_reversed")}
        return {}

    def need_active(self, fields: Fields, column: str, also: frozenset[str] = frozenset()) -> Problems:
        """Somebody named must be a member who has not left (or come with this very file)."""
        email = fields.get(column)
        if not email or email in also or self.org.is_active(email):
            return {}
        known = email in self.org.members
        return {
            column: Text("import.problem.member_left" if known else "import.problem.unknown_member", {"email": email})
        }

    def not_oneself(self, fields: Fields, column: str, *, holds: bool) -> Problems:
        """Controls need a second person: nobody makes themselves somebody's lead or manager."""
        taken = fields.get(column)
        if taken and self.actor is not None and taken == self.actor.email and not holds:
            return {column: Text("import.problem.oneself")}
        return {}

    def may_decide(self, fields: Fields, column: str) -> Problems:
        """A guest or an auditor decides nothing, so they are given nothing that decides."""
        member = self.org.members.get(fields.get(column) or "")
        if member is not None and (member.values.get("partner_code") or member.values.get("is_auditor")):
            return {column: Text("import.problem.decides_nothing")}
        return {}

    def put(self, things: Things, key: str, values: Mapping[str, Any]) -> list[Change]:
        """Add a thing or change what is different; None leaves a value as it is."""
        given = {name: value for name, value in values.items() if value is not None}
        if key not in things:
            things[key] = Thing(dict(given), new=True, touched=True)
            return [Change(key, ADDED)]
        thing = things[key]
        changes = [
            Change(key, CHANGED, name.removesuffix("_code"), thing.values.get(name), value)
            for name, value in given.items()
            if thing.values.get(name) != value
        ]
        thing.values.update(given)
        thing.touched = thing.touched or bool(changes)
        return changes

    def turned(self, key: str, column: str, turn: Turn | None) -> list[Change]:
        """A succession as a change; one that reaches into the past over somebody else says so."""
        if turn is None:
            return []
        if turn.before == turn.after:
            return [Change(key, CHANGED, "until_on", turn.after, turn.until_on, on=turn.from_on)]
        return [
            Change(
                key,
                CHANGED,
                column,
                turn.before,
                turn.after,
                on=turn.from_on,
                mark=self.mark(turn.before, turn.from_on),
            )
        ]

    def mark(self, before: object, from_on: date) -> Text | None:
        """The warning of a change that rewrites days that have passed."""
        return Text("import.mark.past") if before and from_on < self.today else None


def new_needs(things: Things, key: str, fields: Fields, *columns: str) -> Problems:
    """What must be said about a thing that is not there yet."""
    if key in things:
        return {}
    return {column: Text("field.required") for column in columns if not fields.get(column)}
