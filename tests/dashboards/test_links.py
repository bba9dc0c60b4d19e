"""Every figure of the sample company leads to the rows it counted, and to no others; pages and API say the same."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.factories import Company
from tests.parts.clients import Pages
from tests.parts.databases import SAMPLE, Database, Stock
from tests.parts.sample import A_WEDNESDAY

PATHS = ("/dashboards", "/dashboards/goals", "/dashboards/approvals", "/dashboards/flow", "/dashboards/spend")
LINK = re.compile(r'<a[^>]*href="(/(?:goals|tasks|purchases)\?figure=[^"]+)"')
OPENED = 3
"""So many figures of each kind are opened: one of a kind is found again as another is."""
ROW = re.compile(r'href="/(?:goals|tasks|purchases)/([A-Z]+-\d+)')


@pytest.fixture(scope="module")
def shop(stock: Callable[[str], Stock]) -> Iterator[Database]:
    """One sample company for all of them: nothing here changes it."""
    shelf = stock("sqlite")
    own = shelf.fresh(SAMPLE)
    yield own
    shelf.throw_away(own)


@pytest.fixture
def database(shop: Database) -> Database:
    return shop


@pytest.fixture
def cmo(app: Flask) -> Iterator[Pages]:
    with time_machine.travel(A_WEDNESDAY, tick=False):
        company = Company(app)
        company.now = A_WEDNESDAY
        yield Pages(company, "cmo")


def rows_at(pages: Pages, path: str) -> list[str]:
    """The keys of every row of a list, page by page."""
    found: list[str] = []
    number = 1
    while True:
        page = pages.get(f"{path}&page={number}")
        assert page.status_code == 200, path
        body = page.text[page.text.index("<main") :]
        keys = list(dict.fromkeys(ROW.findall(body)))
        found += keys
        number += 1
        if f"page={number}" not in html.unescape(body):
            return found


def figures(body: Any) -> Iterator[dict[str, Any]]:
    """Everything in an answer of the API that counts rows."""
    if isinstance(body, dict):
        if {"n", "keys", "path"} <= body.keys():
            yield body
        for value in body.values():
            yield from figures(value)
    elif isinstance(body, list):
        for value in body:
            yield from figures(value)


@pytest.mark.parametrize("board", ["goals", "approvals", "flow", "spend"])
def test_every_figure_leads_to_exactly_its_rows(app: Flask, cmo: Pages, board: str) -> None:
    company = Company(app)
    company.now = A_WEDNESDAY
    token = company.token("cmo")
    answer = app.test_client().get(f"/api/v1/dashboards/{board}", headers={"Authorization": f"Bearer {token}"})
    found = {one["path"]: one for one in figures(answer.json) if one["path"]}
    assert len(found) > 5
    assert all(one["n"] == len(one["keys"]) > 0 for one in found.values())
    of_a_kind = Counter[str]()
    for path, one in found.items():
        kind = path.partition("&of=")[0]
        of_a_kind[kind] += 1
        if of_a_kind[kind] > OPENED:
            continue
        assert sorted(rows_at(cmo, path)) == sorted(one["keys"]), path
    shown = {html.unescape(link) for link in LINK.findall(cmo.get(f"/dashboards/{board}").text)}
    assert shown, "the page has links"
    assert {link for link in shown if not link.startswith("/purchases?figure=spend.total")} <= found.keys()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_pages_say_words_and_no_keys_of_words(cmo: Pages, path: str, lang: str) -> None:
    cmo.send("/language", {"lang": lang, "next": "/"})
    body = re.sub(r"<[^>]+>", " ", cmo.get(path).text)
    assert not re.search(r"\b(dashboard|web|home)\.[a-z_]+\.[a-z_]+", body)


def test_the_drawing_says_in_words_what_it_shows(cmo: Pages) -> None:
    svg = cmo.get("/dashboards/goals/trend.svg")
    assert svg.mimetype == "image/svg+xml"
    assert 'aria-label="' in svg.text
    alt = re.search(r'aria-label="([^"]+)"', svg.text)
    assert alt is not None
    assert alt[1] in cmo.get("/dashboards/goals").text
    assert cmo.get("/dashboards/goals/trend.svg", headers={"If-None-Match": svg.headers["ETag"]}).status_code == 304
