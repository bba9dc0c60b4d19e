"""One's own page and API of reminders and quiet time; how often people were asked to act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab.audit.models import Entry
from collab.kernel.db import db
from collab.nudges import queries, service
from tests.factories import Company
from tests.factories.nudges import Days
from tests.parts.clients import Api, Pages

PAGE = "/me/notifications"
FORM = {"daily": "1", "at": "09:00", "quiet_from": "20:00", "quiet_until": "08:00"}


def test_the_page_says_what_holds_and_what_comes_in_spite_of_it(pages_as: Callable[[str], Pages]) -> None:
    mika = pages_as("mika")
    assert mika.send(PAGE, {**FORM, "at": "08:30", "quiet": "1"}, page=PAGE).status_code == 303
    page = mika.get(PAGE).text
    assert "08:30" in page
    assert "ブランド緊急対応" in page
    assert "20:00 から 08:00 まで" in page


def test_leaving_the_hour_as_it_is_leaves_it_to_the_company(pages_as: Callable[[str], Pages], company: Company) -> None:
    pages_as("mika").send(PAGE, {**FORM}, page=PAGE)
    with company.indoors():
        assert queries.get_habits(company.member("mika")).own_at is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": "25:00"}, "f-at"),
        ({"quiet": "1", "quiet_from": ""}, "f-quiet_from"),
        ({"quiet": "1", "quiet_until": "20:00"}, "f-quiet_until"),
    ],
)
def test_a_mistake_is_said_where_it_is(pages_as: Callable[[str], Pages], wrong: dict[str, str], field: str) -> None:
    answer = pages_as("mika").send(PAGE, {**FORM, **wrong}, page=PAGE)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_the_api_changes_what_is_named_and_leaves_the_rest(as_: Callable[[str], Api]) -> None:
    mika = as_("mika")
    usual = mika.get(PAGE).json
    assert (usual["reminder"], usual["quiet"], usual["budget"]) == (
        {"daily": True, "at": "09:00", "own": False},
        None,
        10,
    )
    changed = mika.patch(PAGE, {"quiet": {"from": "20:00", "until": "08:00"}}).json
    assert changed == {**usual, "quiet": {"from": "20:00", "until": "08:00"}}
    changed = mika.patch(PAGE, {"reminder": {"daily": False}}).json
    assert (changed["reminder"]["daily"], changed["quiet"]) == (False, {"from": "20:00", "until": "08:00"})
    assert mika.patch(PAGE, {"quiet": None}).json["quiet"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quiet": {"from": "20:00"}}, "quiet.until"), ({"quiet": {"from": "8:00", "until": "8:00"}}, "quiet.until"),
        ({"reminder": {"at": "soon"}}, "reminder.at"), ({"loud": True}, "loud"), ({"quiet": "always"}, "quiet"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_field_by_field(as_: Callable[[str], Api], body: object, field: str) -> None:
    answer = as_("mika").patch(PAGE, body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_what_one_chose_is_in_the_trail(company: Company) -> None:
    with company.indoors():
        service.choose_reminder(company.member("mika"), daily=True, at=510, now=company.now)
        service.choose_quiet(company.member("mika"), None, now=company.now)
        found = {
            row.verb: row.after for row in db.session.scalars(select(Entry).where(Entry.actor == "mika@example.com"))
        }
    assert found["reminder_set"] == {"daily": True, "at": "08:30"}
    assert found["quiet_set"] == {"quiet": None}


def test_a_former_member_chooses_nothing(company: Company) -> None:
    from collab.kernel.errors import NotAllowed

    with company.indoors(), pytest.raises(NotAllowed):
        service.choose_quiet(company.member("left"), None, now=company.now)


def test_asks_are_counted_by_the_week_and_news_is_not(
    days: Days, as_: Callable[[str], Api], pages_as: Callable[[str], Pages]
) -> None:
    for title in ("One", "Two", "Three"):
        key = days.company.filed("mika", title=title)
    days.deliver()
    days.company.decide(key, "cmo")
    days.deliver()
    rows = {row["member"]: row for row in as_("admin").get("/reports/attention?week=2026-W47").json}
    assert (rows["cmo@example.com"]["asked"], rows["cio@example.com"]["asked"]) == (3, 3)
    assert "mika@example.com" not in rows
    assert as_("cmo").get(PAGE).json["asked"] == 3
    assert as_("mika").get(PAGE).json["asked"] == 0
    assert as_("admin").get("/reports/attention?week=2026-W46").json[0]["asked"] == 0
    assert "3 回" in pages_as("cmo").get(PAGE).text


def test_a_bundle_counts_what_it_carries_and_reminders_are_counted_by_the_day(
    days: Days, as_: Callable[[str], Api]
) -> None:
    for number in range(6):
        days.company.filed("mika", title=f"Thing {number}")
    days.deliver()
    days.company.now += timedelta(days=2)
    days.waits("cmo", due_at=days.company.now)
    days.sweep()
    row = next(row for row in as_("auditor").get("/reports/attention").json if row["member"] == "cmo@example.com")
    assert (row["asked"], row["reminded"], row["budget"]) == (6, 1, 10)


@pytest.mark.parametrize("week", ["2026-W60", "soon", "2026-47"])
def test_a_week_that_is_none_is_refused(as_: Callable[[str], Api], week: str) -> None:
    assert as_("admin").get(f"/reports/attention?week={week}").status_code == 422


def test_the_page_of_attention(days: Days, pages_as: Callable[[str], Pages]) -> None:
    for number in range(12):
        days.company.filed("mika", title=f"Thing {number}")
    page = pages_as("admin").get("/admin/attention").text
    assert "12" in page
    assert "目安超え" in page
    assert pages_as("mika").get("/admin/attention").status_code == 403
