"""Each limit of the elements inside blocks, with its neighbour."""

from typing import Any

import pytest

from tests.slack_double.errors import SlackError
from tests.slack_double.examples import actions, button, confirm, entry, menu, mrkdwn, option, plain, section
from tests.slack_double.rules import check_message


def in_actions(element: dict[str, Any]) -> list[Any]:
    return [actions(element)]


LIMITS = {
    # Each name stands for what is accepted, what is refused, and the place the refusal names.
    "button text": (in_actions(button("x" * 75)), in_actions(button("x" * 76)), "/blocks/0/elements/0/text/text"),
    "button text is plain": (
        in_actions(button()),
        in_actions({"type": "button", "text": mrkdwn()}),
        "/blocks/0/elements/0/text/type",
    ),
    "button value": (
        in_actions(button(value="x" * 2000)),
        in_actions(button(value="x" * 2001)),
        "/blocks/0/elements/0/value",
    ),
    "button value is a string": (
        in_actions(button(value="7")),
        in_actions(button(value=7)),
        "/blocks/0/elements/0/value",
    ),
    "button style": (
        in_actions(button(style="danger")),
        in_actions(button(style="default")),
        "/blocks/0/elements/0/style",
    ),
    "button disabled does not exist": (in_actions(button()), in_actions(button(disabled=True)), "/blocks/0/elements/0"),
    "action id": (
        in_actions(button(action_id="x" * 255)),
        in_actions(button(action_id="x" * 256)),
        "/blocks/0/elements/0/action_id",
    ),
    "url length": (
        in_actions(button(url="https://" + "x" * 2992)),
        in_actions(button(url="https://" + "x" * 2993)),
        "/blocks/0/elements/0/url",
    ),
    "url form": (
        in_actions(button(url="https://example.com/PR-1")),
        in_actions(button(url="/PR-1")),
        "/blocks/0/elements/0/url",
    ),
    "confirm title": (
        in_actions(button(confirm=confirm(title=plain("x" * 100)))),
        in_actions(button(confirm=confirm(title=plain("x" * 101)))),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        in_actions(button(confirm=confirm(text=mrkdwn("x" * 300)))),
        in_actions(button(confirm=confirm(text=mrkdwn("x" * 301)))),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "confirm button": (
        in_actions(button(confirm=confirm(confirm=plain("x" * 30)))),
        in_actions(button(confirm=confirm(confirm=plain("x" * 31)))),
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "confirm deny": (
        in_actions(button(confirm=confirm(deny=plain("x" * 30)))),
        in_actions(button(confirm=confirm(deny=plain("x" * 31)))),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "a hundred options": (in_actions(menu(100)), in_actions(menu(101)), "/blocks/0/elements/0/options"),
    "at least one option": (in_actions(menu(1)), in_actions(menu(0)), "/blocks/0/elements/0/options"),
    "options or groups": (
        in_actions(menu(1)),
        in_actions({"type": "static_select"}),
        "/blocks/0/elements/0",
    ),
    "not options and groups": (
        in_actions({"type": "static_select", "option_groups": [{"label": plain(), "options": [option()]}]}),
        in_actions(menu(1, option_groups=[{"label": plain(), "options": [option()]}])),
        "/blocks/0/elements/0",
    ),
    "group label": (
        in_actions({"type": "static_select", "option_groups": [{"label": plain("x" * 75), "options": [option()]}]}),
        in_actions({"type": "static_select", "option_groups": [{"label": plain("x" * 76), "options": [option()]}]}),
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    "option text": (
        in_actions({"type": "static_select", "options": [option(label="x" * 75)]}),
        in_actions({"type": "static_select", "options": [option(label="x" * 76)]}),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "option value": (
        in_actions({"type": "static_select", "options": [option("x" * 150)]}),
        in_actions({"type": "static_select", "options": [option("x" * 151)]}),
        "/blocks/0/elements/0/options/0/value",
    ),
    "option text of a menu is plain": (
        in_actions({"type": "radio_buttons", "options": [{"text": mrkdwn(), "value": "v"}]}),
        in_actions({"type": "static_select", "options": [{"text": mrkdwn(), "value": "v"}]}),
        "/blocks/0/elements/0/options/0/text/type",
    ),
    "option url is for overflow": (
        in_actions({"type": "overflow", "options": [{**option(), "url": "https://example.com"}]}),
        in_actions({"type": "static_select", "options": [{**option(), "url": ""}]}),
        "/blocks/0/elements/0/options/0",
    ),
    "initial option is offered": (
        in_actions(menu(2, initial_option=option("v1", "label 1"))),
        in_actions(menu(2, initial_option=option("v2", "label 2"))),
        "/blocks/0/elements/0/initial_option",
    ),
    "placeholder": (
        in_actions(menu(placeholder=plain("x" * 150))),
        in_actions(menu(placeholder=plain("x" * 151))),
        "/blocks/0/elements/0/placeholder/text",
    ),
    "overflow has five options": (
        in_actions(menu(5, "overflow")),
        in_actions(menu(6, "overflow")),
        "/blocks/0/elements/0/options",
    ),
    "ten radio buttons": (
        in_actions(menu(10, "radio_buttons")),
        in_actions(menu(11, "radio_buttons")),
        "/blocks/0/elements/0/options",
    ),
    "ten checkboxes": (
        in_actions(menu(10, "checkboxes")),
        in_actions(menu(11, "checkboxes")),
        "/blocks/0/elements/0/options",
    ),
    "initial options are not an empty list": (
        [section(accessory=menu(2, "checkboxes", initial_options=[option("v0", "label 0")]))],
        [section(accessory=menu(2, "checkboxes", initial_options=[]))],
        "/blocks/0/accessory/initial_options",
    ),
    "multi select not among actions": (
        [section(accessory=menu(2, "multi_static_select"))],
        in_actions(menu(2, "multi_static_select")),
        "/blocks/0/elements/0/type",
    ),
    "no typing in actions": (
        [entry("plain_text_input")],
        in_actions({"type": "plain_text_input"}),
        "/blocks/0/elements/0/type",
    ),
    "date": (
        in_actions({"type": "datepicker", "initial_date": "2027-02-28"}),
        in_actions({"type": "datepicker", "initial_date": "2027-02-29"}),
        "/blocks/0/elements/0/initial_date",
    ),
    "date spelling": (
        in_actions({"type": "datepicker", "initial_date": "2027-02-03"}),
        in_actions({"type": "datepicker", "initial_date": "2027-2-3"}),
        "/blocks/0/elements/0/initial_date",
    ),
    "time spelling": (
        in_actions({"type": "timepicker", "initial_time": "09:05"}),
        in_actions({"type": "timepicker", "initial_time": "9:05"}),
        "/blocks/0/elements/0/initial_time",
    ),
    "image is named once": (
        [section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"})],
        [section(accessory={"type": "image", "alt_text": "a"})],
        "/blocks/0/accessory",
    ),
}


@pytest.mark.parametrize(("accepted", "refused", "where"), LIMITS.values(), ids=LIMITS.keys())
def test_the_neighbour_inside_passes_and_the_one_outside_is_refused(accepted: Any, refused: Any, where: str) -> None:
    check_message({"text": "x", "blocks": accepted})
    with pytest.raises(SlackError) as refusal:
        check_message({"text": "x", "blocks": refused})
    assert refusal.value.code == "invalid_blocks"
    assert [fault.pointer for fault in refusal.value.faults] == [where]
