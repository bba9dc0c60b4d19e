"""One card for each subject in each channel it concerns, what happens below it, and nothing that is not for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from collab.agreements import service as agreements
from collab.channels import service
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.purchases import service as purchases
from collab.subjects.models import Subject
from collab.tasks import service as tasks
from tests.channels.conftest import Channels
from tests.factories import Company
from tests.factories.goals import goal
from tests.parts.databases import on_both

MARKETING, IT, LEADERS = "C-marketing", "C-it", "C-leaders"


@pytest.fixture
def three(channels: Channels) -> Channels:
    """Marketing's, IT's and the leaders' channel, connected and greeted."""
    channels.connect(MARKETING)
    channels.connect(IT, "it", "cio")
    channels.connect(LEADERS, "leaders", "cmo")
    channels.hear()
    return channels


def asked(company: Company, to: str = "it", **changes: object) -> str:
    with company.indoors():
        return tasks.ask(
            company.member("mika"),
            {"title": "Consent flag in the CRM", "to_department": to, **changes},
            now=company.now,
        )


def accept(company: Company, key: str) -> None:
    with company.indoors():
        tasks.accept(company.member("kenji"), key, due="2bd", now=company.now)


def test_a_task_across_departments_is_one_card_in_both_and_before_the_leaders(
    three: Channels, company: Company
) -> None:
    key = asked(company)
    three.hear()
    for channel in (MARKETING, IT, LEADERS):
        [card] = three.said(channel)
        assert f"{key} Consent flag in the CRM" in card
        assert "Mika Tanabe asked for it" in card
    accept(company, key)
    three.hear()
    for channel in (MARKETING, IT, LEADERS):
        _card, reply = three.said(channel)
        assert "accepted it" in reply
        assert three.card(channel, key).count("Accepted") == 1
    assert {row.reply for row in three.rows(IT, "channel.news")} == {"thread"}


def test_what_stays_on_one_side_is_not_for_the_leaders_and_not_for_the_other_department(
    three: Channels, company: Company
) -> None:
    key = company.filed("mika", title="New banner", goal=None, no_goal_reason="Small", visibility="company")
    three.hear()
    [card] = three.said(MARKETING)
    assert key in card
    assert (three.said(IT), three.said(LEADERS)) == ([], [])


def test_no_amount_and_nobodys_reasons_ever(three: Channels, company: Company) -> None:
    key = company.filed("mika", title="Analytics", amount="987654", visibility="company")
    three.hear()
    company.decide(key, "cmo", "return", comment="The vendor is not trusted")
    three.hear()
    everything = "\n".join(three.said(MARKETING)) + three.card(MARKETING, key)
    assert "sent it back" in everything
    assert not re.search(r"987.?654|JPY|¥|￥|円", everything)
    assert "trusted" not in everything


def test_what_is_for_those_involved_alone_is_not_shown(three: Channels, company: Company) -> None:
    secret = goal(company, "Secret", visibility="involved")
    drafted = company.drafted("mika", visibility="company")
    hidden = company.filed("mika", title="Quiet", visibility="involved")
    with company.indoors():
        tasks.ask(
            company.member("mika"), {"title": "Hush", "to_department": "it", "visibility": "parties"}, now=company.now
        )
    three.hear()
    shown = "\n".join(three.said(MARKETING) + three.said(IT) + three.said(LEADERS))
    assert shown == "", (secret, drafted, hidden)
    assert three.rows(MARKETING) + three.rows(IT) + three.rows(LEADERS) == []  # not even written


def test_what_is_narrowed_later_says_only_that(three: Channels, company: Company) -> None:
    key = asked(company, title="Launch of the Blue line")
    three.hear()
    with company.indoors():
        with atomic():
            from collab.tasks.models import Task

            db.session.execute(update(Task).values(visibility="parties"))
        accept(company, key)
    three.hear()
    assert three.card(IT, key) == "This is no longer open to the whole company, so it is not shown here any more."
    assert len(three.said(IT)) == 1  # and no reply


def test_a_withdrawn_request_is_a_draft_again_and_nobodys_business(three: Channels, company: Company) -> None:
    key = company.filed("mika", title="Beacon", visibility="company")
    three.hear()
    assert "Beacon" in three.card(MARKETING, key)
    with company.indoors():
        purchases.withdraw(company.member("mika"), key, now=company.now)
    three.hear()
    assert "Beacon" not in three.card(MARKETING, key)


def test_edits_are_not_news_but_the_card_says_the_new_title(three: Channels, company: Company) -> None:
    key = goal(company, "Old title")
    with company.indoors():
        from collab.goals.service import living

        living.pause(company.member("cmo"), key, "Waiting for the budget", now=company.now)
    three.hear()
    assert "paused it" in three.card(MARKETING, key)
    with company.indoors():
        from collab.goals.service import changing

        changing.change(company.member("cmo"), key, {"title": "New title"}, reason="Clearer", now=company.now)
    three.hear()
    assert "New title" in three.card(MARKETING, key)
    assert len(three.said(MARKETING)) == 1


