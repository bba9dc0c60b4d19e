"""Following and muting: one thing, everything of a kind, and for a whole channel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event

from collab.channels import queries as channels_queries
from collab.channels import service
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound
from collab.subjects import queries
from collab.subjects import service as subjects
from tests.channels.conftest import Channels
from tests.channels.test_telling import IT, MARKETING, accept, asked
from tests.factories import Company
from tests.factories.goals import goal
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both


@on_both
def test_a_wish_about_the_thing_goes_before_one_about_its_kind(company: Company) -> None:
    one, other = goal(company), goal(company)
    with company.indoors():
        mika, nao, now = company.member("mika"), company.member("nao"), company.now
        subjects.mute(mika, "G-*", now=now)
        subjects.follow(mika, one, now=now)
        subjects.follow(nao, "G-*", now=now)
        subjects.mute(nao, one, now=now)
        assert [queries.wish_of(mika.id, key) for key in (one, other)] == ["follow", "mute"]
        assert [queries.regard(mika.id, key)[0] for key in (one, other)] == ["follow", "mute"]
        assert (queries.followers(one, now), queries.muted_by(one)) == ([mika.id], {nao.id})
        assert (queries.followers(other, now), queries.muted_by(other)) == ([nao.id], {mika.id})
        subjects.unfollow(mika, "G-*")
        assert [queries.wish_of(mika.id, key) for key in (one, other)] == ["follow", None]


def test_it_costs_no_statement_more(company: Company) -> None:
    key = goal(company)
    with company.indoors():
        mika = company.member("mika")
        subjects.follow(mika, "G-*", now=company.now)
        for asks in (queries.wish_of, queries.regard, lambda _member, key: queries.muted_by(key)):
            statements: list[str] = []
            note = lambda *told: statements.append(told[2])  # noqa: E731, B023
            event.listen(db.engine, "before_cursor_execute", note)
            asks(mika.id, key)
            event.remove(db.engine, "before_cursor_execute", note)
            assert len([one for one in statements if one != "BEGIN"]) == 1


def test_a_kind_nobody_knows_is_not_found(company: Company) -> None:
    with company.indoors(), pytest.raises(NotFound):
        subjects.follow(company.member("mika"), "XX-*", now=company.now)


def test_following_a_kind_opens_nothing_that_is_hidden(company: Company) -> None:
    secret = goal(company, "Secret", visibility="involved")
    with company.indoors():
        subjects.follow(company.member("mika"), "G-*", now=company.now)
        assert queries.followers(secret, company.now) == []


def test_a_channel_mutes_one_thing_and_follows_what_is_not_its_own(channels: Channels, company: Company) -> None:
    here = channels.connect(IT, "it", "cio")
    mine, loud = asked(company), company.filed("mika", title="Sales thing", visibility="company")
    with company.indoors():
        kenji = company.member("kenji")
        service.wish(kenji, here, mine, "mute", now=company.now)
        service.wish(kenji, here, loud, "follow", now=company.now)
    channels.hear()
    assert [loud in card for card in channels.said(IT)] == [True]
    with company.indoors():
        service.wish(kenji, here, mine, None, now=company.now)
    accept(company, mine)
    channels.hear()
    assert any(mine in card for card in channels.said(IT))


def test_a_whole_kind_for_a_channel(channels: Channels, company: Company) -> None:
    here = channels.connect(IT, "it", "cio")
    loud = asked(company)
    with company.indoors():
        kenji = company.member("kenji")
        service.wish(kenji, here, "T-*", "mute", now=company.now)
        service.wish(kenji, here, loud, "follow", now=company.now)
    quiet = asked(company)
    channels.hear()
    assert [quiet in card for card in channels.said(IT)] == [False]


def test_what_was_muted_after_it_was_written_is_not_said(channels: Channels, company: Company) -> None:
    here = channels.connect(IT, "it", "cio")
    key = asked(company)
    channels.hear()
    accept(company, key)
    channels.tell()
    with company.indoors():
        service.wish(company.member("kenji"), here, key, "mute", now=company.now)
    channels.deliver()
    assert len(channels.said(IT)) == 1


def test_a_channel_is_no_way_to_what_is_not_for_everybody(channels: Channels, company: Company) -> None:
    here = channels.connect(MARKETING)
    secret = goal(company, "Secret", visibility="involved")
    with company.indoors(), pytest.raises(NotFound):
        service.wish(company.member("cmo"), here, secret, "follow", now=company.now)


def test_only_its_people_speak_for_a_channel(channels: Channels, company: Company) -> None:
    here = channels.connect(MARKETING)
    key = asked(company)
    with company.indoors():
        for name in ("kenji", "agency", "auditor"):
            with pytest.raises(NotAllowed):
                service.wish(company.member(name), here, key, "mute", now=company.now)
        service.wish(company.member("mika"), here, key, "mute", now=company.now)
        assert channels_queries.listener_of(here).wishes == {key: "mute"}


def test_the_page_shows_and_changes_all_of_it(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = goal(company, "Less waiting")
    mika = pages_as("mika")
    for about, wish in (("PR-*", "mute"), (key, "follow")):
        assert mika.send("/me/follows", {"key": about, "wish": wish}, page="/me/follows").status_code == 303
    page = mika.get("/me/follows").text
    assert f"{key} Less waiting" in page
    with company.indoors():
        assert queries.wish_of(company.id("mika"), "PR-7") == "mute"
    mika.send("/me/follows", {"key": key, "wish": "none"}, page="/me/follows")
    assert "Less waiting" not in mika.get("/me/follows").text
    assert mika.send("/me/follows", {"key": key, "wish": "shout"}, page="/me/follows").status_code == 404


def test_the_api_takes_kinds(as_: Callable[[str], Api]) -> None:
    mika = as_("mika")
    assert mika.send("PUT", "/me/follows/G-*", json={"wish": "mute"}).json == {"key": "G-*", "wish": "mute"}
    assert mika.get("/api/v1/me/follows").json == [{"key": "G-*", "wish": "mute"}]
    assert mika.send("PUT", "/me/follows/XX-*", json={"wish": "mute"}).status_code == 404
