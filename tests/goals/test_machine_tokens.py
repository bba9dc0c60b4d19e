"""A machine's token measures the goals it was made for, and opens nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from collab.audit.models import Entry
from collab.goals.models import Measurement
from collab.kernel.db import db
from tests.factories import Company
from tests.factories.goals import helps
from tests.factories.measured import measured_goal, progress_of
from tests.parts.clients import Api, Pages

FIGURE = {"on": "2026-11-01", "value": "25"}
OPEN = {
    ("POST", "/api/v1/goals/<key>/measurements"),
    ("GET", "/api/v1/goals/<key>/measurements"),
    ("GET", "/api/v1/goals/<key>"),
    ("GET", "/api/v1/goals/<key>/metrics"),
}
Made = Callable[..., Api]


@pytest.fixture
def typed(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["token", "create", *words])


@pytest.fixture
def machine(app: Flask, typed: Callable[..., Result]) -> Made:
    """A caller with a machine's token of mika's, limited to these goals."""

    def made(*goals: str, owner: str = "mika@example.com") -> Api:
        named = [word for key in goals for word in ("--goal", key)]
        done = typed(owner, "--machine", "CRM export", *named)
        assert done.exit_code == 0, done.output
        return Api(app, done.output.strip())

    return made


@pytest.fixture
def mine(company: Company) -> str:
    return measured_goal(company, "Mine")


def test_it_measures_and_reads_what_it_was_made_for(company: Company, machine: Made, mine: str) -> None:
    api = machine(mine)
    done = api.post(f"/goals/{mine}/measurements", FIGURE)
    assert (done.status_code, done.json) == (
        200,
        {"goal": mine, "added": 1, "changed": 0, "unchanged": 0, "progress": 25.0},
    )
    assert api.get(f"/goals/{mine}").status_code == 200
    (row,) = api.get(f"/goals/{mine}/measurements").json
    assert (row["source"], row["recorded_by"], row["figure"]) == ("CRM export", "mika@example.com", "25.0")
    with company.indoors():
        entry = db.session.query(Entry).filter_by(subject_key=mine, verb="measure").one()
    assert (entry.actor, entry.details["token"]) == ("mika@example.com", "CRM export")


def test_only_the_goals_it_names(company: Company, machine: Made, mine: str) -> None:
    other = measured_goal(company, "Also mine")
    api = machine(mine)
    for answer in (api.post(f"/goals/{other}/measurements", FIGURE), api.get(f"/goals/{other}")):
        assert (answer.status_code, answer.json["code"]) == (403, "token_scope")
    assert progress_of(company, other) is None


def test_without_names_all_its_owner_may_measure_and_no_more(company: Company, machine: Made, mine: str) -> None:
    kenjis = measured_goal(company, "Kenji's", owner="kenji")
    helped = measured_goal(company, "Helped", owner="kenji")
    helps(company, helped, "mika", may_check_in=True)
    api = machine()
    assert api.get(f"/goals/{mine}").status_code == 200
    assert api.post(f"/goals/{helped}/measurements", FIGURE).status_code == 200
    for answer in (
        api.get(f"/goals/{kenjis}"),
        api.post(f"/goals/{kenjis}/measurements", FIGURE),
        api.get("/goals/G-999"),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "token_scope")


def test_naming_a_goal_gives_nothing_its_owner_has_not(company: Company, machine: Made) -> None:
    kenjis = measured_goal(company, "Kenji's", owner="kenji")
    assert machine(kenjis).post(f"/goals/{kenjis}/measurements", FIGURE).status_code == 403
    with company.indoors():
        assert db.session.query(Measurement).count() == 0


def test_every_other_route_is_closed_to_it(app: Flask, company: Company, machine: Made, mine: str) -> None:
    api = machine(mine)
    answered: set[tuple[str, str]] = set()
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        path = re.sub(r"<(int:)?(\w+)>", lambda name: mine if name[2] == "key" else "1", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            tried += 1
            answer = api.send(method, path)
            if answer.status_code == 403 and answer.json["code"] == "token_scope":
                continue
            answered.add((method, rule.rule))
    assert answered - {("GET", "/api/openapi.json")} <= OPEN
    assert len(OPEN - answered) <= 1, "the list of metrics may not be there"
    assert tried > 100


def test_it_opens_no_page(app: Flask, machine: Made, mine: str) -> None:
    assert machine(mine).send("GET", "/api/../goals").status_code in (302, 404)


def test_every_machine_route_names_its_goal(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "scope", None):
            assert "key" in rule.arguments, rule


def test_its_owner_sees_it_and_ends_it(company: Company, machine: Made, mine: str, as_: Any) -> None:
    api = machine(mine)
    page = Pages(company, "mika").get("/me/access").text
    assert "CRM export" in page
    assert f"目標の実測値の登録のみ（{mine}）" in page
    owner = as_("mika")
    token = next(one for one in owner.get("/me/tokens").json if one["label"] == "CRM export")
    assert (token["scope"], token["limited_to"]) == ("measurements", [mine])
    assert owner.send("DELETE", f"/me/tokens/{token['id']}").status_code == 204
    assert api.get(f"/goals/{mine}").status_code == 401


def test_it_ends_with_its_owner(company: Company, machine: Made, mine: str) -> None:
    api = machine(mine)
    company.leaves("mika")
    assert api.get(f"/goals/{mine}").status_code == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--goal", "G-1"), "--goal belongs to --machine"),
        (("--machine", "M", "--goal", "G-99"), "There is no such goal"),
    ],
)
def test_what_cannot_be_made(company: Company, typed: Callable[..., Result], words: tuple[str, ...], said: str) -> None:
    done = typed("mika@example.com", *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_repeated_write_is_answered_from_memory(company: Company, machine: Made, mine: str) -> None:
    api, headers = machine(mine), {"Idempotency-Key": "night-1"}
    first = api.post(f"/goals/{mine}/measurements", FIGURE, headers=headers)
    again = api.post(f"/goals/{mine}/measurements", FIGURE, headers=headers)
    assert first.json == again.json
    assert again.json["added"] == 1
