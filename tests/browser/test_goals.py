"""Goals in a browser: every page fits and shuts nobody out; an owner accepts and checks in on a phone without script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_looks import check
from tests.factories import Company
from tests.factories.goals import asked, child, control, goal, measured, said, timed

PLAIN = ("/goals", "/goals/tree", "/goals/new", "/goals/coverage", "/goals/promises")
REPORTS = ("/goals/tree", "/goals/coverage", "/goals/goalposts", "/goals/journey", "/goals/rhythm")
OFTEN = ("/goals/checkin",)


@pytest.fixture
def stores(company: Company) -> str:
    """A goal with everything a page can show: two owners far apart, a claim against the figures, a broken guard, children."""
    above = goal(company, "欲しいと思ったときに、手に取れます", kind="promise")
    metrics = [timed(70, 90, name="Stock accuracy", unit="%"), control(ceiling=5, name="取り違え", unit="件")]
    key = goal(company, "Stock is as shown online", metrics=metrics, parents={above: 60})
    measured(company, key, date(2026, 10, 15), 72)
    measured(company, key, date(2026, 11, 10), 78)
    measured(company, key, date(2026, 11, 10), 9, position=2)
    said(company, key, "cmo", 80, status="on_track", suggested="off_track", reason="Stores count daily now.")
    said(company, key, "cio", 40, note="The feed is late.")
    asked(company, key, "cmo", at=company.now, due_at=company.now)
    child(company, key, share=40, title="売り場の在庫を毎日数える")
    child(company, key, share=20, title="The feed is never later than an hour", state="closed")
    return key


def test_an_owner_accepts_and_checks_in_on_a_phone_without_script(
    company: Company, somebody: Callable[..., Page]
) -> None:
    key = goal(company, "Every parcel is on time", owners=("cmo", "cio"), accepted=("cmo",), state="draft")
    cio = somebody("cio", width=360, scripts=False)
    cio.goto(f"/goals/{key}")
    asks = cio.locator("#life")
    assert asks.bounding_box()["y"] < cio.locator("#figures").bounding_box()["y"], "what needs me comes first"  # type: ignore[index]
    asks.get_by_role("textbox").first.fill("The tracking feed never sleeps.")
    asks.get_by_role("button", name="Accept").click()
    expect(cio.locator(".notice.ok")).to_be_visible()

    other = goal(company, "Every call is answered", owners=("cio",))
    asked(company, other, "cio", at=company.now, due_at=company.now)
    cio.goto(f"/goals/{other}")
    cio.locator("#asked").get_by_role("link", name="Check in").click()
    cio.get_by_label("Confidence").select_option("60")
    save = cio.locator(".actions").get_by_role("button", name="Save")
    assert save.bounding_box()["height"] >= 44  # type: ignore[index]
    save.click()
    expect(cio.locator("#owners")).to_contain_text("60")
    expect(cio.locator("#asked")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "width", "paths"), [("en", 360, PLAIN), ("ja", 1280, REPORTS), ("ja", 360, OFTEN), ("en", 1280, OFTEN)]
)
def test_every_page_fits_and_shuts_nobody_out(
    somebody: Callable[..., Page], stores: str, language: str, width: int, paths: tuple[str, ...]
) -> None:
    page = somebody("cmo", width=width, language=language, scheme="dark" if language == "ja" else "light")
    assert [wrong for path in (*paths, f"/goals/{stores}") for wrong in check(page, path)] == []
    assert page.locator("#asked").bounding_box()["y"] < page.locator("#figures").bounding_box()["y"]  # type: ignore[index]
    assert page.locator(".trend img").evaluate("it => it.complete && it.naturalWidth > 0")
    assert page.evaluate("document.documentElement.scrollHeight") < 6000
