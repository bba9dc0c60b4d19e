"""What rests on a blueprint rests on a version both have signed, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.blueprints import service
from collab.blueprints.queries import citing
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.subjects.queries import list_related
from tests.factories.blueprints import a_blueprint, point, sign, signed
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.factories.initiatives import an_initiative
from tests.parts.clients import Pages


def cite(company: Company, key: str, version: int = 1, subject: str = "G-1", by: str = "cmo") -> None:
    with company.indoors():
        service.cite(company.member(by), key, version, subject, now=company.now)


def lay(company: Company, key: str) -> None:
    with company.indoors():
        service.lay(company.member("cmo"), key, now=company.now)


def test_an_unsigned_half_signed_or_void_version_cannot_be_cited(company: Company) -> None:
    key = a_blueprint(company)
    point(company, key)
    with pytest.raises(NotNow, match="version_unsigned"):
        cite(company, key)
    lay(company, key)
    sign(company, key, "cmo")
    with pytest.raises(NotNow, match="version_unsigned"):
        cite(company, key)
    point(company, key, process="Returns")  # the sheet is void
    with pytest.raises(NotNow, match="version_unsigned"):
        cite(company, key)
    assert signed(company, key) == 2
    cite(company, key, 2)
    with pytest.raises(NotNow, match="version_unsigned"):
        cite(company, key, 3)


def test_an_older_signed_version_is_cited_while_the_next_is_written_and_signed(company: Company) -> None:
    key = a_blueprint(company)
    signed(company, key)
    point(company, key, process="Returns")
    cite(company, key, 1)
    signed(company, key)
    cite(company, key, 1, an_initiative(company, title="Another"))
    with company.indoors():
        found = citing.citations_of(company.member("emma"), key)
    assert [(one.version, one.subject.key) for one in found] == [(1, "G-1"), (1, "I-2")]


def test_citing_twice_is_once_and_it_is_taken_back(company: Company) -> None:
    key = a_blueprint(company)
    signed(company, key)
    for _ in range(2):
        cite(company, key)
    with company.indoors():
        assert len(citing.citations_of(company.member("cmo"), key)) == 1
        service.uncite(company.member("cmo"), key, 1, "G-1", now=company.now)
        service.uncite(company.member("cmo"), key, 1, "G-1", now=company.now)
        assert citing.citations_of(company.member("cmo"), key) == []


@pytest.mark.parametrize("subject", ["G-99", "I-1", "DA-1", "V-1", "nothing", "PR-1"])
def test_only_what_can_rest_on_it_and_is_seen_does(company: Company, subject: str) -> None:
    key = a_blueprint(company)
    signed(company, key)
    with pytest.raises(Invalid):
        cite(company, key, subject=subject)


@pytest.mark.parametrize(("name", "error"), [("mika", NotAllowed), ("auditor", NotAllowed), ("agency", NotFound)])
def test_nobody_else_cites(company: Company, name: str, error: type[DomainError]) -> None:
    key = a_blueprint(company, guests=("agency",))
    signed(company, key)
    with pytest.raises(error):
        cite(company, key, by=name)


def test_both_pages_show_it_and_a_hidden_goal_is_told_to_nobody(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    hidden = goal(company, title="Secret", visibility="involved", owners=("cmo", "cio"))
    key = a_blueprint(company, goals=())
    signed(company, key)
    for subject in ("G-1", hidden):
        cite(company, key, subject=subject)
    with company.indoors():
        assert key in [one.key for one in list_related(company.member("emma"), "G-1")]
        assert "G-1" in [one.key for one in list_related(company.member("emma"), key)]
        assert hidden not in [one.key for one in list_related(company.member("emma"), key)]
        assert hidden in [one.key for one in list_related(company.member("cmo"), key)]
        assert [one.subject.key for one in citing.citations_of(company.member("emma"), key)] == ["G-1"]
    assert hidden not in pages_as("emma").get(f"/initiatives/{key}/blueprint").text
