"""Both at the same moment, on both databases: two signatures, one of which completes; a signature and a change."""

from __future__ import annotations

from collections.abc import Callable

from collab.initiatives.service import chartering
from collab.kernel.actor import Actor
from collab.signatures import service
from tests.factories import Company
from tests.factories.initiatives import an_initiative, seen
from tests.factories.signatures import laid, messages, sheet, verbs, who_signed
from tests.parts.at_once import at_once
from tests.parts.databases import on_both


def signing(company: Company, number: int, name: str, *, seen_version: int = 1) -> Callable[[], object]:
    member = company.member(name)
    return lambda: service.sign(member, number, seen_version=seen_version, source="web", now=company.now).valid


@on_both
def test_exactly_one_of_two_signatures_completes(company: Company) -> None:
    for _ in range(3):
        key = an_initiative(company)
        number = laid(company, key)
        answers = at_once(company, signing(company, number, "cmo"), signing(company, number, "cio"))
        assert sorted(map(str, answers)) == ["False", "True"]
        assert (sheet(company, number).state, seen(company, key).state) == ("valid", "chartered")
        assert verbs(company, key) == ["charter_written", "paper_laid", "sign", "sign", "chartered"]
        assert len(messages(company, key, "signature.told")) == 1  # whoever signed first hears of it


@on_both
def test_the_same_person_twice_at_once_is_one_signature(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    answers = at_once(company, *(signing(company, number, "cmo") for _ in range(3)))
    assert answers == [False, False, False]
    assert verbs(company, key).count("sign") == 1
    assert who_signed(company, number) == {"cmo"}


@on_both
def test_a_signature_and_a_change_never_meet(company: Company) -> None:
    """Either it counted for the version that is void now, or the paper had changed already: never for what nobody saw."""
    outcomes = set()
    for _ in range(3):
        key = an_initiative(company)
        number = laid(company, key)
        at_once(company, signing(company, number, "cmo"))
        cio = company.member("cio")

        def change(key: str = key, cio: Actor = cio) -> object:
            return chartering.write(cio, key, {"scope": "Less"}, now=company.now).version

        answers = at_once(company, signing(company, number, "cio"), change)
        assert (answers[1], sheet(company, number).state) == (2, "void")
        assert answers[0] in (True, "paper_changed")
        assert who_signed(company, number) == ({"cmo", "cio"} if answers[0] is True else {"cmo"})
        assert seen(company, key).state == "idea"
        assert verbs(company, key)[-1] in ("paper_voided", "charter_lost")
        outcomes.add(answers[0])
    assert outcomes
