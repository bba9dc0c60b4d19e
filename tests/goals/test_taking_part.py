""" "I read this, my part is ...": once per member, in their words, to be put better later."""

from __future__ import annotations

import pytest

from collab.audit import queries as audit
from collab.goals import service
from collab.goals.queries.owning import find_part, list_parts
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from tests.factories.company import Company
from tests.factories.goals import goal, helps, number
from tests.goals.test_living import told

pytestmark = pytest.mark.usefixtures("indoors")


def take(company: Company, name: str, key: str, part: str) -> str:
    return service.take_part(company.member(name), key, part, now=company.later())


def test_everybody_who_sees_it_says_what_their_part_is(company: Company) -> None:
    key = goal(company)
    for name in ("kenji", "emma", "cmo", "admin"):
        take(company, name, key, f"  {name} keeps the prices right. ")
    assert [one.member for one in list_parts(number(key))] == [
        company.id(name) for name in ("admin", "cmo", "emma", "kenji")
    ]
    assert take(company, "emma", key, "I train the stores.") == "I train the stores."
    assert find_part(number(key), company.id("emma")) == "I train the stores."
    assert len(list_parts(number(key))) == 4
    assert told(key) == []


def test_saying_the_same_again_is_once(company: Company) -> None:
    key = goal(company)
    for _twice in range(2):
        take(company, "kenji", key, "I keep the prices right.")
    assert [entry.verb for entry in audit.list_entries(key)] == ["take_part"]


def test_who_may_not_and_what_is_needed(company: Company) -> None:
    key, hidden, closed = goal(company), goal(company, visibility="involved"), goal(company, state="closed")
    helps(company, key, "agency")
    helps(company, hidden, "kenji")
    for name, where, refusal in (
        ("agency", key, NotAllowed), ("auditor", key, NotAllowed), ("left", key, NotFound), ("emma", hidden, NotFound),
        ("cmo", closed, NotNow), ("emma", "G-99999", NotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            take(company, name, where, "Mine.")
    assert take(company, "kenji", hidden, "Mine.") == "Mine."
    for words in ("", "   ", "x" * 2001):
        with pytest.raises(Invalid) as wrong:
            take(company, "kenji", key, words)
        assert set(wrong.value.fields) == {"part"}
