"""The Home tab: what needs me first, my goals, my tasks, my requests, the settings on the first screen; a press there answers in
a modal, and the tab is shown afresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from collab.approvals import service as approvals
from collab.approvals.queries import list_readings
from collab.audit.queries import list_entries
from collab.digests.queries.choices import get_choice
from collab.kernel import clock
from collab.nudges.queries import get_habits
from collab.people import service as people
from collab.slack.registry import edges
from collab.subjects.queries import wish_of
from tests.factories import Company
from tests.factories.goals import goal, timed
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both
from tests.slack.people import CMO, KENJI, MIKA, STRANGER, Deliver
from tests.slack.tape import changed, everything
from tests.slack_double import SlackDouble, View, buttons, text_of

HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` {title} </script> :tada:"
Show = Callable[[], None]


@pytest.fixture
def home(served: SlackDouble, show: Show) -> Callable[[str], View]:
    """Somebody opens their Home tab."""

    def open_it(email: str = MIKA) -> View:
        assert served.events.home_opened(email).accepted
        show()
        seen = served.record.home_of(email)
        assert seen is not None
        return seen

    return open_it


def words(home: View, *wanted: str) -> list[str]:
    """Which of these words stand there, in reading order."""
    seen = text_of(home)
    return sorted((word for word in wanted if word in seen), key=seen.index)


def labels(view: View) -> list[str]:
    return [button.label for button in buttons(view)]


def filled(view: View | None) -> dict[str, Any]:
    """What the fields of a modal hold before anybody writes."""
    assert view is not None
    held = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            initial = element.get("initial_option") or {}
            held[block["block_id"]] = (
                initial.get("value") or element.get("initial_value") or element.get("initial_options")
            )
    return held


def published(slack: SlackDouble) -> int:
    return len(slack.record.calls("views.publish"))


def test_opening_it_is_acknowledged_without_a_call_and_shown_by_a_worker(served: SlackDouble, show: Show) -> None:
    assert served.events.home_opened(MIKA).statuses == [200]
    assert published(served) == 0
    show()
    assert published(served) == 1
    show()
    assert published(served) == 1


@on_both
def test_it_holds_what_needs_me_then_goals_tasks_and_requests(
    home: Callable[[str], View], company: Company, app: Flask
) -> None:
    goal(company, "お客様を待たせない", owners=("mika", "kenji"), metric=timed(0, 100))
    goal(company, "部門の目標", owners=("cmo", "cio"), metric=timed(0, 100))
    tasks = Tasks(company)
    tasks.ask("kenji", None, assignee="mika@example.com", title="顧客リストの確認")
    tasks.ask("mika", "it", title="見積のお願い")
    company.filed(title="接客カメラ")
    seen = home(MIKA)
    order = ["件", "おやすみ時間なし", "顧客リストの確認", "自分の目標", "お客様を待たせない", "部門の目標",
             "自分への依頼", "自分が出した依頼", "見積のお願い", "自分の申請", "接客カメラ"]  # fmt: skip
    assert words(seen, *order) == order
    assert "▓" in text_of(seen) or "░" in text_of(seen)
    assert "設定" in labels(seen)[:5], "on the first screen"
    assert len(seen.blocks) < 100


def test_the_inbox_says_how_much_is_left_out(home: Callable[[str], View], company: Company) -> None:
    tasks = Tasks(company)
    for number in range(14):
        tasks.ask("mika", None, assignee="kenji@example.com", title=f"依頼 {number}")
    seen = home(KENJI)
    assert "14件" in text_of(seen)
    assert [label for label in labels(seen) if "4件" in label]
    rows = [button for button in buttons(seen) if button.action_id.startswith("inbox.look:T-")]
    assert len(rows) == 10


@pytest.mark.parametrize(("who", "stands"), [(CMO, True), (MIKA, False)])
def test_the_dashboards_are_one_press_away_for_who_holds_an_office_and_for_nobody_else(
    home: Callable[[str], View], who: str, *, stands: bool
) -> None:
    found = [button.url for button in buttons(home(who)) if button.url and button.url.endswith("/dashboards")]
    assert len(found) == stands


def test_where_nothing_waits_it_says_what_comes_next(home: Callable[[str], View], company: Company) -> None:
    seen = home("emma@example.com")
    assert "Nothing waits for you" in text_of(seen)
    assert "When something needs you" in text_of(seen)


def test_a_stranger_learns_how_to_connect_and_nothing_of_the_company(
    home: Callable[[str], View], company: Company
) -> None:
    company.filed(title="接客カメラ")
    seen = home(STRANGER)
    assert [button.url for button in buttons(seen) if button.url and "/link/" in button.url]
    assert "接客" not in text_of(seen)
    assert len(seen.blocks) == 2


def test_somebody_who_left_sees_nothing_of_the_company_any_more(
    home: Callable[[str], View], company: Company, app: Flask, served: SlackDouble
) -> None:
    company.filed(title="接客カメラ")
    assert "接客カメラ" in text_of(home(MIKA))
    with company.indoors():
        people.deactivate(MIKA, by=None, now=clock.now())
    assert "接客カメラ" not in text_of(home(MIKA))


def test_another_tab_of_the_app_is_no_reason_to_show_anything(served: SlackDouble, app: Flask) -> None:
    served.play.slash(MIKA, "/collab", "help")
    before = everything(app)
    assert served.events.home_opened(MIKA, tab="messages").accepted
    assert served.events.send({"type": "app_home_opened", "tab": "home", "user": None}).accepted
    assert changed(before, everything(app)).keys() <= {"slack_events"}


def test_words_of_people_are_shown_as_they_wrote_them(home: Callable[[str], View], company: Company) -> None:
    goal(company, HOSTILE, owners=("mika", "kenji"), metric=timed(0, 100))
    Tasks(company).ask("kenji", None, assignee=MIKA, title=HOSTILE)
    company.filed(title=HOSTILE)
    seen = text_of(home(MIKA))
    assert seen.count("<!channel>") >= 3
    assert "@channel" not in seen


@on_both
def test_a_decision_there_answers_in_a_modal_and_the_row_is_gone_afterwards(
    home: Callable[[str], View], served: SlackDouble, company: Company, show: Show
) -> None:
    key = company.filed(title="接客カメラ", amount="480000")
    seen = home(CMO)
    assert key in text_of(seen)
    card = served.play.click(CMO, seen, f"inbox.look:{key}").view
    assert card is not None
    assert card.body["type"] == "modal"
    done = served.play.click(CMO, card, "approval.approve").view
    assert done is not None
    assert "承認しました" in text_of(done)
    assert [call.outcome for call in served.record.calls("views.update")] == ["ok"], "the modal, never the tab"
    show()
    again = served.record.home_of(CMO)
    assert again is not None
    assert key not in text_of(again)


def test_a_form_sent_from_there_shows_the_tab_afresh(
    home: Callable[[str], View], served: SlackDouble, show: Show
) -> None:
    form = served.play.click(MIKA, home(MIKA), "task.ask:quick").view
    show()
    before = published(served)
    answer = served.play.submit(MIKA, form, {"department": "it", "text": "見積をください"})
    show()
    assert answer.view is not None
    assert "T-1" in text_of(answer.view)
    assert published(served) == before + 1
    now = served.record.home_of(MIKA)
    assert now is not None
    assert "見積をください" in text_of(now)


def test_what_is_asked_of_somebody_appears_there_by_itself_for_a_day(
    home: Callable[[str], View], served: SlackDouble, company: Company, deliver: Deliver, show: Show,
    travel: time_machine.Coordinates,
) -> None:  # fmt: skip
    home(CMO)
    company.filed(title="接客カメラ")
    deliver()
    show()
    now = served.record.home_of(CMO)
    assert now is not None
    assert "接客カメラ" in text_of(now)
    travel.shift(timedelta(hours=25))
    company.now = clock.now()
    before = published(served)
    company.filed(title="案内板")
    deliver()
    show()
    assert served.record.cards_about("PR-2")
    assert published(served) == before


def test_a_press_elsewhere_shows_no_tab(served: SlackDouble, app: Flask, show: Show) -> None:
    modal = served.play.slash(MIKA, "/collab", "ask").view
    served.play.submit(MIKA, modal, {"department": "it", "text": "見積をください"})
    show()
    assert published(served) == 0


@pytest.mark.parametrize("email", [MIKA, CMO, KENJI, "agency@example.com", "auditor@example.com", "admin@example.com"])
def test_every_button_leads_to_something_for_everybody(
    home: Callable[[str], View], served: SlackDouble, company: Company, email: str
) -> None:
    goal(company, owners=("mika", "kenji"), metric=timed(0, 100))
    Tasks(company).ask("kenji", None, assignee=MIKA)
    company.filed()
    seen = home(email)
    for button in buttons(seen):
        if button.url is None:
            shown = served.play.click(email, seen, button.action_id).view
            assert shown is not None, button
            assert "不具合" not in text_of(shown), button


class TestSettings:
    @pytest.fixture
    def form(self, home: Callable[[str], View], served: SlackDouble) -> View:
        view = served.play.click(MIKA, home(MIKA), "設定").view
        assert view is not None
        return view

    def test_they_show_how_things_stand(self, form: View) -> None:
        assert filled(form) == {
            "language": "ja", "quiet": None, "daily": [{"text": _plain("期限の近いものを1日1回お知らせする"), "value": "yes"}],
            "reminder": "09:00", "digest_on": "mon", "digest_at": "09:00",
            "news.PR": "need", "news.G": "need", "news.T": "need", "news.DA": "need",
            "news.I": "need", "news.AP": "need", "news.AR": "need", "news.CC": "need", "news.QR": "need",
        }  # fmt: skip
        assert "Asia/Tokyo" in text_of(form)

    def test_sent_as_they_are_nothing_is_chosen(self, form: View, served: SlackDouble, app: Flask) -> None:
        before = everything(app)
        answer = served.play.submit(MIKA, form)
        assert answer.view is not None
        assert "変更はありません" in text_of(answer.view)
        assert changed(before, everything(app)).keys() <= {"slack_screens", "slack_acts", "slack_events"}

    def test_all_of_them_at_once(self, form: View, served: SlackDouble, company: Company, show: Show) -> None:
        wanted = {
            "language": "en", "quiet": "20時〜8時", "daily": [], "digest_on": "fri", "digest_at": "17:00", "news.G": "follow",
            "news.T": "mute",
        }  # fmt: skip
        answer = served.play.submit(MIKA, form, wanted)
        assert answer.view is not None
        assert "Saved" in text_of(answer.view)
        mika = company.member("mika")
        with company.indoors():
            habits, choice = get_habits(mika), get_choice(mika)
            assert (mika.locale, str(habits.quiet), habits.daily) == ("en", "20:00-08:00", False)
            assert (choice.wanted, choice.when.weekday, choice.when.minute) == (True, 4, 17 * 60)
            assert (wish_of(mika.id, "G-*"), wish_of(mika.id, "T-*"), wish_of(mika.id, "PR-*")) == (
                "follow",
                "mute",
                None,
            )
        show()
        now = served.record.home_of(MIKA)
        assert now is not None
        said = text_of(now).replace("\u2060", "")
        assert "English · Asia/Tokyo · quiet 20:00-08:00 · no reminder · digest Fri 17:00" in said

    def test_what_cannot_be_read_stays_in_its_field_and_nothing_is_chosen(
        self, form: View, served: SlackDouble, company: Company
    ) -> None:
        answer = served.play.submit(MIKA, form, {"quiet": "いつでも", "reminder": "25:00", "language": "en"})
        assert isinstance(answer.body, dict)
        assert answer.body["errors"].keys() == {"quiet", "reminder"}
        assert company.member("mika").locale == "ja"

    def test_the_digest_can_be_turned_off_and_its_time_given_back(
        self, form: View, served: SlackDouble, company: Company
    ) -> None:
        served.play.submit(MIKA, form, {"digest_on": "off"})
        with company.indoors():
            assert not get_choice(company.member("mika")).wanted

    def test_what_was_changed_elsewhere_while_it_was_open_stays(
        self, form: View, served: SlackDouble, company: Company
    ) -> None:
        served.play.slash(MIKA, "/collab", "quiet 20:00-08:00")
        served.play.submit(MIKA, form, {"reminder": "08:30"})
        with company.indoors():
            habits = get_habits(company.member("mika"))
            assert (str(habits.quiet), habits.at) == ("20:00-08:00", 8 * 60 + 30)

    def test_quiet_hours_that_were_chosen_can_be_emptied(
        self, home: Callable[[str], View], form: View, served: SlackDouble, company: Company
    ) -> None:
        served.play.submit(MIKA, form, {"quiet": "20:00-08:00"})
        again = served.play.click(MIKA, home(MIKA), "設定").view
        assert filled(again)["quiet"] == "20:00-08:00"
        served.play.submit(MIKA, again, {"quiet": ""})
        with company.indoors():
            assert get_habits(company.member("mika")).quiet is None


def test_the_quick_buttons_are_there_for_what_one_may_do(home: Callable[[str], View]) -> None:
    may = {"home.settings:quick", "home.settings"}
    first = [button.action_id for button in buttons(home("auditor@example.com"))]
    assert not [name for name in first if name.startswith(("purchase.new", "task.ask"))]
    assert may & set(first)
    mine = [button.action_id for button in buttons(home(MIKA))]
    assert {"purchase.new:quick", "task.ask:quick", "goal.checkin:quick"} <= set(mine)
    assert ("people.away_form:quick" in mine) == ("people.away_form" in edges.actions)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


class TestCirculatedOnesTogether:
    ALL = "approval.read_all"

    @pytest.fixture
    def circulated(self, company: Company) -> Callable[[str, bool], str]:
        """Something put before kenji, to be confirmed or only seen."""

        def put(title: str, confirm: bool = True) -> str:
            key = company.filed(title=title, amount="480000")
            with company.indoors():
                mika = company.member("mika")
                approvals.circulate(key=key, actor=mika, members=[KENJI], confirm=confirm, now=clock.now())
            return key

        return put

    def read(self, company: Company, key: str) -> bool:
        with company.indoors():
            return all(row.read_at for row in list_readings(key))

    @on_both
    def test_one_press_after_a_question_that_names_them_confirms_each(
        self, home: Callable[[str], View], served: SlackDouble, company: Company, circulated: Callable[..., str],
        show: Show,
    ) -> None:  # fmt: skip
        keys = [circulated(f"接客カメラ {number}") for number in range(3)]
        seen = home(KENJI)
        (button,) = [button for button in buttons(seen) if button.action_id == self.ALL]
        assert button.label == "回覧をまとめて確認（3件）"
        (raw,) = [
            part for block in seen.blocks for part in block.get("elements", ()) if part.get("action_id") == self.ALL
        ]
        assert all(key in raw["confirm"]["text"]["text"] for key in keys)
        assert not any(self.read(company, key) for key in keys), "looking confirms nothing"
        later = circulated("後から届いた回覧")
        said = served.play.click(KENJI, seen, self.ALL).view
        assert said is not None
        assert all(f"{key} の確認を記録しました" in text_of(said) for key in keys)
        assert [self.read(company, key) for key in [*keys, later]] == [True, True, True, False]
        with company.indoors():
            assert [list_entries(key)[-1].verb for key in keys] == ["read"] * 3
        show()
        now = served.record.home_of(KENJI)
        assert now is not None
        assert [key for key in [*keys, later] if key in text_of(now)] == [later]
        assert self.ALL not in [button.action_id for button in buttons(now)], "one alone has its own button"

    def test_in_english_and_below_what_waits_as_typed(
        self, served: SlackDouble, company: Company, circulated: Callable[..., str]
    ) -> None:
        served.play.slash(KENJI, "/collab", "lang en")
        for title in ("One", "Two"):
            circulated(title)
        answer = served.play.slash(KENJI, "/collab", "me")
        assert "Read all circulated (2)" in str(answer.body["blocks"])

    def test_what_is_only_shown_or_asked_for_another_reason_is_not_among_them(
        self, home: Callable[[str], View], company: Company, circulated: Callable[..., str]
    ) -> None:
        circulated("一件目"), circulated("お知らせだけ", False)
        assert self.ALL not in [button.action_id for button in buttons(home(KENJI))]

    def test_what_stands_below_the_rows_that_are_shown_is_not_among_them(
        self, home: Callable[[str], View], company: Company, circulated: Callable[..., str]
    ) -> None:
        keys = [circulated(f"回覧 {number}") for number in range(12)]
        seen = home(KENJI)
        sections = str([block for block in seen.blocks if block["type"] == "section"])
        shown = [key for key in keys if f"{key} " in sections]
        (button,) = [button for button in buttons(seen) if button.action_id == self.ALL]
        assert (len(shown), button.value.split()) == (10, shown), "nobody confirms what they were not shown"

    def test_whoever_presses_it_for_others_things_confirms_nothing(
        self, home: Callable[[str], View], served: SlackDouble, company: Company, circulated: Callable[..., str]
    ) -> None:
        keys = [circulated(f"接客カメラ {number}") for number in range(2)]
        served.play.click(CMO, home(KENJI), self.ALL)
        assert not any(self.read(company, key) for key in keys)
