"""Every trace keeps its promise: where a panel of a page has something to show, its trace is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from collab.approvals import queries as approvals
from collab.approvals.queries.conditions import list_conditions
from collab.approvals.queries.revocations import list_revocations
from collab.escalations.queries import list_of_many
from collab.kernel import reading
from collab.kernel.atomic import atomic
from collab.purchases.queries import list_shared
from collab.purchases.queries.after import list_amendments
from collab.purchases.queries.requests import find_purchase
from collab.subjects.queries import list_heads
from collab.subjects.traces import look
from collab.threads.queries import count_comments
from tests.parts.applications import application, settings_for
from tests.parts.databases import POSTGRESQL, SAMPLE, SQLITE, Stock
from tests.parts.statements import statements

ASKED: dict[str, Callable[[str], object]] = {
    "readings": approvals.list_readings,
    "questions": approvals.list_questions,
    "conditions": list_conditions,
    "revocations": list_revocations,
    "comments": count_comments,
    "waits": lambda key: list_of_many([key]),
    "shared": lambda key: (purchase := find_purchase(key)) and list_shared(purchase),
    "amendments": lambda key: (purchase := find_purchase(key)) and list_amendments(purchase),
}


def told(key: str) -> dict[str, object]:
    """What every panel has to show of a subject."""
    return {name: ask(key) for name, ask in ASKED.items()}


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_a_page_that_looked_for_traces_shows_what_one_shows_that_asked(
    kind: str, stock: Callable[[str], Stock], tmp_path: Path
) -> None:
    with application(settings_for(stock(kind).fresh(SAMPLE).url, tmp_path)) as app, app.app_context():
        keys = [key for key in list_heads() if key.partition("-")[2].isdigit()]
        plainly = {key: told(key) for key in keys}
        for key in keys:
            reading.begin()
            look(key)
            assert told(key) == plainly[key], key
            reading.end()
        shown = {name for found in plainly.values() for name, rows in found.items() if rows}
        assert len(shown) > len(ASKED) / 2, f"the sample company shows only {shown}"
        _asks_once(app, next(key for key in keys if key.startswith("PR-") and not any(plainly[key].values())))


def _asks_once(app: Flask, key: str) -> None:
    """Of what has no traces one statement is asked; where something was written meanwhile, each panel asks again."""
    kept = find_purchase(key)  # the session knows it as long as somebody holds it
    reading.begin()
    with statements(app) as seen:
        look(key)
        told(key)
    assert seen.count == 1, seen
    with atomic():
        pass
    with statements(app) as seen:
        told(key)
    assert kept is not None
    assert seen.count >= len(ASKED), seen
