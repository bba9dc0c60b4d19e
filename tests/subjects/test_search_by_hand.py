"""What search finds is what somebody finds who reads every text there is: for every reader, in steps of any size."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import number_of
from collab.kernel.text import folded
from collab.subjects import queries, service
from collab.subjects.models import SearchText
from collab.subjects.queries import Hunt, searching
from collab.subjects.registry import registry
from tests.factories import Company
from tests.parts.databases import on_both

WORDS = (
    "customer", "予算", "算", "cust tool", "ＴＯＯＬ 予算", "ひかり", "秘匿", "er", "予稟",
)  # fmt: skip
READERS = ("mika", "cmo", "emma", "agency")


def by_hand(viewer: Actor, words: str) -> dict[str, list[str]]:
    """Every text is read, every hit is shown to whoever may see it; newest first."""
    wanted = folded(words).split()
    found: dict[str, list[str]] = {}
    rows = db.session.execute(select(SearchText.key, SearchText.text, SearchText.inner)).all()
    for kind in registry.kinds:
        mine = [row for row in rows if row.key.startswith(f"{kind.prefix}-")]
        within = registry.insiders(kind.prefix, viewer, [row.key for row in mine])
        readable = {row.key: f"{row.text} {row.inner or ''}" if row.key in within else row.text for row in mine}
        holding = [key for key, text in readable.items() if all(word in text for word in wanted)]
        seen = queries.list_summaries(viewer, holding)
        if seen:
            found[kind.code] = sorted(seen, key=lambda key: -number_of(kind.prefix, key))
    return found


@on_both
@pytest.mark.usefixtures("indoors")
def test_search_finds_what_reading_everything_finds(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ("Customer tool", "来期予算", "Customer 予算 ヒカリ", "稟議と予算", "Tool for customers", "算予")
    keys = [
        company.filed("kenji" if place % 3 else "mika", title=title, visibility="company" if place % 2 else "involved")
        for place, title in enumerate(titles)
    ]
    company.decide(keys[1], "cmo", "return", "customer 秘匿")
    while service.index():
        pass
    readers = [company.member(name) for name in READERS]
    expected = {(words, reader.id): by_hand(reader, words) for words in WORDS for reader in readers}
    assert sum(map(len, expected.values())) > len(WORDS)
    for steps in (searching.STEPS, (1, 3, 6, 9)):
        monkeypatch.setattr(searching, "STEPS", steps)
        for words in WORDS:
            for reader in readers:
                found = queries.search_for(reader, Hunt(words))
                keys_found = {code: [hit.summary.key for hit in hits] for code, hits in found.hits.items()}
                assert keys_found == expected[words, reader.id], (steps, words, reader.email)
                assert not found.cut
