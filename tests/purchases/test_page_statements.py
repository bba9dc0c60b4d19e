"""What the pages of a request cost: as many statements for a long past and a full inbox as for the first one."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from collab.kernel import remember
from tests.factories import Company
from tests.parts.clients import Pages
from tests.parts.databases import on_both
from tests.parts.statements import Statements, statements

pytestmark = on_both
A_REQUEST, AN_EMPTY_FORM = 15, 8


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered for some seconds stays remembered, however slow the machine."""
    monkeypatch.setattr(remember, "time", SimpleNamespace(monotonic=lambda: 1.0))


def opened(company: Company, pages: Pages, path: str) -> Statements:
    """What is asked for a page; it is opened before, for calendars and banners are remembered."""
    pages.get(path)
    with statements(company.app) as seen:
        assert pages.get(path).status_code == 200
    return seen


def test_the_page_on_which_one_decides_stays_cheap_with_a_full_inbox(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    pages, key = pages_as("cmo"), company.filed()
    counts = []
    for more in (2, 6):
        for _ in range(more):
            company.filed()
        seen = opened(company, pages, f"/purchases/{key}")
        counts.append(seen.count)
    assert counts[0] == counts[1] <= A_REQUEST, f"{counts}\n{seen}"


def test_an_empty_form_asks_little(company: Company, pages_as: Callable[[str], Pages]) -> None:
    seen = opened(company, pages_as("mika"), "/purchases/new")
    assert seen.count <= AN_EMPTY_FORM, seen


def test_what_one_has_just_done_stands_on_the_next_page(company: Company, pages_as: Callable[[str], Pages]) -> None:
    pages, path = pages_as("cmo"), f"/purchases/{company.filed()}"
    before = pages.get(path).text
    assert 'name="verb"' in before
    pages.send(f"{path}/decisions", {"verb": "approve", "comment": "", "seen_version": "1"}, page=path)
    assert 'value="approve"' not in pages.get(path).text
    assert 'value="approve"' in pages_as("cio").get(path).text
