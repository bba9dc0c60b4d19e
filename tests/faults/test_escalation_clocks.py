"""What climbs, while clocks are set, workers are killed and the scheduler stands still: no rung twice, none lost.

Kenji is asked for things and does nothing. By the policy of these tests his last chance, his lead, both superiors in one card and
the chief executive follow each other within seconds, then it belongs to the chief executive; so each of them must have been put
before exactly five times somebody, whatever happened meanwhile.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.brokers import house_on, staff
from tests.faults.house import ALTERED, House, until
from tests.parts import warm
from tests.parts.brokers import EMBEDDED, REDIS
from tests.parts.clocks import Clock
from tests.parts.installation import ROOT

pytestmark = [pytest.mark.xdist_group("clocks"), pytest.mark.timeout(900), pytest.mark.servers]

POLICY = """
[[policy]]
code = "seconds"
priority = 1
hours = "{hours}"
ack = "1m"
loops = 1
owner = "office:CEO"
[[policy.rung]]
wait = "0m"
to = ["late"]
[[policy.rung]]
wait = "0m"
to = ["lead"]
[[policy.rung]]
wait = "0m"
to = ["line:1", "other_line:1"]
shared = true
[[policy.rung]]
wait = "{last}"
to = ["office:CEO"]
"""
HEARD = {(0, "kenji"): 1, (1, "cio"): 1, (2, "cio"): 1, (2, "cmo"): 1, (3, "ceo"): 1}
"""Who is told at which rung, as this policy says it: counted by hand from the people of tests/factories."""
BUSY = 30.0
"""Seconds: a lease and two sweeps, and some for a busy machine."""


def asked(home: House, due: list[float], *, last: str = "0m", hours: str = "always") -> list[str]:
    """Kenji is asked, by these moments; the keys."""
    said = json.dumps({"policy": POLICY.format(last=last, hours=hours), "due": due})
    done = warm.run(["-m", "tests.faults.inside", "ask"], home.place.environ, said=said)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def states(home: House) -> Counter[str]:
    """How many waits are in which state."""
    return Counter(dict(tuple(row) for row in home.ask("select state, count(*) from escalations group by state")))


def climbed(home: House, count: int, seconds: float) -> None:
    """Wait until all have climbed to the top (a minute later they are exhausted), and everything is said."""
    top = "select count(*) from escalations where rung = 4"
    until(lambda: home.ask(top)[0][0] == count, seconds, lambda: f"still climbing: {states(home)}")
    home.settle(seconds)


def assert_heard_once(home: House, keys: list[str]) -> None:
    """Every rung of every wait, counted in the rows, in what was written for each, and in Slack, whose word counts."""
    notices = home.ask(
        "select n.subject_key, n.rung, m.email from escalation_notices n left join members m on m.id = n.member_id "
        "where n.skipped is null and n.why <> 'owner'"
    )
    told = Counter((key, rung, email.partition("@")[0]) for key, rung, email in notices)
    assert told == {(key, rung, who): times for key in keys for (rung, who), times in HEARD.items()}
    written = home.ask(
        "select subject_key, kind, count(*) from outbox_messages where kind like 'escalation.%' "
        "and (kind <> 'escalation.shared' or channel is not null) group by subject_key, kind"
    )
    kinds = Counter({(key, kind): count for key, kind, count in written})
    assert {kinds[key, "escalation.told"] for key in keys} == {2}, kinds
    assert {kinds[key, "escalation.shared"] for key in keys} == {1}, kinds
    assert {kinds[key, "escalation.exhausted"] for key in keys} <= {0, 1}, kinds
    stands = Counter(str(message["delivery_id"]) for message in home.slack.messages())
    assert [name for name, times in stands.items() if times > 1] == []


def longest_wait(home: House) -> float:
    """Between the due moment of a wait and the moment its last chance was written, by the database's clock: the longest."""
    rows = home.ask(
        "select max(extract(epoch from n.at - e.due_at)) from escalation_notices n join escalations e on e.id = n.escalation_id "
        "where n.rung = 0"
    )
    return float(rows[0][0])


def people(home: House) -> None:
    home.slack.add_user("kenji@example.com", "kenji")


def spread(count: int, seconds: float, *, first: float = 3.0) -> list[float]:
    """Due moments, evenly."""
    return [first + seconds * number / count for number in range(count)]


def jump(clocks: list[Clock], offsets: tuple[str, ...], seconds: float) -> None:
    """Set each clock, and let time pass."""
    for clock, offset in zip(clocks, offsets, strict=True):
        clock.set(offset)
    time.sleep(seconds)


