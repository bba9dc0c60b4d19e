"""Each limit of a modal or Home tab, with its neighbour."""

from typing import Any

import pytest

from tests.slack_double.errors import SlackError
from tests.slack_double.examples import entry, home, menu, modal, option, plain, section
from tests.slack_double.rules import check_view


def number(**element: Any) -> dict[str, Any]:
    return modal(entry("number_input", **{"is_decimal_allowed": False, **element}))


def without(view: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name not in names}


LIMITS = {
    # Each name stands for what is accepted, what is refused, and the place the refusal names.
    "a hundred blocks": (modal(*[section()] * 100), modal(*[section()] * 101), "/view/blocks"),
    "title": (modal(title=plain("x" * 24)), modal(title=plain("x" * 25)), "/view/title/text"),
    "title is there": (modal(), without(modal(), "title"), "/view"),
    "submit": (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25)), "/view/submit/text"),
    "close": (modal(close=plain("x" * 24)), modal(close=plain("x" * 25)), "/view/close/text"),
    "inputs need submit": (without(modal(section()), "submit"), without(modal(entry()), "submit"), "/view"),
    "callback id": (modal(callback_id="x" * 255), modal(callback_id="x" * 256), "/view/callback_id"),
    "private metadata": (
        modal(private_metadata="x" * 3000),
        modal(private_metadata="x" * 3001),
        "/view/private_metadata",
    ),
    "submit_disabled": (modal(), modal(submit_disabled=True), "/view"),
    "kind": (modal(), home(), "/view/type"),
    "no markdown block": (modal(section()), modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type"),
    "label": (modal(entry(label="x" * 2000)), modal(entry(label="x" * 2001)), "/view/blocks/0/label/text"),
    "input has a label": (modal(entry()), modal(without(entry(), "label")), "/view/blocks/0"),
    "input has an element": (modal(entry()), modal(without(entry(), "element")), "/view/blocks/0"),
    "hint": (
        modal({**entry(), "hint": plain("x" * 2000)}),
        modal({**entry(), "hint": plain("x" * 2001)}),
        "/view/blocks/0/hint/text",
    ),
    "no button as input": (
        modal(entry()),
        modal({**entry(), "element": {"type": "button", "text": plain()}}),
        "/view/blocks/0/element/type",
    ),
    "no overflow as input": (
        modal({**entry(), "element": menu(2)}),
        modal({**entry(), "element": menu(2, "overflow")}),
        "/view/blocks/0/element/type",
    ),
    "unknown key of an element": (modal(entry()), modal(entry(required=True)), "/view/blocks/0/element"),
    "text lengths": (modal(entry(max_length=3000)), modal(entry(max_length=3001)), "/view/blocks/0/element/max_length"),
    "text lengths agree": (
        modal(entry(min_length=5, max_length=5)),
        modal(entry(min_length=6, max_length=5)),
        "/view/blocks/0/element/min_length",
    ),
    "decimals decided": (number(), modal(entry("number_input")), "/view/blocks/0/element"),
    "numbers are strings": (number(min_value="1"), number(min_value=1), "/view/blocks/0/element/min_value"),
    "numbers are numbers": (
        number(initial_value="1"),
        number(initial_value="1円"),
        "/view/blocks/0/element/initial_value",
    ),
    "decimals only where allowed": (
        number(initial_value="1.5", is_decimal_allowed=True),
        number(initial_value="1.5"),
        "/view/blocks/0/element/initial_value",
    ),
    "number in bounds": (
        number(min_value="1", initial_value="9", max_value="9"),
        number(min_value="1", initial_value="10", max_value="9"),
        "/view/blocks/0/element",
    ),
    "mail address key": (
        modal(entry("email_text_input", initial_value="a@example.com")),
        modal(entry("email_text_input", multiline=True)),
        "/view/blocks/0/element",
    ),
    "people": (
        modal(entry("users_select", initial_user="U1")),
        modal(entry("users_select", initial_users=["U1"])),
        "/view/blocks/0/element",
    ),
    "several at most": (
        modal(entry("multi_users_select", max_selected_items=1)),
        modal(entry("multi_users_select", max_selected_items=0)),
        "/view/blocks/0/element/max_selected_items",
    ),
    "initial options offered": (
        modal({**entry(), "element": menu(2, "checkboxes", initial_options=[option("v0", "label 0")])}),
        modal({**entry(), "element": menu(2, "checkboxes", initial_options=[option("v9", "label 9")])}),
        "/view/blocks/0/element/initial_options",
    ),
    "one focus": (
        modal(entry(focus_on_load=True), entry()),
        modal(entry(focus_on_load=True), entry(focus_on_load=True)),
        "/view/blocks/1/element/focus_on_load",
    ),
    "moment in seconds": (
        modal(entry("datetimepicker", initial_date_time=1_800_000_000)),
        modal(entry("datetimepicker", initial_date_time=1_800_000_000_000)),
        "/view/blocks/0/element/initial_date_time",
    ),
}


@pytest.mark.parametrize(("accepted", "refused", "where"), LIMITS.values(), ids=LIMITS.keys())
def test_the_neighbour_inside_passes_and_the_one_outside_is_refused(accepted: Any, refused: Any, where: str) -> None:
    check_view(accepted, "modal")
    with pytest.raises(SlackError) as refusal:
        check_view(refused, "modal")
    assert refusal.value.code == "invalid_arguments"
    assert [fault.pointer for fault in refusal.value.faults] == [where]


def test_a_home_tab_has_no_title_and_no_submit() -> None:
    check_view(home(section()), "home")
    with pytest.raises(SlackError, match="invalid additional property: title"):
        check_view(home(section(), title=plain()), "home")


def test_a_view_over_250_kilobytes_is_too_large() -> None:
    fields = [section(fields=[plain("x" * 2000)] * 10) for _ in range(12)]
    check_view(modal(*fields), "modal")
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*fields, section(fields=[plain("x" * 2000)] * 10)), "modal")
