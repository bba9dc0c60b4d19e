"""Goals in Slack: the list with a bar each, one goal read in five seconds, a new one from a form; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from collab.app import create_app  # noqa: F401 - fills in the vocabulary's modules
from collab.goals.messages import seeing as faces
from collab.goals.queries import find_goal
from collab.goals.queries.metrics import metrics_of
from collab.goals.slack import seeing
from collab.kernel import i18n
from collab.kernel.errors import Invalid, NotFound
from collab.slack import identity
from collab.slack.grammar import Found, Unclear, parse
from collab.slack.registry import edges
from collab.slack.talk import Open, Say, Talk, Typed
from tests.factories import Company
from tests.factories.company import NOW
from tests.factories.goals import asked, child, goal, helps, measured, number, said, timed

LINES = {
    "goal list": ("goal.lists", "", ""), "目標 一覧": ("goal.lists", "", ""), "ゴール　一覧": ("goal.lists", "", ""),
    "goals ls": ("goal.lists", "", ""), "goal show g-1": ("goal.show", "G-1", ""), "目標 表示 Ｇ－１": ("goal.show", "G-1", ""),
    "G-1": ("goal.show", "G-1", ""), "Ｇ－１２": ("goal.show", "G-12", ""), "G-1を表示": ("goal.show", "G-1", ""),
    "目標 G-1": ("goal.show", "G-1", ""), "goal new": ("goal.new", "", ""), "目標 新規 待ち時間をなくす": ("goal.new", "", "待ち時間をなくす"),
    "goal new Answer within a day": ("goal.new", "", "Answer within a day"), "help goal": ("slack.help", "", "goal"),
    "help ゴール": ("slack.help", "", "ゴール"),
}  # fmt: skip


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("line", list(LINES))
def test_every_line_in_both_languages_and_any_width(line: str) -> None:
    found = parse(line, edges.vocabulary)
    assert isinstance(found, Found), found
    assert (found.command.code, found.typed.key, found.typed.rest) == LINES[line]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("line", "nearest"), [("goal lst", "goal list"), ("gaol list", "goal list"), ("目標 一", "目標 一覧")]
)
def test_a_misspelt_line_does_nothing_and_names_the_nearest(line: str, nearest: str) -> None:
    found = parse(line, edges.vocabulary)
    assert isinstance(found, Unclear)
    assert found.nearest.replace("目標", "goal") == nearest.replace("目標", "goal")


@pytest.fixture
def house(company: Company) -> Iterator[Company]:
    """G-3 of Mika and Kenji at 30%, 20 points apart; open services' context for the whole test."""
    made = goal(
        company,
        "Found online, <b>bought</b> in the *store*",
        owners=("mika", "kenji"),
        metric=timed(40, 60, unit="pt", name="NPS"),
    )
    measured(company, made, date(2026, 11, 1), 46)
    said(company, made, "mika", 80)
    said(company, made, "kenji", 60)
    with company.indoors():
        yield company


def talk(company: Company, name: str, locale: str = "en", **more: Any) -> Talk:
    reader = i18n.Reader(locale, "Asia/Tokyo")
    return Talk(company.member(name), reader, company.now, "T1", "U1", **more)


def shown(answer: Any) -> str:
    assert isinstance(answer, Say)
    return "\n".join([answer.text, *map(repr, answer.blocks)])


def show(company: Company, name: str, key: str = "G-3", locale: str = "en") -> str:
    return shown(seeing.show(talk(company, name, locale, typed=Typed(key))))


def labels(answer: Say) -> list[str]:
    return [one["text"]["text"] for block in answer.blocks if block["type"] == "actions" for one in block["elements"]]


def test_the_card_says_how_it_stands_how_far_it_is_and_who_answers_for_it(house: Company) -> None:
    card = show(house, "mika")
    assert "*On track*" in card
    assert "▓▓░░░░░░ 30% · 27% expected by now · due 31 Mar 2027" in card
    assert "NPS: 40 → 46 → 60\\xa0pt" in card
    assert "Marketing" in card
    assert "Mika Tanabe\\nConfidence 80%" in card
    assert "The two owners are 20 points apart." in card
    assert "&lt;b&gt;bought&lt;/b&gt; in the ∗store∗" in card


def test_it_is_as_good_in_japanese(house: Company) -> None:
    card = show(house, "kenji", locale="ja")
    for word in (
        "*順調*",
        "▓▓░░░░░░ 30%",
        "期限 2027年3月31日",
        "田辺 美香\\n達成見込み 80%",
        "情報システム部",
        "20ポイントの差",
    ):
        assert word in card


def test_it_asks_one_thing_of_whom_it_is_asked_and_has_three_buttons_at_most(house: Company) -> None:
    asked(house, "G-3", "mika", at=NOW - timedelta(days=1), due_at=NOW + timedelta(days=1))
    mine, theirs = (seeing.show(talk(house, name, typed=Typed("G-3"))) for name in ("mika", "nao"))
    assert isinstance(mine, Say)
    assert isinstance(theirs, Say)
    assert len(labels(mine)) == 3
    assert "Check in by Thu 19 Nov, 10:00" in shown(mine)
    assert len(labels(theirs)) == 1
    house.later(days=3)
    assert "Your check-in was due Thu 19 Nov, 10:00" in show(house, "mika")


