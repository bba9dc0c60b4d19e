"""What a route book may say beyond plain steps: counted and vetoing seats, steps side by side, opinions and reading, requests
that decide themselves, refusals and warnings."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

import pytest

from collab.approvals.rules import parsing
from collab.approvals.rules import plan as plans
from collab.approvals.rules.book import BadBook, Book
from collab.approvals.rules.plan import Organisation, Plan
from collab.approvals.rules.when import Facts
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.kernel.money import Money

TODAY = date(2026, 11, 18)
CEO, CMO, CIO, CFO, MIKA, LEAD, NAO = 1, 2, 3, 4, 5, 6, 7
LINE = {CMO: CEO, CIO: CEO, CFO: CEO, MIKA: CMO, LEAD: CEO, NAO: LEAD}


def company(**changes: Any) -> Organisation:
    held: dict[str, Any] = {
        "offices": {"CEO": CEO, "CMO": CMO, "CIO": CIO, "CFO": CFO}, "leads": {"marketing": CMO, "sales": LEAD}, "absent": {},
        "manager_of": LINE.get, "groups": {"board": [CMO, CIO, CFO], "nobody": []}, **changes,
    }  # fmt: skip
    return Organisation(**held)


def book(text: str) -> Book:
    return parsing.parse([tomllib.loads(text)])


def step(name: str = "Lead", seats: str = '"department_lead"', **more: Any) -> str:
    rest = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    return f'[[route.step]]\nname = "{name}"\nseats = [{seats}]\n{rest}'


def route(*steps: str, more: str = "", code: str = "own") -> str:
    return f'[[route]]\ncode = "{code}"\n{more}\n' + "\n".join(steps) + "\n"


def facts(total: str = "500000", **more: Any) -> Facts:
    return Facts(total=Money.parse(total, "JPY"), **{"department": "marketing", **more})


def plan(
    text: str, asked: Facts | None = None, *, by: int = MIKA, org: Organisation | None = None, **more: Any
) -> Plan:
    more = {"barred": frozenset({by}), "day": TODAY, **more}
    return plans.plan(book(text), asked or facts(), org or company(), requester=by, **more)


def names(found: Plan) -> list[str]:
    return [step.name_en for step in found.steps]


def seated(found: Plan) -> list[list[int]]:
    return [[seat.member for seat in step.seats] for step in found.steps]


MISTAKES = {
    "a share of none": (route(step(rule="percent:0")), "rule: one of all, any"),
    "more than all": (route(step(rule="percent:101")), "rule: one of all, any"),
    "a quorum of none": (route(step(rule="quorum:0")), "rule: one of all, any"),
    "a quorum larger than the seats": (route(step(seats='"office:CIO", "office:CFO"', rule="quorum:3")), "a quorum of 3 from 2 seats"),
    "a veto of somebody without a seat": (route(step(veto=["office:CIO"])), "veto: must be among the seats"),
    "an opinion with a veto": (route(step(kind="consult", veto=["department_lead"])), "veto: an opinion stops nothing"),
    "a kind nobody knows": (route(step(kind="bless")), "kind: one of approve, consult"),
    "keys that only give an opinion": (route(step(seats='"office:CIO", "office:CFO"', kind="consult", keys=True)), "keys: only a step of approval"),
    "a join of nothing": (route(step(join="any")), "join: only with `parallel`"),
    "a branch of nothing": (route(step(branch="left")), "branch: only with `parallel`"),
    "a label with spaces": (route(step(parallel="side by side")), "parallel: small letters"),
    "an approval to confirm": (route(step(confirm=True)), "confirm: only what is circulated"),
    "a word for a flag": (route(step(lift="no")), "lift: true or false"),
    "steps of a route that decides itself": (route(step(), more='auto = "auto_approve"\nwhen = { total_lt = "1" }'), "has no steps"),
    "own authority of nobody": (route(more='auto = "own_authority"\nwhen = { total_lt = "1" }'), "say whose own authority"),
    "a sample of what people decide": (route(step(), more='review = { percent = 10, seats = ["office:CFO"] }'), "review: only with `auto`"),
    "a sample of nothing": (
        route(more='auto = "auto_approve"\nwhen = { total_lt = "1" }\nreview = { percent = 0, seats = ["office:CFO"] }'), "review.percent",
    ),
    "a sample nobody reads": (
        route(more='auto = "auto_approve"\nwhen = { total_lt = "1" }\nreview = { percent = 5, seats = [] }'), "review.seats: at least one",
    ),
    "a warning in one language": (route(step()) + '[[warn]]\ncode = "w"\nwhen = { units_gte = 1 }\nmessage = "Hm."', "message_ja: words are missing"),
    "a refusal of everything": (route(step()) + '[[refuse]]\ncode = "w"\nmessage = "No."\nmessage_ja = "不可"', "when: say of which requests"),
    "an overlay that decides itself": (
        route(step()) + '[[overlay]]\ncode = "o"\nauto = "auto_approve"\n[[overlay.step]]\nname = "S"\nseats = ["manager"]', "overlay[0].auto: unknown",
    ),
    "two words on deputies": (route(step()) + "[[proxy]]\nnever_decides = { units_gte = 1 }\n[[proxy]]\nnever_decides = { units_gte = 2 }", "one table for all"),
    "no word on deputies": (route(step()) + "[proxy]\n", "proxy[0].never_decides"),
    "an example of nothing": (route(step()) + '[[example]]\nname = "x"', "say what must come of it"),
    "an example of another form": (route(step()) + '[[example]]\nname = "x"\nroute = "own"\nrequest = { colour = "red" }', "request.colour: unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), list(MISTAKES.values()), ids=list(MISTAKES))
def test_what_does_not_go_together_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(BadBook) as refusal:
        book(text)
    assert [found for found in refusal.value.problems if problem in found], refusal.value.problems


class TestSeats:
    def test_a_veto_goes_with_the_seat_it_was_given_to(self) -> None:
        found = plan(route(step(seats='"office:CIO", "office:CFO"', rule="any", veto=["office:CFO"])))
        assert [(seat.member, seat.veto) for seat in found.steps[0].seats] == [(CIO, False), (CFO, True)]

    def test_somebody_who_sits_for_both_keeps_the_veto_of_either(self) -> None:
        found = plan(route(step(seats='"department_lead", "office:CMO"', rule="any", veto=["office:CMO"])))
        assert [(seat.member, seat.veto) for seat in found.steps[0].seats] == [(CMO, True)]

    def test_a_vetoing_seat_is_never_left_out(self) -> None:
        alone = company(offices={"CFO": CFO}, manager_of={}.get)
        with pytest.raises(Invalid) as refusal:
            plan(route(step(seats='"office:CFO", "office:CIO"', rule="any", veto=["office:CIO"])), org=alone)
        assert refusal.value.said_code == "seat_falls_to_nobody"

    def test_a_quorum_is_refused_rather_than_weakened_when_too_few_can_sit(self) -> None:
        text = route(step(seats='"office:CMO", "department_lead", "office:CFO"', rule="quorum:3"))
        with pytest.raises(Invalid) as refusal:
            plan(text)
        assert refusal.value.said_code == "seat_falls_to_nobody"
        assert seated(plan(text, facts(department="sales"))) == [[CMO, LEAD, CFO]]


class TestSideBySide:
    MONEY = route(
        step(),
        step("Finance", '"office:CFO"', parallel="money"),
        step("Systems", '"office:CIO"', parallel="money", join="any"),
        step("Top", '"office:CEO"'),
    )

    def overlay(self, where: str, label: str = "") -> str:
        tail = f'parallel = "{label}"\n' if label else ""
        return f'[[overlay]]\ncode = "more"\n{where}\n[[overlay.step]]\nname = "More"\nseats = ["office:CMO"]\nkind = "review"\n{tail}'

    def test_what_one_step_says_about_the_join_counts_for_its_block(self) -> None:
        found = plan(self.MONEY)
        assert [(step.parallel, step.join) for step in found.steps] == [
            ("", "all"),
            ("money", "any"),
            ("money", "any"),
            ("", "all"),
        ]

    @pytest.mark.parametrize(
        ("where", "order"),
        [
            ('before = "Systems"', ["Lead", "More", "Finance", "Systems", "Top"]),
            ('after = "Finance"', ["Lead", "Finance", "Systems", "More", "Top"]),
            ('place = "first"', ["More", "Lead", "Finance", "Systems", "Top"]),
        ],
    )
    def test_an_overlay_never_lands_inside_a_block(self, where: str, order: list[str]) -> None:
        assert names(plan(self.MONEY + self.overlay(where), facts(department="sales"))) == order

    def test_under_the_label_of_a_block_it_runs_beside_the_others(self) -> None:
        found = plan(self.MONEY + self.overlay('after = "Finance"', "money"), facts(department="sales"))
        assert names(found) == ["Lead", "Finance", "More", "Systems", "Top"]
        assert {step.parallel for step in found.steps[1:4]} == {"money"}

    def test_somebody_beside_themselves_is_asked_in_each_branch(self) -> None:
        text = route(step("A", '"office:CIO"', parallel="x"), step("B", '"office:CIO"', parallel="x", kind="review"))
        assert seated(plan(text)) == [[CIO], [CIO]]

    def test_a_block_is_no_neighbour_of_the_step_after_it(self) -> None:
        text = route(
            step("A", '"office:CIO"', parallel="x"), step("B", '"office:CFO"', parallel="x"), step("C", '"office:CFO"')
        )
        assert names(plan(text)) == ["A", "B", "C"]

    def test_within_one_branch_neighbours_are_asked_once(self) -> None:
        text = route(
            step("A", '"office:CIO"', parallel="x", branch="left"), step("B", '"office:CIO"', parallel="x", branch="left"),
            step("C", '"office:CFO"', parallel="x", branch="right"),
        )  # fmt: skip
        assert names(plan(text)) == ["B", "C"]


class TestKinds:
    def test_opinions_alone_decide_nothing(self) -> None:
        for kind in ("consult", "advocate", "review", "circulate"):
            with pytest.raises(Invalid) as refusal:
                plan(route(step("A", '"office:CIO"', kind=kind)))
            assert refusal.value.said_code == "nobody_left_to_decide"

    def test_a_block_that_could_pass_on_opinions_alone_decides_nothing(self) -> None:
        beside = (
            step("A", '"office:CIO"', parallel="x", join="any"),
            step("B", '"office:CFO"', parallel="x", kind="consult"),
        )
        with pytest.raises(Invalid):
            plan(route(*beside))
        assert names(plan(route(*beside, step("C", '"office:CEO"')))) == ["A", "B", "C"]

    def test_whoever_decides_next_is_not_consulted_before(self) -> None:
        assert names(plan(route(step("Opinion", '"office:CIO"', kind="consult"), step("Yes", '"office:CIO"')))) == [
            "Yes"
        ]
        assert names(plan(route(step("Yes", '"office:CIO"'), step("Opinion", '"office:CIO"', kind="consult")))) == [
            "Yes"
        ]

    def test_a_yes_gives_way_to_a_review_only_while_somebody_else_approves(self) -> None:
        yes, review = step("Yes", '"office:CIO"'), step("Review", '"office:CIO"', kind="review")
        assert names(plan(route(yes, review, step("Top", '"office:CEO"')))) == ["Review", "Top"]
        assert names(plan(route(yes, review))) == ["Yes"]

    def test_an_advocate_speaks_although_they_approve_next(self) -> None:
        text = route(step("Customer", '"office:CIO"', kind="advocate"), step("Yes", '"office:CIO"'))
        assert names(plan(text)) == ["Customer", "Yes"]

    def test_reading_waits_for_whoever_is_away_and_is_nothing_to_the_requester(self) -> None:
        text = route(step(), step("Read", '"office:CIO", "member:mika@example.com"', kind="circulate"))
        away = company(absent={CIO: NAO}, members={"mika@example.com": MIKA})
        assert seated(plan(text, org=away)) == [[CMO], [CIO]]
        only = route(step(), step("Read", '"member:mika@example.com"', kind="circulate"))
        assert names(plan(only, org=away)) == ["Lead"]


class TestDecidingItself:
    OWN = (
        '[[route]]\ncode = "own"\npriority = 1\nwhen = { total_lt = "50000" }\nauto = "own_authority"\nby = ["department_lead"]\n'
        'review = { percent = 10, seats = ["office:CFO"], due = "5bd" }\n' + route(step(), code="usual")
    )
    SMALL = facts("49999", department="sales")

    def test_a_lead_decides_a_small_request_of_their_department_alone(self) -> None:
        found = plan(self.OWN, self.SMALL, by=LEAD)
        assert (found.route, found.auto, found.steps, found.review) == ("own", "own_authority", (), ())
        assert [text.key for text in found.why] == ["route.because.total_lt"]

    @pytest.mark.parametrize(
        ("asked", "by", "barred"),
        [
            (facts("50000", department="sales"), LEAD, {LEAD}), (facts("49999", department="marketing"), LEAD, {LEAD}),
            (SMALL, NAO, {NAO}), (SMALL, LEAD, {LEAD, NAO}), (SMALL, NAO, {NAO, LEAD}),
        ],
        ids=["at the limit", "of another department", "a member", "filed for somebody", "filed for the lead"],
    )  # fmt: skip
    def test_anybody_else_and_anything_more_takes_the_usual_way(self, asked: Facts, by: int, barred: set[int]) -> None:
        found = plan(self.OWN, asked, by=by, barred=frozenset(barred))
        assert (found.route, found.auto) == ("usual", None)
        assert found.steps

    def test_an_overlay_that_adds_a_step_is_never_gone_round(self) -> None:
        keys = '[[overlay]]\ncode = "keys"\nwhen = { regions_gte = 2 }\n[[overlay.step]]\nname = "Keys"\nseats = ["office:CMO", "office:CIO"]\nkeys = true\n'
        wide = facts("100", department="sales", regions=2)
        assert names(plan(self.OWN + keys, wide, by=LEAD)) == ["Lead", "Keys"]
        assert plan(self.OWN + keys, self.SMALL, by=LEAD).auto

    def test_naming_the_route_opens_it_to_nobody(self) -> None:
        with pytest.raises(Invalid) as refusal:
            plan(self.OWN, facts("100", department="sales", explicit="own"), by=NAO)
        assert refusal.value.said_code == "no_route_applies"

    @pytest.mark.parametrize(("draw", "read"), [(0.0, [CFO]), (0.0999, [CFO]), (0.1, []), (0.99, [])])
    def test_one_in_ten_is_read_afterwards(self, draw: float, read: list[int]) -> None:
        found = plan(self.OWN, self.SMALL, by=LEAD, draw=draw)
        assert [seat.member for seat in found.review] == read
        assert found.review_due == "5bd"

    def test_nobody_reads_after_what_they_decided_themselves(self) -> None:
        mine = self.OWN.replace('"department_lead"]\nreview', '"office:CFO"]\nreview')
        found = plan(mine, facts("100"), by=CFO, draw=0.0)
        assert [seat.member for seat in found.review] == [CEO]


class TestNotices:
    TEXT = route(step()) + (
        '[[refuse]]\ncode = "never"\nwhen = { after_the_fact = true }\nmessage = "Too late."\nmessage_ja = "遅すぎます。"\n'
        '[[warn]]\ncode = "long"\nwhen = { term_months_gte = 61 }\nmessage = "Long {n}."\nmessage_ja = "長期です。"\neffective_from = 2026-11-18\n'
    )

    def test_a_refusal_says_so_in_the_language_of_its_reader(self) -> None:
        with pytest.raises(Invalid) as refusal:
            plan(self.TEXT, facts(after_the_fact=True))
        assert refusal.value.said_code == "refused_by_rule"
        assert [Reader(locale).say(refusal.value.text) for locale in ("en", "ja")] == ["Too late.", "遅すぎます。"]
        assert Reader("ja").say(refusal.value.fields["route"]) == "遅すぎます。"

    def test_a_warning_stops_nothing_and_counts_from_its_day(self) -> None:
        found = plan(self.TEXT, facts(term_months=61))
        assert [Reader("en").say(text) for text in found.warnings] == ["Long {n}."]
        assert not plan(self.TEXT, facts(term_months=60)).warnings
        assert not plan(self.TEXT, facts(term_months=61), day=date(2026, 11, 17)).warnings

    def test_what_no_deputy_decides_is_what_was_done_already_unless_the_book_says_more(self) -> None:
        assert plan(route(step())).proxy_decide
        assert not plan(route(step()), facts(after_the_fact=True)).proxy_decide
        said = route(step()) + '[proxy]\nnever_decides = { total_gte = "1000" }\n'
        assert not plan(said, facts("1000")).proxy_decide
        assert plan(said, facts("999", after_the_fact=True)).proxy_decide


def test_what_is_frozen_of_a_request_can_be_planned_again() -> None:
    asked = facts(
        "1200", category="martech", side="business", personal_data=True, channels=2, term_months=12, explicit="own"
    )
    assert Facts.from_json(asked.as_json()) == asked
    assert Facts.from_json(Facts().as_json()) == Facts()


def test_together_with_keys_nothing_is_approved_in_bulk() -> None:
    assert plan(route(step(), more="bulk = true\nextra = false")).bulk
    assert not plan(route(step(), more="extra = false")).extra
    assert not plan(route(step(seats='"office:CIO", "office:CFO"', keys=True), more="bulk = true")).bulk