def test_channels_hear_from_when_they_were_connected_on(channels: Channels, company: Company) -> None:
    before = asked(company)
    company.later(minutes=1)
    channels.connect(IT, "it", "cio")
    channels.hear()
    assert channels.said(IT) == []
    accept(company, before)
    channels.hear()
    [card] = channels.said(IT)
    assert "accepted it" in card


def test_without_channels_it_costs_one_statement_and_nothing_waits(channels: Channels, company: Company) -> None:
    asked(company)
    with company.indoors(), counted() as statements:
        assert service.sweep(now=company.now) > 0
        assert len([one for one in statements if one.startswith(("SELECT", "UPDATE"))]) <= 2
    with company.indoors():
        assert db.session.scalar(select(Subject.key).where(Subject.told_seq < Subject.audit_seq)) is None


def test_the_number_of_statements_does_not_grow_with_channels_and_subjects(three: Channels, company: Company) -> None:
    def cost() -> int:
        with company.indoors(), counted() as statements:
            service.sweep(now=company.now)
            return len([one for one in statements if one.startswith("SELECT")])

    asked(company)
    few = cost()
    for n in range(5):
        three.connect(f"C-more{n}", "it", "cio")
    three.tell()
    for _n in range(6):
        asked(company)
    assert cost() <= few


@on_both
def test_two_sweepers_tell_everything_once(three: Channels, company: Company) -> None:
    key = asked(company)
    three.tell()
    with company.indoors():
        with atomic():
            db.session.execute(update(Subject).values(told_seq=0))  # as if the first had died before it was noted
        service.sweep(now=company.now)
    three.deliver()
    assert len([card for card in three.said(IT) if key in card]) == 1


@on_both
def test_whoever_comes_second_to_a_subject_tells_nothing_of_it(three: Channels, company: Company) -> None:
    """Compare and set: what another sweeper told meanwhile is not told again."""
    from collab.subjects import service as subjects

    asked(company)
    with company.indoors():
        with atomic():
            rows = subjects.list_untold(limit=50)
        with atomic():
            assert all(subjects.tell(row) for row in rows)
        with atomic():
            assert not any(subjects.tell(row) for row in rows)


def test_a_crash_before_the_commit_tells_it_later(
    three: Channels, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = asked(company)
    with company.indoors(), monkeypatch.context() as broken:
        broken.setattr("collab.channels.service.telling._tell", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            service.sweep(now=company.now)
    three.hear()
    assert key in three.said(IT)[0]


def test_a_subject_without_words_does_not_silence_the_others(
    three: Channels, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = asked(company), asked(company)
    from collab.subjects.registry import registry

    real = registry.news
    monkeypatch.setattr(registry, "news", lambda entry: 1 / 0 if entry.subject_key == bad else real(entry))
    three.hear()
    assert [good in card for card in three.said(IT)] == [True]


@pytest.mark.parametrize(("details", "replies"), [("thread", ["thread"]), ("channel", ["channel"]), ("none", [])])
def test_where_details_go_is_the_channels_choice(
    channels: Channels, company: Company, details: str, replies: list[str]
) -> None:
    channels.connect(IT, "it", "cio", details=details)
    key = asked(company)
    channels.hear()
    accept(company, key)
    channels.hear()
    assert [row.reply for row in channels.rows(IT, "channel.news")] == replies
    assert "Accepted" in channels.card(IT, key)


def test_only_the_kinds_it_wants(channels: Channels, company: Company) -> None:
    channels.connect(IT, "it", "cio", kinds=("goal",))
    asked(company)
    channels.hear()
    assert channels.said(IT) == []


def test_an_incident_is_told_once_not_as_incident_and_as_task(three: Channels, company: Company) -> None:
    from collab.incidents import service as incidents
    from tests.factories.incidents import alerted

    key = alerted(company)
    three.hear()
    [card] = three.said(MARKETING)
    assert "raised the alarm" in card
    with company.indoors():
        incidents.take(company.member("cmo"), key, now=company.now)
    three.hear()
    _card, *replies = three.said(MARKETING)
    assert len(replies) == 1
    assert "took it" in replies[0]


def test_agreements_concern_giver_and_receiver(three: Channels, company: Company) -> None:
    from tests.factories.agreements import proposed

    key = proposed(company)
    three.hear()
    assert key in three.said(MARKETING)[0]
    assert key in three.said(IT)[0]
    with company.indoors():
        agreements.agree(company.member("kenji"), key, now=company.now)
    three.hear()
    assert "agreed" in three.said(IT)[-1]


def test_goals_say_trouble_not_every_check_in(three: Channels, company: Company) -> None:
    from tests.factories.measured import measured_goal

    key = measured_goal(company, "Less waiting")
    with company.indoors():
        from collab.goals.service import checking_in

        who = company.member("mika")
        checking_in.check_in(
            who, key, {"confidence": 80, "note": "Fine", "status": "on_track", "reason": "Signed"}, now=company.now
        )
    three.hear()
    assert three.said(MARKETING) == []
    company.later(hours=1)
    with company.indoors():
        checking_in.check_in(
            who,
            key,
            {"confidence": 20, "note": "The vendor is late", "status": "off_track", "reason": "Late"},
            now=company.now,
        )
    three.hear()
    [card] = three.said(MARKETING)
    assert "sees it off track" in card
    assert "vendor" not in card


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements run meanwhile."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)
