"""Read-only answers about subjects of any kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, or_, select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.text import bigrams, normal
from collab.subjects.models import FOLLOW, MUTE, Follow, Link, SearchGram, SearchText, Subject
from collab.subjects.registry import InboxRow, Summary, registry

NEVER = datetime.max.replace(tzinfo=UTC)


def list_summaries(viewer: Actor, keys: Iterable[str]) -> dict[str, Summary]:
    """Those of `keys` the viewer may see, one line each."""
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        by_prefix[key.partition("-")[0]].append(key)
    found: dict[str, Summary] = {}
    for kind in registry.kinds:
        if by_prefix[kind.prefix]:
            found.update(kind.summaries(viewer, by_prefix[kind.prefix]))
    return found


def get_summary(viewer: Actor, key: str) -> Summary:
    """One line about a subject. Raises NotFound when it is not there or not visible to the viewer."""
    summary = registry.kind_of(key).summaries(viewer, [key]).get(key)
    if summary is None:
        raise NotFound
    return summary


def list_related(viewer: Actor, key: str) -> list[Summary]:
    """Every subject tied to `key`, by a link either way or by its own feature, that the viewer may see."""
    ties = db.session.execute(select(Link.from_key, Link.to_key).where(or_(Link.from_key == key, Link.to_key == key)))
    others = {end for tie in ties for end in tie} - {key}
    for kind in registry.kinds:
        others.update(kind.related(key))
    seen = list_summaries(viewer, sorted(others))
    return [seen[other] for other in sorted(seen, key=_in_key_order)]


def inbox(member: Actor, now: datetime) -> list[InboxRow]:
    """What needs this member, the most pressing first: the one list every surface shows."""
    rows = [row for source in registry.sources for row in source(member, now)]
    return sorted(rows, key=lambda row: (row.due_at or NEVER, row.since, row.key))


def search(viewer: Actor, words: str, *, limit: int = 20) -> list[Summary]:
    """Subjects whose words hold every searched word, newest first; two-character Japanese words work."""
    wanted = normal(words).split()[:8]
    grams = frozenset().union(*map(bigrams, wanted)) if wanted else frozenset()
    if not grams:
        return []
    candidates = (
        select(SearchGram.key)
        .where(SearchGram.gram.in_(sorted(grams)))
        .group_by(SearchGram.key)
        .having(func.count() == len(grams))
    )
    texts = db.session.execute(select(SearchText.key, SearchText.text).where(SearchText.key.in_(candidates)))
    hits = sorted((key for key, text in texts if all(word in text for word in wanted)), key=_in_key_order, reverse=True)
    seen = list_summaries(viewer, hits)
    return [seen[key] for key in hits if key in seen][:limit]


def list_heads() -> dict[str, tuple[int, str]]:
    """`{subject: (seq, hash)}`: where each audit chain ends."""
    rows = db.session.execute(select(Subject.key, Subject.audit_seq, Subject.audit_hash).order_by(Subject.key))
    return {key: (seq, hash_) for key, seq, hash_ in rows}


def exists(key: str) -> bool:
    """Whether there is a subject of this key, whoever may see it."""
    return db.session.scalar(select(Subject.key).where(Subject.key == key)) is not None


def list_tied(to_key: str, kind: str) -> list[str]:
    """Subjects tied to this one by links of one kind, whoever may see them."""
    tied = (Link.to_key == to_key) & (Link.kind == kind)
    return sorted(db.session.scalars(select(Link.from_key).where(tied)), key=_in_key_order)


def audit_seq(key: str) -> int:
    """How many audit entries a subject has: grows with every change of it."""
    return db.session.scalar(select(Subject.audit_seq).where(Subject.key == key)) or 0


def wish_of(member: int, key: str) -> str | None:
    """What a member wants to hear about a subject: `follow` (everything), `mute` (nothing), None (what needs them)."""
    mine = (Follow.member_id == member) & (Follow.key == key)
    return db.session.scalar(select(Follow.wish).where(mine))


def regard(member: int, key: str) -> tuple[str | None, int]:
    """`wish_of` and `audit_seq` together. One statement."""
    mine = (Follow.member_id == member) & (Follow.key == Subject.key)
    wanted = select(Follow.wish, Subject.audit_seq).outerjoin_from(Subject, Follow, mine).where(Subject.key == key)
    row = db.session.execute(wanted).one_or_none()
    return (row[0], row[1]) if row else (wish_of(member, key), 0)


def followers(key: str, now: datetime) -> list[int]:
    """Who follows a subject and may still see it, by member id: somebody who left, or from whom it was hidden since, does
    not hear of it."""
    wished = select(Follow.member_id).where(Follow.key == key, Follow.wish == FOLLOW).order_by(Follow.member_id)
    known = registry.actors([*db.session.scalars(wished)], now)
    return [actor.id for actor in known if actor.active and key in list_summaries(actor, [key])]


def muted_by(key: str) -> set[int]:
    """Who wants to hear nothing about a subject, by member id."""
    return set(db.session.scalars(select(Follow.member_id).where(Follow.key == key, Follow.wish == MUTE)))


def _in_key_order(key: str) -> tuple[str, int]:
    prefix, _, number = key.partition("-")
    return (prefix, int(number) if number.isdigit() else 0)
