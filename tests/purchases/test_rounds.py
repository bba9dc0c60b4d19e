"""Round after round: what stands, what is asked anew, who is told what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from collab.approvals import queries as approvals
from collab.approvals import service as engine
from collab.approvals.models import Round
from collab.audit.queries import list_entries, verify
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.purchases import rules, service
from tests.approvals.test_service_planning import route
from tests.contracts.test_segregation import delegate
from tests.factories import Company
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both
from tests.parts.statements import statements

IN_TURN = (
    route("office:CIO", "office:CFO", "office:CEO") + '\n[[rate]]\ncurrency = "USD"\non = 2024-04-01\nworth = "150"\n'
)
MOST_FOR_AGAIN = 22
"""Statements to submit again with everything there is to look at."""


def again(company: Company, key: str, by: str = "mika", **changes: Any) -> None:
    """Change it and submit it again."""
    with company.indoors():
        if changes:
            service.edit(company.member(by), key, changes, seen=None, now=company.later())
        service.submit(company.member(by), key, now=company.later())


def sent_back(company: Company, *, by: str = "cfo", resume: str = "here", **fields: Any) -> str:
    """A request the CIO approved and somebody after sent back."""
    company.routes(IN_TURN)
    key = company.filed(category="other", **fields)
    company.decide(key, "cio", comment="Good for us.")
    company.decide(key, by, "return", resume=resume)
    return key


def states(company: Company, key: str) -> dict[str, str]:
    """What each office's seat is, in the latest round."""
    with company.indoors():
        db.session.rollback()
        return {str(seat.office): seat.state for seat in approvals.get_chain(key).seats}


@contextmanager
def looking(company: Company) -> Iterator[None]:
    with company.indoors():
        db.session.rollback()
        yield


@on_both
def test_a_yes_stands_when_only_words_changed(company: Company) -> None:
    key = sent_back(company)
    again(company, key, purpose="To answer every customer within a day")
    assert states(company, key) == {"CIO": "approved", "CFO": "waiting", "CEO": "planned"}
    with looking(company):
        before, now = approvals.list_chains(key)
        seat, kept = before.seats[0], now.seats[0]
        assert (kept.carried_from, kept.comment, kept.decided_at) == (seat.id, "Good for us.", seat.decided_at)
        assert now.step == 1
        entry = next(entry for entry in list_entries(key) if entry.verb == "carried")
        assert entry.after["seats"][0] | {"at": ""} == {
            "step": 1, "seat": 0, "member": "cio@example.com", "office": "CIO", "state": "approved", "by": "cio@example.com",
            "opinion": None, "at": "",
        }  # fmt: skip
        assert verify() == []
    company.decide(key, "cfo")
    company.decide(key, "ceo")
    assert company.purchase(key).state == "approved"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "500001"}, {"currency": "USD", "amount": "3000"}, {"billing": "annual"}, {"vendor": "Somebody else"},
        {"category": "service"}, {"goal": None, "no_goal_reason": "None fits."}, {"affected": {"channels": 2}},
        {"after_the_fact": {"on": date(2026, 11, 1), "reason": "Urgent"}}, {"department": "sales"},
        {"personal_data": True, "owners": {"data": "cio@example.com"}},
    ],
    ids="+".join,
)  # fmt: skip
def test_after_a_material_change_everybody_is_asked_anew(company: Company, change: dict[str, Any]) -> None:
    key = sent_back(company)
    again(company, key, **change)
    assert states(company, key) == {"CIO": "waiting", "CFO": "planned", "CEO": "planned"}


def test_a_change_taken_back_before_it_was_submitted_is_none(company: Company) -> None:
    key = sent_back(company)
    with company.indoors():
        service.edit(company.member("mika"), key, {"amount": "900000"}, seen=None, now=company.later())
    again(company, key, amount="500000")
    assert states(company, key)["CIO"] == "approved"


def test_whoever_sent_it_back_may_want_everybody_asked_again(company: Company) -> None:
    key = sent_back(company, resume="again")
    again(company, key)
    assert states(company, key)["CIO"] == "waiting"


def test_what_was_taken_back_to_draft_starts_afresh(company: Company) -> None:
    key = sent_back(company)
    with company.indoors():
        service.withdraw(company.member("mika"), key, now=company.later())
    again(company, key)
    assert states(company, key)["CIO"] == "waiting"


