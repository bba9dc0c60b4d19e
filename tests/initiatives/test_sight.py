"""Who sees which initiative and how much of it: a narrowed one, a goal that is hidden, a guest who takes part in one of many."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from collab.audit import queries as audit
from collab.initiatives import queries, service
from collab.initiatives.models import Milestone
from collab.initiatives.queries import Filter
from collab.initiatives.queries.concerning import departments, news
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotFound, Text
from collab.subjects import queries as subjects
from collab.subjects import service as subject_service
from collab.subjects.registry import registry
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.factories.initiatives import PROBLEM, TITLE, a_stage, an_initiative, initiative_fields, number, seen
from tests.initiatives.test_life import moved_side
from tests.parts.clients import Api
from tests.parts.statements import statements

As = Callable[[str | None], Api]
MARK = "零漏洩Q"
EVERYBODY = ("cmo", "cio", "mika", "nao", "kenji", "ceo", "emma", "agency", "auditor", "admin")


def listed(company: Company, name: str, **narrowed: Any) -> list[str]:
    with company.indoors():
        return [one.key for one in queries.list_initiatives(company.member(name), Filter(**narrowed))[0]]


def opened(as_: As, name: str, keys: list[str]) -> list[str]:
    return [key for key in keys if as_(name).get(f"/initiatives/{key}").status_code == 200]


def test_a_list_holds_what_its_reader_may_open_and_nothing_else(company: Company, as_: As) -> None:
    keys = [
        an_initiative(company, participants=("nao",), guests=("agency",)),
        an_initiative(company, visibility="involved", participants=("nao",)),
        an_initiative(company, visibility="involved", leads=("mika", "kenji"), third=("data", "admin"), by="emma"),
        an_initiative(company, visibility="involved", guests=("agency",)),
        an_initiative(company, state="closed"),
    ]
    promised = {
        "cmo": "12345", "cio": "12345", "mika": "135", "nao": "125", "kenji": "135", "ceo": "15", "emma": "135", "agency": "14",
        "auditor": "12345", "admin": "135",
    }  # fmt: skip
    for name in EVERYBODY:
        mine = [keys[int(place) - 1] for place in promised[name]]
        assert sorted(listed(company, name)) == sorted(mine), name
        assert opened(as_, name, keys) == mine, name
        with company.indoors():
            me = company.member(name)
            assert {one.key for viewer, one in queries.summaries([(me, keys)])} == set(mine), name
            assert {key for key in keys if queries.face(key, me)} == set(mine), name
            assert set(queries.list_seen(me, keys)) == set(mine), name


def test_lists_are_narrowed_sorted_and_counted(company: Company) -> None:
    one = an_initiative(company, "Banana", participants=("emma",))
    two = an_initiative(company, "apple", state="pilot", leads=("sales-lead", "kenji"))
    three = an_initiative(company, "Cherry", state="closed", leads=("cfo", "cio"))
    assert listed(company, "mika") == [two, one, three]
    assert listed(company, "mika", sort="newest") == [three, two, one]
    assert listed(company, "mika", sort="title") == [two, one, three]
    assert listed(company, "mika", state="open") == [two, one]
    assert listed(company, "mika", state="closed") == [three]
    assert (listed(company, "emma", mine=True), listed(company, "cio", mine=True)) == ([one], [one, three])
    assert listed(company, "mika", department="sales") == [two, one]
    assert listed(company, "mika", side="it") == [two, one, three]
    assert listed(company, "mika", side="moon") == []
    with company.indoors():
        page, total = queries.list_initiatives(company.member("mika"), Filter(), offset=1, limit=1)
        assert ([found.key for found in page], total) == ([one], 3)


def test_across_silos_is_what_sides_are_today(company: Company) -> None:
    one, two = an_initiative(company), an_initiative(company, leads=("sales-lead", "kenji"))
    gone = an_initiative(company, leads=("sales-lead", "cio"))
    with company.indoors():
        assert listed(company, "mika", cross_silo=True) == [gone, two, one]
        moved_side("sales", "it")
        assert (listed(company, "mika", cross_silo=True), listed(company, "mika", cross_silo=False)) == (
            [one],
            [gone, two],
        )
        moved_side("sales", "business")


# ---- A goal that is hidden


@pytest.fixture
def hiding(company: Company) -> tuple[str, str]:
    """An initiative everybody sees, serving a goal everybody sees and one that is hidden."""
    secret = goal(
        company, f"{MARK} title", owners=("service-lead", "cfo"), visibility="involved", outcome=f"{MARK} outcome"
    )
    key = an_initiative(company)
    with company.indoors():
        service.add_participant(company.member("cmo"), key, "service-lead@example.com", now=company.later())
        service.name_leads(
            company.member("cmo"), key, [{"slot": 1, "department": "service", "member": "service-lead@example.com"}],
            now=company.later(),
        )  # fmt: skip
        service.link_goal(company.member("service-lead"), key, secret, now=company.later())
        service.unlink_goal(company.member("service-lead"), key, "G-1", now=company.later())
        service.link_goal(company.member("service-lead"), key, "G-1", now=company.later())
        subject_service.index()
    return key, secret


@pytest.mark.parametrize("name", ["nao", "kenji", "cio", "auditor", "cfo"])
def test_a_hidden_goal_shows_through_no_initiative(
    company: Company, as_: As, hiding: tuple[str, str], name: str
) -> None:
    key, secret = hiding
    sees = name in ("auditor", "cfo")
    body = as_(name).get(f"/initiatives/{key}").json
    assert (body["goals"], body["goals_hidden"]) == (["G-1", secret] if sees else ["G-1"], not sees)
    history = as_(name).get(f"/initiatives/{key}/history")
    assert [entry["verb"] for entry in history.json] == [
        "add_participant", "remove_participant", "name_leads", "link_goal", "unlink_goal", "link_goal",
    ]  # fmt: skip
    assert [entry["after"] for entry in history.json if entry["verb"] == "link_goal"] == [
        {"goal": secret if sees else None}, {"goal": "G-1"},
    ]  # fmt: skip
    texts = [history.text, json.dumps(body, ensure_ascii=False), as_(name).get("/initiatives").text]
    with company.indoors():
        me = company.member(name)
        texts += [repr(queries.face(key, me)), repr(subjects.list_related(me, key)), repr(subjects.search(me, MARK))]
        assert [one.key for one in subjects.list_related(me, secret)] == [
            key
        ]  # of an initiative one sees nothing is hidden
    for text in texts:
        assert (secret in text or MARK in text) <= sees, text


def test_for_whoever_may_read_it_only_what_the_company_sees_is_said(company: Company, hiding: tuple[str, str]) -> None:
    key, secret = hiding
    with company.indoors():
        said = repr(queries.face(key))
        assert (MARK in said, secret in said, "G-1 Answer every customer" in said, "goal.hidden" in said) == (
            False, False, True, True,
        )  # fmt: skip
        assert MARK not in queries.words([key])[key]


def test_a_goal_one_may_not_see_is_no_goal(company: Company, as_: As, hiding: tuple[str, str]) -> None:
    key, secret = hiding
    a_stage(company)
    cio = as_("cio")
    for wanted in (secret, "G-999"):
        refused = cio.post(f"/initiatives/{key}/goals", {"goal": wanted})
        assert (refused.status_code, refused.text.replace(wanted, "K")) == (
            422, cio.post(f"/initiatives/{key}/goals", {"goal": "G-998"}).text.replace("G-998", "K"),
        )  # fmt: skip
        begun = cio.post("/initiatives", initiative_fields(goals=[wanted]))
        assert (begun.status_code, "not see it" in begun.text or "閲覧権限" in begun.text) == (422, True)
    gone = [cio.send("DELETE", f"/initiatives/{key}/goals/{wanted}") for wanted in (secret, "G-999")]
    assert [one.status_code for one in gone] == [422, 422]
    assert gone[0].text == gone[1].text
    assert secret.partition("-")[2] in {str(one) for one in seen(company, key).goals}


# ---- A guest


GUEST = {"key", "state", "title", "problem", "journey_stage", "part", "milestones"}


@pytest.fixture
def given(company: Company) -> str:
    """What a guest takes part in, full of what is none of theirs; they saw nothing of the one before."""
    an_initiative(company, f"{MARK} other", problem=f"{MARK} problem")
    key = an_initiative(
        company, state="active", third=("data", "admin"), guests=("agency",),
        **{name: f"{MARK} {name}" for name in ("hypothesis", "measured_by", "outcome", "lesson")},
    )  # fmt: skip
    with company.indoors(), atomic() as unit:
        common = {"initiative_id": number(key), "due_on": date(2026, 12, 1), "owner_1_id": company.id("cmo"),
                  "owner_2_id": company.id("cio"), "created_by_id": company.id("cmo"), "created_at": company.now}  # fmt: skip
        ended = {"ended_at": company.now, "note": f"{MARK} note"}
        for more in ({"title": "Stock is counted"}, {"title": f"{MARK} dropped", "state": "dropped", **ended},
                     {"title": "Phones know it", "state": "reached", **ended}):  # fmt: skip
            unit.session.execute(insert(Milestone).values(**common, **{"state": "open", **more}))
    with company.indoors():
        service.add_participant(company.member("cmo"), key, "nao@example.com", part=f"{MARK} part", now=company.later())
        subject_service.index()
    return key


def test_a_guest_reads_the_least_and_nothing_more(company: Company, as_: As, given: str) -> None:
    guest = as_("agency")
    body = guest.get(f"/initiatives/{given}").json
    assert set(body) == GUEST
    assert (body["title"], body["problem"], body["part"]) == (TITLE, PROBLEM, None)
    assert [one["title"] for one in body["milestones"]] == ["Stock is counted", "Phones know it"]
    rows = guest.get("/initiatives")
    assert [set(row) for row in rows.json] == [GUEST]
    assert json.loads(rows.headers["X-Pagination"])["total"] == 1
    texts = [guest.get(f"/initiatives/{given}").text, rows.text, guest.get(f"/initiatives/{given}/history").text]
    with company.indoors():
        me = company.member("agency")
        texts += [repr(queries.face(given, me)), repr(list(queries.summaries([(me, [given])])))]
        texts += [repr(subjects.search(me, word)) for word in (MARK, "lesson", "hypothesis")]
    names = [company.member(name) for name in ("cmo", "cio", "admin", "nao")]
    private = [MARK, "G-1", "marketing", *[word for one in names for word in (one.email, one.name_en, one.name_ja)]]
    assert [(text, word) for text in texts for word in private if word in text] == []
    with company.indoors():
        assert [one.key for one in subjects.search(me, PROBLEM)] == [given]
        assert subjects.search(me, MARK) == []  # what they may not read they do not find by trying either


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"title": "Theirs"}), ("PUT", "/leads", {"leads": [{"slot": 1, "member": "agency@example.com"}]}),
    ("POST", "/participants", {"member": "emma@example.com"}), ("DELETE", "/participants/nao@example.com", None),
    ("POST", "/goals", {"goal": "G-1"}), ("DELETE", "/goals/G-1", None), ("POST", "/start", None),
    ("POST", "/close", {"result": "dropped", "outcome": "Gone", "lesson": "None"}), ("GET", "/history", None),
]  # fmt: skip


def test_a_guest_learns_of_no_other_initiative_by_trying(company: Company, as_: As) -> None:
    """What is there and what is not answers the same, whatever they try; what they take part in they change in nothing."""
    hidden, mine, absent = an_initiative(company), an_initiative(company, guests=("agency",)), "I-999"
    guest, private = as_("agency"), an_initiative(company, visibility="involved")
    for method, path, body in [("GET", "", None), *WRITES]:
        more = {} if body is None else {"json": body}
        ends = [guest.send(method, f"/initiatives/{key}{path}", **more) for key in (hidden, private, absent)]
        assert [one.status_code for one in ends] == [404] * 3, (method, path)
        assert len({one.text.replace(key, "K") for one, key in zip(ends, (hidden, private, absent), strict=True)}) == 1
        if method != "GET" or path:
            assert guest.send(method, f"/initiatives/{mine}{path}", **more).status_code == 403, (method, path)
    assert guest.post("/initiatives", initiative_fields()).status_code == 403
    assert seen(company, mine).version == seen(company, hidden).version == 1


def test_a_guest_narrows_by_nothing_that_tells_who_else_is_there(company: Company, as_: As) -> None:
    an_initiative(company, guests=("agency",))
    for asked in ("department=marketing", "department=moon", "side=it", "cross_silo=yes", "cross_silo=no"):
        assert as_("agency").get(f"/initiatives?{asked}").json == [], asked
    assert len(as_("agency").get("/initiatives?state=idea&mine=yes").json) == 1


def test_a_guest_who_takes_part_no_more_sees_it_no_more(company: Company, as_: As) -> None:
    key = an_initiative(company, guests=("agency",))
    assert as_("agency").get(f"/initiatives/{key}").status_code == 200
    assert as_("cmo").send("DELETE", f"/initiatives/{key}/participants/agency@example.com").status_code == 200
    assert as_("agency").get(f"/initiatives/{key}").status_code == 404


# ---- Elsewhere in the house


def test_channels_learn_whom_it_concerns_and_what_happened(company: Company) -> None:
    key = an_initiative(company, participants=("emma",))
    with company.indoors():
        assert departments([key, "I-99"]) == {key: frozenset({"marketing", "it", "sales"})}
        service.change(company.member("cmo"), key, {"title": "Another"}, now=company.later())
        service.close(
            company.member("cmo"), key, result="stopped", outcome="None", lesson=MARK, now=company.later()
        )  # fmt: skip
        said = [news(entry) for entry in audit.list_entries(key)]
    assert said == [None, Text("initiative.news.stopped")]


def test_it_is_found_by_its_words_and_from_its_goal(company: Company) -> None:
    key = an_initiative(company, "An umbrella")
    with company.indoors():
        service.change(company.member("cmo"), key, {"title": "Blue umbrella"}, now=company.now)
        subject_service.index()
        assert [one.key for one in subjects.search(company.member("emma"), "umbrella")] == [key]
        assert queries.related("G-1") == [key]
        assert queries.related(key) == ["G-1"]
        assert queries.related("I-99") == []
        assert registry.kind_of(key).code == "initiative"
        with pytest.raises(NotFound):
            queries.get_initiative(company.member("emma"), "I-99")


def test_a_line_about_many_costs_no_more_than_about_one(company: Company) -> None:
    keys = [an_initiative(company) for _ in range(4)]
    with company.indoors():
        people = [company.member(name) for name in ("mika", "agency", "auditor")]
        with statements(company.app) as few:
            list(queries.summaries([(people[0], keys[:1])]))
        with statements(company.app) as many:
            list(queries.summaries([(one, keys) for one in people]))
    assert len(many.said) == len(few.said)
