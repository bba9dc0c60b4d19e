"""Every page of the sample company as a browser shows it: nothing sticks out at 360 px, nobody is shut out, nothing is complained
about. The pages test_looks.py knows in every shape are not looked at again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from collab.kernel import clock
from tests.bench.served import served
from tests.browser.conftest import LOCALES, SIZES, _complains, _free_port, warm_started
from tests.browser.test_looks import PAGES, faults
from tests.factories.company import address
from tests.parts.applications import SECRET, application, settings_for
from tests.parts.databases import SAMPLE, Stock
from tests.parts.every_page import QUERIES, SampleCompany, paths_of, speak

ROLES = ("cmo", "admin", "mika", "agency", "auditor")
SHAPES = (("en", 1280), ("ja", 360))
"""Looked at in turn: a page in one of them, the next page in the other."""
LONG = (
    *((language, width, "light") for language in LOCALES for width in SIZES),
    ("en", 360, "dark"),
    ("ja", 1280, "dark"),
)
EVERYBODY = (*ROLES, "cio", "it-lead", "ceo")
DARK = 3
"""Of the pages in the dark one in so many."""


@pytest.fixture(scope="module")
def sample(
    stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SampleCompany, str]]:
    """The sample company, and the address at which it is served."""
    shelf = stock("sqlite")
    own, folder, port = shelf.fresh(SAMPLE), tmp_path_factory.mktemp("pages"), _free_port()
    more = {"COLLAB_DEMO": "1", "PORT": str(port), "COLLAB_BROKER_URL": f"redis://127.0.0.1:{_free_port()}/0"}
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "COLLAB_DATABASE_URL": own.url, "COLLAB_SECRET_KEY": SECRET,
        "COLLAB_VAR_DIR": str(folder / "var"), **more,
    }  # fmt: skip
    with (
        application(settings_for(own.url, folder / "var", more)) as app,
        served("wsgi:app", environ, folder / "log", warm_started) as running,
    ):
        company = SampleCompany(app)
        company.now = clock.now()
        yield company, f"http://127.0.0.1:{running.port}"
    shelf.throw_away(own)


@pytest.fixture
def enter(sample: tuple[SampleCompany, str], browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser in which somebody has entered; what it complains about fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def inside(name: str, language: str, width: int, scheme: str = "light") -> BrowserContext:
        context = browser.new_context(
            base_url=sample[1], viewport={"width": width, "height": SIZES[width]}, locale=LOCALES[language],
            color_scheme=scheme,
        )  # fmt: skip
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if _complains(said) else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto("/")
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        page.locator(f"form:has(input[value='{address(name)}']) button").click()
        page.locator("[name=q], main h1").first.wait_for()
        return context

    yield inside
    for context in opened:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("turn", [0, 1], ids=["wide", "narrow"])
def test_every_page_fits_and_shuts_nobody_out(
    sample: tuple[SampleCompany, str], enter: Callable[..., BrowserContext], shots: Path | None, turn: int
) -> None:
    company, (language, width) = sample[0], SHAPES[turn]
    every = paths_of(company, files=False, states=False)
    mine = [path for path in every if path not in (*PAGES, *QUERIES, "/drafts")][turn :: len(SHAPES)]
    speak(company, language)
    wrong: list[str] = []
    for page, path in _seen(enter, ROLES, mine, language, width):
        wrong += faults(page, path)
        _taken(page, path, shots, f"{language}-{width}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("language", "width", "scheme"), LONG)
def test_every_page_in_every_shape(
    sample: tuple[SampleCompany, str],
    enter: Callable[..., BrowserContext],
    shots: Path | None,
    language: str,
    width: int,
    scheme: str,
) -> None:
    """The long form: pages of one thing in each state and those with something asked too, as everybody sees them first."""
    every = paths_of(sample[0], files=False)
    speak(sample[0], language)
    mine = every[:: DARK if scheme == "dark" else 1]
    seen = []
    for page, path in _seen(enter, EVERYBODY, mine, language, width, scheme):
        seen.append((path, faults(page, path)))
        _taken(page, path, shots, f"{language}-{width}-{scheme}")
    wrong = [text for _path, found in seen for text in found]
    print(f"{len(seen)} pages, {language} {width} {scheme}: {len(wrong)} faults")
    assert not wrong, "\n".join(wrong)
    assert len(seen) > len(mine) * 0.6


def _taken(page: Page, path: str, shots: Path | None, shape: str) -> None:
    if shots and path != "/docs":  # some hundred windows tall, and looked at by test_looks.py
        page.screenshot(path=f"{shots}/{re.sub(r'[^a-zA-Z0-9-]', '_', path.strip('/'))}-{shape}.png", full_page=True)


def _seen(
    enter: Callable[..., BrowserContext], names: Sequence[str], paths: Sequence[str], *shape: object
) -> Iterator[tuple[Page, str]]:
    """Each page shown to the first of these who may see it."""
    left = sorted(set(paths))
    for name in names:
        page = enter(name, *shape).pages[0]
        for path in left[:]:
            answer = page.request.get(path, max_redirects=0)
            whole = answer.status == 200 and answer.text().lstrip().lower().startswith("<!doctype html>")
            if whole:  # and not a part of a page
                left.remove(path)
                page.goto(path)
                yield page, path
