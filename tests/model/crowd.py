"""Many people at once on the same few requests. The trail says in which order it happened; told to the model in that order
it must come to the same, and whoever was refused must have been refused by some state on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from collab.audit.queries import list_entries
from collab.kernel.db import db
from tests.factories import Company
from tests.model import acts
from tests.model.engine import DONE
from tests.model.plain import Plain
from tests.model.play import Play, outcome

PEOPLE_AT_ONCE, ACTS_EACH = 8, 3
CROWDED = (
    "say",
    "lift",
    "undo",
    "hold",
    "release",
    "add_step",
    "revoke",
    "ask_to_revoke",
    "answer_revocation",
    "withdraw",
    "drop",
    "ask",
    "answer",
    "meet",
    "waive",
    "purchase",
)
WORDS = ("comment", "reason", "question", "answer")
RECORDED = {
    **dict.fromkeys(("approve", "review", "decide", "consult", "advocate", "return", "reject"), ("say", "lift")),
    "lift": ("lift",), "revoke": ("revoke",), "ask_to_revoke": ("revoke", "ask_to_revoke"),
}  # fmt: skip


@dataclass
class Done:
    """What somebody did and what became of it."""

    key: str
    verb: str
    who: str
    said: dict[str, Any]
    became: str = ""
    told: bool = field(default=False)


class Crowd(Play):
    """Batches of acts at once, each batch checked before the next."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self.moments = count(1)
        self.seen: dict[str, int] = {}
        self.steps = 0

    def batch(self, random: Random) -> None:
        """People come and go, requests are submitted; then everybody at once."""
        for _ in range(2):
            person = acts.on_people(random, self.plain, leaving=False)
            if person is not None and random.random() < 0.3:
                self.people(*person)
        while self._pending() < 3:
            self.file(random)
        done = self._all_at_once([self._plan(Random(random.random())) for _ in range(PEOPLE_AT_ONCE)])
        for key in list(self.plain.requests):
            self._retell(key, [one for one in done if one.key == key])
        for key in self.plain.requests:
            self.compare(key)
        self.steps += len(done)

    def _pending(self) -> int:
        return sum(request["state"] == "pending" for request in self.plain.requests.values())

    def _plan(self, random: Random) -> list[Done]:
        """What one person means to do, as things stand before anybody else moves."""
        alive = [key for key, request in self.plain.requests.items() if request["state"] in ("pending", "approved")]
        planned: list[Done] = []
        while len(planned) < ACTS_EACH:
            key = random.choice(alive[-4:])
            verb, who, said = acts.on_request(random, self.plain, key)
            if verb in CROWDED:
                words = {name: f"{said[name]} #{next(self.moments)}" for name in _worded(verb, said)}
                planned.append(Done(key, verb, who, {**said, **words}))
        return planned

    def _all_at_once(self, plans: list[list[Done]]) -> list[Done]:
        actors = {who: self.company.member(who) for who in self.plain.people}
        base = self.company.later(minutes=5)
        start = threading.Barrier(len(plans))

        def one(mine: list[Done]) -> list[Done]:
            with self.company.app.app_context():
                start.wait(30)
                for act in mine:
                    now = base + timedelta(milliseconds=next(self.moments))
                    act.became = self.engine.race(act.verb, actors[act.who], act.key, act.said, now)
                db.session.remove()
            return mine

        with ThreadPoolExecutor(len(plans)) as pool:
            done = [act for mine in pool.map(one, plans) for act in mine]
        self.company.now = base + timedelta(minutes=5)
        return done

    @property
    def company(self) -> Company:
        """Whose requests these are."""
        return self.engine.company

    def _retell(self, key: str, done: list[Done]) -> None:
        """The accepted acts in the order of the trail; every refused one must be refused somewhere on the way."""
        states = [deepcopy(self.plain.requests[key])]
        for act in self._in_order(key, done):
            self._note(act.verb, act.became, act.who, {"key": key, **act.said})
            became = outcome(
                self.plain, act.verb, act.who, key, {**act.said, "seen": None} if "seen" in act.said else act.said
            )
            assert became == DONE, self.story(f"the product did it, the model says {became!r}")
            states.append(deepcopy(self.plain.requests[key]))
        for act in done:
            if act.became != DONE:
                self.counts[f"{act.verb} {act.became}"] = self.counts.get(f"{act.verb} {act.became}", 0) + 1
                kinds = {self._would(state, act) for state in states}
                assert act.became in kinds, self.story(f"{act}: the model says {kinds} at every moment of it")
        left = [act for act in done if act.became == DONE and not act.told]
        assert not left, self.story(f"done, and not in the trail: {left}")

    def _would(self, state: dict[str, Any], act: Done) -> str:
        plain = Plain()
        plain.people, plain.time = self.plain.people, self.plain.time
        plain.requests = {act.key: deepcopy(state)}
        return outcome(plain, act.verb, act.who, act.key, act.said)

    def _in_order(self, key: str, done: list[Done]) -> Iterator[Done]:
        db.session.rollback()
        before = None
        for entry in list_entries(key)[self.seen.get(key, 0) :]:
            self.seen[key] = entry.seq
            if entry.actor == "system" or entry.verb in ("submit", "draft", "edit", "condition_set", "refused"):
                continue
            act = next((one for one in done if self._is(entry, one)), None)
            if act is None and entry.verb == "revoke" and before in ("answer_revocation", "ask_to_revoke"):
                continue  # the end of what the entry before began
            assert act is not None, self.story(f"in the trail, and nobody did it: {entry.verb} by {entry.actor}")
            act.told, before = True, entry.verb
            yield act

    @staticmethod
    def _is(entry: Any, act: Done) -> bool:
        if act.told or act.became != DONE or entry.actor != f"{act.who}@example.com":
            return False
        if act.verb not in RECORDED.get(entry.verb, (entry.verb,)):
            return False
        lifted = entry.verb == "lift" or bool((entry.details or {}).get("lifted"))
        if act.verb in ("say", "lift") and lifted != (act.verb == "lift"):
            return False
        if act.verb == "meet":
            return bool((entry.details or {})["condition"] == act.said["number"] + 1)
        words = next((act.said[name] for name in _worded(act.verb, act.said)), None)
        return act.verb in ("undo", "release", "withdraw", "drop", "purchase") or (entry.reason or None) == (
            words or None
        )


def _worded(verb: str, said: dict[str, Any]) -> list[str]:
    """Under which names somebody's own words are said; the trail keeps them as the reason."""
    return [name for name in WORDS if said.get(name) and (verb, name) != ("answer_revocation", "answer")]
