"""What a person can put into a form, and the `state.values` Slack makes of it.

Slack's client is strict before anything is sent: required fields are filled, menus hold only their options, numbers
stay within bounds. A test that asks for more fails with `Impossible`, instead of proving something nobody could do.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.slack_double.kit import Block, Element, controls
from tests.slack_double.rules.objects import offered

UserIdOf = Callable[[str], str]
State = dict[str, dict[str, dict[str, Any]]]


class Impossible(AssertionError):
    """Slack's own client would not let a person do this."""


def _text(element: Element, value: Any) -> str | None:
    text = str(value)
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if text and not least <= len(text) <= most:
        raise Impossible(f"{len(text)} characters in a field of {least} to {most}")
    return text or None


def _email(_element: Element, value: Any) -> str | None:
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise Impossible(f"{value!r} is no mail address")
    return value or None


def _url(_element: Element, value: Any) -> str | None:
    if value and not re.match(r"https?://[^\s]+$", value):
        raise Impossible(f"{value!r} is no web address")
    return value or None


def _number(element: Element, value: Any) -> str | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Impossible(f"{value!r} is no number") from None
    if number % 1 and not element["is_decimal_allowed"]:
        raise Impossible(f"{value} has decimals, which this field does not take")
    if not Decimal(element.get("min_value", "-Infinity")) <= number <= Decimal(element.get("max_value", "Infinity")):
        raise Impossible(f"{value} is outside {element.get('min_value')} to {element.get('max_value')}")
    return str(value)


def _option(element: Element, value: Any) -> dict[str, Any]:
    """The option with this value or this text; menus filled from outside take the option object itself."""
    if element["type"].endswith("external_select"):
        assert isinstance(value, dict), "give the whole option object for an external menu"
        return value
    for choice in offered(element):
        if value in (choice["value"], choice["text"]["text"]):
            return choice
    raise Impossible(f"{value!r} is not offered; there is {[choice['text']['text'] for choice in offered(element)]}")


def _day(_element: Element, value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(value).isoformat()


def _clock_time(_element: Element, value: Any) -> str:
    return (value if isinstance(value, time) else time.fromisoformat(value)).strftime("%H:%M")


def _moment(_element: Element, value: Any) -> int:
    return int(value.timestamp()) if isinstance(value, datetime) else int(value)


def _as_it_is(_element: Element, value: Any) -> Any:
    return value


@dataclass(frozen=True)
class _Field:
    """How one kind of element appears in a state: under which key, from which initial value, read how."""

    key: str
    initial: str
    read: Callable[[Element, Any], Any]
    many: bool = False
    people: bool = False


_FIELDS = {
    "plain_text_input": _Field("value", "initial_value", _text),
    "email_text_input": _Field("value", "initial_value", _email),
    "url_text_input": _Field("value", "initial_value", _url),
    "number_input": _Field("value", "initial_value", _number),
    "rich_text_input": _Field("rich_text_value", "initial_value", _as_it_is),
    "static_select": _Field("selected_option", "initial_option", _option),
    "external_select": _Field("selected_option", "initial_option", _option),
    "radio_buttons": _Field("selected_option", "initial_option", _option),
    "checkboxes": _Field("selected_options", "initial_options", _option, many=True),
    "multi_static_select": _Field("selected_options", "initial_options", _option, many=True),
    "multi_external_select": _Field("selected_options", "initial_options", _option, many=True),
    "users_select": _Field("selected_user", "initial_user", _as_it_is, people=True),
    "multi_users_select": _Field("selected_users", "initial_users", _as_it_is, many=True, people=True),
    "conversations_select": _Field("selected_conversation", "initial_conversation", _as_it_is),
    "multi_conversations_select": _Field("selected_conversations", "initial_conversations", _as_it_is, many=True),
    "channels_select": _Field("selected_channel", "initial_channel", _as_it_is),
    "multi_channels_select": _Field("selected_channels", "initial_channels", _as_it_is, many=True),
    "datepicker": _Field("selected_date", "initial_date", _day),
    "timepicker": _Field("selected_time", "initial_time", _clock_time),
    "datetimepicker": _Field("selected_date_time", "initial_date_time", _moment),
}
# An overflow menu sends what was chosen, but holds no state afterwards.
_CHOICES = {**_FIELDS, "overflow": _Field("selected_option", "", _option)}


def chosen(element: Element, value: Any, user_id_of: UserIdOf) -> dict[str, Any]:
    """What one element says once a person has set it to a value; None clears it."""
    form = _CHOICES.get(element["type"])
    if form is None:
        raise Impossible(f"nothing can be entered into {element['type']}")
    if value is None or (form.many and not value):
        return {form.key: [] if form.many else None}
    values = list(value) if form.many else [value]
    if len(values) > element.get("max_selected_items", len(values)):
        raise Impossible(f"at most {element['max_selected_items']} can be chosen")
    read = [user_id_of(one) if form.people else form.read(element, one) for one in values]
    return {form.key: read if form.many else read[0]}


def filled(blocks: list[Block], values: Mapping[str, Any], user_id_of: UserIdOf, *, sending: bool) -> State:
    """The state of a form: the given values by label, block id or action id, the initial ones elsewhere."""
    fields = list(_stateful(blocks))
    unknown = [name for name in values if not any(name in _names(block, element) for block, element in fields)]
    if unknown:
        known = [sorted(_names(block, element)) for block, element in fields]
        raise Impossible(f"no field {', '.join(unknown)}; there is {known}")
    state: State = {}
    for block, element in fields:
        answer = _answer(block, element, values, user_id_of)
        if sending and block["type"] == "input" and not block.get("optional") and not any(answer.values()):
            raise Impossible(f"the required field {block['label']['text']!r} is empty")
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **answer}
    return state


def _answer(block: Block, element: Element, values: Mapping[str, Any], user_id_of: UserIdOf) -> dict[str, Any]:
    for name in _names(block, element) & values.keys():
        return chosen(element, values[name], user_id_of)
    form = _FIELDS[element["type"]]
    return {form.key: element.get(form.initial) or ([] if form.many else None)}


def _stateful(blocks: list[Block]) -> Iterator[tuple[Block, Element]]:
    yield from ((block, element) for block, element in controls(blocks) if element["type"] in _FIELDS)


def _names(block: Block, element: Element) -> set[str]:
    """What a test may call a field: as people do, or by its ids."""
    label = block.get("label", {}).get("text")
    return {block["block_id"], element["action_id"]} | ({label} if label else set())
