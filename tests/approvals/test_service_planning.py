"""Who is asked, in which order, and why: the plan as it is frozen at submit, on both databases."""

from __future__ import annotations

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.queries import Chain
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader, from_json
from collab.purchases import service as purchases
from tests.factories import Company, request_fields
from tests.factories.papers import LARGE
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def seated(company: Company, key: str) -> list[list[str]]:
    """Names by step."""
    chain = approvals.get_chain(key)
    return [
        [_name(company, seat.member) for seat in chain.seats if seat.step == step] for step in range(len(chain.steps))
    ]


def _name(company: Company, member: int) -> str:
    return next(name for name in _everybody(company) if company.id(name) == member)


def _everybody(company: Company) -> tuple[str, ...]:
    return ("ceo", "cmo", "cio", "cfo", "mika", "nao", "kenji", "sales-lead", "service-lead", "emma", "admin")


def reasons(chain: Chain, step: int) -> list[str]:
    return [from_json(text).key for text in chain.steps[step]["why"]]


def seat_reason(chain: Chain, step: int, position: int) -> str | None:
    why = chain.steps[step]["seats"][position]["why"]
    return from_json(why).key if why else None


def route(*steps: str, keys: bool = False, rule: str = "all") -> str:
    """A small route book: one step per argument, seats separated by blanks."""
    written = "\n".join(
        f'[[route.step]]\nname = "Step {number}"\nrule = "{rule if len(seats.split()) > 1 else "all"}"\n'
        f"keys = {str(keys and len(seats.split()) > 1).lower()}\nseats = [{', '.join(repr(seat) for seat in seats.split())}]"
        for number, seats in enumerate(steps)
    )
    return f'currency = "JPY"\n[[route]]\ncode = "own"\n{written}'


def test_a_martech_request_needs_both_keys_and_says_why(company: Company) -> None:
    key = company.filed()
    chain = approvals.get_chain(key)
    assert seated(company, key) == [["cmo", "cio"]]  # the lead of marketing is the CMO: asked once, at the key
    assert chain.steps[0]["keys"]
    assert reasons(chain, 0) == ["route.because.category.martech"]
    for locale in ("en", "ja"):
        assert all(Reader(locale).say(from_json(text)) for text in chain.steps[0]["why"])


def test_a_larger_request_is_asked_of_more_people_each_with_its_reason(company: Company) -> None:
    key = company.filed("kenji", amount="12000000", category="infrastructure", personal_data=True, **LARGE)
    chain = approvals.get_chain(key)
    assert seated(company, key) == [["cio"], ["cfo"], ["ceo"]]
    assert "route.because.total_gte" in reasons(chain, 2)


def test_the_total_over_the_term_counts_not_one_payment(company: Company) -> None:
    monthly = company.filed("kenji", category="other", amount="90000", billing="monthly", term_months=12, **LARGE)
    once = company.filed("kenji", category="other", amount="90000")
    assert seated(company, monthly) == [["cio"], ["cfo"]]
    assert seated(company, once) == [["cio"]]


def test_a_foreign_amount_is_compared_at_the_companys_rate(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="7000", currency="USD", **LARGE)  # 1,050,000 yen
    assert seated(company, key) == [["cio"], ["cfo"]]


def test_a_currency_without_a_rate_is_refused_by_its_field(company: Company) -> None:
    with pytest.raises(Invalid) as refusal:
        company.filed(currency="CHF")
    assert "currency" in refusal.value.fields


def test_the_cmos_own_martech_request_is_decided_by_others(company: Company) -> None:
    key = company.filed("cmo")
    chain = approvals.get_chain(key)
    members = {name for step in seated(company, key) for name in step}
    assert "cmo" not in members
    assert {"ceo", "cio"} <= members
    last = len(chain.steps) - 1
    assert seat_reason(chain, last, 0) == "route.seat.own_request"
    for step in range(len(chain.steps)):
        for name in seated(company, key)[step]:
            company.decide(key, name)
    assert company.purchase(key).state == "approved"


