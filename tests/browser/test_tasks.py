"""Tasks in a browser: asked, promised by a tap, done, confirmed; on a phone, in both languages, without script; hostile text
stays text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab.kernel import clock
from collab.tasks import service
from tests.browser.test_looks import check
from tests.factories import Company

PROGRAM = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\'"`${1}'


@pytest.fixture
def asked(company: Company) -> str:
    """A task the sales lead has to answer."""
    fields = {"title": "秋の見積をください", "detail": "対象は全国です。", "to_department": "sales", "links": ["G-1"]}
    with company.indoors():
        return service.ask(company.member("mika"), fields, now=clock.now())


def test_a_task_goes_its_way_on_a_phone_without_script(company: Company, somebody: Callable[..., Page]) -> None:
    mika = somebody("mika", width=360, scripts=False)
    mika.goto("/tasks")
    mika.get_by_role("link", name="Ask another department").first.click()
    mika.get_by_label("Who should do it?").select_option("it")
    mika.get_by_label("What do you need?").fill("The new mail domain")
    mika.get_by_role("button", name="Ask").click()
    expect(mika.get_by_role("heading", name="The new mail domain")).to_be_visible()
    address = mika.url

    cio = somebody("cio", width=360, scripts=False)
    cio.goto(address)
    assert cio.locator(".actions").bounding_box()["height"] < 260  # type: ignore[index]
    cio.locator(".actions button[name=at]").nth(1).click()
    expect(cio.locator(".notice.ok")).to_contain_text("is promised by")
    cio.get_by_role("button", name="Done").click()

    mika.goto(address)
    mika.get_by_role("group").filter(has_text="Not yet").locator("summary").click()
    mika.get_by_label("What is missing?").fill("The second one")
    mika.get_by_role("button", name="Send back").click()
    expect(mika.locator(".timeline")).to_contain_text("The second one")
    cio.goto(address)
    expect(cio.locator("main")).to_contain_text("The second one")
    cio.get_by_role("button", name="Done").click()
    mika.goto(address)
    mika.get_by_role("button", name="Confirm").click()
    expect(mika.locator(".summary")).to_contain_text("Confirmed")
    expect(mika.locator(".actions")).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 360)])
def test_every_page_fits_and_shuts_nobody_out(
    somebody: Callable[..., Page], asked: str, language: str, width: int
) -> None:
    page = somebody("sales-lead", width=width, language=language, scheme="dark" if width == 360 else "light")
    assert [wrong for path in ("/tasks", "/tasks/new", f"/tasks/{asked}") for wrong in check(page, path)] == []
    page.goto(f"/tasks/{asked}")
    page.locator(".actions .sheet > summary").last.click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_no_words_of_a_task_ever_run(company: Company, somebody: Callable[..., Page]) -> None:
    with company.indoors():
        mika, cio = company.member("mika"), company.member("cio")
        key = service.ask(mika, {"title": PROGRAM, "detail": PROGRAM, "to_department": "it"}, now=clock.now())
        service.question(cio, key, text=PROGRAM, now=clock.now())
        other = service.ask(mika, {"title": PROGRAM, "to_department": "it"}, now=clock.now())
        service.accept(cio, other, due="2bd", note=PROGRAM, now=clock.now())
        service.block(cio, other, reason=PROGRAM, cost={"text": PROGRAM}, now=clock.now())
    page = somebody("mika")
    for path in (
        "/",
        "/tasks",
        f"/tasks/{key}",
        f"/tasks/{other}",
        "/tasks/new?text=%3Cscript%3Ewindow.owned=1%3C/script%3E&link=%22%3E%3Cimg src=x onerror=window.owned=1%3E",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.owned") is None
        assert page.locator("main img, main script").count() == 0, path
