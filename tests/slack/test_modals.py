"""Every form people fill in, one table: within Slack's limits with hostile and endless words in both languages, what is known
filled in, and a complaint under a field of it keeps it open with everything that was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from collab.agreements import messages as agreements
from collab.approvals.messages import beside, forms
from collab.approvals.messages.forms import About
from collab.approvals.slack import conditions
from collab.blueprints.messages import dialogue
from collab.blueprints.messages import requirements as blueprints
from collab.goals.messages import checkins, life, seeing
from collab.home import away_form
from collab.incidents import messages as incidents
from collab.initiatives import messages as initiatives
from collab.kernel.errors import DomainError, Invalid, Text
from collab.kernel.i18n import Reader
from collab.pulses import messages as pulses
from collab.pulses.rules.habits import Question
from collab.purchases import messages as purchases
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Refuse, Talk
from collab.tasks.messages import forms as tasks
from collab.threads import messages as threads
from tests.factories import NOW
from tests.slack_double.rules import check_view

LONG = (
    "<!channel> *bold* <https://evil.example|click> `x` {title} {0.__class__} </script> :tada: ﷽ 見積が古い🙂 " * 60
)[:3000]
DAY = date(2026, 12, 1)
ABOUT = About(
    "PR-2147483647", LONG, 7, 2**31 - 1, dict.fromkeys(("comment", "answer", "question", "reason", "note"), LONG)
)
CHOICES = [(f"code-{number}", LONG) for number in range(200)]
ROW = checkins.Row("G-1", LONG, "https://collab.example/goals/G-1", metric=LONG, unit="pt", written="4.2", was=LONG)
Build = Callable[[Reader], Mapping[str, Any]]
TALK = Talk(
    None,
    Reader("ja"),
    NOW,
    "T1",
    "U1",
    response_url="https://hooks.slack.com/commands/T1/1234567890/" + "x" * 120,  # type: ignore[arg-type]
)
FILED = purchases.Form(
    dict.fromkeys(("title", "purpose", "vendor", "no_goal_reason", "amount"), LONG),
    frozenset(purchases.KNOWN),
    dict.fromkeys(("category", "currency", "billing", "goal", "department", "visibility"), CHOICES),
    LONG,
)

REQUIREMENT = blueprints.RequirementNow(
    "I-2147483647", 2**31 - 1, "https://collab.example/x", LONG, LONG, "asked", 1, LONG, (LONG, LONG)
)

BUILT: dict[str, Build] = {
    "pulse.answered": lambda r: pulses.form("AP-2147483647", LONG, [Question(f"q{n}", LONG[:200], LONG[:200]) for n in range(6)], r, minimum=4),
    "approval.reason": lambda r: forms.reason("return", ABOUT, r, steps=[(number, LONG) for number in range(1, 150)]),
    "approval.with_conditions": lambda r: forms.with_conditions(ABOUT, r, first_due=DAY),
    "approval.opined": lambda r: forms.opinion(ABOUT, r),
    "approval.advocated": lambda r: forms.advocacy(ABOUT, r),
    "approval.held": lambda r: forms.hold(ABOUT, r, until=DAY),
    "approval.lifted": lambda r: forms.lift(ABOUT, [LONG] * 50, r),
    "approval.added": lambda r: forms.add_step(ABOUT, r),
    "approval.revoked": lambda r: {**forms.reason("revoke", ABOUT, r)},
    "approval.question": lambda r: beside.ask_form(ABOUT, r),
    "approval.object_said": lambda r: beside.object_form(ABOUT, r),
    "approval.circulate_to": lambda r: beside.circulate_form(ABOUT, r),
    "approval.condition_said": lambda r: conditions._form(
        SimpleNamespace(subject="PR-1", text=LONG, number=3), "ask_to_waive", r  # type: ignore[arg-type]
    ),
    "goal.accept": lambda r: life.form("accept", "G-1", LONG, r, mark="m" * 40, text=LONG),
    "goal.decline": lambda r: life.form("decline", "G-1", LONG, r, text=LONG),
    "goal.pause": lambda r: life.form("pause", "G-1", LONG, r, text=LONG),
    "goal.close": lambda r: life.form("close", "G-1", LONG, r, text=LONG),
    "goal.checkin_form": lambda r: checkins.form(
        [replace(ROW, key=f"G-{number}") for number in range(1, 31)], "https://collab.example/goals", r, move=20
    ),
    "goal.discuss": lambda r: checkins.talk_modal(checkins.Apart("G-1", LONG, "https://x.example", LONG, note=LONG), r),
    "goal.new": lambda r: seeing.new_form(
        seeing.Writing(("increase", "decrease"), {"title": LONG, "outcome": LONG}), r
    ),
    "task.new": lambda r: tasks.ask_modal(
        tasks.Asking(CHOICES, CHOICES, {"text": LONG, "department": "code-1"}, LONG, "https://acme.slack.com/archives/" + "C" * 80), r
    ),
    "task.say": lambda r: tasks.say_modal(tasks.Saying("decline", "T-1", LONG, 3, text=LONG, notice=LONG), r),
    "agreement.dispute": lambda r: agreements.reason_modal("dispute", "DA-1", LONG, r),
    "agreement.postpone": lambda r: agreements.postpone_modal("DA-1", LONG, r, day=DAY),
    "agreement.handover": lambda r: agreements.handover_modal("DA-1", LONG, r, sides=("provider", "consumer")),
    **{
        f"blueprint.{verb}": lambda r, verb=verb: blueprints.answer_modal(verb, REQUIREMENT, r, day=DAY.isoformat())
        for verb in ("commit", "decline", "counter")
    },
    "blueprint.answer": lambda r: dialogue.answer_modal(
        dialogue.AskNow("I-2147483647", LONG, "https://collab.example/x"), 4, r, chosen="5", text=LONG
    ),
    "initiative.health": lambda r: initiatives.health_modal("I-2147483647", LONG, r, text=LONG),
    "initiative.close": lambda r: initiatives.close_modal("I-2147483647", LONG, r, result="stopped", text=LONG),
    "initiative.new": lambda r: initiatives.new_modal(
        initiatives.Writing(CHOICES, CHOICES, CHOICES, {"problem": LONG, "title": LONG[:200], "goal": "code-1"}), r
    ),
    "incident.answer": lambda r: incidents.answer_modal("T-9", LONG, r),
    "incident.note": lambda r: incidents.note_modal("T-9", LONG, r),
    "incident.false_alarm": lambda r: incidents.false_alarm_modal("T-9", LONG, r),
    "incident.close": lambda r: incidents.close_modal("T-9", LONG, r, answered=True),
    "incident.alert": lambda r: incidents.alert_modal({"text": LONG, "link": "https://x.example"}, CHOICES, r),
    "thread.send": lambda r: threads.write_modal("PR-1", LONG, r, answered=LONG, reply_to=9),
    "purchase.file": lambda r: purchases.form(FILED, r),
    "people.away_form": lambda r: away_form.modal(
        away_form.Wish(DAY, DAY, notice=LONG), [(f"boss{number}@example.com", LONG) for number in range(120)], "U1", DAY, r
    ),
}  # fmt: skip
ELSEWHERE = {
    "approval.answer_said": "approvals/slack/questions", "approval.revocation_said": "approvals/slack/revoking",
    "purchase.ordering": "purchases/slack/after", "channel.form": "channels/slack", "home.settings": "home/settings",
    "channel.settings": "channels/slack", "initiative.lift": "initiatives/slack/limits", "initiative.stop": "initiatives/slack/votes",
    "signature.sign": "signatures/slack",
}  # fmt: skip
"""Built only together with what they are about; the double checks them wherever a test opens them."""


@pytest.fixture(autouse=True)
def indoors(app: Flask) -> Iterator[None]:
    """Addresses of pages are those of an installation."""
    with app.app_context():
        yield


def opened(name: str, locale: str) -> dict[str, Any]:
    """As it goes out: with what it remembers, within the limits of a view."""
    return answers.with_metadata(BUILT[name](Reader(locale)), TALK)


def test_every_form_is_in_the_table() -> None:
    known = BUILT.keys() | ELSEWHERE.keys()
    assert edges.modals.keys() <= known, sorted(edges.modals.keys() - known)


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_within_slacks_limits_whatever_people_wrote(locale: str) -> None:
    for name in BUILT:
        view = opened(name, locale)
        assert len(view["title"]["text"]) <= 24, name
        assert len(view["private_metadata"]) <= 3000, name
        assert len(view["blocks"]) <= 100, name
        assert not view["title"]["text"].endswith("…"), f"{name}: a title of ours that does not fit"
        check_view(view, "modal")


def test_each_is_sent_to_its_own_handler_and_can_be_cancelled() -> None:
    for name in BUILT:
        view = opened(name, "ja")
        assert view["callback_id"] in edges.modals, name
        assert view["close"]["text"], name
        assert view["submit"]["text"], name


def test_a_complaint_stands_under_a_field_and_the_form_stays() -> None:
    for name in BUILT:
        view, reader = opened(name, "en"), Reader("en")
        fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert fields, name
        known: DomainError = Invalid({fields[-1]: Text("field.required")})
        for error in (known, Invalid({"of_no_field": Text("field.required")})):
            kept = answers.refused_fields(error, view, reader)
            assert isinstance(kept, Refuse), name
            assert set(kept.fields) <= set(fields), name


def test_what_is_known_is_filled_in() -> None:
    """What was typed before is in the field, cut to what fits, never lost."""
    for name in (
        "approval.reason",
        "approval.held",
        "goal.accept",
        "goal.new",
        "task.new",
        "task.say",
        "incident.alert",
        "purchase.file",
    ):
        held = [
            block["element"].get("initial_value", "")
            for block in opened(name, "en")["blocks"]
            if block["type"] == "input"
        ]
        assert any(LONG[:100] in value for value in held), name
