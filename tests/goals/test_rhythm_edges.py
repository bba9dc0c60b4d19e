"""The rhythm of check-ins on its page and over the API: who sees it, who sets it, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.factories import Company
from tests.factories.checkins import MONDAY, Asks
from tests.factories.goals import goal
from tests.parts.clients import Api, Pages

PATH = "/api/v1/goals/rhythms"


def rhythm_of(api: Api, department: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in api.get(PATH).json if one["department"] == department)
    return found


def test_every_department_has_the_companys_rhythm_until_it_has_its_own(
    as_: Callable[[str], Api], company: Company
) -> None:
    goal(company, owners=("mika", "kenji"))
    goal(company, owners=("mika",))
    assert rhythm_of(as_("mika"), "marketing") == {
        "department": "marketing", "every_weeks": 1, "weekday": "mon", "hour": 9, "fresh_days": 4, "grace_days": 2, "own": False,
        "owners": 2, "version": 0, "set_by": None, "set_at": None,
    }  # fmt: skip
    answer = as_("cmo").send("PUT", f"{PATH}/marketing", json={"weekday": "thu", "hour": 14})
    assert (answer.status_code, answer.json["weekday"], answer.json["every_weeks"], answer.json["version"]) == (
        200,
        "thu",
        1,
        1,
    )
    assert (answer.json["own"], answer.json["set_by"]) == (True, "cmo@example.com")
    assert rhythm_of(as_("mika"), "it")["own"] is False


def test_a_change_made_meanwhile_is_not_overwritten(as_: Callable[[str], Api]) -> None:
    tag = as_("cmo").get(f"{PATH}/marketing").headers["ETag"]
    assert as_("admin").send("PUT", f"{PATH}/marketing", json={"hour": 10}).status_code == 200
    assert as_("cmo").send("PUT", f"{PATH}/marketing", json={"hour": 11}, headers={"If-Match": tag}).status_code == 412
    assert rhythm_of(as_("cmo"), "marketing")["hour"] == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("every_weeks", 0),
        ("every_weeks", 14),
        ("weekday", "monday"),
        ("hour", 24),
        ("fresh_days", 91),
        ("grace_days", 21),
        ("x", 1),
    ],
)
def test_what_makes_no_sense_is_refused_field_by_field(as_: Callable[[str], Api], field: str, value: object) -> None:
    answer = as_("cmo").send("PUT", f"{PATH}/marketing", json={field: value})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_who_may(as_: Callable[[str], Api]) -> None:
    said = {
        name: as_(name).send("PUT", f"{PATH}/marketing", json={"hour": 10}).status_code
        for name in ("mika", "cio", "auditor", "agency")
    }
    assert said == dict.fromkeys(said, 403)
    assert as_("cmo").send("PUT", f"{PATH}/nowhere", json={"hour": 10}).status_code == 404
    assert (as_("auditor").get(PATH).status_code, as_("agency").get(PATH).status_code) == (200, 403)


def test_dark_goals_are_listed(as_: Callable[[str], Api], company: Company, travel: time_machine.Coordinates) -> None:
    asks = Asks(company)
    key = goal(company, owners=("mika",))
    asks.begin(key)
    asks.ask(MONDAY)
    assert as_("cfo").get("/api/v1/goals/dark").json == []
    travel.move_to("2026-11-26 09:01")
    (found,) = as_("cfo").get("/api/v1/goals/dark").json
    assert (found["goal"], found["member"], found["department"], found["checked_in_at"]) == (
        key,
        "mika@example.com",
        "marketing",
        None,
    )
    assert as_("agency").get("/api/v1/goals/dark").status_code == 403


def test_the_page_shows_all_and_offers_what_may_be_changed(pages_as: Callable[[str], Pages]) -> None:
    assert pages_as("cmo").get("/goals/rhythm").text.count('href="/goals/rhythm/') == 1
    assert pages_as("admin").get("/goals/rhythm").text.count('href="/goals/rhythm/') == 5
    assert 'href="/goals/rhythm/' not in pages_as("mika").get("/goals/rhythm").text
    assert pages_as("mika").get("/goals/rhythm/marketing").status_code == 403


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(pages_as: Callable[[str], Pages]) -> None:
    cmo = pages_as("cmo")
    wrong = cmo.send("/goals/rhythm/marketing", {"every_weeks": "40", "weekday": "tue", "hour": "10", "version": "0"})
    assert wrong.status_code == 422
    assert 'value="40"' in wrong.text
    right = cmo.send("/goals/rhythm/marketing", {"every_weeks": "2", "weekday": "tue", "hour": "10", "version": "0"})
    assert (right.status_code, right.headers["Location"]) == (303, "/goals/rhythm")
    assert "2週間ごとの火曜日 10:00" in cmo.get("/goals/rhythm").text
    late = pages_as("admin").send("/goals/rhythm/marketing", {"every_weeks": "3", "version": "0"})
    assert late.headers["Location"] == "/goals/rhythm/marketing", "somebody else was faster"


def test_a_hidden_goal_is_not_counted(as_: Callable[[str], Api], company: Company) -> None:
    goal(company, owners=("mika", "kenji"), visibility="involved")
    assert [rhythm_of(as_(name), "it")["owners"] for name in ("mika", "cio", "nao", "auditor")] == [1, 1, 0, 1]
