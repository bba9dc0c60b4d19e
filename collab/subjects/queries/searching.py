"""Finding subjects by their words: newest first, one kind after the other, never more work than a few thousand candidates a kind.

The pairs of characters that fewest subjects hold lead; along their index the newest subjects come first, some at a time, until
enough are found that the viewer may see. So a search costs the same however many requests there are, and where it stops early it
says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all

from collab.kernel.actor import Actor
from collab.kernel.db import AnySelect, db
from collab.kernel.keys import key_of
from collab.kernel.text import bigrams, folded
from collab.subjects.models import SearchGram, SearchText
from collab.subjects.queries.listing import list_summaries
from collab.subjects.registry import Kind, Summary, registry

MOST_WORDS = 8
MOST_GRAMS = 12
"""Pairs whose frequency is looked up."""
RARE = 1_000
"""As far as a pair's frequency is counted: beyond, it is common."""
BESIDE = 3
"""Further pairs each candidate must hold before its text is read."""
STEPS = (50, 400, 1_000, 1_000, 1_000, 1_000)
"""Candidates read together; together they are all of a kind that are looked at."""


@dataclass(frozen=True)
class Hunt:
    """What is looked for: words, of every kind or of one (its code), in one state (the last part of its words) or in any."""

    words: str
    kind: str | None = None
    state: str | None = None

    @property
    def wanted(self) -> list[str]:
        """The words, as they are compared."""
        return folded(self.words).split()[:MOST_WORDS]


@dataclass(frozen=True)
class Hit:
    """A subject that holds every word, and whether they stand in what everybody who sees it reads."""

    summary: Summary
    inner: bool = False


@dataclass
class Found:
    """The hits of each kind, newest first, by code; `cut` are the kinds of which there may be more."""

    hits: dict[str, list[Hit]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)


def search(viewer: Actor, words: str, *, limit: int = 20) -> list[Summary]:
    """Subjects whose words hold every searched word, those of each kind newest first."""
    found = search_for(viewer, Hunt(words), limit=limit)
    return [hit.summary for hits in found.hits.values() for hit in hits][:limit]


def search_for(viewer: Actor, hunt: Hunt, *, limit: int = 20) -> Found:
    """The same, kind by kind, `limit` of each at most; what a viewer may not see is neither shown nor counted."""
    found = Found()
    wanted = hunt.wanted
    if not wanted:
        return found
    lead = _rarest(wanted)
    for kind in registry.kinds:
        if lead is not None and hunt.kind in (None, kind.code):
            hits, more = _of_kind(viewer, kind, hunt, lead, limit)
            found.hits.update({kind.code: hits} if hits else {})
            found.cut.update({kind.code} if more else ())
    return found


def _of_kind(viewer: Actor, kind: Kind, hunt: Hunt, lead: Sequence[str], limit: int) -> tuple[list[Hit], bool]:
    hits: list[Hit] = []
    full = False
    for numbers in _candidates(kind.prefix, lead):
        hits += _hits(viewer, kind, hunt, numbers)
        if len(hits) > limit:
            return hits[:limit], True
        full = len(numbers) == STEPS[-1]
    return hits, full


def _hits(viewer: Actor, kind: Kind, hunt: Hunt, numbers: Sequence[int]) -> list[Hit]:
    """Those of the candidates that hold every word where the viewer may read it."""
    keys = [key_of(kind.prefix, number) for number in numbers]
    rows = db.session.execute(select(SearchText.key, SearchText.text, SearchText.inner).where(SearchText.key.in_(keys)))
    wanted = hunt.wanted
    plain, inner = set(), set()
    for key, text, more in rows:
        if all(word in text for word in wanted):
            plain.add(key)
        elif more and all(word in f"{text} {more}" for word in wanted):
            inner.add(key)
    inner &= registry.insiders(kind.prefix, viewer, sorted(inner))
    seen = list_summaries(viewer, plain | inner)
    there = [seen[key] for key in keys if key in seen]
    return [Hit(one, one.key in inner) for one in there if hunt.state in (None, state_of(one))]


def state_of(summary: Summary) -> str:
    """The code of a subject's state."""
    return summary.state.key.rpartition(".")[2]


def _candidates(prefix: str, lead: Sequence[str]) -> Iterator[Sequence[int]]:
    """Numbers of a kind that hold the leading pairs, newest first, some at a time; without pairs the newest there are."""
    before: int | None = None
    for size in STEPS:
        statement = _by_pairs(prefix, lead, before, size) if lead else _newest(prefix, before, size)
        looked, numbers = _read(statement)
        if numbers:
            yield numbers
        if len(looked) < size:
            return
        before = looked[-1]


def _read(statement: AnySelect) -> tuple[list[int], list[int]]:
    rows = db.session.execute(statement).all()
    return [number for number, _holds in rows], [number for number, holds in rows if holds]


def _by_pairs(prefix: str, lead: Sequence[str], before: int | None, size: int) -> AnySelect:
    """The next so many that hold the rarest pair, each with whether it holds those beside it."""
    rarest, *others = lead
    some = _below(select(SearchGram.number).where(SearchGram.gram == rarest, SearchGram.prefix == prefix), before)
    next_ones = some.order_by(SearchGram.number.desc()).limit(size).subquery("next_ones")
    beside = [SearchGram.__table__.alias(f"beside_{place}") for place in range(len(others))]
    tests = [
        # looked up one by one: with EXISTS, PostgreSQL would rather read every subject that holds a common pair
        select(one.c.number)
        .where(one.c.gram == gram, one.c.prefix == prefix, one.c.number == next_ones.c.number)
        .scalar_subquery()
        .is_not(None)
        for one, gram in zip(beside, others, strict=True)
    ]
    holds: ColumnElement[bool] = and_(*tests) if tests else literal(True)  # noqa: FBT003
    return select(next_ones.c.number, holds).order_by(next_ones.c.number.desc())


def _newest(prefix: str, before: int | None, size: int) -> AnySelect:
    """For words of one character, which no pair leads to: the newest of a kind."""
    some = _below(select(SearchGram.number, literal(True)).where(SearchGram.prefix == prefix), before)  # noqa: FBT003
    return some.distinct().order_by(SearchGram.number.desc()).limit(size)


def _below(statement: AnySelect, before: int | None) -> AnySelect:
    return statement if before is None else statement.where(SearchGram.number < before)


def _rarest(wanted: Sequence[str]) -> list[str] | None:
    """The pairs fewest subjects hold, the rarest first. None: one of them is nowhere, so nothing is found; empty: the words are
    of one character each."""
    pairs = sorted({gram for word in wanted if len(word) > 1 for gram in bigrams(word)})[:MOST_GRAMS]
    if not pairs:
        return []
    counts = [
        select(literal(pair).label("pair"), func.count().label("n")).select_from(
            select(SearchGram.number).where(SearchGram.gram == pair).limit(RARE).subquery()
        )
        for pair in pairs
    ]
    rows = db.session.execute(union_all(*counts)).all()
    ordered = sorted(rows, key=lambda row: (row.n, row.pair))
    return None if ordered[0].n == 0 else [row.pair for row in ordered[: 1 + BESIDE]]