def test_a_cmo_on_leave_is_replaced_by_the_deputy_who_was_named(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    company.away("cmo", deputy="nao")
    key = company.filed(category="other")
    assert seated(company, key) == [["nao"], ["cio"]]
    assert seat_reason(approvals.get_chain(key), 0, 0) == "route.seat.deputy"
    for step in seated(company, key):
        for name in step:
            company.decide(key, name)
    assert company.purchase(key).state == "approved"


def test_a_cmo_on_leave_without_a_deputy_is_replaced_up_the_line(company: Company) -> None:
    company.away("cmo")
    assert seated(company, company.filed())[-1] == ["ceo", "cio"]


def test_a_deputy_who_asks_is_not_a_deputy_for_the_request(company: Company) -> None:
    company.away("cmo", deputy="mika")
    assert seated(company, company.filed("mika"))[-1] == ["ceo", "cio"]


def test_whoever_asks_does_not_choose_their_judge_by_naming_a_deputy(company: Company) -> None:
    company.away("cmo", deputy="nao")
    assert "nao" not in {name for step in seated(company, company.filed("cmo")) for name in step}
    company.away("sales-lead", deputy="emma")
    assert seated(company, company.filed("sales-lead", category="other")) == [["ceo"]]


def test_a_deputy_who_has_left_since_is_passed_over(company: Company) -> None:
    company.away("cmo", deputy="nao")
    company.leaves("nao")
    assert seated(company, company.filed())[-1] == ["ceo", "cio"]


@pytest.mark.parametrize("name", ["auditor", "agency"])
def test_a_seat_never_falls_to_somebody_who_may_not_decide(company: Company, name: str) -> None:
    company.takes_office(name, "CMO")
    assert seated(company, company.filed())[-1] == ["ceo", "cio"]
    company.leads(name, "sales")
    assert seated(company, company.filed("emma", category="other")) == [["sales-lead"]]


def test_a_deputy_who_is_away_too_is_passed_over(company: Company) -> None:
    company.away("cmo", deputy="nao")
    company.away("nao")
    assert seated(company, company.filed())[-1] == ["ceo", "cio"]


def test_both_keys_are_never_one_person_though_one_deputises_for_the_other(company: Company) -> None:
    company.away("cmo", deputy="cio")
    keys = seated(company, company.filed())[-1]
    assert keys == ["ceo", "cio"] or set(keys) == {"cio", "ceo"}
    assert len(set(keys)) == 2


def test_both_keys_are_two_people_when_one_member_holds_both_offices(company: Company) -> None:
    company.takes_office("cio", "CMO")
    keys = seated(company, company.filed())[-1]
    assert len(set(keys)) == 2
    assert "mika" not in keys


def test_both_keys_away_are_turned_by_no_deputy_and_nobody_turns_both(company: Company) -> None:
    company.away("cmo", deputy="kenji")
    company.away("cio", deputy="nao")
    key = company.filed()
    assert seated(company, key)[-1] == ["ceo", "cio"], "one falls up the line, the other waits for its holder"
    for name in ("kenji", "ceo", "cio"):
        company.decide(key, name)
    assert company.purchase(key).state == "approved"


def test_whom_it_is_filed_for_may_not_decide_it_either(company: Company) -> None:
    members = {name for step in seated(company, company.filed("mika", on_behalf_of="cmo@example.com")) for name in step}
    assert not members & {"cmo", "mika"}


def test_a_one_person_department_is_decided_by_somebody_else(company: Company) -> None:
    key = company.filed("service-lead", category="other")
    assert seated(company, key) == [["ceo"]]
    assert seat_reason(approvals.get_chain(key), 0, 0) == "route.seat.own_request"


def test_the_chief_executives_own_large_request_is_refused_with_the_reason(company: Company) -> None:
    with pytest.raises(Invalid) as refusal:
        company.filed("ceo", amount="12000000", category="other", **LARGE)
    assert refusal.value.said_code == "seat_falls_to_nobody"
    for locale in ("en", "ja"):
        assert Reader(locale).say(refusal.value.fields["route"])
    assert not approvals.list_waiting([company.id("cfo")])  # nothing half written


def test_an_acting_holder_comes_before_the_holder_of_an_office(company: Company) -> None:
    company.takes_office("nao", "CMO", acting=True)
    assert seated(company, company.filed())[-1] == ["nao", "cio"]


def test_a_vacant_office_without_any_manager_falls_to_the_chief_executive(company: Company) -> None:
    company.leaves("cfo")
    key = company.filed("kenji", category="other", amount="2000000", **LARGE)
    assert seated(company, key) == [["cio"], ["ceo"]]
    assert seat_reason(approvals.get_chain(key), 1, 0) == "route.seat.vacant"


def test_somebody_seated_in_steps_that_follow_each_other_is_asked_once(company: Company) -> None:
    company.routes(route("office:CMO", "office:CMO office:CFO"))
    assert seated(company, company.filed(category="other")) == [["cmo", "cfo"]]


def test_somebody_seated_in_steps_apart_is_asked_in_each(company: Company) -> None:
    company.routes(route("office:CMO", "office:CFO", "office:CMO"))
    assert seated(company, company.filed(category="other")) == [["cmo"], ["cfo"], ["cmo"]]


def test_three_steps_of_one_person_in_a_row_are_one_question(company: Company) -> None:
    company.routes(route("office:CMO", "department_lead", "manager"))
    assert seated(company, company.filed(category="other")) == [["cmo"]]


def test_a_key_and_two_steps_of_its_holder_after_it_are_one_question(company: Company) -> None:
    company.routes(route("office:CMO office:CIO", "department_lead", "manager", keys=True))
    assert seated(company, company.filed(category="other")) == [["cmo", "cio"]]


def test_nobody_sits_twice_in_one_step(company: Company) -> None:
    company.routes(route("office:CMO department_lead manager"))
    assert seated(company, company.filed(category="other")) == [["cmo"]]


def test_a_request_no_route_applies_to_is_refused_saying_so(company: Company) -> None:
    company.routes(
        'currency = "JPY"\n[[route]]\ncode = "tiny"\nwhen = { total_lt = "10" }\n[[route.step]]\nname = "A"\nseats = ["manager"]'
    )
    with pytest.raises(Invalid) as refusal:
        company.filed()
    assert refusal.value.said_code == "no_route_applies"


def test_a_running_round_keeps_the_route_it_was_submitted_under(company: Company) -> None:
    key = company.filed()
    company.routes(route("office:CFO"))
    assert seated(company, key) == [["cmo", "cio"]]
    company.decide(key, "cmo")
    company.decide(key, "cio")
    assert company.purchase(key).state == "approved"


def test_a_preview_is_the_plan_that_submitting_follows(company: Company) -> None:
    preview = purchases.preview(company.member("mika"), request_fields(personal_data=True), now=company.now)
    key = company.filed(personal_data=True, owners={"data": "cio@example.com"})
    assert preview.plan is not None
    assert [[seat.member for seat in step.seats] for step in preview.plan.steps] == [
        [company.id(name) for name in step] for step in seated(company, key)
    ]


def test_the_same_route_files_again_are_not_a_new_version(company: Company) -> None:
    text = route("office:CFO")
    assert service.take([text], actor=None, now=company.now)
    assert not service.take([text], actor=None, now=company.now)
