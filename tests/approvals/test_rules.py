"""The engine's pure decisions: reading routes strictly, planning and moving on, for any organisation."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.approvals.rules import book as books
from collab.approvals.rules import parsing, progress
from collab.approvals.rules import plan as plans
from collab.approvals.rules.plan import Organisation
from collab.approvals.rules.when import Facts, holds, reasons
from collab.approvals.service.opening import freeze
from collab.kernel.errors import Invalid
from collab.kernel.money import Money

TODAY = date(2026, 11, 18)
STEP = '[[route.step]]\nname = "Lead"\nseats = ["department_lead"]\n'


def parse(*texts: str) -> books.Book:
    return parsing.parse([tomllib.loads(text) for text in texts])


def facts(total: str = "500000", **more: Any) -> Facts:
    return Facts(total=Money.parse(total, "JPY"), **more)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "at least one base route"),
        (f'[[route]]\ncode = "A b"\n{STEP}', "route[0].code"),
        ('[[route]]\ncode = "a"', "route[0].step"),
        (f'[[route]]\ncode = "a"\nwhenn = {{}}\n{STEP}', "route[0].whenn"),
        (f'[[route]]\ncode = "a"\nwhen = {{ total_gte = 1000 }}\n{STEP}', "route[0].when.total_gte"),
        (f'[[route]]\ncode = "a"\nwhen = {{ total_gte = "-5" }}\n{STEP}', "route[0].when.total_gte"),
        (f'[[route]]\ncode = "a"\nwhen = {{ colour = "red" }}\n{STEP}', "route[0].when.colour"),
        (f'[[route]]\ncode = "a"\nwhen = {{ any = [] }}\n{STEP}', "route[0].when.any"),
        (f'[[route]]\ncode = "a"\nwhen = {{ units_gte = 0 }}\n{STEP}', "units_gte"),
        (f'[[route]]\ncode = "a"\neffective_from = "soon"\n{STEP}', "effective_from"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = ["boss"]', "seats"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = []', "seats"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nseats = ["manager"]', "name"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = ["manager"]\nrule = "most"', "rule"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = ["manager"]\ndue = "soon"', "due"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = ["manager"]\ndue = "99999bd"', "due"),
        ('[[route]]\ncode = "a"\n[[route.step]]\nname = "A"\nseats = ["manager"]\nkeys = true', "keys"),
        (f'[[route]]\ncode = "a"\n{STEP}[[route]]\ncode = "a"\n{STEP}', "used twice"),
        (f'[[route]]\ncode = "a"\n{STEP}[[rate]]\ncurrency = "USD"\non = 2026-01-01\nworth = "-1"', "rate[0]"),
    ],
)  # fmt: skip
def test_a_route_file_with_a_mistake_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(books.BadBook) as refusal:
        parse(text)
    assert any(problem in found for found in refusal.value.problems), refusal.value.problems


def test_every_mistake_is_said_at_once() -> None:
    with pytest.raises(books.BadBook) as refusal:
        parse('[[route]]\ncode = "A"\nwhen = { colour = 1 }\n[[route.step]]\nseats = ["boss"]\nrule = "most"')
    assert len(refusal.value.problems) >= 4


def test_the_first_route_by_priority_that_holds_is_taken() -> None:
    book = parse(
        f'[[route]]\ncode = "late"\npriority = 2\n{STEP}[[route]]\ncode = "early"\npriority = 1\nwhen = {{ total_lt = "100" }}\n{STEP}'
    )
    assert [book.choose(facts(total), TODAY).code for total in ("99", "100")] == ["early", "late"]  # type: ignore[union-attr]


def test_a_route_counts_from_its_first_to_its_last_day() -> None:
    book = parse(f'[[route]]\ncode = "a"\neffective_from = 2026-04-01\neffective_until = 2026-11-18\n{STEP}')
    assert [book.choose(facts(), day) is not None for day in (date(2026, 3, 31), date(2026, 4, 1), TODAY, date(2026, 11, 19))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_route_for_those_who_name_it_is_taken_by_nobody_else() -> None:
    book = parse(
        f'[[route]]\ncode = "own"\npriority = 1\nwhen = {{ explicit = true }}\n{STEP}[[route]]\ncode = "usual"\npriority = 2\n{STEP}'
    )
    assert book.choose(facts(), TODAY).code == "usual"  # type: ignore[union-attr]
    assert book.choose(facts(explicit="own"), TODAY).code == "own"  # type: ignore[union-attr]


def test_the_newest_rate_of_the_day_or_before_converts() -> None:
    book = parse(
        f'[[route]]\ncode = "a"\n{STEP}[[rate]]\ncurrency = "USD"\non = 2026-01-01\nworth = "100"\n'
        '[[rate]]\ncurrency = "USD"\non = 2026-12-01\nworth = "200"'
    )
    dollars = Money.parse("10.55", "USD")
    assert book.convert(dollars, TODAY) == Money(1055, "JPY")
    assert book.convert(dollars, date(2025, 1, 1)) is None
    assert book.convert(Money(5, "JPY"), TODAY) == Money(5, "JPY")
    assert Decimal(str(book.convert(Money(1, "USD"), TODAY))) == 1


@pytest.mark.parametrize(
    ("when", "yes"),
    [
        ({}, True), ({"total_gte": "500000"}, True), ({"total_lt": "500000"}, False), ({"not": {"total_lt": "500000"}}, True),
        ({"any": [{"units_gte": 2}, {"category": ["martech"]}]}, True), ({"all": [{"units_gte": 2}, {"category": ["martech"]}]}, False),
        ({"category": "martech", "personal_data": False}, True), ({"side": ["it"]}, False),
    ],
)  # fmt: skip
def test_conditions_hold_and_say_why(when: dict[str, Any], yes: bool) -> None:
    asked = facts(category="martech", side="business")
    assert holds(when, asked) is yes
    if yes and when and "not" not in when:
        assert reasons(when, asked)


def test_without_a_total_no_condition_on_it_holds() -> None:
    assert not holds({"total_gte": "1"}, Facts())
    assert not holds({"total_lt": "1"}, Facts())


PEOPLE = st.integers(1, 6)
ORGANISATIONS = st.builds(
    lambda offices, leads, absent, above: Organisation(
        offices={name: member for name, member in zip(("CEO", "CMO", "CIO", "CFO"), offices, strict=True) if member},
        leads={"marketing": leads} if leads else {}, absent=absent, manager_of=above.get,
    ),
    st.tuples(*[PEOPLE | st.none()] * 4), PEOPLE | st.none(), st.dictionaries(PEOPLE, PEOPLE | st.none(), max_size=3),
    st.dictionaries(PEOPLE, PEOPLE, max_size=6),
)  # fmt: skip
SEATS = st.sampled_from(["office:CEO", "office:CMO", "office:CIO", "office:CFO", "department_lead", "manager"])
STEPS = st.lists(st.builds(lambda seats, keys: (seats, keys and len(seats) > 1), st.lists(SEATS, min_size=1, max_size=3, unique=True), st.booleans()),
                 min_size=1, max_size=4)  # fmt: skip


def written(steps: list[tuple[list[str], bool]]) -> books.Book:
    return parsing.parse(
        [
            {
                "route": [
                    {
                        "code": "a",
                        "step": [
                            {"name": f"S{n}", "seats": seats, "keys": keys} for n, (seats, keys) in enumerate(steps)
                        ],
                    }
                ]
            }
        ]
    )


@given(ORGANISATIONS, STEPS, PEOPLE, PEOPLE)
def test_whatever_the_organisation_a_plan_is_sound_or_refused(
    org: Organisation, steps: list[tuple[list[str], bool]], requester: int, other: int
) -> None:
    barred = frozenset({requester, other})
    try:
        plan = plans.plan(
            written(steps), facts(department="marketing"), org, day=TODAY, requester=requester, barred=barred
        )
    except Invalid as refusal:
        assert refusal.fields["route"].key in {"error.seat_falls_to_nobody", "error.nobody_left_to_decide"}  # noqa: PT017 - both ends are right
        return
    assert plan.steps
    for step in plan.steps:
        members = [seat.member for seat in step.seats]
        assert members, "a step nobody decides"
        assert len(set(members)) == len(members), "somebody sits twice in one step"
        assert not barred & set(members), "somebody decides their own request"
        assert step.keys or not set(members) & set(org.absent), "somebody who is away is asked, and it is no key"
        assert not step.keys or len(members) >= 2, "one person turns both keys"


def _step(number: int, seats: list[str], kind: str, label: str, rule: str, veto: bool) -> dict[str, Any]:
    more = {"veto": seats[:1]} if veto and kind in ("approve", "review") else {}
    if label:
        more["parallel"] = label
    return {"name": f"S{number}", "seats": seats, "kind": kind, "rule": rule, **more}


WHOLE = st.lists(
    st.tuples(
        st.lists(SEATS, min_size=1, max_size=3, unique=True), st.sampled_from(["approve", "approve", "review", "consult", "advocate", "circulate"]),
        st.sampled_from(["", "", "a", "b"]), st.sampled_from(["all", "any", "percent:50"]), st.booleans(),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(ORGANISATIONS, WHOLE, PEOPLE, st.sampled_from(["all", "any"]))
def test_whatever_the_steps_a_plan_cannot_pass_without_somebody_s_approval(
    org: Organisation, drawn: list[tuple[list[str], str, str, str, bool]], requester: int, join: str
) -> None:
    steps = [_step(number, *found) for number, found in enumerate(drawn)]
    for step in steps:
        if step.get("parallel"):
            step["join"] = join
    found = parsing.parse([{"route": [{"code": "a", "step": steps}]}])
    barred = frozenset({requester})
    try:
        plan = plans.plan(found, facts(department="marketing"), org, day=TODAY, requester=requester, barred=barred)
    except Invalid as refusal:
        assert refusal.said_code in {"seat_falls_to_nobody", "nobody_left_to_decide"}  # noqa: PT017 - both ends are right
        return
    seats = [seat for step in plan.steps for seat in step.seats]
    assert not barred & {seat.member for seat in seats}
    assert all(step.seats for step in plan.steps)
    frozen = progress.spec_of(freeze(plan, facts()))
    opinions = [
        progress.SeatNow(
            number, step, seat.member, "planned" if frozen[step].kind == "approve" else "answered", seat.veto
        )
        for number, (step, seat) in enumerate((at, seat) for at, one in enumerate(plan.steps) for seat in one.seats)
    ]
    assert progress.settle(frozen, opinions).end is None, "through although nobody approved"
