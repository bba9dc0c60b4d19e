"""Rounds of the access review: one, its lines, whose turn it is; how they appear in inboxes and search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from collab.access.models import AccessReview, ReviewLine
from collab.access.rules.reviewing import OPEN, REMOVE
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.keys import number_of, numbers_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in
from collab.subjects.signs import IS_ADMIN, only_where

PREFIX = "AR"
PAGE = "/admin/access-review"
NOBODY: frozenset[str] = frozenset()


def find_review(key: str) -> AccessReview | None:
    """The round of a key, whoever asks."""
    try:
        return db.session.get(AccessReview, number_of(PREFIX, key))
    except NotFound:
        return None


def find_open() -> AccessReview | None:
    """The round that is not signed off: there is at most one."""
    return db.session.scalar(select(AccessReview).where(AccessReview.state == OPEN))


def list_reviews(limit: int = 20, *, offset: int = 0) -> Sequence[AccessReview]:
    """The latest rounds, newest first."""
    wanted = select(AccessReview).order_by(AccessReview.id.desc()).offset(offset).limit(limit)
    return db.session.scalars(wanted).all()


def count_reviews() -> int:
    """How many rounds there have been."""
    return db.session.scalar(select(func.count()).select_from(AccessReview)) or 0


def get_review(viewer: Actor, key: str) -> AccessReview:
    """One round. Raises NotFound, also where the viewer has nothing to do with it."""
    review = find_review(key)
    if review is None or not permits.allows("access_review.show", relations(viewer, review)):
        raise NotFound
    return review


def relations(viewer: Actor, review: AccessReview) -> frozenset[str]:
    """How somebody stands to a round: `reviewer` looks at some of its lines, `beginner` began it."""
    here = set(viewer.roles)
    if viewer.id == review.begun_by_id:
        here.add("beginner")
    mine = select(ReviewLine.id).where(ReviewLine.review_id == review.id, ReviewLine.reviewer_id == viewer.id).limit(1)
    if db.session.scalar(mine) is not None:
        here.add("reviewer")
    return frozenset(here)


def list_lines(viewer: Actor, review: AccessReview) -> Sequence[ReviewLine]:
    """The lines a viewer may read: an admin and an auditor all, a reviewer their own."""
    wanted = select(ReviewLine).where(ReviewLine.review_id == review.id).order_by(ReviewLine.id)
    if not viewer.roles & {"admin", "auditor"}:
        wanted = wanted.where(ReviewLine.reviewer_id == viewer.id)
    return db.session.scalars(wanted).all()


def may_judge(viewer: Actor, review: AccessReview, line: ReviewLine, here: set[int]) -> bool:
    """Whether a line is this viewer's to judge: theirs by name, or an admin's where nobody is named or that one has left (`here`
    are members who have not). Nobody judges themselves."""
    if review.state != OPEN or line.member_id == viewer.id or viewer.roles & {"auditor", "partner"}:
        return False
    left_alone = line.reviewer_id is None or line.reviewer_id not in here
    return line.reviewer_id == viewer.id or (left_alone and "admin" in viewer.roles)


def progress(reviews: Iterable[AccessReview]) -> Mapping[int, tuple[int, int, int]]:
    """By round: lines, lines judged, lines to be removed."""
    ids = [review.id for review in reviews]
    columns = (ReviewLine.review_id, ReviewLine.verdict, func.count())
    rows = db.session.execute(
        select(*columns).where(ReviewLine.review_id.in_(ids)).group_by(ReviewLine.review_id, ReviewLine.verdict)
    )
    found = dict.fromkeys(ids, (0, 0, 0))
    for review, verdict, n in rows:
        total, judged, gone = found[review]
        found[review] = (total + n, judged + (n if verdict else 0), gone + (n if verdict == REMOVE else 0))
    return found


@only_where(
    select(AccessReview.id).where(AccessReview.state == OPEN),
    select(ReviewLine.review_id).where(ReviewLine.verdict == REMOVE, IS_ADMIN),
)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Whose people are to be looked at, who may sign it off, and what an admin is to remove. Reminded of after seven business days."""
    review = find_open()
    if review is None:
        return by_member(_to_remove(members))
    undone = _undone(review)
    rows = [(member, count) for member in members if (count := _count(member, undone))]
    found = [
        (member.id, _row(review, member, "judge", count, remind=now >= review.remind_at)) for member, count in rows
    ]
    if not undone:
        found += [
            (member.id, _row(review, member, "sign", 1))
            for member in members
            if permits.allows("access_review.sign", member.roles, review.state) and member.id != review.begun_by_id
        ]
    return by_member(found)


