"""Finding subjects by their words, tying them, and seeing only what one may see."""

from __future__ import annotations

import pytest

from collab.kernel.errors import NotFound
from collab.subjects import queries, service
from tests.factories import NOW, Company
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def found(company: Company, name: str, words: str) -> list[str]:
    while service.index():
        pass
    return [summary.key for summary in queries.search(company.member(name), words)]


@pytest.mark.parametrize("words", ["予算", "稟議", "ＣＸ", "cx", "予算 cx", "PR-1", "ヒカリ", "ﾋｶﾘ"])
def test_a_request_is_found_by_short_and_wide_words(company: Company, words: str) -> None:
    key = company.filed(title="来期予算の稟議", purpose="CX改善", vendor="株式会社ヒカリ")
    assert key in found(company, "mika", words)


@pytest.mark.parametrize("words", ["予稟", "算予", "", "   ", "%", "_", "'; drop table subjects; --"])
def test_what_is_not_written_there_is_not_found(company: Company, words: str) -> None:
    company.filed(title="来期予算の稟議")
    assert found(company, "mika", words) == []


def test_a_request_is_found_by_those_who_may_see_it_only(company: Company) -> None:
    key = company.filed(title="来期予算")
    assert found(company, "cmo", "予算") == [key]
    for stranger in ("kenji", "agency", "emma"):
        assert found(company, stranger, "予算") == []


def test_a_changed_title_is_found_by_its_new_words_alone(company: Company) -> None:
    from collab.purchases import service as purchases

    key = company.drafted(title="来期予算")
    assert found(company, "mika", "予算") == [key]
    purchases.edit(company.member("mika"), key, {"title": "来期施策"}, seen=None, now=company.later())
    assert found(company, "mika", "施策") == [key]
    assert found(company, "mika", "予算") == []


def test_a_tie_is_seen_from_both_ends_and_made_once(company: Company) -> None:
    one, other = company.filed(), company.filed()
    for _ in range(2):
        service.link(company.member("mika"), one, other, kind="relates", now=NOW)
    assert [summary.key for summary in queries.list_related(company.member("mika"), other)].count(one) == 1
    assert other in {summary.key for summary in queries.list_related(company.member("mika"), one)}


def test_nobody_ties_what_they_may_not_see(company: Company) -> None:
    one, other = company.filed(), company.filed()
    with pytest.raises(NotFound):
        service.link(company.member("kenji"), one, other, kind="relates", now=NOW)


def test_the_requests_that_serve_a_goal_are_related_to_it(company: Company) -> None:
    key = company.filed(goal="G-1")
    assert key in {summary.key for summary in queries.list_related(company.member("cmo"), "G-1")}
    assert key not in {summary.key for summary in queries.list_related(company.member("kenji"), "G-1")}


def test_what_is_pressing_stands_first_in_the_inbox(company: Company) -> None:
    keys = [company.filed(), company.filed("kenji", category="infrastructure")]
    company.later(hours=1)
    keys.append(company.filed())
    rows = queries.inbox(company.member("cio"), company.now)
    assert {row.key for row in rows} == set(keys)
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows if row.due_at)
