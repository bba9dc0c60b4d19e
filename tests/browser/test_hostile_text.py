"""Text that is a program elsewhere is text here: every field, on every page that shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page

from tests.factories import Company

PROGRAM = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\'"`${1}'


def test_no_field_of_a_request_ever_runs(company: Company, somebody: Callable[..., Page]) -> None:
    texts = {name: f"{name} {PROGRAM}" for name in ("title", "purpose", "vendor", "cx_impact", "no_goal_reason")}
    texts["title"] = PROGRAM[:119]
    fields = {
        **texts, "benefit": {"text": PROGRAM}, "after_the_fact": {"on": date(2026, 11, 2), "reason": PROGRAM},
    }  # fmt: skip
    key = company.filed(**fields)
    company.decide(key, "cmo", "return", PROGRAM)
    again = company.filed(**fields)
    paths = ["/", "/purchases", f"/purchases/{key}", f"/purchases/{key}/edit", f"/purchases/{again}", "/goals/G-1"]
    for name in ("mika", "cmo"):
        page = somebody(name)
        for path in [
            *paths,
            "/search?q=" + "%3Cscript%3Ewindow.owned=1%3C/script%3E",
            "/purchases?vendor=%22%3E%3Cimg src=x onerror=window.owned=1%3E",
        ]:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.owned") is None
            assert page.locator("main img, main script").count() == 0, path
    page.goto("/purchases/new")
    page.fill("[name='vendor']", PROGRAM)
    page.fill("[name='amount']", PROGRAM)
    page.wait_for_timeout(800)
    assert page.locator("#plan img, #plan script").count() == 0
