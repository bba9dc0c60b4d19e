"""Joint initiatives in a browser: one is begun on a phone without script; every page fits, shuts nobody out and runs no words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collab.initiatives import service
from collab.initiatives.service import chartering, constraints, log_entries, milestones
from tests.browser.test_looks import check
from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import goal, measured, timed
from tests.factories.initiatives import a_stage, initiative_fields
from tests.initiatives.healths import said

PROGRAM = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\'"`${1}'
PROBLEM = (
    "店舗に在庫があると思って来店されたお客様の三人に一人が、目当ての商品を見つけられずにお帰りになっています。"
    "「アプリには“在庫あり”と出ていたのに」というお声が、先月だけで百二十件ありました。"
)
TEXTS = {
    "vision": "お客様が画面で見た在庫を、店頭でも同じように手に取れる。" + PROGRAM, "customer_outcome": "無駄足になる来店を三分の一にする。",
    "scope": "首都圏の20店舗。アプリと店頭端末の在庫表示。", "out_of_scope": "通販倉庫の在庫。", "brings_1": "店舗との調整、お客様への案内。",
    "brings_2": "在庫データを1時間ごとに連携する仕組み。", "brings_3": "",
}  # fmt: skip


@pytest.fixture
def stores(company: Company) -> str:
    """An initiative with everything a paper can show, two sides far apart, words that are a program elsewhere."""
    a_stage(company)
    aim = goal(company, "アプリの在庫表示と店頭の在庫が一致している", metric=timed(70, 95, unit="%"))
    measured(company, aim, company.now.date() - timedelta(days=20), 78)
    fields = initiative_fields(
        title="店頭在庫をアプリで見えるようにする共同施策", problem=PROBLEM + PROGRAM, goals=[aim, "G-1"]
    )
    with company.indoors():
        cmo, cio = company.member("cmo"), company.member("cio")
        key = service.create(cmo, fields, now=company.now).key
        service.add_participant(cmo, key, address("nao"), part="店舗での試行と、お客様へのご案内", now=company.now)
        service.add_participant(cmo, key, address("agency"), part=PROGRAM[:100], now=company.now)
        chartering.write(cmo, key, TEXTS, now=company.now)
        for number, title in enumerate(
            ("在庫連携の試験が終わる", "首都圏20店舗で表示を始める" + PROGRAM[:60], "効果を確かめる"), 1
        ):
            due_on = company.now.date() + timedelta(days=14 * number)
            milestones.add_milestone(cmo, key, {"title": title, "due_on": due_on}, now=company.now)
        for kind, more in (
            ("risk", {"weight": "high"}),
            ("decision", {"reason": "店舗の負担が最も小さいため"}),
            ("release", {}),
        ):
            log_entries.add_entry(
                cio, key, {"kind": kind, "text": f"棚卸しの遅れで在庫がずれる {PROGRAM}", **more}, now=company.now
            )
        limit = {"kind": "system", "text": "レジの更新は夜間のみ " + "x" * 120, "lifter": address("cio")}
        constraints.add_constraint(cmo, key, limit, now=company.now)
    said(company, key, {"cmo": "on_track", "cio": "off_track"}, "在庫データの連携が2週間遅れています。" + PROGRAM)
    return key


def test_one_is_begun_on_a_phone_without_script(company: Company, somebody: Callable[..., Page]) -> None:
    a_stage(company)
    cmo = somebody("cmo", width=360, scripts=False)
    cmo.goto("/initiatives/new")
    cmo.get_by_label("The customer's problem").fill("Customers drive to a store for nothing")
    cmo.get_by_label("Journey stage").select_option(index=1)
    cmo.get_by_label("Which goal does it serve?").select_option(index=1)
    cmo.locator("[name=title]").fill("Stock on the phone")
    cmo.locator("[name='lead.2']").select_option(address("cio"))
    write = cmo.locator(".actions").get_by_role("button", name="Write it down")
    assert write.bounding_box()["height"] >= 44  # type: ignore[index]
    write.click()
    expect(cmo.locator(".notice.ok")).to_be_visible()
    asks = cmo.locator("#asked")
    assert asks.bounding_box()["y"] < cmo.locator("#leads").bounding_box()["y"], "what needs me comes first"  # type: ignore[index]
    expect(asks.get_by_role("link", name="Open the charter")).to_be_visible()


@pytest.mark.parametrize(("language", "width", "scheme"), [("ja", 360, "dark"), ("en", 1280, "light")])
def test_every_page_fits_shuts_nobody_out_and_runs_no_words(
    somebody: Callable[..., Page], stores: str, shots: Path | None, language: str, width: int, scheme: str
) -> None:
    page = somebody("cmo", width=width, language=language, scheme=scheme)
    paths = (
        "/initiatives",
        "/initiatives/new",
        f"/initiatives/{stores}",
        f"/initiatives/{stores}/edit",
        f"/initiatives/{stores}/charter",
    )
    wrong = []
    for path in paths:
        wrong += check(page, path)
        assert page.evaluate("window.owned") is None
        assert page.locator("main img:not(.trend img), main script").count() == 0, path
        if shots:
            page.screenshot(path=shots / f"{path.replace('/', '_')}_{language}_{width}.png", full_page=True)
    guest = somebody("agency", width=width, language=language)
    wrong += [one for path in ("/initiatives", f"/initiatives/{stores}") for one in check(guest, path)]
    if shots:
        guest.screenshot(path=shots / f"guest_{language}_{width}.png", full_page=True)
    assert wrong == []
