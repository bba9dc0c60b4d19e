"""Every field and every query of every operation in the API's document, at the edges of what can be sent: refused by name or
taken, never an error of ours; and whatever was taken can be looked at afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from collab.blueprints import service as blueprint_service
from collab.incidents import service as incidents
from collab.kernel import clock
from collab.outbox import service as outbox
from tests.factories import Company, blueprints
from tests.factories.agreements import active, proposed
from tests.factories.goals import goal, metric_ids
from tests.factories.incidents import alerted
from tests.factories.initiatives import a_stage, an_initiative, initiative_fields
from tests.factories.pulses import running as a_pulse
from tests.factories.tasks import Tasks
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

FEATURES = (
    "/tasks",
    "/agreements",
    "/incidents",
    "/escalations",
    "/subjects",
    "/reports",
    "/me/notifications",
    "/me/delegations",
    "/delegations",
    "/me/secretaries",
    "/search",
    "/goals",
    "/journey-stages",
    "/pulses",
    "/initiatives",
)
EDGES: tuple[Any, ...] = (
    "9999-12-31", "0001-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999bd", "NaN", "T-9999999999",
    10**30, -1, 2**40, [], {}, "a\x00b", "\ud800", "x" * 100_000, "@mika " * 700,
)  # fmt: skip
SOME: dict[str, dict[str, Any]] = {
    "/tasks": {"title": "A", "to_department": "it"},
    "/incidents": {"text": "A"},
    "/initiatives": initiative_fields(),
    "/goals": {"title": "A"}, "/journey-stages": {"code": "care", "name_en": "A", "name_ja": "A"},
    "/goals/{key}/measurements": {"on": "2026-11-02", "value": "1"}, "/goals/{key}/checkins": {"confidence": 70},
    "/agreements": {
        "title": "A", "data": "B", "giver": {"department": "sales"}, "receiver": {"department": "marketing"},
        "cadence": {"every": 1, "unit": "week"},
    },
    "/goals/{key}": {"reason": "A"}, "/goals/{key}/metrics/{metric}": {"reason": "A"},
    "/tasks/{key}/reopen": {"reason": "A"}, "/agreements/{key}/postpone": {"on": "2026-12-01", "reason": "A"},
}  # fmt: skip
"""What makes the rest of a body good, so that it is the edge that is looked at."""
TWICE = ("metric", "reason"), ("/goals/{key}/metrics", "/journey-stages/{code}")
"""Fields and addresses that are looked at elsewhere already: a metric has the same fields wherever it is written."""
JOINT = ("/initiatives", "/pulses")
"""Where a field of one name is of one shape wherever it is written, and is looked at once; days are looked at everywhere, for
what becomes of them differs."""
Fields = dict[str, Any]


@pytest.fixture
def document(app: Flask) -> Fields:
    """The API as it describes itself."""
    found: Fields = app.test_client().get("/api/openapi.json").json
    return found


@pytest.fixture
def house(company: Company) -> Company:
    """One member leads every side, so that everything may be tried."""
    for department in ("it", "marketing", "service"):
        company.leads("kenji", department)
    a_stage(company)
    return company


def operations(document: Fields, *methods: str) -> Iterator[tuple[str, str, Fields]]:
    for path, item in document["paths"].items():
        short = path.removeprefix("/api/v1")
        for method in methods:
            if short.startswith(FEATURES) and method in item:
                yield method.upper(), short, item[method]


def paths(document: Fields, schema: Fields, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field a body may hold."""
    for option in schema.get("allOf", schema.get("anyOf", [schema])):
        named = option.get("$ref", "").rpartition("/")[2]
        found = document["components"]["schemas"][named] if named else option
        for name, inner in found.get("properties", {}).items():
            yield (*at, name)
            yield from paths(document, inner, (*at, name))


def whole(document: Fields, path: str, schema: Fields) -> Fields:
    """A body in which nothing that is needed is missing."""
    known = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    return SOME.get(path) or dict.fromkeys(known.get("required", []), "A")


