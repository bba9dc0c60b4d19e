"""Reminders and quiet time, and how often people are asked: both languages, both widths, with and without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_looks import check
from tests.factories import Company


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_look_right(somebody: Callable[..., Page], company: Company, width: int, language: str) -> None:
    for number in range(11):
        company.filed(title=f"Asked {width} {language} {number}")
    page = somebody("admin", width=width, language=language, scripts=True)
    assert check(page, "/me/notifications") + check(page, "/admin/attention") == []


def test_quiet_time_is_chosen_without_a_script(somebody: Callable[..., Page]) -> None:
    page = somebody("mika", scripts=False)
    page.goto("/me")
    page.get_by_role("link", name="Reminders and quiet time").click()
    page.get_by_label("Let messages wait").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("From 20:00 to 08:00 (Asia/Tokyo) nothing disturbs you").is_visible()
