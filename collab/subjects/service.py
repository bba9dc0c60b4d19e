"""Use-cases on subjects: lock one, tie two, follow one, keep the search index fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic, current
from collab.kernel.db import AnyRow, AnySelect, db, insert_once, run
from collab.kernel.errors import NotFound
from collab.kernel.keys import LARGEST_NUMBER
from collab.kernel.text import bigrams, folded
from collab.subjects import queries
from collab.subjects.models import FOLLOW, MUTE, Follow, Link, SearchGram, SearchText, Subject
from collab.subjects.registry import registry
from collab.subjects.rules import is_whole_kind

_subjects: Table = Subject.__table__  # type: ignore[assignment]
_LOCK = (
    select(_subjects.c.kind, _subjects.c.audit_seq, _subjects.c.audit_hash)
    .where(_subjects.c.key == bindparam("key"))
    .with_for_update()
)
_LOCK_ALL = (
    select(_subjects.c.key, _subjects.c.kind, _subjects.c.audit_seq, _subjects.c.audit_hash)
    .where(_subjects.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(_subjects.c.key)
    .with_for_update()
)
_ADVANCE = (
    update(_subjects)
    .where(_subjects.c.key == bindparam("at_key"))
    .values(audit_seq=bindparam("seq"), audit_hash=bindparam("hash"))
)
_TELL = (
    update(_subjects)
    .where(_subjects.c.key == bindparam("at_key"), _subjects.c.told_seq == bindparam("was"))
    .values(told_seq=bindparam("to"))
)
_BEHIND = _subjects.c.told_seq < _subjects.c.audit_seq
_TELL_NOBODY = (
    update(_subjects)
    .where(_subjects.c.key.in_(select(_subjects.c.key).where(_BEHIND).with_for_update(skip_locked=True)))
    .values(told_seq=_subjects.c.audit_seq)
)

WISHES = (FOLLOW, MUTE)
_follows: Table = Follow.__table__  # type: ignore[assignment]
_MINE = (_follows.c.key == bindparam("at_key")) & (_follows.c.member_id == bindparam("by"))
_CHANGE_WISH = update(_follows).where(_MINE).values(wish=bindparam("wish"), at=bindparam("since"))
_FORGET_WISH = delete(_follows).where(_MINE)


@dataclass
class Head:
    """The end of a subject's audit chain, held while its row is locked."""

    kind: str
    seq: int = 0
    hash: str = ""
    new: bool = False


def lock(key: str) -> Head:
    """Lock a subject for the rest of the transaction; every change of a subject starts here. Raises NotFound."""
    heads = _heads()
    if key not in heads:
        row = run(_LOCK, {"key": key}).one_or_none()
        if row is None:
            raise NotFound
        heads[key] = Head(row.kind, row.audit_seq, row.audit_hash)
    return heads[key]


def lock_all(keys: Iterable[str]) -> None:
    """Lock several subjects in one statement, always in the same order, so that two who want some of the same never wait for
    each other. Those that are not there are left out."""
    heads = _heads()
    for row in run(_LOCK_ALL, {"keys": sorted(set(keys) - heads.keys())}):
        heads[row.key] = Head(row.kind, row.audit_seq, row.audit_hash)


def with_heads(statement: AnySelect, key: ColumnElement[str], *tables: Table) -> AnySelect:
    """The same statement, locking the rows of `tables` and the subjects they are about; where somebody else holds either,
    the row is left out for now. Give the rows to `hold`."""
    heads = (
        _subjects.c.kind.label("head_kind"),
        _subjects.c.audit_seq.label("head_seq"),
        _subjects.c.audit_hash.label("head_hash"),
    )
    joined = statement.add_columns(*heads).join(_subjects, _subjects.c.key == key)
    return joined.with_for_update(skip_locked=True, of=[*tables, _subjects])


def hold(rows: Iterable[AnyRow], key: str = "subject_key") -> None:
    """Remember the subjects locked by a statement made `with_heads`: no statement more, however many there are."""
    heads = _heads()
    for row in rows:
        heads.setdefault(getattr(row, key), Head(row.head_kind, row.head_seq, row.head_hash))


def introduce(key: str, kind: str) -> Head:
    """Announce a new subject; its row is written with its first audit entry."""
    return _heads().setdefault(key, Head(kind, new=True))


def lock_or_introduce(key: str, kind: str) -> Head:
    """For subjects that have no life of their own before somebody first changes them (an office, a route book)."""
    try:
        return lock(key)
    except NotFound:
        return introduce(key, kind)


def advance(heads: Mapping[str, Head], born_at: Mapping[str, datetime]) -> None:
    """Write the new ends of the chains (called by audit, last thing before the commit); a new subject was born at its
    first entry."""
    born = [
        {"key": key, "kind": head.kind, "audit_seq": head.seq, "audit_hash": head.hash, "created_at": born_at[key]}
        for key, head in heads.items()
        if head.new
    ]
    moved = [{"at_key": key, "seq": head.seq, "hash": head.hash} for key, head in heads.items() if not head.new]
    if born:
        db.session.execute(insert(_subjects).values(indexed_seq=0), born)
    if moved:
        run(_ADVANCE, moved)
    for head in heads.values():
        head.new = False


