"""What the test of killed digests does inside the product: `python -m tests.faults.digesting hire N|sweep`, in an installation.

`hire` brings in so many members whose office never closes and of whom something waits; when all of it stands, their digest is
turned on, so that it is due at that moment, whatever day it is. Then, as `sweep` alone does, it has the broker hand out sweeps.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, insert

from collab.calendars import service as calendars
from collab.digests.models import Choice
from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.people import models as people
from collab.people import service as staffing
from collab.people.queries import find_actor_by_email
from collab.tasks import service as tasks
from workers.base import celery
from wsgi import app

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NEVER_CLOSED = {"code": "always", "zone": "UTC", "holidays": "none", "hours": {day: ["00:00-24:00"] for day in DAYS}}
_choices: Table = Choice.__table__  # type: ignore[assignment]


def hire(count: int, now: datetime) -> None:
    """Members d0, d1, ..."""
    calendars.take(NEVER_CLOSED, actor=None, now=now)
    with atomic() as unit:
        unit.session.add(people.Site(code="open", name_en="Open", name_ja="常時", zone="UTC", calendar="always"))
    mika = find_actor_by_email("mika@example.com", now)
    assert mika is not None
    ids = [_member(f"d{number}@example.com", now) for number in range(count)]
    for number in range(count):
        fields = {
            "title": f"Read this, d{number}",
            "assignee": f"d{number}@example.com",
            "due": now + timedelta(days=9),
        }
        tasks.ask(mika, fields, now=now)
    with atomic() as unit:
        rows = [{"member_id": one, "wanted": True, "weekday": 0, "minute": 0, "changed_at": now} for one in ids]
        unit.session.execute(delete(_choices).where(_choices.c.member_id.in_(ids)))
        unit.session.execute(insert(_choices), rows)


def _member(email: str, now: datetime) -> int:
    """Somebody new, without a digest for the time being."""
    with atomic() as unit:
        found = staffing.add_member(
            {"email": email, "name_en": email, "name_ja": email, "site_code": "open", "locale": "en"}, by=None, now=now
        )
        unit.session.flush()
        unit.session.add(people.Post(member_id=found, department_code="it", from_on=now.date() - timedelta(days=9)))
        unit.session.add(Choice(member_id=found, wanted=False, off=None, changed_at=now))
    return found


if __name__ == "__main__":
    with app.app_context():
        if sys.argv[1] == "hire":
            hire(int(sys.argv[2]), clock.now())
        for _ in range(4):
            celery.send_task("digests.sweep")
