"""Forms: what can be entered, how it arrives, and what becomes of the product's answer."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.slack_double import Impossible, SlackDouble, text_of
from tests.slack_double.conftest import AIKO, KENJI
from tests.slack_double.examples import actions, button, entry, menu, modal, option, section
from tests.slack_double.product import Product
from tests.slack_double.test_web_api import user_id


def opened(slack: SlackDouble, product: Product, client: WebClient, view: dict[str, Any]) -> Any:
    """The modal a command opens."""
    product.answer = lambda: client.views_open(trigger_id=product.form["trigger_id"], view=view) and ""
    return slack.play.slash(AIKO, "/collab", "purchase new").view


def test_a_form_comes_back_with_every_kind_of_value(slack: SlackDouble, product: Product, client: WebClient) -> None:
    view = modal(
        {**entry(label="Title"), "block_id": "title"},
        {**entry("number_input", "Amount", is_decimal_allowed=False, min_value="1"), "block_id": "amount"},
        {**entry("users_select", "Deputy"), "block_id": "deputy"},
        {**entry("datepicker", "Needed on", initial_date="2027-04-01"), "block_id": "needed_on"},
        {**entry(label="Kind"), "element": menu(3, initial_option=option("v1", "label 1")), "block_id": "kind"},
        {**entry(label="Risks"), "element": menu(3, "checkboxes"), "block_id": "risks", "optional": True},
        {**entry(label="Note"), "block_id": "note", "optional": True},
        section("more", block_id="side", accessory=menu(2, "static_select", action_id="side_menu")),
    )
    form = opened(slack, product, client, view)
    product.answer = lambda: ""
    answers = {"Title": "Camera", "amount": 120000, "Deputy": KENJI, "Risks": ["label 0", "v2"], "side_menu": "v1"}
    slack.play.submit(AIKO, form, answers)
    state = product.payload["view"]["state"]["values"]
    said = {block_id: next(iter(fields.values())) for block_id, fields in state.items()}
    assert said == {
        "title": {"type": "plain_text_input", "value": "Camera"},
        "amount": {"type": "number_input", "value": "120000"},
        "deputy": {"type": "users_select", "selected_user": user_id(client, KENJI)},
        "needed_on": {"type": "datepicker", "selected_date": "2027-04-01"},
        "kind": {"type": "static_select", "selected_option": option("v1", "label 1")},
        "risks": {
            "type": "checkboxes",
            "selected_options": [option("v0", "label 0"), option("v2", "label 2")],
        },
        "note": {"type": "plain_text_input", "value": None},
        "side": {"type": "static_select", "selected_option": option("v1", "label 1")},
    }
    assert (product.payload["type"], product.payload["enterprise"]) == ("view_submission", None)


@pytest.mark.parametrize(
    ("element", "value", "why"),
    [
        ({"type": "plain_text_input"}, "", "required field 'Field' is empty"),
        ({"type": "plain_text_input", "max_length": 3}, "four", "4 characters in a field of 0 to 3"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "has decimals"),
        ({"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}, 10, "outside"),
        ({"type": "number_input", "is_decimal_allowed": True}, "12万", "is no number"),
        ({"type": "email_text_input"}, "nobody", "no mail address"),
        ({"type": "url_text_input"}, "example", "no web address"),
        (menu(2), "label 7", "is not offered"),
        ({**menu(3, "multi_static_select"), "max_selected_items": 1}, ["v0", "v1"], "at most 1"),
    ],
)
def test_nobody_can_send_what_the_client_would_not_take(
    slack: SlackDouble, product: Product, client: WebClient, element: dict[str, Any], value: Any, why: str
) -> None:
    form = opened(slack, product, client, modal({**entry(label="Field"), "element": element}))
    with pytest.raises(Impossible, match=why):
        slack.play.submit(AIKO, form, {"Field": value})
    with pytest.raises(Impossible, match="no field Feld"):
        slack.play.submit(AIKO, form, {"Feld": value})


def test_errors_stand_at_fields_of_the_form(slack: SlackDouble, product: Product, client: WebClient) -> None:
    form = opened(slack, product, client, modal({**entry(), "block_id": "title"}))
    product.answer = lambda: {"response_action": "errors", "errors": {"title": "too short"}}
    assert slack.play.submit(AIKO, form, {"Title": "a"}).errors == {"title": "too short"}
    product.answer = lambda: {"response_action": "errors", "errors": {"other": "?"}}
    with pytest.raises(AssertionError, match="errors for no such field"):
        slack.play.submit(AIKO, form, {"Title": "a"})
    product.answer = lambda: "OK"
    with pytest.raises(AssertionError, match="Slack shows an error"):
        slack.play.submit(AIKO, form, {"Title": "a"})


def test_an_answer_can_bring_the_next_view(slack: SlackDouble, product: Product, client: WebClient) -> None:
    form = opened(slack, product, client, modal(entry()))
    product.answer = lambda: {"response_action": "update", "view": modal(entry(label="Second"))}
    second = slack.play.submit(AIKO, form, {"Title": "a"}).view
    assert second
    assert (second.id, text_of(second)) == (form.id, "Ask\nSecond")
    product.answer = lambda: {"response_action": "push", "view": modal(entry(label="Third"))}
    third = slack.play.submit(AIKO, second, {"Second": "b"}).view
    assert third
    assert third.body["previous_view_id"] == form.id
    product.answer = lambda: {"response_action": "update", "view": modal(title={"type": "plain_text", "text": ""})}
    with pytest.raises(AssertionError, match="/view/title/text"):
        slack.play.submit(AIKO, third, {"Third": "c"})


def test_closing_is_told_only_when_asked_for(slack: SlackDouble, product: Product, client: WebClient) -> None:
    assert slack.play.close(AIKO, opened(slack, product, client, modal())) is None
    form = opened(slack, product, client, modal(notify_on_close=True))
    product.answer = lambda: ""
    slack.play.close(AIKO, form, cleared=True)
    assert (product.payload["type"], product.payload["is_cleared"]) == ("view_closed", True)


def test_a_click_in_a_modal_carries_what_was_typed(slack: SlackDouble, product: Product, client: WebClient) -> None:
    form = opened(slack, product, client, modal({**entry(), "block_id": "title"}, actions(button("Add a line"))))
    product.answer = lambda: client.views_update(view_id=form.id, view=modal(entry(), entry(label="Line"))) and ""
    reply = slack.play.click(AIKO, form, "Add a line", values={"Title": "Came"})
    assert next(iter(product.payload["view"]["state"]["values"]["title"].values()))["value"] == "Came"
    assert "response_url" not in product.payload
    assert reply.view
    assert text_of(reply.view) == "Ask\nTitle\nLine"
