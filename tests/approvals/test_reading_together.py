"""Confirming several circulated requests at once: each by itself, only what was circulated, over the API, on pages and in Slack."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.service import ReadOutcome
from collab.audit.queries import list_entries
from collab.kernel.errors import Invalid, NotAllowed
from collab.kernel.i18n import Reader
from collab.subjects.queries import inbox
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

say = Reader("ja").say
LONG_WAY = route("member:nao@example.com", "office:CFO", "office:CMO")


def circulated(company: Company, *, n: int = 2, to: str = "nao", confirm: bool = True) -> list[str]:
    """Requests that were put before somebody to read."""
    with company.indoors():
        keys = [company.filed(title=f"<i>No. {number}") for number in range(n)]
        for key in keys:
            service.circulate(
                key=key,
                actor=company.member("cmo"),
                members=[f"{to}@example.com"],
                confirm=confirm,
                now=company.later(),
            )
    return keys


def read(company: Company, *keys: str, by: str = "nao") -> list[ReadOutcome]:
    return service.read_together(list(keys), actor=company.member(by), now=company.later())


def results(outcomes: list[ReadOutcome]) -> list[str]:
    return [one.refusal.said_code if one.refusal else "done" for one in outcomes]


def waits(company: Company, name: str = "nao") -> list[str]:
    with company.indoors():
        return [row.key for row in inbox(company.member(name), company.now) if "read" in row.actions]


@pytest.mark.usefixtures("indoors")
class TestEngine:
    @on_both
    def test_each_is_confirmed_by_itself_and_stands_in_the_trail_under_their_name(self, company: Company) -> None:
        keys = circulated(company, n=3)
        assert approvals.list_read_together(company.id("nao")) == keys
        assert results(read(company, *keys)) == ["done"] * 3
        assert waits(company) == approvals.list_read_together(company.id("nao")) == []
        for key in keys:
            [entry] = [entry for entry in list_entries(key) if entry.verb == "read"]
            assert (entry.actor, entry.details["why"]) == ("nao@example.com", ["circulate"])

    def test_again_is_no_harm_and_leaves_one_entry(self, company: Company) -> None:
        keys = circulated(company)
        read(company, keys[0])
        assert results(read(company, *keys)) == ["done", "done"]
        assert [entry.verb for entry in list_entries(keys[0])].count("read") == 1

    def test_what_went_on_without_somebody_is_read_alone(self, company: Company) -> None:
        company.routes(LONG_WAY)
        key = company.filed(category="other")
        service.lift(key=key, actor=company.member("cmo"), now=company.later())
        service.circulate(key=key, actor=company.member("cmo"), members=["nao@example.com"], now=company.later())
        [other] = circulated(company, n=1)
        assert approvals.list_read_together(company.id("nao")) == [other]
        assert results(read(company, key, other)) == ["read_alone", "done"]
        assert waits(company) == [key]

    def test_nobody_confirms_what_was_not_put_before_them(self, company: Company) -> None:
        keys = circulated(company)
        assert results(read(company, keys[0], "PR-99", by="cmo")) == ["nothing_to_read", "not_found"]
        assert waits(company) == keys

    def test_an_auditor_confirms_nothing(self, company: Company) -> None:
        with pytest.raises(NotAllowed):
            read(company, *circulated(company), by="auditor")

    def test_without_being_asked_to_confirm_it_may_be_confirmed_too(self, company: Company) -> None:
        keys = circulated(company, confirm=False)
        assert waits(company) == []
        assert approvals.list_read_together(company.id("nao")) == keys
        assert results(read(company, *keys)) == ["done", "done"]

    @pytest.mark.parametrize("keys", [[], ["PR-1"] * 2, [f"PR-{number}" for number in range(101)]])
    def test_none_too_many_or_one_twice_is_refused_as_a_whole(self, company: Company, keys: list[str]) -> None:
        circulated(company, n=1)
        with pytest.raises(Invalid):
            read(company, *keys)
        assert waits(company) == ["PR-1"]


def test_over_the_api_each_answers_for_itself(as_: Callable[[str], Api], company: Company) -> None:
    keys = circulated(company)
    nao = as_("nao")
    assert [row["key"] for row in nao.get("/purchases?circulated=yes").json] == keys[::-1]
    answer = nao.post("/readings", {"items": [*keys, "PR-99"]})
    assert answer.status_code == 200
    assert [(row["key"], row["result"], row["why"], row["code"]) for row in answer.json] == [
        (keys[0], "done", ["circulate"], None), (keys[1], "done", ["circulate"], None), ("PR-99", "refused", [], "not_found"),
    ]  # fmt: skip
    assert nao.get("/purchases?circulated=yes").json == []
    assert nao.post("/readings", {"items": []}).status_code == 422


def test_in_the_inbox_and_in_the_list_they_are_ticked(pages_as: Callable[[str], Pages], company: Company) -> None:
    keys = circulated(company)
    nao = pages_as("nao")
    home = nao.get("/").text
    assert say("purchase.together.title", n=2) in home
    assert all(f'name="item" value="{key}"' in home for key in keys)
    listed = nao.get("/purchases?circulated=yes").text
    assert all(f'name="item" value="{key}"' in listed for key in keys)
    answer = nao.send("/purchases/read", {"item": keys}, page="/purchases?circulated=yes")
    assert answer.status_code == 200
    assert say("purchase.together.summary", done=2, n=2) in answer.text
    assert "&lt;i&gt;No. 0" in answer.text
    assert waits(company) == []
    assert say("purchase.together.none_left") in nao.get("/purchases?circulated=yes").text


@pytest.mark.parametrize("items", [[], ["PR-1"] * 2, ["x" * 500]])
def test_nonsense_confirms_nothing(pages_as: Callable[[str], Pages], company: Company, items: list[str]) -> None:
    keys = circulated(company)
    answer = pages_as("nao").send("/purchases/read", {"item": items, "from": "inbox"}, page="/")
    assert answer.status_code == 422
    assert 'id="f-item-error"' in answer.text, "the reason stands beside what is to be ticked"
    assert all(f'name="item" value="{key}"' in answer.text for key in keys)
    assert waits(company) == keys
