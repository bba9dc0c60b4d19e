"""Every address, every method, everybody: the class of answer against the pages of routes/, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed

from tests.contracts.test_permits import PAGE as PERMITS
from tests.parts.databases import Stock
from tests.parts.matrix import METHODS, Play, is_api, played, read, routes_of

PAGES = read(Path(__file__).parent / "routes")
WRITTEN = {route: row for rows in PAGES.values() for route, row in rows.items()}


@pytest.fixture(scope="module")
def play(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with played(stock, tmp_path_factory.mktemp("var")) as one:
        yield one


def test_every_route_has_its_row_and_every_row_its_route(app: Flask) -> None:
    there = routes_of(app)
    missing = [
        f"| {route} | {' | '.join('?' for _ in there[route])} |" for route in sorted(there.keys() - WRITTEN.keys())
    ]
    assert not missing, "New routes. Write on a page of tests/contracts/routes/ who gets what there:\n" + "\n".join(
        missing
    )
    left_over = sorted(WRITTEN.keys() - there.keys())
    assert not left_over, f"No such route any more; take these rows off tests/contracts/routes/: {left_over}"
    wrong = [route for route, row in WRITTEN.items() if tuple(row) != there[route]]
    assert not wrong, f"In a table with other columns than theirs (pages have {len(there['GET /'])}): {wrong}"


@pytest.mark.parametrize("about", PAGES)
def test_everybody_gets_the_promised_answer_everywhere(play: Play, about: str) -> None:
    wrong = []
    for route, row in PAGES[about].items():
        for column, promised in row.items():
            got = play.cell(route, column)
            if got != promised:
                wrong.append(f"{route} for {column}: {got}, promised {promised}")
    assert not wrong, "\n".join(wrong)


EMPTY = {"GET /goals/checkin"}
"""Pages that show everybody what is theirs to do, and those who have nothing to do an empty list."""


def test_the_pages_promise_auditors_and_guests_no_more_than_the_permit_tables(app: Flask) -> None:
    verbs = {f"{method} {rule.rule}": getattr(app.view_functions[rule.endpoint], "permit", None)
             for rule in app.url_map.iter_rules() for method in METHODS & (rule.methods or set())}  # fmt: skip
    more = []
    for route, row in WRITTEN.items():
        verb = verbs.get(route)
        for bar, columns in (("auditor", ("auditor",)), ("partner", ("guest", "shown"))):
            if verb is None or verb in PERMITS.everyone | PERMITS.despite[bar] or route in EMPTY:
                continue
            more += [f"{route} for {column}: {verb}" for column in columns if row[column] in ("ok", "409", "412")]
    assert not more, "Not theirs by tests/contracts/permits: " + ", ".join(more)


def test_what_a_route_does_not_answer_is_refused_as_a_method(play: Play) -> None:
    there = routes_of(play.app)
    at = play.app.url_map.bind("localhost")
    refused = 0
    for rule in {route.partition(" ")[2] for route in there}:
        for method in METHODS:
            address = play.world.address(rule)
            try:
                found, _places = at.match(address, method=method, return_rule=True)
            except MethodNotAllowed:
                refused += 1
                continue
            assert f"{method} {found.rule}" in WRITTEN
    assert refused > len(there)
    client = play.app.test_client()
    for method in METHODS - {"GET"}:
        assert client.open("/dashboards", method=method).status_code == 405
        assert client.open("/api/v1/me", method=method).status_code == 405


@pytest.mark.timeout(600)
def test_who_may_never_do_it_is_not_told_what_is_wrong_with_what_they_sent(play: Play) -> None:
    told = [
        f"{route} for {column}: {got}"
        for route, row in WRITTEN.items()
        for column in ("guest", "auditor")
        if not route.startswith("GET ") and row.get(column) == "no"
        for sent in (("{}", "{") if is_api(route.partition(" ")[2]) else ("",))
        if (got := play.cell(route, column, sent)) != "no"
    ]
    assert told == []
