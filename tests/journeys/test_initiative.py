"""An initiative travels the whole way over HTTP: an idea, a charter both sign, work, a pilot with its purchase, votes, its goal moves.
Another one ends because nobody said anything.

Imports nothing of the product. Weeks pass here, so the clock of the company is moved instead of waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import Company
from tests.factories.goals import goal, timed
from tests.factories.initiatives import a_stage, initiative_fields
from tests.factories.papers import request_fields
from tests.parts.clients import Api
from tests.parts.databases import on_both
from tests.parts.nightly import pilots_end

As = Callable[[str], Api]
CHARTER = {
    "vision": "Whoever drives to a store finds it there.", "customer_outcome": "No visit for nothing.", "scope": "Ten stores.",
    "brings_1": "The stores' habits.", "brings_2": "Stock, by the minute.",
}  # fmt: skip


@pytest.fixture
def serves(company: Company) -> str:
    """The goal it serves, with a metric."""
    a_stage(company)
    return goal(company, "Customers find in the store what they saw", metric=timed(0, 100))


@on_both
def test_from_an_idea_to_what_is_scaled_with_its_purchase_and_its_goal(
    company: Company, as_: As, serves: str, travel: Any
) -> None:
    key = idea(as_, serves)
    assert said(as_("cmo").post(f"/initiatives/{key}/start"))[0] == 409, "an idea is not worked on"

    chartered(as_, key, by_twice=True)
    ok(as_("cmo").post(f"/initiatives/{key}/start"))
    assert stands(as_, key) == "active"

    changed = as_("cio").send("PUT", f"/initiatives/{key}/charter", json={"scope": "All stores."})
    assert (ok(changed)["state"], stands(as_, key)) == ("draft", "active"), "work goes on, nobody has signed this"
    assert said(pilot(as_, key)) == (409, "charter_unsigned")
    signed(as_, key)
    ok(pilot(as_, key, days=28))

    filed = {"initiative": key, "goal": serves}
    assert said(asked_for(as_, amount="900000", **filed)) == (409, "pilot_cap")
    request = ok(asked_for(as_, **filed))["key"]
    ok(as_("cmo").post(f"/purchases/{request}/decisions", {"verb": "approve"}))
    assert ok(as_("mika").get(f"/purchases/{request}"))["status"] == "pending", "one key of two decides nothing"
    ok(as_("cio").post(f"/purchases/{request}/decisions", {"verb": "approve"}))
    assert ok(as_("mika").get(f"/purchases/{request}"))["status"] == "approved"

    before = ok(as_("cmo").get(f"/goals/{serves}"))["progress"]
    today = travel_to(travel, company, days=21)
    ok(as_("cmo").post(f"/goals/{serves}/measurements", {"on": today, "value": "40"}))
    assert (before, float(ok(as_("cmo").get(f"/goals/{serves}"))["progress"])) == (None, 40.0)

    assert said(as_("mika").post(f"/initiatives/{key}/vote", {"choice": "scale"}))[0] == 403
    ok(as_("cmo").post(f"/initiatives/{key}/vote", {"choice": "scale"}))
    assert stands(as_, key) == "pilot", "one side alone scales nothing"
    ok(as_("cio").post(f"/initiatives/{key}/vote", {"choice": "scale"}))
    assert stands(as_, key) == "scaling"

    end = {
        "result": "achieved",
        "outcome": "One visit in three fewer was for nothing.",
        "lesson": "Ask the stores first.",
    }
    assert ok(as_("cio").post(f"/initiatives/{key}/close", end))["state"] == "closed"
    assert asked_for(as_, **filed).status_code == 422, "nothing is bought for what is over"
    verbs = [entry["verb"] for entry in ok(as_("auditor").get(f"/initiatives/{key}/history"))]
    told = ("create", "chartered", "start", "chartered", "pilot", "pilot_scale", "close")
    assert tuple(verb for verb in verbs if verb in told) == told


@on_both
def test_silence_at_the_last_day_stops_it(company: Company, as_: As, serves: str, travel: Any) -> None:
    key = idea(as_, serves)
    chartered(as_, key)
    ok(pilot(as_, key, days=14))
    request = ok(asked_for(as_, initiative=key, goal=serves))["key"]
    travel_to(travel, company, days=10)
    pilots_end(company.app)
    assert f"{key}" in {row["key"] for row in ok(as_("cio").get("/me/inbox"))}, "both are asked in time"
    ok(as_("cmo").post(f"/initiatives/{key}/vote", {"choice": "scale"}))

    travel_to(travel, company, days=6)
    late = as_("cio").post(f"/initiatives/{key}/vote", {"choice": "scale"})
    assert late.status_code == 409, "the last day is over, whether anybody has looked yet or not"
    pilots_end(company.app)
    ended = ok(as_("mika").get(f"/initiatives/{key}"))
    assert (ended["state"], ended["result"]) == ("closed", "silence")
    learnt = {"lesson": "We ask both sides in the first week.", "outcome": "Nobody drove less for nothing."}
    ok(as_("cio").post(f"/initiatives/{key}/lesson", learnt))
    for name in ("cmo", "cio"):
        assert key not in {row["key"] for row in ok(as_(name).get("/me/inbox"))}, "nothing is left to say"
    done = [
        as_(name).post(f"/purchases/{request}/decisions", {"verb": "approve"}).status_code for name in ("cmo", "cio")
    ]
    assert 409 in done, "what was asked for the pilot is not decided after it"
    assert ok(as_("mika").get(f"/purchases/{request}"))["status"] != "approved"


def idea(as_: As, serves: str) -> str:
    """Written down by the CMO."""
    made = ok(as_("cmo").post("/initiatives", initiative_fields(goals=[serves])))
    assert made["state"] == "idea"
    return str(made["key"])


def chartered(as_: As, key: str, *, by_twice: bool = False) -> None:
    """Written, laid out and signed by both; with `by_twice` somebody tries to sign for both sides first."""
    ok(as_("cmo").send("PUT", f"/initiatives/{key}/charter", json=CHARTER))
    signed(as_, key, by_twice=by_twice)
    assert stands(as_, key) == "chartered"


def signed(as_: As, key: str, *, by_twice: bool = False) -> None:
    """Laid out, and signed by both."""
    version = ok(as_("cmo").post(f"/initiatives/{key}/charter/lay"))["version"]
    ok(as_("cmo").post(f"/initiatives/{key}/sign", {"version": version}))
    if by_twice:
        as_("cmo").post(f"/initiatives/{key}/sign", {"version": version})
        assert ok(as_("cmo").get(f"/initiatives/{key}/charter"))["state"] == "open", "twice by one is one signature"
        assert as_("kenji").post(f"/initiatives/{key}/sign", {"version": version}).status_code == 403
    ok(as_("cio").post(f"/initiatives/{key}/sign", {"version": version}))
    assert ok(as_("cmo").get(f"/initiatives/{key}/charter"))["state"] == "valid"


def pilot(as_: As, key: str, *, days: int = 14) -> Any:
    """Begun by the CIO, on 18 November 2026."""
    ends_on = f"2026-12-{18 + days - 30:02d}" if days > 12 else f"2026-11-{18 + days}"
    question = "Do fewer customers drive for nothing?"
    return as_("cio").post(f"/initiatives/{key}/pilot", {"cap": "600000", "ends_on": ends_on, "question": question})


def asked_for(as_: As, **fields: str) -> Any:
    """A request written down and submitted by somebody of marketing; how the last step was answered."""
    draft = as_("mika").post("/purchases", request_fields(**fields))
    return as_("mika").post(f"/purchases/{draft.json['key']}/submit") if draft.status_code == 201 else draft


def travel_to(travel: Any, company: Company, *, days: int) -> str:
    """Days pass; the day it is then."""
    travel.shift(timedelta(days=days))
    return str(company.later(days=days).date())


def stands(as_: As, key: str) -> str:
    """The state of an initiative, as everybody sees it."""
    return str(ok(as_("mika").get(f"/initiatives/{key}"))["state"])


def ok(answer: Any) -> Any:
    """What was answered, where it went well."""
    assert answer.status_code in (200, 201), (answer.status_code, answer.text)
    return answer.json


def said(answer: Any) -> tuple[int, str]:
    """How it was refused."""
    return answer.status_code, answer.json.get("code", "")
