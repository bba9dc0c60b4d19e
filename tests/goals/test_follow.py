"""Following and muting anything that has a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from collab.goals.models import Goal
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotFound
from collab.subjects import queries, service
from tests.factories import Company
from tests.factories.goals import goal, helps, number
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both


@on_both
def test_the_last_wish_counts_and_can_be_taken_back(company: Company) -> None:
    key = goal(company)
    with company.indoors():
        mika, now = company.member("mika"), company.now
        assert queries.wish_of(mika.id, key) is None
        for wish in ("follow", "follow", "mute", None, "mute", "follow"):
            service.wish(mika, key, wish, now=now)
            assert queries.wish_of(mika.id, key) == wish
        assert (queries.followers(key, now), queries.muted_by(key)) == ([mika.id], set())
        with pytest.raises(ValueError, match="shout"):
            service.wish(mika, key, "shout", now=now)


def test_nobody_follows_what_they_cannot_see_and_whoever_no_longer_can_hears_nothing(company: Company) -> None:
    key, secret = goal(company), goal(company, visibility="involved")
    with company.indoors():
        now = company.now
        for stranger, thing in (("mika", secret), ("agency", key), ("mika", "G-99")):
            with pytest.raises(NotFound):
                service.follow(company.member(stranger), thing, now=now)
        service.follow(company.member("mika"), key, now=now)
        service.follow(company.member("nao"), key, now=now)
    company.leaves("nao")
    with company.indoors():
        assert queries.followers(key, company.now) == [company.id("mika")]
        with atomic() as unit:
            unit.session.execute(update(Goal).where(Goal.id == number(key)).values(visibility="involved"))
        assert queries.followers(key, company.now) == []
        service.unfollow(company.member("mika"), key)
        assert queries.wish_of(company.id("mika"), key) is None


def test_the_page_of_a_goal_has_the_buttons(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = goal(company)
    emma = pages_as("emma")
    for wish, said in (
        ("follow", "You follow this goal."),
        ("mute", "You muted this goal"),
        ("none", "Follow it to hear"),
    ):
        answer = emma.send(f"/goals/{key}/follow", {"wish": wish}, page=f"/goals/{key}", follow_redirects=True)
        assert said in answer.text
    assert pages_as("auditor").send(f"/goals/{key}/follow", {"wish": "follow"}).status_code == 403
    assert "/follow" not in pages_as("auditor").get(f"/goals/{key}").text


def test_over_the_api_for_a_goal_and_for_anything(company: Company, as_: Callable[[str], Api]) -> None:
    key, request = goal(company), company.filed()
    mika = as_("mika")
    for path, thing in ((f"/goals/{key}/follow", key), (f"/me/follows/{request}", request)):
        assert mika.send("PUT", path, json={"wish": "follow"}).json == {"key": thing, "wish": "follow"}
        assert mika.send("PUT", path, json={"wish": "none"}).json == {"key": thing, "wish": None}
        assert mika.send("PUT", path, json={"wish": "shout"}).status_code == 422
        assert as_("agency").send("PUT", path, json={"wish": "follow"}).status_code == 404
        assert as_("auditor").send("PUT", path, json={"wish": "follow"}).status_code == 403
    helps(company, key, "agency")
    assert as_("agency").send("PUT", f"/goals/{key}/follow", json={"wish": "follow"}).status_code == 200
