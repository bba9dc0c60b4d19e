"""Two owners who see a goal too differently: both have it before them until they meet, or write down what they made of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from collab.goals.queries.checkin_inbox import inbox
from collab.goals.queries.checkins import Sides, get_sides
from collab.goals.queries.divergence import gaps, open_gaps
from collab.goals.queries.goals import get_goal
from collab.goals.rules.confidence import apart
from collab.goals.service import checking_in, discussing
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.subjects.registry import InboxRow
from tests.factories import Company
from tests.factories import goals as make
from tests.parts.clients import Api, Pages

OLD = date(2026, 11, 1)


@pytest.fixture
def key(company: Company) -> str:
    """A goal of the CMO's and the CIO's, well under way."""
    made = make.goal(company)
    make.measured(company, made, OLD, 90)
    return made


def says(
    company: Company, key: str, by: str, confidence: int, note: str | None = "Things changed.", **more: object
) -> int | None:
    with company.indoors():
        given = {"note": note, **({"no_change": True} if more.get("no_change") else {"confidence": confidence})}
        return checking_in.check_in(company.member(by), key, given, now=company.later(minutes=5)).points


def talks(company: Company, key: str, by: str = "cio", note: str = "The figures lag by a month.") -> int:
    with company.indoors():
        return discussing.discuss(company.member(by), key, note, now=company.later(minutes=5))


def waiting(company: Company, name: str) -> list[InboxRow]:
    with company.indoors():
        member = company.member(name)
        return list(inbox([member], company.now).get(member.id, ()))


def told(company: Company, kind: str) -> list[int]:
    with company.indoors():
        db.session.rollback()
        wanted = select(Message.member_id).where(Message.kind == kind).order_by(Message.id)
        return list(db.session.scalars(wanted))


def test_only_two_owners_can_be_apart() -> None:
    assert apart([70, 90]) == 20
    assert (apart([70, None]), apart([70]), apart([])) == (None, None, None)


def test_twenty_points_flag_the_goal_in_both_inboxes_whatever_its_progress(company: Company, key: str) -> None:
    assert says(company, key, "cmo", 90) is None
    assert waiting(company, "cmo") == []
    assert says(company, key, "cio", 70) == 20
    assert told(company, "goal.diverged") == [company.id("cmo")], "who said so knows"
    for name, other in (("cmo", "酒井 大地"), ("cio", "森 由紀")):
        [row] = waiting(company, name)
        assert (row.key, row.path, row.actions) == (key, f"/goals/{key}#checkins", ("discuss", "check_in"))
        assert Reader("ja").say(row.ask) == (
            f"{key} の達成見込みが{other}さんと20ポイント離れています。話し合いをお願いします"
        )
        assert row.remind


def test_ten_points_do_not(company: Company, key: str) -> None:
    says(company, key, "cmo", 80)
    assert says(company, key, "cio", 70) is None
    assert told(company, "goal.diverged") == []


def test_it_is_over_when_confidences_meet(company: Company, key: str) -> None:
    says(company, key, "cmo", 100)
    says(company, key, "cio", 50)
    assert says(company, key, "cmo", 60) is None
    assert [row.ask.key for row in waiting(company, "cio")] == ["goal.checkin.ask.read"]
    assert waiting(company, "cmo") == []


def test_it_is_over_when_they_write_down_what_they_made_of_it(company: Company, key: str) -> None:
    says(company, key, "cmo", 100)
    says(company, key, "cio", 50)
    assert talks(company, key) == 50
    assert waiting(company, "cio") == []
    assert [row.ask.key for row in waiting(company, "cmo")] == ["goal.checkin.ask.read"]
    assert told(company, "goal.discussed") == [company.id("cmo")]
    with company.indoors():
        goal = get_goal(company.member("cmo"), key)
        assert (open_gaps([goal.id]), gaps([goal.id])[goal.id].points) == ({}, 50), "it stays to be seen"


def test_no_change_opens_nothing_again_and_a_new_figure_does(company: Company, key: str) -> None:
    says(company, key, "cmo", 100)
    says(company, key, "cio", 50)
    talks(company, key)
    assert says(company, key, "cmo", 100, no_change=True) is None
    assert told(company, "goal.diverged") == [company.id("cmo")]
    assert says(company, key, "cmo", 90) == 40
    assert told(company, "goal.diverged") == [company.id("cmo"), company.id("cio")], "it arose anew"
    assert says(company, key, "cio", 60) == 30
    assert len(told(company, "goal.diverged")) == 2, "one message each time it arises"


def test_only_owners_who_differ_write_it_down(company: Company, key: str) -> None:
    with company.indoors():
        for name, error in (("mika", NotAllowed), ("auditor", NotAllowed), ("cmo", NotNow)):
            with pytest.raises(error):
                discussing.discuss(company.member(name), key, "We agree.", now=company.now)
        with pytest.raises(Invalid):
            discussing.discuss(company.member("cmo"), key, "  ", now=company.now)


def test_a_new_owner_has_said_nothing_yet(company: Company, key: str) -> None:
    says(company, key, "cmo", 100)
    with company.indoors():
        assert not gaps([get_goal(company.member("cmo"), key).id])


def test_a_paused_goal_asks_nobody(company: Company) -> None:
    resting = make.goal(company, state="paused")
    make.said(company, resting, "cmo", 100)
    make.said(company, resting, "cio", 10)
    assert waiting(company, "cmo") == []


def test_all_goals_that_are_asked_are_one_row(company: Company) -> None:
    keys = [make.goal(company, f"Goal {number}", owners=("cmo", "cio")) for number in range(3)]
    for days, one in zip((3, 1, 2), keys, strict=True):
        make.asked(company, one, "cmo", at=company.now, due_at=company.later(days=days))
    [row] = waiting(company, "cmo")
    assert (row.key, row.path, row.title) == (keys[0], "/goals/checkin", "Goal 0 / Goal 1 / Goal 2")
    assert Reader("en").say(row.ask) == "Check in on 3 goals"
    assert waiting(company, "cio") == []
    make.said(company, keys[1], "cmo", 100)
    make.said(company, keys[1], "cio", 10)
    rows = {row.ask.key: row.key for row in waiting(company, "cmo")}
    assert rows == {"goal.checkin.ask.all": keys[0], "goal.checkin.ask.diverged": keys[1]}, "each has a key of its own"


def test_what_the_other_side_said_is_read_and_not_reminded_of(company: Company, key: str) -> None:
    says(company, key, "cmo", 80)
    [row] = waiting(company, "cio")
    assert (row.ask.key, row.remind, row.actions) == ("goal.checkin.ask.read", False, ("acknowledge_checkin",))
    says(company, key, "cio", 80)
    assert waiting(company, "cio") == []
    assert len(waiting(company, "cmo")) == 1
    company.later(days=15)
    assert waiting(company, "cmo") == [], "after two weeks it is history"


def test_a_guest_sees_neither_owners_confidence(company: Company, key: str) -> None:
    make.helps(company, key, "agency", may_check_in=True)
    says(company, key, "cmo", 100)
    says(company, key, "cio", 10)
    with company.indoors():
        agency = company.member("agency")
        assert get_sides(agency, get_goal(agency, key)) == Sides({})
        assert not inbox([agency], company.now)


def test_over_the_api(company: Company, key: str, as_: Callable[[str], Api], travel: time_machine.Coordinates) -> None:
    says(company, key, "cmo", 100)
    travel.move_to(company.now)
    done = as_("cio").post(f"/goals/{key}/checkins", {"confidence": 50, "note": "Two people left."})
    assert (done.status_code, done.json["divergence"], done.json["projection"]) == (201, 50, 1.0)
    assert [row["key"] for row in as_("cmo").get("/me/inbox").json] == [key]
    assert as_("cio").post(f"/goals/{key}/discuss", {}).status_code == 422
    assert as_("cio").post(f"/goals/{key}/discuss", {"note": "We wait for March."}).json == {"divergence": 50}
    assert [row["actions"] for row in as_("cmo").get("/me/inbox").json] == [["acknowledge_checkin"]]
    said = as_("mika").get(f"/goals/{key}/checkins").json
    assert [(one["by"], one["confidence"], one["watermelon"]) for one in said] == [
        ("cio@example.com", 50, False), ("cmo@example.com", 100, False),
    ]  # fmt: skip
    assert said[1]["acknowledged_by"] == "cio@example.com"
    assert as_("cmo").post(f"/goals/{key}/acknowledge").json == {"acknowledged": 1}
    assert as_("cmo").get("/me/inbox").json == []


def test_several_over_the_api(company: Company, key: str, as_: Callable[[str], Api]) -> None:
    other = make.goal(company, "Another", owners=("cmo",))
    wrong = {"goals": {key: {"confidence": "x"}, other: {"no_change": True, "colour": "red"}}}
    refused = as_("cmo").post("/goals/checkins", wrong)
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {f"goals.{key}.confidence", f"goals.{other}.colour"}
    assert as_("cmo").post("/goals/checkins", {"goals": {}}).status_code == 422
    assert as_("cmo").post("/goals/checkins", {"goals": [1]}).status_code == 422
    done = as_("cmo").post("/goals/checkins", {"goals": {key: {"no_change": True}, other: {"confidence": "８０"}}})
    assert [(one["goal"], one["confidence"]) for one in done.json] == [(key, 70), (other, 80)]


def test_what_was_made_of_it_is_written_on_the_page(
    company: Company, key: str, travel: time_machine.Coordinates
) -> None:
    says(company, key, "cmo", 100)
    says(company, key, "cio", 50)
    travel.move_to(company.later())
    cmo = Pages(company, "cmo")
    empty = cmo.send(f"/goals/{key}/discuss", {"note": " "}, page="/goals/checkin")
    assert empty.status_code == 422
    assert "話し合いの結果" in empty.text
    done = cmo.send(f"/goals/{key}/discuss", {"note": "We wait for March."}, page="/goals/checkin")
    assert done.location == f"/goals/{key}#checkins"
    assert waiting(company, "cio") == []
