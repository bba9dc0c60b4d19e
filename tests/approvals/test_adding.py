"""An extra step: more people asked before or after one's own step, add-only, whatever block it stands in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.models import Round
from collab.approvals.queries import Chain
from collab.approvals.rules import adding as rules
from collab.approvals.rules.progress import StepNow, spec_of
from collab.approvals.service import clocks
from collab.audit.queries import list_entries
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.kernel.i18n import Reader, from_json
from collab.outbox.models import Message
from tests.approvals.test_service_planning import route, seated
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
THREE = route("member:nao@example.com", "office:CFO", "office:CEO")


def step(**changes: Any) -> dict[str, Any]:
    return {"rule": "all", "kind": "approve", "keys": False, **changes}


BESIDE = [StepNow(block=0), StepNow(block=1, branch="a"), StepNow(block=1, branch="b"), StepNow(block=2)]


@pytest.mark.parametrize(
    ("own", "before", "number"),
    [
        (0, True, 0),
        (0, False, 1),
        (1, True, 1),
        (1, False, 3),
        (2, True, 1),
        (2, False, 3),
        (3, True, 3),
        (3, False, 4),
    ],
)
def test_a_step_goes_beside_the_whole_block(own: int, before: bool, number: int) -> None:
    assert rules.place(BESIDE, own, before=before) == number


def test_an_old_route_that_froze_no_blocks_keeps_its_order() -> None:
    more = rules.with_step({"steps": [step(), step(), step()]}, 1, step(added_by=7))
    blocks = [one.block for one in spec_of(more)]
    assert len(set(blocks)) == 4
    assert rules.count_added(more) == 1


@pytest.mark.parametrize(("rule", "people", "may"), [
    ("all", 1, True), ("any", 3, True), ("quorum:2", 3, True), ("quorum:4", 3, False), ("quorum:0", 3, False),
    ("percent:50", 2, False), ("", 1, False), ("quorum:2 or all", 3, False),
])  # fmt: skip
def test_a_rule_nobody_could_meet_is_none(rule: str, people: int, may: bool) -> None:
    assert rules.is_rule(rule, people) is may


def filed(company: Company, way: str = THREE) -> str:
    company.routes(way)
    return company.filed(category="other")


def add(company: Company, key: str, by: str, *members: str, **more: Any) -> service.Added:
    return service.add_step(
        key=key, actor=company.member(by), members=[company.id(name) for name in members], now=company.later(),
        **{"reason": "We need to know more.", **more},
    )  # fmt: skip


def waiting(company: Company, key: str) -> set[int]:
    return {seat.member for seat in approvals.get_chain(key).waiting()}


def asked(key: str) -> list[int]:
    rows = select(Message.member_id).where(Message.kind == "approval.asked", Message.subject_key == key)
    return list(db.session.scalars(rows.order_by(Message.id)))


@on_both
def test_asked_before_the_adder_waits_until_they_are_through(company: Company) -> None:
    key = filed(company)
    clocks.keep(now=company.later())
    done = add(company, key, "nao", "kenji", "emma", before=True)
    assert (done.step, done.before) == (1, True)
    assert seated(company, key) == [["kenji", "emma"], ["nao"], ["cfo"], ["ceo"]]
    assert waiting(company, key) == {company.id("kenji"), company.id("emma")}
    chain = approvals.get_chain(key)
    own = next(seat for seat in chain.seats if seat.member == company.id("nao"))
    assert (own.state, own.opened_at, own.due_at) == ("planned", None, None)
    assert clocks.keep(now=company.later()) == 3  # one ended, two started
    assert chain.step == 0
    for name in ("kenji", "emma", "nao", "cfo", "ceo"):
        last = company.decide(key, name)
    assert last.state == "approved"
    assert [company.id(name) for name in ("nao", "kenji", "emma", "nao")] == asked(key)[:4]


@on_both
def test_asked_after_they_come_before_the_next(company: Company) -> None:
    key = filed(company)
    add(company, key, "nao", "kenji", kind="consult", name="データ部門の意見")
    assert seated(company, key) == [["nao"], ["kenji"], ["cfo"], ["ceo"]]
    assert waiting(company, key) == {company.id("nao")}
    company.decide(key, "nao")
    assert waiting(company, key) == {company.id("kenji")}
    company.decide(key, "kenji", "consult", "Take the smaller one.", opinion="disagree")
    assert waiting(company, key) == {company.id("cfo")}
    assert approvals.get_chain(key).steps[1]["name_ja"] == "データ部門の意見"
    why = from_json(approvals.get_chain(key).steps[1]["why"][0])
    assert Reader("en").say(why) == "Nao Ishii added it: We need to know more."
    assert Reader("ja").say(why) == "石井 直さんが追加: We need to know more."


@on_both
def test_five_steps_are_enough_and_each_is_told_and_kept(company: Company) -> None:
    key = filed(company)
    for name in ("kenji", "emma", "service-lead", "sales-lead", "cio"):
        add(company, key, "nao", name)
    with pytest.raises(NotNow) as refusal:
        add(company, key, "nao", "admin")
    assert refusal.value.said_code == "steps_enough"
    assert [names[0] for names in seated(company, key)] == [
        "nao", "cio", "sales-lead", "service-lead", "emma", "kenji", "cfo", "ceo",
    ]  # fmt: skip
    entries = [entry for entry in list_entries(key) if entry.verb == "add_step"]
    assert [entry.after["at"] for entry in entries] == [2] * 5
    assert [seat["member"] for seat in entries[0].after["step"]["seats"]] == ["kenji@example.com"]
    assert entries[0].actor == "nao@example.com"
    assert entries[0].reason == "We need to know more."
    news = db.session.scalars(select(Message).where(Message.kind == "approval.told", Message.subject_key == key)).all()
    assert {row.member_id for row in news} == {company.id("mika")}
    assert len({row.dedupe_key for row in news}) == 5


def test_beside_a_parallel_block_it_stands_outside_of_it(company: Company) -> None:
    key = filed(company, route("member:nao@example.com", "member:kenji@example.com", "office:CFO"))
    with_block(key, 0, 1)
    company.decide(key, "nao", "return", to="requester")
    key = again(company, key)
    with_block(key, 0, 1)
    add(company, key, "nao", "emma", before=True)
    assert waiting(company, key) == {company.id("emma")}
    company.decide(key, "emma")
    assert waiting(company, key) == {company.id("nao"), company.id("kenji")}
    add(company, key, "kenji", "service-lead")
    for name in ("nao", "kenji"):
        company.decide(key, name)
    assert waiting(company, key) == {company.id("service-lead")}


def with_block(key: str, *steps: int) -> None:
    """These steps run side by side from here on."""
    chain = approvals.get_chain(key)
    frozen = [
        {**one, "block": min(steps) if at in steps else at, "branch": str(at)} for at, one in enumerate(chain.steps)
    ]
    db.session.execute(update(Round).where(Round.id == chain.id).values(route={**chain.route, "steps": frozen}))
    planned = [seat.id for seat in chain.seats if seat.step in steps and seat.state == "planned"]
    from collab.approvals.models import Seat

    db.session.execute(update(Seat).where(Seat.id.in_(planned)).values(state="waiting", opened_at=chain.opened_at))
    db.session.commit()


def again(company: Company, key: str) -> str:
    from collab.purchases import service as filing

    filing.submit(company.member("mika"), key, now=company.later())
    return key


def test_what_was_decided_stays_decided_and_may_still_be_sent_back_to(company: Company) -> None:
    key = filed(company)
    company.decide(key, "nao")
    add(company, key, "cfo", "kenji", before=True)
    assert seated(company, key) == [["nao"], ["kenji"], ["cfo"], ["ceo"]]
    company.decide(key, "kenji", "return", to=1)
    assert waiting(company, key) == {company.id("nao")}
    for name in ("nao", "kenji", "cfo", "ceo"):
        last = company.decide(key, name)
    assert last.state == "approved"
    steps = db.session.scalars(select(Round.route).where(Round.subject_key == key)).one()["steps"]
    assert [bool(one.get("added_by")) for one in steps] == [False, True, False, False]


def test_a_seat_that_falls_later_falls_in_its_own_step(company: Company) -> None:
    key = filed(company)
    add(company, key, "nao", "kenji", before=True)
    company.away("cfo", deputy="emma")
    company.leaves("kenji")
    assert seated(company, key) == [["cio"], ["nao"], ["emma"], ["ceo"]]


def test_beside_both_keys_the_first_key_stands(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo")
    add(company, key, "cio", "kenji", kind="review", before=True)
    assert waiting(company, key) == {company.id("kenji")}
    company.decide(key, "kenji")
    assert waiting(company, key) == {company.id("cio")}
    assert company.decide(key, "cio").state == "approved"


NOT_ASKED = {
    "agency": "may_not_decide", "auditor": "may_not_decide", "left": "may_not_decide", "mika": "not_asked_here",
    "nao": "not_asked_here", "cfo": "asked_already", "cmo": "person_away",
}  # fmt: skip


def test_whoever_may_not_or_cannot_be_asked_is_refused_in_words(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="kenji")
    for member, code in NOT_ASKED.items():
        with pytest.raises(Invalid) as refusal:
            add(company, key, "nao", member)
        assert refusal.value.said_code == code, member
    assert refusal.value.fields["members"].args["deputy"].email == "kenji@example.com"
    assert seated(company, key) == [["nao"], ["cfo"], ["ceo"]]


NOT_TAKEN: list[tuple[dict[str, Any], str]] = [
    ({"members": []}, "members"), ({"members": range(1, 8)}, "members"), ({"members": [10**6]}, "members"),
    ({"kind": "advocate"}, "kind"), ({"kind": "circulate"}, "kind"), ({"rule": "quorum:3"}, "rule"), ({"due": "soon"}, "due"),
    ({"due": "0bd"}, "due"), ({"due": "31bd"}, "due"), ({"due": "99999bh"}, "due"),
    ({"name": "x" * 81}, "name"), ({"name": "\x00"}, "name"), ({"reason": "  "}, "reason"),
]  # fmt: skip


def test_what_cannot_be_is_refused_field_by_field(company: Company) -> None:
    key = filed(company)
    good = {"key": key, "actor": company.member("nao"), "members": [company.id("kenji")], "reason": "Why"}
    for fields, at in NOT_TAKEN:
        with pytest.raises(Invalid) as refusal:
            service.add_step(**{**good, "now": company.now, **fields})
        assert list(refusal.value.fields) == [at], fields


def test_nobody_stands_after_the_final_decision(company: Company) -> None:
    key = filed(company, route("office:CFO"))
    with pytest.raises(Invalid) as refusal:
        add(company, key, "cfo", "kenji")
    assert refusal.value.said_code == "nothing_after_final"
    add(company, key, "cfo", "kenji", before=True)


def test_only_whoever_is_asked_adds_people(company: Company) -> None:
    key = filed(company)
    for by in ("mika", "cfo", "kenji", "admin", "auditor", "agency"):
        with pytest.raises((NotAllowed, NotFound)):
            add(company, key, by, reason="")


def test_whoever_is_only_consulted_and_a_route_that_takes_none_add_nobody(company: Company) -> None:
    key = filed(company)
    chain = approvals.get_chain(key)
    changed(chain, extra=False)
    with pytest.raises(NotAllowed) as refusal:
        add(company, key, "nao", "kenji")
    assert refusal.value.said_code == "no_extra_steps"
    changed(chain, steps=[{**chain.steps[0], "kind": "consult"}, *chain.steps[1:]])
    with pytest.raises(NotAllowed) as refusal:
        add(company, key, "nao", "kenji")
    assert refusal.value.said_code == "no_steps_from_here"


def changed(chain: Chain, **route_: Any) -> None:
    db.session.execute(update(Round).where(Round.id == chain.id).values(route={**chain.route, **route_}))
    db.session.commit()


def test_what_one_looked_at_guards_it(company: Company) -> None:
    key = filed(company)
    with pytest.raises(NotNow) as refusal:
        add(company, key, "nao", "kenji", seen_version=99)
    assert refusal.value.said_code == "content_changed"


def test_whoever_was_added_approves_over_nobody(company: Company) -> None:
    """One of two who must agree could otherwise name somebody who does it for the other."""
    key = filed(company, route("office:CFO office:CIO", "office:CMO", "office:CEO"))
    add(company, key, "cfo", "kenji")
    with pytest.raises(NotNow) as refusal:
        service.lift(key=key, actor=company.member("kenji"), now=company.later())
    assert refusal.value.said_code == "not_your_turn"
    assert waiting(company, key) == {company.id("cfo"), company.id("cio")}
    service.lift(key=key, actor=company.member("cmo"), now=company.later())
    assert waiting(company, key) == {company.id("ceo")}
