"""What opens the door afterwards: sessions of browsers, tokens of programs; listed, limited, ended at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from limits import parse
from sqlalchemy import select, update

from collab.access.models import Session, Token
from collab.access.queries import keys as queries
from collab.access.service import sessions, tokens
from collab.audit.models import Entry
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.web import limits
from tests.factories import Company
from tests.parts.applications import application, settings_for
from tests.parts.clients import Api, Pages
from tests.parts.databases import Database, on_both

As = Callable[[str | None], Api]
PagesAs = Callable[[str], Pages]


class TestSessions:
    def test_mine_are_listed_and_signed_out(self, as_: As, pages_as: PagesAs) -> None:
        here, there = pages_as("mika"), pages_as("mika")
        assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 200)
        found = as_("mika").get("/me/sessions").json
        assert len(found) == 2
        assert as_("cmo").send("DELETE", f"/me/sessions/{found[0]['id']}").status_code == 404
        assert as_("mika").send("DELETE", "/me/sessions").status_code == 204
        assert (here.get("/me").status_code, there.get("/me").status_code) == (302, 302)

    def test_one_or_all_others_end_on_the_page(self, pages_as: PagesAs) -> None:
        here, there, third = (pages_as("mika") for _ in range(3))
        page = here.get("/me/access").text
        ends = re.findall(r'name="id" value="([0-9a-f]{64})"', page)
        assert len(ends) == 2, "this one is not ended from here"
        assert here.send("/me/access/sessions/end", {"id": ends[0]}, page="/me/access").status_code == 303
        assert sorted((there.get("/me").status_code, third.get("/me").status_code)) == [200, 302]
        assert here.send("/me/access/sessions/end", {"others": "1"}, page="/me/access").status_code == 303
        assert (here.get("/me").status_code, there.get("/me").status_code, third.get("/me").status_code) == (
            200,
            302,
            302,
        )

    def test_nobody_ends_somebody_elses(self, pages_as: PagesAs) -> None:
        mika = pages_as("mika")
        pages_as("cmo").get("/me")
        wanted = re.findall(r"[0-9a-f]{64}", pages_as("cmo").get("/me/access").text)[0]
        assert mika.send("/me/access/sessions/end", {"id": wanted}, page="/me/access").status_code == 404

    def test_one_ends_when_it_was_not_used_for_four_hours(
        self, pages_as: PagesAs, travel: time_machine.Coordinates
    ) -> None:
        mika = pages_as("mika")
        for _ in range(3):
            travel.shift(timedelta(hours=3, minutes=59))
            assert mika.get("/me").status_code == 200
        travel.shift(timedelta(minutes=10))
        assert mika.get("/me").status_code == 302, "twelve hours are the end in any case"
        kenji = pages_as("kenji")
        travel.shift(timedelta(hours=4, minutes=1))
        assert kenji.get("/me").status_code == 302

    def test_one_that_nobody_used_for_four_hours_is_over_and_one_in_use_goes_on(
        self, pages_as: PagesAs, travel: time_machine.Coordinates
    ) -> None:
        used, left = pages_as("kenji"), pages_as("kenji")
        travel.shift(timedelta(hours=3, minutes=59))
        assert used.get("/me").status_code == 200
        travel.shift(timedelta(minutes=2))
        assert (used.get("/me").status_code, left.get("/me").status_code) == (200, 302)

    def test_only_the_hash_is_kept(self, company: Company) -> None:
        with company.indoors():
            secret = sessions.sign_in(company.member("mika"), browser="x" * 900, way="sample", now=company.now)
            (row,) = db.session.scalars(select(Session))
            assert secret not in {row.id_hash, row.browser}
            assert len(row.browser) == 200

    @on_both
    def test_one_dies_at_once_in_every_process(
        self, company: Company, database: Database, tmp_path: Path, as_: As, pages_as: PagesAs
    ) -> None:
        """Two applications on one database, as two processes are: what ends in one opens nothing in the other."""
        here = pages_as("cmo")
        token = company.token("cmo")
        with application(settings_for(database.url, tmp_path / "other")) as other:
            there = other.test_client()
            there.set_cookie("collab", here.client.get_cookie("collab").value)
            assert there.get("/me").status_code == 200
            assert Api(other, token).get("/me").status_code == 200
            assert as_("admin").post("/members/cmo@example.com/deactivate").status_code == 204
            assert there.get("/me").status_code == 302
            assert Api(other, token).get("/me").status_code == 401


class TestTokens:
    def test_one_is_shown_once_works_and_is_revoked(self, company: Company, as_: As) -> None:
        made = as_("mika").post("/me/tokens", {"label": "report"})
        assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
        other = Api(company.app, made.json["token"])
        assert other.get("/me").json["email"] == "mika@example.com"
        listed = other.get("/me/tokens")
        assert made.json["token"] not in listed.text
        assert as_("cmo").send("DELETE", f"/me/tokens/{made.json['id']}").status_code == 404
        assert as_("mika").send("DELETE", f"/me/tokens/{made.json['id']}").status_code == 204
        assert other.get("/me").status_code == 401

    def test_one_is_made_on_the_page(self, company: Company, pages_as: PagesAs) -> None:
        mika = pages_as("mika")
        form = {"label": "月次", "days": "30", "scope": "read", "limited_to": ""}
        made = mika.send("/me/access/tokens", form, page="/me/access")
        secret = re.search(r"collab_[\w-]{20,}", made.text)
        assert secret
        assert made.headers["Cache-Control"] == "no-store"
        page = mika.get("/me/access").text
        assert secret[0] not in page
        assert "閲覧のみ" in page
        assert "未使用" in page
        refused = mika.send("/me/access/tokens", {**form, "days": "31"}, page="/me/access")
        assert (refused.status_code, 'value="月次"' in refused.text) == (422, True)
        refused = mika.send("/me/access/tokens", {**form, "limited_to": "G-1"}, page="/me/access")
        assert refused.status_code == 422

    def test_it_ends_after_ninety_days_unless_said_otherwise(
        self, company: Company, as_: As, travel: time_machine.Coordinates
    ) -> None:
        usual = Api(company.app, as_("mika").post("/me/tokens", {"label": "usual"}).json["token"])
        year = Api(company.app, as_("mika").post("/me/tokens", {"label": "year", "days": 365}).json["token"])
        for wrong in (0, 1, 31, 366, -1, "for ever", None, 1e9):
            assert as_("mika").post("/me/tokens", {"label": "x", "days": wrong}).status_code == 422, wrong
        travel.shift(timedelta(days=90, seconds=1))
        assert (usual.get("/me").status_code, year.get("/me").status_code) == (401, 200)

    def test_one_that_reads_changes_nothing(self, company: Company, as_: As) -> None:
        api = Api(company.app, as_("mika").post("/me/tokens", {"label": "reads", "scope": "read"}).json["token"])
        assert api.get("/me").status_code == api.get("/purchases").status_code == 200
        spared = 0
        for rule in company.app.url_map.iter_rules():
            if not rule.rule.startswith("/api/v1"):
                continue
            path = re.sub(r"<(?:[^:>]+:)?[^>]+>", "1", rule.rule)
            for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
                answer = api.send(method, path, json={})
                assert (answer.status_code, answer.json["code"]) == (403, "token_scope"), (method, path)
                spared += 1
        assert spared > 100
        with company.indoors():
            made = select(Token).where(Token.label != "test")
            assert [row.scope for row in db.session.scalars(made)] == ["read"]

    def test_one_that_measures_is_limited_to_goals_that_are_there(self, as_: As) -> None:
        body = {"label": "CRM", "scope": "measurements", "limited_to": ["G-1"]}
        made = as_("mika").post("/me/tokens", body)
        assert (made.status_code, made.json["limited_to"]) == (201, ["G-1"])
        assert as_("mika").post("/me/tokens", {**body, "limited_to": ["G-999"]}).status_code == 422
        assert as_("mika").post("/me/tokens", {**body, "scope": "read"}).status_code == 422
        assert as_("mika").post("/me/tokens", {**body, "scope": "everything"}).status_code == 422

    def test_there_are_twenty_at_most(self, company: Company, as_: As) -> None:
        mika = as_("mika")
        made = [mika.post("/me/tokens", {"label": f"number {n}"}) for n in range(20)]
        assert [one.status_code for one in made] == [201] * 19 + [409], "with the one that asks there are twenty"
        assert made[-1].json["code"] == "too_many_tokens"
        assert mika.send("DELETE", f"/me/tokens/{made[0].json['id']}").status_code == 204
        assert mika.post("/me/tokens", {"label": "again"}).status_code == 201

    def test_the_day_of_its_use_is_noted_once_a_day(
        self, company: Company, as_: As, travel: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        touched: list[int] = []
        touch = tokens.touch_token
        monkeypatch.setattr(
            "collab.access.views.carrying.touch_token",
            lambda number, now: (touched.append(number), touch(number, now=now)),
        )
        mika = as_("mika")
        for _ in range(3):
            mika.get("/me")
        assert len(touched) == 1
        travel.shift(timedelta(days=1))
        assert mika.get("/me/tokens").json[0]["used_on"] == "2026-11-19"
        assert len(touched) == 2

    @on_both
    def test_its_owner_hears_a_week_before_it_ends_once(self, company: Company, as_: As) -> None:
        as_("mika").post("/me/tokens", {"label": "report", "days": 30})
        with company.indoors():
            assert tokens.warn_expiring(now=company.now + timedelta(days=22)) == 0
            assert tokens.warn_expiring(now=company.now + timedelta(days=24)) == 1
            assert tokens.warn_expiring(now=company.now + timedelta(days=24)) == 0
            (note,) = db.session.scalars(select(Message).where(Message.kind == tokens.EXPIRING))
            assert (note.member_id, note.urgent) == (company.id("mika"), False)

    def test_no_secret_reaches_the_trail(self, company: Company, as_: As) -> None:
        secret = as_("mika").post("/me/tokens", {"label": "report"}).json["token"]
        with company.indoors():
            kept = db.session.scalars(select(Entry).where(Entry.subject_key == "member:mika@example.com"))
            assert not [entry for entry in kept if secret in str(entry.details)]


class TestEndingAll:
    @pytest.fixture
    def open_(self, company: Company, as_: As, pages_as: PagesAs) -> tuple[Pages, Api]:
        return pages_as("mika"), as_("mika")

    def test_an_administrator_ends_everything(
        self, company: Company, pages_as: PagesAs, open_: tuple[Pages, Api]
    ) -> None:
        page, api = open_
        place = "/admin/access/mika@example.com/end"
        admin = pages_as("admin")
        assert admin.get(place).status_code == 200
        assert page.get("/me").status_code == 200, "looking ends nothing"
        assert admin.send(place, {"forget": "1"}, page=place).status_code == 303
        assert (page.get("/me").status_code, api.get("/me").status_code) == (302, 401)
        with company.indoors():
            entry = db.session.scalars(select(Entry).where(Entry.verb == "access_ended")).one()
            assert (entry.actor, entry.details) == (
                "admin@example.com", {"sessions": 1, "tokens": 1, "accounts_forgotten": True},
            )  # fmt: skip

    @pytest.mark.parametrize("name", ["mika", "auditor", "agency", "cio"])
    def test_nobody_else_does(self, pages_as: PagesAs, open_: tuple[Pages, Api], name: str) -> None:
        place = "/admin/access/mika@example.com/end"
        assert pages_as(name).get(place).status_code == 403
        assert pages_as(name).send(place, {}, page="/me").status_code == 403
        assert open_[1].get("/me").status_code == 200

    def test_there_must_be_somebody(self, pages_as: PagesAs) -> None:
        assert pages_as("admin").get("/admin/access/nobody@example.com/end").status_code == 404


class TestProof:
    """Acts of consequence ask again who is there, 15 minutes after the last proof."""

    FORM = {"label": "report", "days": "90", "scope": "read", "limited_to": ""}  # noqa: RUF012

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"COLLAB_DEMO": "1"}

    def test_it_is_asked_for_and_the_form_stands_again(
        self, company: Company, pages_as: PagesAs, travel: time_machine.Coordinates
    ) -> None:
        mika = pages_as("mika")
        travel.shift(timedelta(minutes=14))
        assert mika.send("/me/access/tokens", self.FORM, page="/me/access").status_code == 200
        travel.shift(timedelta(minutes=2))
        headers = {"Referer": "http://localhost/me/access"}
        asked = mika.send("/me/access/tokens", self.FORM, page="/me/access", headers=headers)
        assert asked.status_code == 403
        assert 'href="/sign-in?again=1&amp;next=%2Fme%2Faccess"' in asked.text
        assert "送信されていません" in asked.text
        place = "/sign-in?again=1&next=/me/access"
        assert mika.get(place).status_code == 200
        proved = mika.send("/sign-in", {"again": "1", "next": "/me/access"}, page=place)
        assert (proved.status_code, proved.location) == (303, "/me/access")
        with company.indoors():
            assert len(queries.list_tokens(company.id("mika"), company.now)) == 1, "what was posted is not sent again"
        assert mika.send("/me/access/tokens", self.FORM, page="/me/access").status_code == 200

    @pytest.mark.parametrize(
        "referer",
        ["http://evil.test/me/access", "http://localhost//evil.test", "http://localhost/nothing/here", "x:\\y"],
    )
    def test_it_leads_back_only_to_our_own_pages(
        self, pages_as: PagesAs, travel: time_machine.Coordinates, referer: str
    ) -> None:
        mika = pages_as("mika")
        travel.shift(timedelta(minutes=16))
        asked = mika.send("/me/access/tokens", self.FORM, page="/me/access", headers={"Referer": referer})
        assert asked.status_code == 403
        assert 'href="/sign-in?again=1&amp;next=%2F"' in asked.text

    def test_a_session_that_never_proved_anything_is_asked_at_once(self, company: Company, pages_as: PagesAs) -> None:
        mika = pages_as("mika")
        with company.indoors(), atomic():
            db.session.execute(update(Session).values(proved_at=None))
        assert mika.get("/me/access").status_code == 200
        assert mika.send("/me/access/tokens", self.FORM, page="/me/access").status_code == 403

    @pytest.mark.parametrize(
        "act",
        [
            "/exports/members", "/admin/changes/CC-1/confirm", "/admin/access/cmo@example.com/end", "/admin/access-review",
            "/admin/access-review/AR-1/sign", "/admin/calendars/new", "/link/code", "/people/slack/connect",
            "/admin/members", "/admin/members/mika@example.com/leave", "/admin/offices/give",
        ],
    )  # fmt: skip
    def test_every_act_of_consequence_asks(self, pages_as: PagesAs, travel: time_machine.Coordinates, act: str) -> None:
        admin = pages_as("admin")
        travel.shift(timedelta(minutes=16))
        asked = admin.send(act, {})
        assert asked.status_code == 403
        assert 'href="/sign-in?again=1' in asked.text

    def test_a_token_is_no_browser_left_open(self, as_: As, travel: time_machine.Coordinates) -> None:
        mika = as_("mika")
        travel.shift(timedelta(hours=1))
        assert mika.post("/me/tokens", {"label": "x"}).status_code == 201


class TestLimits:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"COLLAB_API_PER_MINUTE": "5", "COLLAB_TRUSTED_PROXIES": "1"}

    @pytest.fixture(autouse=True)
    def still(self, company: Company, travel: time_machine.Coordinates) -> Iterator[None]:
        """At the beginning of a window, so that none ends under a test."""
        travel.move_to(company.now.replace(second=1), tick=False)
        return iter(())

    def test_calls_of_a_token(self, as_: As) -> None:
        mika = as_("mika")
        answers = [mika.get("/me") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        refused = answers[-1]
        assert (refused.mimetype, refused.json["code"]) == ("application/problem+json", "too_often")
        assert 0 < int(refused.headers["Retry-After"]) <= 61
        assert as_("cmo").get("/me").status_code == 200, "another's are counted apart"

    def test_wrong_tokens_of_an_address_and_the_right_ones_go_on(self, app: Flask, as_: As) -> None:
        guesses = [Api(app, f"collab_{number}").get("/me") for number in range(limits.WRONG_TOKENS + 1)]
        assert [answer.status_code for answer in guesses] == [401] * limits.WRONG_TOKENS + [429]
        assert (guesses[-1].json["code"], "Retry-After" in guesses[-1].headers) == ("too_often", True)
        assert as_("mika").get("/me").status_code == 200
        elsewhere = {"Authorization": "Bearer collab_x", "X-Forwarded-For": "203.0.113.7"}
        assert app.test_client().get("/api/v1/me", headers=elsewhere).status_code == 401

    def test_pages_of_a_browser_say_so_in_words(self, pages_as: PagesAs) -> None:
        mika = pages_as("mika")
        answers = [mika.get("/me") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert "操作の回数が多すぎます" in answers[-1].text
        assert "Retry-After" in answers[-1].headers

    def test_health_and_slack_are_not_counted(self, app: Flask) -> None:
        client = app.test_client()
        assert {client.get("/healthz").status_code for _ in range(9)} == {200}
        assert {client.post("/slack/commands", data={}).status_code for _ in range(9)} == {401}

    def test_strangers_are_counted_by_the_address_the_trusted_proxy_names(self, app: Flask) -> None:
        client = app.test_client()
        one, two = ({"X-Forwarded-For": f"198.51.100.99, 203.0.113.{n}"} for n in (1, 2))
        assert [client.get("/sign-in", headers=one).status_code for _ in range(6)] == [200] * 5 + [429]
        forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.1"}
        assert client.get("/sign-in", headers=forged).status_code == 429, "what came before the proxy is anybody's word"
        assert client.get("/sign-in", headers=two).status_code == 200


def test_a_store_that_is_away_refuses_nobody(company: Company, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def __getattr__(self, name: str) -> Any:
            raise ConnectionError(name)

    mika = as_("mika")
    monkeypatch.setattr(company.app.extensions["limits"], "together", Gone())
    assert mika.post("/me/tokens", {"label": "x"}).status_code == 201
    monkeypatch.setitem(limits._RATES, "token", parse("1 per hour"))
    made = [mika.post("/me/tokens", {"label": "x"}).status_code for _ in range(2)]
    assert made == [201, 429], "each process goes on counting for itself"
