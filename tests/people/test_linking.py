"""Slack accounts by hand: who may tie, let go and dismiss them, what is refused, and what the pages and the API show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from collab.audit.queries import list_entries
from collab.kernel import clock
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.people import queries, service
from collab.slack import identity
from collab.slack.accounts import Account
from collab.slack.identity import Stranger
from tests.factories import Company
from tests.factories.company import NOW, PEOPLE, address
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble

TEAM = "T0DOUBLE"
STRANGER = "interim@hoshi.example"


@pytest.fixture
def slack(travel: time_machine.Coordinates) -> Iterator[SlackDouble]:
    """A workspace in which nobody but a stranger, the CMO and Mika has an account."""
    with SlackDouble() as double:
        for person in PEOPLE:
            if person.name in ("cmo", "mika"):
                double.add_user(address(person.name), person.name_ja)
        double.add_user(STRANGER, "Interim")
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
    }


def user(slack: SlackDouble, email: str) -> str:
    return slack.play._user_id(email)


def account(slack: SlackDouble, email: str = STRANGER, **more: Any) -> Account:
    return Account(user(slack, email), frozenset({TEAM}), name="Interim", email=email, confirmed=True, **more)


def offer(company: Company, slack_user: str) -> str:
    with company.indoors():
        return service.greet(Stranger(TEAM, slack_user, "no_member", "Interim", "interim", STRANGER), now=NOW)


def tied(company: Company, name: str) -> str | None:
    with company.indoors():
        return queries.find_slack_account(company.id(name), TEAM)


def trail(company: Company, name: str) -> list[tuple[str, str]]:
    with company.indoors():
        return [(entry.verb, entry.actor) for entry in list_entries(f"member:{address(name)}") if "slack" in entry.verb]


@on_both
def test_an_administrator_ties_an_account_and_it_is_written_down_who_did(company: Company, slack: SlackDouble) -> None:
    offer(company, user(slack, STRANGER))
    with company.indoors():
        service.connect(company.member("admin"), address("kenji"), account(slack), TEAM, now=NOW)
        assert queries.list_strangers() == []
    assert tied(company, "kenji") == user(slack, STRANGER)
    assert trail(company, "kenji") == [("slack_linked", "admin@example.com")]


@on_both
def test_an_account_is_one_members_and_a_member_has_one(company: Company, slack: SlackDouble) -> None:
    admin = company.member("admin")
    with company.indoors():
        service.connect(admin, address("kenji"), account(slack), TEAM, now=NOW)
        for member, other, code in (("mika", STRANGER, "already_linked"), ("kenji", address("cmo"), "other_account")):
            theirs = Account(user(slack, other), frozenset({TEAM}))
            with pytest.raises(NotNow) as refused:
                service.connect(admin, address(member), theirs, TEAM, now=NOW)
            assert refused.value.said_code == code
    assert tied(company, "mika") is None
    assert tied(company, "kenji") == user(slack, STRANGER)


def test_what_an_administrator_may_not_tie(company: Company, slack: SlackDouble) -> None:
    admin, here = company.member("admin"), frozenset({TEAM})
    refusals: list[tuple[str, str, Account, type[Exception], str]] = [
        ("mika", "kenji", account(slack), NotAllowed, "not_allowed"),
        ("auditor", "kenji", account(slack), NotAllowed, "not_allowed"),
        ("admin", "admin", account(slack), NotAllowed, "own_account"),
        ("admin", "left", account(slack), NotFound, "not_found"),
        ("admin", "nobody", account(slack), NotFound, "not_found"),
        ("admin", "kenji", account(slack, deleted=True), NotNow, "not_a_person_here"),
        ("admin", "kenji", account(slack, bot=True), NotNow, "not_a_person_here"),
        ("admin", "kenji", account(slack, stranger=True), NotNow, "not_a_person_here"),
        ("admin", "kenji", Account("U1", frozenset({"T0OTHER"})), NotNow, "not_a_person_here"),
        ("admin", "kenji", Account("U1", here, email=address("cmo")), NotNow, "address_of_another"),
    ]
    for by, member, theirs, kind, code in refusals:
        with company.indoors(), pytest.raises(kind) as refused:
            service.connect(company.member(by), address(member), theirs, TEAM, now=NOW)
        assert refused.value.said_code == code, (by, member)
    assert admin.is_admin
    assert tied(company, "kenji") is None


@on_both
def test_a_link_is_good_once_and_for_a_quarter_of_an_hour_and_only_for_its_account(
    company: Company, slack: SlackDouble
) -> None:
    first, late = offer(company, "U_ONE"), offer(company, "U_TWO")
    with company.indoors():
        service.link_by_code(company.member("mika"), first, now=NOW)
        for code, name, later in (
            (first, "mika", 0),
            (first, "kenji", 0),
            (late, "kenji", 15),
            ("guessed", "kenji", 0),
        ):
            with pytest.raises(NotNow) as refused:
                service.link_by_code(company.member(name), code, now=NOW.replace(minute=later))
            assert refused.value.said_code == "link_expired"
        assert queries.find_holder(TEAM, "U_TWO") is None
    assert tied(company, "mika") == "U_ONE"


@on_both
def test_a_link_to_somebody_elses_account_takes_nothing_and_is_not_used_up(company: Company) -> None:
    for_another = offer(company, "U_ONE")
    with company.indoors():
        service.link_by_code(company.member("mika"), offer(company, "U_ONE"), now=NOW)
        with pytest.raises(NotNow) as refused:
            service.link_by_code(company.member("kenji"), for_another, now=NOW)
        assert refused.value.said_code == "already_linked"
        assert queries.find_link_offer(for_another, NOW)
    assert tied(company, "mika") == "U_ONE"


@on_both
@pytest.mark.parametrize("by", ["mika", "admin"])
def test_an_account_let_go_is_not_tied_again_by_its_email_but_by_a_link(
    company: Company, slack: SlackDouble, by: str
) -> None:
    with company.indoors():
        mika = company.member("mika")
        assert identity.account_of(mika) == user(slack, address("mika"))
        service.unlink(company.member(by), address("mika"), now=NOW)
        assert identity.account_of(mika) is None
        met = identity.meet(TEAM, user(slack, address("mika")))
        assert isinstance(met, Stranger)
        assert (met.why, met.may_link) == ("unlinked", True)
        service.link_by_code(mika, service.greet(met, now=clock.now()), now=clock.now())
        assert identity.account_of(mika) == met.user
    assert trail(company, "mika") == [
        ("slack_linked", "system"), ("slack_unlinked", address(by)), ("slack_linked", "mika@example.com"),
    ]  # fmt: skip


def test_nobody_lets_go_of_anothers_account(company: Company, slack: SlackDouble) -> None:
    with company.indoors():
        identity.account_of(company.member("mika"))
        with pytest.raises(NotAllowed):
            service.unlink(company.member("kenji"), address("mika"), now=NOW)
        with pytest.raises(NotFound):
            service.unlink(company.member("kenji"), address("kenji"), now=NOW)
    assert tied(company, "mika")


@on_both
def test_the_account_of_somebody_who_leaves_is_free(company: Company, slack: SlackDouble) -> None:
    with company.indoors():
        taken = identity.account_of(company.member("cmo"))
        assert taken
    company.leaves("cmo")
    with company.indoors():
        assert queries.find_holder(TEAM, taken) is None
        service.link_by_code(company.member("kenji"), offer(company, taken), now=NOW)
    assert tied(company, "kenji") == taken


def test_link_codes_nobody_can_use_are_forgotten(company: Company) -> None:
    with company.indoors():
        for day in (18, 18, 20):
            service.greet(Stranger(TEAM, "U1", "no_member"), now=NOW.replace(day=day))
    assert len(_codes(company.app)) == 1


def _codes(app: Flask) -> list[Any]:
    from tests.slack.tape import everything

    return everything(app)["link_codes"]


def test_the_api_lists_who_has_no_account_and_which_are_nobodys(
    company: Company, slack: SlackDouble, as_: Callable[[str], Api]
) -> None:
    offer(company, user(slack, STRANGER))
    with company.indoors():
        for name in ("cmo", "kenji"):
            identity.account_of(company.member(name))
    members = as_("admin").get("/slack/unlinked?page_size=100")
    found = {row["email"]: row["why"] for row in members.json}
    assert "cmo@example.com" not in found
    assert "left@example.com" not in found
    assert (found["kenji@example.com"], found["mika@example.com"]) == ("unknown", None)
    assert f'"total": {len(found)}' in members.headers["X-Pagination"]
    stranger = as_("auditor").get("/slack/strangers").json[0]
    assert (stranger["user"], stranger["why"], stranger["times"], stranger["dismissed"]) == (
        user(slack, STRANGER), "no_member", 1, False,
    )  # fmt: skip
    for name in ("mika", "agency", "cmo"):
        assert as_(name).get("/slack/unlinked").status_code == 403
        assert as_(name).get("/slack/strangers").status_code == 403


def test_the_api_ties_lets_go_and_dismisses(company: Company, slack: SlackDouble, as_: Callable[[str], Api]) -> None:
    offer(company, user(slack, STRANGER))
    link = {"team": TEAM, "user": user(slack, STRANGER), "member": "Kenji@example.com"}
    for name in ("auditor", "mika", "kenji"):
        assert as_(name).post("/slack/links", link).status_code == 403
        assert as_(name).send("DELETE", "/slack/links/kenji@example.com").status_code == 403
        assert as_(name).post("/slack/strangers/dismiss", {"team": TEAM, "user": link["user"]}).status_code == 403
    assert as_("admin").post("/slack/links", {**link, "team": "T0OTHER"}).status_code == 404
    assert as_("admin").post("/slack/links", {**link, "user": "U_NOBODY"}).status_code == 404
    assert as_("admin").post("/slack/links", {**link, "user": ""}).json["errors"].keys() == {"user"}
    assert as_("admin").post("/slack/links", link).json["member"] == "kenji@example.com"
    assert tied(company, "kenji") == link["user"]
    assert as_("kenji").send("DELETE", "/me/slack").status_code == 204
    assert as_("kenji").send("DELETE", "/me/slack").status_code == 404
    assert as_("admin").post("/slack/links", link).status_code == 201
    assert as_("admin").send("DELETE", "/slack/links/kenji@example.com").status_code == 204
    assert tied(company, "kenji") is None
    assert as_("admin").post("/slack/strangers/dismiss", {"team": TEAM, "user": "U_NOBODY"}).status_code == 404
    offer(company, user(slack, STRANGER))
    assert as_("admin").post("/slack/strangers/dismiss", {"team": TEAM, "user": link["user"]}).status_code == 204
    assert as_("admin").get("/slack/strangers").json[0]["dismissed"] is True
    slack.revoke()
    assert as_("admin").post("/slack/links", link).status_code == 503


def test_the_page_shows_both_sides_before_anything_is_tied(
    company: Company, slack: SlackDouble, pages_as: Callable[[str], Pages]
) -> None:
    offer(company, user(slack, STRANGER))
    admin = pages_as("admin")
    listed = admin.get("/people/slack").text
    assert "Interim" in listed
    assert "1回" in listed
    there = f"/people/slack/connect?team={TEAM}&user={user(slack, STRANGER)}"
    assert "小野 健二" in admin.get(there).text
    both = admin.get(f"{there}&member=kenji@example.com").text
    for told in (STRANGER, "小野 健二", "kenji@example.com", "はい、連携します"):
        assert told in both
    assert tied(company, "kenji") is None
    form = {"team": TEAM, "user": user(slack, STRANGER), "member": "kenji@example.com"}
    page = f"{there}&member=kenji@example.com"
    assert admin.send("/people/slack/connect", form, page=page).status_code == 303
    assert tied(company, "kenji") == user(slack, STRANGER)
    assert (
        admin.send("/people/slack/disconnect", {"member": "kenji@example.com"}, page="/people/slack").status_code == 303
    )
    assert tied(company, "kenji") is None


def test_who_may_see_and_use_the_pages(company: Company, slack: SlackDouble, pages_as: Callable[[str], Pages]) -> None:
    offer(company, user(slack, STRANGER))
    where = f"team={TEAM}&user={user(slack, STRANGER)}"
    form = {"team": TEAM, "user": user(slack, STRANGER), "member": "kenji@example.com"}
    seen = pages_as("auditor").get("/people/slack")
    assert seen.status_code == 200
    assert "/people/slack/dismiss" not in seen.text
    assert "Slackアカウント" not in pages_as("mika").get("/people").text
    for name in ("mika", "auditor", "agency"):
        someone = pages_as(name)
        assert someone.get(f"/people/slack/connect?{where}").status_code == 403
        for path in ("connect", "disconnect", "dismiss"):
            assert someone.send(f"/people/slack/{path}", form, page="/me").status_code == 403
    assert pages_as("mika").get("/people/slack").status_code == 403
    assert tied(company, "kenji") is None


def test_ones_own_page_says_which_account_and_lets_it_go(
    company: Company, slack: SlackDouble, pages_as: Callable[[str], Pages]
) -> None:
    mika = pages_as("mika")
    assert "連携されているSlackアカウントはありません" in mika.get("/me").text
    with company.indoors():
        identity.account_of(company.member("mika"))
    page = mika.get("/me").text
    assert user(slack, address("mika")) in page
    assert "メールアドレスの一致" in page
    assert mika.send("/me/slack/disconnect", {}, page="/me").status_code == 303
    assert tied(company, "mika") is None


def test_somebody_dismissed_is_out_of_the_way_until_looked_for(
    company: Company, slack: SlackDouble, pages_as: Callable[[str], Pages]
) -> None:
    offer(company, user(slack, STRANGER))
    admin = pages_as("admin")
    form = {"team": TEAM, "user": user(slack, STRANGER)}
    assert admin.send("/people/slack/dismiss", form, page="/people/slack").status_code == 303
    page = admin.get("/people/slack").text
    assert "一覧から外したアカウント 1件" in page
    assert "/people/slack/dismiss" not in page
    with company.indoors():
        assert queries.count_strangers() == 0


@pytest.mark.parametrize("environment", [{}])
def test_without_slack_the_page_says_so(company: Company, pages_as: Callable[[str], Pages]) -> None:
    page = pages_as("admin").get("/people/slack")
    assert page.status_code == 200
    assert "Slackは接続されていません" in page.text
    assert pages_as("admin").get("/people/slack/connect?team=console&user=x").status_code == 409
