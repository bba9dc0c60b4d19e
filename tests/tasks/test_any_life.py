"""Any life at all: whatever people try in whatever order, an open task has exactly one clock, and it is on whoever is named."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from collab.audit import queries as audit
from collab.kernel.errors import DomainError
from collab.tasks.rules.moves import CLOSED, MOVES, OPEN, wait_of
from tests.factories.company import NOW, Company, address
from tests.factories.tasks import Tasks

PEOPLE = ("mika", "kenji", "cio", "cmo", "emma", "sales-lead", "admin", "agency")
SAID: dict[str, Any] = {
    "accept": {"due": st.sampled_from(["2bh", "1bd", "3bd"])},
    "counter": {"due": st.sampled_from([None, "2bd"]), "scope": st.sampled_from([None, "Less"])},
    "question": {"to": st.sampled_from([None, address("emma"), address("nao"), address("kenji")])},
    "block": {"lifter": st.sampled_from([None, "asker", address("emma")])},
    "hand_over": {"to": st.sampled_from(["it", "sales", address("kenji"), address("emma"), address("mika")])},
    "snooze": {"until": st.sampled_from(["2h", "tomorrow", "next_business_day", "after_my_leave"])},
}
words = st.sampled_from(sorted(MOVES)).flatmap(
    lambda verb: st.tuples(st.just(verb), st.fixed_dictionaries(SAID.get(verb, {})))
)


def refused(tasks: Tasks, verb: str, key: str, who: str) -> int | None:
    """The status somebody is refused with; None if they are not."""
    try:
        tasks.do(verb, key, who, **({"to": "service"} if verb == "hand_over" else {}))
    except DomainError as refusal:
        return refusal.status
    return None


def lives(company: Company) -> type[RuleBasedStateMachine]:  # noqa: C901 - a machine and its rules
    """A machine whose every run is a task of its own in this company."""
    tasks = Tasks(company)

    class Life(RuleBasedStateMachine):
        """One task, from the ask on."""

        def __init__(self) -> None:
            super().__init__()
            company.now = NOW
            self.key = tasks.ask(due="8bh")

        @rule(move=words, who=st.sampled_from(PEOPLE), hours=st.integers(0, 30))
        def somebody_tries(self, move: tuple[str, dict[str, Any]], who: str, hours: int) -> None:
            """Time passes, somebody tries something: it works as the table says, or nothing changes."""
            company.later(hours=hours)
            verb, said = move
            before = tasks.view(self.key)
            try:
                moved = tasks.do(verb, self.key, who, **said)
            except DomainError:
                assert tasks.view(self.key).version == before.version
                return
            assert before.state in MOVES[verb].to
            assert moved.version == before.version + 1
            assert verb in tasks.view(self.key).last_move.verb

        @precondition(lambda self: tasks.view(self.key).state in OPEN)
        @rule(who=st.sampled_from(["kenji", "cio", "mika", "cmo", "emma"]), data=st.data())
        def whoever_must_act_does(self, who: str, data: st.DataObject) -> None:
            """Something the viewer is offered: it must be possible."""
            can = sorted(tasks.view(self.key, who).can & set(MOVES) - {"escalate"})
            if can:
                verb = data.draw(st.sampled_from(can))
                company.later()
                assert refused(tasks, verb, self.key, who) in (None, 422)  # a question to oneself: words, never rights

        @invariant()
        def one_clock(self) -> None:
            """An open task has exactly one running wait, on whoever is named; a closed one has none."""
            seen, waits = tasks.view(self.key), tasks.waits(self.key)
            if seen.state in CLOSED:
                assert (waits, seen.waiting_on, seen.due_at) == ([], None, None)
                return
            assert seen.waiting_on is not None
            (wait,) = waits
            member = seen.waiting_on.member
            assert wait.late_id == (member.id if member else None)
            assert (wait.due_at, wait.department) == (seen.due_at, seen.waiting_on.department)
            assert wait.key == f"{self.key}:{wait_of(seen.state, question=seen.question is not None)}"

        def teardown(self) -> None:
            with company.indoors():
                assert [fault for fault in audit.verify() if fault.subject == self.key] == []

    return Life


def test_any_life_at_all(company: Company) -> None:
    run_state_machine_as_test(
        lives(company),
        settings=settings(
            max_examples=15,
            stateful_step_count=10,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
