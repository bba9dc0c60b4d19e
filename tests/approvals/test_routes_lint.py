"""What would surprise whoever submits: found before a route file is taken; and the file's own examples."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from collab.approvals.rules import lint, parsing, when
from collab.approvals.rules.lint import People
from tests.approvals.test_routes_rules import book, route, step

TODAY = date(2026, 11, 18)
SAMPLE = Path(__file__).parents[2] / "config" / "routes" / "standard.toml"
ELSE = route(step(), code="else")
KEYS = step("Keys", '"office:CMO", "office:CIO"', keys=True)


def problems(text: str) -> list[str]:
    return lint.problems({"routes.toml": text.encode()}, TODAY)


FOUND = {
    "a route another one hides": (
        route(step(), code="all", more="priority = 1") + route(step(), code="rich", more='priority = 2\nwhen = { total_gte = "10" }'),
        "rich: no request takes this route",
    ),
    "a route whose condition never holds": (
        ELSE + route(step(), code="odd", more='when = { total_gte = "10", total_lt = "10" }'), "odd: no request takes this route",
    ),
    "a step whose condition never holds in its route": (
        route(step(), step("Top", '"office:CEO"', when={}) + 'when = { total_gte = "1000" }\n', more='when = { total_lt = "1000" }').replace("when = {}\n", "", 1)
        + ELSE,
        "own: nobody is ever asked at the step 'Top'",
    ),
    "a gap that opens next spring": (
        route(step(), more="effective_until = 2027-03-31") + route(step(), code="next", more="effective_from = 2027-04-02"),
        "nobody decides a plain request of JPY 1 on 2027-04-01",
    ),
    "a gap for one category only": (
        route(step(), more='when = { not = { category = ["martech"] } }'), "nobody decides a request of JPY 1 (category martech)",
    ),
    "a route that ended before it began": (
        ELSE + route(step(), code="odd", more="effective_from = 2026-02-01\neffective_until = 2026-01-01"), "odd: ends before it begins",
    ),
    "one label in two places": (
        route(step("A", parallel="x"), step("B", '"office:CIO"'), step("C", '"office:CEO"', parallel="x")), "the label 'x' stands in more than one place",
    ),
    "a label of steps it does not stand beside": (
        route(step("A", parallel="x"), step("B", '"office:CIO"'))
        + '[[overlay]]\ncode = "o"\nafter = "B"\n[[overlay.step]]\nname = "C"\nseats = ["office:CFO"]\nparallel = "x"\n',
        "overlay o: the label 'x' belongs to steps it does not stand beside",
    ),
    "two joins of one block": (
        route(step("A", parallel="x", join="any"), step("B", '"office:CIO"', parallel="x", join="all")), "joined in two ways: all, any",
    ),
    "more branches joined than there are": (
        route(step("A", parallel="x", join="quorum:3"), step("B", '"office:CIO"', parallel="x")), "joins 3 of 2 branches",
    ),
    "a block an opinion carries alone": (
        route(step("A", parallel="x", join="any"), step("B", '"office:CIO"', parallel="x", kind="consult"), step("C", '"office:CEO"')),
        "could be through without anybody's approval",
    ),
    "a route without approval": (route(step(kind="review")), "own: nobody is asked to approve"),
    "own authority without a limit": (
        ELSE + route(code="free", more='priority = 1\nauto = "own_authority"\nby = ["department_lead"]\nwhen = { category = ["other"] }'),
        "free: decides itself without a limit",
    ),
    "approved together without a limit": (
        ELSE + route(step(), code="free", more='priority = 1\nbulk = true\nwhen = { category = ["other"] }'),
        "free: may be approved together with others without a limit",
    ),
    "own authority an overlay always stops": (
        ELSE + route(code="free", more='priority = 1\nauto = "auto_approve"\nwhen = { total_lt = "10", category = ["martech"] }')
        + '[[overlay]]\ncode = "k"\nwhen = { category = ["martech"] }\n[[overlay.step]]\nname = "K"\nseats = ["office:CIO"]\n',
        "free: no request takes this route",
    ),
    "an overlay beside nothing": (
        ELSE + '[[overlay]]\ncode = "o"\nbefore = "Finance"\n[[overlay.step]]\nname = "K"\nseats = ["office:CIO"]\n',
        "overlay o: there is no step 'Finance' to stand before",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), list(FOUND.values()), ids=list(FOUND))
def test_what_can_be_read_and_would_surprise_is_said(text: str, problem: str) -> None:
    found = problems(text)
    assert [line for line in found if problem in line], found


def test_sound_routes_are_found_sound() -> None:
    sound = (
        route(code="free", more='priority = 1\nauto = "own_authority"\nby = ["department_lead"]\nwhen = { total_lt = "10" }')
        + route(step(), step("A", '"office:CFO"', parallel="x", join="any"), step("B", '"office:CEO"', parallel="x"), more='when = { total_lt = "10" }')
        + route(step(), code="named", more="priority = 2\nwhen = { explicit = true }")
        + ELSE
    )  # fmt: skip
    assert problems(sound) == []
    assert lint.problems({SAMPLE.name: SAMPLE.read_bytes()}, TODAY) == []


def test_a_refusal_is_no_gap() -> None:
    text = route(step(), more='when = { not = { category = ["martech"] } }')
    refusal = '[[refuse]]\ncode = "no"\nwhen = { category = ["martech"] }\nmessage = "Not here."\nmessage_ja = "対象外です。"\n'
    assert problems(text + refusal) == []


def test_seats_that_find_nobody_are_said_where_people_are_known() -> None:
    text = route(step(seats='"office:CTO", "office:CIO", "member:a@b.example", "group:board"', rule="any"))
    assert problems(text) == []
    assert list(lint.nobody(book(text), People(offices=frozenset({"CIO"})))) == [
        "seat group:board: the group is empty: board", "seat member:a@b.example: no active member a@b.example",
        "seat office:CTO: nobody holds the office CTO",
    ]  # fmt: skip


def example(**said: str) -> str:
    lines = {"name": '"it"', "request": '{ total = "5000", category = "other", department = "sales" }', **said}
    return "[[example]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


BOOK = (
    route(code="free", more='priority = 1\nauto = "own_authority"\nby = ["department_lead"]\nwhen = { total_lt = "10000" }')
    + route(step(), code="usual", more="effective_until = 2026-12-31") + route(step("Boss", '"manager"'), code="next", more="effective_from = 2027-01-01")
    + '[[overlay]]\ncode = "keys"\nwhen = { category = ["martech"] }\n' + KEYS.replace("route.step", "overlay.step")
    + '[[refuse]]\ncode = "no"\nwhen = { after_the_fact = true }\nmessage = "Not so."\nmessage_ja = "できません。"\n'
    + '[[warn]]\ncode = "long"\nwhen = { term_months_gte = 61 }\nmessage = "Long."\nmessage_ja = "長期です。"\n'
)  # fmt: skip
EXAMPLES = {
    "what comes of it": (example(route='"usual"', steps='["Lead"]', overlays="[]", warned="[]"), None),
    "another route": (example(route='"free"'), "example 'it': route should be free, and is usual"),
    "other steps": (example(steps='["Boss", "Lead"]'), "steps should be Boss, Lead, and is Lead"),
    "on a day to come": (example(steps='["Boss"]', on="2027-01-01"), None),
    "by whoever has the authority": (example(route='"free"', steps="[]", requester='"department_lead"'), None),
    "with overlays": (example(request='{ total = "5", category = "martech" }', requester='"department_lead"', route='"usual"', overlays='["keys"]'), None),
    "refused": (example(request='{ total = "5", after_the_fact = true }', refused='"no"'), None),
    "refused, and nobody said so": (example(request='{ total = "5", after_the_fact = true }', overlays="[]"), "refused should be nothing, and is no"),
    "warned of": (example(request='{ total = "5", term_months = 61 }', warned='["long"]'), None),
    "no warning came": (example(warned='["long"]'), "warned should be long, and is nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), list(EXAMPLES.values()), ids=list(EXAMPLES))
def test_examples_must_hold(text: str, problem: str | None) -> None:
    found = problems(BOOK + text)
    assert (found == []) if problem is None else any(problem in line for line in found), found


DOCS = Path(__file__).parents[2] / "docs" / "routes.md"
PAGES = re.findall(r"^```toml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", PAGES, ids=range(len(PAGES)))
def test_what_the_documentation_shows_can_be_taken_as_it_stands(text: str) -> None:
    assert problems(text) == []
    assert book(text).examples


def test_every_key_is_in_the_documentation() -> None:
    page = DOCS.read_text(encoding="utf-8")
    keys = (
        parsing._ROUTE_KEYS
        | parsing._OVERLAY_KEYS
        | parsing._STEP_KEYS
        | parsing._NOTICE_KEYS
        | parsing._REQUEST_KEYS
        | when.KEYS
    )
    assert sorted(key for key in keys - {"step", "last"} if f"`{key}" not in page and f"{key} =" not in page) == []
