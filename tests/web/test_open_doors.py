"""Nobody is offered a door that stays closed to them: every link a page shows to somebody opens for them."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.parts.clients import Pages
from tests.parts.databases import Stock
from tests.parts.every_page import FILES, sample_company

pytestmark = pytest.mark.timeout(600)
LINK = re.compile(r'<a [^>]*href="([^"#]+)')
OPEN = (200, 302, 303)


def shape(path: str) -> str:
    """Pages of one kind look alike: `/purchases/PR-N?of=`."""
    asked = urlsplit(path)
    names = sorted(part.partition("=")[0] for part in asked.query.split("&") if part)
    return f"{re.sub(r'[0-9]+|[^/]+@[^/]+', 'N', asked.path)}?{'&'.join(names)}"


def closed(pages: Pages) -> tuple[int, list[str]]:
    """From the first page on, one page of each kind: how many were opened, and what did not open from where. The guide says how
    others work, too; files cost more than they tell."""
    todo, seen, found, opened = [("/", "")], set[str](), [], 0
    for path, at in todo:
        if path.startswith("/help") or FILES.search(urlsplit(path).path) or shape(path) in seen:
            continue
        seen.add(shape(path))
        answer = pages.get(path)
        opened += 1
        if answer.status_code not in OPEN:
            found.append(f"{path} of {at}: {answer.status_code}")
        elif answer.mimetype == "text/html":
            links = (urljoin(path, html.unescape(to)) for to in LINK.findall(answer.text))
            todo += [(to, path) for to in links if to.startswith("/")]
    return opened, found


def test_every_link_opens_for_whoever_is_shown_it(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> None:
    with sample_company(stock, tmp_path_factory.mktemp("open-doors")) as company:
        told = {name: closed(Pages(company, name)) for name in ("agency", "auditor")}
    assert {name: found for name, (_opened, found) in told.items() if found} == {}
    assert min(opened for opened, _found in told.values()) > 25
