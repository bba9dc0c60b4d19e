"""Language and zone begin with the Slack profile, until somebody chooses: taken once, audited, told once, never overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from collab.audit.queries import list_entries
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import service
from collab.people.models import Member
from collab.people.service.profiles import WELCOME
from collab.slack import accounts
from collab.slack.accounts import Account
from tests.factories import Company

TEAM = "T0DOUBLE"


def account(email: str = "kenji@example.com", user: str = "U1", **profile: Any) -> Account:
    """As Slack tells it."""
    said = {"locale": "en-US", "tz": "Europe/London", **profile}
    return accounts.read({
        "id": user, "team_id": TEAM, "name": "k", "is_email_confirmed": True, "profile": {"email": email}, **said
    })  # fmt: skip


def unchosen(company: Company, name: str = "kenji") -> None:
    """Nobody said which language they are spoken to in, as with a file without that column."""
    db.session.execute(update(Member).where(Member.id == company.id(name)).values(locale_given=False))
    db.session.commit()


def habits(company: Company, name: str = "kenji") -> tuple[str, str, str | None]:
    actor = company.member(name)
    own = db.session.scalar(select(Member.zone).where(Member.id == actor.id))
    return actor.locale, actor.zone, own


def told(company: Company) -> int:
    return len(db.session.scalars(select(Message).where(Message.kind == WELCOME)).all())


@pytest.mark.parametrize(
    ("said", "locale"), [("ja-JP", "ja"), ("en-GB", "en"), ("de-DE", "en"), ("", ""), (None, ""), (7, "")]
)
def test_the_language_of_a_profile(said: Any, locale: str) -> None:
    assert account(locale=said).locale == locale


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("America/New_York", "America/New_York"), ("Mars/Base", ""), ("../../etc/passwd", ""),
     ("", ""), (None, ""), ("asia/tokyo", ""), ("Asia/Tokyo\x00", "Asia/Tokyo")],
)  # fmt: skip
def test_a_zone_counts_only_if_it_is_one(said: Any, zone: str) -> None:
    assert account(tz=said).zone == zone


class TestFirstMatch:
    def test_both_are_taken_audited_and_told_once(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            who = service.recognise(account(), TEAM, "U1", now=company.now)
            assert (who.locale, who.zone) == ("en", "Europe/London")  # type: ignore[union-attr]
            entry = list_entries("member:kenji@example.com")[-1]
            assert (entry.verb, entry.after) == ("profile_taken", {"locale": "en", "zone": "Europe/London"})
            assert told(company) == 1
            service.recognise(account(locale="ja-JP"), TEAM, "U1", now=company.now)
            assert (habits(company)[0], told(company)) == ("en", 1)

    def test_found_by_address_when_we_write_first(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.find_by_email(company.member("kenji"), account(), TEAM, now=company.now)
            assert habits(company)[:2] == ("en", "Europe/London")

    def test_tied_by_an_administrator(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.connect(company.member("admin"), "kenji@example.com", account(), TEAM, now=company.now)
            assert habits(company)[0] == "en"

    def test_what_is_the_same_already_is_no_news(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.recognise(account(locale="ja-JP", tz="Asia/Tokyo"), TEAM, "U1", now=company.now)
            assert habits(company) == ("ja", "Asia/Tokyo", None)
            assert told(company) == 0

    def test_a_profile_that_says_nothing_takes_nothing(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.recognise(account(locale=None, tz="Nowhere/Land"), TEAM, "U1", now=company.now)
            assert habits(company) == ("ja", "Asia/Tokyo", None)


class TestChoicesStay:
    def test_a_language_somebody_chose(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.set_locale(company.member("kenji"), "ja", now=company.now)
            service.recognise(account(tz="Asia/Tokyo"), TEAM, "U1", now=company.now)
            assert habits(company)[0] == "ja"

    def test_a_zone_of_ones_own(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            db.session.execute(update(Member).where(Member.id == company.id("kenji")).values(zone="Asia/Seoul"))
            db.session.commit()
            service.recognise(account(), TEAM, "U1", now=company.now)
            assert habits(company)[2] == "Asia/Seoul"

    def test_a_profile_that_changes_later_changes_nothing(self, company: Company) -> None:
        with company.indoors():
            unchosen(company)
            service.recognise(account(), TEAM, "U1", now=company.now)
            service.account_changed(account(locale="ja-JP", tz="Asia/Tokyo"), TEAM, now=company.now)
            assert habits(company) == ("en", "Europe/London", "Europe/London")

    def test_a_member_added_with_a_language_has_chosen_and_one_without_has_not(self, company: Company) -> None:
        named = {"name_en": "N", "name_ja": "N"}
        with company.indoors():
            for name, more in (("given", {"locale": "ja"}), ("open", {"locale": None})):
                fields = {"email": f"{name}@example.com", **named, "site_code": "tokyo", **more}
                service.join(fields, department=None, by=None, now=company.now)
                service.recognise(account(f"{name}@example.com", f"U{name}"), TEAM, f"U{name}", now=company.now)
            rows = db.session.execute(select(Member.email, Member.locale).where(Member.name_en == "N")).all()
            assert dict(rows) == {"given@example.com": "ja", "open@example.com": "en"}  # type: ignore[arg-type]

    def test_a_file_with_a_language_is_a_choice(self, company: Company) -> None:
        from collab.people.service.importing import MemberRows

        with company.indoors():
            unchosen(company)
            rows = MemberRows(None, [{"email": "kenji@example.com", "locale": "ja"}], company.now)
            rows.apply({"email": "kenji@example.com", "locale": "ja"}, company.now.date())
            assert rows.org.members["kenji@example.com"].values["locale_given"] is True
            assert rows.org.members["kenji@example.com"].touched
