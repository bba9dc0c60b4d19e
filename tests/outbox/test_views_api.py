"""Delivery over the API: what an operator's tools may ask and do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from collab.outbox import service
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

As = Callable[[str | None], Api]
BEYOND = 2**63


def test_who_may_ask_and_who_may_act(as_: As, broken: Callable[..., int]) -> None:
    message = broken()
    asked = ("/deliveries", f"/deliveries/{message}", "/outbox")
    done: tuple[tuple[str, Any], ...] = (
        ("/outbox/resume", {}), ("/outbox/pause", {"reason": "x"}), ("/deliveries/retry", {"error": "is_archived"}),
        (f"/deliveries/{message}/retry", {}), (f"/deliveries/{message}/dismiss", {}),
    )  # fmt: skip
    answers = {
        name: (
            {as_(name).get(path).status_code for path in asked},
            {as_(name).post(path, body).status_code for path, body in done},
        )
        for name in (None, "mika", "cmo", "agency", "auditor")
    }
    assert answers == {
        None: ({401}, {401}), "mika": ({403}, {403}), "cmo": ({403}, {403}), "agency": ({403}, {403}), "auditor": ({200}, {403}),
    }  # fmt: skip
    assert [as_("admin").get(path).status_code for path in asked] == [200] * 3


def test_a_broken_message_says_to_whom_about_what_and_why(as_: As, post: Post, broken: Callable[..., int]) -> None:
    message = broken("mika", "is_archived")
    (row,) = as_("admin").get("/deliveries").json
    assert (row["id"], row["state"], row["error"], row["attempts"]) == (message, "broken", "is_archived", 1)
    assert row["to"] == {"member": "mika@example.com", "channel": None, "members": []}
    assert row["about"] == {"key": "T-1", "title": None, "path": None}
    assert all(row[part] for part in ("sort", "cause", "remedy", "created_at", "settled_at", "last_try_at"))
    detail = as_("admin").get(f"/deliveries/{message}").json
    assert [(one["number"], one["outcome"], one["error"]) for one in detail["tries"]] == [
        (1, "targetbroken", "is_archived")
    ]
    assert "word 1" not in json.dumps(detail)


def test_the_title_is_for_those_who_may_see_the_subject(
    as_: As, company: Company, post: Post, slack: SlackDouble
) -> None:
    key = company.filed(title="Secret merger tool")
    slack.faults.refuse(1.0, "is_archived")
    post.deliver()
    for name, title in (("auditor", "Secret merger tool"), ("admin", None)):
        about = [row["about"] for row in as_(name).get("/deliveries").json if row["about"]["key"] == key]
        assert {row["title"] for row in about} == {title}, name
    assert "Secret merger" not in as_("admin").get("/deliveries").text


def test_a_retry_is_sent_and_a_second_one_comes_too_late(as_: As, post: Post, broken: Callable[..., int]) -> None:
    message = broken()
    answer = as_("admin").post(f"/deliveries/{message}/retry")
    assert (answer.status_code, answer.json["state"]) == (200, "pending")
    post.wait_and_deliver(5)
    late = as_("admin").post(f"/deliveries/{message}/retry")
    assert (late.status_code, late.json["code"], late.json["state"]) == (409, "delivery_not_broken", "sent")
    assert as_("admin").post(f"/deliveries/{message}/dismiss").status_code == 409


def test_what_is_dismissed_leaves_the_list(as_: As, broken: Callable[..., int]) -> None:
    first, second = broken("mika"), broken("nao")
    answer = as_("admin").post(f"/deliveries/{first}/dismiss", {"reason": "told on the phone"})
    assert (answer.status_code, answer.json["state"]) == (200, "superseded")
    listed = as_("admin").get("/deliveries?state=broken")
    assert [row["id"] for row in listed.json] == [second]
    assert json.loads(listed.headers["X-Pagination"])["total"] == 1


def test_pages_of_deliveries_hold_every_one_once(as_: As, post: Post, broken: Callable[..., int]) -> None:
    numbers = set()
    for error in ("is_archived", "restricted_action", "is_archived"):
        numbers.add(broken("mika", error))
        post.later(seconds=5)
    seen = [row["id"] for page in (1, 2) for row in as_("admin").get(f"/deliveries?page={page}&page_size=2").json]
    assert (len(seen), set(seen)) == (3, numbers)


def test_pause_and_resume_say_how_it_stands_and_may_be_repeated(as_: As, post: Post) -> None:
    admin = as_("admin")
    assert admin.get("/outbox").json["state"] == "flowing"
    for _ in range(2):
        told = admin.post("/outbox/pause", {"reason": "Slack is being moved"}).json
        assert told["state"] == "paused"
        (gate,) = told["gates"]
        assert (gate["name"], gate["reason"], gate["by"]) == ("operator", "Slack is being moved", "admin@example.com")
    for _ in range(2):
        assert admin.post("/outbox/resume").json["state"] == "flowing"


def test_a_workspace_that_refuses_us_is_explained(as_: As, post: Post, slack: SlackDouble) -> None:
    post.say("mika")
    slack.revoke("token_revoked")
    post.deliver()
    told = as_("admin").get("/outbox").json
    (gate,) = told["gates"]
    assert (told["state"], gate["name"], gate["reason"]) == ("refused", "workspace", "token_revoked")
    assert gate["cause"]
    assert gate["remedy"]
    assert gate["asked_next_at"]


def test_stuck_and_open_ones_are_listed_apart(as_: As, post: Post, travel: Any) -> None:
    post.say("mika")
    assert [len(as_("admin").get(f"/deliveries?state={state}").json) for state in ("open", "stuck", "broken")] == [
        1,
        0,
        0,
    ]
    travel.shift(11 * 60)
    assert len(as_("admin").get("/deliveries?state=stuck").json) == 1


@pytest.mark.parametrize("path", [f"/deliveries/{BEYOND}", "/deliveries/999999", "/deliveries/0"])
def test_what_is_not_there_is_not_found(as_: As, path: str) -> None:
    assert as_("admin").get(path).status_code == 404
    assert as_("admin").post(f"{path}/retry").status_code == 404


def test_a_pause_without_a_reason_is_refused_by_its_field(as_: As, company: Company) -> None:
    answer = as_("admin").post("/outbox/pause", {"reason": " "})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])
    assert as_("admin").get("/deliveries?state=lost").status_code == 422
    with company.indoors():
        assert not service.resume(by=None, now=company.now)
