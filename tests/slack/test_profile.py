"""The first word is already in the language of the Slack profile: to a stranger, and to a member who never chose one."""

from __future__ import annotations

from sqlalchemy import update

from collab.kernel.db import db
from collab.people.models import Member
from tests.factories import Company
from tests.slack.people import CMO, KENJI, STRANGER, Deliver
from tests.slack_double import SlackDouble, buttons, text_of


def never_chose(company: Company, name: str) -> None:
    with company.indoors():
        db.session.execute(update(Member).where(Member.id == company.id(name)).values(locale_given=False))
        db.session.commit()


def test_a_stranger_is_spoken_to_as_their_profile_says(served: SlackDouble) -> None:
    assert "We do not know whose Slack account this is" in served.play.slash(STRANGER, "/collab", "me").ephemeral
    served.events.user_change(STRANGER, changes={"locale": "ja-JP"})
    assert "まだCollabのメンバーと連携されていません" in served.play.slash(STRANGER, "/collab", "me").ephemeral


def test_a_member_is_first_answered_in_the_language_of_their_profile(
    served: SlackDouble, company: Company, deliver: Deliver
) -> None:
    served.events.user_change(KENJI, changes={"locale": "en-US", "tz": "Europe/London"})
    never_chose(company, "kenji")
    assert "Nothing" in served.play.slash(KENJI, "/collab", "me").ephemeral
    deliver()
    welcome = served.record.last_to(KENJI)
    assert "English" in text_of(welcome)
    assert "Europe/London" in text_of(welcome)
    served.play.click(KENJI, welcome, buttons(welcome)[0].label)
    assert "/collab approve PR-1" in served.record.ephemerals_to(KENJI)[-1].text + text_of(
        served.record.ephemerals_to(KENJI)[-1]
    )


def test_whom_we_write_to_first_is_written_to_as_their_profile_says(
    served: SlackDouble, company: Company, deliver: Deliver
) -> None:
    served.events.user_change(CMO, changes={"locale": "en-US"})
    never_chose(company, "cmo")
    company.filed()
    deliver()
    said = " ".join(text_of(one) for one in served.record.messages_to(CMO))
    assert "We speak English with you" in said


def test_a_choice_is_kept_whatever_the_profile_says(served: SlackDouble, company: Company) -> None:
    served.events.user_change(KENJI, changes={"locale": "en-US"})
    assert "要対応" in served.play.slash(KENJI, "/collab", "me").ephemeral
    served.play.slash(KENJI, "/collab", "lang ja")
    served.events.user_change(KENJI, changes={"locale": "en-GB"})
    assert "要対応" in served.play.slash(KENJI, "/collab", "me").ephemeral
