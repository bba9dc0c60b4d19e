"""Reminders and quiet time, and how often people are asked, the weekly digest: both languages, both widths, with and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from collab.digests.rules.content import Content, Item, Section
from collab.digests.service.composing import Found, write
from tests.browser.test_looks import check
from tests.factories import Company
from tests.factories.goals import goal


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_look_right(somebody: Callable[..., Page], company: Company, width: int, language: str) -> None:
    for number in range(11):
        company.filed(title=f"Asked {width} {language} {number}")
    page = somebody("admin", width=width, language=language, scripts=True)
    assert check(page, "/me/notifications") + check(page, "/admin/attention") == []
    key = goal(company, f"Answer every customer {width} {language}", owners=("cio", "cmo"))
    week = f"2026-W{46 if language == 'en' else 45}"
    content = Content(
        (Section.of("moved", [Item(key, "Answer every customer", f"/goals/{key}", "moved", {"was": 40, "now": 55})]),)
    )
    with company.indoors():
        write([Found(company.id("admin"), content, needed=True)], week, company.now)
    assert check(page, "/digests") + check(page, f"/digests/{week}") == []


def test_quiet_time_is_chosen_without_a_script(somebody: Callable[..., Page]) -> None:
    page = somebody("mika", scripts=False)
    page.goto("/me")
    page.get_by_role("link", name="Reminders and quiet time").click()
    page.get_by_label("Let messages wait").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From 20:00 to 08:00 (Asia/Tokyo) nothing disturbs you")).to_be_visible()
