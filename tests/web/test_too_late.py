"""Whoever is too late with a form reads who was faster, what they did and when, and keeps every word they typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from collab.access.queries.reviewing import find_review, list_lines
from collab.access.rules.reviewing import KEEP
from collab.access.service import reviewing
from collab.agreements import service as agreements
from collab.blueprints import service as blueprints
from collab.controls import service as controls
from collab.goals import service as goals
from collab.goals.service import living
from collab.incidents import service as incidents
from collab.initiatives import service as initiatives
from collab.initiatives.service import chartering
from collab.purchases import service as purchases
from collab.reviews import service as reviews
from tests.factories import Company
from tests.factories.agreements import active
from tests.factories.blueprints import a_blueprint, requirement
from tests.factories.company import PEOPLE
from tests.factories.goals import goal
from tests.factories.incidents import alerted
from tests.factories.initiatives import an_initiative
from tests.factories.papers import request_fields
from tests.factories.tasks import Tasks
from tests.parts.clients import _CSRF, Pages
from tests.parts.forms import forms_of

NAMES = {person.name: person.name_ja for person in PEOPLE}
TOKYO = ZoneInfo("Asia/Tokyo")
TYPED = "What I had typed myself zq9"


@dataclass(frozen=True)
class Race:
    """`make` the thing, `late` opens the form on `page`, `first` acts, `late` sends `fields` and what the form holds hidden to `to`. `before` and `after` are read
    struck through and underlined."""

    make: Callable[[Company], str]
    late: str
    page: str
    to: str
    first: str
    act: Callable[..., Any]
    fields: dict[str, str] = field(default_factory=dict)
    status: tuple[int, ...] = (409, 412)
    before: str = ""
    after: str = ""


def _for_nao(company: Company) -> str:
    return company.drafted(on_behalf_of="nao@example.com", title="The old title")


def _edits(company: Company, who: Any, key: str) -> None:
    fields = request_fields(title="The new title", on_behalf_of="nao@example.com")
    purchases.edit(who, key, fields, seen=None, now=company.now)


def _access_review(company: Company) -> str:
    with company.indoors():
        return reviewing.begin(company.member("admin"), now=company.now).key


def _signs(company: Company, who: Any, key: str) -> None:
    """Everybody judges whom they are to judge, and the round is signed."""
    review = find_review(key)
    for name in ("admin", "cio", "cmo", "ceo", "sales-lead", "service-lead", "cfo"):
        mine = [
            line.id
            for line in list_lines(company.member("auditor"), review)
            if line.verdict is None and line.reviewer_id in (company.id(name), None)
        ]
        if mine:
            reviewing.judge(company.member(name), key, dict.fromkeys(mine, (KEEP, None)), now=company.now)
    reviewing.sign(who, key, now=company.now)


def _quarter(company: Company) -> str:
    with company.indoors():
        return reviews.open_now(company.member("cmo"), now=company.now).key


def _proposal(company: Company) -> str:
    Pages(company, "admin").send(
        "/admin/departments/sales/lead", {"member": "kenji@example.com", "from_on": "", "reason": "Rin moves on."}, page="/admin/departments/sales",
    )  # fmt: skip
    return "CC-1"


def _withdraws(company: Company, who: Any, key: str) -> None:
    Tasks(company).do("withdraw", key, who.email.partition("@")[0])


def _tell(act: Callable[..., Any], **said: Any) -> Callable[..., Any]:
    """An act of a service as the faster one's."""
    return lambda company, who, key: act(who, key, **said, now=company.now)


def _asked(company: Company) -> str:
    key = a_blueprint(company)
    requirement(company, key)
    return key


