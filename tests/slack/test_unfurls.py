"""What stands behind a shared link: as far as its sharer may see, no more than the whole company may, never an amount, nothing
where another company reads along, and not again and again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from collab.home.unfurls import key_in
from collab.slack.queries import next_screen
from tests.factories import Company
from tests.factories.agreements import proposed
from tests.factories.goals import goal, timed
from tests.factories.incidents import alerted
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both
from tests.slack.people import CMO, KENJI, MIKA, STRANGER
from tests.slack.tape import changed, everything
from tests.slack_double import Message, SlackDouble, text_of

AGENCY, EMMA, CFO = "agency@example.com", "emma@example.com", "cfo@example.com"
NARROWED = "関係者だけが閲覧できます。"
Share = Callable[..., str]


@pytest.fixture
def web(app: Flask) -> Callable[[str], str]:
    return lambda path: f"{app.extensions['settings'].base_url}{path}"


@pytest.fixture
def share(served: SlackDouble, show: Callable[[], None], web: Callable[[str], str]) -> Share:
    """Somebody shares links in a channel; what everybody reads below the message then."""
    served.add_channel("general")

    def do(email: str, *paths: str, channel: str = "general", **how: Any) -> str:
        assert served.events.link_shared(email, [web(path) for path in paths], channel=channel, **how).accepted
        show()
        return below(served.record.messages()[-1])

    return do


def below(message: Message) -> str:
    """The words of what is shown below a message."""
    shown = [block for one in message.attachments for block in one["blocks"]]
    return text_of(Message(message.channel, message.ts, None, "", 0, shown)) if shown else ""


def unfurled(slack: SlackDouble) -> int:
    return len([call for call in slack.record.calls("chat.unfurl") if call.outcome == "ok"])


@on_both
def test_a_goal_is_shown_with_its_title_its_kind_and_how_it_stands(share: Share, company: Company) -> None:
    said = share(MIKA, "/goals/G-1")
    assert "G-1 Answer every customer within a day" in said
    assert "目標" in said


def test_every_kind_of_page_is_known_and_no_other(app: Flask, web: Callable[[str], str]) -> None:
    with app.app_context():
        for path, key in (
            ("/purchases/PR-1", "PR-1"), ("/goals/G-12", "G-12"), ("/tasks/T-1/", "T-1"), ("/agreements/DA-1?x=1#y", "DA-1"), ("/initiatives/I-7", "I-7"), ("/initiatives/I-7/charter", ""),
            ("/incidents/T-9", "T-9"), ("/purchases/PR-1/print", ""), ("/digests/2026-W47", ""), ("/", ""), ("/goals", ""),
            ("/goals/G-0", ""), ("/goals/g-1", ""), ("//evil.example/goals/G-1", ""), ("/goals/G-99999999999999", ""),
        ):  # fmt: skip
            assert key_in(web(path)) == key, path
        for link in ("https://evil.example/goals/G-1", "javascript:/goals/G-1", "http://[::1/goals/G-1", "", "/goals/G-1",
                     web("").replace("://", "://x@evil.example:1/") + "/goals/G-1"):  # fmt: skip
            assert key_in(link) == "", link


def test_no_amount_is_ever_shown_whoever_shares_it(share: Share, company: Company, served: SlackDouble) -> None:
    key = company.filed(title="接客カメラ", amount="480000", visibility="company")
    for email in (MIKA, CMO, CFO, KENJI):
        served.add_channel(email)
        said = share(email, f"/purchases/{key}", channel=email)
        assert "接客カメラ" in said
        assert not [figure for figure in ("480", "528") if figure in said.replace(",", "")]


def test_a_narrowed_thing_says_only_that_it_is(share: Share, company: Company) -> None:
    key = company.filed(title="接客カメラ", visibility="involved")
    said = share(MIKA, f"/purchases/{key}")
    assert said == NARROWED


def test_what_the_sharer_may_not_see_is_not_shown_at_all(share: Share, company: Company, served: SlackDouble) -> None:
    key = company.filed(title="接客カメラ", visibility="involved")
    assert share(EMMA, f"/purchases/{key}") == ""
    assert share(EMMA, "/purchases/PR-404") == ""
    assert served.record.calls("chat.unfurl") == []


def test_a_draft_stays_with_its_writer(share: Share, company: Company) -> None:
    key = company.drafted(title="接客カメラ", visibility="company")
    assert "接客カメラ" not in share(MIKA, f"/purchases/{key}")


def test_tasks_incidents_and_agreements(share: Share, company: Company) -> None:
    task = Tasks(company).ask("mika", "it", title="見積のお願い")
    assert "見積のお願い" in share(MIKA, f"/tasks/{task}")
    agreement = proposed(company)
    assert agreement in share(CMO, f"/agreements/{agreement}")
    incident = alerted(company)
    said = share(MIKA, f"/incidents/{incident}")
    assert incident in said


def test_a_stranger_shows_nothing(share: Share, company: Company, served: SlackDouble) -> None:
    assert share(STRANGER, "/goals/G-1") == ""
    assert served.record.calls("chat.unfurl") == []
    with company.indoors():
        assert next_screen() is None, "it is settled, not tried again"


def test_a_guest_shows_only_what_guests_and_members_see(share: Share, company: Company) -> None:
    assert share(AGENCY, "/goals/G-1") == "", "nobody shared it with them"


def test_nothing_is_shown_where_another_company_reads_along(
    share: Share, company: Company, served: SlackDouble, app: Flask
) -> None:
    served.play.slash(MIKA, "/collab", "help")
    before = everything(app)
    assert share(MIKA, "/goals/G-1", is_ext_shared_channel=True) == ""
    assert changed(before, everything(app)).keys() <= {"slack_events"}


def test_three_links_are_a_list_to_be_read(share: Share, company: Company) -> None:
    for title in ("A", "B", "C"):
        goal(company, title, owners=("cmo", "cio"), metric=timed(0, 100))
    assert share(MIKA, "/goals/G-3", "/goals/G-4", "/goals/G-5") == ""
    both = share(MIKA, "/goals/G-3", "/goals/G-4")
    assert "G-3 A" in both
    assert "G-4 B" in both


@on_both
def test_the_same_thing_is_not_shown_again_in_a_channel_within_half_an_hour(
    share: Share, company: Company, served: SlackDouble, travel: time_machine.Coordinates
) -> None:
    served.add_channel("elsewhere")
    assert share(MIKA, "/goals/G-1")
    travel.shift(timedelta(minutes=29))
    assert share(KENJI, "/goals/G-1?from=somebody") == ""
    assert share(KENJI, "/goals/G-1", channel="elsewhere"), "another conversation has not read it"
    travel.shift(timedelta(minutes=2))
    assert share(KENJI, "/goals/G-1")


def test_whoever_may_not_see_it_takes_it_from_nobody(share: Share, company: Company) -> None:
    key = company.filed(title="接客カメラ", visibility="involved")
    assert share(EMMA, f"/purchases/{key}") == ""
    assert share(MIKA, f"/purchases/{key}") == NARROWED


def test_an_event_told_again_is_shown_once(share: Share, company: Company, served: SlackDouble) -> None:
    assert share(MIKA, "/goals/G-1", times=3)
    assert unfurled(served) == 1


def test_while_it_is_being_written_its_writer_sees_it(
    served: SlackDouble, show: Callable[[], None], company: Company, web: Callable[[str], str]
) -> None:
    for _again in range(2):
        assert served.events.link_shared(MIKA, [web("/goals/G-1")], composing=True).accepted
        show()
    seen = served.record.ephemerals_to(MIKA)
    assert len(seen) == 2
    assert "G-1" in text_of(seen[-1])


def test_slack_that_knows_the_message_a_moment_later_is_asked_again(
    served: SlackDouble, share: Share, company: Company, show: Callable[[], None], travel: time_machine.Coordinates
) -> None:
    served.answer_next("chat.unfurl", {"ok": False, "error": "cannot_unfurl_url"})
    assert share(MIKA, "/goals/G-1") == ""
    travel.shift(timedelta(seconds=3))
    show()
    assert "G-1" in below(served.record.messages()[-1])


def test_words_of_people_are_shown_as_they_wrote_them(share: Share, company: Company) -> None:
    goal(company, "<!channel> *bold* <https://evil.example|click>", owners=("cmo", "cio"), metric=timed(0, 100))
    said = share(MIKA, "/goals/G-3")
    assert "<!channel>" in said
    assert "@channel" not in said


@pytest.mark.parametrize("links", [None, [], [None], [{"url": None}], [{"url": 7}], "x", [{"domain": "x"}]])
def test_an_event_of_another_shape_than_documented_is_taken_and_left(served: SlackDouble, links: object) -> None:
    event = {"type": "link_shared", "user": "U1", "channel": "C1", "message_ts": "1.2", "links": links}
    assert served.events.send(event).statuses == [200]
    assert served.events.send({"type": "link_shared", "links": links}).statuses == [200]
