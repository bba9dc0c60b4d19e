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
from collab.subjects.models import Link, SearchGram, SearchText, Subject
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


def audit_seq(key: str) -> int:
    """How many audit entries a subject has: grows with every change of it."""
    return db.session.scalar(select(Subject.audit_seq).where(Subject.key == key)) or 0


def _in_key_order(key: str) -> tuple[str, int]:
    prefix, _, number = key.partition("-")
    return (prefix, int(number) if number.isdigit() else 0)
