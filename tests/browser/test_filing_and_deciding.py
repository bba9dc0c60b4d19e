"""The main job, in a browser: file, decide together, and what happens when somebody was faster."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import Company

Somebody = Callable[..., Page]


def write(page: Page, **changes: str) -> None:
    """Fill in the six fields of something small."""
    fields = {
        "title": "Mail campaign tool",
        "vendor": "Hikari KK",
        "amount": "500,000",
        "purpose": "Answers within a day",
        **changes,
    }
    page.goto("/purchases/new")
    for name, value in fields.items():
        page.fill(f"[name='{name}']", value)
    page.check("[name='category'][value='martech']")
    page.select_option("[name='goal']", "G-1")


def submit(page: Page) -> str:
    """Press Submit; the key of the request."""
    page.click("button[value='submit']")
    page.wait_for_url(re.compile(r"/purchases/PR-\d+$"))
    return page.url.rpartition("/")[2]


def decide(page: Page, *, final: bool) -> None:
    """Say yes: one press, two when it is the final decision."""
    if final:
        page.click(".actions summary.primary")
        page.click(".actions details[open] button[type='submit']")
    else:
        page.click(".actions form button.primary")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, False)])
def test_a_request_is_filed_decided_by_both_keys_and_its_history_shown(
    somebody: Somebody, language: str, width: int, scripts: bool
) -> None:
    mika = somebody("mika", width=width, language=language, scripts=scripts)
    write(mika)
    key = submit(mika)
    for name in ("cmo", "cio"):
        page = somebody(name, width=width, language=language, scripts=scripts)
        page.click(f".asks a[href='/purchases/{key}'].btn")
        decide(page, final=True)
        expect(page.locator(".notice.ok")).to_be_visible()
    mika.reload()
    expect(mika.locator(".summary .chip.ok")).to_be_visible()
    marks = mika.locator(".timeline li:not(.system) .mark")
    expect(marks).to_have_count(3)
    assert mika.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True


def test_the_plan_and_more_fields_appear_while_typing_and_nothing_typed_is_lost(somebody: Somebody) -> None:
    page = somebody("mika")
    write(page, amount="400,000")
    expect(page.locator("#plan .route > li")).to_have_count(1)
    page.fill("[name='amount']", "20,000,000")
    expect(page.locator("#plan .route > li")).to_have_count(4)
    customers = page.locator("[name='cx_impact']")
    expect(customers).to_be_visible()
    customers.fill("Nobody waits")
    page.fill("[name='amount']", "25,000,000")
    expect(page.locator("#plan .route > li")).to_have_count(4)
    expect(customers).to_have_value("Nobody waits")
    page.click("button[value='submit']")
    expect(page.locator("[name='owners.technical']")).to_have_attribute("aria-invalid", "true")
    expect(customers).to_have_value("Nobody waits")
    expect(page.locator("[name='purpose']")).to_have_value("Answers within a day")


def test_without_scripts_the_plan_is_one_press_away(somebody: Somebody) -> None:
    page = somebody("mika", scripts=False)
    write(page)
    page.click("button[value='plan']")
    expect(page.locator("#plan .route > li").first).to_be_visible()
    expect(page.locator("[name='title']")).to_have_value("Mail campaign tool")


def test_a_press_that_came_too_late_hears_who_was_faster(company: Company, somebody: Somebody) -> None:
    key = company.filed()
    late, quick = somebody("cmo"), somebody("cmo")
    late.goto(f"/purchases/{key}")
    quick.goto(f"/purchases/{key}")
    decide(quick, final=True)
    decide(late, final=True)
    expect(late.locator(".notice.bad")).to_contain_text("you already approved it")


def test_a_decider_who_saw_an_older_version_is_shown_what_changed(company: Company, somebody: Somebody) -> None:
    key = company.filed()
    cmo, mika = somebody("cmo"), somebody("mika")
    cmo.goto(f"/purchases/{key}")
    mika.goto(f"/purchases/{key}")
    mika.click("form[action$='/withdraw'] button")
    mika.goto(f"/purchases/{key}/edit")
    mika.fill("[name='amount']", "650000")
    submit(mika)
    decide(cmo, final=True)
    expect(cmo.locator(".notice.bad .changes")).to_contain_text("650,000")
    expect(cmo.locator(".actions summary.primary")).to_be_visible()


def test_sending_back_asks_for_the_reason_and_keeps_the_form_open(company: Company, somebody: Somebody) -> None:
    key = company.filed()
    page = somebody("cmo", scripts=False)
    page.goto(f"/purchases/{key}")
    page.click("details.sheet:has(input[value='return']) summary")
    page.locator("details.sheet:has(input[value='return']) textarea").fill("  ")
    page.click("details.sheet:has(input[value='return']) button")
    expect(page.locator("details.sheet[open] .error")).to_be_visible()
    page.locator("details.sheet[open] textarea").fill("Please name the vendor's price list.")
    page.click("details.sheet[open] button")
    expect(page.locator(".notice.ok")).to_be_visible()
    expect(page.locator(".timeline blockquote")).to_have_text("Please name the vendor's price list.")


def test_leaving_ends_the_session_also_for_a_kept_cookie(somebody: Somebody) -> None:
    page = somebody("mika")
    kept = page.context.cookies()
    page.click(".self details > summary")
    page.click("form[action='/leave'] button")
    page.context.add_cookies(kept)
    page.goto("/purchases")
    expect(page.locator("form[action='/enter']").first).to_be_visible()


def test_the_language_follows_the_member(somebody: Somebody) -> None:
    page = somebody("kenji", language="en")
    page.click("button[name='lang'][value='ja']")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    again = somebody("kenji", language="ja")
    expect(again.locator("html")).to_have_attribute("lang", "ja")