RACES = {
    "request: decide": Race(
        Company.filed, "cmo", "/purchases/{key}", "/purchases/{key}/decisions", "mika", _tell(purchases.withdraw),
        {"verb": "return", "comment": TYPED},
    ),
    "request: edit": Race(
        _for_nao, "mika", "/purchases/{key}/edit", "/purchases/{key}/edit", "nao", _edits,
        {"then": "draft", "title": TYPED, "category": "martech", "vendor": "V", "amount": "1", "currency": "JPY"}, before="The old title", after="The new title",
    ),
    "request: submit": Race(
        _for_nao, "mika", "/purchases/{key}/edit", "/purchases/{key}/edit", "nao", _tell(purchases.submit),
        {"then": "submit", "title": TYPED}, status=(409, 412, 422),
    ),
    "goal: edit": Race(
        lambda company: goal(company, "The old title", state="draft"), "cmo", "/goals/{key}/edit", "/goals/{key}/edit", "cio",
        _tell(goals.change, fields={"title": "The new title"}), {"title": TYPED}, before="The old title", after="The new title",
    ),
    "goal: accept": Race(
        lambda company: goal(company, "The old title", state="draft"), "cmo", "/goals/{key}", "/goals/{key}/accept", "cio",
        _tell(goals.change, fields={"title": "The new title"}), {"means": TYPED}, before="The old title", after="The new title",
    ),
    "goal: check-in": Race(
        goal, "cmo", "/goals/checkin?goal={key}", "/goals/checkin", "cio", _tell(living.pause, reason="Not now"),
        {"goal": "{key}", "only": "{key}", "{key}.note": TYPED, "{key}.confidence": "60"}, status=(422,),
    ),
    "task": Race(
        lambda company: Tasks(company).at("started"), "kenji", "/tasks/{key}", "/tasks/{key}/block", "mika", _withdraws, {"reason": TYPED},
    ),
    "agreement": Race(
        active, "mika", "/agreements/{key}", "/agreements/{key}/pause", "kenji", _tell(agreements.end, reason="No more"), {"reason": TYPED},
    ),
    "initiative: edit": Race(
        lambda company: an_initiative(company, "The old title"), "cmo", "/initiatives/{key}/edit", "/initiatives/{key}/edit", "cio",
        _tell(initiatives.change, fields={"title": "The new title"}), {"title": TYPED, "problem": TYPED}, before="The old title", after="The new title",
    ),
    "charter": Race(
        an_initiative, "cmo", "/initiatives/{key}/charter/write", "/initiatives/{key}/charter", "cio",
        _tell(chartering.write, fields={"goal": "Nobody waits"}), {"goal": TYPED},
    ),
    "blueprint": Race(
        _asked, "cio", "/initiatives/{key}/blueprint", "/initiatives/{key}/blueprint/requirements/1/decline", "nao",
        lambda company, who, key: blueprints.withdraw(who, key, 1, reason="Not any more", now=company.now), {"reason": TYPED},
    ),
    "incident": Race(
        alerted, "service-lead", "/incidents/{key}", "/incidents/{key}/answer", "cmo",
        _tell(incidents.false_alarm, reason="A test"), {"text": TYPED},
    ),
    "control": Race(_proposal, "ceo", "/admin/changes/{key}", "/admin/changes/{key}/decline", "admin", _tell(controls.withdraw), {"reason": TYPED}),
    "access review": Race(_access_review, "admin", "/admin/access-review/{key}", "/admin/access-review/{key}/lines", "auditor", _signs, {"verdict-1": "keep", "note-1": TYPED}),
    "review": Race(_quarter, "cio", "/reviews/{key}", "/reviews/{key}/words", "cmo", _tell(reviews.freeze), {"office": "CIO", "words": TYPED}),
}  # fmt: skip


@pytest.mark.parametrize("name", RACES)
def test_who_was_faster_what_they_did_and_what_was_typed(
    company: Company, travel: time_machine.Coordinates, name: str
) -> None:
    race = RACES[name]
    key = race.make(company)
    travel.move_to(company.now)
    pages = Pages(company, race.late)
    opened = pages.get(race.page.format(key=key))
    to, found = race.to.format(key=key), forms_of(opened.text)
    form = next((one for one in found if one.action(race.page) == to), None)
    assert form, [one.action(race.page) for one in found if "requirements/" in one.action("")]
    kept = {one.name: one.attributes.get("value", "") for one in form.controls if one.kind == "hidden"}
    acted_at = company.later(minutes=7)
    travel.move_to(acted_at)
    with company.indoors():
        race.act(company, company.member(race.first), key)
    travel.shift(timedelta(minutes=2))
    fields = {path.format(key=key): value.format(key=key) for path, value in race.fields.items()}
    answer = pages.client.post(to, data={**kept, **fields})
    assert answer.status_code in race.status, answer.text[:400]
    main = answer.text.partition("<main")[2]
    for said in (NAMES[race.first], f"{acted_at.astimezone(TOKYO):%H:%M}", TYPED):
        assert said in main, f"{said} is not said"
    for element, text in (("del", race.before), ("ins", race.after)):
        assert not text or f"{text}</{element}>" in main, f"<{element}> {text} is not shown"


@pytest.mark.parametrize("stranger", ["nao", "agency"])
def test_nobody_learns_from_it_what_they_may_not_see(
    company: Company, travel: time_machine.Coordinates, stranger: str
) -> None:
    key = company.drafted(title="The old title")
    travel.move_to(company.now)
    pages = Pages(company, stranger)
    token = _CSRF.search(pages.get("/me").text)
    assert token
    with company.indoors():
        fields = request_fields(title="The new title")
        purchases.edit(company.member("mika"), key, fields, seen=None, now=company.later())
    answer = pages.client.post(f"/purchases/{key}/edit", data={"csrf_token": token[1], "then": "draft"})
    assert answer.status_code == 404
    assert NAMES["mika"] not in answer.text
    assert "The new title" not in answer.text


def test_what_happened_before_the_form_was_opened_is_not_told(
    company: Company, travel: time_machine.Coordinates
) -> None:
    key = Tasks(company).at("started")
    travel.move_to(company.later(minutes=5))
    answer = Pages(company, "kenji").send(f"/tasks/{key}/block", {"reason": ""}, page=f"/tasks/{key}")
    assert answer.status_code == 422
    assert 'class="meanwhile"' not in answer.text
