"""Hostile words in every field people write in, through every door: refused with a reason, or shown as they were written.

Nothing Slack refuses, no mention and no link that is not ours, nothing formatted away.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.factories import Company, request_fields
from tests.faults.hostile_text.as_seen import plainly
from tests.faults.hostile_text.words import (
    API_FIELDS,
    CIO,
    CMO,
    HUGE,
    LINES,
    MIKA,
    REFUSED,
    even,
    everything,
    everywhere,
    fill,
    forced,
    huge,
    named,
    odd,
    refused,
    sent,
    shows,
    submitted,
    user,
)
from tests.parts.clients import Api, Pages
from tests.slack_double import SlackDouble

# Filing a request


@named
def test_by_the_api(text: str, as_: Callable[[str], Api], slack: SlackDouble, deliver: Callable[[], None]) -> None:
    submitted(as_("mika"), everywhere(text))
    deliver()
    seen = everything(slack)
    assert len(slack.record.messages_to(CMO)) == 1
    for start in ("PR-1 ", "取引先 "):  # the title, the vendor; the purpose stands for itself
        assert shows(seen, start + text)
    assert any(plainly(one) == plainly(text) for one in seen.texts)


@even
def test_by_the_form_of_the_page(
    text: str, pages_as: Callable[[str], Pages], slack: SlackDouble, deliver: Callable[[], None]
) -> None:
    fields = {
        "title": text[:120], "vendor": text, "category": "martech", "amount": "500000", "currency": "JPY",
        "billing": "one_time", "goal": "G-1", "purpose": text, "tax_included": "yes", "then": "submit",
    }  # fmt: skip
    answer = pages_as("mika").send("/purchases", fields, page="/purchases/new")
    assert answer.status_code == 303, answer.text
    deliver()
    seen = everything(slack)
    assert shows(seen, text, 300)
    assert len(slack.record.messages_to(CIO)) == 1


@odd
def test_by_the_form_in_slack(text: str, served: SlackDouble, deliver: Callable[[], None]) -> None:
    modal = served.play.slash(MIKA, "/collab", "purchase new").view
    filled = {
        "title": text[:120], "purpose": text, "vendor": text, "category": "martech", "amount": "500000", "goal": "G-1",
    }  # fmt: skip
    reply = served.play.submit(MIKA, modal, filled)
    assert "PR-1" in reply.ephemeral
    deliver()
    seen = everything(served)
    assert shows(seen, text, 300)
    served.play.slash(MIKA, "/collab", "purchase list")
    served.play.slash(CMO, "/collab", "me")
    served.play.slash(CMO, "/collab", "purchase show PR-1")
    assert shows(everything(served), text[:120])


@named
def test_by_a_typed_line(text: str, served: SlackDouble) -> None:
    reply = served.play.slash(MIKA, "/collab", f"purchase new {text}")
    assert reply.view is not None
    title = next(block for block in reply.view.blocks if block.get("block_id") == "title")
    assert title["element"]["initial_value"].split() == text.split()
    served.play.slash(MIKA, "/collab", text)  # nobody understands this
    everything(served)


@pytest.mark.parametrize("text", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("field", ["title", "vendor", "purpose"])
def test_more_than_one_line(
    text: str, field: str, as_: Callable[[str], Api], slack: SlackDouble, deliver: Callable[[], None]
) -> None:
    submitted(as_("mika"), request_fields(**{field: text}))
    deliver()
    assert shows(everything(slack), text)


@pytest.mark.parametrize("text", [*REFUSED.values(), *HUGE.values()], ids=[*REFUSED, *HUGE])
def test_what_cannot_be_taken_is_refused_by_the_api_field_by_field(text: str, as_: Callable[[str], Api]) -> None:
    answer = sent(as_("mika"), "/purchases", everywhere(text))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == set(API_FIELDS)


@refused
def test_what_cannot_be_shown_is_refused_by_the_page(text: str, pages_as: Callable[[str], Pages]) -> None:
    fields = {"title": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "then": "draft"}
    answer = pages_as("mika").send("/purchases", fields, page="/purchases/new")
    assert answer.status_code in (303, 422)
    assert (answer.status_code == 303) == ("\ufffd" in fields["title"])  # a browser itself cannot send half a sign


@huge
def test_what_is_far_too_long_is_refused_by_the_page(text: str, pages_as: Callable[[str], Pages]) -> None:
    answer = pages_as("mika").send(
        "/purchases", {"title": "x", "purpose": text, "then": "draft"}, page="/purchases/new"
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("text", [*REFUSED.values(), *HUGE.values()], ids=[*REFUSED, *HUGE])
@pytest.mark.parametrize("field", ["title", "purpose"])
def test_what_cannot_be_taken_comes_back_under_its_field_in_slack(text: str, field: str, served: SlackDouble) -> None:
    modal = served.play.slash(MIKA, "/collab", "purchase new").view
    assert modal is not None
    reply = forced(served, modal, {field: text})
    assert reply["response_action"] == "errors"
    assert list(reply["errors"]) == [field]
    everything(served)


@pytest.mark.parametrize("text", [*REFUSED.values(), *HUGE.values()], ids=[*REFUSED, *HUGE])
def test_a_typed_line_that_cannot_be_taken_is_answered_kindly(text: str, served: SlackDouble) -> None:
    form = {
        "command": "/collab", "text": f"purchase new {text}", "team_id": served.app.team_id, "trigger_id": "1.2.3",
        "user_id": user(served, MIKA), "api_app_id": served.app.app_id, "channel_id": "D1",
        "response_url": f"{served.product_url}/none",
    }  # fmt: skip
    content = urlencode(form, errors="surrogatepass").encode()
    reply = served.play.raw("/slack/commands", content, content_type="application/x-www-form-urlencoded")
    assert reply.status in (200, 400)
    refusals = [call.outcome for call in served.record.calls("views.open")]
    assert set(refusals) <= {"ok", "invalid_trigger_id"}


# All of it at once, at its longest


@pytest.mark.parametrize("sign", ["&", "<", "*", "`", "稟", "👩‍👩‍👧‍👦", "_", "ע", ":a:", "> "])
def test_the_longest_of_everything_still_fits(
    sign: str, company: Company, as_: Callable[[str], Api], served: SlackDouble, deliver: Callable[[], None]
) -> None:
    fields = request_fields(
        title=fill(sign, 120), vendor=fill(sign, 200), purpose=fill(sign, 4000), goal=None,
        no_goal_reason=fill(sign, 4000), cx_impact=fill(sign, 4000),
        after_the_fact={"on": "2026-11-01", "reason": fill(sign, 4000)},
    )  # fmt: skip
    for _number in range(9):
        submitted(as_("mika"), fields)
    deliver()
    for line in ("purchase list", "me", "purchase show PR-1"):
        served.play.slash(CMO, "/collab", line)
    as_("cmo").post("/purchases/PR-1/decisions", {"verb": "return", "comment": fill(sign, 2000)})
    deliver()
    seen = everything(served)
    assert shows(seen, fill(sign, 120)[:100])
