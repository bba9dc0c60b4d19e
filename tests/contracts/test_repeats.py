"""A write sent again under its `Idempotency-Key`: one effect for a day, per caller, then the key is free again."""

from __future__ import annotations

from datetime import timedelta

KEY = {"Idempotency-Key": "one"}


def test_the_first_answer_comes_again_to_its_own_caller_only(as_):
    first = as_("mika").post("/purchases", {"title": "A"}, headers=KEY)
    again = as_("mika").post("/purchases", {"title": "A"}, headers=KEY)
    assert (again.status_code, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    assert as_("kenji").post("/purchases", {"title": "A"}, headers=KEY).json["key"] != first.json["key"]


def test_another_body_or_path_under_the_same_key_is_refused(as_):
    key = as_("mika").post("/purchases", {"title": "A"}, headers=KEY).json["key"]
    assert as_("mika").post("/purchases", {"title": "B"}, headers=KEY).json["code"] == "key_reused"
    assert as_("mika").post(f"/purchases/{key}/drop", headers=KEY).json["code"] == "key_reused"
    assert as_("mika").get(f"/purchases/{key}").json["status"] == "draft"


def test_a_refusal_keeps_nothing(as_):
    assert as_("mika").post("/purchases", {"title": ""}, headers=KEY).status_code == 422
    assert as_("mika").post("/purchases", {"title": "A"}, headers=KEY).status_code == 201


def test_after_a_day_the_key_is_free_again(as_, travel):
    first = as_("mika").post("/purchases", {"title": "A"}, headers=KEY).json["key"]
    travel.shift(timedelta(hours=25))
    later = as_("mika").post("/purchases", {"title": "B"}, headers=KEY)
    assert (later.status_code, later.json["key"] != first) == (201, True)
