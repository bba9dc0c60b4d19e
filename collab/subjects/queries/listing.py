"""Read-only answers about subjects of any kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TypeVar

from sqlalchemy import or_, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.subjects.models import FOLLOW, MUTE, Follow, Link, Subject
from collab.subjects.registry import InboxRow, InboxSource, Summary, Wanted, by_member, registry
from collab.subjects.rules import all_of
from collab.subjects.signs import stirring

T = TypeVar("T")
NEVER = datetime.max.replace(tzinfo=UTC)
BATCH = 1000
"""Members looked after together."""


def list_summaries(viewer: Actor, keys: Iterable[str]) -> dict[str, Summary]:
    """Those of `keys` the viewer may see, one line each."""
    return list_seen([(viewer, list(keys))])[viewer.id]


def list_seen(wanted: Wanted) -> dict[int, dict[str, Summary]]:
    """By viewer, those of the keys they ask about that they may see, one line each."""
    found: dict[int, dict[str, Summary]] = {viewer.id: {} for viewer, _keys in wanted}
    by_prefix: dict[str, list[tuple[Actor, list[str]]]] = defaultdict(list)
    for viewer, keys in wanted:
        ordered = sorted(keys, key=_prefix)
        for prefix, same in groupby(ordered, key=_prefix):
            by_prefix[prefix].append((viewer, list(same)))
    for kind in registry.kinds:
        for viewer_id, summary in kind.summaries(by_prefix[kind.prefix]) if kind.prefix in by_prefix else ():
            found[viewer_id][summary.key] = summary
    return found


def _prefix(key: str) -> str:
    return key.partition("-")[0]


def get_summary(viewer: Actor, key: str) -> Summary:
    """One line about a subject. Raises NotFound when it is not there or not visible to the viewer."""
    registry.kind_of(key)
    found = list_summaries(viewer, [key])
    if key not in found:
        raise NotFound
    return found[key]


def list_related(viewer: Actor, key: str) -> list[Summary]:
    """Every subject tied to `key`, by a link either way or by its own feature, that the viewer may see."""
    ties = db.session.execute(select(Link.from_key, Link.to_key).where(or_(Link.from_key == key, Link.to_key == key)))
    others = {end for tie in ties for end in tie} - {key}
    others |= registry.tied(key)
    seen = list_summaries(viewer, sorted(others))
    return [seen[other] for other in sorted(seen, key=_in_key_order)]


def inbox(member: Actor, now: datetime) -> list[InboxRow]:
    """What needs this member, the most pressing first: the one list every surface shows."""
    return _inboxes([member], now, stirring(registry.sources, member, now))[member.id]


def inboxes(members: Sequence[Actor], now: datetime) -> dict[int, list[InboxRow]]:
    """The same of many members, by member; as many statements for a batch of them as for one."""
    return _inboxes(members, now, registry.sources)


def _inboxes(members: Sequence[Actor], now: datetime, sources: Sequence[InboxSource]) -> dict[int, list[InboxRow]]:
    found: dict[int, list[InboxRow]] = {member.id: [] for member in members}
    for start in range(0, len(members), BATCH):
        some = members[start : start + BATCH]
        for source in sources:
            for member, rows in source(some, now).items():
                found[member] += rows
    for rows in found.values():
        rows.sort(key=lambda row: (row.due_at or NEVER, row.since, row.key))
    return found


def rows_about(
    members: Sequence[Actor], found: Sequence[tuple[int, str, T]], row: Callable[[T, Summary], InboxRow]
) -> dict[int, list[InboxRow]]:
    """Inbox rows about subjects, by member: `found` says whom one is for, about which subject, and what `row` writes it from.
    Nobody has a row about what they may not see."""
    keys: dict[int, set[str]] = defaultdict(set)
    for member, key, _what in found:
        keys[member].add(key)
    seen = list_seen([(member, keys[member.id]) for member in members if member.id in keys])
    return by_member((member, row(what, seen[member][key])) for member, key, what in found if key in seen[member])


def list_heads() -> dict[str, tuple[int, str]]:
    """`{subject: (seq, hash)}`: where each audit chain ends."""
    rows = db.session.execute(select(Subject.key, Subject.audit_seq, Subject.audit_hash).order_by(Subject.key))
    return {key: (seq, hash_) for key, seq, hash_ in rows}


def list_heads_after(key: str, limit: int) -> dict[str, tuple[int, str]]:
    """The same of the next subjects behind a key, in order of keys."""
    columns = (Subject.key, Subject.audit_seq, Subject.audit_hash)
    rows = db.session.execute(select(*columns).where(Subject.key > key).order_by(Subject.key).limit(limit))
    return {key: (seq, hash_) for key, seq, hash_ in rows}


def heads_of(keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The same of these subjects."""
    columns = (Subject.key, Subject.audit_seq, Subject.audit_hash)
    rows = db.session.execute(select(*columns).where(Subject.key.in_(sorted(keys))))
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
    """What a member wants to hear about a subject: `follow` (everything), `mute` (nothing), None (what needs them). What they
    said of the thing itself goes before what they said of its kind."""
    mine = (Follow.member_id == member) & Follow.key.in_((key, all_of(key)))
    return db.session.scalar(select(Follow.wish).where(mine).order_by((Follow.key == key).desc()).limit(1))


