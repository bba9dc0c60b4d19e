"""What a change of routes would have done: every submission of the last 90 days, planned under the routes in force and under
the proposed ones, both with the people of today. Nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache

from collab.approvals import queries
from collab.approvals.queries.proposals import list_submissions
from collab.approvals.rules import plan as plans
from collab.approvals.rules.book import Book
from collab.approvals.rules.lint import People
from collab.approvals.rules.plan import Organisation
from collab.approvals.rules.ways import Difference, Effect, Way, way_of
from collab.approvals.rules.when import Facts
from collab.approvals.service.opening import organisation
from collab.kernel.db import AnyRow
from collab.kernel.errors import Invalid
from collab.people import queries as people


def effect(proposed: Book, *, now: datetime, before: Book | None = None) -> Effect:
    """Try a route book on what was submitted; `before` is the book in force unless given. Raises NotNow before any is."""
    before = before or queries.current_book()[1]
    on = _day(before, proposed, people.today(now))
    old, new = _organisation(before, now), _organisation(proposed, now)
    found: dict[tuple[Way, Way], list[str]] = {}
    tried = untried = 0
    for row, facts in list_submissions(now):
        if facts is None:
            untried += 1
            continue
        tried += 1
        ways = _way(before, facts, old, on, row), _way(proposed, facts, new, on, row)
        if ways[0] != ways[1]:
            found.setdefault(ways, []).append(row.subject_key)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return Effect(on, tried, untried, tuple(Difference(*ways, tuple(subjects)) for ways, subjects in ordered))


def _day(before: Book, proposed: Book, today: date) -> date:
    """The first day on which the proposal brings something: today, or when its next rule begins."""
    return next((day for day in proposed.days_of_change(today)[1:] if day not in before.days_of_change(today)), today)


def _organisation(book: Book, now: datetime) -> Organisation:
    """The people of today; whose manager somebody has is asked once."""
    org = organisation(book, now)
    return replace(org, manager_of=cache(org.manager_of))


def _way(book: Book, facts: Facts, org: Organisation, on: date, row: AnyRow) -> Way:
    try:
        plan = plans.plan(book, facts, org, day=on, requester=row.requester_id, barred=frozenset(row.barred))
    except Invalid as refusal:
        return Way(refusal=refusal.text, refused=refusal.said_code)
    return way_of(plan)


def people_known(book: Book, now: datetime) -> People:
    """Whom the seats of a book find today."""
    named = book.seats()
    return People(
        frozenset(people.organisation(now).offices),
        frozenset(people.members_by_email({seat[7:] for seat in named if seat.startswith("member:")})),
        frozenset(people.groups({seat[6:] for seat in named if seat.startswith("group:")})),
    )
