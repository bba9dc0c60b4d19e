"""The one form: all my goals, filled in; what is wrong is said in it and nothing typed is lost; few taps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from collab.goals.models import CheckIn, Measurement
from collab.kernel.db import db
from tests.factories import Company
from tests.factories import goals as make
from tests.parts.clients import Pages

pytestmark = pytest.mark.usefixtures("travel")
SECONDS_A_TAP, SECONDS_TO_READ_A_GOAL = 2, 6
"""What a tap on a phone takes, and looking at one goal's line: the measure of FLOWS, "all mine in one form, 60 s"."""


class Sheet(HTMLParser):
    """What a page holds: its controls as a browser would send them, its buttons by label, the errors at fields, what is unfolded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.controls: list[tuple[str, str]] = []
        self.buttons: dict[str, tuple[str, str]] = {}
        self.errors: list[str] = []
        self.unfolded: set[str] = set()
        self._select, self._fresh = "", True
        self._folds: list[bool] = []
        self._button: tuple[str, str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._folds.append("open" in at)
        if tag == "p" and "error" in at.get("class", ""):
            self.errors.append(at["id"])
        if at.get("name") and all(self._folds):
            self.unfolded.add(at["name"])
        self._control(tag, at)

    def _control(self, tag: str, at: dict[str, str]) -> None:
        if tag == "input":
            self.controls.append((at.get("name", ""), at.get("value", "")))
        if tag == "select":
            self._select, self._fresh = at["name"], True
            self.controls.append((self._select, ""))
        if tag == "option" and self._select and ("selected" in at or self._fresh):
            self.controls[-1] = (self._select, at["value"])
            self._fresh = False
        if tag == "button":
            self._button = (at.get("name", ""), at.get("value", ""))
            if "aria-label" in at:
                self.buttons[at["aria-label"]] = self._button

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._folds.pop()
        self._select = "" if tag == "select" else self._select
        self._button = None if tag == "button" else self._button

    def handle_data(self, data: str) -> None:
        if self._button is not None and data.strip():
            self.buttons.setdefault(data.strip(), self._button)


class Browser:
    """Somebody at the form without a script: what is filled in is sent as it stands, each tap is counted and listed."""

    def __init__(self, company: Company, name: str) -> None:
        self._pages = Pages(company, name)
        self.taps: list[str] = []
        self.text = ""

    def opens(self, path: str = "/goals/checkin") -> Browser:
        self.taps.append(f"open {path}")
        self.text = self._pages.get(path).text
        return self

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.text)

    def values(self) -> dict[str, Any]:
        """The form as a browser would send it."""
        found: dict[str, Any] = {}
        for name, value in self.sheet.controls:
            if name:
                found.setdefault(name, []).append(value)
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}

    def presses(self, label: str, chosen: Mapping[str, str] | None = None) -> TestResponse:
        """Fill in (a tap each), then press."""
        chosen = chosen or {}
        self.taps += [f"{name} = {value}" for name, value in chosen.items()] + [label]
        name, value = self.sheet.buttons[label]
        pressed = {name: value} if name else {}
        done = self._pages.client.post("/goals/checkin", data={**self.values(), **chosen, **pressed})
        self.text = done.text
        return done


def asked_for(company: Company, *titles: str, **more: Any) -> list[str]:
    keys = [make.goal(company, title, owners=("cmo",), **more) for title in titles]
    for key in keys:
        make.measured(company, key, date(2026, 11, 1), "40.5")
        make.asked(company, key, "cmo", at=company.now, due_at=company.now)
    return keys


@pytest.fixture
def five(company: Company) -> list[str]:
    """Five goals the CMO is asked to check in on, each measured once."""
    return asked_for(company, "One", "Two", "Three", "Four", "Five")


def counted(company: Company) -> Mapping[str, int]:
    with company.indoors():
        db.session.rollback()
        return {
            "check-ins": db.session.scalar(select(func.count()).select_from(CheckIn)) or 0,
            "measurements": db.session.scalar(select(func.count()).select_from(Measurement)) or 0,
        }


def test_five_goals_take_one_form_and_less_than_a_minute(company: Company, five: list[str]) -> None:
    cmo = Browser(company, "cmo")
    cmo.opens()
    done = cmo.presses("進捗確認を保存", {f"{five[0]}.value": "52", f"{five[0]}.confidence": "80"})
    assert done.location == "/"
    assert counted(company) == {"check-ins": 5, "measurements": 6}
    assert cmo.taps == ["open /goals/checkin", f"{five[0]}.value = 52", f"{five[0]}.confidence = 80", "進捗確認を保存"]
    assert len(cmo.taps) * SECONDS_A_TAP + len(five) * SECONDS_TO_READ_A_GOAL <= 60


def test_no_change_in_all_is_one_tap(company: Company, five: list[str]) -> None:
    extra = make.goal(company, "Not asked for yet", owners=("cmo",))
    cmo = Browser(company, "cmo").opens()
    assert cmo.presses("すべて変更なし").location == "/"
    assert len(cmo.taps) == 2
    assert counted(company) == {"check-ins": 5, "measurements": 5}
    assert make.owners(company, extra)[0].checked_in_at is None


def test_no_change_in_one_keeps_what_was_typed_for_another(company: Company, five: list[str]) -> None:
    cmo = Browser(company, "cmo").opens()
    page = cmo.presses("Two: 変更なし", {f"{five[2]}.note": "Half written"})
    assert page.status_code == 200
    assert cmo.values()[f"{five[2]}.note"] == "Half written"
    assert counted(company)["check-ins"] == 1
    page = cmo.presses("One: 変更なし", {f"{five[2]}.note": ""})
    assert page.location == "/goals/checkin"


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost_or_saved(company: Company, five: list[str]) -> None:
    cmo = Browser(company, "cmo").opens()
    page = cmo.presses(
        "進捗確認を保存",
        {
            f"{five[0]}.confidence": "20",
            f"{five[1]}.value": "a lot",
            f"{five[2]}.status": "off_track",
            f"{five[4]}.note": "Fine <b>",
        },
    )
    assert page.status_code == 422
    assert counted(company)["check-ins"] == 0
    wrong = [f"f-{five[0]}.note-error", f"f-{five[1]}.value-error", f"f-{five[2]}.reason-error"]
    assert cmo.sheet.errors == wrong
    sent = cmo.values()
    assert (sent[f"{five[0]}.confidence"], sent[f"{five[1]}.value"], sent[f"{five[4]}.note"]) == (
        "20",
        "a lot",
        "Fine <b>",
    )
    assert "Fine <b>" not in page.text, "what was typed is text"
    assert f"{five[2]}.reason" in cmo.sheet.unfolded
    assert f"{five[1]}.reason" not in cmo.sheet.unfolded
    assert cmo.presses(
        "進捗確認を保存",
        {
            f"{five[0]}.note": "Two stores closed.",
            f"{five[1]}.value": "４１",
            f"{five[2]}.reason": "The supplier left.",
        },
    ).location
    assert counted(company) == {"check-ins": 5, "measurements": 6}


def test_what_is_not_asked_for_is_saved_only_where_it_was_touched(company: Company, five: list[str]) -> None:
    first, second = (make.goal(company, title, owners=("cmo",)) for title in ("Sixth", "Seventh"))
    cmo = Browser(company, "cmo").opens()
    cmo.presses("進捗確認を保存", {f"{second}.note": "Ahead of time."})
    assert counted(company)["check-ins"] == 6
    assert make.owners(company, first)[0].checked_in_at is None
    assert make.owners(company, second)[0].checked_in_at is not None


def test_a_value_somebody_measured_meanwhile_is_not_taken_back(company: Company) -> None:
    [key] = asked_for(company, "One")
    cmo = Browser(company, "cmo").opens(f"/goals/checkin?goal={key}")
    assert cmo.values()[f"{key}.value"] == "40.5"
    make.measured(company, key, date(2026, 11, 17), 60, source="import")
    assert cmo.presses("進捗確認を保存").location == f"/goals/{key}"
    assert make.row(company, key).progress == 60


def test_ratios_and_sums_and_helpers(company: Company) -> None:
    ratio = make.goal(company, "Answered in a day", owners=("cmo",), metric=make.ratio())
    make.measured(company, ratio, date(2026, 11, 1), numerator=120, denominator=150)
    sums = make.goal(company, "All regions", owners=("cmo",), metric=make.ratio(gathers=True))
    helped = make.goal(company, "With our agency", owners=("cio",))
    make.helps(company, helped, "agency", may_check_in=True)
    cmo = Browser(company, "cmo").opens()
    sent = cmo.values()
    assert (sent[f"{ratio}.numerator"], sent[f"{ratio}.denominator"]) == ("120", "150")
    assert f"{sums}.value" not in sent
    assert "下位の目標から集計されます" in cmo.text
    cmo.presses("進捗確認を保存", {f"{ratio}.numerator": "135"})
    assert make.row(company, ratio).progress == 90
    agency = Browser(company, "agency").opens()
    assert {name for name in agency.values() if name.startswith(helped)} == {
        f"{helped}.was_confidence", f"{helped}.value", f"{helped}.was_value", f"{helped}.note",
    }  # fmt: skip
    assert agency.presses("進捗確認を保存", {f"{helped}.note": "Done."}).location == "/"


def test_a_goal_that_is_not_mine_is_refused_in_the_form(company: Company, five: list[str]) -> None:
    other = make.goal(company, "Somebody else's", owners=("cio",), visibility="involved")
    keys = [five[0], other, "T-1", "G-9999"]
    pages = Pages(company, "cmo")
    refused = pages.send(
        "/goals/checkin",
        {"goal": keys, **{f"{key}.confidence": "70" for key in keys}},
        page="/goals/checkin",
    )
    assert refused.status_code == 422
    assert "Somebody else" not in unescape(refused.text)
    assert counted(company)["check-ins"] == 0


def test_nothing_to_check_in_on_says_what_comes_next(company: Company) -> None:
    page = Pages(company, "mika").get("/goals/checkin").text
    assert "進行中の目標はありません" in page
    assert not re.search(r'id="checkin"', page)
