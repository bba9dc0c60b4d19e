"""Members by the thousand whose weekly digest is put together and waits to be said: each has a Slack account and something to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg

from collab.digests.queries.due import list_missing
from collab.digests.service import composing
from collab.kernel import clock
from tests.bench.lab import driver_url
from tests.bench.product import Installation
from tests.bench.waits import PEOPLE, POSTS
from tests.slack_double.remote import Remote

READ = 3
"""Requests each of them has to read and confirm."""
ACCOUNTS = """
insert into slack_accounts (team_id, user_id, member_id, linked_at, linked_by)
select %(team)s, given.user_id, m.id, now(), 'bench'
from unnest(%(emails)s::text[], %(users)s::text[]) given(email, user_id) join members m on m.email = given.email
"""
UNDISTURBED = """
insert into nudge_habits (member_id, daily, never_quiet, changed_at)
select id, false, true, now() from members where email like 'bench%'
"""
READINGS = """
insert into approval_readings (round_id, subject_key, member_id, why, confirm, asked_at)
select r.id, r.subject_key, m.id, 'circulate', true, now() from approval_rounds r, members m where m.email like 'bench%'
"""


def plant(ours: Installation, slack: Remote, count: int) -> int:
    """Hire so many, and put their issues of last week into the outbox; returns how many go to Slack."""
    ours.filed(READ)
    with psycopg.connect(driver_url(ours.url), autocommit=True) as connection:
        connection.execute(PEOPLE, {"count": count})
        for statement in (POSTS, UNDISTURBED, READINGS):
            connection.execute(statement)
        emails = [f"bench{number}@example.com" for number in range(1, count + 1)]
        users = [slack.add_user(email, email.partition("@")[0]) for email in emails]
        connection.execute(ACCOUNTS, {"team": slack.app.team_id, "emails": emails, "users": users})
    ours.settle()
    with ours.app.app_context():
        made = _compose(_last_week(), clock.now())
    assert made >= count, f"only {made} of {count} have anything to read"
    return count


def _last_week() -> str:
    return f"{datetime.now(UTC) - timedelta(days=7):%G-W%V}"


def _compose(week: str, now: datetime) -> int:
    """As the sweep does, whatever the weekday and hour."""
    made = 0
    for here in composing.list_places():
        last = 0
        while due := list_missing(here, week, now, after=last, limit=composing.BATCH):
            made += composing.compose(due, here.place.zone, now)
            last = due[-1].member
    return made
