"""Reviewing who has access: begin a round, judge its lines, sign it off. Nothing is taken away here: that is done where members,
guests and tokens are ended, by whoever may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from collab.access.models import AccessReview, ReviewLine
from collab.access.queries import reviewing as queries
from collab.access.queries.holders import Holder, facts, list_holders, names_in
from collab.access.rules.reviewing import REMIND_AFTER, REMOVE, SIGNED, VERDICTS, seal
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects

LONGEST_NOTE = 1000


def begin(actor: Actor, *, now: datetime) -> AccessReview:
    """Begin a round: a line for everybody who has not left, each with whoever is to look at it. Raises NotNow while one is open."""
    permits.check("access_review.begin", actor.roles)
    with atomic():
        if queries.find_open() is not None:
            raise NotNow("access_review_open")
        remind_at = calendar_or_default(company().calendar).add_days(now, REMIND_AFTER)
        review = AccessReview(begun_by_id=actor.id, begun_at=now, remind_at=remind_at)
        db.session.add(review)
        db.session.flush()
        holders = list_holders(now)
        names, who = names_in(holders), _Reviewers(now)
        db.session.add_all(
            ReviewLine(
                review_id=review.id, member_id=one.held.actor.id, reviewer_id=who.of(one), facts=facts(one, names), flags=list(one.flags)
            )
            for one in holders
        )  # fmt: skip
        subjects.introduce(review.key, "access_review")
        audit.record("review_begun", review.key, actor=actor, at=now, details={"lines": len(holders)})
    return review


class _Reviewers:
    """Who looks at whom: the lead of their department, else whom they report to; a guest's host; else (None) any other admin."""

    def __init__(self, now: datetime) -> None:
        self.day = people.today(now)
        self.leads: dict[str, int] = dict(people.organisation(now).leads)
        self.fit = {one.id for one in people.list_actors(now) if "member" in one.roles}

    def of(self, one: Holder) -> int | None:
        """The reviewer of somebody: never themselves, nobody who has left or only reads."""
        me = one.held.actor
        led = [self.leads[code] for code in me.departments if code in self.leads]
        above = None if me.is_partner else people.find_manager(me.id, self.day)
        wanted = [one.host] if me.is_partner else [*led, above]
        return next((who for who in wanted if who in self.fit and who != me.id), None)


def judge(
    actor: Actor,
    key: str,
    said: Mapping[int, tuple[str, str | None]],
    *,
    seen: Mapping[int, datetime | None] | None = None,
    now: datetime,
) -> int:
    """Say of some lines (by id) `keep` or `remove`, with a note; a removal needs one. May be said anew until it is signed off:
    `seen` is when each line had last been judged on the page the actor looked at (None: not yet), so that nobody undoes unawares
    what another one has said meanwhile.

    Raises NotFound, NotAllowed, Invalid; NotNow where a round is signed off, or somebody else was faster (who, when, and what
    they said). Returns how many lines changed.
    """
    with atomic():
        review = _locked(key)
        here = queries.relations(actor, review)
        permits.check("access_review.show", here)
        permits.check("access_review.judge", here, review.state)
        rows = {row.id: row for row in queries.list_lines(actor, review)}
        if said.keys() - rows.keys():
            raise NotFound
        active = people.list_active({row.reviewer_id for row in rows.values() if row.reviewer_id})
        _check(actor, review, rows, said, active)
        changed = [row for number, answer in said.items() if _differs(row := rows[number], answer)]
        _check_faster(actor, changed, seen or {})
        for row in changed:
            row.verdict, row.note = said[row.id][0], said[row.id][1]
            row.judged_by_id, row.judged_at = actor.id, now
        _record(review, changed, actor, now)
    return len(changed)


def _locked(key: str) -> AccessReview:
    subjects.lock(key)
    review = queries.find_review(key)
    if review is None:
        raise NotFound
    db.session.refresh(review)
    return review


