"""A feature that has people wait, as small as it can be; and the sweep, moment by moment.

clocks = Clocks(company)
clocks.wait("X-1", late="kenji", other="mika", due="2026-11-18 12:00")
clocks.sweep("2026-11-18 12:00")         # wall time in Tokyo
clocks.told()                            # [("kenji", "x.asked", "late", "2026-11-18 13:00"), ...] since the last time
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from collab.audit import service as audit
from collab.escalations import queries, service
from collab.escalations.queries import EscalationView
from collab.escalations.registry import Watch, add_watch
from collab.escalations.service import Wait
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import models as tables
from collab.people import queries as people
from collab.people import service as staffing
from collab.subjects import service as subjects
from tests.factories.company import NOW, SINCE, Company, address
from tests.parts.applications import inside

WATCH, LAST_CHANCE = "x.answer", "x.asked"
TOKYO, LONDON = "Asia/Tokyo", "Europe/London"
POLICY = """
[[policy]]
code = "plain"
hours = "{hours}"
ack = "{ack}"
loops = {loops}
owner = "{owner}"
{rungs}
"""


def moment(written: str, zone: str = TOKYO) -> datetime:
    """A wall time somewhere."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


def shown(at: datetime, zone: str = TOKYO) -> str:
    """A moment as the wall shows it."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def policy(
    *rungs: Mapping[str, Any], hours: str = "business", ack: str = "1bd", loops: int = 2, owner: str = "office:CEO"
) -> str:
    """A policy file of one policy; each rung is `{"wait": "4bh", "to": [...], "shared": True}` above the last chance."""
    written = "".join(_rung(rung) for rung in ({"wait": "0m", "to": ["late"]}, *rungs))
    return POLICY.format(hours=hours, ack=ack, loops=loops, owner=owner, rungs=written)


def _rung(rung: Mapping[str, Any]) -> str:
    to = ", ".join(f'"{one}"' for one in rung["to"])
    shared = "shared = true\n" if rung.get("shared") else ""
    return f'[[policy.rung]]\nwait = "{rung["wait"]}"\nto = [{to}]\n{shared}'


class Clocks:
    """Waits in the hands of a test. Wall times are Tokyo's unless a zone is named."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.over: set[str] = set()
        self._seen = 0
        add_watch(Watch(WATCH, LAST_CHANCE, still=lambda keys: frozenset(keys) - self.over))

    def policies(self, *texts: str, at: datetime = NOW) -> bool:
        """Bring policy files in force."""
        with inside(self.company.app):
            return service.take(texts, actor=None, now=at)

    def wait(
        self, subject: str = "X-1", *, late: str | None = "kenji", other: str | None = "mika", due: str | datetime,
        department: str | None = "it", other_department: str | None = "marketing", severity: str = "normal",
        now: datetime | None = None, watch: str = WATCH,
    ) -> str:  # fmt: skip
        """Somebody waits for somebody; the key of the wait."""
        key = f"{subject}:answer"
        self.waits([(subject, late, other)], due=due, department=department, other_department=other_department,
                   severity=severity, now=now, watch=watch)  # fmt: skip
        return key

    def waits(
        self, which: Iterable[tuple[str, str | None, str | None]], *, due: str | datetime, now: datetime | None = None,
        department: str | None = "it", other_department: str | None = "marketing", severity: str = "normal", watch: str = WATCH,
    ) -> None:  # fmt: skip
        """Many at once."""
        due_at = due if isinstance(due, datetime) else moment(due)
        at = now or due_at
        with inside(self.company.app), atomic():
            made = []
            for subject, late, other in which:
                subjects.introduce(subject, "x")
                audit.record("asked", subject, actor=None, at=at)
                made.append(Wait(f"{subject}:answer", subject, watch, due_at, self.id(late), self.id(other), department,
                                 other_department, severity))  # fmt: skip
            service.watch(*made, now=at)

    def id(self, name: str | None) -> int | None:
        """A member's id."""
        with inside(self.company.app):
            return people.members_by_email([address(name)]).get(address(name)) if name else None

    def sweep(self, at: str | datetime, zone: str = TOKYO) -> int:
        """The job runs at a moment."""
        with inside(self.company.app):
            return service.sweep(now=at if isinstance(at, datetime) else moment(at, zone))

    def run_until(self, end: str | datetime, zone: str = TOKYO, *, most: int = 60) -> list[str]:
        """Sweep at every moment at which something is due, until `end`; the moments."""
        last, moments = end if isinstance(end, datetime) else moment(end, zone), []
        for _ in range(most):
            at = self._next()
            if at is None or at > last:
                return moments
            self.sweep(at)
            moments.append(shown(at, zone))
        raise AssertionError("it never ends")

    def _next(self) -> datetime | None:
        with inside(self.company.app):
            moments = [view.next_at for view in self.views() if view.next_at is not None]
        return min(moments, default=None)

    def views(self) -> list[EscalationView]:
        """Every open wait."""
        with inside(self.company.app):
            db.session.rollback()
            keys = db.session.scalars(select(queries.views._waits.c.subject_key).distinct()).all()
            return [view for found in queries.list_of_many(keys).values() for view in found]

    def view(self, key: str = "X-1:answer") -> EscalationView:
        """A wait as it stands."""
        with inside(self.company.app):
            db.session.rollback()
            found = queries.find_by_key(key)
            assert found is not None, key
            return found

    def messages(self) -> Sequence[Message]:
        """What was written into the outbox since this was last asked, repaints left out."""
        with inside(self.company.app):
            db.session.rollback()
            rows = db.session.scalars(select(Message).where(Message.id > self._seen).order_by(Message.id)).all()
            self._seen = max([self._seen, *(row.id for row in rows)])
            return [row for row in rows if row.kind != "cards.repaint"]

    def told(self, zone: str = TOKYO) -> list[tuple[str, str, str, str]]:
        """Who, which kind, why, and when they can read it, since this was last asked; a shared card names both."""
        return [self._said(row, zone) for row in self.messages()]

    def _said(self, row: Message, zone: str) -> tuple[str, str, str, str]:
        from collab.outbox.rules import groups

        members = groups.members_of(row.channel) or (row.member_id,)
        names = " + ".join(sorted(self.name(member) for member in members))
        return names, row.kind.removeprefix("escalation."), row.args.get("why", ""), shown(row.due_at, zone)

    def name(self, member: int) -> str:
        """Somebody's brief name."""
        with inside(self.company.app):
            return (people.email_of(member) or "?").partition("@")[0]

    def skipped(self, key: str = "X-1:answer") -> list[tuple[str | None, str, str | None]]:
        """Who was skipped, why they would have heard, and the reason."""
        return [
            (self.name(notice.member) if notice.member else None, notice.why, notice.skipped)
            for notice in self.view(key).notices
            if notice.skipped
        ]

    def acknowledge(self, by: str, at: str, key: str = "X-1:answer") -> datetime:
        """Somebody sees to it."""
        with inside(self.company.app):
            return service.acknowledge(actor=self.company.member(by), escalation_id=self.view(key).id, now=moment(at))

    def escalate(self, by: str, at: str, reason: str = "It cannot wait.", key: str = "X-1:answer") -> None:
        """Somebody does not want to wait."""
        with inside(self.company.app):
            service.escalate(
                actor=self.company.member(by), escalation_id=self.view(key).id, reason=reason, now=moment(at)
            )

    def join(
        self, name: str, *, site: str = "tokyo", department: str | None = None, leads: str | None = None,
        manager: str | None = None, **more: Any,
    ) -> int:  # fmt: skip
        """A new member."""
        with inside(self.company.app), atomic() as unit:
            fields = {"email": address(name), "name_en": name.title(), "name_ja": name, "site_code": site, **more}
            member = staffing.add_member(fields, by=None, now=NOW)
            mine = {"member_id": member, "from_on": SINCE}
            if department:
                unit.session.add(tables.Post(department_code=department, **mine))
            if leads:
                unit.session.add(tables.Lead(department_code=leads, **mine))
            if manager:
                unit.session.add(tables.ReportingLine(manager_id=self.id(manager), **mine))
            return member

    def department(self, code: str) -> None:
        """A new department."""
        with inside(self.company.app), atomic() as unit:
            unit.session.add(tables.Department(code=code, name_en=code.upper(), name_ja=code, side="business"))

    def london(self) -> None:
        """The London office: Emma's team is led by Grace, who reports to the chief executive in Tokyo."""
        self.department("uk")
        self.join("grace", site="london", department="uk", leads="uk", manager="ceo")
        self.join("tom", site="london", department="uk", manager="grace")
