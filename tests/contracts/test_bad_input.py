"""Bad input gets a clear field error in the reader's language, a 4xx, and nothing is half written."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from collab.kernel.db import Base, db
from collab.people import service
from tests.parts.databases import on_both

GOOD = {
    "title": "Survey tool",
    "purpose": "Ask every customer",
    "vendor": "Kikoe",
    "category": "service",
    "amount": "120000",
    "goal": "G-1",
}
DEEP = "[" * 10_000
RTL = "مرحبا بالعالم"

WRONG = [
    ("an unknown field", {"prize": "1"}, "prize"),
    ("a title of nothing but blanks", {"title": "   "}, "title"),
    ("a title that is a number", {"title": 7}, "title"),
    ("a title longer than a card can show", {"title": "x" * 121}, "title"),
    ("a megabyte of text", {"purpose": "あ" * 350_000}, "purpose"),
    ("a NUL byte", {"purpose": "a\x00b"}, "purpose"),
    ("a lone surrogate", {"purpose": "\ud800"}, "purpose"),
    ("a negative amount", {"amount": "-5"}, "amount"),
    ("an amount of zero", {"amount": "0"}, "amount"),
    ("an amount of 10^30", {"amount": str(10**30)}, "amount"),
    ("an amount in scientific notation", {"amount": "1e30"}, "amount"),
    ("half a yen", {"amount": "10.5"}, "amount"),
    ("an amount as a float", {"amount": 10.5}, "amount"),
    ("an unknown currency", {"currency": "ZZZ"}, "currency"),
    ("an unknown category", {"category": "toys"}, "category"),
    ("an unknown goal", {"goal": "G-9999"}, "goal"),
    ("a goal that is no key", {"goal": "the big one"}, "goal"),
    ("a goal number beyond any database", {"goal": "G-99999999999999999999"}, "goal"),
    ("an unknown department", {"department": "circus"}, "department"),
    ("an unknown owner", {"owners": {"business": "nobody@example.com"}}, "owners.business"),
    ("owners as a list", {"owners": []}, "owners"),
    ("minus one unit", {"affected": {"units": -1}}, "affected.units"),
    ("a term of a thousand years", {"term_months": 12_000}, "term_months"),
    ("a day that is none", {"needed_by_on": "2026-02-30"}, "needed_by_on"),
    ("a day written another way", {"needed_by_on": "11/21/2026"}, "needed_by_on"),
    ("yes as a poem", {"personal_data": "perhaps"}, "personal_data"),
    ("after the fact without a reason", {"after_the_fact": {"on": "2026-01-01"}}, "after_the_fact.reason"),
]


@on_both
@pytest.mark.parametrize(("change", "field"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_field_that_cannot_be_taken_is_named_and_nothing_is_written(as_, company, change, field):
    mika = as_("mika")
    before = _rows(company)
    body = json.dumps({**GOOD, **change}).encode()
    answer = mika.send("POST", "/api/v1/purchases", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert _rows(company) == before


METRIC = {"name": "Visits", "kind": "increase", "baseline": "0", "baseline_on": "2026-10-01", "target": "100"}
GOAL = {"title": "Every question is answered", "metric": METRIC}
WRONG_GOALS = [
    ("an unknown field", {"progress": 100}, "progress"),
    ("a state nobody is born in", {"state": "active"}, "state"),
    ("a title of nothing but blanks", {"title": "　 "}, "title"),
    ("a megabyte of text", {"outcome": "あ" * 350_000}, "outcome"),
    ("a NUL byte", {"outcome": "a\x00b"}, "outcome"),
    ("a lone surrogate", {"title": "\ud800"}, "title"),
    ("a last day before the first", {"starts_on": "2027-03-31", "due_on": "2026-10-01"}, "due_on"),
    ("a day ten thousand years away", {"due_on": "9999-12-31"}, "due_on"),
    ("a year that is none", {"period": "FY99999"}, "period"),
    ("an unknown journey stage", {"journey_stage": "moon"}, "journey_stage"),
    (
        "three sides",
        {"accountable": [{"member": f"{name}@example.com"} for name in ("cmo", "cio", "cfo")]},
        "accountable",
    ),
    ("a guest who answers", {"accountable": [{"member": "agency@example.com"}]}, "accountable.0.member"),
    ("a share of nothing", {"parents": [{"goal": "G-1", "share": 0}]}, "parents.0.share"),
    ("a share of a half", {"parents": [{"goal": "G-1", "share": 0.5}]}, "parents.0.share"),
    ("a parent beyond any database", {"parents": [{"goal": "G-99999999999999999999"}]}, "parents.0.goal"),
    ("twenty-one parents", {"parents": [{"goal": "G-1"}] * 21}, "parents"),
    ("a target of 10^30", {"metric": {**METRIC, "target": str(10**30)}}, "metric.target"),
    ("a target that is no number", {"metric": {**METRIC, "target": "NaN"}}, "metric.target"),
    ("a target without end", {"metric": {**METRIC, "target": "Infinity"}}, "metric.target"),
    ("a target as a float", {"metric": {**METRIC, "target": 0.1}}, "metric.target"),
    ("a target in scientific notation", {"metric": {**METRIC, "target": "1e2"}}, "metric.target"),
    ("a target in digits of another script", {"metric": {**METRIC, "target": "١٢"}}, "metric.target"),
    ("a baseline of tomorrow", {"metric": {**METRIC, "baseline_on": "2026-11-19"}}, "metric.baseline_on"),
    ("a unit no card can show", {"metric": {**METRIC, "unit": "x" * 21}}, "metric.unit"),
    ("seven places", {"metric": {**METRIC, "places": 7}}, "metric.places"),
    ("a metric twice over", {"metrics": [METRIC] * 21}, "metrics"),
]


@pytest.mark.parametrize(("change", "field"), [row[1:] for row in WRONG_GOALS], ids=[row[0] for row in WRONG_GOALS])
def test_a_goal_that_cannot_be_is_named_and_nothing_is_written(as_, company, change, field):
    cmo = as_("cmo")
    before = _rows(company)
    body = json.dumps({**GOAL, **change}).encode()
    answer = cmo.send("POST", "/api/v1/goals", data=body, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert field in answer.json["errors"]
    assert _rows(company) == before


@pytest.mark.parametrize("address", ["/goals", "/purchases"])
def test_a_number_of_thousands_of_digits_is_no_body(as_, company, address):
    body = b'{"title": "A", "starts_on": 1' + b"0" * 5000 + b"}"
    assert as_("cmo").send("POST", address, data=body, content_type="application/json").status_code == 400


def test_the_complaint_is_in_the_readers_language(as_, company):
    with company.indoors():
        service.set_locale(company.member("kenji"), "en", now=company.now)
        service.set_locale(company.member("mika"), "ja", now=company.now)
    english = as_("kenji").post("/api/v1/purchases", {**GOOD, "amount": "-5"}).json["errors"]["amount"]
    japanese = as_("mika").post("/api/v1/purchases", {**GOOD, "amount": "-5"}).json["errors"]["amount"]
    assert english == "Write a plain number, such as 980000 or 1200.50."
    assert japanese == "数字で入力してください（例: 980000、1200.50）。"


@pytest.mark.parametrize("body", [DEEP, '{"title":' * 10_000, "{", "\xff\xfe", '"text"', "null", "[]", ""])
def test_a_body_that_is_no_object_is_refused(as_, company, body):
    mika = as_("mika")
    before = _rows(company)
    answer = mika.send("POST", "/api/v1/purchases", data=body.encode("latin-1"), content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert _rows(company) == before


@pytest.mark.parametrize(
    "text", ["請求書📄の自動化", RTL, "\u202ereversed", "a\u0301", "<b>&amp;</b>", "'; drop table purchases; --"]
)
def test_every_script_and_sign_comes_back_as_it_was_written(as_, text):
    made = as_("mika").post("/api/v1/purchases", {**GOOD, "purpose": text})
    assert made.status_code == 201
    assert made.json["purpose"] == text


@pytest.mark.parametrize("amount", ["１２０，０００", "120,000", "￥120000", 120000])
def test_an_amount_is_read_as_people_write_it(as_, amount):
    assert as_("mika").post("/api/v1/purchases", {**GOOD, "amount": amount}).json["amount"] == "120000"


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(as_):
    huge = json.dumps({"title": "x", "purpose": "y" * 7_000_000}).encode()
    assert as_("mika").send("POST", "/api/v1/purchases", data=huge, content_type="application/json").status_code == 413


def _rows(company) -> dict[str, int]:
    """How many rows every table holds."""
    with company.app.app_context():
        return {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


@pytest.mark.parametrize("tag", ['"' + "1" * 5000 + '"', '"²"', '"tea"', "tea", '""'])
def test_a_version_that_is_none_of_ours_is_stale(as_, company, tag):
    mika = as_("mika")
    key = mika.post("/purchases", {"title": "A"}).json["key"]
    answer = mika.patch(f"/purchases/{key}", {"title": "B"}, headers={"If-Match": tag})
    assert (answer.status_code, mika.get(f"/purchases/{key}").json["title"]) == (412, "A")
