"""A form that does not open in time, a screen that changed, an address used up: nothing typed is lost, nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest

from collab.kernel import clock
from collab.tasks import queries as tasks
from tests.factories import Company
from tests.slack.people import CMO, KENJI, MIKA, Deliver, labels, last_ephemeral
from tests.slack_double import SlackDouble, View, buttons, text_of

LOST = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
LINES = (
    (MIKA, "purchase new 接客カメラ", "接客カメラ"), (MIKA, "稟議　新規　接客カメラ", "接客カメラ"), (KENJI, "ask", ""),
    (KENJI, "goal new 再来店", "再来店"), (CMO, "return PR-1", "PR-1"), (CMO, "不在 いつか", "いつか"), (CMO, "alert", ""),
)  # fmt: skip


def test_what_was_typed_is_shown_again_with_a_button_that_opens_the_form(
    served: SlackDouble, company: Company, deliver: Deliver
) -> None:
    company.filed()
    deliver()
    for error, (email, line, kept) in zip(cycle(LOST), LINES, strict=False):
        served.answer_next("views.open", {"ok": False, "error": error})
        reply = served.play.slash(email, "/collab", line)
        assert f"/collab {line}" in reply.ephemeral, line
        again = served.play.click(email, last_ephemeral(served, email), "slack.again")
        assert isinstance(again.view, View), line
        assert kept in str(again.view.blocks), line


def test_a_button_whose_form_did_not_open_stays_to_be_pressed_again(
    served: SlackDouble, company: Company, deliver: Deliver
) -> None:
    company.filed()
    served.play.slash(CMO, "/collab", "show PR-1")
    card = last_ephemeral(served, CMO)
    served.answer_next("views.open", {"ok": False, "error": "expired_trigger_id"})
    served.play.click(CMO, card, "差し戻し")
    assert "時間内に開けませんでした" in text_of(last_ephemeral(served, CMO))
    assert labels(card) == ["決裁（共同）", "差し戻し", "その他…"]
    assert served.play.click(CMO, card, "差し戻し").view is not None


def test_a_line_of_three_thousand_signs_comes_back_whole(served: SlackDouble, company: Company) -> None:
    company.filed()
    title = "長" * 2900
    served.answer_next("views.open", {"ok": False, "error": "expired_trigger_id"})
    reply = served.play.slash(MIKA, "/collab", f"purchase new {title}")
    assert title in reply.ephemeral


def test_a_form_whose_sending_fails_for_no_known_reason_stays_open(
    served: SlackDouble, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collab.tasks import service

    form = served.play.slash(MIKA, "/collab", "ask").view
    assert form is not None

    def broken(*_args: object, **_more: object) -> str:
        raise RuntimeError("no such luck")

    with monkeypatch.context() as patch:
        patch.setattr(service, "ask", broken)
        reply = served.play.submit(MIKA, form, {"department": "sales", "text": "棚の写真"})
    assert "何も変更されていません" in " ".join(reply.errors.values())
    again = served.play.submit(MIKA, form, {"department": "sales", "text": "棚の写真"})
    assert "T-1" in again.ephemeral
    with company.indoors():
        assert tasks.list_tasks(company.member("mika"), tasks.Filter(), now=clock.now(), limit=5)[1] == 1


def test_a_screen_that_changed_meanwhile_is_left_as_it_is(served: SlackDouble) -> None:
    form = served.play.slash(MIKA, "/collab", "purchase new").view
    assert form is not None
    served.answer_next("views.update", {"ok": False, "error": "hash_conflict"})
    before = len(served.record.ephemerals_to(MIKA))
    served.play.click(MIKA, form, "purchase.form:billing", "monthly", values={"title": "接客カメラ"})
    assert len(served.record.ephemerals_to(MIKA)) == before


@pytest.mark.parametrize("gone", ["used_url", "expired_url"])
def test_an_answer_with_nowhere_to_go_stands_in_the_form_and_is_not_done_twice(
    served: SlackDouble, company: Company, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collab.slack.client import SlackTransport
    from collab.slack.problems import Refused

    def refused(*_what: object) -> None:
        raise Refused(gone)

    form = served.play.slash(MIKA, "/collab", "ask").view
    assert form is not None
    monkeypatch.setattr(SlackTransport, "respond", refused)
    reply = served.play.submit(MIKA, form, {"department": "sales", "text": "棚の写真"})
    assert reply.view is not None
    assert "T-1" in str(reply.view.blocks)
    with company.indoors():
        assert tasks.list_tasks(company.member("mika"), tasks.Filter(), now=clock.now(), limit=5)[1] == 1


def test_the_button_never_decides_what_the_line_did_not(
    served: SlackDouble, company: Company, deliver: Deliver, english: Callable[[str], None]
) -> None:
    """It runs the line that was typed, with every check of it: an old one answers as it would have."""
    english("cmo")
    company.filed()
    deliver()
    served.answer_next("views.open", {"ok": False, "error": "expired_trigger_id"})
    served.play.slash(CMO, "/collab", "return PR-1")
    offered = last_ephemeral(served, CMO)
    company.decide("PR-1", "cio", "return", "the quote is old")
    assert [one.label for one in buttons(offered)] == ["Open the form"]
    reply = served.play.click(CMO, offered, "slack.again")
    assert reply.view is None
    assert reply.ephemeral
