"""Finding subjects by their words: newest first, kind by kind, never more work than a few thousand candidates a kind.

The pairs of characters that fewest subjects hold lead; along their index the newest subjects come first, some at a time and of all
kinds together, until enough are found that the viewer may see. So a search costs the same however many requests there are, and
where it stops early it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, literal, select, true, union_all

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, AnySelect, db
from collab.kernel.keys import LARGEST_NUMBER, key_of
from collab.kernel.recordset import dialect, records, recordset
from collab.kernel.text import bigrams, folded
from collab.subjects.models import SearchGram, SearchText
from collab.subjects.queries.listing import list_summaries
from collab.subjects.registry import Summary, registry

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
    wanted = hunt.wanted
    lead = _rarest(wanted) if wanted else None
    if lead is None:
        return Found()
    walks = {kind.prefix: Walk(kind.code) for kind in registry.kinds if hunt.kind in (None, kind.code)}
    for size in STEPS:
        going = {prefix: walk for prefix, walk in walks.items() if walk.more and len(walk.hits) <= limit}
        if not going:
            break
        numbers = _step(going, lead, size)
        for prefix, hits in _hits(viewer, hunt, numbers).items():
            walks[prefix].hits += hits
    found = [walk for walk in walks.values() if walk.hits]
    cut = {walk.code for walk in walks.values() if walk.more or len(walk.hits) > limit}
    return Found({walk.code: walk.hits[:limit] for walk in found}, cut)


@dataclass
class Walk:
    """How far a search has come in one kind: what it found, up to which number it goes on, whether there is more."""

    code: str
    upto: int = LARGEST_NUMBER
    more: bool = True
    hits: list[Hit] = field(default_factory=list)


def _step(walks: Mapping[str, Walk], lead: Sequence[str], size: int) -> dict[str, list[int]]:
    """The next so many candidates of each kind that walks on, by prefix, newest first; those that hold the leading pairs."""
    arms = [
        (_by_pairs(prefix, lead, walk.upto, size) if lead else _newest(prefix, walk.upto, size))
        for prefix, walk in walks.items()
    ]
    rows = db.session.execute(union_all(*arms)).all()
    looked: dict[str, list[AnyRow]] = {prefix: [] for prefix in walks}
    for row in rows:
        looked[row.prefix].append(row)
    for prefix, walk in walks.items():
        looked[prefix].sort(key=lambda row: -row.number)
        walk.more = len(looked[prefix]) == size
        walk.upto = looked[prefix][-1].number - 1 if walk.more else 0
    return {prefix: [row.number for row in some if row.holds] for prefix, some in looked.items()}


def _hits(viewer: Actor, hunt: Hunt, numbers: Mapping[str, Sequence[int]]) -> dict[str, list[Hit]]:
    """Those of the candidates that hold every word where the viewer may read it, by prefix."""
    keys = {prefix: [key_of(prefix, number) for number in some] for prefix, some in numbers.items() if some}
    if not keys:
        return {}
    wanted = hunt.wanted
    plain, inner = set(), set()
    for key, text, more in _texts(key for some in keys.values() for key in some):
        if all(word in text for word in wanted):
            plain.add(key)
        elif more and all(word in f"{text} {more}" for word in wanted):
            inner.add(key)
    inner = {
        key
        for prefix, some in keys.items()
        for key in registry.insiders(prefix, viewer, [one for one in some if one in inner])
    }
    seen = list_summaries(viewer, plain | inner)
    there = {prefix: [seen[key] for key in some if key in seen] for prefix, some in keys.items()}
    return {
        prefix: [Hit(one, one.key in inner) for one in some if hunt.state in (None, state_of(one))]
        for prefix, some in there.items()
    }


def _texts(keys: Iterable[str]) -> Sequence[AnyRow]:
    """What is written about subjects: key, words, inner words. A thousand keys are one value, not a placeholder each."""
    given = recordset("given", dialect(), key=str)
    texts = select(SearchText.key, SearchText.text, SearchText.inner).join(given, given.c.key == SearchText.key)
    return db.session.execute(texts, {"given": records({"key": key} for key in keys)}).all()


def state_of(summary: Summary) -> str:
    """The code of a subject's state."""
    return summary.state.key.rpartition(".")[2]


def _by_pairs(prefix: str, lead: Sequence[str], upto: int, size: int) -> AnySelect:
    """The next so many that hold the rarest pair, each with whether it holds those beside it."""
    rarest, *others = lead
    some = select(SearchGram.number).where(
        SearchGram.gram == rarest, SearchGram.prefix == prefix, SearchGram.number <= upto
    )
    next_ones = some.order_by(SearchGram.number.desc()).limit(size).subquery(f"next_{prefix}")
    beside = [SearchGram.__table__.alias(f"beside_{place}") for place in range(len(others))]
    tests = [
        # looked up one by one: with EXISTS, PostgreSQL would rather read every subject that holds a common pair
        select(one.c.number)
        .where(one.c.gram == gram, one.c.prefix == prefix, one.c.number == next_ones.c.number)
        .scalar_subquery()
        .is_not(None)
        for one, gram in zip(beside, others, strict=True)
    ]
    holds: ColumnElement[bool] = and_(*tests) if tests else true()
    return select(literal(prefix).label("prefix"), next_ones.c.number, holds.label("holds"))


def _newest(prefix: str, upto: int, size: int) -> AnySelect:
    """For words of one character, which no pair leads to: the newest of a kind."""
    some = select(SearchGram.number).where(SearchGram.prefix == prefix, SearchGram.number <= upto).distinct()
    newest = some.order_by(SearchGram.number.desc()).limit(size).subquery(f"newest_{prefix}")
    return select(literal(prefix).label("prefix"), newest.c.number, true().label("holds"))


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
