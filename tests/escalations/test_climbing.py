"""Every feature of a policy, seen from outside: the clock moves, the sweep runs, the outbox is read."""

from __future__ import annotations

import pytest

from collab.audit import queries as audit
from collab.escalations import queries, service
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.people import service as staffing
from tests.factories import Company
from tests.factories.escalations import LAST_CHANCE, Clocks, moment, policy, shown
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
LEAD = {"wait": "4bh", "to": ["deputy", "lead"]}
BOTH = {"wait": "1bd", "to": ["line:1", "other_line:1"], "shared": True}
HIGHER = {"wait": "2bd", "to": ["line:2", "other_line:2"], "shared": True}
DUE = "2026-11-18 14:00"
"""A Wednesday in Tokyo, where it is open from 9 to 12 and from 13 to 18."""


@pytest.fixture
def clocks(company: Company) -> Clocks:
    return Clocks(company)


def kinds(clocks: Clocks) -> list[tuple[str, str]]:
    return [(who, kind) for who, kind, _why, _at in clocks.told()]


def test_nothing_is_said_before_the_time_is_up(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    assert clocks.sweep("2026-11-18 13:59") == 0
    assert clocks.told() == []
    assert clocks.view().state == "waiting"


def test_the_late_person_has_the_last_chance_before_anybody_above_hears(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    key = clocks.wait(due=DUE)
    assert clocks.sweep(DUE) == 1
    (card,) = clocks.messages()
    assert (card.kind, clocks.name(card.member_id), card.args["wait"]) == (LAST_CHANCE, "kenji", key)
    assert card.args["slot"] == clocks.view().notices[0].slot
    assert (clocks.view().state, clocks.view().rung) == ("climbing", 1)
    assert clocks.sweep(DUE) == 0, "once"


def test_a_wait_in_business_hours_counts_the_open_ones_alone(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due="2026-11-20 16:00")
    clocks.sweep("2026-11-20 16:00")
    assert shown(clocks.view().next_at) == "2026-11-24 11:00", (
        "Friday 16:00, two hours; Monday is Labour Thanksgiving Day"
    )
    clocks.told()
    clocks.sweep("2026-11-24 11:00")
    assert clocks.told() == [("cio", "told", "lead", "2026-11-24 11:00")]


def test_a_wait_in_wall_time_counts_all_hours_and_the_reader_hears_when_they_are_in(clocks: Clocks) -> None:
    clocks.policies(policy({"wait": "6h", "to": ["lead"]}))
    clocks.wait(due=DUE)
    assert clocks.run_until("2026-11-18 23:00") == [DUE, "2026-11-18 20:00"]
    assert clocks.told()[1] == ("cio", "told", "lead", "2026-11-19 09:00")
    assert shown(clocks.view().next_at) == "2026-11-20 09:00", "the loop goes on from the moment it could be read"


def test_held_over_closed_hours_and_a_deadline_at_closing_stays_there(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due="2026-11-20 18:00")
    clocks.sweep("2026-11-20 18:00")
    assert clocks.told() == [("kenji", LAST_CHANCE, "late", "2026-11-24 09:00")]
    assert shown(clocks.view().due_at) == "2026-11-20 18:00"
    assert shown(clocks.view().next_at) == "2026-11-24 14:00", "four hours after it could be read"


def test_always_means_at_any_hour(clocks: Clocks) -> None:
    clocks.policies(policy({"wait": "15m", "to": ["lead", "office:CMO"]}, hours="always", ack="30m"))
    clocks.wait(due="2026-11-21 23:30", severity="brand")
    assert clocks.run_until("2026-11-21 23:45") == ["2026-11-21 23:30", "2026-11-21 23:45"]
    assert clocks.told() == [
        ("kenji", LAST_CHANCE, "late", "2026-11-21 23:30"),
        ("cio", "told", "lead", "2026-11-21 23:45"),
        ("cmo", "told", "office", "2026-11-21 23:45"),
    ]


def test_an_absent_person_is_never_told_their_deputy_is(clocks: Clocks, company: Company) -> None:
    company.away("kenji", deputy="nao")
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    clocks.sweep(DUE)
    assert clocks.told() == [("nao", "told", "deputy", DUE)]
    assert clocks.skipped() == [("kenji", "late", "away")]
    (_skip, told) = sorted(clocks.view().notices, key=lambda notice: notice.skipped is None)
    assert clocks.name(told.instead_of) == "kenji"


def test_an_absent_person_without_deputy_hands_on_to_the_next_rung_at_once(clocks: Clocks, company: Company) -> None:
    company.away("kenji")
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    clocks.sweep(DUE)
    assert clocks.told() == [("cio", "told", "lead", DUE)]
    assert clocks.skipped() == [("kenji", "late", "away"), (None, "deputy", "nobody")]
    assert clocks.view().rung == 2


def test_an_absent_lead_is_replaced_by_their_deputy_else_by_the_next_in_line(clocks: Clocks, company: Company) -> None:
    clocks.policies(policy(LEAD))
    company.away("cio", deputy="nao")
    clocks.wait("X-1", due=DUE)
    clocks.run_until("2026-11-19 17:00")
    assert clocks.told()[-1] == ("nao", "told", "deputy", "2026-11-19 09:00")
    with company.indoors():
        staffing.be_back(company.member("cio"), now=company.now)
    company.away("cio")
    clocks.wait("X-2", due="2026-11-19 09:00")
    clocks.run_until("2026-11-19 14:00")
    assert clocks.told()[-1] == ("ceo", "told", "lead", "2026-11-19 14:00")
    assert clocks.skipped("X-2:answer") == [("cio", "lead", "away")]


def test_guests_auditors_and_leavers_never_hear(clocks: Clocks, company: Company) -> None:
    rungs = [{"wait": "1bh", "to": [f"member:{who}@example.com"]} for who in ("agency", "auditor", "nao")]
    clocks.policies(policy(*rungs))
    company.leaves("cmo")
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-18 16:00")
    assert [who for who, *_rest in clocks.told()] == ["kenji", "nao"]
    assert clocks.skipped() == [("agency", "named", "guest"), ("auditor", "named", "auditor")]


def test_a_lead_who_is_late_is_not_their_own_superior(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(late="cio", due=DUE)
    clocks.run_until("2026-11-19 09:00")
    assert clocks.told()[-1] == ("ceo", "told", "lead", "2026-11-19 09:00")
    assert clocks.skipped() == [("cio", "lead", "is_late")]


def test_the_line_is_climbed_step_by_step_and_leads_count_as_above_their_department(clocks: Clocks) -> None:
    clocks.join("rei", department="marketing", manager="nao")
    clocks.policies(policy(*[{"wait": "1bh", "to": [f"line:{n}"]} for n in (1, 2, 3)]))
    clocks.wait(late="rei", other="kenji", department="marketing", other_department="it", due=DUE)
    clocks.run_until("2026-11-18 17:00")
    assert [who for who, *_rest in clocks.told()] == ["rei", "nao", "cmo", "ceo"]


def test_a_line_that_passes_by_the_lead_still_has_them(clocks: Clocks) -> None:
    clocks.join("rei", department="service", manager="ceo")
    clocks.policies(policy(*[{"wait": "1bh", "to": [f"line:{n}"]} for n in (1, 2)]))
    clocks.wait(late="rei", department="service", due=DUE)
    clocks.run_until("2026-11-18 16:00")
    assert [who for who, *_rest in clocks.told()] == ["rei", "service-lead", "ceo"]


def test_an_office_hears_whoever_holds_it_today(clocks: Clocks, company: Company) -> None:
    clocks.policies(policy({"wait": "1bh", "to": ["office:CFO"]}))
    clocks.wait(due=DUE)
    clocks.sweep(DUE)
    company.takes_office("nao", "CFO")
    clocks.sweep("2026-11-18 15:00")
    assert clocks.told()[-1] == ("nao", "told", "office", "2026-11-18 15:00")


def test_both_superiors_get_one_shared_card(clocks: Clocks) -> None:
    clocks.policies(policy(BOTH))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 14:00")
    assert clocks.told()[1:] == [("cio + cmo", "shared", "both", "2026-11-19 14:00")]
    assert [notice.why for notice in clocks.view().told] == ["late", "both", "both"]


def test_one_superior_of_both_gets_a_card_of_their_own(clocks: Clocks) -> None:
    clocks.policies(policy(HIGHER))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-20 14:00")
    assert clocks.told()[1:] == [("ceo", "told", "line", "2026-11-20 14:00")]


def test_acknowledging_stops_the_climb_until_it_runs_out(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD, BOTH))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    assert shown(clocks.acknowledge("cio", "2026-11-19 10:00")) == "2026-11-20 10:00"
    view = clocks.view()
    assert (view.state, clocks.name(view.acknowledged_by)) == ("acknowledged", "cio")
    clocks.told()
    assert clocks.run_until("2026-11-20 09:59") == []
    clocks.sweep("2026-11-20 10:00")
    assert clocks.told() == [("kenji", LAST_CHANCE, "late", "2026-11-20 10:00")], "from the top, the last chance first"
    assert (clocks.view().loop, clocks.view().rung, clocks.view().acknowledged_by) == (2, 1, None)


def test_a_word_of_whoever_is_at_it_extends_an_acknowledgement_and_one_of_whoever_waits_does_not(
    clocks: Clocks, company: Company
) -> None:
    clocks.policies(policy(LEAD, BOTH))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    clocks.acknowledge("cio", "2026-11-19 10:00")
    service.extend("X-1", by=company.member("mika"), now=moment("2026-11-19 16:00"))
    assert shown(clocks.view().acknowledged_until) == "2026-11-20 10:00"
    service.extend("X-1", by=company.member("kenji"), now=moment("2026-11-19 16:00"))
    assert shown(clocks.view().acknowledged_until) == "2026-11-20 16:00"


def test_an_acknowledgement_of_somebody_who_goes_away_holds_no_longer(clocks: Clocks, company: Company) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    clocks.acknowledge("cio", "2026-11-19 10:00")
    staffing.be_away(company.member("cio"), from_on=moment("2026-11-19 11:00").date(),
                     until_on=moment("2026-11-27 11:00").date(), deputy=None, now=moment("2026-11-19 11:00"))  # fmt: skip
    assert shown(clocks.view().next_at) == "2026-11-19 11:00"


def test_loops_are_bounded_and_end_with_a_named_owner(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD, loops=2, owner="office:CFO"))
    clocks.wait(due=DUE)
    clocks.run_until("2026-12-31 09:00")
    assert kinds(clocks) == [
        ("kenji", LAST_CHANCE), ("cio", "told"), ("kenji", LAST_CHANCE), ("cio", "told"), ("cfo", "exhausted"),
    ]  # fmt: skip
    view = clocks.view()
    assert (view.state, clocks.name(view.owner), view.next_at, view.loop) == ("exhausted", "cfo", None, 2)
    assert [mine.key for mine in queries.list_put_before(clocks.id("cfo"))] == ["X-1:answer"]
    assert queries.list_put_before(clocks.id("cio")) == []


def test_an_owner_can_take_it_up_and_is_told_again_when_their_word_runs_out(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD, loops=1, owner="office:CFO"))
    clocks.wait(due=DUE)
    clocks.run_until("2026-12-31 09:00")
    clocks.told()
    clocks.acknowledge("cfo", "2026-12-01 09:00")
    clocks.run_until("2026-12-31 09:00")
    assert clocks.told() == [("cfo", "exhausted", "owner", "2026-12-02 09:00")]
    assert clocks.view().state == "exhausted"


