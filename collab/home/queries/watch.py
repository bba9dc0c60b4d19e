"""What auditors and administrators keep an eye on: a few numbers, each with where to look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.access.queries.reviewing import PAGE as REVIEWS
from collab.access.queries.reviewing import list_reviews
from collab.audit.queries import list_checks
from collab.controls.queries.changes import PAGE as CHANGES
from collab.controls.queries.changes import count_waiting
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.outbox import queries as outbox
from collab.people import queries as people
from collab.purchases.queries.board import list_watched as list_odd
from collab.subjects.selections import Selection

OVER = timedelta(days=90)
ODD = ("after_the_fact", "revoked")
"""The kinds of requests an auditor looks at first."""
DELIVERY = "/admin/delivery"


@dataclass(frozen=True)
class Watched:
    """One of them: a number or a word, what it is, where it leads; `always` where it leads somewhere also at 0."""

    n: Any
    label: Text
    href: str
    note: Text | None = None
    tone: str = ""
    always: bool = False


def list_watched(viewer: Actor, *, now: datetime) -> list[Watched]:
    """What this member watches by role; nothing for anybody else."""
    return [*(_audited(viewer, now) if viewer.is_auditor else ()), *(_administered(now) if viewer.is_admin else ())]


def select_watched(kind: str, viewer: Actor, _of: str, now: datetime) -> Selection:
    """The requests behind one of an auditor's numbers, as far as whoever asks may read them."""
    return Selection(frozenset(list_odd(viewer, now - OVER)[kind]), Text(f"home.watch.{kind}"), "/")


def _audited(viewer: Actor, now: datetime) -> Iterator[Watched]:
    """Three statements."""
    last = next(iter(list_checks(1)), None)
    state = last.state if last else "never"
    note = Text("home.watch.verified_at", {"at": last.ended_at}) if last and last.ended_at else None
    yield Watched(
        Text(f"home.watch.verified_{state}"), Text("home.watch.verified"), "/admin/audit", note,
        {"holds": "ok", "broken": "bad"}.get(state, "warn"), always=True,
    )  # fmt: skip
    yield _reviewed(next(iter(list_reviews(1)), None))
    found = list_odd(viewer, now - OVER)
    for kind, keys in found.items():
        yield Watched(len(keys), Text(f"home.watch.{kind}"), f"/purchases?figure=watch.{kind}")


def _reviewed(review: Any | None) -> Watched:
    """The last access review: under way, or signed off on a day."""
    if review is None:
        return Watched(Text("home.watch.review_never"), Text("home.watch.review"), REVIEWS, tone="warn", always=True)
    signed = review.signed_at is not None
    note = Text(
        "home.watch.review_signed" if signed else "home.watch.review_begun", {"at": review.signed_at or review.begun_at}
    )
    state = Text("home.watch.review_done" if signed else "home.watch.review_open")
    return Watched(state, Text("home.watch.review"), REVIEWS, note, "ok" if signed else "warn", always=True)


def _administered(now: datetime) -> Iterator[Watched]:
    """Four statements."""
    broken, stuck = outbox.counts_by_state().get("broken", 0), outbox.count_stuck(now)
    yield Watched(broken, Text("home.watch.broken"), DELIVERY, tone="bad" if broken else "")
    yield Watched(stuck, Text("home.watch.stuck"), DELIVERY, tone="warn" if stuck else "")
    yield Watched(len(people.list_unlinked(None)), Text("home.watch.unlinked"), "/people/slack")
    yield Watched(count_waiting(), Text("home.watch.changes"), CHANGES)
