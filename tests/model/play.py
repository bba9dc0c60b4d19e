"""The model and the product side by side: the same act in both, and the first difference fails."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.factories import Company
from tests.factories.company import PEOPLE as HIRED
from tests.model import acts
from tests.model.engine import DONE, ENDED, LAST, Engine, seat_line
from tests.model.plain import INVALID, Plain, Refused

REQUESTS = 3


class Play:
    """One company, a few requests, and everything that has been done so far."""

    def __init__(self, company: Company) -> None:
        self.plain, self.engine = hired(), Engine(company)
        self.said: list[str] = []
        self.counts: dict[str, int] = {}
        self.routes = 0

    def begin(self, random: Random) -> None:
        """A few drafts, most of them submitted at once."""
        for _ in range(REQUESTS):
            self.file(random)
        for _ in range(3):
            delegation = acts.a_delegation(random, self.plain)
            if delegation is not None:
                self.people(*delegation)

    def file(self, random: Random) -> None:
        """One request more."""
        here = [name for name in acts.FILERS if not self.plain.people[name]["gone"]]
        who = random.choice(here)
        whom = random.choice([None, None, None, *(name for name in here if name != who)])
        content = {"material": 100_000, "rest": 100_000}
        key = self.engine.write(who, whom, content)
        self.plain.write(who, key, whom=whom, lead=acts.LEADS[who], content=content)
        self.act(random, key, "submit", who, {})

    def step(self, random: Random, *, leaving: bool = False) -> None:
        """Somebody does something, in both; then both must look the same."""
        person = acts.on_people(random, self.plain, leaving=leaving) if random.random() < 0.12 else None
        if person is not None:
            return self.people(*person)
        alive = [
            key for key, request in self.plain.requests.items() if request["state"] in ("draft", "pending", "returned")
        ]
        if len(alive) < REQUESTS - 1:
            return self.file(random)
        key = random.choice(alive if random.random() < 0.72 else sorted(self.plain.requests))
        return self.act(random, key, *self._here(*acts.on_request(random, self.plain, key)))

    def _here(self, verb: str, who: str, said: dict[str, Any]) -> acts.Act:
        """Nobody who has left does anything."""
        return verb, "admin" if self.plain.people[who]["gone"] else who, said

    def people(self, verb: str, who: str, said: dict[str, Any]) -> None:
        """Somebody comes or goes, for every request at once."""
        self._note(verb, "done", who, said)
        self.plain.time += 1
        for side in (self.engine, self.plain):
            getattr(side, verb)(**said) if verb == "look_again" else getattr(side, verb)(who, **said)
        for key in self.plain.requests:
            self.compare(key)

    def act(self, random: Random, key: str, verb: str, who: str, said: dict[str, Any]) -> None:
        """One verb on one request."""
        if verb == "submit" and (not self.plain.requests[key]["rounds"] or random.random() < 0.5):
            self.routes += 1
            self.engine.routes(acts.any_route(random, self.routes))
        became = self.engine.do(verb, who, key, said)
        self._note(verb, became, who, {"key": key, **said})
        if verb == "submit" and became == INVALID:
            return  # no such route for these people; whom a round asks is not the model's business
        if verb == "submit" and became == DONE:
            steps, seats = self.engine.plan(key)
            said = {"steps": steps, "seats": seats, "proxy_decide": self.engine.proxy_decide(key)}
        elif verb == "amend":
            said = {"new": self.engine.new if became == DONE else None}
        elif verb == "submit":
            said = {"steps": [], "seats": [], "proxy_decide": True}
        expected = outcome(self.plain, verb, who, key, said)
        assert became == expected, self.story(f"the product says {became!r}, the model says {expected!r}")
        self.compare(key)
        if verb == "amend" and became == DONE:
            self.compare(self.engine.new)
        self._somebody_can_move_it(key)

    def compare(self, key: str) -> None:
        """Both say the same of a request, and one more inbox is what it should be."""
        found, expected = self.engine.stands(key), stands(self.plain, key)
        assert found == expected, self.story(f"{key} differs:\n{difference(found, expected)}")
        who = sorted(acts.SITTERS)[self.plain.time % len(acts.SITTERS)]
        if not self.plain.people[who]["gone"]:
            waiting = waits_for(self.plain, who)
            assert self.engine.inbox(who) == waiting, self.story(f"the inbox of {who} is not {waiting}")

    def finish(self, random: Random) -> None:
        """From where it stands everybody's yes carries every request to its end."""
        for key, request in self.plain.requests.items():
            for _ in range(80):
                seat = self._next(request)
                if request["state"] == "returned" and not self.plain.people[request["by"]]["gone"]:
                    self.act(random, key, "submit", request["by"], {})
                elif seat is None:
                    break
                else:
                    self.act(random, key, "say", seat["who"], acts.a_yes(random, request, seat))
            assert request["state"] != "pending", self.story(f"{key} never ends")
        decided = [key for key, request in self.plain.requests.items() if request["state"] in ("approved", "purchased")]
        for _ in range(6 * len(decided)):
            self.act(random, key := random.choice(decided), *self._here(*acts.on_request(random, self.plain, key)))

    def story(self, end: str) -> str:
        """Everything that was done, and what came of it."""
        return "\n".join([*self.said, end])

    def _next(self, request: dict[str, Any]) -> dict[str, Any] | None:
        if request["state"] != "pending":
            return None
        seats = request["rounds"][-1]["seats"]
        return next(
            (seat for seat in seats if seat["state"] == "waiting" and not self.plain.people[seat["who"]]["gone"]), None
        )

    def _somebody_can_move_it(self, key: str) -> None:
        request = self.plain.requests[key]
        if request["state"] == "pending":
            assert self._next(request), self.story(f"nobody can move {key} on")

    def _note(self, verb: str, became: str, who: str, said: dict[str, Any]) -> None:
        self.said.append(f"{self.plain.time}: {who} {verb} {said} -> {became} {LAST if became != DONE else []}")
        marks = {"conditions": "+conditions", "acting_for": "+acting_for"}
        more = "".join(mark for word, mark in marks.items() if said.get(word))
        for name in {f"{said.get('verb', verb)} {became}", f"{said.get('verb', verb)}{more} {became}"}:
            self.counts[name] = self.counts.get(name, 0) + 1


