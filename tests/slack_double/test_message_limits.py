"""Each limit of messages and their blocks: the neighbour inside passes, the one outside is refused, place and all."""

from typing import Any

import pytest

from tests.slack_double.errors import SlackError
from tests.slack_double.examples import actions, button, mrkdwn, plain, section
from tests.slack_double.rules import check_message


def section_text(length: int) -> list[Any]:
    return [section("x" * length)]


LIMITS = {
    # Each name stands for what is accepted, what is refused, and the place the refusal names.
    "fifty blocks": ([section()] * 50, [section()] * 51, "/blocks"),
    "section text": (section_text(3000), section_text(3001), "/blocks/0/text/text"),
    "section text not empty": (section_text(1), section_text(0), "/blocks/0/text/text"),
    "section text or fields": ([{"type": "section", "fields": [plain()]}], [{"type": "section"}], "/blocks/0"),
    "ten fields": (
        [{"type": "section", "fields": [plain()] * 10}],
        [{"type": "section", "fields": [plain()] * 11}],
        "/blocks/0/fields",
    ),
    "field text": (
        [{"type": "section", "fields": [plain("x" * 2000)]}],
        [{"type": "section", "fields": [plain("x" * 2001)]}],
        "/blocks/0/fields/0/text",
    ),
    "header": (
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
        "/blocks/0/text/text",
    ),
    "header is plain": (
        [{"type": "header", "text": plain()}],
        [{"type": "header", "text": mrkdwn()}],
        "/blocks/0/text/type",
    ),
    "emoji is for plain text": (
        [section(text="x") | {"text": {**plain(), "emoji": True}}],
        [section(text="x") | {"text": {**mrkdwn(), "emoji": True}}],
        "/blocks/0/text",
    ),
    "known block types": ([{"type": "divider"}], [{"type": "paragraph"}], "/blocks/0/type"),
    "unknown keys": ([section()], [section(color="red")], "/blocks/0"),
    "block id": ([section(block_id="x" * 255)], [section(block_id="x" * 256)], "/blocks/0/block_id"),
    "unique block ids": (
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
        "/blocks/1/block_id",
    ),
    "unique action ids in a block": (
        [actions(button(action_id="a")), actions(button(action_id="a"))],
        [actions(button(action_id="a"), button(action_id="a"))],
        "/blocks/0/elements/1/action_id",
    ),
    "25 elements": ([actions(*[button()] * 25)], [actions(*[button()] * 26)], "/blocks/0/elements"),
    "no empty actions": ([actions(button())], [actions()], "/blocks/0/elements"),
    "ten context elements": (
        [{"type": "context", "elements": [mrkdwn()] * 10}],
        [{"type": "context", "elements": [mrkdwn()] * 11}],
        "/blocks/0/elements",
    ),
    "no buttons in context": (
        [{"type": "context", "elements": [mrkdwn()]}],
        [{"type": "context", "elements": [button()]}],
        "/blocks/0/elements/0/type",
    ),
    "image needs words": (
        [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"}],
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "/blocks/0",
    ),
    "rich text is not empty": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
            }
        ],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "/blocks/0/elements/0/elements/0/text",
    ),
    "markdown": (
        [{"type": "markdown", "text": "x" * 12_000}],
        [{"type": "markdown", "text": "x" * 12_001}],
        "/blocks/0/text",
    ),
}


@pytest.mark.parametrize(("accepted", "refused", "where"), LIMITS.values(), ids=LIMITS.keys())
def test_the_neighbour_inside_passes_and_the_one_outside_is_refused(accepted: Any, refused: Any, where: str) -> None:
    check_message({"text": "x", "blocks": accepted})
    with pytest.raises(SlackError) as refusal:
        check_message({"text": "x", "blocks": refused})
    assert refusal.value.code == "invalid_blocks"
    assert [fault.pointer for fault in refusal.value.faults] == [where]


WHOLE = {
    "no text": ({"text": "x"}, {"text": ""}, "no_text"),
    "text length": ({"text": "x" * 40_000}, {"text": "x" * 40_001}, "msg_too_long"),
    "all blocks together": (
        {"blocks": [section("x" * 2640)] * 5},
        {"blocks": [section("x" * 2641)] * 5},
        "msg_blocks_too_long",
    ),
    "attachments": (
        {"attachments": [{"text": "x"}] * 100},
        {"attachments": [{"text": "x"}] * 101},
        "too_many_attachments",
    ),
    "metadata": (
        {"text": "x", "metadata": {"event_type": "card", "event_payload": {"id": "1"}}},
        {"text": "x", "metadata": {"event_type": "card"}},
        "invalid_metadata_format",
    ),
}


@pytest.mark.parametrize(("accepted", "refused", "code"), WHOLE.values(), ids=WHOLE.keys())
def test_whole_messages_have_limits_with_codes_of_their_own(accepted: Any, refused: Any, code: str) -> None:
    check_message(accepted)
    with pytest.raises(SlackError) as refusal:
        check_message(refused)
    assert refusal.value.code == code


def test_a_long_text_is_only_warned_about() -> None:
    assert check_message({"text": "x" * 4000}) == []
    assert "4001 characters" in check_message({"text": "x" * 4001})[0]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SlackError) as refusal:
        check_message({"blocks": [section(""), actions(button("x" * 76, style="blue"))]})
    assert refusal.value.as_json()["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]",
        "[ERROR] must be a valid enum value: primary, danger [json-pointer:/blocks/1/elements/0/style]",
    ]


def test_blocks_inside_attachments_are_looked_at_too() -> None:
    with pytest.raises(SlackError) as refusal:
        check_message({"attachments": [{"color": "#c00", "blocks": [section("")]}]})
    assert refusal.value.faults[0].pointer == "/attachments/0/blocks/0/text/text"