def test_nobody_there_alarms_the_administrators_once_and_is_tried_again(clocks: Clocks, company: Company) -> None:
    clocks.policies(policy({"wait": "1bh", "to": ["office:CFO"]}, owner="office:CFO"))
    for who in ("kenji", "cfo", "ceo"):
        company.away(who)
    clocks.wait(due=DUE)
    clocks.sweep(DUE)
    assert clocks.told() == [("admin", "nobody", "admin", shown(moment(DUE)))]
    view = clocks.view()
    assert (view.state, view.rung, shown(view.next_at)) == ("climbing", 0, "2026-11-19 14:00")
    clocks.sweep("2026-11-19 14:00")
    assert clocks.told() == [], "once"
    staffing.be_back(company.member("cfo"), now=company.now)
    clocks.sweep("2026-11-20 14:00")
    assert clocks.told() == [("cfo", "told", "office", "2026-11-20 14:00")]


def test_a_wait_for_nobody_alarms_the_administrators_at_once(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(late=None, due=DUE, now=moment("2026-11-18 10:00"))
    assert clocks.told() == [("admin", "nobody", "admin", "2026-11-18 10:00")]
    clocks.sweep(DUE)
    assert clocks.told() == [("cio", "told", "lead", DUE)]


def test_by_hand_it_goes_to_the_next_rung_at_once_with_the_reason(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD, BOTH))
    clocks.wait(due=DUE, now=moment("2026-11-18 09:00"))
    clocks.escalate("kenji", "2026-11-18 10:00", "I need my lead to decide.")
    assert clocks.told() == [("cio", "told", "manual", "2026-11-18 10:00")], "a late person may call their own superior"
    view = clocks.view()
    assert (view.state, view.rung, view.manual[1]) == ("climbing", 2, "I need my lead to decide.")
    clocks.escalate("mika", "2026-11-18 11:00")
    assert clocks.told() == [("cio + cmo", "shared", "manual", "2026-11-18 11:00")]
    entry = next(entry for entry in audit.list_entries("X-1") if entry.verb == "escalation_asked")
    assert (entry.actor, entry.reason) == ("kenji@example.com", "I need my lead to decide.")


