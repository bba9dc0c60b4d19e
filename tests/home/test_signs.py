"""Every source of the inbox keeps its promise: where it has a row for somebody, its sign is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from collab.kernel import clock
from collab.people import queries as people
from collab.subjects import queries as subjects
from collab.subjects.registry import registry
from collab.subjects.signs import stirring
from tests.parts.applications import application, settings_for
from tests.parts.databases import POSTGRESQL, SAMPLE, SQLITE, Stock
from tests.parts.statements import statements


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_no_row_of_the_sample_company_is_missed(kind: str, stock: Callable[[str], Stock], tmp_path: Path) -> None:
    with application(settings_for(stock(kind).fresh(SAMPLE).url, tmp_path)) as app, app.app_context():
        now = clock.now()
        members = [one for one in people.list_actors(now) if one.active]
        given = {source: source(members, now) for source in registry.sources}
        missed, spared = [], 0
        for member in members:
            asked = stirring(registry.sources, member, now)
            missed += [
                (member.email, source.__module__)
                for source, rows in given.items()
                if rows.get(member.id) and source not in asked
            ]
            spared += len(registry.sources) - len(asked)
            assert subjects.inbox(member, now) == subjects.inboxes([member], now)[member.id]
        assert missed == []
        assert spared > len(members) * len(registry.sources) / 4, "signs that are always there spare nothing"
        assert sum(any(rows.values()) for rows in given.values()) > 10, "the sample has something for most sources"
        with statements(app) as seen:
            stirring(registry.sources, members[0], now)
        assert seen.count == 1


def test_every_source_has_a_sign() -> None:
    assert [source.__module__ for source in registry.sources if not hasattr(source, "sign")] == []