def _undone(review: AccessReview) -> list[tuple[int, int | None]]:
    """Member and reviewer of each line nobody has judged; a reviewer who has left is none."""
    wanted = select(ReviewLine.member_id, ReviewLine.reviewer_id).where(
        ReviewLine.review_id == review.id, ReviewLine.verdict.is_(None)
    )
    rows = db.session.execute(wanted).all()
    here = people.list_active({reviewer for _member, reviewer in rows if reviewer})
    return [(member, reviewer if reviewer in here else None) for member, reviewer in rows]


def _count(member: Actor, undone: Sequence[tuple[int, int | None]]) -> int:
    admin = "admin" in member.roles
    return sum(
        reviewer == member.id or (reviewer is None and admin and about != member.id) for about, reviewer in undone
    )


def _to_remove(members: Sequence[Actor]) -> Iterable[tuple[int, InboxRow]]:
    admins = [member for member in members if "admin" in member.roles]
    latest = next(iter(list_reviews(1)), None) if admins else None
    if latest is None or latest.signed_at is None:
        return
    marked = select(ReviewLine.member_id).where(ReviewLine.review_id == latest.id, ReviewLine.verdict == REMOVE)
    count = len(people.list_active(db.session.scalars(marked).all()))
    for member in admins if count else ():
        yield member.id, _row(latest, member, "remove", count)


def _row(review: AccessReview, member: Actor, ask: str, count: int, *, remind: bool = True) -> InboxRow:
    return InboxRow(
        key=f"{PREFIX}-{review.id}", ask=Text(f"access_review.ask.{ask}", {"n": count}), title=title_of(review, member.locale),
        path=path_of(review), since=review.signed_at or review.begun_at, actions=(ask,), remind=remind,
    )  # fmt: skip


def path_of(review: AccessReview) -> str:
    """Its page."""
    return f"{PAGE}/{review.key}"


def title_of(review: AccessReview, locale: str) -> str:
    """What it is called: the review of the day it began."""
    return Reader(locale).say("access_review.title", on=people.today(review.begun_at))


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per round a viewer may see."""
    rows = {row.key: row for row in _by_keys(keys_in(wanted))}
    reviewers: dict[int, set[int | None]] = defaultdict(set)
    ids = [row.id for row in rows.values()]
    asked = select(ReviewLine.review_id, ReviewLine.reviewer_id).where(ReviewLine.review_id.in_(ids)).distinct()
    for review, reviewer in db.session.execute(asked) if ids else ():
        reviewers[review].add(reviewer)
    for viewer, keys in wanted:
        for row in filter(None, map(rows.get, keys)):
            here = viewer.roles | ({"reviewer"} if viewer.id in reviewers[row.id] else NOBODY)
            if permits.allows("access_review.show", here):
                state = Text(f"access_review.state.{row.state}")
                yield viewer.id, Summary(row.key, "access_review", title_of(row, viewer.locale), path_of(row), state)


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """A round is found by its name."""
    return {row.key: " ".join([row.key, *(title_of(row, locale) for locale in LOCALES)]) for row in _by_keys(keys)}


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says of it."""
    review = find_review(key)
    return Face(title_of(review, viewer.locale if viewer else "ja"), path_of(review), "", "") if review else None


def _by_keys(keys: Sequence[str]) -> Sequence[AccessReview]:
    return db.session.scalars(select(AccessReview).where(AccessReview.id.in_(numbers_of(PREFIX, keys)))).all()
