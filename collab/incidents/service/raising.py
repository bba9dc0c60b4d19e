"""Raising an alert: a task of severity `brand`, and with it, whichever way it was asked, an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.incidents import rules
from collab.incidents.models import Incident
from collab.incidents.queries import count_open_of, find_incident
from collab.incidents.service import task
from collab.incidents.service.moving import fresh, plan, run_clocks
from collab.incidents.service.paging import page
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic, current
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.keys import number_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.tasks.queries.rows import read as read_task
from collab.tasks.service import TaskAsked
from collab.tasks.service import asking as tasks

TITLE = 120
MOST_OF_A_GUEST = 2
"""Alerts a guest may have open at a time; more belongs into the timeline of those."""
LONG_AGO = timedelta(days=30)
_incidents: Table = Incident.__table__  # type: ignore[assignment]


def raise_alert(
    actor: Actor, fields: Mapping[str, Any], *, source: str = "web", permalink: str | None = None, now: datetime
) -> Incident:
    """Raise the alarm (text, link?, department?, since_at?): everybody who must know is paged in this transaction.

    Raises:
        Invalid: no text, no such department, a beginning in the future.
        NotAllowed: auditors change nothing.
        NotNow: a guest has alerts that nobody has ended yet; each pages people at any hour.
    """
    permits.check("incident.raise", actor.roles)
    if actor.is_partner and count_open_of(actor.id) >= MOST_OF_A_GUEST:
        raise NotNow("alerts_of_a_guest", n=MOST_OF_A_GUEST)
    text = str(fields.get("text") or "").strip()
    problems = _problems(text, fields, now)
    if problems:
        raise Invalid(problems)
    department = fields.get("department") or plan().department
    title = rules.title_of(text, TITLE)
    asked = {
        "title": title, "detail": None if title == text else text, "to_department": department, "severity": rules.SEVERITY,
        "from_department": None if actor.department else department,
    }  # fmt: skip
    with atomic():
        current().notes["incident.facts"] = {"text": text, **{name: fields.get(name) for name in ("link", "since_at")}}
        (key,) = tasks.write([tasks.read(actor, asked, now)], source=source, permalink=permalink, now=now)
        return fresh(key)


def _problems(text: str, fields: Mapping[str, Any], now: datetime) -> dict[str, Text]:
    since_at = fields.get("since_at")
    wrong = {
        "text": Text("field.required") if not text else None,
        "department": Text("incident.problem.unknown_department")
        if fields.get("department") and fields["department"] not in people.open_departments()
        else None,
        "since_at": Text("incident.problem.since") if since_at and not now - LONG_AGO <= since_at <= now else None,
    }
    return {path: said for path, said in wrong.items() if said}


def begin(asked: TaskAsked) -> None:
    """A task of severity `brand` was asked, by whichever way: it is an incident from here on (registered at start-up)."""
    if asked.severity != rules.SEVERITY or find_incident(asked.key) is not None:
        return
    row, now = read_task(asked.key), asked.at
    facts: dict[str, Any] = current().notes.pop("incident.facts", {})
    calendar, chosen = calendar_or_default(""), plan()
    values = {
        "task_id": number_of("T", asked.key), "state": rules.RAISED, "version": 1, "title": row.title,
        "text": facts.get("text") or row.detail or row.title, "link": facts.get("link") or row.permalink,
        "department_code": row.to_department, "since_at": facts.get("since_at") or now, "raised_by_id": asked.by,
        "raised_at": now, "ack_due_at": chosen.ack.due(now, calendar), "reply_due_at": chosen.reply.due(now, calendar),
    }  # fmt: skip
    db.session.execute(insert(_incidents).values(**values))
    incident = fresh(asked.key)
    after = {"text": values["text"], "link": values["link"], "department": row.to_department,
             "since_at": values["since_at"].isoformat(), "reply_due_at": values["reply_due_at"].isoformat()}  # fmt: skip
    audit.record("incident.raise", asked.key, actor=people.get_actor(asked.by, now), at=now, after=after)
    page(incident, now=now)
    run_clocks(incident, reason="raised", now=now)
    task.wait_for_it(incident, now=now)
