"""Standing in, in Slack: confirming a delegation on its card, approving for somebody, being away in one line, also for a boss."""

from __future__ import annotations

import pytest

from collab.approvals import queries as approvals
from collab.kernel import clock
from collab.people import queries as people
from collab.people import service
from collab.people.service import Terms
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.slack.people import CMO, KENJI, MIKA, Deliver, labels
from tests.slack_double import SlackDouble, text_of


def say(served: SlackDouble, email: str, line: str) -> str:
    return served.play.slash(email, "/collab", line).ephemeral


def away(company: Company, name: str) -> tuple[bool, int | None]:
    with company.indoors():
        here = people.presence([company.id(name)], clock.now())[company.id(name)]
        return here.away, here.deputy


def test_a_delegation_is_confirmed_on_its_card_and_opens_the_approval(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    company.routes(route("office:CMO", "office:CFO"))
    key = company.filed(category="other")
    with company.indoors():
        today = people.today(clock.now())
        found = service.propose_delegation(
            company.member("cmo"), deputy=KENJI, terms=Terms(today, today), now=clock.now()
        )
    deliver()
    card = served.record.last_to(KENJI)
    assert len(labels(card)) == 3
    served.play.click(KENJI, card, labels(card)[0])
    with company.indoors():
        assert people.get_delegation(found.id).state == "confirmed"
    deliver()
    assert "小野 健二" in text_of(served.record.last_to(CMO))
    assert served.play.click(KENJI, card, "確認する").ephemeral, "a second press is answered kindly"
    shown = served.play.slash(KENJI, "/collab", key)
    assert "代 森 由紀" in text_of(served.record.ephemerals_to(KENJI)[-1])
    assert shown
    served.play.click(KENJI, served.record.ephemerals_to(KENJI)[-1], "承認")
    with company.indoors():
        assert approvals.get_chain(key).seats[0].decided_by == company.id("kenji")


@pytest.mark.parametrize(
    "line", ["away until 2026-11-20 deputy @nao", "不在 2026-11-20まで 代理 @nao", "away friday deputy @石井直"]
)
def test_one_line_before_leaving(served: SlackDouble, company: Company, line: str) -> None:
    assert "石井 直" in say(served, CMO, line)
    assert away(company, "cmo") == (True, company.id("nao"))
    say(served, CMO, "back")
    assert away(company, "cmo")[0] is False


def test_a_secretary_says_it_for_a_boss_and_nobody_else_does(served: SlackDouble, company: Company) -> None:
    for line in ("away until 2026-11-20 for @cmo deputy @nao", "back for @cmo"):
        say(served, MIKA, line)
        assert away(company, "cmo")[0] is False
    with company.indoors():
        service.name_secretary(company.member("cmo"), secretary=MIKA, now=clock.now())
    assert "森 由紀" in say(served, MIKA, "away until 2026-11-20 for @cmo deputy @nao")
    assert away(company, "cmo") == (True, company.id("nao"))
    assert away(company, "mika")[0] is False
    assert "森 由紀" in say(served, MIKA, "復帰 @cmoさんの")
    assert away(company, "cmo")[0] is False


@pytest.mark.parametrize("line", ["away until 2026-11-20 deputy @nobody", "away until 2020-01-01"])
def test_what_cannot_be_read_is_asked_back_and_nothing_is_done(
    served: SlackDouble, company: Company, line: str
) -> None:
    assert say(served, CMO, line)
    assert away(company, "cmo")[0] is False
