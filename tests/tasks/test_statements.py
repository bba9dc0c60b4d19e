"""What asking and accepting cost the database: a flat price, one commit each."""

from __future__ import annotations

from tests.factories.company import Company
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both
from tests.parts.statements import statements

AN_ASK, AN_ACCEPT = 8, 10


@on_both
def test_an_ask_and_an_accept_are_few_statements_and_one_commit_each(company: Company, tasks: Tasks) -> None:
    tasks.at("accepted")  # calendars, departments and policies are remembered for a few seconds
    mika, kenji = company.member("mika"), company.member("kenji")
    with company.indoors():
        from collab.tasks import service

        with statements(company.app) as asking:
            key = service.ask(mika, {"title": "Customer list", "to_department": "it"}, now=company.later())
        with statements(company.app) as accepting:
            service.accept(kenji, key, due="2bd", now=company.later())
    assert (asking.count <= AN_ASK, asking.commits) == (True, 1), f"{asking.count}:\n{asking}"
    assert (accepting.count <= AN_ACCEPT, accepting.commits) == (True, 1), f"{accepting.count}:\n{accepting}"
