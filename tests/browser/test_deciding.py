"""What whoever is asked can do, in a browser: without script, on a phone, in both languages; every shape of the way shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collab.approvals import service
from collab.approvals.queries import get_chain
from tests.browser.test_looks import check
from tests.factories import Company

Somebody = Callable[..., Page]
BOOK = """
currency = "JPY"
[[route]]
code = "wide"
priority = 1
when = { category = ["martech"] }
[[route.step]]
name = "Department lead"
name_ja = "部門長承認"
seats = ["office:CMO"]
[[route.step]]
name = "Legal view"
name_ja = "法務合議"
kind = "consult"
parallel = "views"
branch = "legal"
seats = ["member:nao@example.com"]
[[route.step]]
name = "Security"
name_ja = "セキュリティ審査"
kind = "review"
parallel = "views"
branch = "security"
lift = false
seats = ["member:kenji@example.com"]
[[route.step]]
name = "For the customer"
name_ja = "お客様の視点"
kind = "advocate"
parallel = "views"
branch = "customer"
seats = ["member:service-lead@example.com"]
[[route.step]]
name = "Committee"
name_ja = "審議会"
rule = "quorum:2"
veto = ["office:CIO"]
seats = ["office:CIO", "office:CFO", "member:sales-lead@example.com"]
[[route.step]]
name = "President"
name_ja = "社長決裁"
seats = ["office:CEO"]
[[route]]
code = "plain"
priority = 2
bulk = true
[[route.step]]
name = "Department lead"
name_ja = "部門長承認"
seats = ["office:CMO"]
[[route.step]]
name = "Finance"
name_ja = "経理承認"
seats = ["office:CFO"]
[[route.step]]
name = "President"
name_ja = "社長決裁"
seats = ["office:CEO"]
"""
STICKS_OUT = """[document.documentElement, ...document.querySelectorAll('.sheet[open] :is(.choice, .hint, .check, .field)')]
    .filter(it => it.scrollWidth > it.clientWidth + 1).map(it => location.pathname + ': ' + it.innerText.slice(0, 80))"""
WHY = "We would lock ourselves in for three years."


@pytest.fixture(autouse=True)
def book(company: Company) -> None:
    """Routes with every shape there is."""
    company.routes(BOOK)


def wide(company: Company, *, to: str = "lead") -> str:
    """A request on the wide route, as far as somebody must look at it."""
    key = company.filed(title="Customer data platform")
    if to == "lead":
        return key
    company.decide(key, "cmo", comment="The team needs it.")
    if to == "views":
        return key
    company.decide(key, "nao", "consult", WHY, opinion="disagree")
    company.decide(key, "kenji")
    company.decide(key, "service-lead", "advocate", "They must sign in twice.", opinion="worse", stage="use")
    if to == "committee":
        return key
    company.decide(key, "cio")
    company.decide(key, "cfo")
    return key


def plain(company: Company, title: str = "Chairs") -> str:
    """A request on the plain route."""
    return company.filed("mika", category="other", title=title, amount="300000")


def keep(page: Page, shots: Path | None, name: str) -> None:
    """A picture to look at, where pictures are wanted."""
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)


def held(company: Company) -> str:
    """A request its first decider put on hold."""
    key = wide(company)
    until_on = (company.now + timedelta(days=3)).date()
    with company.indoors():
        service.hold(key=key, actor=company.member("cmo"), reason="Not now.", until_on=until_on, now=company.now)
    return key


def anew(company: Company) -> str:
    """A request that was sent back to its first step, with everybody asked again."""
    key = wide(company, to="committee")
    company.decide(key, "cio", "return", "Please look at the price once more.", to=1, resume="again")
    return key


def opened(page: Page) -> list[str]:
    """Everything that folds out, one after the other; which of it sticks out."""
    wrong = []
    for sheet in page.locator(".actions .sheet > summary").all():
        sheet.click()
        for fold in page.locator(".sheet[open] .more > summary").all():
            fold.click()
        wrong += page.evaluate(STICKS_OUT)
        sheet.click()
    return wrong


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("ja", 360, "dark")])
def test_every_shape_of_the_way_is_shown_and_shuts_nobody_out(
    company: Company, somebody: Somebody, shots: Path | None, language: str, width: int, scheme: str
) -> None:
    views, last = wide(company, to="views"), wide(company, to="last")
    before = [("service-lead", views), ("ceo", last)]
    before += [("nao", views), ("cmo", held(company)), ("cio", anew(company))] if width < 400 else []
    wrong = []
    for name, key in before:
        page = somebody(name, language=language, width=width, scheme=scheme)
        wrong += check(page, f"/purchases/{key}")
        keep(page, shots, f"{name}-{key}-{language}-{width}")
        wrong += opened(page)
    assert wrong == []


def test_a_yes_with_two_conditions_on_a_phone_without_script(company: Company, somebody: Somebody) -> None:
    key = plain(company, "Till system")
    page = somebody("cmo", width=360, scripts=False)
    page.goto(f"/purchases/{key}")
    page.get_by_text("More", exact=True).last.click()
    page.get_by_text("Approve with conditions").click()
    for number, owner in enumerate(("kenji", "nao")):
        page.fill(f"[name='condition{number}_text']", f"A data agreement with No. {number}")
        page.fill(f"[name='condition{number}_owner']", f"{owner}@example.com")
        page.fill(f"[name='condition{number}_due_on']", (company.now + timedelta(days=20)).date().isoformat())
        if not number:
            page.get_by_role("button", name="Another condition").click()
    page.get_by_role("button", name="Approve with these conditions").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    with company.indoors():
        chain = get_chain(key)
    assert chain.seats[0].state == "approved"
    assert chain.conditioned


def test_three_chairs_are_approved_at_once_without_script(company: Company, somebody: Somebody) -> None:
    keys = [plain(company, f"Chair {number}") for number in range(3)]
    page = somebody("cmo", width=360, scripts=False)
    page.locator("details:has([name='item']) > summary").click()
    for key in keys[:2]:
        page.check(f"[value='{key}:1']")
    page.get_by_role("button", name="Approve those ticked").click()
    expect(page.get_by_text("2 of 2 are approved.")).to_be_visible()
    assert check_width(page)
    with company.indoors():
        assert [get_chain(key).seats[0].state for key in keys] == ["approved", "approved", "waiting"]


def check_width(page: Page) -> bool:
    """Whether nothing sticks out."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
