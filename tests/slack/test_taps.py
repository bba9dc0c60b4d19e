"""The five flows of every day, counted in taps as a phone counts them: a typed line, a press, a form sent and each thing chosen
or written in it are one each. Text somebody has to think of is counted as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from collab.approvals import queries as approvals
from collab.kernel import clock
from collab.tasks import queries as tasks
from tests.factories import Company
from tests.factories import goals as make
from tests.slack.people import CIO, CMO, KENJI, MIKA, SMALL, Deliver, last_ephemeral
from tests.slack_double import Reply, SlackDouble, View, buttons, text_of

SALES = "sales-lead@example.com"
MAY_COST = {
    "see what waits": 1, "approve": 1, "final decision": 2, "send back": 3, "file a small purchase": 8, "copy a purchase": 2,
    "ask in one line": 1, "ask from a message": 3, "accept with a date": 2, "check in, no change": 1,
    "check in on all": 2, "go away": 3,
}  # fmt: skip
"""What each may cost. Send back: button, reason, send. Six fields of a small purchase: the line, six fields, send (menus that are
filled in already cost nothing). From a message: shortcut, department, send. Going away: the line, until when, send."""


class Person:
    """Somebody on a phone."""

    def __init__(self, slack: SlackDouble, email: str) -> None:
        self._slack, self.email, self.taps = slack, email, 0

    def types(self, line: str) -> Reply:
        self.taps += 1
        return self._slack.play.slash(self.email, "/collab", line)

    def presses(self, on: object, label: str) -> Reply:
        """A button that asks whether one is sure costs another tap."""
        self.taps += 2 if _asks_first(on.blocks, label) else 1  # type: ignore[attr-defined]
        return self._slack.play.click(self.email, on, label)  # type: ignore[arg-type]

    def uses(self, shortcut: str, on: object) -> Reply:
        self.taps += 1
        return self._slack.play.shortcut(self.email, shortcut, on)  # type: ignore[arg-type]

    def sends(self, view: View | None, **entered: object) -> Reply:
        self.taps += 1 + len(entered)
        return self._slack.play.submit(self.email, view, entered)


def _asks_first(tree: object, label: str) -> bool:
    """Whether the button with this label has a question of its own."""
    if isinstance(tree, dict):
        if tree.get("type") == "button" and label in (tree["text"]["text"], tree["action_id"]):
            return "confirm" in tree
        tree = list(tree.values())
    return any(_asks_first(branch, label) for branch in tree) if isinstance(tree, list) else False


@pytest.fixture
def person(served: SlackDouble) -> Callable[[str], Person]:
    return lambda email: Person(served, email)


Somebody = Callable[[str], Person]


def test_what_waits_for_me_is_known_after_one(served: SlackDouble, company: Company, person: Somebody) -> None:
    for number in range(9):
        company.filed(title=f"Number {number}")
    cmo = person(CMO)
    said = cmo.types("要対応").ephemeral
    assert "9件" in said
    assert said.count("PR-") <= 7
    assert cmo.taps == MAY_COST["see what waits"]


def test_home_shows_what_waits_without_a_tap(served: SlackDouble, company: Company, show: Callable[[], None]) -> None:
    company.filed()
    served.events.home_opened(CMO)
    show()
    home = served.record.home_of(CMO)
    assert home is not None
    assert "PR-1" in str(home.blocks)


def test_a_yes_on_the_way_takes_one(served: SlackDouble, company: Company, deliver: Deliver, person: Somebody) -> None:
    from tests.approvals.test_service_planning import route

    company.routes(route("office:CMO", "office:CFO"))
    key = company.filed(category="other")
    deliver()
    cmo = person(CMO)
    cmo.presses(served.record.last_to(CMO), "承認")
    assert cmo.taps == MAY_COST["approve"]
    with company.indoors():
        assert approvals.get_chain(key).seats[0].state == "approved"


def test_the_final_decision_takes_two(
    served: SlackDouble, company: Company, deliver: Deliver, person: Somebody
) -> None:
    company.filed()
    deliver()
    cmo = person(CMO)
    cmo.presses(served.record.last_to(CMO), "決裁（共同）")
    assert cmo.taps == MAY_COST["final decision"]
    assert "承認しました" in text_of(last_ephemeral(served, CMO))


def test_sending_back_is_a_press_a_reason_and_send(
    served: SlackDouble, company: Company, deliver: Deliver, person: Somebody
) -> None:
    company.filed()
    deliver()
    cio = person(CIO)
    form = cio.presses(served.record.last_to(CIO), "差し戻し").view
    cio.sends(form, comment="見積が古い")
    assert cio.taps == MAY_COST["send back"]
    with company.indoors():
        assert approvals.get_chain("PR-1").state == "returned"


def test_a_small_purchase_is_six_fields_on_one_screen(served: SlackDouble, person: Somebody) -> None:
    mika = person(MIKA)
    form = mika.types("稟議 新規").view
    assert form is not None
    asked = [block for block in form.blocks if block["type"] == "input" and not block.get("optional")]
    said = mika.sends(form, **SMALL).ephemeral
    assert "PR-1" in said
    assert len(SMALL) == 6
    assert mika.taps == MAY_COST["file a small purchase"]
    assert len([one for one in asked if not one["element"].get("initial_option")]) <= 6


def test_the_same_again_is_two(served: SlackDouble, company: Company, person: Somebody) -> None:
    company.filed()
    mika = person(MIKA)
    reply = mika.types("複写起案 PR-1")
    assert "PR-2" in reply.ephemeral
    (edit,) = buttons(last_ephemeral(served, MIKA))  # type: ignore[arg-type]
    assert (edit.url or "").endswith("/purchases/PR-2/edit")
    assert mika.taps + 1 == MAY_COST["copy a purchase"]


def test_asking_another_department_is_one_line(served: SlackDouble, person: Somebody) -> None:
    mika = person(MIKA)
    assert "T-1" in mika.types("依頼 @営業部 棚の写真 金曜まで").ephemeral
    assert mika.taps == MAY_COST["ask in one line"]


def test_a_message_becomes_a_task_with_two_more_taps(served: SlackDouble, person: Somebody) -> None:
    message = served.say(KENJI, "棚の写真をください", served.add_channel("shop"))
    mika = person(MIKA)
    form = mika.uses("task.from_message", message).view
    assert "T-1" in mika.sends(form, department="sales").ephemeral
    assert mika.taps <= MAY_COST["ask from a message"]


def test_the_receiver_accepts_with_a_date_in_at_most_two(
    served: SlackDouble, company: Company, deliver: Deliver, person: Somebody
) -> None:
    served.play.slash(MIKA, "/collab", "依頼 @営業部 棚の写真")
    deliver()
    lead = person(SALES)
    lead.presses(served.record.last_to(SALES), "task.accept:1")
    assert lead.taps <= MAY_COST["accept with a date"]
    with company.indoors():
        assert tasks.get_task(company.member("mika"), "T-1", clock.now()).due_at is not None


@pytest.fixture
def asked(company: Company) -> list[str]:
    """Goals the CMO is asked to check in on."""
    keys = [make.goal(company, title, owners=("cmo",)) for title in ("再来店", "待ち時間", "返信")]
    for key in keys:
        make.measured(company, key, date(2026, 11, 1), "40.5")
        make.asked(company, key, "cmo", at=company.now, due_at=company.now + timedelta(days=2))
    return keys


def test_all_my_goals_are_one_form(asked: list[str], person: Somebody) -> None:
    cmo = person(CMO)
    assert f"{len(asked)}件の進捗確認" in cmo.sends(cmo.types("進捗確認").view).ephemeral
    assert cmo.taps == MAY_COST["check in on all"]


def test_no_change_is_one_press_in_the_inbox_form_or_one_line(asked: list[str], person: Somebody) -> None:
    cmo = person(CMO)
    assert "変更なし" in cmo.types(f"{asked[0]} 進捗確認 変更なし").ephemeral
    assert cmo.taps == MAY_COST["check in, no change"]
    form = cmo.types("進捗確認").view
    before = cmo.taps
    cmo.presses(form, "goal.no_change")
    assert cmo.taps - before == MAY_COST["check in, no change"]


def test_going_away_is_a_line_a_day_and_send(served: SlackDouble, person: Somebody) -> None:
    cmo = person(CMO)
    assert cmo.sends(cmo.types("不在").view, until_on="2026-12-28").ephemeral
    assert cmo.taps == MAY_COST["go away"]
