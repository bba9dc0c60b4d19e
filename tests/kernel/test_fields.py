"""Input fields: what is wrong is said by field, in words to be chosen later."""

from __future__ import annotations

from typing import Any

import pytest

from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import Day, Decimal, Input, OneOf, Part, Whole, Words, YesNo, load
from collab.kernel.i18n import LOCALES, Reader


class Inner(Input):
    amount = Decimal(required=True)


class Form(Input):
    title = Words(10, required=True)
    kind = OneOf(("a", "b"))
    count = Whole(1, 9)
    on = Day()
    sure = YesNo()
    inner = Part(Inner)


GOOD = {"title": "t"}


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("title", None, "field.required"), ("title", "  ", "field.required"), ("title", 5, "field.not_text"), ("title", "x" * 11, "field.too_long"),
        ("title", "a\x00", "field.bad_text"), ("title", "\ud800", "field.bad_text"), ("title", ["a"], "field.not_text"),
        ("kind", "c", "field.not_a_choice"), ("kind", ["a"], "field.not_a_choice"), ("kind", {"a": 1}, "field.not_a_choice"),
        ("count", 0, "field.out_of_range"), ("count", 10, "field.out_of_range"), ("count", "5.0", "field.out_of_range"),
        ("count", True, "field.out_of_range"), ("count", 1.5, "field.out_of_range"), ("count", "9" * 400, "field.out_of_range"),
        ("count", "٣٣", "field.out_of_range"), ("on", "2026-02-30", "field.not_a_day"), ("on", "20260101", "field.not_a_day"),
        ("on", "2026-W01-1", "field.not_a_day"), ("on", 5, "field.not_a_day"), ("sure", "maybe", "field.not_a_boolean"), ("sure", 1, "field.not_a_boolean"),
        ("inner", "x", "field.not_an_object"), ("surprise", 1, "field.unknown"),
    ],
)  # fmt: skip
def test_bad_input_is_named_by_its_field(field: str, value: Any, key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load(Form(), {**GOOD, field: value})
    assert {path: text.key for path, text in refusal.value.fields.items()} == {field: key}
    for locale in LOCALES:
        assert Reader(locale).say(refusal.value.fields[field])


def test_a_complaint_deep_inside_is_named_by_its_path() -> None:
    with pytest.raises(Invalid) as refusal:
        load(Form(), {**GOOD, "inner": {"amount": True}})
    assert refusal.value.fields == {"inner.amount": Text("field.not_a_number")}


@pytest.mark.parametrize("nothing", [None, [], "x", 5])
def test_what_is_no_object_is_refused_as_a_whole(nothing: Any) -> None:
    with pytest.raises(Invalid):
        load(Form(), nothing)


@pytest.mark.parametrize(
    ("written", "read"), [("￥１，２００", "1200"), ("1,200.50", "1200.50"), (980000, "980000"), ("$ 5", "5")]
)
def test_amounts_are_read_as_people_type_them(written: Any, read: str) -> None:
    assert load(Inner(), {"amount": written})["amount"] == read


@pytest.mark.parametrize(
    ("written", "read"), [("yes", True), ("ON", True), ("0", False), (True, True), (" no ", False)]
)
def test_yes_and_no_as_forms_send_them(written: Any, read: bool) -> None:
    assert load(Form(), {**GOOD, "sure": written})["sure"] is read


def test_an_empty_text_is_not_given() -> None:
    with pytest.raises(Invalid) as refusal:
        load(Form(), {"title": ""})
    assert refusal.value.fields["title"].key == "field.required"