def test_by_hand_in_the_evening_the_reader_hears_in_the_morning(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE, now=moment("2026-11-18 09:00"))
    clocks.escalate("mika", "2026-11-18 21:00")
    assert clocks.told() == [("cio", "told", "manual", "2026-11-19 09:00")]


def test_by_hand_an_acknowledgement_no_longer_holds(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD, BOTH))
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    clocks.acknowledge("cio", "2026-11-19 10:00")
    clocks.told()
    clocks.escalate("mika", "2026-11-19 11:00")
    assert clocks.told() == [("cio + cmo", "shared", "manual", "2026-11-19 11:00")]
    assert clocks.view().state == "climbing"


def test_who_may_ask_for_more_and_who_may_see_to_it(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    with pytest.raises(NotNow):
        clocks.acknowledge("kenji", "2026-11-18 13:00")
    clocks.run_until("2026-11-19 09:00")
    for stranger in ("nao", "auditor", "agency", "admin"):
        with pytest.raises(NotAllowed):
            clocks.escalate(stranger, "2026-11-19 10:00")
        with pytest.raises(NotAllowed):
            clocks.acknowledge(stranger, "2026-11-19 10:00")
    with pytest.raises(Invalid):
        clocks.escalate("mika", "2026-11-19 10:00", "  ")
    clocks.acknowledge("cio", "2026-11-19 10:00")
    with pytest.raises(NotNow, match="escalation_taken"):
        clocks.acknowledge("kenji", "2026-11-19 10:01")


def test_an_ended_wait_says_nothing_more(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    key = clocks.wait(due=DUE)
    clocks.sweep(DUE)
    clocks.told()
    assert service.end([key, "unknown"], reason="answered", now=moment("2026-11-18 15:00")) == 1
    assert service.end([key], reason="answered", now=moment("2026-11-18 15:00")) == 0
    assert clocks.run_until("2026-12-31 09:00") == []
    assert clocks.told() == []
    clocks.waits([("X-9", "kenji", "mika")], due=DUE)
    assert service.end_all("X-9", reason="withdrawn", now=moment(DUE)) == 1


def test_what_nobody_waits_for_any_more_ends_before_anybody_hears(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    key = clocks.wait(due=DUE)
    clocks.over.add(key)
    clocks.sweep(DUE)
    assert clocks.told() == []
    assert (clocks.view().state, clocks.view().end_reason) == ("ended", "over")


def test_more_time_begins_at_the_first_rung_and_the_same_moment_again_is_once(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    key = clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    clocks.told()
    service.put_off(key, moment("2026-11-24 10:00"), now=moment("2026-11-19 10:00"))
    assert (clocks.view().state, clocks.view().rung) == ("waiting", 0)
    clocks.run_until("2026-11-24 10:00")
    assert clocks.told() == [("kenji", LAST_CHANCE, "late", "2026-11-24 10:00")]
    service.put_off(key, moment("2026-11-24 10:00"), late=clocks.id("nao"), now=moment("2026-11-24 10:00"))
    service.put_off(key, moment("2026-11-24 10:00"), late=clocks.id("kenji"), now=moment("2026-11-24 10:00"))
    clocks.sweep("2026-11-24 10:00")
    assert clocks.told() == [], "Kenji has the card for that moment"
    assert (clocks.view().rung, clocks.view().state) == (1, "climbing"), "and the climb goes on"


def test_a_key_that_runs_is_left_as_it_is_and_an_ended_one_runs_anew(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    key = clocks.wait(due=DUE)
    service.watch(service.Wait(key, "X-1", "x.answer", moment("2026-12-01 10:00"), None), now=moment(DUE))
    assert shown(clocks.view().due_at) == DUE
    assert clocks.told() == []
    service.end([key], reason="answered", now=moment(DUE))
    service.watch(service.Wait(key, "X-1", "x.answer", moment("2026-12-01 10:00"), clocks.id("nao")), now=moment(DUE))
    assert shown(clocks.view().due_at) == "2026-12-01 10:00"


def test_what_runs_keeps_the_policy_it_began_with(clocks: Clocks) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait("X-1", due=DUE)
    assert clocks.policies(policy({"wait": "1bh", "to": ["office:CFO"]}))
    clocks.wait("X-2", due=DUE)
    clocks.run_until("2026-11-19 09:00")
    heard = {
        (row.subject_key, clocks.name(row.member_id)) for row in clocks.messages() if row.kind == "escalation.told"
    }
    assert heard == {("X-1", "cio"), ("X-2", "cfo")}
    assert not clocks.policies(policy({"wait": "1bh", "to": ["office:CFO"]})), "the same again"
    assert clocks.policies(policy(LEAD)), "an earlier one comes back as a new version"


def test_what_waits_for_a_leaver_waits_for_the_lead_of_the_department(clocks: Clocks, company: Company) -> None:
    clocks.policies(policy(LEAD))
    clocks.wait("X-1", due=DUE)
    clocks.wait("X-2", due="2026-12-01 10:00", now=moment(DUE))
    clocks.run_until("2026-11-19 09:00")
    clocks.told()
    with company.indoors():
        staffing.deactivate("kenji@example.com", by=None, now=moment("2026-11-19 10:00"))
    assert clocks.name(clocks.view("X-1:answer").late) == "cio"
    assert shown(clocks.view("X-2:answer").next_at) == "2026-12-01 10:00"
    clocks.sweep("2026-11-19 10:00")
    assert clocks.told() == [("cio", LAST_CHANCE, "late", "2026-11-19 10:00")]


def test_the_trail_says_who_heard_and_who_was_skipped_why(clocks: Clocks, company: Company) -> None:
    company.away("kenji")
    clocks.policies(policy(LEAD))
    clocks.wait(due=DUE)
    clocks.sweep(DUE)
    (entry,) = [entry for entry in audit.list_entries("X-1") if entry.verb.startswith("escalation")]
    assert entry.verb == "escalation_climbed"
    assert entry.details["told"] == [["cio@example.com", "lead"]]
    assert ["kenji@example.com", "away"] in entry.details["skipped"]
    assert audit.verify() == []


def test_without_policy_files_there_is_still_a_climb(clocks: Clocks) -> None:
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 09:00")
    assert kinds(clocks) == [("kenji", LAST_CHANCE), ("cio", "told")]
    assert clocks.view().policy["code"] == "fallback"