def regard(member: int, key: str) -> tuple[str | None, int]:
    """`wish_of` and `audit_seq` together. One statement."""
    mine = (Follow.member_id == member) & Follow.key.in_((key, all_of(key)))
    wanted = select(Follow.wish, Subject.audit_seq).outerjoin_from(Subject, Follow, mine).where(Subject.key == key)
    row = db.session.execute(wanted.order_by((Follow.key == key).desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else (wish_of(member, key), 0)


def followers(key: str, now: datetime) -> list[int]:
    """Who follows a subject, or everything of its kind, and may still see it, by member id: somebody who left, or from whom it
    was hidden since, does not hear of it."""
    known = registry.actors(sorted(_wishing(key, FOLLOW)), now)
    seen = list_seen([(actor, [key]) for actor in known if actor.active])
    return [member for member, found in seen.items() if key in found]


def muted_by(key: str) -> set[int]:
    """Who wants to hear nothing about a subject, by member id."""
    return _wishing(key, MUTE)


def list_wishes(member: int) -> Sequence[AnyRow]:
    """What a member follows and mutes: `key` (of a thing, or of a kind: `G-*`), `wish`, `at`; the latest first."""
    mine = select(Follow.key, Follow.wish, Follow.at).where(Follow.member_id == member)
    return db.session.execute(mine.order_by(Follow.at.desc(), Follow.key)).all()


def _wishing(key: str, wish: str) -> set[int]:
    """Whose wish about a subject this is, all things considered. One statement."""
    rows = select(Follow.member_id, Follow.wish, Follow.key).where(Follow.key.in_((key, all_of(key))))
    found: dict[int, str] = {}
    for member, wished, about in db.session.execute(rows):
        if about == key or member not in found:
            found[member] = wished
    return {member for member, wished in found.items() if wished == wish}


def wishes_among(members: Iterable[int]) -> dict[str, list[tuple[int, str, str]]]:
    """What these members follow and mute: by prefix of keys, who, what stands behind it (a number, or `*` for the whole kind),
    and how. One statement."""
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    rows = db.session.execute(
        select(Follow.key, Follow.member_id, Follow.wish).where(Follow.member_id.in_(list(members)))
    )
    for key, member, wish in rows:
        prefix, _, behind = key.partition("-")
        found[prefix].append((member, behind, wish))
    return found


def _in_key_order(key: str) -> tuple[str, int]:
    prefix, _, number = key.partition("-")
    return (prefix, int(number) if number.isdigit() else 0)