def hired() -> Plain:
    """The company of the tests, as the model knows it."""
    plain = Plain()
    for person in HIRED:
        if person.name != "left":
            reads_only = (
                "auditor" if person.more.get("is_auditor") else "partner" if person.more.get("partner_code") else None
            )
            plain.hire(
                person.name,
                manager=person.manager,
                reads_only=reads_only,
                office=person.office,
                leads=person.leads,
                departments=person.departments,
            )
    return plain


def outcome(plain: Plain, verb: str, who: str, key: str, said: dict[str, Any]) -> str:
    """What the model makes of a verb."""
    try:
        plain.do(verb, who, key, **said)
    except Refused as refusal:
        return refusal.kind
    return DONE


def stands(plain: Plain, key: str) -> dict[str, Any]:
    """A request as the model has it."""
    request = plain.requests[key]
    found = {"state": request["state"], "version": request["version"], "rounds": len(request["rounds"])}
    found["shared"] = sorted(request["shared"])
    if request["rounds"]:
        round_ = request["rounds"][-1]
        found |= {
            "conditions": [(one["owner"], one["before_order"], one["state"]) for one in request["conditions"]],
            "questions": [(one["by"], one["whom"], one["answered"]) for one in request["questions"]],
            "papers": sorted((*about, paper["confirm"], paper["read"]) for about, paper in round_["papers"].items()),
        }
        found |= {"round": round_["state"], "seats": [seat_line(round_["state"], seat) for seat in round_["seats"]]}
    return found


def waits_for(plain: Plain, who: str) -> set[str]:
    """The requests that wait for somebody."""
    pending = {key: request["rounds"][-1] for key, request in plain.requests.items() if request["state"] == "pending"}
    return {
        key
        for key, round_ in pending.items()
        for seat in round_["seats"]
        if (seat["state"] == "waiting" and seat["who"] == who) or plain.stands_for(round_, who)
    }


def difference(found: dict[str, Any], expected: dict[str, Any]) -> str:
    """Only what differs."""
    lines = [
        f"  {name}: product {found.get(name)}, model {expected[name]}"
        for name in expected
        if name != "seats" and found.get(name) != expected[name]
    ]
    for number, (one, other) in enumerate(zip(found.get("seats", []), expected.get("seats", []), strict=False)):
        if one != other:
            lines.append(f"  seat {number}:\n    product {one}\n    model   {other}")
    if len(found.get("seats", [])) != len(expected.get("seats", [])):
        lines.append(f"  {len(found.get('seats', []))} seats, {len(expected.get('seats', []))} in the model")
    return "\n".join(lines)


__all__ = ["ENDED", "Play"]
