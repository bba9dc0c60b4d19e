"""What a word means: ratified by both leads, unratified as soon as it changes, and said on the pages of goals that use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.blueprints import service
from collab.blueprints.queries import citing
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.signatures import queries as sheets
from tests.factories.blueprints import a_blueprint, definition, drawn, sign
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.factories.initiatives import seen
from tests.parts.clients import Api, Pages


def lay(company: Company, key: str, number: int, by: str = "cmo") -> None:
    with company.indoors():
        service.lay_definition(company.member(by), key, number, now=company.now)


def change(company: Company, key: str, number: int, by: str = "nao", **fields: object) -> None:
    with company.indoors():
        service.redefine(company.member(by), key, number, fields, now=company.now)


def test_both_leads_ratify_and_another_meaning_is_unratified(company: Company) -> None:
    key = a_blueprint(company)
    number = definition(company, key)
    paper = f"definition-{number}"
    lay(company, key, number)
    with pytest.raises(NotNow):
        lay(company, key, number, "cio")
    assert not sign(company, key, "cmo", paper=paper)
    assert not drawn(company, key).definitions[0].ratified
    assert sign(company, key, "cio", paper=paper)
    one = drawn(company, key).definitions[0]
    assert (one.ratified, one.ratified_version, one.version) == (True, 1, 1)
    with pytest.raises(NotNow):
        lay(company, key, number)
    change(company, key, number, goals=[])  # which goals use it is no change of what it means
    assert drawn(company, key).definitions[0].ratified
    change(company, key, number, meaning="Bought within a year.")
    one = drawn(company, key).definitions[0]
    assert (one.ratified, one.version) == (False, 2)
    with company.indoors():
        assert [sheet.state for sheet in sheets.list_sheets(key, paper)] == ["void"]
    lay(company, key, number)
    assert sign(company, key, "cmo", "cio", paper=paper)
    assert drawn(company, key).definitions[0].ratified


def test_neither_the_word_nor_its_meaning_is_ever_empty(
    company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
) -> None:
    key = a_blueprint(company)
    number = definition(company, key)
    before, here = drawn(company, key).definitions[0], f"/initiatives/{key}/blueprint"
    for emptied in ({"term": ""}, {"meaning": "  "}):
        answer = pages_as("cmo").send(
            f"{here}/definitions/{number}", {"term": before.term, "meaning": before.meaning, **emptied}, page=here
        )
        assert (answer.status_code, "aria-invalid" in answer.text) == (422, True), emptied
        assert as_("cmo").patch(f"{here}/definitions/{number}", emptied).status_code == 422
    assert drawn(company, key).definitions[0] == before


def test_a_change_while_it_is_signed_takes_away_the_first_signature(company: Company) -> None:
    key = a_blueprint(company)
    number = definition(company, key)
    lay(company, key, number)
    sign(company, key, "cmo", paper=f"definition-{number}")
    change(company, key, number, by="kenji", meaning="Looked at us.")
    with pytest.raises(NotNow):
        sign(company, key, "cio", paper=f"definition-{number}")


def test_one_word_has_one_meaning_here_and_only_leads_lay_it_out(company: Company) -> None:
    key = a_blueprint(company)
    number = definition(company, key)
    with pytest.raises(Invalid):
        definition(company, key, term="ACTIVE customer")
    definition(company, key, term="Lapsed customer")
    with pytest.raises(NotAllowed):
        lay(company, key, number, "nao")


def test_a_goal_that_uses_an_unratified_word_says_so_on_its_page(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    key = a_blueprint(company)
    number = definition(company, key)
    assert "ratified" in pages_as("emma").get("/goals/G-1").text
    lay(company, key, number)
    sign(company, key, "cmo", "cio", paper=f"definition-{number}")
    assert "ratified" not in pages_as("emma").get("/goals/G-1").text


def test_nobody_is_warned_of_words_of_an_initiative_they_do_not_see(company: Company) -> None:
    key = a_blueprint(company, visibility="involved", guests=("agency",))
    definition(company, key)
    with company.indoors():
        assert citing.warnings(company.member("nao"), [1])[1]
        for name in ("emma", "mika", "agency"):
            assert citing.warnings(company.member(name), [1]) == {}
    assert seen(company, key).visibility == "involved"


def test_a_goal_hidden_from_the_editor_stays_tied(company: Company) -> None:
    hidden = goal(company, title="Secret", visibility="involved", owners=("cmo", "cio"))
    key = a_blueprint(company)
    number = definition(company, key, by="cmo", goals=["G-1", hidden])
    change(company, key, number, goals=[])
    assert drawn(company, key).definitions[0].goals == (int(hidden.partition("-")[2]),)