@pytest.mark.parametrize(
    ("count", "pause"), [(6, 3.0), pytest.param(60, 60.0, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_machines_whose_clocks_disagree(
    tmp_path: Path, fresh_url: Callable[[str], str | None], count: int, pause: float
) -> None:
    """Web, a worker and beat are set apart, by turns: a day ahead, an hour behind, forty days ahead; another worker is right."""
    web, worker, beat = (Clock(tmp_path / name) for name in ("web", "worker", "beat"))
    right = Clock(tmp_path / "right")
    with house_on(REDIS, tmp_path, fresh_url("postgresql"), web.environ) as (home, _broker):
        people(home)
        staff(home, "worker1", *worker.words)
        staff(home, "worker2", *right.words)
        staff(home, "beat", *beat.words)
        until(lambda: swept(home), 2 * BUSY)  # everybody is at work
        keys = asked(home, spread(count, 3 * pause))
        for offsets in (("+1d", "-1h", "+40d"), ("+40d", "+1d", "-1h"), ("-1h", "+40d", "+1d")):
            jump([web, worker, beat], offsets, pause)
        jump([web, worker, beat], ("+0", "+0", "+0"), 0)
        climbed(home, count, BUSY)
        assert_heard_once(home, keys)
        assert longest_wait(home) < BUSY


def test_the_scheduler_stands_still_and_one_note_makes_up_for_it(tmp_path: Path) -> None:
    """With an "hour" of five seconds: what fell due meanwhile comes as one card and one note, not as a flood."""
    more = {"PYTHONPATH": f"{ALTERED}:{ROOT}", "ALTERED": "impatient"}
    with house_on(EMBEDDED, tmp_path, None, more) as (home, _broker):
        people(home)
        staff(home, "worker1")
        staff(home, "beat")
        until(lambda: swept(home), BUSY)
        home.place.crew.stop("beat")
        until(lambda: still(home), BUSY)  # what beat had started before it was stopped
        keys = asked(home, [0.5] * 6, last="1d", hours="business")
        time.sleep(6)
        assert states(home) == {"waiting": len(keys)}
        staff(home, "beat")
        until(lambda: states(home) == {"climbing": len(keys)}, BUSY, lambda: str(states(home)))
        until(lambda: notes(home), BUSY)
        until(lambda: still(home) is False, BUSY)  # more sweeps have come and gone
        cards = home.ask("select count(*) from outbox_messages where kind like 'task.last%'")[0][0]
        assert (cards, notes(home)["kenji@example.com"]) == (1, 1)
        chances = home.ask("select count(*) from escalation_notices where rung = 0")[0][0]
        assert chances == len(keys), "each wait says that its last chance was given"


def swept(home: House) -> object:
    """When a sweep last ended."""
    return home.ask("select at from outbox_beacons where name = 'escalations.sweep'")


def still(home: House) -> bool:
    """Whether none ended for two seconds."""
    before = swept(home)
    time.sleep(2)
    return swept(home) == before


def notes(home: House) -> Counter[str]:
    """Who got how many notes about an outage."""
    rows = home.ask(
        "select m.email from outbox_messages o join members m on m.id = o.member_id where o.kind = 'escalation.catch_up'"
    )
    return Counter(row[0] for row in rows)


@pytest.mark.soak
@pytest.mark.parametrize("kind", [REDIS, EMBEDDED])
def test_workers_killed_in_the_middle_of_a_sweep(
    tmp_path: Path, fresh_url: Callable[[str], str | None], kind: str
) -> None:
    """Six hundred fall due at once and climb four rungs, while every second somebody kills a worker."""
    with house_on(kind, tmp_path, fresh_url("postgresql") if kind == REDIS else None) as (home, _broker):
        people(home)
        for name in ("worker1", "worker2", "beat"):
            staff(home, name)
        keys = asked(home, [20.0] * 600)
        until(lambda: "climbing" in states(home), 120)
        dice = random.Random(1)
        for _ in range(15):
            home.place.crew.kill_one(dice)
            time.sleep(1)
        climbed(home, len(keys), 600)
        notices = home.ask(
            "select rung, count(*) from escalation_notices where why <> 'owner' group by rung order by rung"
        )
        assert [tuple(row) for row in notices] == [(0, 600), (1, 600), (2, 1200), (3, 600)]


@pytest.mark.soak
def test_one_machine_whose_clock_is_set(tmp_path: Path) -> None:
    """Everything on one machine with a database file: web, worker and beat are wrong together, and right again."""
    clock = Clock(tmp_path / "machine")
    with house_on(EMBEDDED, tmp_path, None, clock.environ) as (home, _broker):
        people(home)
        staff(home, "worker1")
        staff(home, "beat")
        keys = asked(home, spread(20, 40.0), last="1m")
        for offset in ("+1d", "-1h", "+40d", "-1h"):
            jump([clock], (offset,), 10)
        jump([clock], ("+0",), 0)
        climbed(home, len(keys), 240)
        notices = home.ask(
            "select subject_key, rung, member_id, count(*) from escalation_notices group by 1, 2, 3 having count(*) > 1"
        )
        assert notices == []
        rungs = home.ask(
            "select subject_key, count(distinct rung) from escalation_notices where skipped is null group by 1"
        )
        assert {count for _key, count in rungs} == {4}, rungs
