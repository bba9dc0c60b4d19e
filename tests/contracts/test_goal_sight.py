"""Nobody reads a word of a goal they may not see: every page, every call of the API, every line, button, form and card of Slack,
every file, search and picker; and nothing they count tells them that it is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from collab.agreements import service as agreements
from collab.channels import service as channels
from collab.channels.rules import Settings
from collab.channels.service.connecting import Place
from collab.digests.models import Issue
from collab.digests.queries import find_issue
from collab.digests.rules.content import Content, Item, Named, Section, to_json
from collab.digests.rules.needs import Need, Needs, needs_to_json
from collab.goals.models import Discussion, Goal, Taken
from collab.goals.queries import summaries, words
from collab.goals.service import shifting
from collab.incidents import service as incidents
from collab.initiatives import service as initiatives
from collab.initiatives.service import chartering
from collab.kernel import i18n
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import DomainError, Invalid, NotFound, Text
from collab.outbox.registry import Envelope, kinds
from collab.purchases import service as purchases
from collab.slack.grammar import KEY, REST
from collab.slack.registry import edges
from collab.slack.talk import Talk, Typed
from collab.subjects import queries as subjects
from collab.subjects import service as subject_service
from collab.tasks import service as tasks
from collab.threads import service as threads
from tests.factories import Company
from tests.factories.goals import child, goal, helps, measured, number, said, tie, timed
from tests.factories.incidents import alerted
from tests.factories.initiatives import a_stage, initiative_fields
from tests.factories.initiatives import lead as lead_in
from tests.factories.papers import request_fields
from tests.parts.clients import Api, Pages

MARK = "零漏洩Q"
"""Stands in everything that is written about the hidden goal, and nowhere else."""
PRIVATE = "内輪X"
"""Stands in what colleagues wrote to each other about a goal that is shared with a guest."""
SHARED, HIDDEN = "G-4", "G-6"
VIEWERS = ("agency", "nao")
WEEK = "2026-W46"
As = Callable[[str], Api]


@pytest.fixture
def house(company: Company) -> Company:
    """G-3 a promise; under it G-4, shared with the guest and everybody; beside it G-5. Nothing is hidden yet."""
    promise = goal(company, "Every question is answered", owners=("cmo",), kind="promise")
    shared = child(
        company,
        promise,
        title="Answered in the shop",
        share=60,
        owners=("mika", "kenji"),
        metric=timed(0, 100, unit="%"),
    )
    child(company, shared, title="The banner of the shop", owners=("sales-lead",))
    measured(company, shared, date(2026, 11, 1), 30)
    said(company, shared, "mika", 80)
    helps(company, shared, "agency", may_check_in=True)
    assert shared == SHARED
    return company


def hide(company: Company) -> None:
    """The hidden goal, above and below what is seen, with all that may be written about one."""
    made = goal(
        company, f"{MARK} title", owners=("service-lead", "cfo"), visibility="involved", outcome=f"{MARK} outcome",
        metric=timed(0, 10, name=f"{MARK} metric", about="channel"),
    )  # fmt: skip
    assert made == HIDDEN
    tie(company, SHARED, HIDDEN, share=None)
    tie(company, HIDDEN, "G-3", share=None)
    measured(company, HIDDEN, date(2026, 11, 2), 4, source=f"{MARK} source")
    said(company, HIDDEN, "service-lead", 20, note=f"{MARK} note", status="off_track", reason=f"{MARK} reason")
    said(company, HIDDEN, "cfo", 90)
    helps(company, HIDDEN, "emma")
    with company.indoors(), atomic() as unit:
        lead = company.id("service-lead")
        unit.session.add(
            Taken(goal_id=number(HIDDEN), member_id=company.id("emma"), part=f"{MARK} part", at=company.now)
        )
        unit.session.add(
            Discussion(goal_id=number(HIDDEN), by_id=lead, at=company.now, divergence=70, note=f"{MARK} talk")
        )
        shifting.record(
            number(HIDDEN), "target", by=lead, now=company.now, reason=f"{MARK} why", before={"target": "9"}
        )
        threads.comment(company.member("service-lead"), HIDDEN, f"{MARK} comment", now=company.now)
    with company.indoors():
        subject_service.index()


def entangle(company: Company) -> dict[str, str]:
    """What everybody sees and is tied to the hidden goal: keys by kind of subject."""
    with company.indoors():
        lead, now = company.member("service-lead"), company.now
        fields = request_fields(goal=HIDDEN, visibility="company", title="Cameras")
        purchase = purchases.file(lead, fields, now=now).key
        agreement = agreements.propose(
            lead,
            {
                "title": "Visits", "data": "Visits per day", "goal": HIDDEN, "cadence": {"every": 1, "unit": "month", "day": 31},
                "giver": {"department": "service", "member": lead.email},
                "receiver": {"department": "marketing", "member": "nao@example.com"},
            },
            now=now,
        ).key  # fmt: skip
        task = tasks.ask(lead, {"title": "Count", "to_department": "marketing", "assignee": "nao@example.com", "links": [HIDDEN]}, now=now)  # fmt: skip
    incident = alerted(company, by="nao")
    with company.indoors():
        subject_service.link(company.member("service-lead"), incident, HIDDEN, kind="follows", now=company.now)
    return {
        "purchases": purchase, "agreements": agreement, "tasks": task, "incidents": incident, "initiatives": _begun(company),
    }  # fmt: skip


def _begun(company: Company) -> str:
    """A joint initiative that serves the hidden goal, with its charter laid out; the guest takes part."""
    a_stage(company)
    helps(company, HIDDEN, "cio")  # whoever is to sign may read what is on the sheet
    leads = [lead_in(1, "service", "service-lead"), lead_in(2, "it", "cio")]
    with company.indoors():
        me, now = company.member("service-lead"), company.now
        key = initiatives.create(me, initiative_fields(goals=[HIDDEN], leads=leads), now=now).key
        initiatives.add_participant(me, key, "agency@example.com", now=now)
        chartering.write(me, key, dict.fromkeys(chartering.TEXTS, "What we want"), now=now)
        chartering.lay(me, key, now=now)
    return key


def printed(company: Company) -> None:
    """Issues of both viewers and of a connected channel, put together while the goal was open to everybody."""
    item = Item(HIDDEN, f"{MARK} title", f"/goals/{HIDDEN}", "moved", {"was": 40, "now": 55})
    need = Need(
        HIDDEN, Text("goal.checkin.ask.one"), f"{MARK} title", f"/goals/{HIDDEN}", company.now, Named("", ""), ()
    )
    content, needs = Content((Section.of("moved", [item]),)), needs_to_json(Needs((need,)))
    with company.indoors():
        channels.connect(
            company.member("cmo"),
            Place("T1", "C1", "C1"),
            Settings("department", "marketing", "ja", "Asia/Tokyo"),
            now=company.now,
        )
        for_all = [{"member_id": company.id(name), "needs": needs} for name in VIEWERS] + [{"channel_id": 1}]
        with atomic() as unit:
            for one in for_all:
                issue = {"week": WEEK, "empty": False, "content": to_json(content), "made_at": company.now, **one}
                unit.session.add(Issue(**issue))


def paths(app: Flask, keys: Mapping[str, str], *goals: str) -> Iterator[str]:
    """Every address that can be read, with whatever its places may hold."""
    of = {
        "<key>": [*goals, *keys.values()], "<code>": ["tokyo"], "<kind>": ["purchases", "tasks", "measurements"],
        "<department>": ["marketing", "service"], "<path:filename>": [], "<path:name>": [],
        "<week>": [WEEK], "<channel>": ["C1"], "<quarter>": ["2026-Q4"],
        "<topic>": ["lead"], "<name>": [], "<email>": ["mika@example.com"],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        found = [rule.rule]
        for place in re.findall(r"<[^>]+>", rule.rule):
            numbered = place.startswith("<int:")
            fill = [str(number(goals[-1])), "1", "2"] if numbered else of[place]
            if place == "<key>":
                fill = [key for key in fill if _belongs(rule.rule, key, keys, goals)]
            found = [path.replace(place, one, 1) for path in found for one in fill]
        yield from found


def _belongs(rule: str, key: str, keys: Mapping[str, str], goals: tuple[str, ...]) -> bool:
    """Whether a key is one of what a path is about; any is, where it is about anything."""
    first = next(part for part in rule.split("/") if part not in ("", "api", "v1"))
    return key in goals if first == "goals" else key == keys[first] if first in keys else True


ASKED = (
    "/search?q={mark}", "/api/v1/search?q={mark}", "/purchases/new?goal={key}", "/tasks/new?link={key}", "/tasks/new?goal={key}",
    "/agreements/new?goal={key}", "/goals?q={mark}", "/api/v1/goals?q={mark}", "/goals?department=service",
    f"/api/v1/me/digest?week={WEEK}", "/api/v1/goals?department=service", "/api/v1/goals?page_size=100", "/api/v1/purchases?goal={key}", "/goals?view=tree",
    "/goals/tree?root={key}", "/api/v1/goals/goalposts?department=service", "/goals/goalposts?department=service",
)  # fmt: skip


def read(app: Flask, company: Company, name: str, found: Iterator[str]) -> dict[str, tuple[int, str]]:
    """What one reader gets from each of them."""
    api, pages = Api(app, company.token(name)), Pages(company, name)
    return {path: _got(api if path.startswith("/api/") else pages, path) for path in found}


def _got(caller: Api | Pages, path: str) -> tuple[int, str]:
    answer = caller.get(path)
    text = (
        answer.get_data(as_text=True) if "charset" in answer.headers.get("Content-Type", "") or answer.is_json else ""
    )
    return answer.status_code, text + answer.headers.get("X-Pagination", "")


@pytest.mark.parametrize("name", VIEWERS)
def test_no_page_and_no_call_tells_of_it(app: Flask, house: Company, travel: Any, name: str) -> None:
    hide(house)
    printed(house)
    keys = entangle(house)
    asked = [one.format(key=HIDDEN, mark=MARK) for one in ASKED]
    found = read(app, house, name, iter([*paths(app, keys, SHARED, HIDDEN), *asked]))
    assert len(found) > 120
    assert {f"/digests/{WEEK}", f"/digests/channels/1/{WEEK}", "/api/v1/channels/C1"} <= set(found)
    assert found[f"/digests/{WEEK}"][0] == 200
    assert [(path, status) for path, (status, _) in found.items() if status >= 500 and "health" not in path] == []
    told = {path for path, (_, text) in found.items() if MARK in text and MARK not in path}
    told |= {path for path, (_, text) in found.items() if MARK in path and text.count(f"{MARK} ")}
    assert told == set()
    named = {path for path, (_, text) in found.items() if HIDDEN not in path and re.search(rf"\b{HIDDEN}\b", text)}
    assert named == set()
    its_own = [path for path in found if re.search(rf"(goals|threads|subjects)/{HIDDEN}\b", path)]
    assert len(its_own) > 8
    assert {found[path][0] for path in its_own} <= {403, 404}


@pytest.mark.parametrize("name", VIEWERS)
def test_a_company_with_it_looks_like_one_without(app: Flask, house: Company, travel: Any, name: str) -> None:
    def everything() -> dict[str, str]:
        about = [path for path in paths(app, {}, SHARED, "G-3") if "goal" in path or path in ("/", "/api/v1/me/inbox")]
        got = read(app, house, name, iter([*about, "/api/v1/goals?page_size=100", "/goals?department=service"]))
        return {path: _plain(text) for path, (_, text) in got.items()}

    before = everything()
    hide(house)
    after = everything()
    assert {path for path in before if before[path] != after[path]} == set()


def _plain(text: str) -> str:
    """Without what is different each time."""
    return re.sub(r'(name="csrf_token"[^>]*value="|nonce="|Seq|name="form" value=")[^"]*"', "", text)


def test_a_guest_reads_of_a_shared_goal_what_is_shared_and_no_more(app: Flask, house: Company, travel: Any) -> None:
    for by in ("mika", "kenji"):
        said(house, SHARED, by, 50, note=f"{PRIVATE} note", status="at_risk", reason=f"{PRIVATE} reason")
    helps(house, SHARED, "emma")
    with house.indoors(), atomic() as unit:
        stands = update(Goal).where(Goal.id == number(SHARED))
        unit.session.execute(stands.values(pause_reason=f"{PRIVATE} pause", lesson=f"{PRIVATE} lesson"))
        unit.session.add(Taken(goal_id=4, member_id=house.id("nao"), part=f"{PRIVATE} part", at=house.now))
        unit.session.add(
            Discussion(goal_id=4, by_id=house.id("mika"), at=house.now, divergence=20, note=f"{PRIVATE} talk")
        )
        shifting.record(
            4, "target", by=house.id("mika"), now=house.now, reason=f"{PRIVATE} why", before={"target": "9"}
        )
        tasks.ask(
            house.member("mika"), {"title": f"{PRIVATE} task", "to_department": "it", "links": [SHARED]}, now=house.now
        )
        purchases.file(house.member("mika"), request_fields(goal=SHARED, title=f"{PRIVATE} purchase"), now=house.now)
    found = read(app, house, "agency", paths(app, {}, SHARED))
    private = (
        PRIVATE,
        "What it means for",
        "Every question is answered",
        "The banner of the shop",
        "エマ・クラーク",
        "石井 直",
    )
    told = {(path, word) for path, (_, text) in found.items() for word in private if word in text}
    assert told == set()
    page = found[f"/goals/{SHARED}"][1]
    for word in ("Answered in the shop", "Share of visits that end well", "田辺 美香", "小野 健二"):
        assert word in page


def talk(actor: Actor, company: Company, **more: Any) -> Talk:
    return Talk(actor, i18n.Reader("ja", "Asia/Tokyo"), company.now, "T1", "U1", **more)


def answered(handler: Any, said_: Talk) -> str:
    """Everything a handler answers, a refusal too."""
    try:
        return repr(handler(said_))
    except DomainError as refused:
        fields = refused.fields if isinstance(refused, Invalid) else {}
        return repr([said_.reader.say(text) for text in (refused.text, *fields.values())])
    except (KeyError, ValueError, TypeError, AttributeError, AssertionError, RuntimeError) as broken:
        return f"not pressed so: {type(broken).__name__}"  # a payload no button of ours sends


@pytest.mark.parametrize("name", VIEWERS)
def test_nothing_in_slack_tells_of_it(house: Company, travel: Any, name: str) -> None:
    hide(house)
    keys = entangle(house)
    told = []
    with house.indoors():
        me = house.member(name)
        for command in edges.vocabulary.commands.values():
            typed = [Typed(HIDDEN, rest) for rest in ("", "words", "4 80%")] if command.takes == KEY else [Typed()]
            if command.takes == REST:
                typed = [Typed(rest=rest) for rest in ("", HIDDEN, f"{HIDDEN} 4 80% note")]
            typed += [Typed(key) for key in keys.values()] if command.takes == KEY else []
            told += [
                (command.code, one) for one in typed if MARK in answered(command.handler, talk(me, house, typed=one))
            ]
        for code, handler in edges.actions.items():
            pressed = (HIDDEN, f"{HIDDEN}:x", f"{HIDDEN}:1", "all", "-", *keys.values())
            told += [
                (code, one) for one in pressed if MARK in answered(handler, talk(me, house, pressed=one, action=code))
            ]
        for code, handler in edges.modals.items():
            data = {"key": HIDDEN, "keys": [HIDDEN], "verb": "accept", "mark": "x", "seen": 1}
            entered = {"means": "x", "reason": "x", "result": "achieved", "lesson": "x", "link": HIDDEN, "goal": HIDDEN}
            if MARK in answered(handler, talk(me, house, data=data, entered=entered)):
                told.append((code, data))
    assert told == []


VERBS = ("accept", "close", "removed", "measure", "moved", "owners")
"""What may be told of in a message."""


@pytest.mark.parametrize("name", VIEWERS)
def test_no_message_tells_of_it(house: Company, travel: Any, name: str) -> None:
    hide(house)
    printed(house)
    keys = entangle(house)
    told = []
    with house.indoors():
        found = find_issue(week=WEEK, member=house.id(name))
        assert found is not None
        issue = found.id
        me, how = house.member(name), i18n.Reader("ja", "Asia/Tokyo")
        lead = house.id("service-lead")
        for kind in kinds.values():
            for key in (HIDDEN, *keys.values()):
                for verb in VERBS if kind.code.startswith("goal") and key == HIDDEN else VERBS[:1]:
                    args = {
                        "verb": verb,
                        "by": lead,
                        "member": lead,
                        "for": None,
                        "wait": f"{HIDDEN}:checkin:{lead}",
                        "goal": HIDDEN,
                    }
                    more = {
                        "said": "",
                        "goals": [HIDDEN],
                        "issue": issue,
                        "week": WEEK,
                        "channel": 1,
                        "seq": 1,
                        "problem": "x",
                    }
                    envelope = Envelope(key, {**args, **more}, me, how, house.now)
                    renders = [one for one in (kind.render, kind.repaint, kind.line) if one]
                    told += [(kind.code, key, verb) for one in renders if MARK in answered(one, envelope)]
    assert told == []


@pytest.mark.parametrize("name", VIEWERS)
def test_it_is_in_no_summary_and_no_search(house: Company, name: str) -> None:
    hide(house)
    with house.indoors():
        me = house.member(name)
        assert HIDDEN in words([HIDDEN])[HIDDEN]
        assert list(summaries([(me, [HIDDEN])])) == []
        assert subjects.search(me, MARK) == []
        assert [one.key for one in subjects.search(house.member("auditor"), MARK)] == [HIDDEN]
        with pytest.raises(NotFound):
            subjects.get_summary(me, HIDDEN)


def test_nothing_is_tied_to_a_goal_one_may_not_see(house: Company, as_: As) -> None:
    hide(house)
    nao = as_("nao")
    refused = {key: _tying(nao, key) for key in (HIDDEN, "G-999")}
    assert refused[HIDDEN] == refused["G-999"]
    incident = alerted(house, by="nao")
    with house.indoors():
        house_lead = house.member("nao")
        incidents.answer(house.member("service-lead"), incident, text="We are on it.", now=house.now)
        with pytest.raises(DomainError):
            incidents.review(house_lead, incident, findings="A", goal=HIDDEN, now=house.now)


def _tying(caller: Api, key: str) -> list[str]:
    """What is said to whoever names a goal everywhere one can be named, without what is different each time."""
    said_ = [
        caller.post("/purchases", {"title": "A", "goal": key}),
        caller.post("/tasks", {"title": "A", "to_department": "it", "links": [key]}),
        caller.post("/agreements", {"title": "A", "data": "B", "giver": {"department": "sales"}, "goal": key,
                                    "receiver": {"department": "marketing"}, "cadence": {"every": 1, "unit": "week"}}),
        caller.post("/goals", {"title": "A", "parents": [{"goal": key, "kind": "support"}]}),
    ]  # fmt: skip
    assert [answer.status_code for answer in said_] == [422] * 4, [answer.text for answer in said_]
    return [answer.text.replace(key, "K") for answer in said_]


def test_a_request_keeps_the_goal_its_requester_may_not_see_any_more(
    house: Company, pages_as: Callable[[str], Pages]
) -> None:
    key = house.drafted("nao", goal=SHARED, title="Cameras")
    with house.indoors(), atomic() as unit:
        narrow = update(Goal).where(Goal.id == number(SHARED)).values(visibility="involved")
        unit.session.execute(narrow)
    nao = pages_as("nao")
    form = nao.get(f"/purchases/{key}/edit").text
    assert "Answered in the shop" not in form
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    answer = nao.send(
        f"/purchases/{key}/edit",
        {**values, "title": "Two cameras", "goal": "=", "then": "draft"},
        page=f"/purchases/{key}/edit",
    )
    assert answer.status_code == 303, answer.text
    row = house.purchase(key)
    assert (row.title, row.goal_id) == ("Two cameras", number(SHARED))
