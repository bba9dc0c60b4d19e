"""How reviews appear elsewhere: in search, in the inbox of whoever writes in them, on cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from collab.goals.rules import fiscal
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.reviews.models import Review
from collab.reviews.queries.reviews import DRAFTS, find_review, list_by_keys, list_drafts
from collab.reviews.rules import DRAFT, OFFICES
from collab.subjects.registry import Face, InboxRow, Summary, Wanted, by_member, keys_in, verbs_told
from collab.subjects.signs import only_where

news = verbs_told("review.news", "open", "freeze")
"""What is worth saying of an entry."""


def path_of(review: Review) -> str:
    """Its page."""
    return f"/reviews/{review.key}"


def title_of(review: Review, locale: str) -> str:
    """What it is called: its quarter, or the days it is about."""
    how = Reader(locale)
    if review.quarter:
        return how.say("review.title", quarter=fiscal.said(review.quarter))
    return how.say("review.title_between", since=review.from_on, until=review.until_on)


def summaries(wanted: Wanted) -> Iterable[tuple[int, Summary]]:
    """One line per review a viewer may see."""
    theirs = [(viewer, keys) for viewer, keys in wanted if permits.allows("review.show", viewer.roles)]
    rows = {row.key: row for row in list_by_keys(keys_in(theirs))} if theirs else {}
    for viewer, keys in theirs:
        for row in filter(None, map(rows.get, keys)):
            yield viewer.id, _summary(row, viewer)


def _summary(row: Review, viewer: Actor) -> Summary:
    return Summary(row.key, "review", title_of(row, viewer.locale), path_of(row), Text(f"review.state.{row.state}"))


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """The words a review is found by: its name and what was written in it."""
    return {
        row.key: " ".join(filter(None, (row.key, *(title_of(row, one) for one in i18n.LOCALES), row.cmo_words, row.cio_words)))
        for row in list_by_keys(keys)
    }  # fmt: skip


def face(key: str, viewer: Actor | None = None) -> Face | None:
    """What a card says of it."""
    review = find_review(key)
    if review is None:
        return None
    facts = (
        (Text("review.field.days"), [review.from_on, review.until_on]),
        (Text("review.field.freezes_at"), review.freezes_at),
    )
    return Face(title_of(review, viewer.locale if viewer else "ja"), path_of(review), "", "", facts=facts)


@only_where(DRAFTS)
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Drafts in which an office holder has not written yet."""
    writers = [member for member in members if any(_writes(member, office) for office in OFFICES)]
    drafts = list_drafts() if writers else ()
    return by_member(
        (member.id, _row(review, member))
        for member in writers
        for review in drafts
        for _office in asked_of(member, review)
    )


def asked_of(member: Actor, review: Review) -> list[str]:
    """The offices whose words are asked of a member: theirs, as long as it is a draft and nothing is written."""
    if review.state != DRAFT:
        return []
    return [one for one in OFFICES if _writes(member, one) and getattr(review, f"{one.lower()}_words") is None]


def _writes(member: Actor, office: str) -> bool:
    return office in member.offices and permits.allows("review.write", member.roles, DRAFT)


def _row(review: Review, member: Actor) -> InboxRow:
    about = _summary(review, member)
    return about.asks(Text("review.ask.write"), since=review.opened_at, due_at=review.freezes_at)
