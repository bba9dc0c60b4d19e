"""The history over the API alone tells a request again: its state, every round, the chain, who decided for whom, and how long
each seat waited; compared with the database, story by story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab.approvals import service as approvals
from collab.approvals.models import Round, Seat
from collab.approvals.service import adding, moving
from collab.kernel.db import db
from collab.people import service as staff
from collab.purchases import service as purchases
from tests.factories import Company
from tests.factories.company import address
from tests.model.engine import seat_line
from tests.model.rebuilt import Rebuilt, lines
from tests.parts.clients import Api

Callers = Callable[[str], Api]


def told(as_: Callers, key: str) -> dict[str, Any]:
    """The story as anybody can tell it who reads the history."""
    answer = as_("auditor").get(f"/purchases/{key}/history")
    assert answer.status_code == 200, answer.text
    return lines(Rebuilt(answer.json))


def kept(company: Company, key: str) -> dict[str, Any]:
    """The same from the tables."""
    with company.indoors():
        db.session.rollback()
        rounds = db.session.scalars(select(Round).where(Round.subject_key == key).order_by(Round.number)).all()
        found: dict[str, Any] = {"state": company.purchase(key).state, "rounds": [row.state for row in rounds]}
        emails = {member.id: member.email for member in (company.member(name) for name in NAMES)}
        rows = db.session.scalars(
            select(Seat).where(Seat.round_id == rounds[-1].id).order_by(Seat.step, Seat.position, Seat.turn)
        ).all()
        found["seats"] = [_line(rounds[-1].state, row, emails) for row in rows if row.voided_at is None]
        found["waited"] = sorted(((emails[row.member_id], row.turn, _minutes(row)) for row in rows), key=str)
    return found


NAMES = ("ceo", "cmo", "cio", "cfo", "mika", "nao", "kenji", "sales-lead", "service-lead", "emma", "admin")


def _line(state: str, row: Seat, emails: dict[int, str]) -> tuple[Any, ...]:
    return seat_line(
        state,
        {
            "state": row.state, "step": row.step, "who": emails[row.member_id], "owner": emails.get(row.instead_of_id or 0),
            "turn": row.turn, "by": emails.get(row.decided_by_id or 0), "opinion": row.opinion,
            "carried": row.carried_from_id is not None, "held": row.held_until is not None,
        },
    )  # fmt: skip


def _minutes(row: Seat) -> int | None:
    if row.opened_at is None or row.decided_at is None:
        return None
    return int((row.decided_at - row.opened_at).total_seconds() // 60)


class Story:
    """What people do, a while after each other."""

    def __init__(self, company: Company, route: str, **fields: Any) -> None:
        self.company = company
        company.routes(route)
        self.key = company.filed(category="other", **fields)

    def says(self, who: str, verb: str = "approve", after: int = 7, **more: Any) -> Story:
        self.company.later(minutes=after)
        self.company.decide(self.key, who, verb, **more)
        return self

    def does(self, verb: Callable[..., Any], who: str, after: int = 11, **said: Any) -> Story:
        now = self.company.later(minutes=after)
        with self.company.indoors():
            verb(key=self.key, actor=self.company.member(who), now=now, **said)
        return self

    def files(self, verb: Callable[..., Any], who: str, *said: Any, **more: Any) -> Story:
        now = self.company.later(minutes=13)
        with self.company.indoors():
            verb(self.company.member(who), self.key, *said, now=now, **more)
        return self


def step(name: str, *seats: str, kind: str = "approve", **more: Any) -> str:
    written = {"name": name, "kind": kind, "seats": [_seat(seat) for seat in seats], **more}
    return "[[route.step]]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in written.items())


def _seat(name: str) -> str:
    return f"office:{name}" if name.isupper() else f"member:{address(name)}"


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def route(*steps: str) -> str:
    return 'currency = "JPY"\n[[route]]\ncode = "own"\n' + "\n".join(steps)


def plain_yes(company: Company) -> Story:
    return (
        Story(company, route(step("Lead", "CMO"), step("Decision", "CIO", "CFO", keys=True)))
        .says("cmo")
        .says("cfo")
        .says("cio", after=90)
    )


def every_opinion(company: Company) -> Story:
    way = route(step("Law", "nao", kind="consult"), step("Customer", "service-lead", kind="advocate"), step("Security", "kenji", kind="review"),
                step("Read", "emma", kind="circulate"), step("Decision", "CEO"))  # fmt: skip
    story = Story(company, way).says("nao", "consult", opinion="disagree", comment="Not lawful.")
    story.says("service-lead", "advocate", opinion="worse", stage="use", comment="They wait longer.").says("kenji")
    return story.says("ceo", comment="All the same.")


def side_by_side(company: Company) -> Story:
    more = {"parallel": "both", "join": "any"}
    way = route(step("A", "nao", branch="a", **more), step("A2", "cfo", branch="a", **more), step("B", "kenji", "emma", branch="b", rule="any", **more),
                step("Decision", "CEO"))  # fmt: skip
    story = Story(company, way).says("nao").says("emma", after=30)
    return story.does(approvals.undo, "emma").says("kenji", "reject").says("cfo")


def over_and_back(company: Company) -> Story:
    way = route(
        step("One", "nao", "kenji", rule="all"), step("Two", "emma"), step("Three", "CFO"), step("Decision", "CEO")
    )
    story = (
        Story(company, way)
        .says("nao")
        .does(approvals.lift, "cfo")
        .does(approvals.undo, "cfo")
        .does(approvals.lift, "cfo")
    )
    story.says("ceo", "return", to=1, resume="here").says("kenji").says("nao", after=45)
    story.says("ceo", "return", to=2, resume="again").says("emma")
    return story.says("cfo")


def decided_by_lifting(company: Company) -> Story:
    return (
        Story(company, route(step("One", "nao"), step("Decision", "CFO")))
        .does(approvals.lift, "cfo")
        .does(approvals.revoke, "cfo", reason="Too soon.")
    )


def people_come_and_go(company: Company) -> Story:
    way = route(step("One", "CMO", "CIO", rule="all"), step("Two", "kenji"), step("Decision", "CEO"))
    story = Story(company, way)
    company.later(minutes=20)
    company.away("cmo", deputy="nao")
    company.later(minutes=20)
    company.away("kenji", deputy="emma")
    story.says("nao")
    company.leaves("cio")
    with company.indoors():
        staff.be_back(company.member("kenji"), now=company.later(minutes=5))
        moving.look_again(now=company.later(minutes=5))
    return story.says("ceo").says("kenji").does(approvals.undo, "kenji")


def held_and_extended(company: Company) -> Story:
    story = Story(company, route(step("One", "CMO"), step("Decision", "CEO")))
    with company.indoors():
        day = company.now.date() + timedelta(days=2)
    story.does(approvals.hold, "cmo", reason="Figures to come.", until_on=day).does(approvals.release, "cmo", after=60)
    added = {
        "members": [company.id("kenji"), company.id("emma")],
        "kind": "review",
        "before": True,
        "reason": "Ask security.",
    }
    story.does(adding.add_step, "cmo", **added).says("emma").does(
        approvals.hold, "kenji", reason="Away today.", until_on=day
    )
    return story


def sent_back_and_carried(company: Company) -> Story:
    way = route(step("One", "CMO"), step("Two", "nao", kind="consult"), step("Three", "CIO"), step("Decision", "CEO"))
    story = (
        Story(company, way)
        .says("cmo")
        .says("nao", "consult", opinion="opinion", comment="Mind the term.")
        .says("cio", "return", resume="here")
    )
    story.files(purchases.edit, "mika", {"purpose": "Said better"}, seen=None).files(purchases.submit, "mika")
    return story.says("cio").does(approvals.undo, "cio")


def sent_back_and_begun_anew(company: Company) -> Story:
    story = (
        Story(company, route(step("One", "CMO"), step("Decision", "CEO")))
        .says("cmo")
        .says("ceo", "return", resume="again")
    )
    story.files(purchases.submit, "mika").files(purchases.withdraw, "mika").files(purchases.submit, "mika").says(
        "cmo", "return"
    )
    return story.files(purchases.drop, "mika")


STORIES = (plain_yes, every_opinion, side_by_side, over_and_back, decided_by_lifting, people_come_and_go, held_and_extended,
           sent_back_and_carried, sent_back_and_begun_anew)  # fmt: skip


@pytest.mark.parametrize("tell", STORIES, ids=[story.__name__ for story in STORIES])
def test_the_history_alone_tells_it_again(company: Company, as_: Callers, tell: Callable[[Company], Story]) -> None:
    key = tell(company).key
    found, expected = told(as_, key), kept(company, key)
    found["seats"] = [tuple(seat) for seat in found["seats"]]
    assert found == expected


def test_what_is_missing_is_missed(company: Company, as_: Callers) -> None:
    key = plain_yes(company).key
    history = as_("auditor").get(f"/purchases/{key}/history").json
    assert lines(Rebuilt(history)) != lines(Rebuilt(history[:-1]))
    with pytest.raises(AssertionError, match="missing"):
        Rebuilt([event for event in history if event["verb"] != "approve"])
