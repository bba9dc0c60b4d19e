"""What slack_sdk's own models build passes: they are an independent witness against refusing too much."""

from typing import Any

import pytest
from slack_sdk.models import blocks as kit
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from tests.slack_double.examples import section
from tests.slack_double.rules import check_message, check_view

LABEL = kit.PlainTextObject(text="Label", emoji=True)
OPTIONS = [kit.Option(value=str(number), text=f"Option {number}") for number in range(3)]
RICH_OPTIONS = [
    kit.Option(value="a", text=kit.MarkdownTextObject(text="*a*"), description=kit.MarkdownTextObject(text="b"))
]
ASK = kit.ConfirmObject(title="Sure?", text="Really", confirm="Yes", deny="No", style="danger")
PICTURE = "https://example.com/a.png"

ELEMENTS = [
    kit.CheckboxesElement(action_id="e", options=RICH_OPTIONS, initial_options=RICH_OPTIONS, focus_on_load=True),
    kit.RadioButtonsElement(action_id="e", options=OPTIONS, initial_option=OPTIONS[1]),
    kit.StaticSelectElement(action_id="e", placeholder="Choose", options=OPTIONS, initial_option=OPTIONS[0]),
    kit.StaticSelectElement(action_id="e", option_groups=[kit.OptionGroup(label=LABEL, options=OPTIONS)]),
    kit.UserSelectElement(action_id="e", placeholder="Who", initial_user="U1", confirm=ASK),
    kit.ConversationSelectElement(
        action_id="e", default_to_current_conversation=True, filter=kit.ConversationFilter(include=["im", "public"])
    ),
    kit.ChannelSelectElement(action_id="e", initial_channel="C1"),
    kit.ExternalDataSelectElement(action_id="e", placeholder="Find", min_query_length=2),
    kit.DatePickerElement(action_id="e", placeholder="When", initial_date="2027-04-01"),
    kit.TimePickerElement(action_id="e", initial_time="09:30", timezone="Asia/Tokyo"),
]
MULTIPLE = [
    kit.StaticMultiSelectElement(action_id="e", options=OPTIONS, initial_options=OPTIONS[:2], max_selected_items=2),
    kit.UserMultiSelectElement(action_id="e", initial_users=["U1"], max_selected_items=3),
    kit.ConversationMultiSelectElement(action_id="e", initial_conversations=["C1"]),
    kit.ChannelMultiSelectElement(action_id="e", initial_channels=["C1"]),
]
ENTERED = [
    kit.PlainTextInputElement(
        action_id="e",
        placeholder="Why",
        multiline=True,
        min_length=1,
        max_length=500,
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
    ),
    kit.NumberInputElement(action_id="e", is_decimal_allowed=True, min_value="0.5", max_value="100", initial_value="7"),
    kit.EmailInputElement(action_id="e", initial_value="a@example.com"),
    kit.UrlInputElement(action_id="e", initial_value="https://example.com"),
    kit.DateTimePickerElement(action_id="e", initial_date_time=1_800_000_000),
]


def named(element: Any) -> str:
    return str(element.type)


@pytest.mark.parametrize("element", [*ELEMENTS, *MULTIPLE, *ENTERED], ids=named)
def test_inputs_pass(element: Any) -> None:
    block = kit.InputBlock(label=LABEL, element=element, hint="so", optional=True, block_id="b")
    check_view(View(type="modal", title="Ask", submit="Send", close="Cancel", blocks=[block]).to_dict(), "modal")


@pytest.mark.parametrize("element", [*ELEMENTS, *MULTIPLE], ids=named)
def test_accessories_pass(element: Any) -> None:
    check_message({"blocks": [kit.SectionBlock(text="words", accessory=element).to_dict()]})


@pytest.mark.parametrize("element", ELEMENTS, ids=named)
def test_actions_pass(element: Any) -> None:
    check_message({"blocks": [kit.ActionsBlock(elements=[element]).to_dict()]})


def test_the_other_blocks_pass() -> None:
    menu = kit.OverflowMenuElement(
        action_id="more", options=[kit.Option(value="a", text="b", url="https://example.com")]
    )
    go = kit.ButtonElement(
        text=LABEL, action_id="go", value="", url="https://example.com", style="primary", confirm=ASK
    )
    blocks = [
        kit.HeaderBlock(text=LABEL),
        kit.DividerBlock(),
        kit.SectionBlock(text="words", fields=["*a*", "b"], expand=True),
        kit.ActionsBlock(elements=[go, menu]),
        kit.ContextBlock(
            elements=[kit.ImageElement(image_url=PICTURE, alt_text="a"), kit.MarkdownTextObject(text="b")]
        ),
        kit.ImageBlock(image_url=PICTURE, alt_text="a", title=LABEL),
        kit.MarkdownBlock(text="**words**"),
    ]
    assert check_message({"blocks": [block.to_dict() for block in blocks], "text": "x"}) == []


def test_a_home_tab_passes() -> None:
    check_view(View(type="home", callback_id="home", private_metadata="{}", blocks=[section()]).to_dict(), "home")
