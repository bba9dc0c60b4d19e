"""Sweeps of two workers and two operators at once, each of them killed -9 in the middle: one issue a member, said once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.house import House, until
from tests.parts.installation import ROOT

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

MEMBERS, KILLS = 24, 3
PATIENCE = 60.0


def test_each_member_has_one_issue_and_hears_it_once(home: House) -> None:
    """The house cannot look what arrived: of a call that was cut off nobody knows, and a digest is not said twice for that."""
    ids = {home.slack.add_user(f"d{number}@example.com", f"d{number}", tz="UTC"): number for number in range(MEMBERS)}
    home.place.run("-m", "tests.faults.digesting", "hire", str(MEMBERS))
    dice, week = random.Random(7), last_week()
    operators = [operator(home, week) for _ in range(2)]
    for number in range(KILLS):
        home.place.crew.kill_one(dice)
        if number:
            operators[number - 1].kill()
        time.sleep(dice.uniform(0.2, 0.8))
    for process in operators:
        process.wait()
    home.place.run("-m", "tests.faults.digesting", "sweep")
    until(lambda: issues(home).total() == MEMBERS, PATIENCE, lambda: str(issues(home)))
    home.settle(PATIENCE)
    assert set(issues(home).values()) == {1}
    given_up = {row[0] for row in home.ask(said("state = 'broken' and problem = 'answer_lost'"))}
    assert Counter(row[0] for row in home.ask(said("true"))) == Counter(set(issues(home)))
    heard = Counter(
        message["channel"] for message in home.slack.messages() if "Your week" in f"{message['text']}{message['shown']}"
    )
    assert set(heard.values()) <= {1}
    assert MEMBERS - len(given_up) <= sum(heard.values()) <= MEMBERS, (heard, given_up, ids)


def last_week() -> str:
    year, number, _day = (datetime.now(UTC) - timedelta(days=7)).date().isocalendar()
    return f"{year}-W{number:02}"


def operator(home: House, week: str) -> subprocess.Popen[bytes]:
    """Somebody who sends the digests of a week by hand at that very moment."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "digest", "send", "--week", week]
    return subprocess.Popen(
        command, cwd=ROOT, env=home.place.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def issues(home: House) -> Counter[str]:
    """How many issues each of our members has."""
    rows = home.ask(
        "select m.email, count(*) from digest_issues i join members m on m.id = i.member_id where m.email like 'd%@example.com' "
        "group by m.email"
    )
    return Counter(dict(tuple(row) for row in rows))


def said(what: str) -> str:
    """A statement for who has a message of that kind."""
    return (
        "select m.email from outbox_messages o join members m on m.id = o.member_id "
        f"where o.kind = 'digest.issue' and m.email like 'd%@example.com' and {what}"
    )