def test_whoever_has_not_accepted_is_asked_for_their_yes(house: Company) -> None:
    goal(house, "Not agreed", owners=("mika", "kenji"), state="draft", accepted=("mika",))
    card = seeing.show(talk(house, "kenji", typed=Typed("G-4")))
    assert "You are asked to answer for this goal." in shown(card)
    assert "Has not accepted yet" in shown(card)
    assert isinstance(card, Say)
    assert len(labels(card)) == 3


def test_a_goal_that_was_never_measured_says_so(house: Company) -> None:
    goal(house, "Fresh", owners=("nao",), metric=timed(0, 10))
    assert "░░░░░░░░ not measured yet" in show(house, "nao", "G-4")


def test_a_guest_reads_neither_confidence_nor_divergence(house: Company) -> None:
    with pytest.raises(NotFound):
        show(house, "agency")
    helps(house, "G-3", "agency", may_check_in=True)
    card = show(house, "agency")
    assert "Mika Tanabe" in card
    for word in ("Confidence", "points apart", "accepted"):
        assert word not in card


def test_my_goals_come_first_and_hidden_ones_are_not_counted(house: Company) -> None:
    goal(house, "Theirs", owners=("sales-lead",))
    goal(house, "Secret", owners=("service-lead",), visibility="involved")
    child(house, "G-3", title="Mine too", owners=("mika",))
    answer = seeing.show_list(talk(house, "mika"))
    lines = shown(answer)
    assert lines.index("Mine (2)") < lines.index("Mine too") < lines.index("The company’s (2)") < lines.index("Theirs")
    assert "Secret" not in lines
    assert "▓▓░░░░░░ 30% · On track" in lines
    assert labels(answer) == ["New goal", "All goals"]
    assert labels(seeing.show_list(talk(house, "auditor"))) == ["All goals"]


def test_a_guest_without_goals_is_told_so(house: Company) -> None:
    answer = seeing.show_list(talk(house, "agency"))
    assert "There are no goals you can see yet." in shown(answer)


def test_the_list_looks_behind_a_line_at_the_same_card(house: Company) -> None:
    answer = seeing.show_list(talk(house, "mika"))
    assert isinstance(answer, Say)
    button = next(block["accessory"] for block in answer.blocks if "accessory" in block)
    assert button["action_id"].partition(":")[0] == faces.SHOW
    assert "NPS" in shown(edges.actions[faces.SHOW](talk(house, "mika", pressed=button["value"])))


def form(company: Company, name: str, **entered: str) -> Any:
    return seeing.send(talk(company, name, entered={"title": "Nobody waits", "outcome": "Shops are calm", **entered}))


def test_whoever_leads_sets_a_goal_with_the_other_side(house: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = seeing.new(talk(house, "cmo", typed=Typed(rest="Nobody waits")))
    assert isinstance(opened, Open)
    assert opened.view["blocks"][1]["element"]["initial_value"] == "Nobody waits"
    monkeypatch.setattr(identity, "member_of", lambda _team, _account: house.member("cio"))
    card = form(
        house, "cmo", person="U2", due_on="2027-03-31", metric="Minutes", kind="decrease", baseline="１２", target="4.5"
    )
    assert "G-4" in shown(card)
    made = find_goal("G-4")
    assert made is not None
    assert [held.department for held in made.owners] == ["marketing", "it"]
    assert (made.state, made.due_on, made.starts_on) == ("draft", date(2027, 3, 31), date(2026, 11, 18))
    (metric,) = metrics_of([number("G-4")])[4]
    assert (metric.name, metric.course.kind, str(metric.course.baseline), str(metric.course.target)) == (
        "Minutes",
        "decrease",
        "12",
        "4.5",
    )


def test_everybody_else_proposes_one(house: Company) -> None:
    opened = seeing.new(talk(house, "nao"))
    assert "candidate" in repr(opened)
    form(house, "nao")
    made = find_goal("G-4")
    assert made is not None
    assert (made.state, [held.member for held in made.owners]) == ("candidate", [house.id("nao")])


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"baseline": "many", "metric": "M"}, "baseline"), ({"target": "NaN", "metric": "M"}, "target"), ({"target": "3"}, "metric"),
        ({"title": ""}, "title"), ({"due_on": "2026-11-01"}, "due_on"), ({"person": "U404"}, "person"),
        ({"metric": "M", "kind": "increase", "baseline": "9", "target": "3"}, "target"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_under_its_field_and_nothing_is_written(
    house: Company, entered: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        form(house, "cmo", **entered)
    assert set(refused.value.fields) == {field}
    assert find_goal("G-4") is None


def test_guests_and_auditors_are_given_no_form(house: Company) -> None:
    for name in ("agency", "auditor"):
        with pytest.raises(Exception, match=r".*") as refused:
            seeing.new(talk(house, name))
        assert getattr(refused.value, "status", 0) == 403
