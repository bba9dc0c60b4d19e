"""Issues on the web: as they were said, without what their reader may not see any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, update

from collab.channels.models import Channel
from collab.digests import queries, service
from collab.digests.models import Issue
from collab.digests.rules.content import Content, Item, Section, to_json
from collab.digests.service import composing
from collab.digests.service.composing import Found
from collab.goals.models import Goal
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from tests.factories import Company
from tests.factories.goals import goal, number
from tests.parts.clients import Pages

WEEK = "2026-W46"


@pytest.fixture
def environment() -> dict[str, str]:
    """Nobody needs Slack here."""
    return {}


def content(*keys: str, code: str = "risks") -> Content:
    """One section of these."""
    return Content((Section.of(code, [Item(key, f"Goal {key}", f"/goals/{key}", "moved", {"was": 40, "now": 55}) for key in keys]),))  # fmt: skip


def put_together(company: Company, name: str, found: Content, week: str = WEEK) -> None:
    with company.indoors():
        composing.write([Found(company.id(name), found, needed=True)], week, company.now)


@pytest.fixture
def narrowed(company: Company) -> Callable[[str], None]:
    """A goal becomes its owners' alone."""

    def narrow(key: str) -> None:
        with company.indoors(), atomic():
            db.session.execute(update(Goal).where(Goal.id == number(key)).values(visibility="involved"))

    return narrow


def test_an_amount_is_told_only_to_whoever_still_sees_it(company: Company, travel: time_machine.Coordinates) -> None:
    key = company.decided(title="Consent platform", visibility="company")
    args = {"by": ["Haruka"], "amount": {"money": [1_560_000, "JPY"]}}
    found = Content(
        (Section.of("decisions", [Item(key, "Consent platform", f"/purchases/{key}", "decided_approved_of", args)]),)
    )
    for name in ("cmo", "emma"):
        put_together(company, name, found)
    pages = {
        name: Pages(company, name).get(f"/digests/{WEEK}", headers={"Accept-Language": "en"}).text
        for name in ("cmo", "emma")
    }
    assert ["1,560,000" in page for page in pages.values()] == [True, False]
    assert [key in page for page in pages.values()] == [True, True]


def test_the_page_is_the_issue_as_it_was_said_and_says_what_is_left_out(
    company: Company, pages_as: Callable[[str], Pages], narrowed: Callable[[str], None]
) -> None:
    seen, hidden = (goal(company, f"Goal {n}", owners=("cio", "cmo")) for n in range(2))
    put_together(company, "emma", content(seen, hidden))
    emma, mika = pages_as("emma"), pages_as("mika")
    page = emma.get(f"/digests/{WEEK}").text
    assert (f"/goals/{seen}" in page, f"/goals/{hidden}" in page, "left out" in page) == (True, True, False)
    narrowed(hidden)
    page = emma.get(f"/digests/{WEEK}").text
    assert (f"/goals/{seen}" in page, f"/goals/{hidden}" in page, "One thing is left out" in page) == (
        True,
        False,
        True,
    )
    assert mika.get(f"/digests/{WEEK}").status_code == 404, "nobody reads another's"
    assert [emma.get(f"/digests/{week}").status_code for week in ("2026-W45", "2026-W99", "nothing")] == [404] * 3
    with company.indoors():
        found = queries.find_issue(week=WEEK, member=company.id("emma"))
    assert found is not None
    assert found.opened_at is not None


def test_my_issues_are_listed_the_newest_first_and_by_the_page(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    key = goal(company)
    emma = pages_as("emma")
    assert "/digests/2026" not in emma.get("/digests").text
    for week in range(1, 24):
        put_together(company, "emma", content(key), f"2026-W{week:02}")
    first, second = emma.get("/digests").text, emma.get("/digests?page=2").text
    assert first.index("/digests/2026-W23") < first.index("/digests/2026-W04")
    assert ("/digests/2026-W03" in first, "/digests/2026-W03" in second) == (False, True)
    assert "/digests/2026-W23" not in second
    assert "/digests/2026-W23" in emma.get("/").text, "the last one stands beside what needs me"
    assert emma.get("/digests?page=x").status_code == 200


def test_a_channels_issue_is_for_every_member_and_for_no_guest(
    company: Company, pages_as: Callable[[str], Pages], narrowed: Callable[[str], None]
) -> None:
    seen, hidden = (goal(company, f"Goal {n}", owners=("cio", "cmo")) for n in range(2))
    found = content(seen, hidden, code="goals")
    with company.indoors(), atomic():
        row = {
            "team_id": "T1", "channel_id": "C1", "name": "marketing", "purpose": "department", "department_code": "marketing",
            "locale": "ja", "zone": "Asia/Tokyo", "kinds": [], "connected_by_id": company.id("cmo"), "connected_at": company.now,
        }  # fmt: skip
        number_ = db.session.scalar(insert(Channel).values(**row).returning(Channel.id))
        issue = {"week": WEEK, "channel_id": number_, "content": to_json(found), "made_at": company.now}
        db.session.execute(insert(Issue).values(**issue))
    narrowed(hidden)
    path = f"/digests/channels/{number_}/{WEEK}"
    page = pages_as("emma").get(path)
    assert page.status_code == 200
    assert (f"/goals/{seen}" in page.text, f"/goals/{hidden}" in page.text) == (True, False)
    assert pages_as("emma").get(f"/digests/channels/{number_ + 1}/{WEEK}").status_code == 404
    assert pages_as("agency").get(path).status_code == 403


def test_an_issue_is_no_news_in_an_issue(company: Company, travel: time_machine.Coordinates) -> None:
    """A member without Slack finds the last issue in their inbox; the next one does not ask them to read it."""
    key = goal(company, owners=("cio", "cmo"))
    for week in ("2026-W45", WEEK):
        put_together(company, "emma", content(key), week)
    with company.indoors(), atomic():
        db.session.execute(update(Issue).values(via="web", said_at=company.now))
    with company.indoors():
        emma = company.member("emma")
        edition = queries.find_latest(emma.id)
        assert edition is not None
        needs = service.open_issue(edition, emma, company.now + timedelta(hours=1))
    assert [need for need in needs.items if need.path.startswith("/digests")] == []
