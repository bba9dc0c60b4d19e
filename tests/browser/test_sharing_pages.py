"""Before it is submitted and between rounds: a draft shown to people, warnings while typing, every round with its changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab.kernel import clock
from collab.purchases import service
from tests.browser.test_looks import check
from tests.factories import Company
from tests.factories.company import address


def drafted(company: Company, *members: str) -> str:
    key = company.drafted(title="Queue camera")
    with company.indoors():
        shown = [address(name) for name in members]
        service.share(company.member("mika"), key, shown, "What do you think of the vendor?", now=clock.now())
    return key


def twice_submitted(company: Company) -> str:
    key = company.filed()
    company.decide(key, "cio")
    company.decide(key, "cmo", "return")
    with company.indoors():
        mika = company.member("mika")
        service.edit(mika, key, {"purpose": "To answer every customer before noon"}, seen=None, now=clock.now())
        service.submit(mika, key, now=clock.now())
    company.decide(key, "cmo", "return")
    with company.indoors():
        service.edit(mika, key, {"amount": "620000", "vendor": "Aoyama KK"}, seen=None, now=clock.now())
        service.submit(mika, key, now=clock.now())
    return key


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_look_right(somebody: Callable[..., Page], company: Company, width: int, language: str) -> None:
    draft, again = drafted(company, "kenji", "agency"), twice_submitted(company)
    mika, cmo = (somebody(name, width=width, language=language) for name in ("mika", "cmo"))
    wrong = (
        check(mika, f"/purchases/{draft}") + check(mika, f"/purchases/{draft}/edit") + check(cmo, f"/purchases/{again}")
    )
    assert wrong == []


def test_a_warning_is_said_while_typing(somebody: Callable[..., Page]) -> None:
    page = somebody("mika")
    page.goto("/purchases/new")
    page.get_by_label("How much?").fill("100000")
    page.locator("#f-billing").select_option("monthly")
    page.get_by_label("For how many months?").fill("72")
    page.get_by_text("more than five years").wait_for()


def test_a_draft_is_shown_to_somebody_without_a_script(somebody: Callable[..., Page], company: Company) -> None:
    key = drafted(company, "nao")
    page = somebody("mika", scripts=False)
    page.goto(f"/purchases/{key}")
    page.get_by_text("Share the draft").click()
    page.get_by_label("With whom?").select_option("kenji@example.com")
    page.get_by_label("A few words for them").fill("Please look")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator("#shown-to").get_by_text("Kenji Ono")).to_be_visible()
