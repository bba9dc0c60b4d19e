"""What is typed is not lost: kept while one writes, offered when one comes back, gone when it was sent; and keys in the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.factories import Company
from tests.factories.agreements import active, delivered
from tests.factories.incidents import alerted
from tests.factories.initiatives import an_initiative
from tests.factories.signatures import laid
from tests.factories.tasks import Tasks
from tests.parts.clients import Pages

Somebody = Callable[..., Page]
OFFER = "form .notice.info[role=status]"


def typing(page: Page, path: str, field: str, text: str) -> None:
    """Write, and leave by going elsewhere: no waiting for the pause."""
    page.goto(path)
    page.fill(field, text)
    with page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "POST"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 360)])
def test_a_long_form_is_there_again_after_a_tab_was_closed(somebody: Somebody, language: str, width: int) -> None:
    page = somebody("mika", language=language, width=width)
    page.goto("/purchases/new")
    page.check("[name=category][value=martech]")
    page.fill("[name=title]", "A tool for mail")
    page.fill("[name=amount]", "20,000,000")
    page.locator("[name=cx_impact]").fill("Nobody waits")
    typing_kept = page.locator("form .kept")
    expect(typing_kept).to_be_visible()  # a few seconds after the last key, by itself
    page.goto("/purchases/new")
    expect(page.locator("[name=title]")).to_have_value("")
    page.locator(OFFER).locator("button.quiet").click()
    expect(page.locator("[name=title]")).to_have_value("A tool for mail")
    expect(page.locator("[name=category][value=martech]")).to_be_checked()
    expect(page.locator("[name=cx_impact]")).to_have_value("Nobody waits")  # a field that appeared only with the amount
    page.goto("/purchases/new")
    page.locator(OFFER).locator("button.plain").click()
    expect(page.locator(OFFER)).to_have_count(0)
    page.goto("/purchases/new")
    expect(page.locator("form .notice")).to_have_count(0)


def test_what_was_sent_is_not_offered_again_and_what_was_refused_stays(somebody: Somebody) -> None:
    page = somebody("mika")
    typing(page, "/tasks/new", "[name=text]", "Please mend the form")
    page.locator("button[form=ask], #ask button[type=submit]").first.click()
    expect(page.locator("[name=department]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value("Please mend the form")
    expect(page.locator(OFFER)).to_have_count(0)
    page.select_option("[name=department]", "it")
    page.locator("button[form=ask], #ask button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/tasks/T-\d+"))
    page.goto("/tasks/new")
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator("form .notice")).to_have_count(0)


def test_what_changed_meanwhile_stands_beside_what_was_typed(company: Company, somebody: Somebody) -> None:
    key = company.drafted()
    page = somebody("mika")
    typing(page, f"/purchases/{key}/edit", "[name=purpose]", "My own words")
    other = somebody("mika")
    other.goto(f"/purchases/{key}/edit")
    other.locator(OFFER).locator("button.plain").wait_for()
    other.fill("[name=title]", "Another title")
    other.click("button[value=draft]")
    other.wait_for_url(re.compile(rf"/purchases/{key}$"))
    page.goto(f"/purchases/{key}/edit")
    page.locator(OFFER).locator("button.quiet").click()
    expect(page.locator(f"{OFFER} .changes del").filter(has_text="Another title")).to_be_visible()
    expect(page.locator(f"{OFFER} .changes ins").filter(has_text="My own words")).to_be_visible()


def test_the_inbox_by_keys_alone(company: Company, somebody: Somebody) -> None:
    for number in range(3):
        company.filed(title=f"Tool {number}")
    page = somebody("cmo")
    rows = page.locator(".asks h2 a")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#key-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#key-help")).to_be_hidden()
    page.fill("[name=q]", "")
    page.locator("[name=q]").press("j")
    expect(page.locator("[name=q]")).to_have_value("j")
    page.locator("[name=q]").fill("")
    first = rows.nth(0).get_attribute("href")
    rows.nth(0).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"{first}$"))


def test_after_a_refused_form_the_summary_has_the_focus_and_leads_to_the_field(somebody: Somebody) -> None:
    page = somebody("mika", width=360)
    page.goto("/tasks/new")
    page.locator("button[form=ask], #ask button[type=submit]").first.click()
    summary = page.locator(".notice.bad[role=alert][tabindex]")
    expect(summary).to_be_focused()
    summary.locator("a[href='#f-department']").click()
    field = page.locator("[name=department]")
    expect(field).to_be_focused()
    described = field.get_attribute("aria-describedby") or ""
    assert [page.locator(f"#{one}").count() for one in described.split()] == [1]


def _deciding_pages(company: Company) -> Iterator[tuple[str, str]]:
    """Every kind of page on which somebody decides, and who."""
    yield "cmo", f"/purchases/{company.filed()}"
    tasks = Tasks(company)
    yield "kenji", f"/tasks/{tasks.ask()}"
    yield "mika", f"/tasks/{tasks.at('done')}"
    yield "mika", f"/agreements/{delivered_agreement(company)}"
    yield "cmo", f"/signatures/{laid(company, an_initiative(company))}"
    yield "service-lead", f"/incidents/{alerted(company)}"
    proposer = Pages(company, "admin")
    proposer.send(
        "/admin/departments/sales/lead", {"member": "kenji@example.com", "from_on": "", "reason": "Rin moves on."}, page="/admin/departments/sales",
    )  # fmt: skip
    yield "ceo", "/admin/changes/CC-1"


def delivered_agreement(company: Company) -> str:
    """An agreement whose data came and is to be confirmed."""
    key = active(company)
    delivered(company, key)
    return key


COVERED = """() => {
    const bar = document.querySelector(".actions"), box = bar.getBoundingClientRect();
    const wrong = box.height > 0 && box.bottom <= innerHeight + 1 && box.top < innerHeight ? [] : ["the bar is out of sight"];
    const all = [...document.querySelectorAll("main > .wrap :is(a, button, input, select, textarea, summary)")].filter((one) => one.checkVisibility());
    for (const one of all) {
        one.focus(); one.scrollIntoView({block: "nearest"});
        const at = one.getBoundingClientRect();
        if (at.top < innerHeight && at.bottom > bar.getBoundingClientRect().top + 1) wrong.push("covered: " + one.outerHTML.slice(0, 80));
    }
    for (const one of bar.querySelectorAll(".btn, summary")) if (one.scrollWidth > one.clientWidth + 1) wrong.push("cut: " + one.textContent);
    return wrong;
}"""


def test_the_bar_of_buttons_is_in_reach_and_covers_no_field_that_has_the_focus(
    company: Company, somebody: Somebody
) -> None:
    """At 360 px, in Japanese, on every kind of page where somebody decides."""
    wrong: list[str] = []
    for name, path in _deciding_pages(company):
        page = somebody(name, width=360, language="ja")
        page.goto(path)
        if page.locator(".actions").count():
            wrong += [f"{name} {path}: {one}" for one in page.evaluate(COVERED)]
        else:
            wrong.append(f"{name} {path}: no bar")
    assert wrong == []
