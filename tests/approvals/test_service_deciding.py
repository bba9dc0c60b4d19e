"""Deciding, taking back, sending back, revoking; and what happens to seats when people go: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.audit import queries as audit
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.people import service as staffing
from collab.purchases import queries as purchases
from collab.purchases import service as filing
from tests.approvals.test_service_planning import route, seated
from tests.factories import Company, request_fields
from tests.factories.papers import LARGE
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def verbs(company: Company, key: str) -> list[str]:
    return [event.verb for event in purchases.history(company.member("auditor"), key)]


def waiting(company: Company, key: str) -> set[str]:
    emails = people.emails_of(seat.member for seat in approvals.get_chain(key).waiting())
    return {email.partition("@")[0] for email in emails.values()}


def inbox_of(company: Company, name: str) -> list[str]:
    from collab.subjects.queries import inbox

    return [row.key for row in inbox(company.member(name), company.now)]


def test_the_last_yes_is_the_decision(company: Company) -> None:
    key = company.filed()
    assert company.decide(key, "cio").verb == "approve"
    last = company.decide(key, "cmo", comment="For our customers.")
    assert (last.verb, last.state) == ("decide", "approved")
    assert company.purchase(key).state == "approved"
    assert verbs(company, key) == ["submit", "step_started", "approve", "decide"]
    assert audit.verify() == []


def test_steps_open_one_after_the_other(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="2000000", **LARGE)
    assert waiting(company, key) == {"cio"}
    with pytest.raises(NotNow) as refusal:
        company.decide(key, "cfo")
    assert refusal.value.said_code == "not_your_turn"
    company.decide(key, "cio")
    assert waiting(company, key) == {"cfo"}
    assert inbox_of(company, "cfo") == [key]
    assert inbox_of(company, "cio") == []


def test_one_yes_is_enough_where_any_may_say_it_and_the_others_are_passed(company: Company) -> None:
    company.routes(route("office:CMO office:CFO", "office:CIO", rule="any"))
    key = company.filed(category="other")
    assert waiting(company, key) == {"cmo", "cfo"}
    company.decide(key, "cfo")
    assert waiting(company, key) == {"cio"}
    assert {seat.state for seat in approvals.get_chain(key).seats if seat.step == 0} == {"approved", "passed"}
    with pytest.raises(NotNow):
        company.decide(key, "cmo")


def test_a_seat_is_decided_on_once_and_the_second_is_told_who_did(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo")
    for verb in ("approve", "return", "reject"):
        with pytest.raises(NotNow) as refusal:
            company.decide(key, "cmo", verb)
        assert refusal.value.said_code == "already_decided"
        assert refusal.value.args_said["who"].email == "cmo@example.com"
    assert verbs(company, key).count("approve") == 1


@pytest.mark.parametrize("verb", ["return", "reject"])
def test_a_refusal_needs_a_reason(company: Company, verb: str) -> None:
    key = company.filed()
    for silent in (None, "", "   "):
        with pytest.raises(Invalid) as refusal, company.indoors():
            service.decide(key=key, actor=company.member("cmo"), verb=verb, comment=silent, now=company.now)
        assert "comment" in refusal.value.fields
    assert waiting(company, key) == {"cmo", "cio"}


def test_a_rejected_request_is_dead(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo", "reject")
    assert company.purchase(key).state == "rejected"
    for verb in ("submit", "edit", "withdraw", "drop"):
        with pytest.raises(NotNow):
            _do(company, key, "mika", verb)
    with pytest.raises(NotNow):
        company.decide(key, "cio")


def test_a_returned_request_is_mended_and_takes_the_route_of_its_new_content(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cio", "return", "Please name the owners.")
    assert company.purchase(key).state == "returned"
    assert inbox_of(company, "mika") == [key]
    assert inbox_of(company, "cmo") == []
    filing.edit(company.member("mika"), key, {"amount": "2000000", **LARGE}, seen=None, now=company.later())
    again = filing.submit(company.member("mika"), key, now=company.later())
    assert (again.state, again.round) == ("pending", 2)
    assert seated(company, key) == [["cmo"], ["cfo"], ["cmo", "cio"]]
    assert [chain.state for chain in approvals.list_chains(key)] == ["returned", "pending"]
    assert again.key == key


def test_the_requester_takes_back_until_the_first_decision(company: Company) -> None:
    key = company.filed()
    filing.withdraw(company.member("mika"), key, now=company.later())
    assert company.purchase(key).state == "draft"
    assert waiting(company, key) == set()
    assert inbox_of(company, "cmo") == []
    filing.submit(company.member("mika"), key, now=company.later())
    company.decide(key, "cmo")
    with pytest.raises(NotNow) as refusal:
        filing.withdraw(company.member("mika"), key, now=company.later())
    assert refusal.value.said_code == "already_acted"
    assert company.purchase(key).state == "pending"


def test_a_returned_request_may_be_taken_back_or_given_up(company: Company) -> None:
    taken, given = company.filed(), company.filed()
    for key in (taken, given):
        company.decide(key, "cmo", "return")
    assert filing.withdraw(company.member("mika"), taken, now=company.later()).state == "draft"
    assert filing.drop(company.member("mika"), given, now=company.later()).state == "dropped"
    with pytest.raises(NotNow):
        filing.submit(company.member("mika"), given, now=company.later())


def test_an_approval_is_taken_back_while_nobody_acted_after_it(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="2000000", **LARGE)
    company.decide(key, "cio")
    service.undo(key=key, actor=company.member("cio"), now=company.later())
    assert waiting(company, key) == {"cio"}
    assert inbox_of(company, "cfo") == []
    assert verbs(company, key)[-1] == "undo"
    company.decide(key, "cio")
    company.decide(key, "cfo")
    assert company.purchase(key).state == "approved"


def test_an_approval_stands_once_somebody_acted_after_it(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="12000000", **LARGE)
    company.decide(key, "cio")
    company.decide(key, "cfo")
    with pytest.raises(NotNow) as refusal:
        service.undo(key=key, actor=company.member("cio"), now=company.later())
    assert refusal.value.said_code == "acted_after"
    assert refusal.value.args_said["who"].email == "cfo@example.com"


def test_undoing_asks_those_again_whom_any_had_passed(company: Company) -> None:
    company.routes(route("office:CMO office:CFO", "office:CIO", rule="any"))
    key = company.filed(category="other")
    company.decide(key, "cfo")
    service.undo(key=key, actor=company.member("cfo"), now=company.later())
    assert waiting(company, key) == {"cmo", "cfo"}
    company.decide(key, "cmo")
    assert waiting(company, key) == {"cio"}


def test_whoever_decided_nothing_has_nothing_to_undo(company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo")
    with pytest.raises(NotAllowed):
        service.undo(key=key, actor=company.member("cio"), now=company.later())


def test_a_decision_is_revoked_by_who_took_it_with_a_reason_and_for_good(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    key = company.decided(category="other", yes=("cmo", "cio"))
    for name in ("cmo", "ceo"):
        with pytest.raises((NotAllowed, NotFound)):
            service.revoke(key=key, actor=company.member(name), reason="No.", now=company.later())
    with pytest.raises(Invalid):
        service.revoke(key=key, actor=company.member("cio"), reason=" ", now=company.later())
    service.revoke(key=key, actor=company.member("cio"), reason="The vendor left the market.", now=company.later())
    assert company.purchase(key).state == "revoked"
    for verb in ("submit", "edit", "withdraw", "drop"):
        with pytest.raises(NotNow):
            _do(company, key, "mika", verb)
    with pytest.raises(NotNow):
        service.revoke(key=key, actor=company.member("cio"), reason="Again.", now=company.later())


def test_a_decision_on_content_that_changed_since_is_refused(company: Company) -> None:
    key = company.filed()
    seen = company.purchase(key).content_version
    company.decide(key, "cmo", "return", seen_version=seen)
    filing.edit(company.member("mika"), key, {"amount": "700000"}, seen=None, now=company.later())
    filing.submit(company.member("mika"), key, now=company.later())
    with pytest.raises(NotNow) as refusal:
        company.decide(key, "cmo", seen_version=seen)
    assert refusal.value.said_code == "content_changed"
    company.decide(key, "cmo", seen_version=company.purchase(key).content_version)


@pytest.mark.parametrize("by", ["mika", "cmo"])
def test_neither_requester_nor_whom_it_is_for_ever_decides(company: Company, by: str) -> None:
    key = company.filed("mika", on_behalf_of="cmo@example.com")
    with pytest.raises((NotAllowed, NotNow)):
        company.decide(key, by)
    assert [verb for verb in verbs(company, key) if verb != "refused"] == ["submit", "step_started"]


def test_whoever_tries_to_approve_their_own_is_in_the_trail_once_a_day(company: Company) -> None:
    key = company.filed()
    for verb in ("approve", "approve", "reject"):
        with pytest.raises(NotAllowed):
            company.decide(key, "mika", verb, comment="Mine.")
    (together,) = service.approve_together([(key, 1)], actor=company.member("mika"), now=company.now)
    assert isinstance(together.refusal, NotAllowed)
    with pytest.raises(NotAllowed):
        company.decide(key, "auditor")
    assert [event.actor for event in purchases.history(company.member("auditor"), key) if event.verb == "refused"] == [
        "mika@example.com"
    ], "once, and not for a closed door"
    company.later(days=1)
    service.approve_together([(key, 1)], actor=company.member("mika"), now=company.now)
    assert verbs(company, key).count("refused") == 2
    assert audit.verify() == []


def test_a_stranger_learns_nothing(company: Company) -> None:
    key = company.filed()
    for name in ("kenji", "agency", "emma", "admin"):
        with pytest.raises(NotFound):
            company.decide(key, name)
    with pytest.raises(NotFound):
        company.decide("PR-999", "cmo")


def test_whoever_leaves_gives_up_their_seats_at_once(company: Company) -> None:
    key = company.filed()
    company.leaves("cmo")
    assert waiting(company, key) == {"ceo", "cio"}
    assert "seat_moved" in verbs(company, key)
    company.decide(key, "ceo")
    company.decide(key, "cio")
    assert company.purchase(key).state == "approved"


SIDE_BY_SIDE = route("office:CMO office:CIO", "office:CFO")
"""Two who approve before the last word: what a deputy may do."""


def test_an_absence_that_begins_moves_the_seats_that_wait(company: Company) -> None:
    company.routes(SIDE_BY_SIDE)
    key = company.filed(category="other")
    company.away("cmo", deputy="nao")
    assert waiting(company, key) == {"nao", "cio"}
    with pytest.raises(NotNow) as refusal:
        company.decide(key, "cmo")
    assert refusal.value.said_code == "seat_moved"
    company.decide(key, "nao")
    history = purchases.history(company.member("auditor"), key)
    event = next(event for event in history if event.verb == "approve")
    assert (event.actor, event.acting_for) == ("nao@example.com", "cmo@example.com")


def test_an_absence_entered_ahead_moves_seats_on_its_first_day(company: Company) -> None:
    company.routes(SIDE_BY_SIDE)
    key = company.filed(category="other")
    today = people.today(company.now)
    staffing.be_away(
        company.member("cmo"),
        from_on=today + timedelta(days=2),
        until_on=today + timedelta(days=9),
        deputy="nao@example.com",
        now=company.now,
    )
    staffing.sweep(now=company.later(days=1))
    assert waiting(company, key) == {"cmo", "cio"}
    for _ in range(2):  # twice is once
        staffing.sweep(now=company.later(days=1))
        assert waiting(company, key) == {"nao", "cio"}
    assert verbs(company, key).count("seat_moved") == 1


def test_keys_stay_two_people_when_a_seat_moves(company: Company) -> None:
    key = company.filed()
    company.away("cmo", deputy="cio")
    assert waiting(company, key) == {"ceo", "cio"}


def test_keys_stay_two_people_when_both_seats_move_to_one_deputy_one_after_the_other(company: Company) -> None:
    key = company.filed()
    company.away("cmo", deputy="kenji")
    company.away("cio", deputy="kenji")
    assert waiting(company, key) == {"ceo", "cio"}, "no deputy turns a key; the last one stays with its holder"


def test_keys_stay_two_people_when_both_holders_are_away_as_their_step_opens(company: Company) -> None:
    key = company.filed("kenji", amount="2000000", **LARGE)
    assert seated(company, key)[0] == ["cio"]
    company.decide(key, "cio")
    company.away("cmo", deputy="nao")
    company.away("cio", deputy="nao")
    company.decide(key, "cfo")
    assert waiting(company, key) == {"ceo", "cio"}


def test_a_deputy_who_leaves_passes_the_seat_on(company: Company) -> None:
    company.routes(SIDE_BY_SIDE)
    key = company.filed(category="other")
    company.away("cmo", deputy="nao")
    company.leaves("nao")
    assert len(waiting(company, key)) == 2
    assert "nao" not in waiting(company, key)
    assert "mika" not in waiting(company, key)


def test_a_requester_who_becomes_deputy_does_not_get_their_own_request(company: Company) -> None:
    key = company.filed()
    company.away("cmo", deputy="mika")
    assert waiting(company, key) == {"ceo", "cio"}


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize(
    ("by", "filed_for", "tries"), [("mika", None, "mika"), ("mika", "nao", "nao"), ("cmo", None, "cmo")]
)
def test_whose_request_it_is_hears_the_rule_and_not_that_they_have_no_seat(
    company: Company, by: str, filed_for: str | None, tries: str, ended: bool
) -> None:
    more = {"on_behalf_of": f"{filed_for}@example.com"} if filed_for else {}
    key = company.filed(by, **more)
    if ended:
        company.decide(key, min(waiting(company, key)), verb="reject", comment="Not this year.")
    for verb, said in (("approve", {}), ("return", {"comment": "Why?"}), ("reject", {"comment": "No."})):
        with pytest.raises(NotAllowed) as refusal:
            company.decide(key, tries, verb=verb, **said)
        assert refusal.value.said_code == "barred_barred", verb
    for act, more in (
        (service.lift, {}),
        (service.hold, {"reason": "Later.", "until_on": company.now.date() + timedelta(days=3)}),
    ):
        with pytest.raises(NotAllowed) as refusal:
            act(key=key, actor=company.member(tries), now=company.later(), **more)
        assert refusal.value.said_code == "barred_barred", act


def test_a_seat_that_can_fall_to_nobody_stays_where_it_is_rather_than_vanish(company: Company) -> None:
    company.routes(route("office:CEO"))
    key = company.filed(category="other")
    company.away("ceo")
    assert waiting(company, key) == {"ceo"}


def test_somebody_back_from_an_absence_is_asked_again_for_what_comes_next(company: Company) -> None:
    company.away("cfo", deputy="nao")
    key = company.filed("kenji", category="other", amount="2000000", **LARGE)
    staffing.be_back(company.member("cfo"), now=company.later())
    other = company.filed("kenji", category="other", amount="2000000", **LARGE)
    assert seated(company, other) == [["cio"], ["cfo"]]
    assert seated(company, key) == [["cio"], ["cfo"]], (
        "nobody has decided on it: a deputy stands in no longer than needed"
    )


def test_an_edit_that_changes_nothing_is_no_change(company: Company) -> None:
    key = company.drafted()
    before = company.purchase(key)
    seen, content = before.version, before.content_version
    filing.edit(company.member("mika"), key, request_fields(), seen=seen, now=company.later())
    db.session.expire_all()
    assert company.purchase(key).content_version == content
    assert audit.list_entries(key)[-1].verb == "draft"


def _do(company: Company, key: str, name: str, verb: str) -> None:
    actor = company.member(name)
    if verb == "edit":
        filing.edit(actor, key, {"title": "Another"}, seen=None, now=company.later())
    else:
        getattr(filing, verb)(actor, key, now=company.later())


def test_a_yes_given_for_an_office_is_not_taken_back_once_somebody_else_holds_it(company: Company) -> None:
    key = company.filed("kenji")
    company.decide(key, "cmo")
    company.takes_office("nao", "CMO")
    with pytest.raises(NotAllowed):
        service.undo(key=key, actor=company.member("cmo"), now=company.later())
    company.decide(key, "cio")
    assert company.purchase(key).state == "approved"


@pytest.mark.parametrize("comment", ["a\x00b", "\ud800", "x" * 2001])
def test_a_comment_that_cannot_be_kept_is_refused_whatever_the_edge(company: Company, comment: str) -> None:
    key = company.filed()
    with pytest.raises(Invalid) as refusal:
        company.decide(key, "cmo", "return", comment)
    assert "comment" in refusal.value.fields
    assert company.purchase(key).state == "pending"
