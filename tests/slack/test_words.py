"""`help`, `me`, `lang`, `link`, `list`, `show`, `withdraw`: short answers, in the reader's own words."""

from __future__ import annotations

from collections.abc import Callable

from collab.kernel import clock
from tests.factories import Company
from tests.parts.statements import statements
from tests.slack.people import CMO, KENJI, MIKA, Deliver, file, labels, last_ephemeral
from tests.slack_double import SlackDouble, buttons, text_of


def test_me_shows_the_rows_and_the_count_of_the_inbox(served: SlackDouble, company: Company) -> None:
    for number in range(9):
        company.filed(title=f"Number {number}")
    reply = served.play.slash(CMO, "/collab", "me")
    assert "9件" in reply.ephemeral
    shown = last_ephemeral(served, CMO)
    assert reply.ephemeral.count("共同決裁をお願いします") == 7
    assert [one.label for one in buttons(shown)].count("決裁する") <= 7
    with company.indoors():
        from collab.subjects.queries import inbox

        assert len(inbox(company.member("cmo"), clock.now())) == 9


def test_a_row_of_the_inbox_opens_its_card(served: SlackDouble, company: Company) -> None:
    company.filed()
    served.play.slash(CMO, "/collab", "me")
    served.play.click(CMO, last_ephemeral(served, CMO), "inbox.look:PR-1")
    card = last_ephemeral(served, CMO)
    assert labels(card) == ["決裁（共同）", "差し戻し", "その他…"]
    served.play.click(CMO, card, "決裁（共同）")
    assert "PR-1 を承認しました" in text_of(last_ephemeral(served, CMO))


def test_an_empty_inbox_says_what_comes_next(served: SlackDouble) -> None:
    assert len(served.play.slash(KENJI, "/collab", "me").ephemeral.splitlines()) == 2


def test_a_language_is_chosen_and_spoken_at_once(served: SlackDouble) -> None:
    assert served.play.slash(CMO, "/collab", "lang en").ephemeral == "I speak English with you from now on."
    assert (
        "What you can type" in served.record.ephemerals_to(CMO)[-1].text
        or "approve PR-1" in served.play.slash(CMO, "/collab", "help").ephemeral
    )
    assert "どちら" not in served.play.slash(CMO, "/collab", "lang klingon").ephemeral


def test_help_asks_the_database_nothing_once_the_reader_is_known(served: SlackDouble, company: Company) -> None:
    served.play.slash(CMO, "/collab", "help")
    with statements(company.app) as seen:
        reply = served.play.slash(CMO, "/collab", "ヘルプ")
    assert "/collab 承認 PR-1" in reply.ephemeral
    assert seen.count == 0, str(seen)


def test_link_says_whose_account_this_is(served: SlackDouble) -> None:
    assert "森 由紀" in served.play.slash(CMO, "/collab", "link").ephemeral


def test_a_request_is_listed_shown_and_taken_back(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    deliver()
    assert "PR-1 接客カメラ" in served.play.slash(MIKA, "/collab", "申請 一覧").ephemeral
    assert "審議中" in served.play.slash(MIKA, "/collab", "PR-1").ephemeral
    assert "見つからない" in served.play.slash(KENJI, "/collab", "show PR-1").ephemeral
    assert "引き戻しました" in served.play.slash(MIKA, "/collab", "引戻 PR-1").ephemeral
    deliver()
    assert labels(served.record.last_to(CMO)) == []


def test_a_colleague_who_may_only_know_of_it_sees_no_amount(served: SlackDouble, company: Company) -> None:
    company.filed(visibility="company")
    shown = served.play.slash(KENJI, "/collab", "show PR-1").ephemeral
    assert "Mail campaign tool" in shown
    assert "500,000" not in shown


def test_hostile_text_stays_text_and_within_slacks_limits(
    served: SlackDouble, company: Company, deliver: Deliver, english: Callable[[str], None]
) -> None:
    english("cmo")
    title = "<!channel> *bold* & <https://x.example|click> \u202e🙂"
    company.filed(title=title, purpose="<@U1>&\n" * 500, vendor="*" * 200)
    deliver()
    card = served.record.last_to(CMO)
    assert "<!channel>" in text_of(card)
    assert "&lt;!channel&gt;" in str(card.blocks)
    assert "<!channel>" not in str(card.blocks[:-1])  # the question of the final button is plain text
    company.decide("PR-1", "cmo", "return", "> <!here> " * 190)
    company.now = clock.now()
    deliver()
