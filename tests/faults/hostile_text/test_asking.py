"""Hostile words in tasks, comments, brand incidents, agreements and what is shared upwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import Company
from tests.factories.agreements import agreement_fields
from tests.faults.hostile_text.as_seen import plainly
from tests.faults.hostile_text.words import HUGE, REFUSED, SHOWN, everything, sent, shows
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

WORST = ("broadcasts", "mentions", "links", "date tokens", "bold", "code", "right to left", "overrides", "markup")
worst = pytest.mark.parametrize("text", [SHOWN[name] for name in WORST], ids=WORST)
Deliver = Callable[[], None]
As = Callable[[str], Api]


def said(caller: Api, path: str, body: dict[str, object]) -> None:
    answer = caller.post(path, body)
    assert answer.status_code in (200, 201), (path, answer.json)


@worst
def test_a_task_from_asking_to_sharing_it_upwards(
    text: str, company: Company, as_: As, slack: SlackDouble, deliver: Deliver
) -> None:
    mika, kenji = as_("mika"), as_("kenji")
    said(mika, "/tasks", {"title": text[:200], "detail": text, "to_department": "it", "assignee": "kenji@example.com"})
    deliver()
    assert shows(everything(slack), f"T-1 {text}", 150)
    for caller, verb, body in (
        (kenji, "question", {"text": text}), (mika, "answer", {"text": text}),
        (kenji, "accept", {"due": "2bd", "note": text}), (kenji, "counter", {"due": "5bd", "scope": text, "note": text}),
        (mika, "ask_again", {"reason": text}),
        (kenji, "block", {"reason": text, "cost": {"text": text[:200]}}), (mika, "unblock", {"note": text}),
        (kenji, "done", {"note": text}), (mika, "reopen", {"reason": text}), (mika, "escalate", {"reason": text}),
    ):  # fmt: skip
        said(caller, f"/tasks/T-1/{verb}", body)
        if verb in ("question", "counter", "block"):
            deliver()
    deliver()
    seen = everything(slack)
    assert len([one for one in seen.texts if plainly(text)[:40] in plainly(one)]) >= 5


@worst
def test_comments_incidents_and_agreements(
    text: str, company: Company, as_: As, slack: SlackDouble, deliver: Deliver
) -> None:
    mika, kenji = as_("mika"), as_("kenji")
    said(
        mika,
        "/incidents",
        {"text": text, "department": "service", "link": f"https://example.com/?{text}"[:2000].split()[0]},
    )
    said(as_("cmo"), "/incidents/T-1/answer", {"text": text})
    said(as_("cmo"), "/incidents/T-1/timeline", {"text": text})
    said(mika, "/agreements", agreement_fields(title=text[:120], data=text, purpose=text))
    said(kenji, "/agreements/DA-1/agree", {})
    said(kenji, "/agreements/DA-1/deliver", {"note": text})
    said(mika, "/agreements/DA-1/dispute", {"reason": text})
    answer = mika.post("/subjects/DA-1/comments", {"body": f"@kenji@example.com {text}"})
    assert answer.status_code in (201, 422), answer.json  # an @ that means somebody who may not see it is named
    deliver()
    assert shows(everything(slack), text, 100)


@pytest.mark.parametrize("text", [*REFUSED.values(), *HUGE.values()], ids=[*REFUSED, *HUGE])
def test_what_cannot_be_taken_is_refused_by_name(text: str, company: Company, as_: As) -> None:
    mika = as_("mika")
    said(mika, "/tasks", {"title": "A", "to_department": "it"})
    for path, field, more in (
        ("/tasks", "title", {"to_department": "it"}), ("/tasks", "detail", {"title": "A", "to_department": "it"}),
        ("/tasks/T-1/question", "text", {}), ("/tasks/T-1/withdraw", "reason", {}), ("/tasks/T-1/escalate", "reason", {}),
        ("/incidents", "text", {}), ("/incidents", "link", {"text": "A"}),
        ("/agreements", "data", {name: value for name, value in agreement_fields().items() if name != "data"}),
        ("/subjects/T-1/comments", "body", {}), ("/escalations/1/escalate", "reason", {}),
    ):  # fmt: skip
        answer = sent(mika, path, {**more, field: text})
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), path
