"""Block elements: what each kind of control must and may carry, and in which blocks it may stand."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.slack_double.rules.objects import (
    PICTURE,
    confirm_dialog,
    conversation_filter,
    dispatch_config,
    identifier,
    initial_among_options,
    one_picture,
    option,
    option_groups,
    options,
    options_or_groups,
    plain,
)
from tests.slack_double.rules.shapes import (
    Check,
    Fault,
    anything,
    boolean,
    every,
    listing,
    moment,
    one_of,
    string,
    typed,
    url,
    whole,
)

_ACTIONABLE = {"action_id": identifier}
_CHOOSING = {**_ACTIONABLE, "confirm": confirm_dialog, "focus_on_load": boolean}
_MENU = {**_CHOOSING, "placeholder": plain(150)}
_MULTI = {**_MENU, "max_selected_items": whole(1, 100)}
_TYPING = {
    **_ACTIONABLE,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": dispatch_config,
}
_STATIC = {"options": options(100, "plain_text"), "option_groups": option_groups("plain_text")}
_id_list = listing(string(255), 100)


def _number(value: Any, at: str) -> Iterator[Fault]:
    """Slack wants numbers of a number input as strings: `1` is refused, `"1"` is not."""
    if not isinstance(value, str):
        yield Fault(at, "must provide a string")
    elif _decimal(value) is None:
        yield Fault(at, "must be a number")


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError):
        return None
    return number if number.is_finite() else None


def _numbers_agree(element: dict[str, Any], at: str) -> Iterator[Fault]:
    """The first value lies between the bounds, and decimals stand only where they are allowed."""
    names = ("min_value", "initial_value", "max_value")
    numbers = {name: Decimal(element[name]) for name in names if name in element}
    if not element["is_decimal_allowed"]:
        yield from (Fault(f"{at}/{name}", "must be a whole number") for name, number in numbers.items() if number % 1)
    ordered = list(numbers.values())
    if ordered != sorted(ordered):
        yield Fault(at, "min_value, initial_value and max_value must be in ascending order")


def _lengths_agree(element: dict[str, Any], at: str) -> Iterator[Fault]:
    """A text whose shortest form is longer than its longest can never be typed."""
    if element.get("min_length", 0) > element.get("max_length", 3000):
        yield Fault(f"{at}/min_length", "must be less than or equal to max_length")


ELEMENTS: dict[str, Check] = {
    "button": typed(
        {"text": plain(75)},
        {
            **_ACTIONABLE,
            "value": string(2000, least=0),
            "url": url(),
            "style": one_of("primary", "danger"),
            "confirm": confirm_dialog,
            "accessibility_label": string(75),
        },
    ),
    "overflow": typed({"options": options(5, "plain_text", links=True)}, {**_ACTIONABLE, "confirm": confirm_dialog}),
    "static_select": every(
        typed({}, {**_MENU, **_STATIC, "initial_option": option("plain_text")}),
        options_or_groups,
        initial_among_options,
    ),
    "multi_static_select": every(
        typed({}, {**_MULTI, **_STATIC, "initial_options": options(100, "plain_text", least=0)}),
        options_or_groups,
        initial_among_options,
    ),
    "radio_buttons": every(
        typed({"options": options(10)}, {**_CHOOSING, "initial_option": option()}), initial_among_options
    ),
    "checkboxes": every(
        typed({"options": options(10)}, {**_CHOOSING, "initial_options": options(10, least=0)}), initial_among_options
    ),
    "users_select": typed({}, {**_MENU, "initial_user": string(255)}),
    "multi_users_select": typed({}, {**_MULTI, "initial_users": _id_list}),
    "conversations_select": typed(
        {},
        {
            **_MENU,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": conversation_filter,
        },
    ),
    "multi_conversations_select": typed(
        {},
        {
            **_MULTI,
            "initial_conversations": _id_list,
            "default_to_current_conversation": boolean,
            "filter": conversation_filter,
        },
    ),
    "channels_select": typed({}, {**_MENU, "initial_channel": string(255), "response_url_enabled": boolean}),
    "multi_channels_select": typed({}, {**_MULTI, "initial_channels": _id_list}),
    "external_select": typed({}, {**_MENU, "initial_option": option("plain_text"), "min_query_length": whole(0, 255)}),
    "multi_external_select": typed(
        {}, {**_MULTI, "initial_options": options(100, "plain_text"), "min_query_length": whole(0, 255)}
    ),
    "datepicker": typed({}, {**_MENU, "initial_date": moment("%Y-%m-%d", "YYYY-MM-DD")}),
    "timepicker": typed({}, {**_MENU, "initial_time": moment("%H:%M", "HH:mm"), "timezone": string(255)}),
    "datetimepicker": typed({}, {**_CHOOSING, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": every(
        typed(
            {},
            {
                **_TYPING,
                "initial_value": string(3000, least=0),
                "multiline": boolean,
                "min_length": whole(0, 3000),
                "max_length": whole(1, 3000),
            },
        ),
        _lengths_agree,
    ),
    "number_input": every(
        typed(
            {"is_decimal_allowed": boolean},
            {**_TYPING, "initial_value": _number, "min_value": _number, "max_value": _number},
        ),
        _numbers_agree,
    ),
    "email_text_input": typed({}, {**_TYPING, "initial_value": string(3000)}),
    "url_text_input": typed({}, {**_TYPING, "initial_value": url()}),
    "rich_text_input": typed({}, {**_TYPING, "initial_value": anything}),
    "file_input": typed({}, {**_ACTIONABLE, "filetypes": listing(string(255), 100), "max_files": whole(1, 10)}),
    "image": every(typed({"alt_text": string(2000)}, PICTURE), one_picture),
}

_SINGLE_MENUS = {"static_select", "users_select", "conversations_select", "channels_select", "external_select"}
_MULTI_MENUS = {f"multi_{kind}" for kind in _SINGLE_MENUS}
_PICKERS = {"datepicker", "timepicker", "radio_buttons", "checkboxes"}
_TYPED_IN = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"}

# A multi-select inside an actions block is documented in places, but Slack's server refuses it.
IN_ACTIONS = {"button", "overflow", "datetimepicker"} | _SINGLE_MENUS | _PICKERS
AS_ACCESSORY = {"button", "overflow", "image"} | _SINGLE_MENUS | _MULTI_MENUS | _PICKERS
IN_INPUT = {"datetimepicker"} | _TYPED_IN | _SINGLE_MENUS | _MULTI_MENUS | _PICKERS


def among(kinds: set[str]) -> dict[str, Check]:
    """The part of the element table that one kind of block accepts."""
    return {kind: ELEMENTS[kind] for kind in kinds}
