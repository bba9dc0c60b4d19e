"""Text that is a program elsewhere is text here: every payload in every field, on every page that shows it.

The sample company is read with all payloads in everything anybody wrote, first as text, then by Chromium with our own scripts
running: 0 executions, 0 breaches of the content policy.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from collab.kernel.db import Base, db
from collab.subjects.queries import list_summaries
from tests.faults.hostile_text.in_browser import MARKED, found_running, statics_of, worth_opening
from tests.faults.hostile_text.markup import astray
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.rows import pages_besides
from tests.faults.hostile_text.world import hostile_company, is_written, written
from tests.parts.clients import Pages
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, paths_of, speak
from tests.parts.leaks import _uncounted

UNSEEN = {
    "subject_texts.inner", "subject_texts.text",  # what search looks through; what it shows comes from the things themselves
    "web_drafts.fields",  # JSON that our script puts into fields by value: test_forms.py
    "outbox_attempts.problem",  # Slack's code of one try: the API tells it, pages tell the message's own
}  # fmt: skip
"""Of these nobody who reads here sees the words, and why; whatever comes to be seen is to be taken out."""
IN_JAPANESE = ("/admin/partners", "/admin/offices", "/admin/sites", "/admin/access-review", "/people", "/me")
"""Where names are read that are written in both languages."""


@dataclass
class Shown:
    """What the company reads, by address: status, headers, body; and static files beside it."""

    company: SampleCompany
    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    statics: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def shown(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Every page of the hostile company, as the first of those who may see it does."""
    with hostile_company(stock, tmp_path_factory.mktemp("hostile")) as company, _uncounted():
        found = Shown(company)
        speak(company, "en")
        paths = list(dict.fromkeys([*paths_of(company, files=False), *_talked_about(company), *pages_besides(company)]))
        for name in ("cmo", "admin", "auditor", "mika", "agency"):
            reading = Pages(company, name)
            for path in paths:
                if path == "/" or quote(path, safe="/?&=%") not in found.pages:
                    answer = reading.get(path)
                    if answer.status_code == 200 and answer.mimetype == "text/html":
                        found.pages[quote(path, safe="/?&=%") if path != "/" else f"/?{name}"] = (
                            200,
                            dict(answer.headers),
                            answer.text,
                        )
                    assert answer.status_code < 500, path
        speak(company, "ja")
        for path in IN_JAPANESE:
            answer = Pages(company, "admin").get(path)
            found.pages[f"{path}?ja"] = (answer.status_code, dict(answer.headers), answer.text)
        found.statics = statics_of(company, (page for _, _, page in found.pages.values()))
        yield found


def _talked_about(company: SampleCompany) -> list[str]:
    """The pages of what people said something about."""
    with company.indoors():
        tables = [
            one
            for one in Base.metadata.sorted_tables
            if "subject_key" in one.columns and any(map(is_written, one.columns))
        ]
        keys = {
            key
            for one in tables
            if one.name != "audit_entries"
            for key in db.session.scalars(select(one.c.subject_key))
        }
        return sorted({one.path for one in list_summaries(company.member("auditor"), sorted(keys)).values()})


def test_no_payload_became_part_of_a_page(shown: Shown) -> None:
    assert len(PROGRAMS) >= 60
    assert len(shown.pages) > 110
    wrong = [f"{path}: {one}" for path, (_, _, page) in shown.pages.items() for one in astray(page)]
    assert wrong == []


def test_every_payload_and_every_field_is_shown_as_it_was_written(shown: Shown) -> None:
    read = {path: html.unescape(page) for path, (_, _, page) in shown.pages.items()}
    assert [name for name, one in PROGRAMS.items() if not any(one in page for page in read.values())] == []
    seen = {name for page in shown.pages.values() for name in MARKED.findall(page[2])}
    assert {str(one) for one in written()} - seen == UNSEEN


@pytest.mark.parametrize(
    "everywhere", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["each field", "each page"]
)
def test_nothing_ever_runs(shown: Shown, browser: Browser, everywhere: bool) -> None:
    opened = (
        list(shown.pages) if everywhere else worth_opening({path: page for path, (_, _, page) in shown.pages.items()})
    )
    assert found_running(browser, {**shown.statics, **shown.pages}, opened) == []
