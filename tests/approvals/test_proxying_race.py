"""The principal and the deputy press at the same moment: one decision, and the other is told who was first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel.errors import DomainError
from collab.purchases import queries as purchases
from tests.approvals.test_proxying import TWO, delegate
from tests.factories import Company
from tests.parts.clients import Api
from tests.parts.databases import on_both
from tests.parts.statements import statements

TIMES = 20


@on_both
def test_twenty_times_one_of_the_two_decides(company: Company) -> None:
    company.routes(TWO)
    with company.indoors():
        delegate(company, "cmo", "nao")
    keys = [company.filed(category="other") for _ in range(TIMES)]
    firsts = [_both_press(company, key) for key in keys]
    assert set(firsts) <= {"cmo", "nao"}


def test_a_decision_for_somebody_costs_three_statements_more(company: Company, as_: Callable[[str], Api]) -> None:
    company.routes(TWO)
    with company.indoors():
        delegate(company, "cmo", "nao")
    first, second = company.filed(category="other"), company.filed(category="other")
    for key in (first, second):
        with statements(company.app) as seen:
            assert as_("nao").post(f"/purchases/{key}/decisions", {"verb": "approve"}).status_code == 201
    assert (seen.count <= 12, seen.commits) == (True, 1), f"{seen.count}:\n{seen}"


def _both_press(company: Company, key: str) -> str:
    """Who was first; the other heard it."""
    ready = Barrier(2)
    with ThreadPoolExecutor(2) as hands:
        answers = dict(
            zip(("cmo", "nao"), hands.map(lambda name: _press(company, key, name, ready), ("cmo", "nao")), strict=True)
        )
    first = next(name for name, refusal in answers.items() if refusal is None)
    late = answers["nao" if first == "cmo" else "cmo"]
    assert late is not None
    assert late.said_code in ("already_decided", "conflict")
    if late.said_code == "already_decided":
        assert late.args_said["who"].email == f"{first}@example.com"
    with company.indoors():
        seat = approvals.get_chain(key).seats[0]
        assert (seat.state, seat.decider) == ("approved", company.id(first))
        verbs = [event.verb for event in purchases.history(company.member("mika"), key)]
    assert verbs.count("approve") == 1
    return first


def _press(company: Company, key: str, name: str, ready: Barrier) -> DomainError | None:
    actor = company.member(name)
    ready.wait()
    with company.indoors():
        try:
            service.decide(key=key, actor=actor, verb="approve", now=company.now)
        except DomainError as refused:
            return refused
    return None
