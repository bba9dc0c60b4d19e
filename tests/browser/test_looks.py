"""Every main page in both languages and at both widths: nothing sticks out, nothing shuts anybody out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from collab.kernel.atomic import atomic
from collab.outbox import service as outbox
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.papers import LARGE
from tests.factories.threads import said, uploads

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/",
    "/purchases",
    "/purchases/new",
    "/goals",
    "/goals/G-1",
    "/goals/tree",
    "/goals/G-1/arithmetic",
    "/goals/checkin",
    "/routes",
    "/people",
    "/search?q=mail",
    "/components",
)


def check(page: Page, path: str) -> list[str]:
    """What is wrong with a page."""
    page.goto(path)
    return faults(page, path)


def faults(page: Page, path: str) -> list[str]:
    """What is wrong with the page that is shown."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    with _stretched(page):
        found = Axe().run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]}).response["violations"]
    return [
        *([f"{path}: {wide}px too wide"] if wide > 0 else []),
        *(f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found),
    ]


@contextmanager
def _stretched(page: Page) -> Iterator[None]:
    """A window as tall as a page with an action bar: all of it is judged, for the bar covers nothing then.

    What that bar covers for a moment can be scrolled out: test_every_form.py presses every button.
    """
    window = page.viewport_size
    assert window
    tall = page.evaluate("document.querySelector('.actions') ? document.documentElement.scrollHeight : 0")
    if tall > window["height"]:
        page.set_viewport_size({"width": window["width"], "height": tall})
    yield
    if tall > window["height"]:
        page.set_viewport_size(window)


@pytest.fixture
def papers(company: Company) -> list[str]:
    """A request in every state somebody may look at."""
    large = {
        **LARGE,
        "amount": "12000000",
        "billing": "annual",
        "term_months": 24,
        "personal_data": True,
        "affected": {"units": 3},
    }
    back = company.filed(title="Sent back")
    company.decide(back, "cmo", "return")
    spoken_of = company.filed()
    said(company, "mika", spoken_of, "@cmo See the quote.", files=uploads("quote.pdf", "photo.png"))
    said(company, "cmo", spoken_of, "Thank you.")
    return [spoken_of, company.filed(**large), company.decided(), back, company.drafted()]


SHAPES = [
    ("en", 1280),
    ("ja", 360),
    *(pytest.param(*one, marks=pytest.mark.soak) for one in (("en", 360), ("ja", 1280))),
]


@pytest.mark.parametrize(("language", "width"), SHAPES)
def test_nothing_sticks_out_and_nobody_is_shut_out(
    papers: list[str], somebody: Callable[..., Page], language: str, width: int
) -> None:
    page = somebody("cmo", language=language, width=width)
    wrong = [
        text
        for path in (*PAGES, f"/threads/{papers[0]}", *(f"/purchases/{key}" for key in papers[:4]))
        for text in check(page, path)
    ]
    author = somebody("mika", language=language, width=width)
    mine = [f"/purchases/{papers[4]}", f"/purchases/{papers[4]}/edit", f"/purchases/{papers[3]}", "/"]
    wrong += [text for path in mine for text in check(author, path)]
    stranger = somebody(None, language=language, width=width)
    wrong += [text for path in ("/", "/nowhere") for text in check(stranger, path)]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 360, "dark"), ("ja", 360, "light"), ("ja", 1280, "dark")]
)
def test_the_page_about_delivery_when_much_is_wrong(
    company: Company, somebody: Callable[..., Page], language: str, width: int, scheme: str
) -> None:
    company.filed()
    company.filed(title="Another")
    with company.indoors(), atomic() as unit:
        for number, row in enumerate(unit.session.scalars(select(Message))):
            row.state, row.problem = "broken", ("user_disabled", "channel_not_found", "brand_new_error")[number % 3]
            row.settled_at, row.attempts = company.now, number
    admin = somebody("admin", language=language, width=width, scheme=scheme)
    wrong = check(admin, "/admin/delivery")
    with company.indoors():
        outbox.close_workspace("token_revoked", now=company.now)
        outbox.pause("Moving to another workspace until Monday morning", by=company.member("admin"), now=company.now)
    assert wrong + check(admin, "/admin/delivery") + check(admin, "/goals") == []


def test_the_dark_scheme_has_the_same_contrast(papers: list[str], somebody: Callable[..., Page]) -> None:
    page = somebody("cmo", scheme="dark")
    assert [text for path in ("/", "/purchases/new", f"/purchases/{papers[0]}") for text in check(page, path)] == []


def test_what_a_reader_asks_of_the_browser_is_heard(papers: list[str], somebody: Callable[..., Page]) -> None:
    page = somebody("cmo", language="ja", width=360)
    style = "(what) => { const [at, name] = what; return getComputedStyle(document.querySelector(at))[name] }"
    page.goto("/components")
    page.emulate_media(reduced_motion="reduce")
    assert set(page.evaluate(style, [".btn", "transitionDuration"]).split(", ")) == {"0s"}
    page.emulate_media(reduced_motion="no-preference", forced_colors="active")
    grounds = {page.evaluate(style, [f".btn.{kind}", "backgroundColor"]) for kind in ("primary", "quiet")}
    assert len(grounds) == 2, "what to press first looks like the rest"
    lines = {
        page.evaluate(style, [f".tabs a{which}", "borderBottomColor"])
        for which in ("[aria-current]", ":not([aria-current])")
    }
    assert len(lines) == 2, "the tab one is on looks like the rest"
    page.emulate_media(forced_colors="none", contrast="more")
    weak = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}, "resultTypes": ["violations"]}
    for path in ("/components", "/", f"/purchases/{papers[0]}", "/goals/G-1"):
        page.goto(path)
        found = Axe().run(page, options=weak).response["violations"]
        assert [node["html"][:160] for one in found for node in one["nodes"]] == [], path
    page.goto(f"/purchases/{papers[0]}")
    page.emulate_media(contrast="no-preference", media="print")
    assert page.locator("main .btn:visible, .top:visible, .actions:visible").count() == 0
    assert page.locator(".summary").is_visible()


def test_the_page_of_the_api_names_every_operation_and_fits_a_phone(somebody: Callable[..., Page]) -> None:
    page = somebody(None, width=360)
    page.goto("/docs")
    operations = page.request.get("/api/openapi.json").json()["paths"]
    text = page.inner_text("main")
    assert [path for path in operations if path not in text] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
