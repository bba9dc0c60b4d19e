"""Where two sides disagree: what each viewer may see of it, in a sentence, a page, the API and Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from collab.blueprints.models import Answer, Blueprint, Dialogue, Requirement
from collab.home.rules.joint import Difference, biggest
from collab.initiatives.models import Lead
from collab.kernel.atomic import atomic
from collab.signatures.models import Sheet, Signature
from tests.factories import Company
from tests.factories.goals import goal, said
from tests.factories.initiatives import an_initiative
from tests.factories.tasks import Tasks
from tests.parts.clients import Api, Pages
from tests.parts.statements import statements

As = Callable[[str], Api]
PagesAs = Callable[[str], Pages]
PAIR = "/joint?one=marketing&with=it"


def apart(company: Company, key: str, one: int, other: int) -> str:
    said(company, key, "cmo", one)
    said(company, key, "cio", other)
    return key


def says(company: Company, key: str, slot: int, health: str) -> None:
    with company.indoors(), atomic() as unit:
        mine = (Lead.initiative_id == int(key[2:])) & (Lead.slot == slot)
        unit.session.execute(update(Lead).where(mine).values(health=health, health_at=company.now, health_note="Why."))


def laid(company: Company, key: str, *, signed: tuple[str, ...] = (), paper: str = "charter") -> None:
    """A sheet before the CMO and the CIO."""
    with company.indoors(), atomic() as unit:
        sheet = Sheet(subject_key=key, paper=paper, version=1, content={}, hash="x", laid_at=company.now)
        unit.session.add(sheet)
        unit.session.flush()
        for side, (name, home) in enumerate((("cmo", "marketing"), ("cio", "it")), 1):
            done = {"signed_at": company.now, "source": "web"} if name in signed else {}
            unit.session.add(
                Signature(sheet_id=sheet.id, side=side, member_id=company.id(name), department_code=home,
                          due_at=company.now, **done)
            )  # fmt: skip


def written(company: Company, key: str, *rows: Any, **more: Any) -> None:
    with company.indoors(), atomic() as unit:
        now = company.now
        unit.session.add(
            Blueprint(initiative_id=int(key[2:]), opened_by_id=company.id("cmo"), opened_at=now, changed_at=now, **more)
        )
        unit.session.flush()
        unit.session.add_all(rows)


def required(company: Company, key: str, title: str, **more: Any) -> Requirement:
    return Requirement(
        initiative_id=int(key[2:]), side=1, title=title, unjustified_reason="An audit asks for it.",
        asker_id=company.id("cmo"), asked_at=company.now - timedelta(days=3), due_at=company.now, **more,
    )  # fmt: skip


def rated(company: Company, key: str, one: int, other: int | None, *, revealed: bool = True) -> None:
    """Answers to the first question, revealed or not."""
    with company.indoors(), atomic() as unit:
        now = company.now
        dialogue = Dialogue(initiative_id=int(key[2:]), quarter="2026-Q4", question=1, opened_at=now,
                            opened_by_id=company.id("cmo"), revealed_at=now if revealed else None,
                            due_1_at=now, due_2_at=now)  # fmt: skip
        unit.session.add(dialogue)
        unit.session.flush()
        for side, (name, rating) in enumerate((("cmo", one), ("cio", other)), 1):
            if rating is not None:
                unit.session.add(Answer(dialogue_id=dialogue.id, side=side, member_id=company.id(name), rating=rating,
                                        text="Blind words", answered_at=now))  # fmt: skip


class TestTheBiggest:
    def test_differences_of_every_kind_are_weighed_alike(self) -> None:
        goal, health, rating = (
            Difference("goal", 60, "G-1"), Difference("health", 1, "I-1"), Difference("rating", 3, "I-2"),
        )  # fmt: skip
        assert biggest([goal, health, rating]) == rating
        assert biggest([health, goal]) == goal

    def test_of_equal_weight_a_goal_comes_first_and_then_the_older(self) -> None:
        same = [Difference("health", 1, "I-1"), Difference("goal", 50, "G-2"), Difference("goal", 50, "G-1")]
        assert biggest(same) == same[2]

    def test_what_people_answer_in_general_is_said_only_where_no_single_matter_divides(self) -> None:
        pulse, health = Difference("pulse", 80, "AP-1"), Difference("health", 1, "I-1")
        assert biggest([pulse, health]) == health
        assert biggest([pulse, Difference("goal", 10, "G-1")]) == pulse

    @pytest.mark.parametrize("kind", ["goal", "health", "rating", "pulse"])
    def test_little_is_no_disagreement(self, kind: str) -> None:
        assert biggest([Difference(kind, 0, "G-1")]) is None
        assert biggest([Difference("goal", 10, "G-1")]) is None


class TestWhatIsSaid:
    def test_the_sentence_and_what_it_rests_on(self, company: Company, as_: As) -> None:
        calm, far = (apart(company, goal(company, title), *said) for title, said in
                     (("Calm", (60, 50)), ("Far apart", (90, 30))))  # fmt: skip
        key = an_initiative(company, state="active")
        says(company, key, 1, "on_track")
        says(company, key, 2, "at_risk")
        body = as_("mika").get(PAIR).json
        assert body["disagreement"] == {
            "kind": "goal", "key": far, "weight": 60, "path": f"/goals/{far}#owners", "text": body["text"],
        }  # fmt: skip
        assert [part in body["text"] for part in ("Far apart", "90", "30")] == [True, True, True]
        assert [(row["goal"], row["points"], row["diverged"]) for row in body["goals"]] == [
            (far, 60, True), (calm, 10, False),
        ]  # fmt: skip
        assert [(row["key"], row["one"], row["other"]) for row in body["initiatives"]] == [(key, "on_track", "at_risk")]

    def test_sides_the_other_way_round_say_the_same_the_other_way_round(self, company: Company, as_: As) -> None:
        apart(company, goal(company), 90, 30)
        body = as_("mika").get("/joint?one=it&with=marketing").json
        assert (body["goals"][0]["one"], body["goals"][0]["other"]) == (30, 90)

    def test_who_has_not_signed_what(self, company: Company, as_: As) -> None:
        open_, draft, done = (an_initiative(company, f"Number {n}") for n in range(3))
        laid(company, open_, signed=("cmo",))
        laid(company, done, signed=("cmo", "cio"))
        written(company, done, version=3, signed_version=2)
        found = {
            (row["key"], row["paper"]): (row["state"], row["missing"]) for row in as_("mika").get(PAIR).json["unsigned"]
        }
        assert found == {
            (open_, "charter"): ("open", ["cio@example.com"]), (draft, "charter"): ("draft", []),
            (done, "blueprint"): ("changed", []),
        }  # fmt: skip

    def test_what_stands_still_longest_comes_first_and_says_who_must_act(self, company: Company, as_: As) -> None:
        key = an_initiative(company, state="active")
        countered = {"state": "countered", "promised_on": company.now.date(), "answer": "In spring.",
                     "answered_at": company.now - timedelta(days=1)}  # fmt: skip
        written(company, key, required(company, key, "An API"), required(company, key, "A dashboard", **countered),
                required(company, key, "Done", **{**countered, "state": "committed", "answer": None}))  # fmt: skip
        task = Tasks(company).ask("kenji", "marketing")
        Tasks(company).ask("mika", "sales")
        rows = as_("cmo").get(PAIR).json["blockers"]
        assert [(row["title"], row["waits_for"], row["acts"], row["member"]) for row in rows[:2]] == [
            ("An API", "answer", "other", "cio@example.com"), ("A dashboard", "answer", "one", "cmo@example.com"),
        ]  # fmt: skip
        assert [(row["kind"], row["key"], row["acts"]) for row in rows[2:]] == [("task", task, "one")]

    def test_answer_times_both_ways_count_only_what_the_two_asked_each_other(self, company: Company, as_: As) -> None:
        tasks = Tasks(company)
        key = tasks.ask("mika", "it", assignee="kenji@example.com")
        tasks.ask("emma", "it")
        company.later(hours=2)
        tasks.do("accept", key, "kenji")
        there, back = as_("cmo").get(PAIR).json["answers"]
        assert (there["asks"], there["answered"], there["median_minutes"]) == (1, 1, 120)
        assert (back["asks"], back["median_minutes"]) == (0, None)

    def test_a_task_between_its_parties_counts_in_answer_times_for_those_alone_who_may_see_it(
        self, company: Company, as_: As
    ) -> None:
        tasks = Tasks(company)
        tasks.at("accepted", by="mika", to="it", visibility="parties")
        for name, asks in (("kenji", 1), ("emma", 0), ("auditor", 1)):
            assert as_(name).get(PAIR).json["answers"][0]["asks"] == asks, name
            assert len(as_(name).get("/reports/answer-times").json["pairs"]) == asks, name

    def test_a_request_waits_for_the_key_that_is_missing(self, company: Company, as_: As) -> None:
        key = company.filed()
        assert [row["key"] for row in as_("cmo").get(PAIR).json["keys"]] == [key]
        company.decide(key, "cmo")
        (row,) = as_("mika").get(PAIR).json["keys"]
        assert (row["key"], row["missing"]) == (key, ["cio@example.com"])
        assert as_("cmo").get("/joint?one=sales&with=it").json["keys"] == []
        company.decide(key, "cio")
        assert as_("cmo").get(PAIR).json["keys"] == []


class TestWhoSeesWhat:
    def test_a_narrowed_goal_is_the_biggest_disagreement_only_for_whom_it_is_there(
        self, company: Company, as_: As
    ) -> None:
        secret = apart(company, goal(company, "Secret merger", visibility="involved"), 100, 0)
        assert as_("cmo").get(PAIR).json["disagreement"]["key"] == secret
        answer = as_("mika").get(PAIR)
        assert answer.json["disagreement"] is None
        assert "Secret merger" not in answer.text

    def test_a_narrowed_initiative_shows_neither_itself_nor_its_requirements(self, company: Company, as_: As) -> None:
        key = an_initiative(company, "Secret venture", visibility="involved")
        written(company, key, required(company, key, "Secret need"))
        rated(company, key, 5, 1)
        assert as_("cio").get(PAIR).json["disagreement"]["kind"] == "rating"
        answer = as_("mika").get(PAIR)
        assert [answer.json[name] for name in ("initiatives", "unsigned", "blockers", "disagreement")] == [
            [],
            [],
            [],
            None,
        ]
        assert "Secret" not in answer.text

    def test_of_a_request_one_may_not_read_neither_the_amount_nor_whose_key(self, company: Company, as_: As) -> None:
        key = company.filed(visibility="company")
        (row,) = as_("emma").get(PAIR).json["keys"]
        assert (row["key"], row["total"], row["missing"]) == (key, None, None)
        (row,) = as_("cmo").get(PAIR).json["keys"]
        assert row["total"]
        narrowed = company.filed(visibility="involved")
        assert narrowed not in as_("emma").get(PAIR).text

    def test_blind_answers_are_no_disagreement_yet(self, company: Company, as_: As) -> None:
        key = an_initiative(company, state="active")
        written(company, key)
        rated(company, key, 5, 1, revealed=False)
        for name in ("cmo", "cio", "auditor"):
            answer = as_(name).get(PAIR)
            assert answer.json["disagreement"] is None
            assert "Blind" not in answer.text

    def test_a_guest_never_and_an_auditor_all_of_it(self, company: Company, as_: As, pages_as: PagesAs) -> None:
        secret = apart(company, goal(company, visibility="involved"), 100, 0)
        assert as_("agency").get(PAIR).status_code == 403
        assert pages_as("agency").get("/joint").status_code == 403
        assert as_("auditor").get(PAIR).json["disagreement"]["key"] == secret

    def test_a_member_of_neither_side_looks_at_both(self, company: Company, as_: As) -> None:
        apart(company, goal(company), 90, 30)
        assert as_("ceo").get(PAIR).json["goals"][0]["points"] == 60


class TestWhichTwo:
    def test_by_default_ones_own_side_and_the_one_they_work_with_most(self, company: Company, as_: As) -> None:
        an_initiative(company)
        for name, sides in (("cmo", ("side:business", "side:it")), ("cio", ("side:it", "side:business"))):
            body = as_(name).get("/joint").json
            assert (body["one"], body["other"]) == sides
        assert as_("auditor").get("/joint").status_code == 200, "who has no department sees two sides as well"

    def test_a_department_alone_or_its_side(self, company: Company, as_: As) -> None:
        assert as_("cmo").get("/joint?one=sales&with=it").json["one"] == "sales"
        assert as_("cmo").get("/joint?with=it").json["other"] == "side:it"
        assert as_("emma").get("/joint?one=sales&with=marketing").json["other"] == "marketing", "of the same side"

    @pytest.mark.parametrize("asked", ["one=sales&with=side:business", "with=nobody", "one=it&with=it"])
    def test_two_that_are_one_or_unknown_are_refused_by_field(self, as_: As, pages_as: PagesAs, asked: str) -> None:
        answer = as_("cmo").get(f"/joint?{asked}")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["with"])
        assert pages_as("cmo").get(f"/joint?{asked}").status_code == 422

    def test_nothing_shared_yet_is_said_and_the_form_is_there(self, pages_as: PagesAs, company: Company) -> None:
        page = pages_as("emma").get("/joint?one=sales&with=finance").text
        assert "share no goal" in page
        assert 'name="with"' in page


def test_the_page_says_all_of_it_with_links(company: Company, pages_as: PagesAs) -> None:
    far = apart(company, goal(company, "Far <b>apart</b>"), 90, 30)
    key = an_initiative(company, state="active")
    laid(company, key, signed=("cmo",))
    says(company, key, 1, "on_track")
    written(company, key, required(company, key, "An API"))
    request = company.filed()
    page = pages_as("mika").get(PAIR).text
    assert "Far &lt;b&gt;apart" in page
    for path in (f"/goals/{far}#owners", f"/initiatives/{key}/charter", f"/purchases/{request}", "/reports/answers"):
        assert f'href="{path}"' in page, path


def test_the_number_of_statements_does_not_depend_on_how_much_there_is(company: Company, as_: As) -> None:
    def fill(times: int) -> None:
        for number in range(times):
            apart(company, goal(company, f"Goal {number}"), 90, 30)
            key = an_initiative(company, f"Initiative {number}", state="active")
            laid(company, key, signed=("cmo",))
            written(company, key, required(company, key, "An API"))
            rated(company, key, 5, 1)
            laid(company, key, paper="blueprint")
            company.filed(title=f"Request {number}")
            Tasks(company).ask("mika", "it", title=f"Task {number}")

    mika = as_("mika")
    fill(1)
    mika.get(PAIR)
    with statements(company.app) as few:
        mika.get(PAIR)
    fill(4)
    mika.get(PAIR)
    with statements(company.app) as many:
        assert mika.get(PAIR).status_code == 200
    assert many.count == few.count, f"{few}\n\n{many}"
