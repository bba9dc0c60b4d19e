"""Messages go out while processes are killed and answers get lost; then everything is counted."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from tests.faults.house import DECIDERS, House
from tests.faults.plans import Plan, number_of, numbers_in

MARKS = ("(possibly repeated)", "（重複してお届けしている可能性があります）")
MAY_REPEAT = ("approval.asked", "outbox.bundle")


@dataclass(frozen=True)
class Ordeal:
    """How hard: messages and requests, over which time; kills, and the seconds between two; what the dice begin with."""

    news: int
    requests: int
    channels: int
    seconds: float
    kills: int
    every: tuple[float, float]
    patience: float
    lost: float = 0.10
    seed: int = 1


@dataclass
class Outcome:
    """What became of every message: in the rows, and in Slack, whose word counts."""

    plan: Plan
    rows: list[Any]
    stands: dict[str, list[str]] = field(default_factory=dict)
    news: Counter[str] = field(default_factory=Counter)
    killed: list[str] = field(default_factory=list)

    def lost(self) -> list[str]:
        """News nobody ever saw, and questions never put."""
        news = [name for name in map(number_of, range(self.plan.news)) if not self.news[name]]
        asked = [row.delivery_id for row in self.rows if row.kind in MAY_REPEAT and row.state in ("sent", "broken")]
        return news + [name for name in asked if not self.stands.get(name)]

    def doubled(self) -> list[str]:
        """What stands in Slack more than once, by its number or its delivery."""
        news = [name for name, times in self.news.items() if times > 1]
        return news + [name for name, shown in self.stands.items() if name and len(shown) > 1]

    def given_up(self) -> dict[str, str]:
        """The numbers of news that are broken, and why; this is not silence: they stand on a page and in /status."""
        broken = [row for row in self.rows if row.state == "broken" and row.channel in self.plan.channels]
        return {number: row.problem for row in broken for number in numbers_in(json.dumps(row.args))}

    def repeated_wrongly(self) -> list[str]:
        """Repeats that no lost answer excuses, that nobody must act on, or that do not say what they are."""
        wrong = [name for name, times in self.news.items() if times > 1]
        for row in self.rows:
            shown = self.stands.get(row.delivery_id, [])
            marked = [any(mark in one for mark in MARKS) for one in shown[1:]]
            if shown[1:] and (row.kind not in MAY_REPEAT or not all(marked) or len(marked) > row.doubts):
                wrong.append(f"{row.kind} {row.delivery_id}: {len(shown)} times, {row.doubts} lost, {marked} marked")
        return wrong


def endure(house: House, ordeal: Ordeal) -> Outcome:
    """File requests, let answers get lost, kill, wait, and count."""
    dice = random.Random(ordeal.seed)
    keys = [house.request() for _ in range(ordeal.requests)]
    plan = Plan(
        name="kill",
        subject=keys[0],
        news=ordeal.news,
        channels=house.channels(ordeal.channels),
        seconds=ordeal.seconds,
        questions=list(product(keys, DECIDERS)),
    )
    house.slack.fault("lose", ordeal.lost, seed=ordeal.seed)
    killed = []
    with house.saying(plan):
        for _ in range(ordeal.kills):
            time.sleep(dice.uniform(*ordeal.every))
            killed.append(house.place.crew.kill_one(dice))
    house.slack.calm()
    house.settle(ordeal.patience)
    return _counted(house, plan, killed)


def _counted(house: House, plan: Plan, killed: list[str]) -> Outcome:
    rows = house.ask(
        "select m.id, m.delivery_id, m.kind, m.state, m.channel, m.problem, m.args, (select count(*) from outbox_attempts a "
        "where a.message_id = m.id and a.outcome in ('uncertain', 'found')) as doubts from outbox_messages m"
    )
    stands = defaultdict(list)
    news: Counter[str] = Counter()
    for message in sorted(house.slack.messages(), key=lambda one: str(one["ts"])):
        words = f"{message['text']}\n{message['shown']}"
        stands[str(message["delivery_id"])].append(words)
        news.update(set(numbers_in(words)) if message["channel"] in plan.channels else ())
    return Outcome(plan, rows, dict(stands), news, killed)