def test_a_yes_stands_over_three_rounds_and_falls_with_the_first_material_change(company: Company) -> None:
    key = sent_back(company)
    again(company, key, title="A better title")
    company.decide(key, "cfo", "return")
    again(company, key, purpose="Better words")
    assert states(company, key)["CIO"] == "approved"
    with looking(company):
        rounds = approvals.list_chains(key)
        assert rounds[2].seats[0].carried_from == rounds[0].seats[0].id  # where it was said, not where it was kept
    company.decide(key, "cfo", "return")
    again(company, key, amount="600000")
    assert states(company, key)["CIO"] == "waiting"


def test_whoever_left_meanwhile_keeps_no_yes(company: Company) -> None:
    key = sent_back(company)
    company.leaves("cio")
    again(company, key)
    assert states(company, key)["CIO"] == "waiting"


def test_whoever_is_filed_for_by_now_keeps_no_yes(company: Company) -> None:
    """The CIO becomes the one it is filed for: the yes of somebody who may not decide it does not stand."""
    key = sent_back(company)
    again(company, key, on_behalf_of="cio@example.com")
    with looking(company):
        assert all(seat.carried_from is None for seat in approvals.get_chain(key).seats)
        assert company.id("cio") not in {seat.member for seat in approvals.get_chain(key).seats}


def test_another_holder_of_the_office_is_asked(company: Company) -> None:
    key = sent_back(company)
    company.takes_office("kenji", "CIO")
    again(company, key)
    assert states(company, key)["CIO"] == "waiting"


def test_a_yes_that_stands_is_not_asked_again_but_told_once(company: Company) -> None:
    key = sent_back(company)
    again(company, key, purpose="Better words")
    with looking(company):
        rows = db.session.execute(
            select(Message.kind, Message.member_id, Message.args).where(Message.subject_key == key)
        )
        later = [(row.kind, row.member_id) for row in rows if row.args.get("round") == 2]
    assert later.count(("purchase.stands", company.id("cio"))) == 1
    assert ("approval.asked", company.id("cio")) not in later
    assert ("approval.asked", company.id("cfo")) in later


def test_a_yes_that_stands_is_nobodys_to_undo(company: Company) -> None:
    from collab.kernel.errors import NotNow

    key = sent_back(company)
    again(company, key)
    with company.indoors(), pytest.raises(NotNow) as refusal:
        engine.undo(key=key, actor=company.member("cio"), now=company.later())
    assert refusal.value.said_code == "acted_after"


def test_a_company_chooses_what_is_material() -> None:
    assert rules.parse_material({}) == rules.MATERIAL
    assert rules.parse_material({"material": {"fields": ["purpose", "owners.data"]}}) == ("purpose", "owners.data")
    with pytest.raises(ValueError, match=r"no such field: price"):
        rules.parse_material({"material": {"fields": ["amount", "price"]}})
    with pytest.raises(ValueError, match=r"a list of fields"):
        rules.parse_material({"material": {"fields": "amount"}})
    assert rules.is_material(["affected.units"], ["affected"])
    assert not rules.is_material(["owners.data"], ["owners.business"])


def test_submitting_again_costs_a_few_statements_more_and_one_commit(company: Company) -> None:
    key = sent_back(company)
    with company.indoors():
        mika = company.member("mika")
        with statements(company.app) as seen:
            service.submit(mika, key, now=company.later())
    assert seen.count <= MOST_FOR_AGAIN, f"{seen.count}:\n{seen}"
    assert seen.commits == 1


def test_the_conditions_of_a_yes_that_stands_are_asked_again(company: Company) -> None:
    from collab.approvals.queries.conditions import list_open

    company.routes(IN_TURN)
    key = company.filed(category="other")
    wanted = {
        "text": "Name a second vendor",
        "owner": "nao@example.com",
        "due_on": date(2026, 12, 1),
        "before_order": True,
    }
    company.decide(key, "cio", conditions=[wanted])
    company.decide(key, "cfo", "return")
    with looking(company):
        assert list_open(key) == []
    again(company, key, purpose="Better words")
    with looking(company):
        assert [(found.text, found.before_order) for found in list_open(key)] == [("Name a second vendor", True)]
    company.decide(key, "cfo", "return")
    again(company, key, amount="600000")
    with looking(company):
        assert list_open(key) == []


def three_rounds(company: Company) -> str:
    """Sent back twice: first only words changed, then the amount."""
    key = sent_back(company)
    again(company, key, purpose="Better words")
    company.decide(key, "cfo", "return")
    again(company, key, amount="600000", benefit={"text": "Half the waiting"})
    return key