def link(actor: Actor, from_key: str, to_key: str, *, kind: str, now: datetime) -> None:
    """Tie two subjects the actor may see; tying them again is once. Raises NotFound."""
    with atomic():
        for key in (from_key, to_key):
            queries.get_summary(actor, key)
        table: Table = Link.__table__  # type: ignore[assignment]
        insert_once(table, from_key=from_key, to_key=to_key, kind=kind, made_by=actor.email, made_at=now)


def follow(actor: Actor, key: str, *, now: datetime) -> None:
    """Hear everything about a subject the actor may see, or about a whole kind (`G-*`). Raises NotFound."""
    _wish(actor, key, FOLLOW, now)


def mute(actor: Actor, key: str, *, now: datetime) -> None:
    """Hear nothing about a subject the actor may see, or about a whole kind, but what needs them. Raises NotFound."""
    _wish(actor, key, MUTE, now)


def unfollow(actor: Actor, key: str) -> None:
    """Neither follow nor mute: hear what needs the actor. May be said of what they can no longer see."""
    with atomic():
        run(_FORGET_WISH, {"at_key": key, "by": actor.id})


def wish(actor: Actor, key: str, wanted: str | None, *, now: datetime) -> None:
    """Any of the three: one of WISHES, or None. Raises NotFound; ValueError for another word."""
    if wanted is None:
        unfollow(actor, key)
    elif wanted in WISHES:
        _wish(actor, key, wanted, now)
    else:
        raise ValueError(wanted)


def _wish(actor: Actor, key: str, wish: str, now: datetime) -> None:
    with atomic():
        if is_whole_kind(key):
            registry.kind_of(key)
        else:
            queries.get_summary(actor, key)
        changed = run(_CHANGE_WISH, {"at_key": key, "by": actor.id, "wish": wish, "since": now})
        if changed.rowcount == 0:
            insert_once(_follows, key=key, member_id=actor.id, wish=wish, at=now)


def index(*, limit: int = 200) -> int:
    """Bring the search words of changed subjects up to date; returns how many were done."""
    with atomic():
        stale = db.session.execute(
            select(Subject.key, Subject.audit_seq)
            .where(Subject.indexed_seq < Subject.audit_seq)
            .order_by(Subject.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for kind in registry.kinds:
            keys = [key for key, _seq in stale if key.startswith(f"{kind.prefix}-")]
            if keys:
                _index_words(kind.prefix, kind.words(keys), registry.inner_words(kind.prefix, keys))
        done = [{"at_key": key, "to": seq} for key, seq in stale]
        if done:
            at = update(_subjects).where(_subjects.c.key == bindparam("at_key")).values(indexed_seq=bindparam("to"))
            run(at, done)
    return len(stale)


def list_untold(*, limit: int, only: str | None = None) -> Sequence[AnyRow]:
    """Subjects (or this one) whose trail shared channels have not read to its end (`key`, `told_seq`, `audit_seq`), each held by
    this transaction alone; whoever else reads some at this moment has others."""
    behind = _BEHIND if only is None else _BEHIND & (_subjects.c.key == only)
    columns = (_subjects.c.key, _subjects.c.told_seq, _subjects.c.audit_seq)
    some = select(*columns).where(behind).order_by(_subjects.c.key).limit(limit)
    return db.session.execute(some.with_for_update(skip_locked=True)).all()


def tell(row: AnyRow) -> bool:
    """Note that what `list_untold` gave is told to its end; False where somebody else told it meanwhile."""
    return run(_TELL, {"at_key": row.key, "was": row.told_seq, "to": row.audit_seq}).rowcount == 1


def tell_nobody() -> int:
    """While no channel listens: everything counts as told. One statement, which waits for nobody (what somebody holds is left
    for the next time); returns of how many subjects."""
    return run(_TELL_NOBODY).rowcount


def _index_words(prefix: str, words: Mapping[str, str], inner: Mapping[str, str]) -> None:
    numbers = {key: number for key in words if (number := _number(key)) is not None}
    if not numbers:
        return
    some = SearchGram.number.in_(numbers.values())
    db.session.execute(delete(SearchGram).where(SearchGram.prefix == prefix, some))
    db.session.execute(delete(SearchText).where(SearchText.key.in_(numbers)))
    rows = [
        {"key": key, "text": folded(words[key]), "inner": folded(inner[key]) if key in inner else None}
        for key in numbers
    ]
    db.session.execute(insert(SearchText), rows)
    grams = [
        {"gram": gram, "prefix": prefix, "number": number}
        for key, number in numbers.items()
        for gram in bigrams(folded(f"{words[key]} {inner.get(key, '')}"))
    ]
    if grams:
        db.session.execute(insert(SearchGram), grams)


def _number(key: str) -> int | None:
    behind = key.partition("-")[2]
    return int(behind) if behind.isascii() and behind.isdigit() and int(behind) <= LARGEST_NUMBER else None


def _heads() -> dict[str, Head]:
    heads: dict[str, Head] = current().notes.setdefault("subject.heads", {})
    return heads