def put(body: Fields, path: tuple[str, ...], value: Any) -> Fields:
    """The body with the value at a path."""
    first, *rest = path
    inner = body.get(first)
    return {**body, first: put(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value}


def _drawn(company: Company, *, signed: bool) -> str:
    """A blueprint with one of everything; Kenji answers what Mika asked."""
    key = blueprints.a_blueprint(company, leads=("mika", "kenji"), participants=())
    owners = {"owner_1": "mika@example.com", "owner_2": "kenji@example.com"}
    blueprints.point(company, key, by="mika", **owners)
    blueprints.requirement(company, key, by="mika")
    blueprints.source(company, key, by="mika")
    blueprints.definition(company, key, by="mika")
    if signed:
        with company.indoors():
            blueprint_service.lay(company.member("mika"), key, now=company.now)
        blueprints.sign(company, key, "mika", "kenji")
    return key


def _joint(company: Company, path: str) -> str:
    """An initiative, or the pulse that is open."""
    if path.startswith("/pulses"):
        return a_pulse(company)
    return an_initiative(company, leads=("mika", "kenji"), state="pilot" if path.endswith("vote") else "active")


def fresh(company: Company, path: str) -> list[str]:
    """Where an operation leads: to things in the states in which there is most to do."""
    if path.startswith(("/goals/{key}", "/journey-stages/{code}")):
        key = goal(company, owners=("kenji",), state="draft" if path.endswith(("accept", "decline")) else "active")
        metric = str(metric_ids(company, key)[0])
        return [path.replace("{key}", key).replace("{metric}", metric).replace("{code}", "care")]
    if path.startswith("/initiatives/{key}/blueprint"):
        key = _drawn(company, signed="citations" in path)
        return [re.sub(r"\{\w+\}", "1", path.replace("{key}", key).replace("{subject}", "G-1"))]
    if path.startswith(("/initiatives/{key}", "/pulses/{key}")):
        return [re.sub(r"\{\w+\}", "1", path.replace("{key}", _joint(company, path)))]
    if "{key}" not in path:
        return [path.replace("{escalation_id}", "1").replace("{comment_id}", "1").replace("{department}", "it")]
    if path.startswith("/agreements"):
        keys = [proposed(company), active(company)]
    elif path.startswith("/incidents"):
        keys = [alerted(company), alerted(company)]
        with company.indoors():
            kenji = company.member("kenji")
            incidents.answer(kenji, keys[1], text="A", now=company.now)
            if path.endswith("review"):
                incidents.close(kenji, keys[1], what_happened="A", root_cause="B", now=company.now)
    else:
        tasks = Tasks(company)
        states = {
            "agree": "countered",
            "ask_again": "countered",
            "unblock": "blocked",
            "confirm": "done",
            "reopen": "done",
        }
        keys = [tasks.at("asked"), tasks.at(states.get(path.rpartition("/")[2], "accepted"))]
    return [path.replace("{key}", key).replace("{comment_id}", "1") for key in keys]


@pytest.mark.long
def test_no_field_of_a_body_is_an_error_of_ours_then_or_later(
    document: Fields, house: Company, as_: Callable[[str], Api], pages_as: Callable[[str], Pages]
) -> None:
    wrong, caller = [], as_("kenji")
    known: set[tuple[str, ...]] = set()
    for method, path, operation in operations(document, "post", "patch", "put"):
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        found = list(dict.fromkeys(paths(document, schema)))
        if path.startswith("/goals"):
            found = [field for field in found if len(field) == 1 and field[0] not in TWICE[0]]
        if path.startswith(JOINT):
            found = [field for field in found if field[-1].endswith("_on") or field not in known]
            known.update(found)
        for address in fresh(house, path) if found and path not in TWICE[1] else ():
            for field in found:
                for edge in EDGES:
                    body = json.dumps(put(whole(document, path, schema), field, edge))
                    answer = caller.send(method, address, data=body, content_type="application/json")
                    if answer.status_code >= 500:
                        wrong.append((method, address, field, str(edge)[:40]))
    assert wrong == []
    _look_at_everything(house, caller, pages_as("kenji"))


GOAL_PAGES = ("/goals", "/goals?view=tree", "/goals/goalposts", "/goals/coverage", "/goals/checkin", "/goals/journey")


def _look_at_everything(house: Company, caller: Api, kenji: Pages) -> None:
    for kind in ("tasks", "agreements", "incidents", "goals", "initiatives"):
        listed = caller.get(f"/{kind}", query_string={"page_size": "100"})
        assert listed.status_code == 200
        for row in listed.json:
            seen = (
                kenji.get(f"/{kind}/{row['key']}").status_code,
                caller.get(f"/{kind}/{row['key']}/history").status_code,
            )
            assert seen == (200, 200), row
    for page in ("/", "/tasks", "/agreements", "/incidents", "/escalations", "/me/notifications", *GOAL_PAGES):
        assert kenji.get(page).status_code == 200
    with house.indoors():
        outbox.drain(now=clock.now())


@on_both
def test_no_query_of_a_list_is_an_error_of_ours(document: Fields, house: Company, as_: Callable[[str], Api]) -> None:
    admin, auditor = as_("admin"), as_("auditor")
    for path in ("/tasks/T-1", "/incidents/T-1", "/agreements/DA-1"):
        fresh(house, path.rpartition("/")[0] + "/{key}")
    for _method, path, operation in operations(document, "get"):
        names = [one["name"] for one in operation.get("parameters", []) if one.get("in") == "query"]
        address = path.replace("{key}", "DA-1" if "agreements" in path else "G-1" if "goals" in path else "T-1")
        address = address.replace("{escalation_id}", "1").replace("{department}", "it")
        for name in (*names, "page", "page_size"):
            for edge in EDGES:
                if isinstance(edge, str) and edge.isprintable() and len(edge) < 5000:
                    for caller in (auditor,) if "goals" in path else (admin, auditor):
                        status = caller.get(address.replace("{comment_id}", "1"), query_string={name: edge}).status_code
                        assert status < 500, (address, name, edge)


BEYOND = ("0", str(2**31), str(2**63), "9" * 30, "9" * 5000, "²")


@on_both
@pytest.mark.parametrize("number", BEYOND, ids=lambda number: f"{number[:10]} {len(number)}")
def test_a_number_no_database_holds_is_not_there(
    app: Flask, company: Company, as_: Callable[[str], Api], pages_as: Callable[[str], Pages], number: str
) -> None:
    admin, mika, page = as_("admin"), as_("mika"), pages_as("mika")
    body = {"reason": "x", "body": "x", "text": "x", "title": "x"}
    for method, address in _addresses(app, number):
        if not address.startswith("/api/"):
            assert method != "GET" or page.get(address).status_code < 500, address[:80]
            continue
        for caller in (admin, mika):
            status = caller.send(method, address, **({} if method == "GET" else {"json": body})).status_code
            assert 400 <= status < 500, (method, address[:80], status)


def _addresses(app: Flask, number: str) -> Iterator[tuple[str, str]]:
    """Every address with a number or a key in it."""
    for rule in app.url_map.iter_rules():
        address, names = rule.rule, [name for name in rule.arguments if name == "key" or name.endswith("_id")]
        for name in names:
            value = f"T-{number}" if name == "key" else number
            for kind in ("", "int:"):
                address = address.replace(f"<{kind}{name}>", value)
        if names and "<" not in address:
            yield from ((method, address) for method in (rule.methods or set()) & {"GET", "POST", "PATCH", "DELETE"})