def _check(
    actor: Actor, review: AccessReview, rows: Mapping[int, ReviewLine], said: Mapping[int, tuple[str, str | None]], active: set[int]
) -> None:  # fmt: skip
    problems: dict[str, Text] = {}
    for number, (verdict, note) in said.items():
        if not queries.may_judge(actor, review, rows[number], active):
            permits.check("access_review.judge", frozenset(), review.state)
        if verdict not in VERDICTS:
            problems[f"verdict-{number}"] = Text("field.not_a_choice", {"choices": ", ".join(VERDICTS)})
        if note and len(note) > LONGEST_NOTE:
            problems[f"note-{number}"] = Text("field.too_long", {"n": LONGEST_NOTE})
        if verdict == REMOVE and not note:
            problems[f"note-{number}"] = Text("access_review.problem.note")
    if problems:
        raise Invalid(problems)


def _check_faster(actor: Actor, changed: Sequence[ReviewLine], seen: Mapping[int, datetime | None]) -> None:
    """Raises NotNow where somebody else has judged a line since the actor looked."""
    faster = [row for row in changed if row.judged_by_id not in (None, actor.id) and seen.get(row.id) != row.judged_at]
    if not faster:
        return
    names = people.names_of(one for row in faster for one in (row.member_id, row.judged_by_id) if one)
    lines = [
        Text("access_review.judged_already", {
            "whom": names[row.member_id], "who": names[row.judged_by_id or 0], "at": row.judged_at,
            "verdict": Text(f"access_review.verdict.{row.verdict}"),
        })
        for row in faster
    ]  # fmt: skip
    raise NotNow("access_review_judged", lines=lines)


def _differs(row: ReviewLine, said: tuple[str, str | None]) -> bool:
    return (row.verdict, row.note) != said


def _record(review: AccessReview, changed: Sequence[ReviewLine], actor: Actor, now: datetime) -> None:
    emails = people.emails_of(row.member_id for row in changed)
    for row in changed:
        after = {"member": emails[row.member_id], "verdict": row.verdict}
        audit.record("review_judged", review.key, actor=actor, at=now, after=after, reason=row.note)


def sign(actor: Actor, key: str, *, now: datetime) -> AccessReview:
    """Sign a round off, as somebody other than who began it; it is frozen with a hash. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        review = _locked(key)
        permits.check("access_review.sign", queries.relations(actor, review), review.state)
        rows = db.session.scalars(select(ReviewLine).where(ReviewLine.review_id == review.id)).all()
        if any(row.verdict is None for row in rows):
            raise NotNow("access_review_undone")
        if {row.judged_by_id for row in rows} == {actor.id}:
            raise NotNow("access_review_alone")
        review.hash = seal_of(review, rows)
        review.state, review.signed_by_id, review.signed_at = SIGNED, actor.id, now
        audit.record(
            "review_signed", review.key, actor=actor, at=now, details={"lines": len(rows), "sha256": review.hash}
        )
    return review


def seal_of(review: AccessReview, rows: Sequence[ReviewLine]) -> str:
    """The hash of a round as its lines stand: compare it with the one that was kept."""
    about = {"key": review.key, "begun_at": review.begun_at.isoformat(), "begun_by": review.begun_by_id}
    return seal(about, (_line(row) for row in rows))


def is_intact(review: AccessReview) -> bool:
    """Whether a round that was signed off still is what its hash says."""
    return (
        seal_of(review, db.session.scalars(select(ReviewLine).where(ReviewLine.review_id == review.id)).all())
        == review.hash
    )


def _line(row: ReviewLine) -> dict[str, Any]:
    return {
        "member": row.member_id, "reviewer": row.reviewer_id, "facts": row.facts, "flags": row.flags, "verdict": row.verdict,
        "note": row.note, "judged_by": row.judged_by_id, "judged_at": row.judged_at.isoformat() if row.judged_at else None,
    }  # fmt: skip
