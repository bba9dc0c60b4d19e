"""The card of a requirement in Slack: what is asked in five seconds, its modals, and what is not asked any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from collab.blueprints import service
from collab.blueprints.slack import cards, pressing
from collab.kernel.errors import NotAllowed, NotFound
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Rendered
from collab.slack.talk import Open, Talk
from tests.factories.blueprints import a_blueprint, asked, requirement
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.slack_double.rules import check_message

DAY = date(2026, 12, 1)
Render = Callable[[Envelope], Rendered | None]


def shown(company: Company, render: Render, name: str, key: str, number: int, locale: str = "en", **args: Any) -> str:
    """What a reader reads, and every label of a button; nothing when nothing is said."""
    with company.indoors():
        found = render(
            Envelope(key, {"requirement": number, **args}, company.member(name), Reader(locale), company.now)
        )
    if found is None:
        return ""
    check_message(found.as_payload())
    return str(found.as_payload())


def talk(company: Company, name: str, **more: Any) -> Talk:
    return Talk(company.member(name), Reader("en"), company.now, "T1", "U1", **more)


def test_the_lead_reads_who_asks_for_what_by_when_and_three_ways_to_answer(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key, detail="<!channel> *all* of it")
    text = shown(company, cards.asked, "cio", key, number)
    for words in ("Can you do this?", "Stock by the minute", "Nao Ishii: Marketing asks IT", "G-1", "due Thu 26 Nov",
                  "Commit to a date", "Offer something else", "Decline"):  # fmt: skip
        assert words in text, words
    assert "<!channel>" not in text
    assert "対応できますか" in shown(company, cards.asked, "cio", key, number, "ja")
    assert shown(company, cards.asked, "nao", key, number) == ""
    with company.indoors():
        service.decline(company.member("cio"), key, number, reason="No.", now=company.now)
    assert shown(company, cards.asked, "cio", key, number) == ""
    assert "Declined" in shown(company, cards.repainted, "cio", key, number)
    assert "Daichi Sakai declined" in shown(
        company, cards.told, "nao", key, number, verb="decline", by=company.id("cio"), said="No."
    )


def test_a_last_chance_is_not_said_once_there_is_another_day(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    due = asked(company, key, number).due_at
    assert due is not None
    wait = {"wait": f"{key}:requirement:{number}"}
    assert shown(company, cards.last_chance, "cio", key, number, slot=due.isoformat(), **wait)
    with company.indoors():
        service.commit_to(company.member("cio"), key, number, on=DAY, now=company.now)
    assert shown(company, cards.last_chance, "cio", key, number, slot=due.isoformat(), **wait) == ""
    later = datetime.fromisoformat("2026-12-01T09:00:00+00:00")
    assert "You promised this" in shown(company, cards.last_chance, "cio", key, number, slot=later.isoformat(), **wait)


def test_it_is_answered_from_slack(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    with company.indoors():
        assert isinstance(pressing.press_commit(talk(company, "cio", pressed=f"{key}:{number}")), Open)
        for name, error in (("nao", NotAllowed), ("agency", NotFound)):
            with pytest.raises(error):
                pressing.press_commit(talk(company, name, pressed=f"{key}:{number}"))
        data = {"key": key, "number": number}
        pressing.send_counter(talk(company, "cio", data=data, entered={"on": "2026-12-01", "text": "Hourly."}))
        pressing.press_agree(talk(company, "nao", pressed=f"{key}:{number}"))
    assert (asked(company, key, number).state, asked(company, key, number).promised_on) == ("committed", DAY)


def test_a_hidden_goal_and_a_guest_are_told_nothing(company: Company) -> None:
    hidden = goal(company, title="Secret", visibility="involved", owners=("cmo", "service-lead"))
    key = a_blueprint(company, guests=("agency",))
    number = requirement(company, key, by="cmo", goal=hidden)
    assert "Secret" not in shown(company, cards.asked, "cio", key, number)
    assert shown(company, cards.repainted, "agency", key, number) == ""
