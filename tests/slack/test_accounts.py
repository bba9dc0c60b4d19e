"""Whose a Slack account is: what Slack must say before an e-mail counts, and how often it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from collab.kernel import clock
from collab.people import queries
from collab.slack import accounts, identity
from collab.slack.problems import SlackProblem
from tests.factories import Company
from tests.parts.databases import on_both
from tests.slack.people import CMO, KENJI, MIKA, STRANGER, Deliver, file
from tests.slack.tape import everything
from tests.slack_double import SlackDouble, buttons

NOT_OURS: dict[str, dict[str, Any]] = {
    "outside": {"team_id": "T0PARTNER", "is_stranger": True},
    "outside, by the workspace alone": {"team_id": "T0PARTNER"},
    "outside, a stranger who claims our workspace": {"is_stranger": True},
    "bot": {"is_bot": True},
    "deactivated": {"deleted": True},
    "no_email": {"profile": {"display_name": "cmo"}},
    "unconfirmed": {"is_email_confirmed": False},
    "unconfirmed, where Slack says nothing": {"is_email_confirmed": None},
    "no_member": {"profile": {"email": "cmo@elsewhere.example"}},
    "left": {"profile": {"email": "left@example.com"}},
}


def tied(app: Flask, email: str) -> str | None:
    with app.app_context():
        actor = queries.find_actor_by_email(email, clock.now())
        return queries.find_slack_account(actor.id) if actor else None


def why(app: Flask, user: str) -> str:
    with app.app_context():
        found = queries.find_stranger("T0DOUBLE", user)
        return str(found.why) if found else ""


@pytest.mark.parametrize("how", NOT_OURS)
def test_an_email_that_proves_nothing_makes_nobody_a_member(served: SlackDouble, app: Flask, how: str) -> None:
    served.describe(CMO, **NOT_OURS[how])
    reply = served.play.slash(CMO, "/collab", "me")
    assert "要対応" not in reply.ephemeral
    assert tied(app, CMO) is None
    assert why(app, served.play._user_id(CMO)) == how.partition(",")[0]
    offered = bool(served.record.ephemerals_to(CMO)[-1].blocks[1:])
    assert offered == (not how.startswith(("outside", "bot", "deactivated")))


@pytest.mark.parametrize("how", NOT_OURS)
def test_nothing_is_sent_to_an_account_whose_email_proves_nothing(
    served: SlackDouble, company: Company, how: str
) -> None:
    served.describe(CMO, **NOT_OURS[how])
    with company.indoors():
        assert identity.account_of(company.member("cmo")) is None


@on_both
@pytest.mark.parametrize(
    "who",
    [
        {}, {"is_restricted": True}, {"is_restricted": True, "is_ultra_restricted": True},
        {"team_id": "T0ELSEWHERE", "enterprise_user": {"id": "W1", "teams": ["T0DOUBLE", "T0ELSEWHERE"]}},
        {"profile": {"email": "CMO@Example.com"}},
    ],
    ids=["full member", "guest", "guest of one channel", "of our organization", "in capitals"],
)  # fmt: skip
def test_a_confirmed_address_of_somebody_here_is_enough(served: SlackDouble, app: Flask, who: dict[str, Any]) -> None:
    served.describe(CMO, **who)
    served.play.slash(CMO, "/collab", "me")
    assert tied(app, CMO) == served.play._user_id(CMO)


def test_an_account_that_is_somebodys_stays_theirs_whoever_has_its_email_later(served: SlackDouble, app: Flask) -> None:
    served.play.slash(CMO, "/collab", "me")
    served.describe(CMO, profile={"email": KENJI})
    assert "要対応" in served.play.slash(CMO, "/collab", "me").ephemeral or tied(app, KENJI) is None
    assert tied(app, CMO) == served.play._user_id(CMO)


def test_a_member_with_an_account_gets_no_second_one_by_email(served: SlackDouble, app: Flask) -> None:
    served.play.slash(CMO, "/collab", "me")
    first = tied(app, CMO)
    served.describe(STRANGER, profile={"email": CMO})
    served.play.slash(STRANGER, "/collab", "me")
    assert tied(app, CMO) == first
    assert why(app, served.play._user_id(STRANGER)) == "other_account"


def test_slack_is_asked_for_an_account_once_however_much_is_to_be_said(served: SlackDouble, company: Company) -> None:
    with company.indoors():
        for _message in range(20):
            assert identity.account_of(company.member("cmo")) == served.play._user_id(CMO)
    assert len(served.record.calls("users.lookupByEmail")) == 1


def test_slack_is_asked_for_somebody_it_does_not_know_every_few_hours_and_not_with_each_message(
    served: SlackDouble, company: Company, travel: time_machine.Coordinates
) -> None:
    served.deactivate(CMO)
    for hours in (0, 1, 4):
        travel.shift(timedelta(hours=hours))
        with company.indoors():
            for _message in range(5):
                assert identity.account_of(company.member("cmo")) is None
    assert len(served.record.calls("users.lookupByEmail")) == 1
    travel.shift(timedelta(hours=2))
    with company.indoors():
        assert identity.account_of(company.member("cmo")) is None
    assert len(served.record.calls("users.lookupByEmail")) == 2


def test_a_slack_that_does_not_answer_is_not_taken_for_a_no(served: SlackDouble, company: Company) -> None:
    with company.indoors():
        identity.account_of(company.member("mika"))
        served.revoke()
        with pytest.raises(SlackProblem):
            identity.account_of(company.member("cmo"))
        served.restore()
        assert identity.account_of(company.member("cmo"))


def test_how_often_a_stranger_tried_is_counted(
    served: SlackDouble, app: Flask, travel: time_machine.Coordinates
) -> None:
    for line in ("me", "help"):
        served.play.slash(STRANGER, "/collab", line)
        travel.shift(timedelta(hours=1))
    with app.app_context():
        found = queries.list_strangers()[0]
    assert (found.times, found.handle, found.email, found.why) == (2, "stranger", STRANGER, "no_member")
    assert found.last_at - found.first_at >= timedelta(hours=1)


def test_whoever_opens_the_link_is_no_stranger_any_more(
    served: SlackDouble, app: Flask, pages_as: Callable[[str], Any]
) -> None:
    served.describe(STRANGER, profile={"display_name": "Rin", "real_name": "Stranger", "email": STRANGER})
    served.play.slash(STRANGER, "/collab", "me")
    address = buttons(served.record.ephemerals_to(STRANGER)[-1])[0].url.removeprefix("http://127.0.0.1:8000")
    mika = pages_as("mika")
    before = everything(app)
    page = mika.get(address).text
    for told in ("Rin (Stranger)", "@stranger", STRANGER):
        assert told in page
    assert everything(app)["slack_accounts"] == before["slack_accounts"]
    assert everything(app)["link_codes"] == before["link_codes"]
    assert mika.send(address, {}, page=address).status_code == 303
    assert "要対応" in served.play.slash(STRANGER, "/collab", "help").ephemeral
    assert tied(app, MIKA) == served.play._user_id(STRANGER)
    assert everything(app)["slack_strangers"] == []


def test_the_page_shows_what_it_knew_when_slack_is_away(served: SlackDouble, pages_as: Callable[[str], Any]) -> None:
    served.play.slash(STRANGER, "/collab", "me")
    address = buttons(served.record.ephemerals_to(STRANGER)[-1])[0].url.removeprefix("http://127.0.0.1:8000")
    served.revoke()
    page = pages_as("mika").get(address)
    assert page.status_code == 200
    assert STRANGER in page.text


def test_names_people_chose_are_kept_as_text(served: SlackDouble, pages_as: Callable[[str], Any]) -> None:
    served.describe(STRANGER, profile={"display_name": "<b>\x00\ud83d" + "x" * 500, "email": STRANGER})
    served.play.slash(STRANGER, "/collab", "me")
    page = pages_as("admin").get("/people/slack")
    assert page.status_code == 200
    assert "&lt;b&gt;x" in page.text
    assert "x" * 80 not in page.text


def test_a_card_reaches_whoever_tied_their_account_under_another_address(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    from collab.people import service
    from collab.slack.identity import Stranger

    served.deactivate(CMO)
    user = served.play._user_id(STRANGER)
    with company.indoors():
        code = service.greet(Stranger("T0DOUBLE", user, "no_member"), now=clock.now())
        service.link_by_code(company.member("cmo"), code, now=clock.now())
    file(served)
    deliver()
    assert served.record.messages_to(STRANGER)


@pytest.mark.parametrize(
    "user", [{}, {"id": 7, "profile": [], "enterprise_user": {"teams": "T"}}, {"profile": {"email": 7}}]
)
def test_an_account_of_another_shape_than_documented_is_nobodys(user: dict[str, Any]) -> None:
    assert accounts.read(user).why_no_proof("T0DOUBLE") == "outside"
