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