def test_every_round_is_a_version_with_what_changed(company: Company, as_: Callable[[str], Api]) -> None:
    key = three_rounds(company)
    found = as_("cio").get(f"/purchases/{key}/rounds").json
    assert [(row["round"], row["state"], row["material"]) for row in found] == [
        (1, "returned", None), (2, "returned", False), (3, "pending", True)
    ]  # fmt: skip
    assert [row["content"]["amount"] for row in found] == ["500000", "500000", "600000"]
    assert found[0]["changed"] == []
    assert found[1]["changed"] == [
        {"field": "purpose", "before": "To answer customers within a day", "after": "Better words"}
    ]
    assert {row["field"]: (row["before"], row["after"]) for row in found[2]["changed"]} == {
        "amount": ("500000", "600000"), "benefit.text": (None, "Half the waiting")
    }  # fmt: skip
    assert as_("mika").get(f"/purchases/{key}/rounds/2").json == found[1]
    assert as_("mika").get(f"/purchases/{key}/rounds/4").status_code == 404
    for name, status in (("auditor", 200), ("kenji", 404), ("agency", 404), ("admin", 404)):
        assert as_(name).get(f"/purchases/{key}/rounds").status_code == status, name


def test_a_colleague_who_only_knows_that_it_exists_reads_no_rounds(company: Company, as_: Callable[[str], Api]) -> None:
    key = sent_back(company, visibility="company")
    assert as_("kenji").get(f"/purchases/{key}").status_code == 200
    for path in ("rounds", "rounds/1", "shares"):
        assert as_("kenji").get(f"/purchases/{key}/{path}").status_code == 403, path


def test_rounds_of_before_contents_were_kept_are_read_from_the_trail(
    company: Company, as_: Callable[[str], Api]
) -> None:
    key = three_rounds(company)
    whole = as_("mika").get(f"/purchases/{key}/rounds").json
    with company.indoors(), atomic() as unit:
        unit.session.execute(update(Round).where(Round.number < 3).values(content=None))
    assert as_("mika").get(f"/purchases/{key}/rounds").json == whole


def test_each_reader_sees_what_changed_since_they_decided(company: Company, pages_as: Callable[[str], Pages]) -> None:
    """The CIO decided in round 1 and reads both changes; the CEO never did, and reads the last one."""
    key = three_rounds(company)
    since_first, since_last = (
        re.sub(r"\s+", " ", pages_as(name).get(f"/purchases/{key}").text) for name in ("cio", "ceo")
    )
    assert "回次1からの変更" in since_first
    assert "回次2からの変更" in since_last
    card = since_first.partition("回次1からの変更")[2].partition("</section>")[0]
    assert "Better words" in card
    assert "￥600,000" in card
    assert "Better words" not in since_last.partition("回次2からの変更")[2].partition("</section>")[0]
    for page in (since_first, since_last):
        assert 'id="rounds"' in page
        assert "重要な変更あり" in page


def test_the_first_round_shows_no_list_of_rounds(company: Company, pages_as: Callable[[str], Pages]) -> None:
    assert 'id="rounds"' not in pages_as("cmo").get(f"/purchases/{company.filed()}").text


def test_a_round_in_which_only_earlier_decisions_stand_may_be_taken_back(company: Company) -> None:
    key = sent_back(company)
    again(company, key, purpose="Better words")
    with company.indoors():
        assert service.withdraw(company.member("mika"), key, now=company.later()).state == "draft"
    again(company, key)
    assert states(company, key)["CIO"] == "waiting"


def approved_for_the_cio(company: Company) -> str:
    """Kenji approved for the CIO, and the CFO sent it back."""
    company.routes(IN_TURN)
    delegate(company, "cio", "kenji")
    key = company.filed(category="other")
    company.decide(key, "kenji")
    company.decide(key, "cfo", "return")
    return key


def test_a_yes_given_for_somebody_stands_as_it_was_given(company: Company) -> None:
    key = approved_for_the_cio(company)
    again(company, key, purpose="Better words")
    with looking(company):
        kept = approvals.get_chain(key).seats[0]
        assert (kept.state, kept.member, kept.decided_by) == ("approved", company.id("cio"), company.id("kenji"))


def test_a_yes_given_for_somebody_falls_when_whoever_gave_it_has_left(company: Company) -> None:
    key = approved_for_the_cio(company)
    company.leaves("kenji")
    again(company, key, purpose="Better words")
    assert states(company, key)["CIO"] == "waiting"


def test_a_yes_given_for_somebody_falls_when_it_is_asked_for_whoever_gave_it(company: Company) -> None:
    key = approved_for_the_cio(company)
    again(company, key, on_behalf_of="kenji@example.com")
    assert states(company, key)["CIO"] == "waiting"
